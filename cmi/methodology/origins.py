"""From which cell of a sheet an entry of a methodology came, so that a refusal can name it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cmi.methodology import Loc, place

# The columns by which a row is known.
NAMES = ("Key", "Name", "Title")


class Cell(NamedTuple):
    """Where something stands: with `column` "" the whole row, with `row` None the whole sheet."""

    sheet: str
    row: int | None = None
    column: str = ""
    value: str = ""


def path_of(document: Any, loc: Loc) -> Loc:
    """The path of a refusal in the document: a table that is kept as pairs is counted there."""
    found: list[int | str] = []
    at = document
    for step in loc:
        match at, step:
            case Mapping(), str():
                found.append(step)
                at = at.get(step)
            case Mapping(), int():
                found.append(list(at)[step])
                at = list(at.items())[step]
            case list(), int():
                found.append(step)
                at = at[step]
            case tuple(), int():
                at = at[step]
    return tuple(found)


def nearest(cells: Mapping[Loc, Cell], path: Loc) -> Cell:
    """The cell of an entry, or of what is around it."""
    for end in range(len(path), 0, -1):
        if found := cells.get(path[:end]):
            return found
    return cells[()]


def named(cells: Mapping[Loc, Cell], document: Any, where: str, why: str) -> Cell:
    """The cell of which a rule speaks: `where` is the place in words, `why` may quote a value."""
    known: dict[str, Cell] = {}
    for path, cell in cells.items():
        said = place(document, path) if path else ""
        known[said] = cell
        if path:
            known[f'{said.removesuffix(str(path[-1])).rstrip()} "{path[-1]}"'] = cell
    fitting = [said for said in known if f"{where} ".startswith(f"{said} ")]
    found = known[max(fitting, key=len, default="")]
    if found.row is not None:
        return found
    for quoted in re.findall(r'"([^"]*)"', f"{why} {where}"):
        same = [c for c in cells.values() if c.row and quoted.casefold() in _values(c)]
        near = [c for c in same if c.sheet == found.sheet] or same
        if near:
            return ([c for c in near if c.column in NAMES] or near)[-1]
    return found


def _values(cell: Cell) -> set[str]:
    """What a cell says, as one value or as several parted by commas."""
    return {text.strip().casefold() for text in (cell.value, *cell.value.split(","))}
