"""The records of a delimited text, by the letter of RFC 4180.

A record whose quotation marks do not add up is handed out as Broken: its cells serve only to
show it. Reading goes on behind it as if the stray mark were an ordinary character, so that a
broken record takes no sound one with it unless a mark that was opened reaches into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from cmi.files import limits
from cmi.files.doubt import doubtful
from cmi.files.grid import Broken, Record, Row, UnreadableError, line_ends, unprintable
from cmi.files.sound import sound_records

_STRAY = "A quotation mark stands inside a value that has none around it."
_TAIL = "Text follows the quotation mark that closes a value."
_MOST = limits.CELL_CHARACTERS
_LONG = f"A value has more than the {_MOST:,} characters that a cell can hold."
_QUOTED = r'"([^"]*+(?:""[^"]*+)*+)"'


def records(text: str, delimiter: str) -> tuple[Sequence[Row], Sequence[int], list[Broken]]:
    """All records, the line each starts on, and those that are broken."""
    if not unprintable(text) and (sound := sound_records(text, delimiter)):
        return *sound, []
    found = list(each_record(text, delimiter))
    broken = [record for record in found if isinstance(record, Broken)]
    kept = [record for record in found if not isinstance(record, Broken)]
    if broken:
        doubted = {record.line: record for record in doubtful(found, text, delimiter)}
        kept = [record for record in kept if record[0] not in doubted]
        broken = sorted([*broken, *doubted.values()], key=lambda record: record.line)
    return [row for _, row in kept], [line for line, _ in kept], broken


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    """A quoted value (1) and what wrongly follows it (2), or a bare value (3); how it ends (4)."""
    d = re.escape(delimiter)
    bare = rf"[^{d}\r\n]*+"
    return re.compile(rf'(?:{_QUOTED}({bare})|(?!")({bare}))({d}|\r\n|\r|\n|\Z)')


def each_record(text: str, delimiter: str) -> Iterator[Record | Broken]:
    """Records one by one; UnreadableError where a quotation mark is opened and never closed."""
    position, line = 0, 1
    while position < len(text):
        start = position
        cells, faults, position = _one_record(text, position, delimiter, line)
        lines = line_ends(text, start, position)
        if faults:
            yield Broken(line, max(lines, 1), cells, text[start:position], faults[0])
        elif any(len(cell) > _MOST for cell in cells):
            yield Broken(line, 1, cells, text[start:position], _LONG, kind="skipped")
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
            opened = line + line_ends(text, start, position)
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
