"""Cohorts: customers who began together, or were alike when they did, as they grow older.

A history is the scores frame of cmi/scoring.py with several periods. A customer belongs to one
cohort for good, also after it has left: by the quarter in which it started (`start_date`; where
that is not known or later, the first period in which it was there), or by the value that an
attribute had in that first period. Who was there in no period belongs to none.

Age is counted in periods of the history, 0 at the end of the period in which the customer started.
Where it started before the history, the periods before are counted in the same steps, so that such
a cohort begins at a later age and has no age 0. With `since="seen"` age 0 is the first period in
which the customer was there.

Measures (see `measures`)
    cmi, chs      medians (0-100) of those who are there and have the score
    share.<key>   of those who are there and scored, the part in this scenario (0-1)
    retention     of those who were there at age 0, the part that is there (0-1)
    nrr           net revenue retention: ARR now of those who were there at age 0 with known ARR,
                  divided by what it was then (1 is as much). Who has left pays 0. Where the ARR of
                  one who is still there is not known, neither is the cell's. ARR is in the main
                  currency of the history; in another one it counts as not known.
A cell that a cohort did not live to see, or could not yet, is missing; so is one without anybody to
measure. None of them is 0.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import present, revenue
from cmi.segments import named

Since = Literal["start", "seen"]

QUARTER = 3  # months from one period to the next, while there is only one


def measures(methodology: Methodology, grid: GridKey) -> dict[str, str]:
    """What a heat map can show: measure -> its name."""
    shares = {f"share.{s.key}": f"Share in {s.name}" for s in methodology.grid(grid)}
    kept = {"retention": "Retention", "nrr": "Net revenue retention"}
    return {"cmi": "CMI", "chs": "CHS", **shares, **kept}


def members(history: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """A row per customer who was ever there: customer_id, cohort, first (the first period in which
    it was there), started (a day, not after `first`).

    `by` is an attribute's column; without one a cohort is a quarter, "2026 Q1".
    """
    there = present(history).sort_values("period", kind="stable")
    found = there.drop_duplicates("customer_id").set_index("customer_id")
    first = found["period"]
    told = history.groupby("customer_id")["start_date"].min().reindex(found.index)
    started = told.where(told <= first, first)
    if by is None:
        quarter = started.dt.year.astype("str") + " Q" + started.dt.quarter.astype("str")
        cohort = quarter.astype("str")
    else:
        cohort = named(found[by], by)
    members = {"cohort": cohort, "first": first, "started": started}
    return pd.DataFrame(members).rename_axis("customer_id").reset_index()


def heat(
    history: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    by: str | None = None,
    measure: str = "cmi",
    since: Since = "start",
) -> pd.DataFrame:
    """A row per cohort and age that it has lived to see, by cohort and age.

    Columns: cohort, size (its customers), age, customers (there at that age), counted (customers
    on whom the value rests), value (see the head of this module; missing where nothing is known).
    """
    if measure not in measures(methodology, grid):
        raise ValueError(measure)
    rows = _aged(history, by, since)
    cells = rows.groupby(["cohort", "age"])["there"].sum().rename("customers").to_frame()
    told = _measured(rows, measure)
    sizes = rows.drop_duplicates("customer_id").groupby("cohort").size()
    found = cells.join(told).reset_index()
    found.insert(1, "size", found["cohort"].map(sizes).astype("int64"))
    found["counted"] = found["counted"].fillna(0).astype("int64")
    return found[["cohort", "size", "age", "customers", "counted", "value"]]


def matrix(cells: pd.DataFrame) -> pd.DataFrame:
    """The values of `heat` as a table: a row per cohort, a column per age from the first to the
    last; missing where there is none.
    """
    wide = cells.pivot(index="cohort", columns="age", values="value")  # noqa: PD010
    ages = cells["age"]
    return wide if cells.empty else wide.reindex(columns=range(ages.min(), ages.max() + 1))


def against(cells: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Two cohorts of `heat` at the same age: age, one, other, difference (one less the other)."""
    wide = matrix(cells).reindex([one, other]).T.set_axis(["one", "other"], axis=1)
    lines = wide.dropna(how="all").assign(difference=wide["one"] - wide["other"])
    return lines.rename_axis("age").reset_index()


def _aged(history: pd.DataFrame, by: str | None, since: Since) -> pd.DataFrame:
    """The rows of a history with cohort, age, there, base (was there at age 0), arr and arr_then
    (ARR now and at age 0); from age 0 on.
    """
    of = members(history, by)
    rows = history[history["customer_id"].isin(of["customer_id"])]
    begun = of["started"] if since == "start" else of["first"]
    ends = _ends(pd.DatetimeIndex(history["period"].drop_duplicates().sort_values()), begun.min())
    who = pd.Index(of["customer_id"]).get_indexer(pd.Index(rows["customer_id"]))
    age = ends.get_indexer(pd.Index(rows["period"])) - ends.searchsorted(begun)[who]
    there, arr = rows["left_on"].isna().to_numpy(), revenue(rows).to_numpy()
    base, then = np.zeros(len(of), dtype=bool), np.full(len(of), np.nan)
    first = there & (age == 0)
    base[who[first]], then[who[first]] = True, arr[first]
    aged = rows[["customer_id", "cmi", "chs", "scenario"]].assign(
        cohort=of["cohort"].to_numpy()[who],
        age=age,
        there=there,
        base=base[who],
        arr=arr,
        arr_then=then[who],
    )
    kept: pd.DataFrame = aged[age >= 0]
    return kept


def _ends(periods: pd.DatetimeIndex, earliest: pd.Timestamp) -> pd.DatetimeIndex:
    """The periods, and before them as many as there were since the earliest day, in like steps."""
    if not len(periods) or not earliest < periods[0]:  # nobody was ever there: NaT
        return periods
    first = periods[0]
    months = np.asarray(periods.year * 12 + periods.month)
    step = max(1, round(float(np.median(np.diff(months))))) if len(periods) > 1 else QUARTER
    ago = (first.year - earliest.year) * 12 + first.month - earliest.month
    earlier = np.datetime64(first, "M") - step * np.arange(ago // step, 0, -1)
    last = (earlier + 1).astype("datetime64[D]") - 1  # of each month
    same = earlier.astype("datetime64[D]") + (first.day - 1)
    days = last if first.is_month_end else np.minimum(same, last)
    return pd.DatetimeIndex([*days.astype("datetime64[us]"), *periods])


def _measured(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Per cohort and age: value and counted; no row where nothing is known."""
    if measure == "nrr":
        return _revenue_kept(rows)
    if measure == "retention":
        values = rows["there"].astype("float64")[rows["base"]]
    elif measure in ("cmi", "chs"):
        values = rows[measure].astype("float64")[rows["there"]]
    else:
        placed = rows["there"] & rows["scenario"].notna()
        values = (rows["scenario"] == measure.removeprefix("share.")).astype("float64")[placed]
    grouped = values.groupby(_keys(rows.loc[values.index]))
    value = grouped.median() if measure in ("cmi", "chs") else grouped.mean()
    return pd.DataFrame({"value": value, "counted": grouped.count()})


def _revenue_kept(rows: pd.DataFrame) -> pd.DataFrame:
    """Net revenue retention per cohort and age."""
    known = rows[rows["base"] & rows["arr_then"].notna()]
    now = known["arr"].where(known["there"], 0.0)
    sums = pd.DataFrame({"now": now, "then": known["arr_then"], "unknown": now.isna()})
    grouped = sums.groupby(_keys(known))
    told = grouped.sum()
    certain = (told["unknown"] == 0) & (told["then"] > 0)
    return pd.DataFrame(
        {"value": (told["now"] / told["then"]).where(certain), "counted": grouped.size()}
    )


def _keys(rows: pd.DataFrame) -> list[pd.Series[Any]]:
    return [rows["cohort"], rows["age"]]
