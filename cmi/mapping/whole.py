"""What a tracker knows only as a whole: the level of a characteristic, or the whole CMI.

Each becomes the same level for every factor that it is made of, and the observations say so: then
the CMI is the tracker's own number, whatever the weights.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cmi.mapping import vocabulary
from cmi.mapping.model import Column, Question, TableMapping
from cmi.mapping.recognise import Guess
from cmi.mapping.shapes import MOST, level_share
from cmi.mapping.vocabulary import compact
from cmi.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cmi.mapping.cells import Reader
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Factor, Methodology

INDEX = "index"  # the role, and the key of its question
LEVELS, POINTS, SHARES = "Levels from 1 to 5", "Points from 0 to 100", "Shares from 0 to 1"
# level = cell × factor + offset
_SCALES = {LEVELS: (1.0, 0.0), POINTS: (1 / 25, 1.0), SHARES: (4.0, 1.0)}
_WHOLE = ("characteristic", INDEX)
_NEAR = 1e-9
_GIVEN = "What it is made of is there; it follows from that."


def guess(
    header: str, shape: Shape, text: pd.Series[str], methodology: Methodology
) -> Guess | None:
    """What a header says, when its values fit too: "People" may as well count people."""
    for characteristic in methodology.characteristics:
        named = compact(header) in (compact(characteristic.name), compact(characteristic.key))
        if named and shape.filled and level_share(text, ()) >= MOST:
            why = "It is the name of a characteristic: one level for each factor of it."
            return Guess("characteristic", characteristic.key, why, sure=0.9)
    known = vocabulary.shipped()
    if not known.has(header, "index", "names") or not shape.is_number:
        return None
    if shape.within(0, 100) < MOST:
        return None
    rank = known.rank(header, "index", "names") or 0
    return Guess(INDEX, "", "It is the whole index: one level for every factor.", rank, 0.9)


def without_given(columns: Sequence[Column], methodology: Methodology) -> tuple[Column, ...]:
    """The columns, without what follows from others of the same day: a characteristic from all
    its factors, the index from enough factors for a score.
    """
    told = {(c.target, c.day) for c in columns if c.role == "factor"}
    parts = {(c.target, c.day): _factors(c, methodology) for c in columns if c.role in _WHOLE}
    known = told | {(f.key, day) for (key, day), of in parts.items() if key for f in of}

    def follows(c: Column) -> bool:
        if c.role not in _WHOLE:
            return False
        of, enough = _factors(c, methodology), 1.0
        if c.role == INDEX:
            enough = methodology.minimum_coverage
        given = sum((f.key, c.day) in (known if c.role == INDEX else told) for f in of)
        return given > 0 and given >= enough * len(of)

    return tuple(
        Column(c.header, "ignore", why=_GIVEN, day=c.day) if follows(c) else c for c in columns
    )


def ask(columns: Sequence[Column], shapes: Mapping[str, Shape]) -> list[Question]:
    """In which scale the whole index is, where its values do not tell; all columns share it."""
    numbers = [n for c in columns for n in shapes[c.header].numbers]
    if not numbers or max(numbers) > 5:
        return []
    shares = max(numbers) <= 1 and any(n % 1 for n in numbers)
    return [question(columns, SHARES if shares else LEVELS if min(numbers) >= 1 else POINTS)]


def question(columns: Sequence[Column], assumed: str) -> Question:
    """In which scale the columns of the whole index are."""
    headers = tuple(c.header for c in columns)
    text = f"In which scale is the whole CMI in {listed(list(headers))}?"
    return Question(INDEX, text, (LEVELS, POINTS, SHARES), headers, assumed=assumed)


def in_scale(mapping: TableMapping, answer: str = POINTS) -> TableMapping:
    """The mapping with every column of the whole index read in one scale."""
    factor, offset = _SCALES[answer]
    columns = (
        replace(c, factor=factor, offset=offset) if c.role == INDEX else c for c in mapping.columns
    )
    return replace(mapping, columns=tuple(columns))


def observed(
    reader: Reader, base: pd.DataFrame, methodology: Methodology
) -> Iterator[pd.DataFrame]:
    """The observations of each such column, the characteristics first; `base` as in said.observed.

    They have no label: nobody wrote these levels down for the factor.
    """
    for column in (*reader.mapping.of("characteristic"), *reader.mapping.of(INDEX)):
        factors = _factors(column, methodology)
        if not factors or column.header not in reader.frame:
            continue
        text = reader.text(column.header)
        level, what = _levels(reader, column, methodology)
        note = f"The file knows only {what} (" + text + "): the same level for every factor."
        given = base.assign(
            value=level, note=note.str.cat(" " + base["note"].fillna("")).str.strip()
        )
        given = given[level.notna()]
        given["rater"] = given["rater"].fillna(reader.mapping.rater)
        yield from (given.assign(item=f.key, label=None) for f in factors)


def _factors(column: Column, methodology: Methodology) -> tuple[Factor, ...]:
    if column.role == INDEX:
        return methodology.factors
    return next((c.factors for c in methodology.characteristics if c.key == column.target), ())


def _levels(
    reader: Reader, column: Column, methodology: Methodology
) -> tuple[pd.Series[float], str]:
    """The levels of a column, and what they are of."""
    if column.role != INDEX:
        level = reader.levels(column, ())
        name = next(c.name for c in methodology.characteristics if c.key == column.target)
        return level, f"{name} as a whole"
    level = reader.numbers(column)
    out = level.notna() & ~level.between(1 - _NEAR, 5 + _NEAR)
    scale = next((k for k, v in _SCALES.items() if v == (column.factor, column.offset)), LEVELS)
    reader.report(
        "range", column.header, out,
        lambda v: f'"{v}" cannot be the whole CMI; {scale.lower()} are possible.',
    )  # fmt: skip
    return level.mask(out).clip(1, 5), "the whole CMI"
