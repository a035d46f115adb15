"""Levels that stand on another scale than 1 to 5, where the table itself shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.levels import other_scale, points
from cmi.mapping.cells import filled
from cmi.mapping.model import Column, Question, TableMapping
from cmi.mapping.questions import NOT_USED
from cmi.mapping.recognise import Guess
from cmi.mapping.vocabulary import compact
from cmi.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmi.mapping.shapes import Shape
    from cmi.methodology import Methodology

KEY = "levels"  # of the question
OURS, TO_4, TO_5, TENS = "From 1 to 5", "From 0 to 4", "From 0 to 5", "From 1 to 10"
TO_10, TO_100, SHARES = "From 0 to 10", "From 0 to 100", "Shares from 0 to 1"
# level = cell × factor + offset: the lowest of a scale is 1, its highest 5
_SCALES = {
    OURS: (1.0, 0.0),
    TO_4: (1.0, 1.0),
    TO_5: (0.8, 1.0),
    TENS: (4 / 9, 5 / 9),
    TO_10: (0.4, 1.0),
    TO_100: (0.04, 1.0),
    SHARES: (4.0, 1.0),
    NOT_USED: (0.0, 0.0),
}


def characteristics(
    shapes: dict[str, Shape], frame: pd.DataFrame, methodology: Methodology
) -> dict[str, Guess]:
    """The columns of several characteristics side by side, whose numbers are on some scale.

    One column alone may count anything: "People" may as well be people.
    """
    named = {compact(n): c.key for c in methodology.characteristics for n in (c.name, c.key)}
    there = {h: named[compact(h)] for h, s in shapes.items() if compact(h) in named and s.filled}
    if len(there) < 2:
        return {}
    found, bad = points(_cells(frame, list(there)))
    if bad.any() or not found.between(0, 100).any() or not found.dropna().between(0, 100).all():
        return {}
    why = "It is the name of a characteristic, beside others: one level for each factor of it."
    return {h: Guess("characteristic", key, why, sure=0.8) for h, key in there.items()}


def ask(frame: pd.DataFrame, columns: Sequence[Column]) -> list[Question]:
    """On which scale the levels are, where too many of them are not from 1 to 5.

    Where the highest is 5 or less nobody can tell, and nothing is used until the answer.
    """
    headers = [c.header for c in columns if c.header in frame]
    if not headers:
        return []
    cells = _cells(frame, headers)
    examples = other_scale(cells)
    if not examples:
        return []
    text = (
        f"On which scale are the levels in {listed(headers)}? "
        f"Some of them are not from 1 to 5 ({examples})."
    )
    assumed = _assumed(points(cells)[0].dropna())
    return [Question(KEY, text, tuple(_SCALES), tuple(headers), assumed=assumed)]


def _assumed(found: pd.Series[float]) -> str:
    highest, lowest = found.max(), found.min()
    if highest <= 1 and (found % 1 != 0).any():
        return SHARES
    if highest <= 5:
        return NOT_USED
    if highest <= 10:
        return TO_10 if lowest < 1 else TENS
    return TO_100


def _cells(frame: pd.DataFrame, headers: Sequence[str]) -> pd.Series[str]:
    return pd.concat([filled(frame[h]) for h in headers], ignore_index=True)


def in_scale(mapping: TableMapping, headers: Sequence[str], answer: str) -> TableMapping:
    """The mapping with the levels of some columns read on one scale."""
    factor, offset = _SCALES[answer]
    columns = (
        replace(c, factor=factor, offset=offset) if c.header in headers else c
        for c in mapping.columns
    )
    return replace(mapping, columns=tuple(columns))
