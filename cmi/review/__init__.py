"""The review before the quarter: which customers deserve the hour, and how far the team has come.

A queue has a row per customer who is there, under the index of the scores, with
    customer_id, name, owner, arr, cmi, chs, renewal_date,
    proposed (the scenario by the scores, missing without one), agreed (the override in force, else
    the one proposed),
    kind ("risk", "potential" or "unknown"), share (0-1, of the ARR that is at stake), arr_known,
    stake (money), moved_from (place on the earlier day, "" for who did not move), renews_in (days,
    missing unless near), nearly (the scenario that FRAGILE points would make it, "" where none),
    by_axis and by_points (of which score, "cmi" or "chs", and how many, signed), stale (values),
    ended (an override ended), overdue (plays), urgency (1 and more), score (stake x urgency),
    reviewed, reviewed_by.

How the score is made: what may be lost, ARR x (100 - CHS) / 100, or what could grow, ARR x CHS x
CMI / 10 000, whichever is larger; times 1 and what is added by each of URGENT that holds. Where the
ARR is not known (or in another currency), the median of the known stands for it; half of it is at
stake where the health is not known.
"""

from __future__ import annotations

from datetime import date

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.methodology.overrides import holding
from cmi.moves.migration import LEFT, NEW, place
from cmi.portfolio import SOON, main_currency, present, revenue
from cmi.review.agreed import Said, agreed, overdue, overrides, reviewed
from cmi.scenarios import scenario_of
from cmi.words import count, money, period, share

RISK, POTENTIAL, UNKNOWN = "risk", "potential", "unknown"
FRAGILE = 3.0  # points of a score that would make it another scenario
STALE = 3  # observations too old: as many as a characteristic has
PAST = 30  # days that a renewal may lie back and still deserve a word
UNKNOWN_SHARE = 0.5
URGENT = {
    "moved": 0.5,
    "renewal": 0.5,
    "ended": 0.5,
    "fragile": 0.25,
    "stale": 0.25,
    "overdue": 0.25,
}


def standing(
    scores: pd.DataFrame, before: pd.DataFrame | None, methodology: Methodology, grid: GridKey
) -> pd.DataFrame:
    """The part of a queue that no decision changes, in the order of the scores.

    `scores` of the day, `before` those of an earlier day (None: nobody can have moved).
    """
    rows = present(scores)
    return rows[["customer_id", "name", "owner", "arr", "cmi", "chs", "renewal_date"]].assign(
        proposed=rows["scenario"],
        **_stake(rows, revenue(scores)),
        moved_from=_moved(before, rows),
        renews_in=_renewal(rows),
        **_fragile(rows, methodology, grid),
        stale=rows["stale"].astype("int64"),
    )


def queue(
    stands: pd.DataFrame, said: Said, methodology: Methodology, grid: GridKey, of_period: date
) -> pd.DataFrame:
    """Who deserves the hour, first what matters most (columns at the head of this module).

    `stands` is the `standing` of everybody, `of_period` the last day of the quarter under review.
    """
    other, done = overrides(said, grid), reviewed(said.decided, of_period)
    ended = other.index[other["expires"].notna() & ~other["in_force"]]
    late = said.plays.loc[overdue(said.plays, said.on), "customer_id"].value_counts()
    ids = stands["customer_id"]
    proposed = stands[["customer_id"]].assign(scenario=stands["proposed"])
    found = stands.assign(
        agreed=agreed(proposed, said, methodology, grid),
        ended=ids.isin(ended),
        overdue=ids.map(late).fillna(0).astype("int64"),
        reviewed=ids.isin(done.index),
        reviewed_by=ids.map(done["by_whom"]).astype("str"),
    )
    holds = urgent(found)
    found["urgency"] = 1.0 + sum(URGENT[why] * holds[why] for why in URGENT)
    found["score"] = found["stake"] * found["urgency"]
    return found.sort_values(
        ["score", "arr", "name", "customer_id"],
        ascending=[False, False, True, True],
        na_position="last",
    )


def urgent(found: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """Which of URGENT holds for each row of a queue."""
    return {
        "moved": found["moved_from"] != "",
        "renewal": found["renews_in"].notna(),
        "ended": found["ended"],
        "fragile": found["nearly"] != "",
        "stale": found["stale"] >= STALE,
        "overdue": found["overdue"] > 0,
    }


def _stake(rows: pd.DataFrame, arr: pd.Series[float]) -> dict[str, pd.Series]:
    """What of each customer's ARR may be lost or gained."""
    arr = arr.loc[rows.index]
    middle = arr.median() if arr.notna().any() else 1.0
    risk = (100 - rows["chs"]) / 100
    potential = rows["chs"] * rows["cmi"] / 10_000
    part = pd.concat([risk, potential], axis=1).max(axis=1)
    kind = np.where(part.isna(), UNKNOWN, np.where(potential > risk, POTENTIAL, RISK))
    part = part.fillna(UNKNOWN_SHARE)
    return {
        "kind": pd.Series(kind, index=rows.index, dtype="str"),
        "share": part,
        "arr_known": arr.notna(),
        "stake": arr.fillna(middle).clip(lower=0) * part,
    }


def _moved(before: pd.DataFrame | None, rows: pd.DataFrame) -> pd.Series[str]:
    """The place that each came from, "" for who stands where it stood or was not known then."""
    if before is None:
        return pd.Series("", index=rows.index, dtype="str")
    then = place(before).set_axis(before["customer_id"])
    was = rows["customer_id"].map(then).fillna(NEW)
    stayed = (was == place(rows)) | was.isin([NEW, LEFT])
    return was.where(~stayed, "").astype("str")


def _renewal(rows: pd.DataFrame) -> pd.Series[float]:
    """Days until the renewal, negative after it; missing unless it is near."""
    days = (rows["renewal_date"] - rows["period"]).dt.days.astype("float64")
    return days.where(days.between(-PAST, SOON))


def _fragile(rows: pd.DataFrame, methodology: Methodology, grid: GridKey) -> dict[str, pd.Series]:
    """The scenario that a few points less or more would make it, less health first."""
    frame = nw.from_native(rows, eager_only=True)
    frame = frame.with_columns(*holding(methodology, frame.schema))
    nearly = pd.Series("", index=rows.index, dtype="str")
    axes, by = nearly.copy(), pd.Series(np.nan, index=rows.index)
    for axis, points in (("chs", -FRAGILE), ("chs", FRAGILE), ("cmi", -FRAGILE), ("cmi", FRAGILE)):
        shifted = frame.with_columns((nw.col(axis) + points).clip(0, 100))
        there = shifted.select(scenario=scenario_of(methodology, grid, frame.columns))
        key = there.to_native()["scenario"].set_axis(rows.index)
        other = (nearly == "") & key.notna() & (key != rows["scenario"])
        nearly, axes, by = (
            nearly.mask(other, key),
            axes.mask(other, axis),
            by.mask(other, points),
        )
    return {"nearly": nearly, "by_axis": axes, "by_points": by}


# How far the team has come


def progress(found: pd.DataFrame, scores: pd.DataFrame, by: str = "owner") -> pd.DataFrame:
    """How much of a queue is reviewed, by a column of it; most left to do first.

    Columns: label (missing for nobody), customers, reviewed, share (0-1), arr, arr_reviewed
    (main currency of the scores, missing where nobody's is known), arr_share.
    """
    arr = revenue(scores).loc[found.index]
    facts = pd.DataFrame(
        {
            "label": found[by],
            "reviewed": found["reviewed"],
            "arr": arr,
            "arr_reviewed": arr.where(found["reviewed"], 0.0).where(arr.notna()),
        }
    )
    grouped = facts.groupby("label", dropna=False)
    told = pd.DataFrame(
        {
            "customers": grouped.size(),
            "reviewed": grouped["reviewed"].sum(),
            "arr": grouped["arr"].sum(min_count=1),
            "arr_reviewed": grouped["arr_reviewed"].sum(min_count=1),
        }
    ).reset_index()
    told.insert(3, "share", told["reviewed"] / told["customers"])
    told["arr_share"] = told["arr_reviewed"] / told["arr"].where(told["arr"] > 0)
    left = told["customers"] - told["reviewed"]
    return told.assign(_left=left).sort_values(
        ["_left", "label"], ascending=[False, True], ignore_index=True
    ).drop(columns="_left")  # fmt: skip


def headline(found: pd.DataFrame, scores: pd.DataFrame, of_period: date) -> str:
    """How much of a queue is reviewed, in one sentence."""
    if found.empty:
        return "No customer fits these filters."
    whole = progress(found.assign(_all="all"), scores, "_all").iloc[0]
    is_ = "is" if whole["reviewed"] == 1 else "are"
    said = (
        f"{whole['reviewed']:,} of {count(len(found), 'customer')} {is_} reviewed for "
        f"{period(of_period)}"
    )
    if pd.isna(whole["arr_share"]):
        return f"{said}."
    worth = money(whole["arr"], main_currency(scores))
    return f"{said}: {share(whole['arr_share'])} of {worth} ARR."
