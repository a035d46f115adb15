"""Two tables side by side on one sheet: a row of both is no row of either."""

from __future__ import annotations

from collections.abc import Sequence

from cmi.files.grid import Issue, apart, blank

FEWEST = 2  # columns on either side of the gap


def side_by_side(names: Sequence[str], texts: Sequence[str], line: int) -> Issue | None:
    """What to say where an empty column parts columns that end in different rows or repeat a name.

    `names` are those of all columns, "" for an empty one without name; `texts` the rows that are
    kept, each as wide; `line` is that of the header. None where nothing looks like two tables.
    """
    for gap, name in enumerate(names):
        left = [place for place in range(gap) if names[place]]
        right = [place for place in range(gap + 1, len(names)) if names[place]]
        if name or min(len(left), len(right)) < FEWEST:
            continue
        again = {names[place].casefold() for place in left} & {
            names[place].casefold() for place in right
        }
        if again or _last(texts, left) != _last(texts, right):
            message = (
                f'The columns up to "{names[left[-1]]}" and those from "{names[right[0]]}" on look '
                "like two tables side by side. They were read as one: upload each by itself."
            )
            return Issue("header", message, line)
    return None


def _last(texts: Sequence[str], places: Sequence[int]) -> int:
    """The last row in which one of these columns holds something."""
    rows = range(len(texts) - 1, -1, -1)
    return next((n for n in rows if not blank(map(apart(texts[n]).__getitem__, places))), -1)
