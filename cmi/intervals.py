"""How sure a number is: the interval of a share, and customers drawn again for everything else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SURE = 0.95
SEED = 20_260_101  # the same draws every time, so that a figure does not flicker
_Z = 1.959964  # of the normal distribution, for an interval of 95 %


def wilson(
    share: pd.Series[float], number: pd.Series[int]
) -> tuple[pd.Series[float], pd.Series[float]]:
    """The interval in which the true share (0-1) of so many lies; missing for nobody."""
    n = number.where(number > 0).astype("float64")
    spread = _Z * ((share * (1 - share) + _Z**2 / (4 * n)) / n) ** 0.5
    low, high = ((share + _Z**2 / (2 * n) + s) / (1 + _Z**2 / n) for s in (-spread, spread))
    return low.clip(lower=0), high.clip(upper=1)


def drawn_again(members: int, draws: int) -> NDArray[np.float32]:
    """How often each member is in each draw with replacement: members x draws."""
    picked = np.random.default_rng(SEED).integers(members, size=(members, draws))
    picked *= draws
    picked += np.arange(draws)
    counted = np.bincount(picked.ravel(), minlength=members * draws)
    return counted.reshape(members, draws).astype("float32")


def between(draws: Any) -> tuple[float, float]:
    """The middle 95 % of the draws that are known; missing without any."""
    known = np.asarray(draws, dtype="float64")
    known = known[np.isfinite(known)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - SURE) / 2, (1 + SURE) / 2])
    return float(low), float(high)
