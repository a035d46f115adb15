"""A delimited text file, in whatever characters, with whatever delimiter and marks it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cmi.files import AS_FOUND, How, limits
from cmi.files.delimiter import DELIMITERS, NONE, delimiter_of
from cmi.files.encoding import decoded
from cmi.files.grid import (
    Broken,
    Grid,
    Row,
    Rows,
    UnreadableError,
    blank,
    check_extent,
    make_printable,
    printable,
    unprintable,
)
from cmi.files.records import Records, records

_SWAPPED = str.maketrans("'\"", "\"'")
_SINGLE = re.compile(r"""\s*'[^'"\r\n]*'([,;\t|])('[^'"\r\n]*'(\1|[\r\n])){1,999}""")
_FIRST = 100  # rows among which the header is looked for
_FILLED_IN = "\0\x1a"  # behind the end of a text that was written in blocks
_AS_TEXT = re.compile(r'^="([^"]*)"$')


def grid(content: bytes, how: How = AS_FOUND) -> Grid:
    """The rows of a CSV file in whatever character set and with whatever delimiter it has."""
    found = decoded(content, how.encoding)
    text = found.text.rstrip(_FILLED_IN)
    if "\ufeff" in text:  # a byte order mark, doubled, or left inside where files were joined
        text = re.sub("(^|[\r\n])\ufeff+", r"\1", text)
    if not text.strip("\0 \t\r\n"):
        raise UnreadableError("it is empty.")
    if text.count("\0") > len(text) / 4:
        raise UnreadableError("it is neither a workbook nor text.")
    delimiter, read = _as_written(text, _as_told(how.delimiter) if how.delimiter else "")
    if len(read.rows) + len(read.broken) > limits.ROWS + 1:
        raise UnreadableError(f"it has more than {limits.ROWS:,} rows, the most that can be read.")
    for row in read.rows[:_FIRST]:
        check_extent(1, len(row))
    parted = f"delimiter {DELIMITERS.get(delimiter, printable(delimiter))}"
    issues = make_printable(read.rows, read.lines) if unprintable(text) else ()
    notes = [found.words, "one column" if delimiter == NONE else parted, read.words]
    grid = Grid(
        issues=[*found.issues, *issues],
        rows=read.rows if isinstance(read.rows, Rows) else Rows.of(read.rows),
        lines=read.lines,
        strict=True,
        broken=read.broken,
        notes=[note for note in notes if note],
        encoding=found.codec,
        delimiter="\n" if delimiter == NONE else delimiter,
    )
    if '="' in text:
        _take_as_text(grid)
    return grid


def _as_told(delimiter: str) -> str:
    if len(delimiter) > 1 or delimiter in '"\r':
        raise UnreadableError(f'"{delimiter}" cannot be its delimiter; choose one character.')
    return NONE if delimiter == "\n" else delimiter


def _as_written(text: str, told: str) -> tuple[str, Records]:
    """The delimiter, found or told, and the records of `text`."""
    if _SINGLE.match(text):
        swapped = text.translate(_SWAPPED)
        delimiter = told or delimiter_of(swapped)
        return delimiter, _swapped_back(records(swapped, delimiter))
    delimiter = told or delimiter_of(text)
    read = records(text, delimiter)
    return (not told and _unwrapped(read)) or (delimiter, read)


def _swapped_back(read: Records) -> Records:
    """`read` with the marks as they stood in the file, where the single ones are quotes."""
    rows = [[cell.translate(_SWAPPED) for cell in row] for row in read.rows]
    broken = [
        Broken(
            record.line,
            record.lines,
            [cell.translate(_SWAPPED) for cell in record.cells],
            record.text.translate(_SWAPPED),
            record.why,
            record.kind,
        )
        for record in read.broken
    ]
    return Records(rows, read.lines, broken, "values in single quotes")


def _unwrapped(read: Records) -> tuple[str, Records] | None:
    """The records within the first cells, where all rows are one quoted text that is a record."""
    first: list[str] = []
    for row in read.rows:
        if not blank(row[1:]) or any("\n" in cell or "\r" in cell for cell in row[:1]):
            return None
        first.append(row[0] if row else "")
    text = "\n".join([*first, ""])
    if read.broken or (delimiter := delimiter_of(text)) == NONE:
        return None
    inner = records(text, delimiter)
    if inner.broken or not _even([row for row in inner.rows if not blank(row)]):
        return None
    return delimiter, Records(inner.rows, read.lines, [], "each row in quotation marks")


def _even(rows: Sequence[Row]) -> bool:
    """Whether all rows are as wide as the first, and none reads like a sentence with commas."""
    return len(rows) > 1 and all(
        len(row) == len(rows[0]) and not any(cell.startswith(" ") for cell in row) for row in rows
    )


def _take_as_text(grid: Grid) -> None:
    """Take ="007" for what it is in a column of such: how a program says that 007 is text."""
    rows = list(grid.rows)
    said: Counter[int] = Counter()
    for row in rows:
        for n, cell in enumerate(row):
            if cell.strip():
                said[n] += 1 if _AS_TEXT.fullmatch(cell) else -1
    columns = [n for n in said if said[n] >= 0]
    for row in rows:
        for n in columns:
            if n < len(row):
                row[n] = _AS_TEXT.sub(r"\1", row[n])
    if columns:
        grid.rows = Rows.of(rows)
        grid.notes.append('values written as ="…" taken as text')
