"""Which weights would have foretold the outcomes better than those in force, and is it sure?

Of each score the parts that one weighs: the drivers of CHS, the characteristics of CMI. Weights are
never negative and sum to 1; they are fitted by least squares (never-negative) of what happened on
the parts' points, customers compared with those of the same quarter, and shrunk towards the weights
in force as if these rested on PRIOR outcomes. They are judged on quarters that they have not seen.

Takes cases of cmi/evidence/cases.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cmi.evidence.cases import Question, risk
from cmi.evidence.separation import Estimate, Flags, Sample
from cmi.intervals import Floats, between, drawn_again
from cmi.methodology import Characteristic, Driver, Methodology
from cmi.scoring import points_of, score

Axis = Literal["chs", "cmi"]

ENOUGH = 100  # outcomes before any weight is suggested
PRIOR = 100  # outcomes that the weights in force are worth
SEEN = 0.5  # of the cases must know a part before its weight is fitted
LITTLE = 0.3  # standard deviations between those who left and those who stayed: AUC 0.58
BEGIN = 50  # outcomes of earlier quarters before a fit is judged on the next
FOLDS = 4  # turns in which later quarters are judged
_DRAWS = 200
_STEPS = 5000  # of the descent, at most; it stands still long before


@dataclass(frozen=True)
class Suggestion:
    """Other weights for one score, or why there are none.

    `weights`: key, name, now, suggested, low, high (0-1, the shares of the score, the interval at
    95 %). `before` and `after` are the AUC of the weights in force and of those fitted on earlier
    quarters only, over the same later cases; `gain` is their difference. `why_not` is a sentence
    when nothing is suggested; without enough outcomes there are no numbers either.
    """

    axis: Axis
    weights: pd.DataFrame
    before: Estimate | None = None
    after: Estimate | None = None
    gain: Estimate | None = None
    why_not: str = ""

    @property
    def shares(self) -> dict[str, float]:
        """The suggested shares by key; empty when nothing is suggested."""
        if self.why_not:
            return {}
        rows = self.weights[["key", "suggested"]].itertuples(index=False)
        return {str(key): float(share) for key, share in rows}


def suggest(
    found: pd.DataFrame,
    methodology: Methodology,
    question: Question,
    axis: Axis,
    leaking: Collection[str] = (),
) -> Suggestion:
    """Weights for one score from the cases that have it.

    What weighs nothing now stays at nothing. Items in `leaking`, which probably hold the outcome
    itself, keep their weight and are not fitted.
    """
    parts = _counting(methodology, axis)
    known = found[found[axis].notna()]
    outcomes = int(min(known["happened"].sum(), (~known["happened"]).sum()))
    table = pd.DataFrame({"key": [p.key for p in parts], "name": [p.name for p in parts]})
    if outcomes < ENOUGH:
        why = (
            f"Weights are suggested from {ENOUGH} outcomes on, each with a score that stood "
            f"before. There are {outcomes} so far."
        )
        return Suggestion(axis, table.iloc[:0], why_not=why)
    fit = Fit(known, methodology, question, axis, leaking)
    if not fit.free.any():
        why = "Nothing that may be weighed is known of half of the cases."
        return Suggestion(axis, table.iloc[:0], why_not=why)
    fitted = judged(known, methodology, axis, fit)
    if fitted is None:
        why = (
            "Weights are judged on later quarters than those that they are fitted on, and none "
            f"comes after the first {BEGIN} outcomes."
        )
        return Suggestion(axis, table.iloc[:0], why_not=why)
    both = fitted.dropna(subset=["_now", "_new"])
    after, before, better = Sample(both).compares(
        risk(both, "_new", question), risk(both, "_now", question)
    )
    why = ""
    if not better.low > 0:
        why = "No other weights would surely have foretold the later quarters better."
    elif not after.low > 0.5:
        why = "Other weights would have foretold the later quarters better, but none beats a coin."
    if why:
        return Suggestion(axis, table.iloc[:0], before, after, better, why)
    low, high = np.array([between(column) for column in fit.drawn().T]).T
    weights = table.assign(now=fit.now, suggested=fit.weights(), low=low, high=high)
    return Suggestion(axis, weights, before, after, better)


def judged(
    known: pd.DataFrame, methodology: Methodology, axis: Axis, fit: Fit
) -> pd.DataFrame | None:
    """The cases of the later quarters: `_now` (the score in force) and `_new` (the score by weights
    fitted on quarters before only). None where no quarter comes after BEGIN outcomes.

    The later quarters are judged in FOLDS turns, each by weights fitted before it begins.
    """
    by_quarter = known.groupby("quarter")["happened"].sum().sort_index()
    before = by_quarter.cumsum().shift(fill_value=0)
    later = by_quarter.index[before >= BEGIN]
    turns = np.array_split(np.arange(len(later)), min(FOLDS, len(later))) if len(later) else []
    parts = []
    for turn in turns:
        shares = fit.weights(known["quarter"] < later[turn[0]])
        # On the scale of the weights in force, for overrides are on it too.
        weights = dict(zip(fit.keys, (shares * fit.total).tolist(), strict=True))
        rows = known[known["quarter"].isin(later[turn])]
        rescored = score(rows, methodology.with_weights(weights))
        parts.append(rows.assign(_now=rows[axis], _new=rescored[axis]))
    return pd.concat(parts, ignore_index=True) if parts else None


def never_negative(gram: Floats, moments: Floats) -> Floats:
    """The never-negative b with the least b'Gb/2 - b'm, for each of several problems at once.

    `gram`: problems x parts x parts; `moments`: problems x parts. Coordinate by coordinate.
    """
    found = np.zeros_like(moments)
    curvature = np.einsum("bkk->bk", gram)
    for _ in range(_STEPS):
        before = found.copy()
        for k in range(moments.shape[1]):
            slope = moments[:, k] - np.einsum("bj,bj->b", gram[:, k], found)
            bend = curvature[:, k]
            step = np.divide(slope, bend, out=np.zeros_like(slope), where=bend > 1e-12)
            found[:, k] = np.maximum(found[:, k] + step, 0)
        if np.abs(found - before).max(initial=0) <= 1e-8 * np.abs(found).max(initial=0):
            break
    return found


class Fit:
    """The weights of one score as the cases would have them: of all quarters, some, or drawn again.

    Of the parts that count: `keys`, `now` (their shares), `total` (of their weights), `free`
    (those that are fitted: known of at least half of the cases, and no leak).
    """

    def __init__(
        self,
        known: pd.DataFrame,
        methodology: Methodology,
        question: Question,
        axis: Axis,
        leaking: Collection[str] = (),
    ) -> None:
        parts = _counting(methodology, axis)
        self.keys = [p.key for p in parts]
        self.total = sum(p.weight for p in parts)
        self.now = np.array([p.weight for p in parts]) / self.total
        points = _points(known, methodology, axis)[self.keys]
        seen = points.notna().mean().to_numpy() >= SEEN
        self.free = seen & [not _leaks(p, leaking) for p in parts]
        mine = self.now[self.free]
        # What is not observed leaves the score: as if it were worth what the others are.
        free = points.loc[:, self.free]
        usual = free.fillna(0) @ mine / (free.notna() @ mine).replace(0, np.nan)
        filled = free.apply(lambda column: column.fillna(usual))
        quarter, happened = known["quarter"], known["happened"].astype("float64")
        centred = (filled - filled.groupby(quarter).transform("mean")).fillna(0).to_numpy()
        self._x = centred * (0.01 if question.rising else -0.01)
        self._y = (happened - happened.groupby(quarter).transform("mean")).to_numpy()
        self._happened = known["happened"].to_numpy()
        self._customers, people = pd.factorize(known["customer_id"])
        self._people = len(people)

    def weights(self, rows: pd.Series[bool] | None = None) -> Floats:
        """The shrunk weights fitted on all cases, or on some."""
        kept = np.ones(len(self._y), dtype=bool) if rows is None else np.asarray(rows)
        x, y = self._x[kept], self._y[kept]
        return np.asarray(self._shrunk((x.T @ x)[None], (x.T @ y)[None], kept)[0])

    def drawn(self) -> Floats:
        """The weights of draws of customers: draws x parts."""
        k = self._x.shape[1]
        per_case = np.column_stack(
            [
                (self._x[:, :, None] * self._x[:, None]).reshape(-1, k * k),
                self._x * self._y[:, None],
            ]
        )
        order = np.argsort(self._customers, kind="stable")
        starts = np.searchsorted(self._customers[order], np.arange(self._people))
        sums = np.add.reduceat(per_case[order], starts, axis=0)
        drawn = drawn_again(self._people, _DRAWS).T.astype("float64") @ sums
        gram, moments = drawn[:, : k * k].reshape(-1, k, k), drawn[:, k * k :]
        return self._shrunk(gram, moments, np.ones(len(self._y), dtype=bool))

    def _shrunk(self, gram: Floats, moments: Floats, rows: Flags) -> Floats:
        """Weights that sum to 1, pulled towards those in force as if they had PRIOR outcomes.

        They pull with the slope that the score in force has in these rows, and at least with that
        of a score that separates a little.
        """
        mine = self.now[self.free] / self.now[self.free].sum()
        bend = np.maximum(np.einsum("j,bjk,k->b", mine, gram, mine), 1e-12)
        little = LITTLE * (self._y[rows] ** 2).mean() / np.sqrt(bend / rows.sum())
        slope = np.maximum(little, moments @ mine / bend)
        pull = np.einsum("bkk->b", gram) / len(mine) * PRIOR / max(self._happened[rows].sum(), 1)
        fitted = never_negative(
            gram + pull[:, None, None] * np.eye(len(mine)),
            moments + (pull * slope)[:, None] * mine,
        )
        total = fitted.sum(axis=1, keepdims=True)
        weights = np.repeat(self.now[None], len(fitted), axis=0)
        shares = np.where(total > 0, fitted / np.where(total > 0, total, 1), mine)
        weights[:, self.free] = shares * self.now[self.free].sum()
        return weights


def _parts(methodology: Methodology, axis: Axis) -> tuple[Characteristic | Driver, ...]:
    return methodology.drivers if axis == "chs" else methodology.characteristics


def _counting(methodology: Methodology, axis: Axis) -> list[Characteristic | Driver]:
    """The parts of a score that weigh anything."""
    return [p for p in _parts(methodology, axis) if p.weight > 0]


def _points(known: pd.DataFrame, methodology: Methodology, axis: Axis) -> pd.DataFrame:
    """What each part is worth alone, 0-100."""
    if axis == "chs":
        return points_of(known, methodology)
    return (known[[c.key for c in methodology.characteristics]] - 1) * 25


def _leaks(part: Characteristic | Driver, leaking: Collection[str]) -> bool:
    """Whether the part, or one of its factors, probably holds the outcome."""
    factors = part.factors if isinstance(part, Characteristic) else ()
    return any(key in leaking for key in (part.key, *(f.key for f in factors)))
