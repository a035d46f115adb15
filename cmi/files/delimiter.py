"""Which character parts the cells of a text."""

from __future__ import annotations

import re
from collections import Counter
from itertools import dropwhile, islice

from cmi.files.grid import PARTED, Broken, Row, UnreadableError, blank
from cmi.files.records import ESCAPED, SPACED, STRICT, each_record

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NONE = PARTED  # no text has it, so that each line is one cell
_RARE = "^~¦§¬¤\x01\x02\x1c\x1d\x1e"  # only where each row has as many
_SAMPLE_ROWS = 300
_SAMPLE_CHARACTERS = 1_000_000
_TORN = re.compile(r"[;\t|]|(?<!\d),(?! )|,(?![\d ])")
_SAID = re.compile(r'\ufeff?"?sep=(.)"?[,;\t|]*(?=[\r\n])', re.IGNORECASE)
_COLUMNS_OF_SPACES = re.compile(r"\S {2,}\S")


def delimiter_of(text: str) -> str:
    """The delimiter under which the first rows have one width; NONE for a single column.

    The first line may say it, as spreadsheets expect it: sep=;
    """
    if said := _SAID.match(text):
        return said[1]
    for way in (STRICT, ESCAPED, SPACED):
        samples = {delimiter: _sample(text, delimiter, way) for delimiter in DELIMITERS}
        fits = {sign: (_even(rows), _fit(rows, sign)) for sign, rows in samples.items()}
        best = max(fits, key=lambda delimiter: fits[delimiter])
        if fits[best][1] > 0:
            return best
    if rare := next((sign for sign in _RARE if sign in text and _even(_sample(text, sign))), None):
        return rare
    rows = [row for row in _sample(text, NONE) if row]
    if len(rows) > 2 and all(_COLUMNS_OF_SPACES.search(row[0].strip()) for row in rows):
        raise UnreadableError("its columns are parted by spaces. Export it with commas or as XLSX.")
    return NONE


def _even(rows: list[Row]) -> bool:
    """Whether all rows have one width, and that is no single column."""
    return len(rows) > 1 and {len(row) for row in rows} == {max(2, len(rows[0]))}


def _fit(rows: list[Row], delimiter: str) -> float:
    """How well `delimiter` fits: the share of rows with the usual width, less what looks torn.

    A cell that holds another delimiter, or begins with a space as prose does behind a comma,
    speaks against it; a comma between digits does not. Where the text begins with lines that
    have no delimiter, most rows need one, or all below them have the same, and three cells.
    """
    below = list(dropwhile(lambda row: len(row) < 2, rows))
    widths = Counter(len(row) for row in below if len(row) > 1)
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    cells = [cell for row in rows if len(row) == width for cell in row]
    torn = sum(1 for cell in cells if _TORN.search(cell.replace(delimiter, " ")))
    spaced = sum(1 for cell in cells if cell.startswith(" "))
    if len(rows[0]) < 2:
        prose = width == 2 and spaced == count
        table = width > 2 and count == len(below) > 1 and not spaced
        if prose or (count / len(rows) <= 0.5 and not table):
            return 0
    return max(count / len(rows) - (torn + spaced / 2) / len(cells) / 2, 0.01)


def _sample(text: str, delimiter: str, way: str = STRICT) -> list[Row]:
    """The first rows that are not blank; a broken one has no width."""
    rows: list[Row] = []
    try:
        found = each_record(text[:_SAMPLE_CHARACTERS], delimiter, way)
        for record in islice(found, _SAMPLE_ROWS):
            row = [] if isinstance(record, Broken) else record[1]
            if isinstance(record, Broken) or not blank(row):
                rows.append(row)
    except UnreadableError:  # told when the chosen delimiter is read
        pass
    cut = len(text) > _SAMPLE_CHARACTERS and 1 < len(rows) < _SAMPLE_ROWS
    return rows[:-1] if cut else rows
