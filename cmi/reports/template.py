"""The assessment workbook: a row per customer, a column per factor, a level from 1 to 5 in each.

Filled in, it is uploaded as it is: its headers are the names of the factors.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cmi.intake import GUIDE_HEADER
from cmi.reports.tables import DAY, put_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

    from cmi.methodology import Characteristic, Factor, Methodology

EMPTY_ROWS = 30
SPARE_ROWS = 500  # below the last customer: typed into, they are checked like the others
LEVELS = range(1, 6)
ABOUT = ("Customer id", "Name", "Rater", "Date")
NOTE = "Note"
WIDTHS = {"Customer id": 16, "Name": 34, "Rater": 12, "Date": 14, NOTE: 48}
# The headers of the guide with their widths.
GUIDE = dict(zip(GUIDE_HEADER, (18, 22, 34, 32, 32, 32, 32, 32), strict=True))  # widths
GREY, LINE = ("46505C", "F4F6F8"), "D5DBE1"
# Header and cells of the characteristics, in turn; none is a colour of a scenario.
COLOURS = (("2F5597", "EEF3FA"), ("6C4A8E", "F5F0F9"), ("1F6F78", "EAF5F6"), ("7A5230", "F9F3EC"))


@dataclass(frozen=True)
class _Column:
    """A column of the sheet: its header, the colours of header and cells, its factor if any."""

    header: str
    dark: str
    light: str
    factor: Factor | None = None

    @property
    def width(self) -> float:
        return WIDTHS.get(self.header, 15)


def assessment(
    methodology: Methodology, customers: pd.DataFrame | None = None, day: date | None = None
) -> bytes:
    """The workbook to fill in (XLSX), with the sheets "Assessment" and "Guide".

    `customers` has customer_id and name: each gets a row with the first rater and `day` (today)
    filled in. Without customers there are empty rows.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = f"Maturity assessment, methodology {methodology.version}"
    sheet = book.active
    sheet.title = "Assessment"
    columns = _columns(methodology)
    rows = _rows(customers)
    _write_header(sheet, columns)
    _write_rows(sheet, columns, rows, methodology, day or datetime.now(UTC).date())
    _check_entries(sheet, columns, methodology, len(rows) + 1 + SPARE_ROWS)
    _set_up(sheet, freeze="C2")
    _write_guide(book.create_sheet("Guide"), methodology)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _columns(methodology: Methodology) -> list[_Column]:
    factors = [
        _Column(factor.name, *colours, factor)
        for colours, characteristic in _coloured(methodology)
        for factor in characteristic.factors
    ]
    return [*(_Column(header, *GREY) for header in ABOUT), *factors, _Column(NOTE, *GREY)]


def _coloured(methodology: Methodology) -> Iterator[tuple[tuple[str, str], Characteristic]]:
    """Each characteristic with its colours."""
    for n, characteristic in enumerate(methodology.characteristics):
        yield COLOURS[n % len(COLOURS)], characteristic


def _rows(customers: pd.DataFrame | None) -> list[tuple[str, str]]:
    """Id and name of each customer once, or empty rows."""
    if customers is None or customers.empty:
        return [("", "")] * EMPTY_ROWS
    known = customers.drop_duplicates("customer_id", keep="last")[["customer_id", "name"]]
    return list(known.astype("str").fillna("").itertuples(index=False, name=None))


def _write_header(sheet: Worksheet, columns: Sequence[_Column]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    sheet.row_dimensions[1].height = 46
    for n, column in enumerate(columns, start=1):
        cell = _headed(sheet.cell(1, n), column.header, column.dark)
        dimension = sheet.column_dimensions[get_column_letter(n)]
        dimension.width = column.width
        if column.header == ABOUT[0]:
            dimension.number_format = "@"  # ids typed below keep their leading zeros
        if column.factor:
            cell.comment = Comment(_anchors(column.factor), "Guide", height=300, width=420)


def _anchors(factor: Factor) -> str:
    levels = (f"{n}  {text}" for n, text in zip(LEVELS, factor.levels, strict=True))
    return "\n\n".join([factor.question, *levels])


def _write_rows(
    sheet: Worksheet,
    columns: Sequence[_Column],
    rows: Sequence[tuple[str, str]],
    methodology: Methodology,
    day: date,
) -> None:
    from openpyxl.styles import Alignment, PatternFill

    line = _line()
    fills = [PatternFill("solid", fgColor=c.light) for c in columns]
    centre = Alignment(horizontal="center", vertical="center")
    left = Alignment(vertical="center", wrap_text=True, indent=1)
    for at, (customer, name) in enumerate(rows, start=2):
        sheet.row_dimensions[at].height = 22
        for n, (column, fill) in enumerate(zip(columns, fills, strict=True), start=1):
            cell = sheet.cell(at, n)
            cell.fill, cell.border = fill, line
            cell.alignment = centre if column.factor else left
        _write_about(sheet, at, (customer, name, methodology.raters.order[0]), day)


def _write_about(sheet: Worksheet, at: int, texts: tuple[str, str, str], day: date) -> None:
    """The first cells of a row; a row without a customer stays empty, so that it is no row yet."""
    sheet.cell(at, 1).number_format = "@"
    sheet.cell(at, 4).number_format = DAY
    if not texts[0]:
        return
    for n, text in enumerate(texts, start=1):
        if text:
            put_text(sheet.cell(at, n), text)
    sheet.cell(at, 4).value = day


def _check_entries(
    sheet: Worksheet, columns: Sequence[_Column], methodology: Methodology, last: int
) -> None:
    """Lists to choose from, and a sentence where something else is typed."""
    from openpyxl.utils import get_column_letter

    raters = list(dict.fromkeys([*methodology.raters.order, *methodology.raters.apart]))
    for n, column in enumerate(columns, start=1):
        cells = f"{get_column_letter(n)}2:{get_column_letter(n)}{last}"
        if column.factor:
            _allow(
                sheet,
                cells,
                list(LEVELS),
                "Choose a level from 1 to 5, or leave the cell empty.",
                prompt=(column.factor.name, column.factor.question),
            )
        elif column.header == "Rater":
            _allow(sheet, cells, raters, f"Choose who rated: {', '.join(raters)}.")
        elif column.header == "Date":
            _allow(sheet, cells, None, "Enter the day of the assessment, such as 2026-03-31.")


def _allow(
    sheet: Worksheet,
    cells: str,
    choices: Sequence[object] | None,
    error: str,
    prompt: tuple[str, str] = ("", ""),
) -> None:
    """One of `choices`, or a date where there are none; `prompt` shows beside a chosen cell."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if choices is None:
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526")
    else:
        listed = ",".join(map(str, choices))
        rule = DataValidation(type="list", formula1=f'"{listed}"')
    rule.allow_blank = True
    rule.showErrorMessage, rule.errorTitle, rule.error = True, "Not a possible value", error
    rule.promptTitle, rule.prompt = prompt[0][:32], prompt[1][:255]
    rule.showInputMessage = bool(rule.prompt)
    rule.add(cells)
    sheet.add_data_validation(rule)


def _write_guide(sheet: Worksheet, methodology: Methodology) -> None:
    """Every question with its five anchors, by characteristic."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.row_dimensions[1].height = 28
    for n, (header, width) in enumerate(GUIDE.items(), start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        _headed(sheet.cell(1, n), header, GREY[0])
    at = 1
    for (dark, light), characteristic in _coloured(methodology):
        for factor in characteristic.factors:
            at += 1
            sheet.row_dimensions[at].height = 80
            texts = (characteristic.name, factor.name, factor.question, *factor.levels)
            for n, text in enumerate(texts, start=1):
                cell = put_text(sheet.cell(at, n), text)
                cell.alignment = Alignment(vertical="center", wrap_text=True, indent=1)
                cell.font = Font(bold=n == 2)
                cell.fill, cell.border = PatternFill("solid", fgColor=light), _line()
            _headed(sheet.cell(at, 1), characteristic.name, dark)
    _set_up(sheet, freeze="C2")


def _headed(cell: Any, text: str, colour: str) -> Any:
    """A header cell: white on a colour."""
    from openpyxl.styles import Alignment, Font, PatternFill

    put_text(cell, text)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.alignment = Alignment(vertical="center", wrap_text=True, indent=1)
    cell.border = _line("FFFFFF")
    return cell


def _line(colour: str = LINE) -> Border:
    from openpyxl.styles import Border, Side

    side = Side("thin", color=colour)
    return Border(bottom=side, right=side)


def _set_up(sheet: Worksheet, freeze: str) -> None:
    """How a sheet opens and prints."""
    sheet.freeze_panes = freeze
    sheet.sheet_view.showGridLines = False
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = "&P of &N"
