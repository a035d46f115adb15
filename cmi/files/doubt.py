"""Rows that look sound and are not to be trusted, as a stray quotation mark stands nearby.

One mark too many or too few shifts what is inside and what is outside of quotes, and shows only
where that breaks the grammar. Up to there, values over several lines may have swallowed rows, and
the lines of one value may look like rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cmi.files import limits
from cmi.files.grid import Broken, Record, Row
from cmi.files.sound import sound_records

_DOUBT = "A quotation mark nearby is one too many or too few, and may belong to this row."
_LINE_END = re.compile("\r\n|\r|\n")
_TRIED = 10  # broken records below
_LINES = 1_000  # in one value


def doubtful(found: Sequence[Record | Broken], text: str, delimiter: str) -> Iterator[Broken]:
    """The records of `found` below the header that may be parts of the broken ones among them."""
    rows = [record[1] for record in found if not isinstance(record, Broken)]
    widths = Counter(len(row) for row in rows if row)
    usual = max(widths, key=lambda width: widths[width], default=0)
    lines = _LINE_END.split(text)
    header = next((n for n, record in enumerate(found) if len(_cells(record)) == usual), 0)
    yield from _above(found[header + 1 :], lines, delimiter, usual)
    yield from _between(found[header + 1 :], lines, usual)


def _cells(record: Record | Broken) -> Row:
    return record.cells if isinstance(record, Broken) else record[1]


def _above(
    found: Sequence[Record | Broken], lines: list[str], delimiter: str, usual: int
) -> Iterator[Broken]:
    """Going up from each broken record to a row as wide as most that surely ends where it ends."""
    ends: list[int] = []  # the lines behind the broken records below, the nearest last
    below = len(lines) + 1
    for record in reversed(found):
        if isinstance(record, Broken):
            ends.append(record.line + record.lines)
            below = record.line
            continue
        line, row = record
        usually = below == line + 1 and len(row) == usual
        if ends and usually and not _goes_on(lines, line, ends[-_TRIED:], delimiter, usual):
            ends = []
        elif ends and row and (usually or below > line + 1):
            yield _broken(record, lines, below)
        below = line


def _goes_on(lines: list[str], line: int, ends: list[int], delimiter: str, usual: int) -> bool:
    """Whether one mark more or less in a row of one line makes it sound with what follows."""
    head = lines[line - 1]
    for end in reversed(ends):
        rest = "\n".join([*lines[line : end - 1], ""])
        if end - line > _LINES or sound_records(f'"{rest}', delimiter) is None:
            continue
        for mended in _mended(head, delimiter):
            sound = sound_records(f"{mended}\n{rest}", delimiter)
            if sound and all(len(row) == usual for row in sound[0] if row):
                return True
    return False


def _mended(head: str, delimiter: str) -> Iterator[str]:
    """`head` without each of its marks, and with one more where a value begins."""
    for at, letter in enumerate(head):
        if letter == '"':
            yield head[:at] + head[at + 1 :]
        if at == 0 or head[at - 1] == delimiter:
            yield f'{head[:at]}"{head[at:]}'
    if head.endswith(delimiter):
        yield f'{head}"'


def _between(found: Sequence[Record | Broken], lines: list[str], usual: int) -> Iterator[Broken]:
    """Rows without any mark between two broken records of another width: lines of one value."""
    fragment = False
    rows: list[Record] = []
    for record in found:
        if not isinstance(record, Broken):
            rows.append(record)
            continue
        other = len(record.cells) != usual
        if fragment and other and rows:
            inside = lines[rows[0][0] - 1 : record.line - 1]
            if sum(map(len, inside)) <= limits.CELL_CHARACTERS and '"' not in "".join(inside):
                yield from (_broken(row, lines, row[0] + 1) for row in rows if len(row[1]) == usual)
        fragment, rows = other, []


def _broken(record: Record, lines: list[str], below: int) -> Broken:
    line, row = record
    return Broken(line, below - line, row, "\n".join(lines[line - 1 : below - 1]), _DOUBT)
