"""The records of a delimited text, by the letter of RFC 4180.

A record whose quotation marks do not add up is handed out as Broken: its cells serve only to
show it. Reading goes on behind it as if the stray mark were an ordinary character, so that a
broken record takes no sound one with it unless a mark that was opened reaches into it.

Two other ways of writing are read too, where all rows are sound and of one width in them:
marks behind a backslash, and white space or Excel's "=" around the marks of most rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from cmi.files import limits
from cmi.files.doubt import doubtful
from cmi.files.grid import Broken, Record, Row, UnreadableError, line_ends, unprintable
from cmi.files.sound import sound_records

_STRAY = "A quotation mark stands inside a value that has none around it."
_TAIL = "Text follows the quotation mark that closes a value."
_MOST = limits.CELL_CHARACTERS
_LONG = f"A value has more than the {_MOST:,} characters that a cell can hold."
STRICT, ESCAPED, SPACED = "", "quotation marks behind a backslash", "spaces around the quotes"
_QUOTED = {
    STRICT: r'"([^"]*+(?:""[^"]*+)*+)"',
    ESCAPED: r'"((?:[^"\\]|\\[\s\S])*+)"',
    SPACED: r' *+=?"([^"]*+(?:""[^"]*+)*+)" *+',
}
_ESCAPE = re.compile(r'\\(["\\])')


class Records(NamedTuple):
    """All sound records, the line each starts on, the others, and in words how they were read."""

    rows: Sequence[Row]
    lines: Sequence[int]
    broken: list[Broken]
    words: str = ""


def records(text: str, delimiter: str) -> Records:
    """The records of `text`; UnreadableError when a quotation mark is never closed."""
    if not unprintable(text) and (sound := sound_records(text, delimiter)):
        return Records(*sound, [])
    try:
        found = list(each_record(text, delimiter))
    except UnreadableError:
        if otherwise := _otherwise(text, delimiter, ESCAPED):
            return otherwise
        raise
    broken = [record for record in found if isinstance(record, Broken)]
    if broken and (otherwise := _otherwise(text, delimiter, ESCAPED)):
        return otherwise
    if 2 * len(broken) > len(found) and (otherwise := _otherwise(text, delimiter, SPACED)):
        return otherwise
    kept = [record for record in found if not isinstance(record, Broken)]
    if broken:
        doubted = {record.line: record for record in doubtful(found, text, delimiter)}
        kept = [record for record in kept if record[0] not in doubted]
        broken = sorted([*broken, *doubted.values()], key=lambda record: record.line)
    return Records([row for _, row in kept], [line for line, _ in kept], broken)


def _otherwise(text: str, delimiter: str, way: str) -> Records | None:
    """The records as they read in another way, if that leaves nothing to doubt."""
    rows: list[Row] = []
    lines: list[int] = []
    width = 0
    if way == ESCAPED and text.count('\\"') < 2:
        return None
    try:
        for record in each_record(text, delimiter, way):
            if isinstance(record, Broken):
                return None
            line, row = record
            width = width or len(row)
            if row and (len(row) != width or width < 2):
                return None
            rows.append(row)
            lines.append(line)
    except UnreadableError:
        return None
    return Records(rows, lines, [], way)


@cache
def _field(delimiter: str, way: str) -> re.Pattern[str]:
    """A quoted value (1) and what wrongly follows it (2), or a bare value (3); how it ends (4)."""
    d = re.escape(delimiter)
    bare = rf"[^{d}\r\n]*+"
    opened = ' *=?"' if way == SPACED else '"'
    return re.compile(rf"(?:{_QUOTED[way]}({bare})|(?!{opened})({bare}))({d}|\r\n|\r|\n|\Z)")


def each_record(text: str, delimiter: str, way: str = STRICT) -> Iterator[Record | Broken]:
    """Records one by one; UnreadableError where a quotation mark is opened and never closed."""
    position, line = 0, 1
    while position < len(text):
        start = position
        cells, faults, position = _one_record(text, position, delimiter, line, way)
        lines = line_ends(text, start, position)
        if faults:
            yield Broken(line, max(lines, 1), cells, text[start:position], faults[0])
        elif any(len(cell) > _MOST for cell in cells):
            yield Broken(line, 1, cells, text[start:position], _LONG, kind="skipped")
        else:
            yield line, ([] if cells == [""] else cells)
        line += lines


def _one_record(
    text: str, position: int, delimiter: str, line: int, way: str
) -> tuple[Row, list[str], int]:
    """Cells, faults and the position behind the record that starts at `position`."""
    start = position
    cells: Row = []
    faults: list[str] = []
    while True:
        match = _field(delimiter, way).match(text, position)
        if match is None:
            opened = line + line_ends(text, start, position)
            raise UnreadableError(
                f"the quotation mark that opens a value in line {opened:,} is never closed."
            )
        value, tail, bare, closing = match.groups()
        cells.append(bare if value is None else _unquoted(value, way) + tail)
        if tail or (bare and '"' in bare):
            faults.append(_TAIL if tail else _STRAY)
        position = match.end()
        if closing != delimiter:
            return cells, faults, position


def _unquoted(value: str, way: str) -> str:
    if way == ESCAPED:
        return _ESCAPE.sub(r"\1", value)
    return value.replace('""', '"')
