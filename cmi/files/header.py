"""Where a table begins and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from cmi.files.cells import cell, clean, sort
from cmi.files.grid import PARTED, Grid, Issue, Row, UnreadableError, blank, filled, quoted
from cmi.files.stacked import described, parted, stacked

_SEARCHED = 100
_COMPARED = 10
_REMARK = re.compile(r"(#|//|--)\s")


@dataclass(frozen=True, slots=True)
class Header:
    """The `depth` rows (0 to 3) from position `index` on, and a name per column, "" for none."""

    index: int
    depth: int
    names: Row


def usual_fill(rows: Sequence[Row]) -> int:
    """How many cells a row of the table usually fills; 1 for a single column.

    A row of names that fills twice as many as any above begins the table when most below go on.
    """
    parted = list(islice((row for row in rows if filled(row) > 1), 2 * _SEARCHED))
    counts = list(map(filled, parted))
    most = 0
    for i, count in enumerate(counts[:_SEARCHED]):
        if 0 < 2 * most <= count and not any(map(sort, parted[i])):
            wide = sum(1 for other in counts[i + 1 :] if other > most)
            if 2 * wide > len(counts) - i - 1 and 4 * sum(counts[i:]) >= sum(counts[:i]):
                return _median(counts[i:])
        most = max(most, count)
    return _median(counts) if counts else 1


def _median(counts: Sequence[int]) -> int:
    return sorted(counts)[len(counts) // 2]


def usual_width(grid: Grid) -> int:
    """How many cells most rows of a CSV file have; 0 for a sheet, where nobody can tell."""
    widths = Counter(text.count(PARTED) + 1 for text in grid.rows.texts[: 3 * _SEARCHED])
    del widths[1]
    return max(widths, key=lambda width: (widths[width], width)) if grid.strict and widths else 0


def find_header(grid: Grid, usual: int) -> Header:
    """The first row that fills enough of the columns and reads like names.

    Rows that fill half of the usual or less are titles, unless they are half of a header. A row
    that lacks cells is one too when a blank row follows or when it holds values. There is none
    when more of its cells read like the values below them than like names.
    """
    rows = grid.rows
    searched = range(min(_SEARCHED, len(rows)))
    wide = [i for i in searched if 2 * filled(rows[i]) > usual or _spans(grid, i, usual)]
    if not wide:
        wide = [next(i for i, row in enumerate(rows) if not blank(row))]
    width = usual_width(grid)
    first = next((i for i in wide if not _title(grid, i, usual, width)), wide[0])
    if _reads_like_values(grid, first):
        if not _names_some(grid, first - 1):
            return Header(wide[0], 0, [])
        first -= 1
    if depth := described(rows, first):
        return Header(first, depth, [clean(name) for name in rows[first + depth - 2]])
    for top in (first, first - 1):
        if names := stacked(grid, top):
            return _with_groups(grid, Header(top, 2, names))
    return _with_groups(grid, Header(first, 1, [clean(name) for name in rows[first]]))


def _with_groups(grid: Grid, header: Header) -> Header:
    """`header` with the one or two rows that part names which come twice."""
    return Header(*parted(grid, header.index, header.depth, header.names))


def _reads_like_values(grid: Grid, i: int) -> bool:
    same, other = values(grid.rows, i)
    return len(same) > other and not _series(grid, i)


def _series(grid: Grid, i: int) -> bool:
    """Whether row `i`, the first one, counts 1, 2, 3 or from date to date, and none below does."""

    def counts(row: Row) -> bool:
        own = [text for text in map(str.strip, row) if sort(text)]
        if {sort(text) for text in own} == {"date"}:
            return len(own) > 1 and len({*own}) == len(own)
        begins = own[0] if own else ""
        return begins in ("0", "1") and own == [str(int(begins) + n) for n in range(len(own))]

    row, below = grid.rows[i], grid.rows[i + 1 : i + 1 + _COMPARED]
    if i and not blank(grid.rows[i - 1]) and (not grid.strict or len(grid.rows[i - 1]) == len(row)):
        return False
    long = sum(1 for text in row if sort(text)) > 1 and not sort(row[0])
    return long and counts(row) and not any(counts(row) for row in below if not blank(row))


def _names_some(grid: Grid, i: int) -> bool:
    """Whether row `i`, right above values, names at least two of the columns of a CSV file."""
    if i < 0 or not grid.strict or filled(grid.rows[i]) < 2 or any(map(sort, grid.rows[i])):
        return False
    return len(grid.rows[i]) == len(grid.rows[i + 1])


def told_header(grid: Grid, row: int) -> Header:
    """The header that ends in the row numbered `row`, as a person says; 0: there is none."""
    if not row:
        return Header(next(i for i, cells in enumerate(grid.rows) if not blank(cells)), 0, [])
    place = f" in sheet {grid.sheet}" if grid.sheet else ""
    if row not in grid.lines or blank(grid.rows[index := grid.lines.index(row)]):
        raise UnreadableError(
            f"row {row:,}{place} cannot be its header; nothing can be read there."
        )
    if names := stacked(grid, index - 1):
        return _with_groups(grid, Header(index - 1, 2, names))
    return _with_groups(grid, Header(index, 1, [clean(name) for name in grid.rows[index]]))


def _spans(grid: Grid, i: int, usual: int) -> bool:
    """Whether row `i` begins a header of two rows that has a name for every column."""
    names = stacked(grid, i)
    return names is not None and filled(names) >= usual


def _title(grid: Grid, i: int, usual: int, width: int) -> bool:
    """Whether row `i` has no names: a remark, a sentence with commas, or short of cells."""
    row, below = grid.rows[i], grid.rows[i + 1] if i + 1 < len(grid.rows) else []
    if _REMARK.match(cell(row, 0)) and any(map(str.strip, below)):
        return _REMARK.match(cell(below, 0)) is not None or not any(map(sort, below))
    if width > len(row) and any(text.startswith(" ") for text in row[1:]):
        return True
    if filled(row) >= usual or _series(grid, i):
        return False
    return any(map(sort, row)) or _in_form(grid.rows, i, usual)


def _in_form(rows: Sequence[Row], i: int, usual: int) -> bool:
    """Whether a blank row parts row `i`, and others short of cells, from what is below."""
    below = rows[i + 1 : i + 1 + _SEARCHED]
    end = next((n for n, row in enumerate(below) if blank(row) or filled(row) >= usual), None)
    if end is None or not blank(below[end]):
        return False
    names: Row = next((row for row in below[end:] if not blank(row)), [])
    return end == 0 or (filled(names) >= usual and not any(map(sort, names)))


def values(rows: Sequence[Row], i: int) -> tuple[list[str], int]:
    """The cells of row `i` that read like the value below them, and how many read otherwise.

    Where there is text above text, nobody can tell.
    """
    same: list[str] = []
    other = 0
    below = rows[i + 1 : i + 1 + _COMPARED]
    for n, name in enumerate(rows[i]):
        beneath = next(filter(None, (cell(row, n) for row in below)), None)
        own = sort(name)
        if own and (beneath is None or sort(beneath) == own):
            same.append(name)
        elif name.strip() and beneath is not None:
            other += sort(beneath) != own
    return same, other


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
    elif header.depth > 1:
        below = grid.lines[header.index + 1 : header.index + header.depth]
        others = " and ".join(map(str, below))
        message = f"Rows {line} and {others} were read as one header."
        yield Issue("header", message, line, value=quoted(header.names))
    elif cells := values(grid.rows, header.index)[0]:
        message = f'Row {line} was taken as the header, although "{cells[0]}" looks like a value.'
        yield Issue("header", message, line, value=quoted(grid.rows[header.index]))


def above(grid: Grid, header: Header, usual: int, told: bool) -> Iterator[Issue]:
    """What stands above the header: a problem per filled row, as none of it is read.

    A broken record there may be the header itself, unless it is as short as a title or a person
    said where the header is.
    """
    start = grid.lines[header.index]
    for line, row in zip(grid.lines[: header.index], grid.rows, strict=False):
        if not blank(row):
            message = f"Row {line} stands above the header and was not read."
            yield Issue("skipped", message, line, value=quoted(row))
    for record in grid.broken:
        if record.line < start and 2 * len(record.cells) > usual and not told:
            raise UnreadableError(
                f"line {record.line:,} has a stray quotation mark, and the header may stand there."
            )
        if record.line < start:
            message = f"Row {record.line} stands above the header and was not read."
            yield Issue("skipped", message, record.line, value=quoted(record.cells))
