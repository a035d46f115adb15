"""One sheet of a workbook, read in one pass over its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import InvalidOperation
from functools import cache

from cmi.files import limits
from cmi.files.grid import (
    Area,
    Grid,
    Issue,
    Row,
    Rows,
    UnreadableError,
    check_extent,
    make_printable,
    unprintable,
)
from cmi.files.numberformat import LONGEST_KEPT, Writer, plain
from cmi.files.parts import Attributes, Parts, parse

_DIGITS = "0123456789"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_VALUES = frozenset({"v", "t"})
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_TEXTS = frozenset({"str", "inlineStr"})
_TRUTH = {"1": "TRUE", "true": "TRUE"}
_UNSEEN = "The formula has no saved value; the cell counts as empty."


def unescaped(text: str) -> str:
    """Text with _x000D_ and its like turned into the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def bounded(text: str) -> str:
    """`text`, unless no cell can hold it."""
    if len(text) > limits.CELL_CHARACTERS:
        raise UnreadableError(
            f"a text in it has {len(text):,} characters; a cell can hold "
            f"{limits.CELL_CHARACTERS:,}."
        )
    return text


@cache
def _position(letters: str) -> int:
    """A -> 0, AA -> 26."""
    if not letters.isalpha():
        raise ValueError(letters)
    position = 0
    for letter in letters.upper():
        position = position * 26 + ord(letter) - 64
    return position - 1


def _area(reference: str) -> Iterator[Area]:
    """B2:C3 -> rows 1 to 2, columns 1 to 2."""
    if match := _REFERENCE.fullmatch(reference):
        left, top, right, bottom = match.groups()
        yield Area(int(top) - 1, _position(left), int(bottom) - 1, _position(right))


def texts(parts: Parts, name: str) -> list[str]:
    """The texts that the cells of all sheets share, in order."""
    found: list[str] = []
    pieces: list[str] = []
    inside = phonetic = False

    def start(element: str, _: Attributes) -> None:
        nonlocal inside, phonetic
        inside = element == "t" and not phonetic
        phonetic = phonetic or element == "rPh"

    def end(element: str) -> None:
        nonlocal inside, phonetic
        inside = False
        if element == "rPh":
            phonetic = False
        elif element == "si":
            found.append(bounded(unescaped("".join(pieces))))
            pieces.clear()

    def text(piece: str) -> None:
        if inside:
            pieces.append(piece)

    if name in parts:
        parse(parts, name, start, end, text)
    return found


@dataclass
class _Sheet:
    """What the pass has seen: filled rows by number, and the cell it is in."""

    shared: Sequence[str]
    writers: Sequence[Writer | None]
    rows: dict[int, Row] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    long_numbers: set[int] = field(default_factory=set)
    hidden: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    number: int = 0
    column: int = -1
    cell: Attributes = field(default_factory=dict)
    row: Row = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    inside: bool = False
    formula: bool = False
    phonetic: bool = False
    unclean: bool = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "c":
            self.cell = attributes
            reference = attributes.get("r")
            self.column = _position(reference.rstrip(_DIGITS)) if reference else self.column + 1
            self.value.clear()
            self.formula = False
        elif element in _VALUES:
            self.inside = not self.phonetic
        elif element == "f":
            self.formula = True
        elif element == "row":
            self._start_row(attributes)
        elif element == "is":
            self.value.clear()  # some write the number of the text before it
        elif element == "rPh":
            self.phonetic = True
        elif element == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.hidden_columns.append((first, last))
        elif element == "mergeCell":
            self.merged.extend(_area(attributes.get("ref", "")))

    def end(self, element: str) -> None:
        if element == "c":
            if self.value or self.formula:
                self._end_cell("".join(self.value))
        elif element in _VALUES:
            self.inside = False
        elif element == "rPh":
            self.phonetic = False

    def text(self, piece: str) -> None:
        if self.inside:
            self.value.append(piece)

    def _start_row(self, attributes: Attributes) -> None:
        self.number = int(attributes.get("r") or self.number + 1)
        check_extent(self.number, 1)
        if self.number < 1:
            raise ValueError(self.number)
        self.column = -1
        self.row = self.rows.setdefault(self.number, [])
        self.hidden += attributes.get("hidden") in ("1", "true")

    def _end_cell(self, raw: str) -> None:
        text = self._written(raw)
        if not text:
            return
        gap = self.column - len(self.row)
        if gap == 0:
            self.row.append(text)
        elif gap > 0:
            check_extent(1, self.column + 1)
            self.row.extend([""] * gap + [text])
        elif self.row[self.column]:
            raise ValueError(self.column)
        else:
            self.row[self.column] = text

    def _written(self, raw: str) -> str:
        kind = self.cell.get("t", "n")
        if kind == "n" and raw and not raw.isspace():
            return self._number(raw)
        if kind in _TEXTS:
            text = bounded(unescaped(raw))
            self.unclean = self.unclean or unprintable(text)
            return text
        if not raw.strip():
            if self.formula:
                self._report("formula", _UNSEEN)
            return ""
        if kind == "s":
            return self.shared[int(raw)]
        if kind == "e":
            self._report("error-cell", f"The cell shows the error {raw}; it counts as empty.", raw)
        return {"b": _TRUTH.get(raw, "FALSE"), "e": ""}.get(kind, raw)

    def _number(self, raw: str) -> str:
        style = int(self.cell.get("s") or 0)
        write = self.writers[style] if style < len(self.writers) else None
        text = (write or plain)(raw)
        if len(text) > LONGEST_KEPT and text.isdecimal():
            self.long_numbers.add(self.column)
        return text

    def _report(self, kind: str, message: str, value: str = "") -> None:
        self.issues.append(Issue(kind, message, self.number, self.column, value))


def grid(
    parts: Parts, part: str, name: str, shared: Sequence[str], writers: Sequence[Writer | None]
) -> Grid:
    """The sheet called `name`, down to its last filled row."""
    sheet = _Sheet(shared, writers)
    try:
        parse(parts, part, sheet.start, sheet.end, sheet.text)
    except (ValueError, IndexError, InvalidOperation) as error:
        place = f"sheet {name}, row {sheet.number:,}"
        raise UnreadableError(f"the workbook is damaged ({place}).") from error
    last = max((number for number, row in sheet.rows.items() if row), default=0)
    nothing: Row = []
    lines = range(1, last + 1)
    rows = [sheet.rows.get(number, nothing) for number in lines]
    if sheet.unclean or unprintable("".join(shared)):
        sheet.issues.extend(make_printable(rows, lines))
    read = Grid(
        rows=Rows.of(rows),
        lines=lines,
        sheet=name,
        issues=sheet.issues,
        merged=sheet.merged,
        long_numbers=sheet.long_numbers,
    )
    if sheet.hidden:
        read.notes.append(f"hidden rows that were read too: {sheet.hidden:,}")
    width = max(map(len, sheet.rows.values()), default=0)
    hidden = sum(max(min(last, width) + 1 - first, 0) for first, last in sheet.hidden_columns)
    if hidden:
        read.notes.append(f"hidden columns that were read too: {hidden:,}")
    return read
