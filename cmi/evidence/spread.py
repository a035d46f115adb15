"""How the portfolio's values lie about a driver's bounds, for whoever is about to move them."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from cmi.methodology import Driver, Methodology
from cmi.methodology.overrides import fold, holding
from cmi.portfolio import present
from cmi.words import count, listed, share

BARS = 24  # between the ends of the picture
BEYOND = 0.5  # of the way from worst to best, how far the picture goes beyond each


def values(snapshot: pd.DataFrame, methodology: Methodology, key: str) -> pd.Series[Any]:
    """What is known of a driver, of the customers who are there and whom its own bounds measure:
    figures, or words where it has categories. Nothing for one that was never observed.
    """
    if key not in snapshot:
        return pd.Series(dtype="float64")
    frame = nw.from_native(snapshot, eager_only=True)
    marks = frame.select(*holding(methodology, frame.schema)).to_native()
    own = [n for n, o in enumerate(methodology.overrides) if key in dict(o.bounds)]
    held = marks[[m for m in marks if int(str(m).rpartition(".")[2]) in own]].any(axis=1)
    kept = snapshot[~held] if len(held) else snapshot
    return present(kept)[key].dropna()


def bars(figures: pd.Series[float], worst: float, best: float) -> pd.DataFrame:
    """A histogram between the bounds and a little beyond: left, right (of the bar), customers.

    Whoever stands farther out is counted in the bar at that end. Few whole numbers get a bar each.
    """
    low, high = min(worst, best), max(worst, best)
    margin = (high - low) * BEYOND
    left = max(low - margin, min(low, figures.min())) if len(figures) else low
    right = min(high + margin, max(high, figures.max())) if len(figures) else high
    if right - left <= BARS and (figures == figures.round()).all():
        edges = np.arange(np.floor(left) - 0.5, np.ceil(right) + 1)
    else:
        edges = np.linspace(left, right, BARS + 1)
    counted, edges = np.histogram(figures.clip(edges[0], edges[-1]), edges)
    return pd.DataFrame({"left": edges[:-1], "right": edges[1:], "customers": counted})


def in_words(figures: pd.Series[float], driver: Driver) -> str:
    """How many have a value, where their middle half lies, and how many reach the bounds."""
    worst, best = driver.worst, driver.best
    if figures.empty or worst is None or best is None:
        return f"Nobody has a value of {driver.name} yet."
    first, last = figures.quantile(0.25), figures.quantile(0.75)
    better = best > worst
    least = figures[figures <= worst] if better else figures[figures >= worst]
    most = figures[figures >= best] if better else figures[figures <= best]
    return (
        f"{count(len(figures), 'customer')} with a value, the middle half of them from {first:.4g} "
        f"to {last:.4g} {driver.unit}. {_of(least, figures)} {_where(worst, below=better)} "
        f"(0 points), {_of(most, figures)} {_where(best, below=not better)} (100 points)."
    )


def _of(some: pd.Series[float], figures: pd.Series[float]) -> str:
    return f"{len(some):,} ({share(len(some) / len(figures))}) stand"


def _where(bound: float, *, below: bool) -> str:
    return f"at or {'below' if below else 'above'} {bound:.6g}"


def by_category(words: pd.Series[str], driver: Driver) -> dict[str, int]:
    """How many customers say each category of a driver, in its order."""
    said = words.map(fold).value_counts()
    return {name: int(said.get(fold(name), 0)) for name, _ in driver.categories}


def of_no_category(words: pd.Series[str], driver: Driver) -> str:
    """A sentence about what customers say that is no category, "" where there is nothing."""
    known = {fold(name) for name, _ in driver.categories}
    others = words[~words.map(fold).isin(known)]
    if others.empty:
        return ""
    what = listed([f'"{word}"' for word in others.value_counts().index], 4)
    say = "says" if len(others) == 1 else "say"
    return f"{count(len(others), 'customer')} {say} something else, which does not count: {what}."
