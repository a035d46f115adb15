"""Headers of two rows: questions over their options, and groups merged over their columns."""

from __future__ import annotations

from collections.abc import Sequence

from cmi.files.cells import cell, clean, sort
from cmi.files.grid import Grid, Row, filled

_COMPARED = 100
_ONLY = {"response", "open-ended response"}  # what survey tools write under a simple question


def stacked(grid: Grid, i: int) -> Row | None:
    """The names of the columns when rows `i` and `i` + 1 are one header; None when they are not.

    "question: option", or the question alone where it has no options.
    """
    if i < 0 or i + 2 >= len(grid.rows):
        return None
    if _asks(grid.rows, i):
        return _joined(grid.rows[i], grid.rows[i + 1], {})
    if groups := _groups(grid, i):
        return _joined(grid.rows[i], grid.rows[i + 1], groups)
    return None


def _asks(rows: Sequence[Row], i: int) -> bool:
    """Whether row `i` has questions and the next one their options, as survey tools write them.

    A question stands over its first option and is blank over the others. The columns before the
    first question have no option. Where little speaks for it, the answers below fill the first.
    """
    top, bottom = rows[i], rows[i + 1]
    options = [n for n in range(len(bottom)) if cell(bottom, n)]
    before = options[0] if options else 0
    if not before:
        return False
    answers = rows[i + 2 : i + 2 + _COMPARED] if any(map(sort, bottom)) else []
    if any(_is_value(bottom, answers, n) for n in options):
        return False
    last = max([*options, *(n for n in range(len(top)) if cell(top, n))])
    gaps = [n for n in range(last + 1) if not cell(top, n)]
    if not gaps:
        return all(cell(bottom, n).casefold() in _ONLY for n in options)
    firsts = [n - 1 for n in gaps if n - 1 not in gaps]
    if gaps[0] < before or not all(cell(bottom, n) for n in [*gaps, *firsts]):
        return False
    return len(gaps) > 1 or (before > 1 and bool(cell(rows[i + 2], 0)))


def _is_value(row: Row, answers: Sequence[Row], n: int) -> bool:
    """Whether a cell is no name; a number that its column only repeats is an option."""
    own = cell(row, n)
    return bool(sort(own)) and not {cell(answer, n) for answer in answers} <= {own, ""}


def _groups(grid: Grid, i: int) -> dict[int, int]:
    """For each column under a merged cell of row `i`, the column in which that cell begins.

    Nothing when the merged cell is a title: alone, at the left. What is not merged over others
    must be merged downwards or have nothing below it.
    """
    top, bottom = grid.rows[i], grid.rows[i + 1]
    across = (area for area in grid.merged if area.top == area.bottom == i)
    over = [area for area in across if area.left < area.right and cell(top, area.left)]
    down = {area.left for area in grid.merged if (area.top, area.bottom) == (i, i + 1)}
    groups = {n: area.left for area in over for n in range(area.left, area.right + 1)}
    named = [n for n in range(len(top)) if cell(top, n)]
    if not groups or any(map(sort, [*top, *bottom])) or not all(cell(bottom, n) for n in groups):
        return {}
    first = min(n for n in range(len(bottom)) if cell(bottom, n))
    if filled(top) == 1 and named[0] <= first:
        return {}
    alone = [n for n in named if n not in groups]
    return groups if all(n in down or not cell(bottom, n) for n in alone) else {}


def _joined(top: Row, bottom: Row, groups: dict[int, int]) -> Row:
    """One name per column; without `groups` a question reaches to the next one."""
    names: Row = []
    question = ""
    for n in range(max(len(top), len(bottom))):
        question = clean(cell(top, n)) or ("" if groups else question)
        over = clean(cell(top, groups[n])) if n in groups else question
        option = clean(cell(bottom, n))
        if not over or not (option or cell(top, n)):
            names.append(option)
        else:
            names.append(over if option.casefold() in {"", *_ONLY} else f"{over}: {option}")
    return names
