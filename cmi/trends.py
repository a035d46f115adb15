"""Is it getting better? The portfolio by period, as a whole or split by what customers were then.

A history is the scores frame of cmi/scoring.py with several periods. Who had left by the end of a
period does not count in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import present
from cmi.segments import ALL, grouped, named, summary


def by_period(
    history: pd.DataFrame, methodology: Methodology, grid: GridKey, split: str | None = None
) -> pd.DataFrame:
    """A row per period, oldest first, also where nobody was there; with `split` per period and
    segment, largest segment first, without those that had nobody then.

    Columns: period, label (the segment's name), segment (its value then, missing for customers
    without one; with `split` only), then those at the head of cmi/segments.py. ARR is in one
    currency, that of most rows of the whole history.
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


def steady(history: pd.DataFrame, needed: Sequence[str] = ("cmi", "chs")) -> pd.DataFrame:
    """The rows of customers who were there, with the needed scores, in every period.

    A mean also moves when customers come, leave or are scored for the first time; over these rows
    it moves only because customers did.
    """
    there = history["left_on"].isna() & history[list(needed)].notna().all(axis=1)
    times = there.groupby(history["customer_id"]).transform("sum")
    return history[times == history["period"].nunique()]
