"""A methodology as a workbook to edit: a sheet per kind of part, with lists where words are fixed.

Brought back, it is read by cmi.intake.rules; unchanged it gives the same methodology again.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from cmi.methodology.sheets import (
    PARTS,
    SETTING,
    SETTING_FIELDS,
    SETTINGS,
    VALUE,
    Field,
    Row,
    Value,
    headers,
    rows_of,
)
from cmi.reports import form
from cmi.reports.tables import DAY, FIRST_DAY, put_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from cmi.methodology import Methodology

SPARE_ROWS = 100  # below the last one: typed into, they are checked like the others
SETTING_WIDTH, VALUE_WIDTH, WHOSE_WIDTH = 34, 44, 26
_COLOUR = "46505C"
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_EXACT = 16  # digits that are written into a cell


def workbook(methodology: Methodology) -> bytes:
    """The workbook (XLSX) of a methodology, its sheets in the order of cmi.methodology.sheets."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = f"Methodology {methodology.version}"
    rows = rows_of(methodology)
    sheet = book.active
    sheet.title = SETTINGS
    value = Field(VALUE, width=VALUE_WIDTH)
    columns: list[tuple[str, Field | None]] = [(SETTING, None), (VALUE, value)]
    _write(sheet, columns, rows[SETTINGS])
    sheet.column_dimensions["A"].width = SETTING_WIDTH
    for at, one in enumerate(SETTING_FIELDS, start=2):
        if one.choices:
            form.one_of(sheet, f"B{at}", one.choices, _choose(one))
    for part in PARTS:
        _write(book.create_sheet(part.sheet), headers(part, rows[part.sheet]), rows[part.sheet])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(
    sheet: Worksheet, columns: Sequence[tuple[str, Field | None]], rows: Sequence[Row]
) -> None:
    from openpyxl.utils import get_column_letter

    line, left, font = form.line(), form.left(), form.font()
    last = len(rows) + 1 + SPARE_ROWS
    for n, (header, one) in enumerate(columns, start=1):
        letter = get_column_letter(n)
        form.headed(sheet.cell(1, n), header, _COLOUR)
        sheet.column_dimensions[letter].width = one.width if one else WHOSE_WIDTH
        if one and one.choices:
            form.one_of(sheet, f"{letter}2:{letter}{last}", one.choices, _choose(one))
    for at, row in enumerate(rows, start=2):
        for n, (header, _) in enumerate(columns, start=1):
            cell = sheet.cell(at, n)
            cell.font, cell.border, cell.alignment = font, line, left
            if header in row:
                _fill(cell, row[header])
    form.set_up(sheet)


def _choose(one: Field) -> str:
    return f"Choose one of {', '.join(one.choices)}."


def _fill(cell: Any, value: Value) -> None:
    """A value that comes back as it was: what a cell would change goes in as text."""
    if isinstance(value, date) and value >= FIRST_DAY:
        cell.value, cell.number_format = value, DAY
    elif isinstance(value, int | float) and float(f"{value:.{_EXACT}g}") == value:
        cell.value = value
    else:
        text = value if isinstance(value, str) else str(value)
        put_text(cell, _LIKE_AN_ESCAPE.sub("_x005F_", text))
        cell.number_format = "@"  # what is typed instead stays text: 2026.10 is not 2026.1
