"""From a grid to a table: rows that are kept, refused or blank, and columns with names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cmi.files import limits
from cmi.files.footer import footer_start
from cmi.files.grid import Broken, Grid, Issue, Row, UnreadableError, blank, check_extent, quoted
from cmi.files.header import (
    Header,
    above,
    doubtful,
    find_header,
    renamed,
    unique_names,
    usual_fill,
)


@dataclass
class Parsed:
    """A table before it is a frame: named `columns` of cells, and the line of each kept row."""

    sheet: str
    columns: dict[str, Sequence[str]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    refused: int = 0
    blank: int = 0
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Records below the header."""
        return len(self.lines) + self.refused + self.blank


def parsed(grid: Grid) -> Parsed | None:
    """The table in `grid`; None when every cell is blank."""
    if all(map(blank, grid.rows)):
        if grid.broken:
            raise UnreadableError(f"none of its rows can be read. {grid.broken[0].why}")
        return None
    usual = usual_fill(grid.rows)
    header = find_header(grid.rows, usual)
    table = Parsed(grid.sheet)
    table.issues += [*grid.issues, *above(grid, header, usual), *doubtful(grid, header)]
    table.notes += [*grid.notes, _header_words(grid, header)]
    start = header.index + header.depth
    end = footer_start(grid.rows, start, usual)
    _take_columns(grid, header, _keep(grid, header, start, end, table), table)
    _leave_out(grid, header, end, table)
    table.issues = sorted(_capped(table.issues), key=lambda issue: issue.row or 0)
    return table


def _header_words(grid: Grid, header: Header) -> str:
    lines = grid.lines[header.index : header.index + header.depth]
    if not lines:
        return "no header"
    return f"header in {'row' if len(lines) == 1 else 'rows'} {' and '.join(map(str, lines))}"


def _keep(grid: Grid, header: Header, start: int, end: int, table: Parsed) -> list[Row]:
    """The rows that are kept, all as wide as the table; the others are counted in `table`."""
    body = grid.rows[start:end]
    width = _width(grid, header, body)
    check_extent(len(body), width)
    repeatable = header.depth == 1 and len(header.names) > 1
    heading = grid.rows[header.index] if repeatable else None
    kept: list[Row] = []
    for line, row in zip(grid.lines[start:end], body, strict=True):
        if blank(row):
            table.blank += 1
        elif fault := _fault(row, width, heading, grid.strict):
            table.refused += 1
            kind, message = fault
            table.issues.append(Issue(kind, message, line, value=quoted(row)))
        else:
            kept.append(row if len(row) == width else _as_wide(row, width))
            table.lines.append(line)
    return kept


def _width(grid: Grid, header: Header, body: Sequence[Row]) -> int:
    """How many cells a row has: the header's, without nameless ones at its end that stay blank."""
    if not grid.strict:
        return max(map(len, [header.names, *body]))
    if not header.depth:
        return Counter(len(row) for row in body if not blank(row)).most_common(1)[0][0]
    width = len(header.names)
    while not header.names[width - 1]:
        if any(row[width - 1].strip() for row in body if len(row) >= width):
            break
        width -= 1
    return width


def _fault(row: Row, width: int, heading: Row | None, strict: bool) -> tuple[str, str] | None:
    """Kind and sentence when `row` cannot count."""
    if row == heading:
        return "skipped", "The row repeats the header."
    if len(row) == width or not strict or (len(row) > width and blank(row[width:])):
        return None
    return "width", f"The row has {_count(len(row), 'cell')}, the table {_count(width, 'column')}."


def _as_wide(row: Row, width: int) -> Row:
    """A sheet's row ends with its last filled cell; a CSV row may go on with blank ones."""
    return row[:width] + [""] * (width - len(row))


def _take_columns(grid: Grid, header: Header, kept: list[Row], table: Parsed) -> None:
    """Name the columns; one with neither name nor values is left out."""
    cells = list(zip(*kept, strict=True)) if kept else [() for _ in header.names]
    names = dict(enumerate([*header.names, *[""] * len(cells)][: len(cells)]))
    names = {i: name for i, name in names.items() if name or not blank(cells[i])}
    given = unique_names(names)
    if header.depth:
        table.issues.extend(renamed(names, given, grid.lines[header.index]))
    if dropped := len(cells) - len(names):
        table.notes.append(f"{_count(dropped, 'column')} without name and values left out")
    for i in sorted(grid.long_numbers & given.keys()):
        table.notes.append(
            f'whole numbers of more than 15 digits in "{given[i]}": a spreadsheet keeps only 15'
        )
    table.columns = {name: cells[i] for i, name in given.items()}
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
            table.issues.append(_broken(record))
    footer = list(zip(grid.lines[end:], grid.rows[end:], strict=True))
    remarks = [(line, row) for line, row in footer if not blank(row)]
    for line, row in remarks:
        message = f"Row {line} stands below the table and was not read as data."
        table.issues.append(Issue("skipped", message, line, value=quoted(row)))
    table.refused += len(remarks)
    table.blank += len(footer) - len(remarks)
    if remarks:
        table.notes.append(f"{_count(len(remarks), 'footer row')} left out")
    if areas := sum(1 for last in grid.merged if last > top):
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
