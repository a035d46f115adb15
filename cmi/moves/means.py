"""Why the mean score of a group changed between two days: what moved those who stayed, and who
counts on one of the days only.

A change has group (its name), score ("cmi", "chs"), kind, item, points (of the mean), customers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ALL = ""  # the group of everybody
STAYED = "stayed"
CAME = ("newly known", "newly scored", "joined")
WENT = ("left", "no longer scored", "parted")

_COLUMNS = ["group", "score", "kind", "item", "points", "customers"]


def change(
    causes: pd.DataFrame,
    then: pd.Series[str] | None = None,
    now: pd.Series[str] | None = None,
) -> pd.DataFrame:
    """A row per group, score and cause of the change of its mean (see the module's head); per group
    and score what moved most first, then who stayed, then who came and went.

    `causes` (cmi.moves.causes) are those of everybody. `then` and `now` give the group of each day
    by customer_id; who is missing there was in none. Without them all are one group, ALL.

    The points add up to the change of the mean over all scored customers of the group:
        causes of items and rules   the mean over those who stayed (in the group and scored on both
                                    days); `customers` counts whom it moved
        stayed                      0 points; `customers` counts who stayed
        newly known, newly scored, joined (from another group), left, no longer scored, parted (to
        another group)              who counts on one day only, by how far they lie from the mean of
                                    those who stayed; where nobody stayed, from the middle of both
                                    days' means. Missing where one day has no score at all.
    """
    found = [_of_score(str(axis), rows, then, now) for axis, rows in causes.groupby("score")]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)
    whole = whole.astype({"points": "float64", "customers": "int64"})
    size = whole["points"].abs().where(~whole["kind"].isin([STAYED, *CAME, *WENT]), -1.0)
    order = whole.assign(_size=-size).sort_values(["group", "score", "_size"], kind="stable")
    return order[_COLUMNS].reset_index(drop=True)


def total(group: pd.DataFrame) -> float:
    """How far the mean of one group and score moved; missing where a day has no score."""
    return float(group["points"].sum(skipna=False)) if len(group) else np.nan


def whom(
    causes: pd.DataFrame,
    group: pd.DataFrame,
    then: pd.Series[str] | None = None,
    now: pd.Series[str] | None = None,
) -> pd.DataFrame:
    """The customers behind rows of `change` of one group and score, the most moved first:
    customer_id, points (of their own score; missing for who counts on one day only).
    """
    (axis,), (name,) = group["score"].unique(), group["group"].unique()
    rows = causes[(causes["score"] == axis)]
    table = _counting(rows, then, now)
    stayed = table.index[_stayed(table) & (table["then"] == name)]
    told = _told(rows[rows["customer_id"].isin(stayed)])
    asked = pd.MultiIndex.from_frame(group[["kind", "item"]])
    told = told[pd.MultiIndex.from_frame(told[["kind", "item"]]).isin(asked)]
    points = told.groupby("customer_id")["points"].sum()
    points = points.reindex(points.abs().sort_values(ascending=False, kind="stable").index)
    half = _on_one_day(table)
    half = half[(half["group"] == name) & half["kind"].isin(group["kind"])]
    ids = [*points.index, *half["customer_id"]]
    return pd.DataFrame({"customer_id": ids, "points": points.reindex(ids).to_numpy()})


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """The causes that moved a score."""
    told: pd.DataFrame = rows[rows["points"].notna() & (rows["points"] != 0)]
    return told


def _of_score(
    axis: str, rows: pd.DataFrame, then: pd.Series[str] | None, now: pd.Series[str] | None
) -> pd.DataFrame:
    table = _counting(rows, then, now)
    group = table["then"][_stayed(table)]
    sizes = group.value_counts()
    told = _told(rows)
    told = told.assign(group=group.reindex(told["customer_id"]).to_numpy()).dropna(subset="group")
    moved = told.groupby(["group", "kind", "item"])["points"]
    items = moved.agg(points="sum", customers="size").reset_index()
    items["points"] /= sizes.reindex(items["group"]).to_numpy()
    every = pd.Index(pd.concat([table["then"], table["now"]]).dropna().unique(), dtype="str")
    stay = sizes.reindex(every, fill_value=0).rename_axis("group").rename("customers")
    half = _on_one_day(table).groupby(["group", "kind"])["points"]
    halves = pd.DataFrame({"points": half.sum(min_count=1), "customers": half.size()})
    parts = [
        items,
        stay.reset_index().assign(kind=STAYED, item="", points=0.0),
        halves.reset_index().assign(item=""),
    ]
    return pd.concat([part for part in parts if len(part)]).assign(score=axis)


def _counting(
    rows: pd.DataFrame, then: pd.Series[str] | None, now: pd.Series[str] | None
) -> pd.DataFrame:
    """A row per customer with a score of this kind: before, after, then and now (the group in whose
    mean it counts that day, missing where in none), half (the kind of who has one score only).
    """
    table = rows.drop_duplicates("customer_id").set_index("customer_id")[["before", "after"]]
    kinds = rows[rows["kind"].isin([*CAME, *WENT])].set_index("customer_id")["kind"]
    for day, group, score in (("then", then, "before"), ("now", now, "after")):
        named = pd.Series(ALL, index=table.index) if group is None else group.reindex(table.index)
        table[day] = named.where(table[score].notna()).astype("str")
    return table.assign(half=kinds.reindex(table.index))


def _stayed(table: pd.DataFrame) -> pd.Series[bool]:
    return table["then"].notna() & (table["then"] == table["now"])


def _on_one_day(table: pd.DataFrame) -> pd.DataFrame:
    """Who counts in a group on one day only: customer_id, group, kind, points (of its mean)."""
    stayed = _stayed(table)
    sides = (("then", "before", "parted", -1), ("now", "after", "joined", 1))
    means = {day: table.groupby(day)[score].mean() for day, score, _, _ in sides}
    middle = (means["then"] + means["now"]) / 2
    found = []
    for day, score, other, sign in sides:
        alone = table[table[day].notna() & ~stayed]
        group = alone[day]
        kept = table[stayed].groupby(day)[score].mean().reindex(middle.index).fillna(middle)
        size = table[day].value_counts()
        points = alone[score] - kept.reindex(group).to_numpy()
        points *= sign / size.reindex(group).to_numpy()
        kind = alone["half"].fillna(other)
        found.append(pd.DataFrame({"group": group, "kind": kind, "points": points}))
    return pd.concat(found).rename_axis("customer_id").reset_index()
