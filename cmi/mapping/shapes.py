"""What the cells of a column look like: enough to tell whether a meaning fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.dates import date_order, dates
from cmi.cells.levels import MANY, levels
from cmi.cells.values import blank, booleans, durations, numbers
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 1000  # distinct values that are looked at
FEW = 50  # different values that a column may have to be filtered by
MOST = 0.8  # share of the values that must fit for a meaning to be believed


@dataclass(frozen=True)
class Shape:
    """A column at a glance; the shares (0 to 1) are of its distinct filled values.

    `words` are its values in compact form when there are at most 50, `examples` the first three,
    `numbers` what can be read as a number; `lasting` are durations such as 26:10:00.
    """

    rows: int
    filled: int
    distinct: int
    numeric: float
    dated: float
    yes_no: float
    numbers: tuple[float, ...]
    words: frozenset[str]
    examples: tuple[str, ...]
    lasting: float = 0.0

    @property
    def unique(self) -> bool:
        """Whether it could be the id of its rows."""
        return self.distinct == self.filled > 0

    @property
    def sparse(self) -> bool:
        """Whether most cells are empty; a table without rows has none."""
        return 2 * self.filled < self.rows

    @property
    def too_many(self) -> bool:
        """Whether nobody would filter by its values, even when its name suggests it."""
        return self.distinct > FEW and 2 * self.distinct >= self.filled

    @property
    def is_date(self) -> bool:
        """Dates, and not plain numbers that could be read as dates."""
        return self.dated >= MOST and self.numeric < MOST

    @property
    def is_number(self) -> bool:
        """Numbers, whatever they mean."""
        return self.numeric >= MOST

    def within(self, low: float, high: float) -> float:
        """The share of its numbers from low to high, 0 when there are none."""
        return sum(low <= n <= high for n in self.numbers) / max(len(self.numbers), 1)

    def above(self, highest: float) -> bool:
        """Whether more of its numbers lie above the highest of a scale than slips would."""
        over = {n for n in self.numbers if n > highest}
        return len(over) > 1 and len(over) > MANY * len(self.numbers)

    @property
    def shown(self) -> str:
        """Some values, for a sentence."""
        return ", ".join(self.examples) if self.examples else "nothing"


def _share(bad: pd.Series[bool]) -> float:
    return float(1 - bad.mean()) if len(bad) else 0.0


def shape(text: pd.Series[str]) -> Shape:
    """The shape of one column of text ("" or missing: empty)."""
    stripped = text.str.strip()
    filled = stripped[stripped.notna() & (stripped != "")]
    distinct = pd.Series(filled.unique(), dtype="str")
    few = distinct.iloc[:: max(1, len(distinct) // ENOUGH)]
    few = few[~blank(few)]
    point, no_point = numbers(few)
    comma, no_comma = numbers(few, ",")
    found = point if _share(no_point) >= _share(no_comma) else comma
    order = date_order(few) or "dmy"
    return Shape(
        rows=len(text),
        filled=len(filled),
        distinct=len(distinct),
        numeric=max(_share(no_point), _share(no_comma)),
        dated=_share(dates(few, order)[1]),
        yes_no=_share(booleans(few)[1]),
        numbers=tuple(found.dropna()),
        words=frozenset(map(compact, distinct)) if len(distinct) <= FEW else frozenset(),
        examples=tuple(distinct.head(3)),
        lasting=_share(durations(few)[1]),
    )


def level_share(text: pd.Series[str], anchors: Sequence[str]) -> float:
    """The share of the filled cells that say a level from 1 to 5."""
    filled = text[~blank(text)]
    return _share(levels(filled, anchors)[1])
