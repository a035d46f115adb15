"""Cohorts: customers who began together, or were alike when they did, as they grow older.

A history is the scores frame of cmi/scoring.py with several periods. A customer belongs to one
cohort for good, also after it has left: by the quarter (month, year) in which it started
(`start_date`; where that is not known or later, the first period in which it was there), or by the
value that an attribute had in that first period. Who was there in no period belongs to none.

Age is counted in periods of the history, 0 at the end of the period in which the customer started.
Where it started before the history, the periods before are counted in the same steps, so that such
a cohort begins at a later age and has no age 0. With `By(since="seen")` age 0 is the first period
in which the customer was there.

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

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from cmi.freshness import resting
from cmi.methodology import GridKey, Methodology
from cmi.portfolio import present, revenue
from cmi.segments import FEWEST, named
from cmi.words import count

Since = Literal["start", "seen"]
Start = Literal["quarter", "month", "year"]


@dataclass(frozen=True)
class By:
    """What makes customers a cohort, and from when its age counts.

    With a `column` its value, without one the `start`: the quarter "2026 Q1", the month "2026-03"
    or the year "2026".
    """

    column: str | None = None
    start: Start = "quarter"
    since: Since = "start"


START = By()
SCORES = ("cmi", "chs")
QUARTER = 3  # months from one period to the next, while there is only one


def measures(methodology: Methodology, grid: GridKey) -> dict[str, str]:
    """What a heat map can show: measure -> its name."""
    shares = {f"share.{s.key}": f"Share in {s.name}" for s in methodology.grid(grid)}
    kept = {"retention": "Retention", "nrr": "Net revenue retention"}
    return {"cmi": "CMI", "chs": "CHS", **shares, **kept}


def members(history: pd.DataFrame, by: By = START) -> pd.DataFrame:
    """A row per customer who was ever there: customer_id, cohort, first (the first period in which
    it was there), started (a day, not after `first`).
    """
    found, told = _starts(history)
    first = found["period"]
    started = told.where(told <= first, first)
    told_by = by.column
    cohort = _began(started, by.start) if told_by is None else named(found[told_by], told_by)
    members = {"cohort": cohort, "first": first, "started": started}
    return pd.DataFrame(members).rename_axis("customer_id").reset_index()


def start_later(history: pd.DataFrame) -> int:
    """How many customers have a start date after the first period in which they were there."""
    found, told = _starts(history)
    return int((told > found["period"]).sum())


def _starts(history: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Everybody who was ever there, as in the first period of it, and the start date; by
    customer_id.
    """
    there = present(history).sort_values("period", kind="stable")
    found = there.drop_duplicates("customer_id").set_index("customer_id")
    return found, history.groupby("customer_id")["start_date"].min().reindex(found.index)


def _began(started: pd.Series[Any], start: Start) -> pd.Series[str]:
    """Such that the order of the names is that of time."""
    year: pd.Series[str] = started.dt.year.astype("str").str.zfill(4)
    if start == "year":
        return year
    part: pd.Series[str] = started.dt.quarter.astype("str")
    if start == "month":
        part = started.dt.month.astype("str").str.zfill(2)
    return year.str.cat(part, sep="-" if start == "month" else " Q")


def heat(
    history: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    by: By = START,
    measure: str = "cmi",
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row per cohort and age that it has lived to see, by cohort and age.

    Columns: cohort, size (its customers), age, customers (there at that age), counted (customers
    on whom the value rests), value (see the head of this module; missing where nothing is known),
    few (it rests on fewer than five customers, or than half of the cohort), carried (a score, or
    both of a scenario, is carried over; see cmi.freshness.resting, whose `resting` of the history
    is `known`).
    """
    if measure not in measures(methodology, grid):
        raise ValueError(measure)
    rows = _aged(history, by)
    cells = rows.groupby(["cohort", "age"])["there"].sum().rename("customers").to_frame()
    told = _measured(rows, measure)
    sizes = rows.drop_duplicates("customer_id").groupby("cohort").size()
    found = cells.join(told).reset_index()
    found.insert(1, "size", found["cohort"].map(sizes).astype("int64"))
    found["counted"] = found["counted"].fillna(0).astype("int64")
    told_by = SCORES if measure.startswith("share.") else {measure}.intersection(SCORES)
    found["carried"] = False
    if known is not None and told_by:
        there = rows[rows["there"]]
        rests = resting.grouped(history, known, _keys(there))[
            [f"{score}_carried" for score in told_by]
        ]
        at = pd.MultiIndex.from_frame(found[["cohort", "age"]])
        found["carried"] = rests.all(axis=1).reindex(at, fill_value=False).to_numpy()
    found["few"] = (found["counted"] < FEWEST) | (found["counted"] < found["size"] / 2)
    return found[["cohort", "size", "age", "customers", "counted", "value", "few", "carried"]]


def matrix(cells: pd.DataFrame, of: str = "value") -> pd.DataFrame:
    """A column of `heat` as a table: a row per cohort that has a value, a column per age from the
    first to the last at which one has; missing where there is none.
    """
    told = cells.dropna(subset="value")
    wide = told.pivot(index="cohort", columns="age", values=of)  # noqa: PD010
    ages = told["age"]
    return wide if told.empty else wide.reindex(columns=range(ages.min(), ages.max() + 1))


def grows(cells: pd.DataFrame) -> bool:
    """Whether any cohort has a value at two ages."""
    return bool(cells.dropna(subset="value")["cohort"].duplicated().any())


def pair(cells: pd.DataFrame) -> tuple[str, str] | None:
    """Two cohorts to begin with: the two that share most ages, the largest of such, larger first;
    None where no two share an age.
    """
    lived = matrix(cells).notna()
    sizes = cells.drop_duplicates("cohort").set_index("cohort")["size"].reindex(lived.index)
    order = sizes.sort_values(ascending=False, kind="stable").index.astype("str")
    there = lived.reindex(order).to_numpy(dtype="int64")
    shared = np.triu(there @ there.T, 1)
    if not shared.any():
        return None
    size = sizes[order].to_numpy()
    most = np.where(shared == shared.max(), size[:, None] + size[None, :], -1)
    one, other = divmod(int(most.argmax()), len(order))
    return order[one], order[other]


def against(cells: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Two cohorts of `heat` at the same age: age, one, other, difference (one less the other),
    one_counted, other_counted (customers on whom each rests), one_few, ... and one_carried, ...
    """
    sides = ["one", "other"]
    wide = matrix(cells).reindex([one, other]).T.set_axis(sides, axis=1)
    lines = wide.assign(difference=wide["one"] - wide["other"])
    for of in ("counted", "few", "carried"):
        part = matrix(cells, of).reindex([one, other]).T
        lines = lines.join(part.set_axis([f"{side}_{of}" for side in sides], axis=1))
    lines = lines.dropna(how="all", subset=["one", "other"])
    return lines.rename_axis("age").reset_index()


def most(cells: pd.DataFrame, by: By, number: int) -> pd.DataFrame:
    """The cells of so many cohorts: those that began last, or of an attribute the largest."""
    told = cells.drop_duplicates("cohort")
    order = (
        told["cohort"] if by.column is None else told.sort_values("size", kind="stable")["cohort"]
    )
    return cells[cells["cohort"].isin(order.tail(number))]


def in_words(lines: pd.DataFrame, one: str, other: str, step: str, unit: str = "") -> str:
    """How two cohorts of `against` compare at the last age that both have reached, and not with few
    unless they always were; "" without such an age.

    The values are as they are to be read; `unit` follows them.
    """
    both = lines.dropna(subset="difference")
    if both.empty:
        return ""
    many = both[both[["one_few", "other_few"]].eq(other=False).all(axis=1)]
    last = (both if many.empty else many).iloc[-1]
    sides = [
        f"{name} stands at {last[key]:.0f}{unit} ({count(int(last[f'{key}_counted']), 'customer')})"
        for name, key in ((one, "one"), (other, "other"))
    ]
    apart = round(last["one"]) - round(last["other"])
    less = f"{count(abs(apart), 'point')} {'more' if apart > 0 else 'less'}" if apart else "as much"
    reached = f"After {count(int(last['age']), step)}" if last["age"] else "At the start"
    return f"{reached}, {sides[0]}, {sides[1]}: {one} has {less}."


def behind(history: pd.DataFrame, by: By, cohort: str, age: int) -> pd.DataFrame:
    """The rows of a history that stand behind a cell of `heat`, also of those who have left."""
    rows = _aged(history, by)
    kept: pd.DataFrame = history.loc[rows.index[(rows["cohort"] == cohort) & (rows["age"] == age)]]
    return kept


def _aged(history: pd.DataFrame, by: By) -> pd.DataFrame:
    """The rows of a history with cohort, age, there, base (was there at age 0), arr and arr_then
    (ARR now and at age 0); from age 0 on.
    """
    of = members(history, by)
    rows = history[history["customer_id"].isin(of["customer_id"])]
    begun = of["started"] if by.since == "start" else of["first"]
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
    elif measure in SCORES:
        values = rows[measure].astype("float64")[rows["there"]]
    else:
        placed = rows["there"] & rows["scenario"].notna()
        values = (rows["scenario"] == measure.removeprefix("share.")).astype("float64")[placed]
    grouped = values.groupby(_keys(rows.loc[values.index]))
    value = grouped.median() if measure in SCORES else grouped.mean()
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
