"""What a file holds before it is a table: rows of text, where they stand, and what was odd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from cmi.files import limits

Row = list[str]
Record = tuple[int, Row]  # with the line on which it starts

PARTED = "\x1f"  # stands in no cell: unprintable characters are replaced
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
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
    """A record that cannot be trusted: `text` covers `lines` lines from `line` on."""

    line: int
    lines: int
    cells: Row
    text: str
    why: str
    kind: str = "quote"


@dataclass(frozen=True, slots=True)
class Area:
    """Merged cells, from the first to the last row and column: positions from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Rows(Sequence[Row]):
    """Rows as one text each, the cells parted by PARTED ("" is a blank row).

    Most rows are only handed on: they are taken apart where somebody looks at their cells.
    """

    texts: list[str]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Rows:
        """Rows of cells that are printable."""
        return cls(list(map(PARTED.join, rows)))

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [apart(text) for text in self.texts[at]]
        return apart(self.texts[at])


@dataclass
class Grid:
    """Rows in file order, and `lines`, the number of each in the file.

    `strict`: a row must be as wide as the header (CSV). `long_numbers` holds the positions of
    columns with whole numbers beyond 15 digits. The last four are said again in the Table.
    """

    rows: Rows
    lines: Sequence[int]
    sheet: str = ""
    strict: bool = False
    broken: list[Broken] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    long_numbers: set[int] = field(default_factory=set)
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False
    hidden_sheets: tuple[str, ...] = ()


def blank(row: Iterable[str]) -> bool:
    """Whether no cell of `row` holds anything but white space."""
    return not any(map(str.strip, row))


def filled(row: Iterable[str]) -> int:
    """How many cells of `row` hold something."""
    return sum(1 for cell in row if cell.strip())


def apart(text: str) -> Row:
    """The cells of a row that is one text."""
    return text.split(PARTED) if text else []


def quoted(row: Sequence[str]) -> str:
    """The filled cells of `row` in one line, to show which row is meant."""
    shown = (cell.strip()[:200] for cell in row[:50] if cell.strip())
    return printable(" | ".join(shown))[:200]


def unprintable(text: str) -> bool:
    """Whether `text` holds control characters or halves of characters."""
    if text.isprintable():
        return False
    unusual = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return _UNPRINTABLE.search(unusual.decode("utf-8", "surrogatepass")) is not None


def printable(text: str) -> str:
    """`text` with each unprintable character replaced by the replacement character."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def make_printable(rows: Iterable[Row], lines: Iterable[int]) -> Iterator[Issue]:
    """Replace unprintable characters in `rows`, with a problem for each cell that had some."""
    for line, row in zip(lines, rows, strict=True):
        if not unprintable("".join(row)):
            continue
        for column, cell in enumerate(row):
            if unprintable(cell):
                row[column] = printable(cell)
                message = "The cell holds an unprintable character."
                yield Issue("control", message, line, column, row[column][:200])


def line_ends(text: str, start: int = 0, stop: int | None = None) -> int:
    """How many lines end in `text`; a return with its line feed is one end."""
    feeds, returns = text.count("\n", start, stop), text.count("\r", start, stop)
    return feeds + returns - text.count("\r\n", start, stop)


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
