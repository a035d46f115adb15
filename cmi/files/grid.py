"""What a file holds before it is a table: rows of text, where they stand, and what was odd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cmi.files import limits

Row = list[str]

PARTED = "\x1f"  # stands in no cell: unprintable characters are replaced
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class UnreadableError(Exception):
    """Why a file is no table: the second half of a sentence."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem before its file is known; `column` is a position from 0 until names are known."""

    kind: str
    message: str
    row: int | None = None
    column: int | str = ""
    value: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be trusted: it covers `lines` lines from `line` on."""

    line: int
    lines: int
    cells: Row
    why: str
    kind: str = "quote"


@dataclass
class Grid:
    """Rows in file order (a blank one is []), and `lines`, the number of each in the file.

    `strict`: a row must be as wide as the header (CSV). `merged` holds the last row of each
    merged area, `long_numbers` the positions of columns with whole numbers beyond 15 digits.
    """

    rows: list[Row]
    lines: Sequence[int]
    sheet: str = ""
    strict: bool = False
    broken: list[Broken] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    long_numbers: set[int] = field(default_factory=set)


def blank(row: Iterable[str]) -> bool:
    """Whether no cell of `row` holds anything but white space."""
    return not any(map(str.strip, row))


def filled(row: Iterable[str]) -> int:
    """How many cells of `row` hold something."""
    return sum(1 for cell in row if cell.strip())


def quoted(row: Sequence[str]) -> str:
    """The filled cells of `row` in one line, to show which row is meant."""
    shown = (cell.strip()[:200] for cell in row[:50] if cell.strip())
    return printable(" | ".join(shown))[:200]


def unprintable(text: str) -> bool:
    """Whether `text` holds control characters or halves of characters."""
    return _UNPRINTABLE.search(text) is not None


def printable(text: str) -> str:
    """`text` with each unprintable character replaced by the replacement character."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def make_printable(grid: Grid) -> None:
    """Replace unprintable characters in `grid`, with a problem for each cell that had some."""
    for line, row in zip(grid.lines, grid.rows, strict=True):
        if not unprintable("".join(row)):
            continue
        for column, cell in enumerate(row):
            if unprintable(cell):
                row[column] = printable(cell)
                message = "The cell holds an unprintable character."
                grid.issues.append(Issue("control", message, line, column, row[column][:200]))


def check_extent(rows: int, columns: int) -> None:
    """Refuse more rows or columns than the product reads."""
    if rows > limits.ROWS:
        raise UnreadableError(f"it has more than {limits.ROWS:,} rows, the most that can be read.")
    if columns > limits.COLUMNS:
        raise UnreadableError(
            f"it has {columns:,} columns; the most that can be read are {limits.COLUMNS:,}."
        )
    if rows * columns > limits.CELLS:
        raise UnreadableError(
            f"it spreads over {rows:,} rows and {columns:,} columns; "
            f"the most that can be read are {limits.CELLS:,} cells."
        )
