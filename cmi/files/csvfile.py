"""A delimited text file: which character parts its cells, and its rows."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from cmi.files import AS_FOUND, How, limits
from cmi.files.encoding import decoded
from cmi.files.grid import (
    PARTED,
    Broken,
    Grid,
    Row,
    Rows,
    UnreadableError,
    blank,
    make_printable,
    unprintable,
)
from cmi.files.records import each_record, records

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NONE = PARTED  # no text has it, so that each line is one cell
_SAMPLE_ROWS = 300
_SAMPLE_CHARACTERS = 1_000_000
_TORN = re.compile(r"[;\t|]|(?<!\d),(?! )|,(?![\d ])")


def grid(content: bytes, how: How = AS_FOUND) -> Grid:
    """The rows of a CSV file in whatever character set and with whatever delimiter it has."""
    found = decoded(content, how.encoding)
    text = found.text
    if not text.strip("\0 \t\r\n"):
        raise UnreadableError("it is empty.")
    if text.count("\0") > len(text) / 4:
        raise UnreadableError("it is neither a workbook nor text.")
    delimiter = _as_told(how.delimiter) if how.delimiter else delimiter_of(text)
    rows, lines, broken = records(text, delimiter)
    if len(rows) + len(broken) > limits.ROWS + 1:
        raise UnreadableError(f"it has more than {limits.ROWS:,} rows, the most that can be read.")
    parted = f"delimiter {DELIMITERS.get(delimiter, delimiter)}"
    issues = make_printable(rows, lines) if unprintable(text) else ()
    return Grid(
        issues=[*found.issues, *issues],
        rows=rows if isinstance(rows, Rows) else Rows.of(rows),
        lines=lines,
        strict=True,
        broken=broken,
        notes=[found.words, "one column" if delimiter == NONE else parted],
        encoding=found.codec,
        delimiter="\n" if delimiter == NONE else delimiter,
    )


def _as_told(delimiter: str) -> str:
    if len(delimiter) > 1 or delimiter in '"\r':
        raise UnreadableError(f'"{delimiter}" cannot be its delimiter; choose one character.')
    return NONE if delimiter == "\n" else delimiter


def delimiter_of(text: str) -> str:
    """The delimiter under which the first rows have one width; NONE for a single column."""
    fits = {delimiter: _fit(text, delimiter) for delimiter in DELIMITERS}
    best = max(fits, key=lambda delimiter: fits[delimiter])
    return best if fits[best] > 0 else NONE


def _fit(text: str, delimiter: str) -> float:
    """How well `delimiter` fits: the share of rows with the usual width, less what looks torn.

    A cell that holds another delimiter, or begins with a space as prose does behind a comma,
    speaks against it; a comma between digits does not.
    """
    rows = _sample(text, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    share = count / len(rows)
    if share <= 0.5 and len(rows[0]) < 2:
        return 0
    cells = [cell for row in rows if len(row) == width for cell in row]
    torn = sum(1 for cell in cells if _TORN.search(cell.replace(delimiter, " ")))
    spaced = sum(1 for cell in cells if cell.startswith(" "))
    return max(share - (torn + spaced / 2) / len(cells) / 2, 0.01)


def _sample(text: str, delimiter: str) -> list[Row]:
    """The first rows that are not blank; a broken one has no width."""
    rows: list[Row] = []
    try:
        for record in islice(each_record(text[:_SAMPLE_CHARACTERS], delimiter), _SAMPLE_ROWS):
            row = [] if isinstance(record, Broken) else record[1]
            if isinstance(record, Broken) or not blank(row):
                rows.append(row)
    except UnreadableError:  # told when the chosen delimiter is read
        pass
    cut = len(text) > _SAMPLE_CHARACTERS and 1 < len(rows) < _SAMPLE_ROWS
    return rows[:-1] if cut else rows
