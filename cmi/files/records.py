"""The records of a delimited text, by the letter of RFC 4180.

A record whose quotation marks do not add up is handed out as Broken: its cells serve only to
show it. Reading goes on behind it as if the stray mark were an ordinary character, so that a
broken record takes no sound one with it unless a mark that was opened reaches into it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import cache

from cmi.files import limits
from cmi.files.grid import Broken, Row, UnreadableError

_STRAY = "A quotation mark stands inside a value that has none around it."
_TAIL = "Text follows the quotation mark that closes a value."
_LONG = f"A value has more than the {limits.CELL_CHARACTERS:,} characters that a cell can hold."

Record = tuple[int, Row]


def records(text: str, delimiter: str) -> tuple[list[Row], list[int], list[Broken]]:
    """All records, the line each starts on, and those that are broken."""
    if sound(text, delimiter):
        try:
            return *_sound_records(text, delimiter), []
        except csv.Error:  # a cell that is too long: the slow way knows which
            pass
    rows: list[Row] = []
    lines: list[int] = []
    broken: list[Broken] = []
    for record in each_record(text, delimiter):
        if isinstance(record, Broken):
            broken.append(record)
        else:
            lines.append(record[0])
            rows.append(record[1])
    return rows, lines, broken


def sound(text: str, delimiter: str) -> bool:
    """Whether all of `text` follows the grammar: each value is bare or wholly quoted."""
    return _grammar(delimiter).fullmatch(text) is not None


_QUOTED = r'"([^"]*+(?:""[^"]*+)*+)"'


@cache
def _grammar(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return re.compile(rf'(?:(?:{_QUOTED}|[^"{d}\r\n]*+)(?:[{d}\r\n]|\Z))*+')


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    """A quoted value (1) and what wrongly follows it (2), or a bare value (3); how it ends (4)."""
    d = re.escape(delimiter)
    bare = rf"[^{d}\r\n]*+"
    return re.compile(rf'(?:{_QUOTED}({bare})|(?!")({bare}))({d}|\r\n|\r|\n|\Z)')


def _sound_records(text: str, delimiter: str) -> tuple[list[Row], list[int]]:
    csv.field_size_limit(limits.CELL_CHARACTERS)
    encoded = io.BytesIO(text.encode("utf-8", "surrogatepass"))  # a StringIO takes four times that
    stream = io.TextIOWrapper(encoded, "utf-8", "surrogatepass", newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    lines: list[int] = []
    line = 1
    for row in reader:
        rows.append(row)
        lines.append(line)
        line = reader.line_num + 1
    return rows, lines


def each_record(text: str, delimiter: str) -> Iterator[Record | Broken]:
    """Records one by one; UnreadableError where a quotation mark is opened and never closed."""
    position, line = 0, 1
    while position < len(text):
        start = position
        cells, faults, position = _one_record(text, position, delimiter, line)
        lines = _line_ends(text, start, position)
        if faults:
            yield Broken(line, max(lines, 1), cells, faults[0])
        elif any(len(cell) > limits.CELL_CHARACTERS for cell in cells):
            yield Broken(line, 1, cells, _LONG, kind="skipped")
        else:
            yield line, ([] if cells == [""] else cells)
        line += lines


def _one_record(text: str, position: int, delimiter: str, line: int) -> tuple[Row, list[str], int]:
    """Cells, faults and the position behind the record that starts at `position`."""
    start = position
    cells: Row = []
    faults: list[str] = []
    while True:
        match = _field(delimiter).match(text, position)
        if match is None:
            opened = line + _line_ends(text, start, position)
            raise UnreadableError(
                f"the quotation mark that opens a value in line {opened:,} is never closed."
            )
        value, tail, bare, closing = match.groups()
        cells.append(bare if value is None else value.replace('""', '"') + tail)
        if tail or (bare and '"' in bare):
            faults.append(_TAIL if tail else _STRAY)
        position = match.end()
        if closing != delimiter:
            return cells, faults, position


def _line_ends(text: str, start: int, stop: int) -> int:
    feeds, returns = text.count("\n", start, stop), text.count("\r", start, stop)
    return feeds + returns - text.count("\r\n", start, stop)
