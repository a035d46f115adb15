"""Which questions tell nothing of their own: candidates to reword or to drop.

A factor whose levels hardly vary tells no customer from another, two that always move together ask
the same twice, and one about which raters disagree is not understood alike.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from cmi.evidence.raters import differences
from cmi.methodology import Methodology

ENOUGH = 30  # customers, or pairs of ratings, before anything is said
SAME = 0.9  # share of customers on one level from which on a factor does not vary
TOGETHER = 0.9  # correlation from which on two factors ask the same
APART = 1.0  # levels between two raters on average from which on they disagree


def that_never_vary(scores: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The factors with at least SAME of the answered customers on one level: item, level (1-5),
    share (0-1), customers (answered), most even first to last.
    """
    rows = []
    for factor in methodology.factors:
        levels = _levels(scores, factor.key).round()
        if len(levels) >= ENOUGH:
            counted = np.bincount(levels.astype("int64"))
            most = int(counted.argmax())
            rows.append((factor.key, most, float(counted[most] / len(levels)), len(levels)))
    table = pd.DataFrame(rows, columns=["item", "level", "share", "customers"])
    never = table[table["share"] >= SAME]
    return never.sort_values("share", ascending=False, ignore_index=True)


def that_move_together(scores: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The pairs of factors with a correlation of at least TOGETHER: item, other, correlation,
    customers (with both), strongest first.
    """
    keys = [f.key for f in methodology.factors if f.key in scores]
    levels = scores[keys].astype("float64")
    related = levels.corr(min_periods=ENOUGH).to_numpy()
    rows = [
        (
            keys[a],
            keys[b],
            float(related[a, b]),
            int(levels[[keys[a], keys[b]]].notna().all(axis=1).sum()),
        )
        for a, b in combinations(range(len(keys)), 2)
        if np.isfinite(related[a, b]) and related[a, b] >= TOGETHER
    ]
    table = pd.DataFrame(rows, columns=["item", "other", "correlation", "customers"])
    return table.sort_values("correlation", ascending=False, ignore_index=True)


def that_raters_see_differently(ratings: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The factors and pairs of raters that are APART or more on average: item, rater, other, apart
    (mean distance in levels), lean (mean of rater less other), pairs, farthest first.
    """
    found = differences(ratings, methodology).assign(_apart=lambda rows: rows["by"].abs())
    grouped = found.groupby(["item", "rater", "other"])
    table = pd.DataFrame(
        {"apart": grouped["_apart"].mean(), "lean": grouped["by"].mean(), "pairs": grouped.size()}
    ).reset_index()
    table = table[(table["pairs"] >= ENOUGH) & (table["apart"] >= APART)]
    return table.sort_values("apart", ascending=False, ignore_index=True)


def _levels(scores: pd.DataFrame, key: str) -> pd.Series[float]:
    return scores[key].dropna() if key in scores else pd.Series(dtype="float64")
