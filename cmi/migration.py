"""Who moved from which scenario to which between two days, how often that happens in a quarter,
and what became of the customers of a scenario afterwards.

Everything takes scores frames of cmi/scoring.py over the snapshots of a store. A customer's place
is the key of its scenario, or NOT_SCORED (no place on the plane), LEFT (churned by that day), or
NEW (not known yet on the first of two days).
"""

from __future__ import annotations

import pandas as pd

from cmi.frames import OUTCOMES
from cmi.methodology import GridKey, Methodology
from cmi.portfolio import revenue

NEW, NOT_SCORED, LEFT = "new", "not scored", "left"

_KEPT = ["customer_id", "name", "owner", "arr", "currency", "cmi", "chs"]
_Z = 1.959964  # of the normal distribution, for an interval of 95 %


def places(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Everybody who was a customer on either day, with both places: customer_id, name, owner, arr,
    currency, from, to, cmi_before, cmi_after, chs_before, chs_after.

    ARR is what it was on the later day where it is known, else on the earlier; for who left it is
    the earlier, since that is what was lost. Who had left by the first day and has not come back
    was a customer on neither. Who is not in `after` counts as left: let both frames hold the same
    selection of customers, not those of a segment then and those of it now.
    """
    then, now = (scores[_KEPT].assign(place=_place(scores)) for scores in (before, after))
    both = then.merge(now, on="customer_id", how="outer", suffixes=("_before", "_after"))
    both["from"] = both["place_before"].fillna(NEW)
    both["to"] = both["place_after"].fillna(LEFT)
    both = both[(both["from"] != LEFT) | (both["to"] != LEFT)]
    late = both["arr_after"].notna() & (both["to"] != LEFT) | both["arr_before"].isna()
    for column in ("arr", "currency"):
        both[column] = both[f"{column}_after"].where(late, both[f"{column}_before"])
    for column in ("name", "owner"):
        both[column] = both[f"{column}_after"].fillna(both[f"{column}_before"])
    scores = [f"{axis}_{day}" for axis in ("cmi", "chs") for day in ("before", "after")]
    columns = ["customer_id", "name", "owner", "arr", "currency", "from", "to", *scores]
    return both[columns].reset_index(drop=True)


def flows(
    before: pd.DataFrame, after: pd.DataFrame, methodology: Methodology, grid: GridKey
) -> pd.DataFrame:
    """One row per pair of places that somebody moved between or stayed in: from, to, customers,
    arr (see `places`; in the main currency, missing where it is not known of any of them).

    Everybody who was a customer on either day is in exactly one flow. In the order of the
    scenarios' priority, NEW first, NOT_SCORED and LEFT last.
    """
    found = places(before, after)
    grouped = found.assign(arr=revenue(found)).groupby(["from", "to"])["arr"]
    counted = pd.DataFrame({"customers": grouped.size(), "arr": grouped.sum(min_count=1)})
    keys = [NEW, *(s.key for s in methodology.grid(grid))]
    keys += sorted({*found["from"], *found["to"]} - {*keys, NOT_SCORED, LEFT})  # of older rules
    order = {key: n for n, key in enumerate([*keys, NOT_SCORED, LEFT])}
    sorted_flows = counted.reset_index().sort_values(
        ["from", "to"], key=lambda c: c.map(order), ignore_index=True
    )
    return sorted_flows.astype({"customers": "int64", "arr": "float64"})


def who(before: pd.DataFrame, after: pd.DataFrame, from_: str, to: str) -> pd.DataFrame:
    """The customers of one flow, largest ARR first; columns of `places`."""
    found = places(before, after)
    wanted = found[(found["from"] == from_) & (found["to"] == to)]
    return wanted.sort_values(
        ["arr", "name"], ascending=[False, True], na_position="last", ignore_index=True
    )


def rates(history: pd.DataFrame) -> pd.DataFrame:
    """How many of a place moved to which place within a quarter: period, until, from, to,
    customers, of (customers of `from` on `period`), share (0-1).

    `history`: scores of several periods (period, customer_id, scenario, left_on). Of each quarter
    the last period counts, and only quarters that follow each other make a pair: over a gap more
    would move than in one quarter. All pairs together have no period (NaT): the sum of their
    customers over the sum of their `of`. Shares of one `from` add up to 1, those who stayed
    among them.
    """
    placed = history[["period", "customer_id"]].assign(
        place=_place(history), quarter=history["period"].dt.to_period("Q")
    )
    placed = placed[placed["period"] == placed.groupby("quarter")["period"].transform("max")]
    quarters = placed[["quarter", "period"]].drop_duplicates()
    following = quarters.assign(quarter=quarters["quarter"] - 1).rename(columns={"period": "until"})
    starts = placed[placed["place"] != LEFT].merge(following, on="quarter")
    ends = placed[["period", "customer_id", "place"]]
    pairs = starts.rename(columns={"place": "from"}).merge(
        ends.rename(columns={"period": "until", "place": "to"}),
        on=["until", "customer_id"],
        how="left",
    )
    pairs["to"] = pairs["to"].fillna(LEFT)
    each = pairs.groupby(["period", "until", "from", "to"]).size().reset_index(name="customers")
    pooled = each.groupby(["from", "to"], as_index=False)["customers"].sum()
    counted: pd.DataFrame = pd.concat(
        [each, pooled.assign(period=pd.NaT, until=pd.NaT)], ignore_index=True
    )
    same = counted.groupby(["period", "from"], dropna=False)["customers"]
    counted["of"] = same.transform("sum")
    columns = ["period", "until", "from", "to", "customers", "of"]
    return counted[columns].assign(share=counted["customers"] / counted["of"])


def outcomes_after(
    history: pd.DataFrame, outcomes: pd.DataFrame, quarters: tuple[int, ...] = (2, 4)
) -> pd.DataFrame:
    """What became of the customers of each place within so many quarters: scenario (key or
    NOT_SCORED), outcome, within (quarters), customers (at risk), met (of them with the outcome),
    share (0-1), low, high (its Wilson interval at 95 %).

    `history` is as for `rates`; `outcomes` has customer_id, date, outcome. At risk is who stood
    there at the beginning of a window that has passed whole by the last period; a window that is
    still open says nothing yet. Windows do not overlap, counted back from the last period, so that
    each outcome counts once; a customer is at risk again in each window. An outcome counts after
    the window's first day, up to its last. The share is missing where nobody was at risk, and for
    an outcome that was never recorded of anybody: that nobody wrote it down is not zero.
    """
    last = history["period"].max()
    happened = outcomes[["customer_id", "date", "outcome"]].assign(
        date=pd.to_datetime(outcomes["date"])
    )
    happened = happened[happened["date"] <= last]
    found = [_within(history, happened, number) for number in quarters]
    counted = pd.concat(found, ignore_index=True)
    never = ~counted["outcome"].isin(happened["outcome"])
    counted["share"] = (counted["met"] / counted["customers"]).mask(never)
    low, high = _wilson(counted["share"], counted["customers"])
    return counted.assign(low=low, high=high)


def _place(scores: pd.DataFrame) -> pd.Series[str]:
    placed = scores["scenario"].astype("str").fillna(NOT_SCORED)
    return placed.where(scores["left_on"].isna(), LEFT)


def _within(history: pd.DataFrame, happened: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """At risk and met per place and outcome, over the windows of so many quarters."""
    placed = history[["period", "customer_id"]].assign(scenario=_place(history))
    placed = placed[placed["scenario"] != LEFT]
    windows = _windows(history["period"], quarters)
    risk = placed.merge(windows, on="period")
    met = risk.merge(happened, on="customer_id")
    met = met[(met["date"] > met["period"]) & (met["date"] <= met["until"])]
    met = met.drop_duplicates(["period", "customer_id", "outcome"])
    every = pd.MultiIndex.from_product(
        [sorted(placed["scenario"].unique()), OUTCOMES], names=["scenario", "outcome"]
    )
    counted = every.to_frame(index=False).assign(within=quarters)
    of = risk.groupby("scenario").size()
    counted["customers"] = counted["scenario"].map(of).fillna(0).astype("int64")
    times = met.groupby(["scenario", "outcome"]).size().reindex(every, fill_value=0)
    return counted.assign(met=times.to_numpy())


def _windows(periods: pd.Series[pd.Timestamp], quarters: int) -> pd.DataFrame:
    """The windows that have passed and do not overlap: period (the first day), until (the last)."""
    windows = []
    limit = periods.max()
    for start in sorted(periods.unique(), reverse=True):
        until = _later(pd.Timestamp(start), quarters)
        if until <= limit:
            windows.append((start, until))
            limit = start
    return pd.DataFrame(windows, columns=["period", "until"]).astype("datetime64[us]")


def _later(day: pd.Timestamp, quarters: int) -> pd.Timestamp:
    """The day so many quarters later; the end of a month leads to the end of a month."""
    months = 3 * quarters
    by = pd.offsets.MonthEnd(months) if day.is_month_end else pd.DateOffset(months=months)
    return day + by


def _wilson(
    share: pd.Series[float], number: pd.Series[int]
) -> tuple[pd.Series[float], pd.Series[float]]:
    """The interval in which the true share lies; missing for nobody."""
    n = number.where(number > 0).astype("float64")
    spread = _Z * ((share * (1 - share) + _Z**2 / (4 * n)) / n) ** 0.5
    low, high = ((share + _Z**2 / (2 * n) + s) / (1 + _Z**2 / n) for s in (-spread, spread))
    return low.clip(lower=0), high.clip(upper=1)
