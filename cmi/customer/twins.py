"""Same health, different maturity: the pairs that show why one score is not enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

HEALTH_WEIGHS = 4.0  # a point of health apart costs as much as four points of maturity bring
ALIKE_BRINGS = 40.0  # all segments alike counts like forty points of maturity apart
APART = 20.0  # less difference in maturity than this tells no story
CLOSE = 5.0  # more difference in health than this is not the same health


def opposite(scores: pd.DataFrame, customer_id: str, segments: Sequence[str]) -> str | None:
    """The customer closest in health and farthest in maturity, alike in its segments; or None."""
    rows = scores.dropna(subset=["cmi", "chs"])
    own = rows[rows["customer_id"] == customer_id]
    if own.empty:
        return None
    told = _told(own, rows, segments)[0]
    best = int(told.argmax())
    return None if np.isinf(told[best]) else str(rows["customer_id"].iloc[best])


def telling_pair(
    scores: pd.DataFrame, segments: Sequence[str], among: int = 30
) -> tuple[str, str] | None:
    """Of the largest customers, the two with the same health and the most different maturity.

    The mature one comes first; None when no two are that different.
    """
    rows = scores.dropna(subset=["cmi", "chs"]).nlargest(among, "arr")
    if len(rows) < 2:
        return None
    told = _told(rows, rows, segments)
    one, other = divmod(int(told.argmax()), len(rows))
    if np.isinf(told[one, other]):
        return None
    pair = rows.iloc[[one, other]].sort_values("cmi", ascending=False)["customer_id"]
    return str(pair.iloc[0]), str(pair.iloc[1])


def _told(
    some: pd.DataFrame, others: pd.DataFrame, segments: Sequence[str]
) -> np.ndarray[Any, Any]:
    """How telling each pair is (a row per one of `some`); -inf where there is no story."""
    maturity = np.abs(some["cmi"].to_numpy()[:, None] - others["cmi"].to_numpy()[None, :])
    health = np.abs(some["chs"].to_numpy()[:, None] - others["chs"].to_numpy()[None, :])
    alike = np.zeros_like(maturity)
    for column in segments:
        left, right = some[column].to_numpy(object), others[column].to_numpy(object)
        alike += (left[:, None] == right[None, :]) / len(segments)
    told = maturity - HEALTH_WEIGHS * health + ALIKE_BRINGS * alike
    return np.where((maturity >= APART) & (health <= CLOSE), told, -np.inf)
