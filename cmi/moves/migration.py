"""Who moved from which scenario to which between two days, and how often that happens in a quarter.

Everything takes scores frames of cmi/scoring.py over the snapshots of a store. A customer's place
is the key of its scenario, or NOT_SCORED (no place on the plane), LEFT (churned by that day), NEW
(not known yet on the first of two days), or ELSEWHERE (in another segment than the one that
`of_segment` was asked for).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import filtered, present, revenue
from cmi.segments import named
from cmi.words import count, share

NEW, NOT_SCORED, LEFT, ELSEWHERE = "new", "not scored", "left", "elsewhere"

ALL = ""  # the group of everybody, as in cmi.moves.means

_FLOWS = (
    "stayed in their scenario",
    "changed it",
    "lost their place",
    "are newly placed",
    "have no place",
    "came from another segment",
    "went to another segment",
    "left",
)
_KEPT = ["customer_id", "name", "owner", "arr", "currency", "cmi", "chs"]


def of_segment(
    frames: Sequence[pd.DataFrame], wanted: Mapping[str, Sequence[str]]
) -> list[pd.DataFrame]:
    """The scores of those who had the wanted values in any period of the frames, all their periods.

    Where they had others then, `elsewhere` is True: they are not of the segment on that day.
    """
    if not any(wanted.values()):
        return [frame.assign(elsewhere=False) for frame in frames]  # without a copy
    inside = [frame.index.isin(filtered(frame, wanted).index) for frame in frames]
    ids = pd.concat([f["customer_id"][kept] for f, kept in zip(frames, inside, strict=True)])
    return [
        frame.assign(elsewhere=~kept)[frame["customer_id"].isin(ids)]
        for frame, kept in zip(frames, inside, strict=True)
    ]


def between(
    before: pd.DataFrame, after: pd.DataFrame, since: date, wanted: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of two days, the first of which is `since`, of those who were customers of a
    segment on either (see `of_segment`). Who had left by the first day, though that became known
    later, was a customer on neither.
    """
    left = after[after["left_on"] <= pd.Timestamp(since)]
    gone = left[~left["customer_id"].isin(before["customer_id"])]
    then, now = of_segment([before, after.drop(gone.index) if len(gone) else after], wanted)
    return then, now


def true_places(scores: pd.DataFrame) -> pd.DataFrame:
    """The same scores, wherever else a customer was."""
    return scores.drop(columns="elsewhere", errors="ignore")


def there(scores: pd.DataFrame) -> pd.DataFrame:
    """Those who are customers of the segment on that day."""
    return present(scores)[~_elsewhere(present(scores))]


def groups(scores: pd.DataFrame, column: str | None = None) -> pd.Series[str]:
    """The group of everybody who is there (as cmi.moves.means takes it), by customer_id: all of
    them one, ALL, or by the values of a column.
    """
    rows = there(scores)
    if column is None:
        together = pd.Series(ALL, index=rows.index, dtype="str")
        return together.set_axis(rows["customer_id"])
    return named(rows[column], column).set_axis(rows["customer_id"])


def places(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Everybody who was a customer on either day, with both places: customer_id, name, owner, arr,
    currency, from, to, cmi_before, cmi_after, chs_before, chs_after.

    ARR is what it was on the later day where it is known, else on the earlier; for who left it is
    the earlier, since that is what was lost. Who has left has no scores. Who had left by the first
    day and has not come back was a customer on neither. Who is not in `after` counts as left: let
    both frames hold the same selection of customers (see `of_segment`), not those of a segment then
    and those of it now.
    """
    then, now = (scores[_KEPT].assign(place=place(scores)) for scores in (before, after))
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
    for column in scores:
        both[column] = both[column].where(both["from" if "before" in column else "to"] != LEFT)
    columns = ["customer_id", "name", "owner", "arr", "currency", "from", "to", *scores]
    return both[columns].reset_index(drop=True)


def flows(
    before: pd.DataFrame, after: pd.DataFrame, methodology: Methodology, grid: GridKey
) -> pd.DataFrame:
    """One row per pair of places that somebody moved between or stayed in: from, to, customers,
    arr (see `places`; in the main currency, missing where it is not known of any of them).

    Everybody who was a customer on either day is in exactly one flow. In the order of the
    scenarios' priority, NEW first, NOT_SCORED, ELSEWHERE and LEFT last.
    """
    found = places(before, after)
    grouped = found.assign(arr=revenue(found)).groupby(["from", "to"])["arr"]
    counted = pd.DataFrame({"customers": grouped.size(), "arr": grouped.sum(min_count=1)})
    keys = [NEW, *(s.key for s in methodology.grid(grid))]
    last = [NOT_SCORED, ELSEWHERE, LEFT]
    keys += sorted({*found["from"], *found["to"]} - {*keys, *last})  # of older rules
    order = {key: n for n, key in enumerate([*keys, *last])}
    sorted_flows = counted.reset_index().sort_values(
        ["from", "to"], key=lambda c: c.map(order), ignore_index=True
    )
    return sorted_flows.astype({"customers": "int64", "arr": "float64"})


def flows_in_words(flows: pd.DataFrame) -> str:
    """How many stayed in their scenario, changed it, came and went; "" without customers."""
    told = [_flow(*flow) for flow in zip(flows["from"], flows["to"], strict=True)]
    numbers = flows["customers"].groupby(told).sum().reindex(_FLOWS, fill_value=0)
    said = ", ".join(f"{number:,} {words}" for words, number in numbers.items() if number)
    return said and f"{said}."


def _flow(from_: str, to: str) -> str:
    had, has = (place not in (NEW, NOT_SCORED, LEFT) for place in (from_, to))
    if ELSEWHERE in (from_, to) and LEFT not in (from_, to):
        return "came from another segment" if from_ == ELSEWHERE else "went to another segment"
    if had and has:
        return "stayed in their scenario" if from_ == to else "changed it"
    if to == LEFT:
        return "left"
    return "are newly placed" if has else "lost their place" if had else "have no place"


def who(before: pd.DataFrame, after: pd.DataFrame, from_: str, to: str) -> pd.DataFrame:
    """The customers of one flow, largest ARR first; columns of `places`."""
    found = places(before, after)
    wanted = found[(found["from"] == from_) & (found["to"] == to)]
    return wanted.sort_values(
        ["arr", "name"], ascending=[False, True], na_position="last", ignore_index=True
    )


def quarterly(history: pd.DataFrame) -> pd.DataFrame:
    """Who stood where at the end of a quarter, and where at the end of the next: period, until,
    customer_id, from, to.

    `history`: scores of several periods (period, customer_id, scenario, left_on). Of each quarter
    the last period counts, and only quarters that follow each other make a pair: over a gap more
    would move than in one quarter; for the same reason the last one must have ended.
    """
    placed = history[["period", "customer_id"]].assign(
        place=place(history), quarter=history["period"].dt.to_period("Q")
    )
    placed = placed[placed["period"] == placed.groupby("quarter")["period"].transform("max")]
    quarters = placed[["quarter", "period"]].drop_duplicates()
    ended = quarters[quarters["period"].dt.is_quarter_end]
    following = ended.assign(quarter=ended["quarter"] - 1).rename(columns={"period": "until"})
    starts = placed[~placed["place"].isin([LEFT, ELSEWHERE])].merge(following, on="quarter")
    ends = placed[["period", "customer_id", "place"]]
    pairs = starts.rename(columns={"place": "from"}).merge(
        ends.rename(columns={"period": "until", "place": "to"}),
        on=["until", "customer_id"],
        how="left",
    )
    pairs["to"] = pairs["to"].fillna(LEFT)
    return pairs[["period", "until", "customer_id", "from", "to"]]


def rates(pairs: pd.DataFrame) -> pd.DataFrame:
    """How many of a place moved to which place within a quarter: period, until, from, to,
    customers, of (customers of `from` on `period`), share (0-1).

    `pairs` are those of `quarterly`. All pairs together have no period (NaT): the sum of their
    customers over the sum of their `of`. Shares of one `from` add up to 1, those who stayed
    among them.
    """
    each = pairs.groupby(["period", "until", "from", "to"]).size().reset_index(name="customers")
    pooled = each.groupby(["from", "to"], as_index=False)["customers"].sum()
    counted: pd.DataFrame = pd.concat(
        [each, pooled.assign(period=pd.NaT, until=pd.NaT)], ignore_index=True
    )
    same = counted.groupby(["period", "from"], dropna=False)["customers"]
    counted["of"] = same.transform("sum")
    columns = ["period", "until", "from", "to", "customers", "of"]
    return counted[columns].assign(share=counted["customers"] / counted["of"])


def movers(pairs: pd.DataFrame, history: pd.DataFrame, from_: str, to: str) -> pd.DataFrame:
    """The customers behind a rate: period, until, then the columns of `places`; latest first.

    A customer who moved so in several of the `pairs` is there several times.
    """
    asked = pairs[(pairs["from"] == from_) & (pairs["to"] == to)]
    days = asked[["period", "until"]].drop_duplicates().sort_values("period", ascending=False)
    of_day = dict(list(history.groupby("period")))
    found = [
        who(of_day[then], of_day[until], from_, to).assign(period=then, until=until)
        for then, until in zip(days["period"], days["until"], strict=True)
    ]
    return pd.concat(found, ignore_index=True)


def in_words(rates: pd.DataFrame, names: Mapping[str, str]) -> str:
    """What all quarters together show of the scenarios; "" without a pair of quarters.

    84 % stayed in their scenario from one quarter to the next, over 8 quarters; most often somebody
    went from Retain to Let go (14 of 200).
    """
    pooled = rates[rates["period"].isna() & ~rates["from"].isin([NOT_SCORED])]
    if pooled.empty:
        return ""
    quarters = rates["period"].nunique()
    same = pooled["from"] == pooled["to"]
    stayed = pooled.loc[same, "customers"].sum() / pooled["customers"].sum()
    said = (
        f"{share(stayed)} stayed in their scenario from one quarter to the next, "
        f"over {count(quarters, 'quarter')}"
    )
    moved = pooled[~same].sort_values(["customers", "share"], ascending=False)
    if moved.empty:
        return f"{said}."
    most = moved.iloc[0]
    there, to = (names.get(most[side], most[side]) for side in ("from", "to"))
    return (
        f"{said}; the most frequent move was {there} → {to} ({most['customers']} of {most['of']})."
    )


def place(scores: pd.DataFrame) -> pd.Series[str]:
    """Where everybody stands (see the head of this module)."""
    placed = scores["scenario"].astype("str").fillna(NOT_SCORED)
    return placed.mask(_elsewhere(scores), ELSEWHERE).where(scores["left_on"].isna(), LEFT)


def _elsewhere(scores: pd.DataFrame) -> pd.Series[bool]:
    if "elsewhere" in scores:
        return scores["elsewhere"]
    return pd.Series(data=False, index=scores.index)
