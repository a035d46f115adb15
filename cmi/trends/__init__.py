"""Is it getting better? The portfolio by period, as a whole or split by what customers were then.

A history is the scores frame of cmi/scoring.py with several periods. Who had left by the end of a
period does not count in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cmi.freshness.resting import MOSTLY
from cmi.history import by_version
from cmi.methodology import GridKey, Methodology
from cmi.portfolio import present
from cmi.segments import ALL, FEWEST, grouped, named, summary
from cmi.words import count, day, listed, period, points, share, signed


def by_period(
    history: pd.DataFrame, methodology: Methodology, grid: GridKey, split: str | None = None
) -> pd.DataFrame:
    """A row per period, oldest first, also where nobody was there; with `split` per period and
    segment, largest segment first, without those that had nobody then.

    Columns: period, label (the segment's name), segment (its value then, missing for customers
    without one; with `split` only), then those at the head of cmi/segments/__init__.py. ARR is in
    one currency, that of most rows of the whole history.
    """
    rows = present(history)
    periods = pd.Index(history["period"].drop_duplicates().sort_values(), name="period")
    if split is None:
        of_row = periods.get_indexer(rows["period"])
        told = summary(rows, of_row, len(periods), methodology, grid)
        told.insert(0, "period", periods.to_numpy())
        told.insert(1, "label", pd.Series(ALL, index=told.index, dtype="str"))
        return told
    values, of_row = grouped([rows["period"], rows[split]])
    values.columns = ["period", "segment"]
    told = summary(rows, of_row, len(values), methodology, grid)
    values.insert(1, "label", named(values["segment"], split))
    table = pd.concat([values, told], axis=1)
    size = table.groupby("label")["customers"].transform("sum")
    order = table.assign(_size=-size).sort_values(["period", "_size", "label"], ignore_index=True)
    return order.drop(columns="_size")


def mix(trend: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The scenarios of by_period, a row each: period, label, scenario (key), customers, share (0-1,
    of the scored), arr, arr_share (0-1, of the ARR of the scored; missing where there is none).
    """
    keys = [s.key for s in methodology.grid(grid)]
    whole = trend[[f"arr.{key}" for key in keys]].sum(axis=1).replace(0, np.nan)
    parts = [
        pd.DataFrame(
            {
                "period": trend["period"],
                "label": trend["label"],
                "scenario": key,
                "customers": trend[f"customers.{key}"],
                "share": trend[f"share.{key}"],
                "arr": trend[f"arr.{key}"],
                "arr_share": trend[f"arr.{key}"] / whole,
            }
        )
        for key in keys
    ]
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def change(trend: pd.DataFrame, measure: str) -> pd.DataFrame:
    """From the first to the last period in which a number of by_period is known, per segment.

    Columns: label, since, until (days), before, after, change. A number that is known in one
    period only has no change, and neither have two.
    """
    known = trend.dropna(subset=measure).sort_values("period", kind="stable").groupby("label")
    ends = {end: getattr(known, end)() for end in ("first", "last")}
    first, last = (ends[end][["period", measure]] for end in ("first", "last"))
    moved = pd.DataFrame(
        {
            "since": first["period"],
            "until": last["period"],
            "before": first[measure],
            "after": last[measure],
            "change": (last[measure] - first[measure]).where(last["period"] > first["period"]),
        }
    )
    return moved.reindex(trend["label"].drop_duplicates()).rename_axis("label").reset_index()


def composition(
    history: pd.DataFrame, changes: pd.DataFrame, score: str, split: str | None = None
) -> pd.DataFrame:
    """Changes of a score's median with what of them is only who came and who left.

    `changes` are those of `change`. Added columns: same (customers who have the score at both ends,
    with `split` in that segment both times), of_same (the change of their median; missing without
    any), of_others (the rest of the change). The two parts add up to it.
    """
    columns = ["period", "customer_id", "left_on", score, *([] if split is None else [split])]
    rows = present(history[columns]).dropna(subset=score)
    label = pd.Series(ALL, index=rows.index) if split is None else named(rows[split], split)
    told = rows[["period", "customer_id", score]].assign(label=label)
    found = []
    for row in changes.to_dict("records"):
        of_it = told[told["label"] == row["label"]]
        then, now = (
            of_it[of_it["period"] == row[end]].set_index("customer_id")[score]
            for end in ("since", "until")
        )
        both = then.index.intersection(now.index)
        found.append((len(both), now.loc[both].median() - then.loc[both].median()))
    same = pd.Series([n for n, _ in found], index=changes.index, dtype="int64")
    moved = pd.Series([m for _, m in found], index=changes.index, dtype="float64")
    moved = moved.where(changes["change"].notna())
    return changes.assign(same=same, of_same=moved, of_others=changes["change"] - moved.fillna(0.0))


def same(history: pd.DataFrame, *scores: str) -> pd.DataFrame:
    """The rows of customers who have the scores in the first and in the last period that has any.

    A median also moves when customers come, leave or are scored for the first time; over these rows
    it moves only because customers did.
    """
    has = history["left_on"].isna() & history[list(scores)].notna().all(axis=1)
    periods = history["period"].where(has)
    customers = pd.factorize(history["customer_id"])[0]  # numbers meet faster than texts
    begun, ended = (customers[periods == end] for end in (periods.min(), periods.max()))
    kept: pd.DataFrame = history[np.isin(customers, np.intersect1d(begun, ended))]
    return kept


def medians(rows: pd.DataFrame, score: str) -> pd.DataFrame:
    """The median of a score by period: period, customers (who have it), median."""
    there = present(rows[["period", "left_on", score]])
    known = there.dropna(subset=score).groupby("period")[score]
    return known.agg(customers="size", median="median").reset_index()


# In words


def in_words(changes: pd.DataFrame, name: str, *, months: bool = False) -> str:
    """How a number of all customers changed, and how much of it is who came and who left.

    `changes` of `composition`, with one row; "" where the number was never known.
    """
    told = changes.dropna(subset="after").to_dict("records")
    if len(told) != 1:
        return ""
    (one,) = told
    until = period(one["until"], months=months)
    if pd.isna(one["change"]):
        alone = f"{name} is {points(one['after'])} ({until})"
        return f"{alone}. No other period has it, so there is no change to tell yet."
    went = f"went from {points(one['before'])} to {points(one['after'])}"
    if points(one["before"]) == points(one["after"]):
        went = f"stayed at {points(one['after'])}"
    since = period(one["since"], months=months)
    return f"{name} {went} between {since} and {until}{_of_whom(one)}."


def _of_whom(one: dict[Any, Any]) -> str:
    """How a change is made up; nothing where nobody moved, came or left."""
    if not one["same"]:
        return ", but nobody was scored in both: these are other customers"
    among = f"the {count(one['same'], 'customer')} scored in both"
    total, same, others = (signed(one[part], 1) for part in ("change", "of_same", "of_others"))
    if others == signed(0, 1):
        return "" if total == others else f" ({total}), and so did {among}"
    return f" ({total}): {same} among {among}, {others} because others came, left or had no score"


def not_heard(rests: pd.DataFrame, score: str) -> str:
    """That the last number of a score is carried over, and since when; "" where it is not.

    `rests` of cmi.freshness.resting.by_period, without a split.
    """
    rows = rests[rests[f"{score}_customers"] > 0].sort_values("period")
    if rows.empty or not (last := rows.iloc[-1])[f"{score}_carried"]:
        return ""
    said = []
    if last[f"{score}_heard"] == 0:
        newest = last["period"] - pd.Timedelta(days=last[f"{score}_age"])
        said.append(f"nothing new was heard since {day(newest)}")
    if last[f"{score}_stale"] > MOSTLY:
        said.append(f"{share(last[f'{score}_stale'])} of what it rests on is stale")
    sentence = " and ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def most_moved(changes: pd.DataFrame, name: str) -> str:
    """Where a number rose and fell most among the same customers; "" without anybody.

    `changes` of `composition`, by segment; segments with few customers at both ends do not count.
    """
    if changes["after"].isna().all():
        return ""
    rows = changes[(changes["same"] >= FEWEST) & changes["of_same"].notna()]
    if rows.empty:
        return f"No segment has {FEWEST} customers with a score of {name} at both ends."
    ends = {"rose": rows.nlargest(1, "of_same"), "fell": rows.nsmallest(1, "of_same")}
    told = [
        f"{verb} most in {one['label']} ({signed(one['of_same'], 1)})"
        for verb, most in ends.items()
        for one in most.to_dict("records")
        if round(abs(one["of_same"]), 1) and (one["of_same"] > 0) == (verb == "rose")
    ]
    moved = f"{name} {listed(told)}" if told else f"{name} moved in no segment"
    return f"Of the customers scored at both ends, {moved}."


def mix_in_words(parts: pd.DataFrame, methodology: Methodology, grid: GridKey) -> str:
    """Which scenario's share of the customers grew and which shrank most, of one label; "" where
    nothing is known twice.
    """
    known = parts.dropna(subset="share")
    since, until = known["period"].min(), known["period"].max()
    if not since < until:
        return ""
    names = {s.key: s.name for s in methodology.grid(grid)}
    then, now = (
        known[known["period"] == day].set_index("scenario")["share"] for day in (since, until)
    )
    moved = (now - then).reindex(list(names))
    told = [
        f"{names[key]} {verb} from {share(then[key])} to {share(now[key])}"
        for verb, key in (("grew", moved.idxmax()), ("shrank", moved.idxmin()))
        if round(moved[key], 2) and (moved[key] > 0) == (verb == "grew")
    ]
    return listed(told) or "no place grew or shrank"


def rules_in_words(
    rules: Mapping[date, Methodology], *, todays: bool = False, months: bool = False
) -> str:
    """By which methodology the periods are scored; "" where one was in force throughout.

    `rules` has those of the days that end a period; with `todays` they are asked for.
    """
    held = by_version(rules)
    if todays and held:
        ((one, _),) = held
        since = f"in force since {day(one.effective)}"
        return f"Every period is scored by the methodology of today, {one.version}, {since}."
    if len(held) < 2:
        return ""
    told = [f"{m.version} from {period(days[0], months=months)}" for m, days in held]
    return (
        f"Each period is scored by the methodology of then: {listed(told)}. Scores also move where "
        "it changed; by today's rules throughout they do not."
    )
