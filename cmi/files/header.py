"""Where a table begins and what its columns are called."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median_high

from cmi.files.grid import Grid, Issue, Row, UnreadableError, blank, filled, quoted

LONGEST_VALUE = 40  # characters: what is longer is prose
_SEARCHED = 100
_COMPARED = 10
_YEAR = re.compile(r"(19|20)\d\d")
_VALUES = {
    "date": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?"),
    "number": re.compile(r"[-+(]?\s*[$€£¥]?\s*-?\d[\d.,' \u00a0]*\s*[%€)]?"),
    "address": re.compile(r"[^@\s]+@[^@\s]+\.\w+"),
}
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Header:
    """The `depth` rows (0, 1 or 2) from position `index` on, and a name per column, "" for none."""

    index: int
    depth: int
    names: Row


def usual_fill(rows: Sequence[Row]) -> int:
    """How many cells a row of the table usually fills; 1 for a single column."""
    counts = list(islice((n for row in rows if (n := filled(row)) > 1), 2 * _SEARCHED))
    return median_high(counts) if counts else 1


def find_header(rows: Sequence[Row], usual: int) -> Header:
    """The first row that fills enough of the columns and reads like names.

    Rows that fill half of the usual or less are titles. A row that lacks cells is one too when a
    blank row follows or when it holds values. There is none when more of its cells read like the
    values below them than like names.
    """
    wide = [i for i, row in enumerate(rows[:_SEARCHED]) if 2 * filled(row) > usual]
    if not wide:
        wide = [next(i for i, row in enumerate(rows) if not blank(row))]
    first = next((i for i in wide if not _title(rows, i, usual)), wide[0])
    row = rows[first]
    same, other = values(rows, first)
    if len(same) > other:
        return Header(wide[0], 0, [])
    if first + 2 < len(rows) and _continues(row, rows[first + 1]):
        return Header(first, 2, _merged(row, rows[first + 1]))
    return Header(first, 1, [clean(cell) for cell in row])


def _title(rows: Sequence[Row], i: int, usual: int) -> bool:
    if filled(rows[i]) >= usual:
        return False
    return any(map(_sort, rows[i])) or (i + 1 < len(rows) and blank(rows[i + 1]))


def values(rows: Sequence[Row], i: int) -> tuple[list[str], int]:
    """The cells of row `i` that read like the value below them, and how many read otherwise.

    Where there is text above text, nobody can tell.
    """
    same: list[str] = []
    other = 0
    for n, cell in enumerate(rows[i]):
        below = (_cell(row, n) for row in rows[i + 1 : i + 1 + _COMPARED])
        beneath = next(filter(None, below), None)
        sort = _sort(cell)
        if sort and (beneath is None or _sort(beneath) == sort):
            same.append(cell)
        elif cell.strip() and beneath is not None:
            other += _sort(beneath) != sort
    return same, other


def _sort(cell: str) -> str:
    """date, number or address; "" for other text, and for a year, which may name a column."""
    text = cell.strip()
    if len(text) > LONGEST_VALUE or _YEAR.fullmatch(text):
        return ""
    return next((sort for sort, pattern in _VALUES.items() if pattern.fullmatch(text)), "")


def _continues(top: Row, bottom: Row) -> bool:
    """Whether `bottom` names the options of questions in `top`, as survey tools write them.

    A question stands over its first option and is blank over the others; the columns before the
    first question have no option.
    """
    gaps = [i for i in range(max(len(top), len(bottom))) if not _cell(top, i)]
    return (
        len(gaps) > 1
        and bool(_cell(top, 0))
        and not _cell(bottom, 0)
        and all(_cell(bottom, i) for i in gaps)
        and not any(map(_sort, bottom))
    )


def _merged(top: Row, bottom: Row) -> Row:
    names: Row = []
    question = ""
    for i in range(max(len(top), len(bottom))):
        question = clean(_cell(top, i)) or question
        option = clean(_cell(bottom, i))
        names.append(f"{question}: {option}" if option else question)
    return names


def _cell(row: Row, i: int) -> str:
    return row[i].strip() if i < len(row) else ""


def clean(name: str) -> str:
    """A name without HTML, line breaks or double spaces."""
    return " ".join(html.unescape(_TAG.sub(" ", name)).split())


def unique_names(names: Mapping[int, str]) -> dict[int, str]:
    """Names by position that differ from each other however they are written."""
    own = {name.casefold() for name in names.values()}
    used: set[str] = set()
    unique: dict[int, str] = {}
    for position, name in names.items():
        base = given = name or f"Column {position + 1}"
        number = 1
        while given.casefold() in used or (given != name and given.casefold() in own):
            number += 1
            given = f"{base} ({number})"
        used.add(given.casefold())
        unique[position] = given
    return unique


def renamed(names: Mapping[int, str], given: Mapping[int, str], row: int) -> Iterator[Issue]:
    """A problem for each column that goes by another name than the file gives it."""
    first: dict[str, int] = {}
    for position, name in names.items():
        earlier = first.setdefault(name.casefold(), position)
        if given[position] == name:
            continue
        if name:
            message = (
                f'Columns {earlier + 1} and {position + 1} are both named "{name}"; '
                f'the later one is called "{given[position]}".'
            )
        else:
            message = (
                f'Column {position + 1} has values and no name; it is called "{given[position]}".'
            )
        yield Issue("header", message, row, position, name)


def doubtful(grid: Grid, header: Header) -> Iterator[Issue]:
    """A problem when the header is not plainly one row of names."""
    line = grid.lines[header.index]
    if header.depth == 0:
        message = "No row reads like a header; the columns are called Column 1, Column 2 …"
        yield Issue("header", message, value=quoted(grid.rows[header.index]))
    elif header.depth == 2:
        message = f"Rows {line} and {grid.lines[header.index + 1]} were read as one header."
        yield Issue("header", message, line, value=quoted(header.names))
    elif cells := values(grid.rows, header.index)[0]:
        message = f'Row {line} was taken as the header, although "{cells[0]}" looks like a value.'
        yield Issue("header", message, line, value=quoted(grid.rows[header.index]))


def above(grid: Grid, header: Header, usual: int) -> Iterator[Issue]:
    """What stands above the header: a problem per filled row, as none of it is read.

    A broken record there may be the header itself, unless it is as short as a title.
    """
    start = grid.lines[header.index]
    for line, row in zip(grid.lines[: header.index], grid.rows, strict=False):
        if not blank(row):
            message = f"Row {line} stands above the header and was not read."
            yield Issue("skipped", message, line, value=quoted(row))
    for record in grid.broken:
        if record.line < start and 2 * len(record.cells) > usual:
            raise UnreadableError(
                f"line {record.line:,} has a stray quotation mark, and the header may stand there."
            )
        if record.line < start:
            message = f"Row {record.line} stands above the header and was not read."
            yield Issue("skipped", message, record.line, value=quoted(record.cells))
