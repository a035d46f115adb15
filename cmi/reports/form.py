"""A sheet that people fill in: how it looks, and what may be typed into it.

`cells` is a range such as "C2:C500"; what else is typed there is refused with a sentence. A prompt,
title and sentence, shows beside a chosen cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cmi.reports.tables import put_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.styles import Alignment, Border, Font
    from openpyxl.worksheet.worksheet import Worksheet

LINE = "D5DBE1"
NO_PROMPT = ("", "")


def one_of(
    sheet: Worksheet,
    cells: str,
    choices: Sequence[object],
    error: str,
    prompt: tuple[str, str] = NO_PROMPT,
) -> None:
    """A list to choose from; no choice may hold a comma."""
    listed = ",".join(map(str, choices))
    _allow(sheet, cells, error, prompt, type="list", formula1=f'"{listed}"')


def days(sheet: Worksheet, cells: str, error: str, prompt: tuple[str, str] = NO_PROMPT) -> None:
    """A day of this century."""
    _allow(sheet, cells, error, prompt, type="date", operator="greaterThan", formula1="36526")


def nothing(sheet: Worksheet, cells: str, error: str) -> None:
    """The cells stay as they are."""
    _allow(sheet, cells, error, NO_PROMPT, type="custom", formula1="FALSE")


def _allow(
    sheet: Worksheet, cells: str, error: str, prompt: tuple[str, str], **condition: str
) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(**condition)
    rule.allow_blank = True
    rule.showErrorMessage, rule.errorTitle, rule.error = True, "Not a possible value", error
    rule.promptTitle, rule.prompt = prompt[0][:32], prompt[1][:255]
    rule.showInputMessage = bool(rule.prompt)
    rule.add(cells)
    sheet.add_data_validation(rule)


def headed(cell: Any, text: str, colour: str) -> Any:
    """A header cell: white on a colour."""
    from openpyxl.styles import PatternFill

    put_text(cell, text)
    cell.font = font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", colour)
    cell.alignment = left()
    cell.border = line("FFFFFF")
    return cell


def font(size: int = 11, **look: Any) -> Font:
    """The font of all cells: one without a name would look different in each program."""
    from openpyxl.styles import Font

    return Font(name="Calibri", size=size, **look)


def left() -> Alignment:
    """Text beside the line, in several rows where it needs them."""
    from openpyxl.styles import Alignment

    return Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)


def line(colour: str = LINE) -> Border:
    """Thin lines to the right and below."""
    from openpyxl.styles import Border, Side

    side = Side("thin", color=colour)
    return Border(bottom=side, right=side)


def set_up(sheet: Worksheet, header: int = 1) -> None:
    """How a sheet opens and prints; the row of its header stays in sight."""
    sheet.freeze_panes = f"C{header + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = "&P of &N"
