"""What can be wrong: sentences that stop the work (CmiError) and problems in the data (Problem)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable


class CmiError(Exception):
    """What stops the work: one sentence for the person in front of the screen."""


class FileUnreadableError(CmiError):
    """A file that cannot be opened as a table at all."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file} cannot be read: {why}")


class MethodologyError(CmiError):
    """A methodology document that breaks a rule; `place` is the path to the broken entry."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"The methodology cannot be used: {place} {why}")
        self.place = place
        self.why = why


class MappingError(CmiError):
    """A saved mapping that does not fit, or cannot be read."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"The mapping {where} cannot be used: {why}")


class DatabaseBusyError(CmiError):
    """Another process owns the database file."""

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(
            f"The database {path} is in use by {holder}. Close the other dashboard, "
            "or choose another file with CMI_DATABASE."
        )


class DatabaseUnreadableError(CmiError):
    """The database file is not one of ours, is damaged, or was written by a newer version."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The database {path} cannot be opened: {why}")


class AlreadyImportedError(CmiError):
    """The same content was imported before."""

    def __init__(self, file: str, by: str, when: str) -> None:
        super().__init__(
            f"{file} has the same content as an import by {by} on {when}. It is not added again."
        )


class NothingToScoreError(CmiError):
    """No customer in what was given."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Nothing can be scored: {why}")


class UnwritableError(CmiError):
    """A file that cannot be written where it should go, or not in the form that it should have."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be written: {why}")


class DashboardError(CmiError):
    """The dashboard cannot be started."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The dashboard cannot be started: {why}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: `title` for a list, `advice` on what to do about it."""

    title: str
    advice: str


KINDS: dict[str, Kind] = {
    "width": Kind(
        "Row with too many or too few cells",
        "Open the file at this row: a delimiter inside a value needs quotes around the value.",
    ),
    "quote": Kind(
        "Stray quotation mark",
        "Open the file at this row and double the quotation mark, or take it out.",
    ),
    "control": Kind(
        "Unprintable character",
        "It was replaced by \N{REPLACEMENT CHARACTER}. Correct the text at its source.",
    ),
    "error-cell": Kind(
        "Error value in a cell",
        "The spreadsheet itself shows an error here. Repair the formula and export again.",
    ),
    "formula": Kind(
        "Formula without a value",
        "Open the workbook in a spreadsheet program, save it, and upload it again.",
    ),
    "header": Kind(
        "Header that cannot be used as it stands",
        "Give every column its own name in the first row of the table.",
    ),
    "skipped": Kind(
        "Part of the file that was not read",
        "Nothing to do if this is a title, a footer or a hidden sheet.",
    ),
    "encoding": Kind(
        "Character set proposed",
        "Check names with accents in the preview before importing.",
    ),
    "number": Kind(
        "Not a number",
        "Write the value as a number, or leave the cell empty if it is not known.",
    ),
    "date": Kind("Not a date", "Write dates as 2026-03-31."),
    "level": Kind("Not a level from 1 to 5", "Choose a level from 1 to 5, or leave it empty."),
    "range": Kind(
        "Value outside what is possible",
        "Check the value, its unit or its day, or adapt the driver's range in the methodology.",
    ),
    "category": Kind(
        "Answer that the methodology does not know",
        "Use one of the driver's categories, or add this one to the methodology.",
    ),
    "currency": Kind(
        "More than one currency",
        "Money is added up only within one currency. Export one converted column.",
    ),
    "no-customer": Kind(
        "Row without a customer",
        "Fill in the customer's id or name.",
    ),
    "unknown-customer": Kind(
        "Customer not found",
        "Import the file that lists the customers first, or correct the id or name.",
    ),
    "not-assessed": Kind(
        "Row that was not assessed again",
        "Enter the day of the assessment in the row, and it is loaded.",
    ),
    "repeated": Kind(
        "Row given twice",
        "Keep one row per customer and date, or map the column that tells the rows apart.",
    ),
    "unlinked": Kind(
        "Row that leads to no customer",
        "Upload it together with the file that says which customer this belongs to.",
    ),
    "item": Kind(
        "Unknown factor or driver",
        "Use the name or key of a factor or driver of the methodology.",
    ),
    "rules": Kind(
        "Entry that a methodology cannot hold",
        "Correct the cell, and bring the workbook again.",
    ),
    "ignored": Kind(
        "Column that was not used",
        "Choose what it means in the mapping if it should count.",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not understood, where it stands, and what to do.

    `kind` is a key of KINDS. `row` is the row in the file as a spreadsheet counts (the header
    is row 1 when it is the first line); None speaks of a whole column or file. `value` is the
    text as it stood. `message` is one sentence.
    """

    kind: str
    file: str
    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""


PROBLEM_COLUMNS = ["kind", "file", "sheet", "row", "column", "value", "message"]


def problem_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a frame: kind, file, sheet, row (Int64), column, value, message."""
    frame = pd.DataFrame([asdict(p) for p in problems], columns=PROBLEM_COLUMNS)
    return frame.astype({"row": "Int64"})
