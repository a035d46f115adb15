"""From a grid to a table: rows that are kept, refused or blank, and columns with names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cmi.files import Reject, limits
from cmi.files.beside import side_by_side
from cmi.files.footer import footer_start
from cmi.files.grid import (
    PARTED,
    Broken,
    Grid,
    Issue,
    Row,
    UnreadableError,
    apart,
    blank,
    check_extent,
    printable,
    quoted,
)
from cmi.files.header import (
    Header,
    above,
    doubtful,
    find_header,
    renamed,
    told_header,
    unique_names,
    usual_fill,
)
from cmi.files.strangers import AGAIN, strangers

_COMPARED = 50


@dataclass
class Parsed:
    """A table before it is a frame: its kept rows as `texts` of `width` cells, their `lines`.

    `names` are the columns that are used, by their position from 0.
    """

    sheet: str
    names: dict[int, str] = field(default_factory=dict)
    width: int = 0
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    refused: int = 0
    blank: int = 0
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rejected: list[Reject] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    hidden: bool = False
    hidden_sheets: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The cells of each column."""
        rows = [text.split(PARTED) for text in self.texts]
        return {name: tuple(row[place] for row in rows) for place, name in self.names.items()}

    @property
    def rows(self) -> int:
        """Records below the header."""
        return len(self.lines) + self.refused + self.blank


def parsed(grid: Grid, header_row: int | None = None) -> Parsed | None:
    """The table in `grid`; None when every cell is blank.

    `header_row` is the last row of the header when a person says so, 0 for no header.
    """
    if not any(text.strip() for text in grid.rows.texts):
        if grid.broken:
            raise UnreadableError(f"none of its rows can be read. {grid.broken[0].why}")
        return None
    usual = usual_fill(grid.rows)
    told = header_row is not None
    header = find_header(grid, usual) if header_row is None else told_header(grid, header_row)
    table = _begun(grid, header)
    table.issues += [*grid.issues, *above(grid, header, usual, told)]
    table.issues += [] if told else doubtful(grid, header)
    start = header.index + header.depth
    end = footer_start(grid.rows, start, usual)
    header = _numbered(grid, header, start, end)
    _keep(grid, header, start, end, table)
    _take_columns(grid, header, table)
    _leave_out(grid, header, end, table)
    table.issues = sorted(_capped(table.issues), key=lambda issue: issue.row or 0)
    table.rejected.sort(key=lambda reject: reject.row)
    return table


def written(grid: Grid) -> Parsed:
    """Every filled row of `grid` as it stands, none of them a header; the columns are A, B, C."""
    table = Parsed(grid.sheet, hidden=grid.hidden, hidden_sheets=grid.hidden_sheets)
    table.width = max((text.count(PARTED) + 1 for text in grid.rows.texts if text), default=0)
    for line, text in zip(grid.lines, grid.rows.texts, strict=True):
        if text and not text.isspace():  # as PARTED is
            table.texts.append(text + PARTED * (table.width - 1 - text.count(PARTED)))
            table.lines.append(line)
    table.blank = len(grid.rows) - len(table.lines)
    table.names = {place: letters(place) for place in range(table.width)}
    merged = [
        Issue("skipped", "Of merged cells only the first has the value.", area.top + 1, area.left)
        for area in grid.merged
    ]
    table.issues = [_with_name(issue, table.names) for issue in _capped((*grid.issues, *merged))]
    return table


def letters(place: int) -> str:
    """The column at a position from 0, as a spreadsheet calls it: A, B, ... Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _numbered(grid: Grid, header: Header, start: int, end: int) -> Header:
    """`header` with a nameless first column when the rows are numbered and it does not say so."""
    rows = [row for row in grid.rows[start : min(end, start + _COMPARED)] if not blank(row)]
    if not grid.strict or not header.depth or len(rows) < 2:
        return header
    counted = [row[0] for row in rows if len(row) == len(header.names) + 1]
    if counted not in ([str(n + first) for n in range(len(rows))] for first in (0, 1)):
        return header
    return replace(header, names=["", *header.names])


def _begun(grid: Grid, header: Header) -> Parsed:
    """A table without rows that says how it is read."""
    return Parsed(
        grid.sheet,
        notes=[*grid.notes, _header_words(grid, header)],
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        header_row=grid.lines[header.index + header.depth - 1] if header.depth else 0,
        hidden=grid.hidden,
        hidden_sheets=grid.hidden_sheets,
    )


def _header_words(grid: Grid, header: Header) -> str:
    lines = grid.lines[header.index : header.index + header.depth]
    if not lines:
        return "no header"
    return f"header in {'row' if len(lines) == 1 else 'rows'} {' and '.join(map(str, lines))}"


def _keep(grid: Grid, header: Header, start: int, end: int, table: Parsed) -> None:
    """Give `table` the rows that are kept, all as wide as the table; count the others."""
    body = grid.rows.texts[start:end]
    widths = [text.count(PARTED) + 1 for text in body]
    if grid.strict:
        table.width = _cells_per_row(header, body, widths, table)
    else:  # in a sheet a row ends with its last filled cell, and may go on behind the last name
        table.width = max([len(header.names), *widths])
    check_extent(len(body), table.width)
    heading = grid.rows.texts[header.index : header.index + header.depth]
    foreign = {grid.lines[start + i]: why for i, why in strangers(body, heading).items()}
    for line, text, cells in zip(grid.lines[start:end], body, widths, strict=True):
        missing = table.width - cells
        if not text or text.isspace():  # as PARTED is
            table.blank += 1
        elif line in foreign:
            table.refused += 1
            row, message = apart(text), foreign[line]
            _report(table, "skipped", message, line, row)
            if message != AGAIN:
                table.rejected.append(Reject(line, tuple(row), message))
        elif missing and grid.strict:
            table.refused += 1
            row, columns = apart(text), _count(table.width, "column")
            message = f"The row has {_count(len(row), 'cell')}, the table {columns}."
            _report(table, "width", message, line, row)
            table.rejected.append(Reject(line, tuple(row), message))
        else:
            table.texts.append(text + PARTED * missing if missing else text)
            table.lines.append(line)


def _report(table: Parsed, kind: str, message: str, line: int, row: Row) -> None:
    table.issues.append(Issue(kind, message, line, value=quoted(row)))


def _cells_per_row(
    header: Header, body: Sequence[str], widths: Sequence[int], table: Parsed
) -> int:
    """How many cells each row of a CSV file must have: as many as the header.

    Where most rows end with more delimiters than the header, or with fewer, and nothing but blank
    cells makes the difference, their number counts.
    """
    own = len(header.names) if header.depth else 0
    counts = Counter(widths)
    if len(counts) > 1:
        counts = Counter(width for width, text in zip(widths, body, strict=True) if text.strip())
    usual = max(counts, key=lambda cells: (counts[cells], cells == own), default=own)
    if usual == own or not own:
        return usual
    if usual < own:
        return own if any(header.names[usual:]) else usual
    rows = zip(widths, body, strict=True)
    tails = (apart(text)[own:] for width, text in rows if width == usual)
    if counts[usual] == 1 or not all(map(blank, tails)):
        return own
    message = f"The rows have {usual:,} cells and the header {own:,}; what is beyond is blank."
    table.issues.append(Issue("header", message))
    return usual


def _take_columns(grid: Grid, header: Header, table: Parsed) -> None:
    """Name the columns; one with neither name nor values is left out."""
    width = table.width
    names = dict(enumerate([*header.names, *[""] * width][:width]))
    nameless = {place for place, name in names.items() if not name}
    for row in map(apart, table.texts if nameless else ()):
        nameless -= {place for place in nameless if row[place].strip()}
    names = {place: name for place, name in names.items() if place not in nameless}
    given = unique_names(names)
    if header.depth:
        table.issues.extend(renamed(names, given, grid.lines[header.index]))
    if dropped := width - len(names):
        apart_ones = [names.get(place, "") for place in range(width)]
        if header.depth and (
            doubt := side_by_side(apart_ones, table.texts, grid.lines[header.index])
        ):
            table.issues.append(doubt)
        table.notes.append(f"{_count(dropped, 'column')} without name and values left out")
    for i in sorted(grid.long_numbers & given.keys()):
        table.notes.append(
            f'whole numbers of more than 15 digits in "{given[i]}": a spreadsheet keeps only 15'
        )
    table.names = given
    table.issues = [_with_name(issue, given) for issue in table.issues]


def _with_name(issue: Issue, given: dict[int, str]) -> Issue:
    if not isinstance(issue.column, int):
        return issue
    return replace(issue, column=given.get(issue.column, f"Column {issue.column + 1}"))


def _leave_out(grid: Grid, header: Header, end: int, table: Parsed) -> None:
    """Count and report broken records, the footer, and what merged areas do not say."""
    top = grid.lines[header.index]
    for record in grid.broken:
        if record.line > top:
            table.refused += record.lines
            issue = _broken(record)
            table.issues.append(issue)
            text = printable(record.text.rstrip("\r\n"))
            table.rejected.append(Reject(record.line, (text,), issue.message))
    footer = list(zip(grid.lines[end:], grid.rows[end:], strict=True))
    remarks = [(line, row) for line, row in footer if not blank(row)]
    for line, row in remarks:
        message = f"Row {line} stands below the table and was not read as data."
        _report(table, "skipped", message, line, row)
    table.refused += len(remarks)
    table.blank += len(footer) - len(remarks)
    if remarks:
        table.notes.append(f"{_count(len(remarks), 'footer row')} left out")
    if areas := sum(1 for area in grid.merged if area.bottom >= header.index + header.depth):
        table.notes.append(f"{_count(areas, 'merged area')}: only the first cell has the value")


def _broken(record: Broken) -> Issue:
    why = record.why
    if record.lines > 1:
        last = record.line + record.lines - 1
        why = f"Lines {record.line:,} to {last:,} were left out: {why[0].lower()}{why[1:]}"
    return Issue(record.kind, why, record.line, value=quoted(record.cells))


def _capped(issues: Iterable[Issue]) -> Iterator[Issue]:
    """So many problems of a kind are listed; of the rest, how many they are."""
    counts: Counter[str] = Counter()
    for issue in issues:
        counts[issue.kind] += 1
        if counts[issue.kind] <= limits.PROBLEMS_PER_KIND:
            yield issue
    for kind, count in counts.items():
        if more := max(count - limits.PROBLEMS_PER_KIND, 0):
            yield Issue(kind, f"The same is wrong in {more:,} more places.")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
