"""Frames as the charts of a page, the plane and the causes of a change; and what lines show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cmi.portfolio import revenue
from cmi.reports.packs.page import Bars, Cloud, Mark, Plane, Series
from cmi.reports.packs.setting import Setting
from cmi.words import capital, count, listed, points

UP, DOWN = "accent", "#BF2A1C"
QUIET = "quiet"


def plane_of(
    scores: pd.DataFrame, setting: Setting, named: Sequence[str], most: int
) -> tuple[Plane, str]:
    """The plane of the customers with both scores, of many the `most` with most ARR; and a sentence
    on who is not drawn, or "". The `named` ones carry their names.
    """
    placed = scores.dropna(subset="scenario").assign(_arr=revenue(scores))
    drawn = placed.nlargest(most, "_arr") if len(placed) > most else placed
    drawn = drawn if len(drawn) else placed.head(most)
    largest = drawn["_arr"].max()
    clouds = [
        cloud_of(drawn[drawn["scenario"] == s.key], (s.name, s.colour, s.symbol), largest, named)
        for s in setting.scenarios
    ]
    cuts = setting.rules.cuts.of(setting.grid)
    said = f"Drawn are the {len(drawn):,} largest of {count(len(placed), 'customer')}."
    plane = Plane(tuple(c for c in clouds if c.marks), cuts.cmi, cuts.chs)
    return plane, said if len(drawn) < len(placed) else ""


def cloud_of(
    rows: pd.DataFrame, look: tuple[str, str, str], largest: float, named: Sequence[str] = ()
) -> Cloud:
    """Customers that look alike (name, colour, symbol); the area of a mark is in proportion to
    `_arr`, of which `largest` is all.
    """
    part = rows["_arr"].clip(lower=0) / largest if largest > 0 else rows["_arr"] * 0
    size = np.sqrt(part.fillna(0.0))
    marks = tuple(
        Mark(float(x), float(y), float(s), str(name) if who in named else "")
        for x, y, s, name, who in zip(
            rows["cmi"], rows["chs"], size, rows["name"], rows["customer_id"], strict=True
        )
    )
    return Cloud(look[0], look[1], look[2], marks)


def change_bars(steps: pd.DataFrame) -> Bars | None:
    """The causes of a change (cmi.moves.steps) as bars, upwards and downwards; None without any."""
    sums = steps.groupby("label", sort=False)["points"].sum()
    if sums.empty:
        return None
    labels = tuple(str(label) for label in sums.index)
    up = tuple(float(p) if p >= 0 else None for p in sums)
    down = tuple(float(p) if p < 0 else None for p in sums)
    series = (Series("up", up, UP), Series("down", down, DOWN))
    return Bars(labels, series, "+0.0;−0.0;±0.0")


def window(values: pd.DataFrame) -> tuple[float, float]:
    """Between which scores the axis of lines runs: whole fifths of 0 to 100 around them."""
    low, high = np.nanmin(values.to_numpy()), np.nanmax(values.to_numpy())
    return float(max(0, (low - 5) // 20 * 20)), float(min(100, -(-(high + 5) // 20) * 20))


def numbers(values: pd.Series[float]) -> tuple[float | None, ...]:
    """The values of a chart's series; None where nothing is known."""
    return tuple(None if pd.isna(v) else float(v) for v in values)


def went(scores: Mapping[str, pd.Series[float]]) -> str:
    """Health went from 57 to 51 and maturity stayed at 40, of scores in the order of time by their
    names; "" before one of them is known twice.
    """
    told = []
    for name, values in scores.items():
        known = values.dropna().map(points)
        if len(known) > 1:
            first, last = known.iloc[0], known.iloc[-1]
            how = f"stayed at {last}" if first == last else f"went from {first} to {last}"
            told.append(f"{name} {how}")
    return capital(listed(told))
