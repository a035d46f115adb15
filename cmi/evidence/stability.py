"""How sure is each placement? Weights and levels vary, and everybody is scored anew each time.

Weights are drawn around those in force (Dirichlet: a weight of 25 % varies by about 5 points), the
levels of the assessment are one level off with a stated probability. A thousand draws, the same
every time. Health data is taken as it is.

Takes the scores of one day (cmi/scoring.py), which hold the snapshot's columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmi.evidence.raters import OFF
from cmi.intervals import SEED, Floats
from cmi.methodology import BANDS, GridKey, Methodology
from cmi.methodology.overrides import by_row, holding
from cmi.portfolio import revenue
from cmi.scenarios import DECIMALS
from cmi.scoring import points_of, shares_of

DRAWS = 1000
CONCENTRATION = 74  # of the Dirichlet: 25 % then has a standard deviation of 5 points
STEP = 0.05  # of the tornado: five points of a weight
_LEVEL = 25.0  # points of one level
_ROWS = 2000  # customers at once, to bound memory

Cells = NDArray[np.int8]


@dataclass(frozen=True)
class Draws:
    """By what each weight is multiplied (draws x items), and by how many levels each factor is off
    (draws x factors: -1, 0, 1)."""

    ratios: Floats
    off: NDArray[np.int8]


def certainty(
    scores: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    off: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """How often each placed customer stands in each scenario: customer_id, a column per scenario
    (0-1), certainty (of the scenario that it has).

    `off`: probability per factor that its level is one off; OFF where it is not named.
    """
    keys = [s.key for s in methodology.grid(grid)]
    placed = scores[scores["scenario"].isin(keys)]
    draws = _drawn(methodology, off or {})
    counted = [
        [(cells == n).mean(axis=1) for n in range(len(keys))]
        for _, cells in placements(placed, methodology, grid, draws)
    ]
    shares = np.concatenate(counted, axis=1).T if counted else np.zeros((0, len(keys)))
    table = pd.DataFrame(shares, columns=keys, index=placed.index)
    own = placed["scenario"].map({key: n for n, key in enumerate(keys)}).to_numpy(dtype="int64")
    table["certainty"] = shares[np.arange(len(own)), own]
    table.insert(0, "customer_id", placed["customer_id"])
    return table


def reassess_first(
    scores: pd.DataFrame,
    sure: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    off: Mapping[str, float] | None = None,
    most: int = 5,
) -> pd.DataFrame:
    """Where one more rating would decide most: customer_id, name, scenario, certainty, item (the
    factor to look at again), gain (by how much the placement would be surer, 0-1), arr.

    The gain is the expected rise of the most probable scenario's share once the level is certain.
    Of the 50 least certain customers, the largest gain first.
    """
    doubtful = sure.nsmallest(50, "certainty").index
    placed = scores.loc[doubtful]
    draws = _drawn(methodology, off or {})
    number, rows = len(methodology.grid(grid)), []
    for part, cells in placements(placed, methodology, grid, draws):
        for customer, stands in zip(part.to_dict("records"), cells, strict=True):
            gains = {
                f.key: _surer(stands, draws.off[:, n], number)
                for n, f in enumerate(methodology.factors)
                if not pd.isna(customer.get(f.key))
            }
            if gains:
                best = max(gains, key=lambda key: gains[key])
                rows.append((customer["customer_id"], best, gains[best]))
    found = pd.DataFrame(rows, columns=["customer_id", "item", "gain"])
    told = placed[["customer_id", "name", "scenario", "arr"]].merge(found, on="customer_id")
    listed = told.merge(sure[["customer_id", "certainty"]], on="customer_id")
    columns = ["customer_id", "name", "scenario", "certainty", "item", "gain", "arr"]
    first = listed[listed["gain"] > 0].sort_values(["gain", "customer_id"], ascending=[False, True])
    return first[columns].head(most).reset_index(drop=True)


def tornado(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """Who would move if one weight were five points less or more: key, name, by (-0.05 or 0.05),
    weight (0-1, the share in force), customers, share (of the placed), arr, arr_share.

    The others of the same score share the rest as before. Largest effect first.
    """
    keys = [s.key for s in methodology.grid(grid)]
    placed = scores[scores["scenario"].isin(keys)]
    steps = list(_steps(methodology))
    off = np.zeros((len(steps), len(methodology.factors)), dtype="int8")
    ratios = np.array([ratio for *_, ratio in steps]).reshape(len(steps), -1)
    own = placed["scenario"].map({key: n for n, key in enumerate(keys)}).to_numpy(dtype="int64")
    moved = np.zeros((len(placed), len(steps)), dtype=bool)
    at = 0
    for part, cells in placements(placed, methodology, grid, Draws(ratios, off)):
        moved[at : at + len(part)] = cells != own[at : at + len(part), None]
        at += len(part)
    arr = revenue(placed).fillna(0).to_numpy()
    table = pd.DataFrame([step[:4] for step in steps], columns=["key", "name", "weight", "by"])
    table["customers"] = moved.sum(axis=0)
    table["share"] = table["customers"] / max(1, len(placed))
    table["arr"] = arr @ moved
    table["arr_share"] = table["arr"] / arr.sum() if arr.sum() > 0 else np.nan
    largest = table.groupby("key")["customers"].transform("max")
    order = table.assign(_most=largest).sort_values(
        ["_most", "key", "by"], ascending=[False, True, True], ignore_index=True
    )
    return order.drop(columns="_most")


def _drawn(methodology: Methodology, off: Mapping[str, float]) -> Draws:
    rng = np.random.default_rng(SEED)
    ratios = np.ones((DRAWS, len(methodology.items)))
    for group, members in _groups(methodology):
        now = np.array([weight for _, _, weight in group])
        drawn = rng.dirichlet(CONCENTRATION * now, DRAWS) / now
        for n, columns in enumerate(members):
            ratios[:, columns] = drawn[:, [n]]
    chance = rng.random((DRAWS, len(methodology.factors)))
    wrong = np.array([off.get(f.key, OFF) for f in methodology.factors])
    moved = (chance < wrong / 2).astype("int8") - (chance > 1 - wrong / 2).astype("int8")
    return Draws(ratios, moved)


def _groups(
    methodology: Methodology,
) -> Iterator[tuple[list[tuple[str, str, float]], list[list[int]]]]:
    """Of each score the parts that weigh: (key, name, share) and which items carry the weight."""
    place = {item.key: n for n, item in enumerate(methodology.items)}
    maturity = [(c, [place[f.key] for f in c.factors]) for c in methodology.characteristics]
    health = [(d, [place[d.key]]) for d in methodology.drivers]
    for parts in (maturity, health):
        counting = [(p, columns) for p, columns in parts if p.weight > 0]
        total = sum(p.weight for p, _ in counting)
        yield (
            [(p.key, p.name, p.weight / total) for p, _ in counting],
            [columns for _, columns in counting],
        )


def _steps(methodology: Methodology) -> Iterator[tuple[str, str, float, float, Floats]]:
    """(key, name, share, by, ratios) of each weight five points down and up, within 0 and 1."""
    for group, members in _groups(methodology):
        for n, (key, name, share) in enumerate(group):
            for by in (-STEP, STEP) if len(group) > 1 else ():
                then = min(1.0, max(0.0, share + by))
                ratio = np.ones(len(methodology.items))
                for m, columns in enumerate(members):
                    ratio[columns] = then / share if m == n else (1 - then) / (1 - share)
                yield key, name, share, by, ratio


def placements(
    placed: pd.DataFrame, methodology: Methodology, grid: GridKey, draws: Draws
) -> Iterator[tuple[pd.DataFrame, Cells]]:
    """Some customers at a time, and the number of their scenario (by priority) in each draw."""
    cell = _cell_numbers(methodology, grid)
    for at in range(0, len(placed), _ROWS):
        part = placed.iloc[at : at + _ROWS]
        points = points_of(part, methodology).to_numpy(dtype="float64")
        shares = shares_of(part, methodology).fillna(0).to_numpy(dtype="float64")
        points = np.where(shares > 0, points, 0)
        cuts = _cuts(part, methodology, grid)
        split = len(methodology.factors)
        cmi = _mean(points[:, :split], shares[:, :split], draws.ratios[:, :split], draws.off)
        chs = _mean(points[:, split:], shares[:, split:], draws.ratios[:, split:])
        yield part, cell[_band(cmi, cuts["cmi"]), _band(chs, cuts["chs"])]


def _mean(
    points: Floats, shares: Floats, ratios: Floats, off: NDArray[np.int8] | None = None
) -> Floats:
    """The score of each customer in each draw: a matrix product for each way a level can be off."""
    whole = shares @ ratios.T
    if off is None or not off.any():
        return np.asarray((shares * points) @ ratios.T / whole)
    summed = np.zeros_like(whole)
    for by in (-1, 0, 1):
        then = np.clip(points + by * _LEVEL, 0, 100)
        summed += (shares * then) @ (ratios * (off == by)).T
    return np.asarray(summed / whole)


def _band(score: Floats, cuts: Floats) -> NDArray[np.intp]:
    """Below the first cut 0; a score equal to a cut, after rounding, is above it."""
    half = 0.5 * 10**-DECIMALS
    rounded = cuts.round(DECIMALS) - half
    return np.asarray(sum((score >= cut[:, None]).astype("intp") for cut in rounded.T))


def _cuts(part: pd.DataFrame, methodology: Methodology, grid: GridKey) -> dict[str, Floats]:
    """The cuts of each axis as they are for each customer: customers x cuts."""
    frame = nw.from_native(part, eager_only=True)
    frame = frame.with_columns(*holding(methodology, frame.schema))
    found = {}
    for axis in ("cmi", "chs"):
        columns = []
        for n, default in enumerate(getattr(methodology.cuts.of(grid), axis)):
            others = (dict(o.cuts).get(grid) for o in methodology.overrides)
            own = (getattr(o, axis, None) for o in others)
            number = by_row(default, (o[n] if o else None for o in own), frame.columns)
            expression = number if isinstance(number, nw.Expr) else nw.lit(number)
            columns.append(frame.select(cut=expression + 0 * nw.col("cmi"))["cut"].to_numpy())
        found[axis] = np.column_stack(columns)
    return found


def _cell_numbers(methodology: Methodology, grid: GridKey) -> Cells:
    bands = BANDS[grid]
    cells = np.zeros((len(bands), len(bands)), dtype="int8")
    for n, scenario in enumerate(methodology.grid(grid)):
        cells[bands.index(scenario.cmi), bands.index(scenario.chs)] = n
    return cells


def _surer(stands: Cells, off: NDArray[np.int8], number: int) -> float:
    """How much surer the most probable scenario is on average once a factor's level is known."""
    known = sum(float(np.bincount(stands[off == by], minlength=number).max()) for by in (-1, 0, 1))
    return (known - float(np.bincount(stands, minlength=number).max())) / len(stands)
