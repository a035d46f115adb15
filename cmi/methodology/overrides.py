"""Rules per segment: for which rows an override holds, and a number as it is for each row.

Everything is a narwhals expression over a snapshot's columns, so that it is the same on pandas
and on DuckDB.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

import narwhals.stable.v2 as nw

from cmi.methodology import Methodology

SEGMENT = "Segment "  # before the name of a segment column that is called like one of ours
_HOLDS = "_holds."
_SPACE = " \t\n\r\v\f\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def holding(methodology: Methodology, schema: Mapping[str, Any]) -> list[nw.Expr]:
    """`_holds.<n>`: True where the n-th override holds; only for those whose column is there.

    `schema` has the snapshot's columns and their types: only a column of text can be a segment.
    """
    expressions = []
    for number, override in enumerate(methodology.overrides):
        wanted = {name.strip().casefold() for name in override.columns}
        wanted |= {f"{SEGMENT}{name}".casefold() for name in wanted}
        values = [fold(value) for value in override.values]
        rows = [
            folded(column).is_in(values)
            for column, kind in schema.items()
            if kind == nw.String and column.strip().casefold() in wanted
        ]
        if rows:
            expression = reduce(or_, rows).fill_null(value=False)
            expressions.append(expression.alias(f"{_HOLDS}{number}"))
    return expressions


def by_row(
    default: float, others: Iterable[float | None], columns: Container[str]
) -> float | nw.Expr:
    """`default`, or what the last override that holds says; a plain number when none can hold.

    `others` has what each override of the methodology says, None where it says nothing.
    """
    number: float | nw.Expr = default
    for n, other in enumerate(others):
        if other is not None and f"{_HOLDS}{n}" in columns:
            kept = number if isinstance(number, nw.Expr) else nw.lit(number)
            number = nw.when(nw.col(f"{_HOLDS}{n}")).then(nw.lit(other)).otherwise(kept)
    return number


def folded(column: str) -> nw.Expr:
    """A text column without surrounding space, in small letters."""
    return nw.col(column).str.strip_chars(_SPACE).str.to_lowercase()


def fold(text: str) -> str:
    """A text as `folded` writes it: the engines replace each letter by one letter."""
    return "".join(letter.lower()[0] for letter in text.strip(_SPACE))
