"""A frame as a file to take along: CSV, XLSX or Parquet.

Text is data and stays data: no cell or header becomes a formula, a link or another row in
whatever program opens the file. Numbers stay numbers, unrounded; missing is an empty cell.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.cells.values import FORMULA_LIKE
from cmi.problems import UnwritableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_ROWS = 1_048_575  # below the header of a sheet
MOST_TEXT = 32_767  # in one cell of a sheet, counted as UTF-16 does
MOST_EXACT = 10**15  # a sheet keeps 15 digits of a number
FIRST_DAY = date(1900, 3, 1)  # programs disagree on the days before
WIDEST = 60  # letters in a line; longer text is broken
LINE, TALLEST = 15.0, 400.0  # points: a line, and a row of a sheet at the most
READ = 2_000  # rows of a sheet that is still read and not only searched: it is laid out

ROUND, FRACTION, DAY, MOMENT = "#,##0", "#,##0.00", "d mmm yyyy", "d mmm yyyy hh:mm"

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\\t\r\n\ufffd]+")


def write(frame: pd.DataFrame, path: Path | str) -> None:
    """Write the frame as its suffix says; UnwritableError when that is not possible."""
    put(writer_for(path)(frame), path)


def put(content: bytes, path: Path | str) -> None:
    """Write what was made; UnwritableError when the path does not allow it."""
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise UnwritableError(str(path), f"{error.strerror}.") from error


def writer_for(path: Path | str) -> Callable[[pd.DataFrame], bytes]:
    """What writes files of this name; UnwritableError when its suffix is not known."""
    writers: dict[str, Callable[[pd.DataFrame], bytes]] = {
        ".csv": to_csv,
        ".xlsx": lambda frame: to_xlsx({Path(path).stem: frame}),
        ".parquet": to_parquet,
    }
    try:
        return writers[Path(path).suffix.lower()]
    except KeyError:
        raise UnwritableError(str(path), "its name must end in .csv, .xlsx or .parquet.") from None


def to_csv(frame: pd.DataFrame, *, for_excel: bool = False) -> bytes:
    """The frame as CSV in UTF-8; `for_excel` adds the mark by which Excel sees that it is.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    header = [_csv_cell(str(name)) for name in frame.columns]
    columns = [
        [_csv_cell(value) for value in _values(frame.iloc[:, n])] for n in range(len(header))
    ]
    rows = [header, *(list(row) for row in zip(*columns, strict=True))]
    # A single empty cell would be a blank line, which readers skip.
    lines = (",".join(row) or '""' for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8-sig" if for_excel else "utf-8")


def to_parquet(frame: pd.DataFrame) -> bytes:
    """The frame as Parquet; text columns hold text, whatever was in them."""
    typed = pd.DataFrame({n: _typed(frame.iloc[:, n]) for n in range(frame.shape[1])})
    typed.columns = pd.Index([printable(str(name)) for name in frame.columns])
    return typed.to_parquet(index=False)


def to_xlsx(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with one sheet per frame: header bold and frozen, widths by content, filters.

    UnwritableError when a frame has more rows than a sheet can hold.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names = sheet_names(list(sheets))
    for name, frame in zip(names, sheets.values(), strict=True):
        if len(frame) > MOST_ROWS:
            raise UnwritableError(name, f"a sheet holds at most {MOST_ROWS:,} rows.")
        _fill(book.create_sheet(name), frame)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_names(wanted: list[str]) -> list[str]:
    """Names that a workbook accepts: at most 31 letters, unique, nothing that is an operator."""
    given: list[str] = []
    for name in wanted:
        words = " ".join(_NOT_IN_A_SHEET_NAME.sub(" ", printable(name)).split())
        clean = words.lstrip("=+-@＝＋－＠' ").rstrip("' ")
        base = clean[:31].rstrip("' ") or "Sheet"
        taken = {"history", *(other.casefold() for other in given)}
        endings = ("" if n == 1 else f" ({n})" for n in range(1, len(wanted) + 2))
        fits = (base[: 31 - len(ending)].rstrip() + ending for ending in endings)
        given.append(next(fit for fit in fits if fit.casefold() not in taken))
    return given


def put_text(cell: Any, text: str) -> Any:
    """`text` into a cell of a sheet as text, whatever it looks like; the cell is given back."""
    cell.value = _fitting(printable(text).replace("\r\n", "\n").replace("\r", "\n"))
    cell.data_type = "s"  # not the formula or error value that it may look like
    cell.quotePrefix = True
    return cell


def printable(text: str) -> str:
    """`text` with a replacement character for what no file can hold and no screen can show."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _fitting(text: str) -> str:
    """Cut to what a cell holds, with an ellipsis where something was cut."""
    wide = text.encode("utf-16-le")
    if len(wide) <= 2 * MOST_TEXT:
        return text
    return wide[: 2 * (MOST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _values(column: pd.Series[Any]) -> Iterator[str | float | int | bool | date | None]:
    """Python's own values: text, number, truth, date or datetime without a zone, None."""
    for value in column.tolist():
        if not isinstance(value, (list, dict, tuple, set)) and pd.isna(value):
            yield None
        elif isinstance(value, datetime):
            moment = pd.Timestamp(value).tz_localize(None)
            is_day = moment == moment.normalize()
            yield moment.date() if is_day else moment.to_pydatetime(warn=False)
        elif isinstance(value, (float, int, date)):
            yield value
        else:
            yield printable(str(value))


def _csv_cell(value: str | float | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return repr(value)
    text = printable(value)
    text = f"'{text}" if FORMULA_LIKE.match(text) else text
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _typed(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as Parquet can hold it; text that no file can hold is made printable."""
    if not (pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)):
        return column
    values = [None if v is None else v if isinstance(v, str) else str(v) for v in _values(column)]
    return pd.Series(values, index=column.index, dtype="str")


def _fill(sheet: WriteOnlyWorksheet, frame: pd.DataFrame) -> None:
    """Set up a sheet, then write it row by row."""
    from openpyxl.utils import get_column_letter

    columns = [list(_values(frame.iloc[:, n])) for n in range(frame.shape[1])]
    headers = [str(name) for name in frame.columns]
    widths = [_width(header, values) for header, values in zip(headers, columns, strict=True)]
    for n, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.freeze_panes = "A2"
    if headers:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{len(frame) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_header_cell(sheet, header) for header in headers])
    formats = [_number_format(values) for values in columns]
    wide = [width == WIDEST and len(frame) <= READ for width in widths]
    for n, row in enumerate(zip(*columns, strict=True), start=2):
        cells = [_cell(sheet, v, f) for v, f in zip(row, formats, strict=True)]
        if any(wide):
            lines = max(_lines(v) for v, broken in zip(row, wide, strict=True) if broken)
            sheet.row_dimensions[n].height = min(LINE * lines, TALLEST)
            _at_top(cells, wide)
        sheet.append(cells)


def _lines(value: Any) -> int:
    """How many lines a value takes in the widest column."""
    text = value if isinstance(value, str) else ""
    return sum(-(-len(line) // WIDEST) or 1 for line in text.split("\n"))


def _at_top(cells: list[Any], wide: list[bool]) -> None:
    """What stands in wide columns is broken, and the other cells of its row begin beside it."""
    from openpyxl.styles import Alignment

    for cell, broken in zip(cells, wide, strict=True):
        if hasattr(cell, "alignment"):
            cell.alignment = Alignment(vertical="top", wrap_text=broken)


def _header_cell(sheet: WriteOnlyWorksheet, header: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell = put_text(WriteOnlyCell(sheet), header)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EDF2")
    cell.border = Border(bottom=Side("thin", color="8A97A6"))
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Any, number_format: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str) or not _held(value):
        return put_text(cell, value if isinstance(value, str) else _csv_cell(value))
    cell.value = value
    if isinstance(value, date):
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
    elif isinstance(value, float):
        cell.number_format = number_format
    return cell


def _held(value: float | date) -> bool:
    """Whether a sheet keeps this number or day exactly; what it does not keep goes in as text."""
    if isinstance(value, datetime):
        return value.date() >= FIRST_DAY
    return value >= FIRST_DAY if isinstance(value, date) else abs(value) < MOST_EXACT


def _number_format(values: list[Any]) -> str:
    """Thousands are parted; decimals are shown where a column has some."""
    floats = [v for v in values if isinstance(v, float)]
    return ROUND if all(v.is_integer() for v in floats) else FRACTION


def _width(header: str, values: list[Any]) -> float:
    """Wide enough for most of the first rows, within reason."""
    shown = sorted(len(_shown(v)) for v in values[:200]) or [0]
    common = shown[int(len(shown) * 0.95)] if len(shown) > 1 else shown[0]
    return float(min(max(common, min(len(header), 24), 8) + 3, WIDEST))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "30 Sep 2026" if isinstance(value, date) else str(value or "").split("\n", 1)[0]
