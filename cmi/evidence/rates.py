"""How often it happened, of those with a low and of those with a high score: shares of cases.

Everything takes the cases of cmi/evidence/cases.py. Shares are 0-1 with their Wilson interval (low,
high).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cmi.evidence.cases import Question, risk
from cmi.evidence.separation import FEW
from cmi.intervals import Floats, wilson
from cmi.methodology import GridKey, Methodology

GROUPS = 10
SMALLEST = 10  # cases of a group
LOWEST = 20  # customers that a team can look after in a quarter


def by_score(found: pd.DataFrame, score: str, groups: int = GROUPS) -> pd.DataFrame:
    """A row per tenth of the cases, lowest score first: from, to (scores), cases, met, share, low,
    high. Fewer groups where they would hold under SMALLEST cases; equal scores share a group.
    """
    known = found.dropna(subset=score)
    return _counted(known, _groups(known[score], groups), known[score])


def by_scenario(found: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """A row per scenario, by priority: scenario (key), cases, met, share, low, high."""
    placed = found.groupby("scenario")["happened"]
    keys = [s.key for s in methodology.grid(grid)]
    counted = pd.DataFrame({"cases": placed.size(), "met": placed.sum()})
    counted = counted.reindex(keys, fill_value=0).astype("int64").rename_axis("scenario")
    return _shared(counted.reset_index())


@dataclass(frozen=True)
class InHand:
    """Who was among those with the highest risk of each quarter, and to how many it happened."""

    picked: int
    met: int
    quarters: int
    cases: int
    outcomes: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """To what part (0-1) of those picked it happened: the precision."""
        return self.met / self.picked if self.picked else float("nan")

    @property
    def usual(self) -> float:
        """To what part (0-1) of everybody it happened."""
        return self.outcomes / self.cases if self.cases else float("nan")


def in_hand(found: pd.DataFrame, score: str, question: Question, most: int = LOWEST) -> InHand:
    """The `most` customers with the highest risk of each quarter, as a team would have had them.

    Of equal scores those with the lower id are taken.
    """
    known = found.dropna(subset=score)
    ranked = known.assign(_risk=risk(known, score, question)).sort_values(
        ["_risk", "customer_id"], ascending=[False, True]
    )
    picked = ranked.groupby("quarter").head(most)
    met, number = int(picked["happened"].sum()), len(picked)
    part = pd.Series([met / number if number else float("nan")])
    low, high = wilson(part, pd.Series([number]))
    return InHand(
        picked=number,
        met=met,
        quarters=int(known["quarter"].nunique()),
        cases=len(known),
        outcomes=int(known["happened"].sum()),
        low=float(low.iloc[0]),
        high=float(high.iloc[0]),
    )


def calibration(found: pd.DataFrame, score: str, groups: int = 5) -> pd.DataFrame:
    """What earlier quarters foretold of later ones, and what happened: a row per fifth of the later
    cases, least probable first: foretold (0-1, mean), cases, met, share, low, high.

    A logistic curve over the one score is fitted on the quarters that hold the first half of the
    outcomes. Empty where either side has under FEW outcomes.
    """
    known = found.dropna(subset=score)
    earlier = _earlier_half(known)
    before, after = known[earlier], known[~earlier]
    if min(before["happened"].sum(), after["happened"].sum()) < FEW:
        return _counted(known.iloc[:0], np.zeros(0, dtype=int), known[score].iloc[:0])
    level, slope = logistic(before[score].to_numpy(), before["happened"].to_numpy())
    foretold = 1 / (1 + np.exp(-(level + slope * after[score])))
    return _counted(after, _groups(foretold, groups), foretold)


def logistic(values: Floats, happened: Floats) -> tuple[float, float]:
    """Level and slope of the logistic curve that fits best (by Newton's method).

    Where a score separates perfectly there is none: the slope is then that after 25 steps.
    """
    middle, spread = float(values.mean()), float(values.std()) or 1.0
    x = np.column_stack([np.ones(len(values)), (values - middle) / spread])
    rate = float(happened.mean())
    fitted = np.array([np.log(rate / (1 - rate)), 0.0])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-(x @ fitted)))
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, x.T @ (happened - chance))
        fitted += step
        if np.abs(step).max() < 1e-10:
            break
    slope = float(fitted[1]) / spread
    return float(fitted[0]) - slope * middle, slope


def _earlier_half(found: pd.DataFrame) -> pd.Series[bool]:
    """True in the quarters that hold the first half of the outcomes; the last is never one."""
    by_quarter = found.groupby("quarter")["happened"].sum().cumsum()
    before = by_quarter.shift(fill_value=0) < by_quarter.max() / 2
    if len(before):
        before.iloc[-1] = False
    return found["quarter"].map(before).astype("bool")


def _groups(values: pd.Series[float], groups: int) -> np.ndarray:
    """The group of each value, from 0, lowest first, of about equal size."""
    number = max(1, min(groups, len(values) // SMALLEST))
    if not len(values):
        return np.zeros(0, dtype=int)
    edges = np.unique(np.quantile(values, np.arange(1, number) / number))
    return np.searchsorted(edges, values, side="right")


def _counted(found: pd.DataFrame, groups: np.ndarray, values: pd.Series[float]) -> pd.DataFrame:
    grouped = found.assign(_group=groups, _value=values).groupby("_group")
    counted = pd.DataFrame(
        {
            "from": grouped["_value"].min(),
            "to": grouped["_value"].max(),
            "foretold": grouped["_value"].mean(),
            "cases": grouped.size(),
            "met": grouped["happened"].sum(),
        }
    )
    return _shared(counted.reset_index(drop=True))


def _shared(counted: pd.DataFrame) -> pd.DataFrame:
    share = counted["met"] / counted["cases"].where(counted["cases"] > 0)
    low, high = wilson(share, counted["cases"])
    return counted.assign(share=share, low=low, high=high)
