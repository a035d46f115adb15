"""The rows that somebody must correct, as a table to mend and upload again.

It has the columns of the file and, last, what is wrong with the row. Uploaded again, that last
column is dropped, so that the table is recognised as the one it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cmi.cells.values import FORMULA_LIKE
from cmi.files import Table
from cmi.frames import Loaded
from cmi.mapping import TableMapping
from cmi.problems import Problem

REASON = "What to correct"


def to_correct(table: Table, chosen: TableMapping, loaded: Loaded) -> pd.DataFrame:
    """The rows with a problem, as text, in the order of the file; REASON says what is wrong.

    Rows that are counted together (layout "rows") come with all others of their table, because a
    part of them would make another sum. Empty when nothing is to be corrected.
    """
    reasons = _reasons(table, loaded)
    if not reasons:
        return pd.DataFrame(columns=[*table.frame.columns, REASON], dtype="str")
    rows = pd.concat([table.frame, _rejected(table)]).fillna("").sort_index(kind="stable")
    if chosen.layout != "rows":
        rows = rows[rows.index.isin(reasons)]
    told = rows.index.map(lambda row: " ".join(dict.fromkeys(reasons.get(row, ()))))
    return rows.assign(**{REASON: told}).reset_index(drop=True).astype("str")


def _reasons(table: Table, loaded: Loaded) -> dict[int, list[str]]:
    """Row -> what is wrong with it."""
    found: dict[int, list[str]] = defaultdict(list)
    for reject in table.rejected:
        found[reject.row].append(f"Row {reject.row}: {reject.why}")
    told: dict[int | None, list[Problem]] = defaultdict(list)
    for problem in loaded.problems:
        told[problem.row].append(problem)
    for row in table.frame.index[table.frame.index.isin([*told, *loaded.left_out])]:
        sentences = [_sentence(p) for p in told[row]] or ["The row was refused."]
        found[int(row)] += [f"Row {row}: {sentences[0]}", *sentences[1:]]
    return found


def _sentence(problem: Problem) -> str:
    return f"{problem.column}: {problem.message}" if problem.column else problem.message


def _rejected(table: Table) -> pd.DataFrame:
    """The rows that do not fit into the columns, cell after cell; what is too much goes beside."""
    columns = [str(c) for c in table.frame.columns]
    most = max((len(r.cells) for r in table.rejected), default=0)
    columns += [f"{REASON}: cell {n + 1}" for n in range(len(columns), most)]
    cells = [[*r.cells, *[""] * (len(columns) - len(r.cells))] for r in table.rejected]
    return pd.DataFrame(cells, columns=columns, index=[r.row for r in table.rejected], dtype="str")


def all_to_correct(
    tables: Sequence[Table], mappings: Sequence[TableMapping], loaded: Sequence[Loaded]
) -> dict[str, pd.DataFrame]:
    """Per table with something to correct, its rows (see `to_correct`), by the name of its sheet:
    a sheet's name may say the day of what stands in it.
    """
    found: dict[str, pd.DataFrame] = {}
    for table, chosen, one in zip(tables, mappings, loaded, strict=True):
        rows = to_correct(table, chosen, one)
        name = table.sheet or Path(table.file).stem
        if len(rows):
            found[f"{Path(table.file).stem} {name}" if name in found else name] = rows
    return found


def as_before(table: Table) -> Table:
    """A corrected table without the columns that were added to it; others are left as they are."""
    added = [c for c in table.frame.columns if str(c).startswith(REASON)]
    if not added:
        return table
    frame = table.frame.drop(columns=added)
    if not table.sheet:  # in a CSV file an apostrophe marks what looks like a formula
        frame = frame.apply(lambda cells: cells.map(_unmarked).astype("str"))
    return replace(table, frame=frame)


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA_LIKE.match(cell) else cell
