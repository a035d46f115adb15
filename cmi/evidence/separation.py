"""Does a score separate those to whom something happened from the others? AUC, and how sure it is.

AUC: of two customers of the same quarter, one to whom it happened and one to whom it did not, how
probable is it that the first has the higher risk, a tie counting half? 0.5 is a coin, 1 a perfect
order. Customers of different quarters are not compared: in some quarters more leave, whatever
their scores.

One customer stands in many quarters, and these look alike: for an interval, whole customers are
drawn again, not their quarters. Cases are those of cmi/evidence/cases.py: customer_id, quarter,
happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmi.intervals import Floats, between, drawn_again

DRAWS = 400
FEW = 10  # fewer outcomes say nothing about a score
# Of a risk, in all quarters together, when customers are drawn again: finer ones change no digit
# that is shown.
_STEPS, _FEWEST_STEPS = 512, 24

Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Estimate:
    """A number (an AUC, a gain) with its interval at 95 %, and what it rests on."""

    value: float
    low: float
    high: float
    cases: int
    outcomes: int

    @property
    def known(self) -> bool:
        """False where there were too few outcomes, or nobody without one."""
        return bool(np.isfinite(self.value))


def auc(risk: Any, happened: Any, quarters: Any = 0) -> float:
    """The AUC of finite risks; missing where no quarter holds both, one with and one without."""
    rows = pd.DataFrame(
        {
            "risk": np.asarray(risk, dtype="float64"),
            "hit": np.asarray(happened, dtype=bool),
            "quarter": np.asarray(quarters),
        }
    )
    ranked = rows.assign(rank=rows.groupby("quarter")["risk"].rank())
    counted = ranked.groupby("quarter")["hit"].agg(["sum", "size"])
    hits, others = counted["sum"], counted["size"] - counted["sum"]
    pairs = float((hits * others).sum())
    above = ranked[ranked["hit"]].groupby("quarter")["rank"].sum() - hits * (hits + 1) / 2
    return float(above.sum()) / pairs if pairs else float("nan")


class Sample:
    """Cases, and their customers drawn again: every score is judged by the same draws.

    Estimates are missing under FEW outcomes, and where no quarter has anybody to compare with.
    """

    def __init__(self, found: pd.DataFrame) -> None:
        self._hit = found["happened"].to_numpy(dtype=bool)
        self._customers, people = pd.factorize(found["customer_id"])
        self._quarters, ends = pd.factorize(found["quarter"])
        self._number = len(ends)
        self._weights = drawn_again(max(1, len(people)), DRAWS)
        self._kept: dict[tuple[bytes, bytes], Floats] = {}

    def separates(self, risk: pd.Series[float]) -> Estimate:
        """The AUC of a risk over the cases that have it."""
        (found,) = self._estimates([risk])
        return found

    def compares(
        self, risk: pd.Series[float], over: pd.Series[float]
    ) -> tuple[Estimate, Estimate, Estimate]:
        """The AUC of two risks over the cases that have both, and the gain of the first."""
        first, second, better = self._estimates([risk, over])
        return first, second, better

    def _estimates(self, risks: list[pd.Series[float]]) -> list[Estimate]:
        values = [np.asarray(risk, dtype="float64") for risk in risks]
        known = np.asarray(np.isfinite(values).all(axis=0))
        cases, hits = int(known.sum()), int(self._hit[known].sum())
        at = [auc(v[known], self._hit[known], self._quarters[known]) for v in values]
        if min(hits, cases - hits) < FEW or not np.isfinite(at).all():
            nan = float("nan")
            return [Estimate(nan, nan, nan, cases, hits)] * (2 * len(risks) - 1)
        drawn = [self._of(v, known) for v in values]
        found = [
            Estimate(exact, *between(np.clip(draws, 0, 1)), cases, hits)
            for exact, draws in zip(at, drawn, strict=True)
        ]
        if len(at) == 2:
            found.append(Estimate(at[0] - at[1], *between(drawn[0] - drawn[1]), cases, hits))
        return found

    def _of(self, risk: Floats, known: Flags) -> Floats:
        """The AUC of each draw, kept: a score is compared with several others."""
        key = sha256(risk[known].tobytes()).digest(), sha256(known.tobytes()).digest()
        if key not in self._kept:
            self._kept[key] = self._drawn(risk, known)
        return self._kept[key]

    def _drawn(self, risk: Floats, known: Flags) -> Floats:
        """The AUC of each draw; missing where it holds nothing to compare."""
        steps = _steps(risk[known], max(_FEWEST_STEPS, _STEPS // self._number))
        wide = int(steps.max()) + 1
        place = self._quarters[known] * wide + steps

        def counted(rows: Flags) -> Floats:
            """How many of the rows are on each step of each quarter: quarters x steps x draws."""
            order = np.argsort(place[rows], kind="stable")
            held, starts = np.unique(place[rows][order], return_index=True)
            weights = self._weights[self._customers[known][rows][order]]
            summed = np.zeros((self._number * wide, DRAWS))
            summed[held] = np.add.reduceat(weights, starts, axis=0)
            return summed.reshape(self._number, wide, DRAWS)

        hit = self._hit[known]
        hits, others = counted(hit), counted(~hit)
        below = np.cumsum(others, axis=1) - others / 2
        pairs = (hits.sum(axis=1) * others.sum(axis=1)).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = (hits * below).sum(axis=(0, 1)) / pairs
        # The draws lie around the AUC of the steps; they belong around the exact one.
        quarters = self._quarters[known]
        return found + (auc(risk[known], hit, quarters) - auc(steps, hit, quarters))


def _steps(risk: Floats, most: int) -> Codes:
    """Each risk as its step, lowest first; every value has its own where there are few."""
    edges = np.unique(risk)
    if len(edges) > most:
        edges = np.unique(np.quantile(risk, np.arange(1, most) / most))
    return np.asarray(np.searchsorted(edges, risk, side="right"))
