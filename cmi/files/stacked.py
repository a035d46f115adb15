"""Headers of several rows: questions over their options, and groups over their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

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


def described(rows: Sequence[Row], i: int) -> int:
    """3 when row `i`, of keys, has the questions below it and then Qualtrics' ids; else 0."""
    if i + 2 >= len(rows):
        return 0
    ids = [text for text in rows[i + 2] if text.strip()]
    return 3 if ids and all(text.startswith('{"ImportId"') for text in ids) else 0


def parted(grid: Grid, top: int, depth: int, names: Row) -> tuple[int, int, Row]:
    """First row, depth and names of the header when names come twice, and rows around it part them.

    A group stands over its first column and is blank over the others, as years over quarters
    are. The row below the header is part of it when it tells apart just the names that came
    twice, over values.
    """
    below = top + depth
    if depth == 1 and below + 1 < len(grid.rows) and _twice(names) and _splits(grid, below, names):
        return top, 2, [f"{a}: {b}" if b else a for a, b in _pairs(names, grid.rows[below])]
    found = names
    for more in (1, 2):
        down = any(area.top == top - more and area.bottom >= top for area in grid.merged)
        if not (_twice(found) or down) or top < more or depth + more > 3:
            break
        over = grid.rows[top - more]
        if filled(over) < 2 or any(map(sort, over)):
            break
        groups = _spread(grid, top - more, max(len(over), len(names)))
        found = [f"{a}: {b}" if a and b else a or b for a, b in _pairs(groups, found)]
        if not _twice(found):
            return top - more, depth + more, found
    return top, depth, names


def _twice(names: Row) -> list[str]:
    """The names that come more than once."""
    counts = Counter(name.casefold() for name in names if name)
    return [name for name in counts if counts[name] > 1]


def _pairs(above: Row, below: Row) -> Iterator[tuple[str, str]]:
    for a, b in zip_longest(above, below, fillvalue=""):
        yield clean(a), clean(b)


def _splits(grid: Grid, i: int, names: Row) -> bool:
    """Whether row `i` has a name for each of `names` that come twice, for no other, over values."""
    row, twice = grid.rows[i], _twice(names)
    if any(bool(b) != (a.casefold() in twice) or sort(b) for a, b in _pairs(names, row)):
        return False
    if len({*_pairs(names, row)}) < len(names) or not any(not b for _, b in _pairs(names, row)):
        return False
    below = grid.rows[i + 1]
    return all(sort(cell(below, n)) for n in range(len(row)) if cell(row, n) and cell(below, n))


def _spread(grid: Grid, i: int, width: int) -> Row:
    """Row `i` with each group over all its columns: as far as merged, else to the next one."""
    row = grid.rows[i]
    merged = [area for area in grid.merged if area.top == i and area.left < area.right]
    names: Row = []
    for n in range(width):
        over = next((area for area in merged if area.left <= n <= area.right), None)
        own = cell(row, over.left if over else n)
        names.append(own or (names[-1] if names and not merged else ""))
    return names


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
