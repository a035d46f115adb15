"""One bent row in a sound file: it is refused and told, and bends no other row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Literal

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from odd_files import rows, table

from cmi.files.grid import UnreadableError
from cmi.files.table import Parsed

HEADER = ("id", "customer", "city", "remark")
CELL = st.text(st.sampled_from('abcé漢😀 .0"\n,;\t|'), max_size=8).filter(lambda text: text.strip())
CELLS = st.tuples(CELL, CELL, CELL | st.just(""))

ANY: Literal[0] = csv.QUOTE_MINIMAL
ALL: Literal[1] = csv.QUOTE_ALL
Style = tuple[str, Literal[0, 1], str]  # delimiter, quoting, line end
STYLES = st.tuples(
    st.sampled_from(",;\t|"),
    st.sampled_from([ANY, ALL]),
    st.sampled_from(["\n", "\r\n"]),
)


def record(cells: Sequence[str], style: Style) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=style[0], quoting=style[1], lineterminator=style[2]).writerow(cells)
    return out.getvalue()


# ways to bend a record of cells; `at` says where


def without_a_cell(cells: list[str], style: Style, at: int) -> str:
    return record(cells[: at % 4] + cells[at % 4 + 1 :], style)


def with_a_cell_too_many(cells: list[str], style: Style, at: int) -> str:
    return record([*cells[: at % 4], "more", *cells[at % 4 :]], style)


def with_a_trailing_delimiter(cells: list[str], style: Style, at: int) -> str:
    return record([*cells, ""], style)


def with_another_delimiter(cells: list[str], style: Style, at: int) -> str:
    others = [delimiter for delimiter in ",;\t|" if delimiter != style[0]]
    plain = [cell.replace(style[0], "") for cell in cells]
    return record(plain, (others[at % 3], *style[1:]))


def with_a_stray_mark(cells: list[str], style: Style, at: int) -> str:
    text = record(cells, style)
    at %= len(text.rstrip("\r\n")) + 1
    return text[:at] + '"' + text[at:]


def without_one_of_its_marks(cells: list[str], style: Style, at: int) -> str:
    text = record(cells, (style[0], ALL, style[2]))
    marks = [place for place, letter in enumerate(text) if letter == '"']
    place = marks[at % len(marks)]
    return text[:place] + text[place + 1 :]


def with_a_line_end_between_cells(cells: list[str], style: Style, at: int) -> str:
    text = record(["x", "y", *cells], style)
    parted = text.index(style[0]) + 1
    return text[:parted] + "\r\n"[at % 2] + text[parted:]


def below_a_blank_line(cells: list[str], style: Style, at: int) -> str:
    return style[2] * (at % 2 + 1) + record(cells, style)


def below_the_header_again(cells: list[str], style: Style, at: int) -> str:
    return record(HEADER, style) + record(cells, style)


def with_an_unprintable_character(cells: list[str], style: Style, at: int) -> str:
    return record([cells[0], "\0" + cells[1], *cells[2:]], style)


Bend = Callable[[list[str], Style, int], str]
BENDS: list[Bend] = [
    without_a_cell,
    with_a_cell_too_many,
    with_a_trailing_delimiter,
    with_another_delimiter,
    with_a_stray_mark,
    without_one_of_its_marks,
    with_a_line_end_between_cells,
    below_a_blank_line,
    below_the_header_again,
    with_an_unprintable_character,
]


MARKS = {with_a_stray_mark, without_one_of_its_marks, with_another_delimiter}


def line_ends(text: str) -> int:
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


def lines_told(found: Parsed) -> set[int]:
    """The lines of which a problem or a reject speaks."""
    spans = ((reject.row, sum(map(line_ends, reject.cells))) for reject in found.rejected)
    lines = {line for row, more in spans for line in range(row, row + more + 1)}
    return lines | {issue.row for issue in found.issues if issue.row}


@settings(max_examples=300, deadline=None)
@given(
    body=st.lists(CELLS, min_size=4, max_size=9),
    style=STYLES,
    bends=st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(BENDS), st.integers(0, 200)), max_size=2
    ),
)
def test_every_row_is_kept_as_it_was_or_told(
    body: list[tuple[str, ...]], style: Style, bends: list[tuple[int, Bend, int]]
) -> None:
    bent = {row % len(body): (bend, at) for row, bend, at in bends}
    assume(sum(bend in MARKS for bend, _ in bent.values()) < 2)  # two may make one sound value
    text, originals = record(HEADER, style), {}
    for number, rest in enumerate(body):
        cells = (f"r{number}", *rest)
        written = record(cells, style)
        if number in bent:
            bend, at = bent[number]
            written = bend(list(cells), style, at)
        above = written.removesuffix(record(cells, style))
        originals[1 + line_ends(text + (above if above != written else ""))] = cells
        text += written
    try:
        found = table(text)
    except UnreadableError:  # a value that is never closed may reach to the end of the file
        assert any(bend in MARKS for bend, _ in bent.values())
        return
    told = lines_told(found)
    for line, row in zip(found.lines, rows(found), strict=True):
        assert row == originals.get(line) or line in told
    assert originals.keys() <= {*found.lines, *told}
