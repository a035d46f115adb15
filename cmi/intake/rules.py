"""A methodology that a person brings back: a TOML file, or the workbook of cmi.reports.rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cmi import files
from cmi.files import How, Table
from cmi.intake import Upload
from cmi.methodology import Methodology, from_document
from cmi.methodology.unsheeted import SHEETS, read
from cmi.problems import FileUnreadableError, Problem

MOST_BYTES = 2 * 2**20


def methodology_of(upload: Upload) -> tuple[Methodology | None, tuple[Problem, ...]]:
    """The methodology in a file, or None; of a workbook, what is wrong with its cells, or was not
    read.

    FileUnreadableError when it cannot be opened, MethodologyError when a TOML file breaks a rule.
    """
    if len(upload.content) > MOST_BYTES:
        raise FileUnreadableError(
            upload.name, f"a methodology has at most {MOST_BYTES // 2**20} MB."
        )
    if upload.name.lower().endswith(".toml"):
        return from_document(files.document(upload.content, upload.name)), ()
    tables = files.read(upload.content, upload.name, How(as_written=True))
    ours = {name.casefold() for name in SHEETS}
    known = [table for table in tables if table.sheet.strip().casefold() in ours]
    others = [table for table in tables if table.sheet.strip().casefold() not in ours]
    if not known:
        raise FileUnreadableError(
            upload.name, "it holds no methodology. Take one along as Excel, and edit that."
        )
    amiss = [problem for table in known for problem in _amiss(table)]
    methodology, wrong = read({table.sheet: table.frame for table in known})
    if wrong or amiss:
        told = {(p.sheet, p.row, p.column) for p in amiss}
        further = [
            Problem("rules", upload.name, sentence, cell.sheet, cell.row, cell.column, cell.value)
            for cell, sentence in wrong
            if (cell.sheet, cell.row, cell.column) not in told
        ]
        return None, (*amiss, *further)
    not_read = "is not a sheet of a methodology, and was not read."
    return methodology, tuple(
        Problem("skipped", upload.name, f"{table.sheet} {not_read}", table.sheet)
        for table in others
    )


def _amiss(table: Table) -> Iterator[Problem]:
    """The cells that could not be read as they stand, in the column by its header."""
    headers = dict(table.frame.iloc[0]) if len(table.frame) else {}
    for problem in table.problems:
        if problem.row is not None:
            header = str(headers.get(problem.column) or problem.column)
            yield replace(problem, column=header)
