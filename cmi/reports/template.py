"""The assessment workbook: a row per customer, a column per factor, a level from 1 to 5 in each.

Filled in, it is uploaded as it is: its headers are the names of the factors. Where levels are known
they stand there already, grey and without a date; a row counts again once its date is filled in.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.intake import GUIDE_HEADER
from cmi.reports import form
from cmi.reports.tables import DAY, put_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from cmi.methodology import Characteristic, Factor, Methodology

EMPTY_ROWS = 30
SPARE_ROWS = 500  # below the last customer: typed into, they are checked like the others
LEVELS = range(1, 6)
ID, LAST, DATE, NOTE = "Customer id", "Last assessed", "Date", "Note"
# The first headers, with the columns of `customers` that they show.
ABOUT = {ID: "customer_id", "Name": "name", "Role": "role", "Rated by": "rated_by"}
WIDTHS = {ID: 16, "Name": 34, "Role": 12, "Rated by": 20, LAST: 14, DATE: 14, NOTE: 48}
# The headers of the guide with their widths.
GUIDE = dict(zip(GUIDE_HEADER, (18, 22, 34, 32, 32, 32, 32, 32), strict=True))  # widths
GREY = ("46505C", "F4F6F8")
KNOWN, COUNTS = "626D79", "000000"  # levels as they were, and those of a row with a date
ASKED = "FFF8D6"  # where the date goes that makes a row count
HOW_TO = (
    "Grey levels are the last ones known. Correct those that have changed, then enter the Date.",
    "Only rows with a date count as assessed again. All others are left as they were.",
)
WHEN = (
    DATE,
    "Enter the day on which you assessed this customer. Rows without a date are left as they were.",
)
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


@dataclass(frozen=True)
class _Row:
    """What stands in a row already: texts and days by header, the last levels by factor key."""

    cells: dict[str, str | date] = field(default_factory=dict)
    levels: dict[str, float] = field(default_factory=dict)


def assessment(
    methodology: Methodology, customers: pd.DataFrame | None = None, day: date | None = None
) -> bytes:
    """The workbook to fill in (XLSX), with the sheets "Assessment" and "Guide".

    `customers` has customer_id and name; each gets a row. Where it also has a column per factor
    key (the last level, 1-5, missing where there is none), assessed_on (the day of the newest of
    them), role and rated_by (who rated last), these are filled in, and a row with a level has no
    date. Every other row has `day` (today); a role that is not known is the methodology's first.
    Without customers there are empty rows.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = f"Maturity assessment, methodology {methodology.version}"
    sheet = book.active
    sheet.title = "Assessment"
    rows = _rows(customers, methodology, day or datetime.now(UTC).date())
    prefilled = [at for at, row in enumerate(rows, start=2) if row.levels]
    columns = _columns(methodology, [*ABOUT, *([LAST] if prefilled else []), DATE])
    last = len(rows) + 1 + SPARE_ROWS
    _write_header(sheet, columns)
    _write_rows(sheet, columns, rows)
    _check(sheet, columns, methodology, last)
    form.set_up(sheet)
    _write_guide(book.create_sheet("Guide"), methodology, HOW_TO if prefilled else ())
    if prefilled:
        _ask_for_dates(sheet, columns, prefilled[0], last)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _columns(methodology: Methodology, about: Sequence[str]) -> list[_Column]:
    factors = [
        _Column(factor.name, *colours, factor)
        for colours, characteristic in _coloured(methodology)
        for factor in characteristic.factors
    ]
    return [*(_Column(header, *GREY) for header in about), *factors, _Column(NOTE, *GREY)]


def _coloured(methodology: Methodology) -> Iterator[tuple[tuple[str, str], Characteristic]]:
    """Each characteristic with its colours."""
    for n, characteristic in enumerate(methodology.characteristics):
        yield COLOURS[n % len(COLOURS)], characteristic


def _raters(methodology: Methodology) -> list[str]:
    """Who can have rated: first those whose levels count."""
    raters = methodology.raters
    return list(dict.fromkeys([*raters.order, *dict(raters.weights), *raters.apart]))


def _rows(customers: pd.DataFrame | None, methodology: Methodology, day: date) -> list[_Row]:
    """Each customer once, or empty rows."""
    if customers is None or customers.empty:
        return [_Row()] * EMPTY_ROWS
    known = customers.drop_duplicates("customer_id", keep="last")
    keys = [factor.key for factor in methodology.factors]
    levels = known.reindex(columns=keys).astype("float64")
    others = known.drop(columns=keys, errors="ignore")
    about = others.reindex(columns=[*ABOUT.values()]).astype("str").set_axis([*ABOUT], axis=1)
    about["Role"] = about["Role"].fillna(next(iter(_raters(methodology)), ""))
    if "assessed_on" in others:
        about[LAST] = pd.to_datetime(others["assessed_on"]).dt.date
    return [
        _Row(cells if answers else {**cells, DATE: day}, answers)
        for cells, answers in zip(_filled(about), _filled(levels), strict=True)
    ]


def _filled(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """What is filled in each row, by column."""
    rows = frame.to_dict("records")
    return [{str(k): v for k, v in row.items() if pd.notna(v) and v != ""} for row in rows]


def _write_header(sheet: Worksheet, columns: Sequence[_Column]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    sheet.row_dimensions[1].height = 46
    for n, column in enumerate(columns, start=1):
        cell = form.headed(sheet.cell(1, n), column.header, column.dark)
        dimension = sheet.column_dimensions[get_column_letter(n)]
        dimension.width = column.width
        if column.header == ID:
            dimension.number_format = "@"  # ids typed below keep their leading zeros
        if column.factor:
            cell.comment = Comment(_anchors(column.factor), "Guide", height=300, width=420)


def _anchors(factor: Factor) -> str:
    levels = (f"{n}  {text}" for n, text in zip(LEVELS, factor.levels, strict=True))
    return "\n\n".join([factor.question, *levels])


def _write_rows(sheet: Worksheet, columns: Sequence[_Column], rows: Sequence[_Row]) -> None:
    from openpyxl.styles import Alignment, PatternFill

    line, left = form.line(), form.left()
    centre = Alignment(horizontal="center", vertical="center")
    fills = [PatternFill("solid", c.light) for c in columns]
    known, asked = form.font(italic=True, color=KNOWN), PatternFill("solid", ASKED)
    for at, row in enumerate(rows, start=2):
        sheet.row_dimensions[at].height = 22
        for n, (column, fill) in enumerate(zip(columns, fills, strict=True), start=1):
            cell = sheet.cell(at, n)
            cell.fill, cell.border = fill, line
            cell.alignment = centre if column.factor else left
            if row.levels and (column.factor or column.header == LAST):
                cell.font = known
            elif row.levels and column.header == DATE:
                cell.fill = asked
            _fill_in(cell, column, row)


def _fill_in(cell: Any, column: _Column, row: _Row) -> None:
    """What is known; a row without a customer stays empty, so that it is no row yet."""
    if column.factor:
        level = row.levels.get(column.factor.key)
        if level is not None:
            cell.value, cell.number_format = level, "0" if level.is_integer() else "0.0#"
        return
    known = row.cells.get(column.header)
    if isinstance(known, str):
        put_text(cell, known)
    else:
        cell.value = known
    cell.number_format = {ID: "@", LAST: DAY, DATE: DAY}.get(column.header, "General")


def _ask_for_dates(sheet: Worksheet, columns: Sequence[_Column], first: int, last: int) -> None:
    """The sheet opens on the first date that is missing; a row with a date loses its grey."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    dates = get_column_letter([column.header for column in columns].index(DATE) + 1)
    factors = [get_column_letter(n) for n, c in enumerate(columns, start=1) if c.factor]
    date_is_there = FormulaRule([f'${dates}2<>""'], font=Font(color=COUNTS))
    sheet.conditional_formatting.add(f"{factors[0]}2:{factors[-1]}{last}", date_is_there)
    below = sheet.sheet_view.selection[-1]  # of the four parts that do not scroll together
    below.activeCell = below.sqref = f"{dates}{first}"


def _check(
    sheet: Worksheet, columns: Sequence[_Column], methodology: Methodology, last: int
) -> None:
    """Lists to choose from, and a sentence where something else is typed."""
    from openpyxl.utils import get_column_letter

    raters = _raters(methodology)
    prefilled = any(column.header == LAST for column in columns)
    for n, column in enumerate(columns, start=1):
        cells = f"{get_column_letter(n)}2:{get_column_letter(n)}{last}"
        if column.factor:
            error = "Choose a level from 1 to 5, or leave the cell empty."
            prompt = (column.factor.name, column.factor.question)
            form.one_of(sheet, cells, LEVELS, error, prompt)
        elif column.header == "Role" and raters:
            form.one_of(sheet, cells, raters, f"Choose who rated: {', '.join(raters)}.")
        elif column.header == DATE:
            error = "Enter the day of the assessment, such as 2026-03-31."
            form.days(sheet, cells, error, WHEN if prefilled else form.NO_PROMPT)
        elif column.header == LAST:
            form.nothing(sheet, cells, "This day is known already. Enter yours under Date.")


def _write_guide(sheet: Worksheet, methodology: Methodology, how_to: Sequence[str]) -> None:
    """Every question with its five anchors, by characteristic; above them how to go about it."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    for at, sentence in enumerate(how_to, start=1):
        put_text(sheet.cell(at, 1), sentence).font = form.font(size=12)
    left = form.left()
    top = len(how_to) + 2 if how_to else 1  # below a blank row
    sheet.row_dimensions[top].height = 28
    for n, (header, width) in enumerate(GUIDE.items(), start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        form.headed(sheet.cell(top, n), header, GREY[0])
    at = top
    for (dark, light), characteristic in _coloured(methodology):
        for factor in characteristic.factors:
            at += 1
            sheet.row_dimensions[at].height = 80
            texts = (characteristic.name, factor.name, factor.question, *factor.levels)
            for n, text in enumerate(texts, start=1):
                cell = put_text(sheet.cell(at, n), text)
                cell.alignment = left
                cell.font = form.font(bold=n == 2)
                cell.fill, cell.border = PatternFill("solid", light), form.line()
            form.headed(sheet.cell(at, 1), characteristic.name, dark)
    form.set_up(sheet, top)
