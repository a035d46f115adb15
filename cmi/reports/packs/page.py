"""The parts of a page: words, tables and charts as data, without a program that shows them.

Text is plain. A colour is "#RRGGBB", or "" for the one of the surroundings. What is not known is
None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Numbers = tuple[float | None, ...]
Side = Literal["right", "left", "above", "below", ""]

SAID = 3  # lines, of which the last value is said; of more the numbers would cover each other
APART = 0.06  # of the axis between last values that can stand side by side


@dataclass(frozen=True)
class Words:
    """Paragraphs; with `bullets` each is a point of a list. `labels` are the words with which they
    begin that stand out.
    """

    lines: tuple[str, ...]
    bullets: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tile:
    """One figure that is read at a glance: its name, the figure, what is said below it."""

    name: str
    figure: str
    said: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Tiles:
    """Tiles side by side, `across` in a row."""

    tiles: tuple[Tile, ...]
    across: int = 1


@dataclass(frozen=True)
class Column:
    """A column of a table: its part of the width, and how many lines a cell may have."""

    name: str
    width: float = 1.0
    right: bool = False
    lines: int = 1


@dataclass(frozen=True)
class Cell:
    """A cell that looks like more than text: a colour before it, a tint (0-1) behind it."""

    text: str
    colour: str = ""
    tint: float = 0.0
    bold: bool = False


def cell(value: str | Cell) -> Cell:
    """A cell of a table, also of plain text."""
    return value if isinstance(value, Cell) else Cell(value)


@dataclass(frozen=True)
class Table:
    """Rows of cells; of more rows than fit the first are shown, and the others counted."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Cell, ...], ...]


@dataclass(frozen=True)
class Mark:
    """A point of a plane; `size` is a part (0-1) of the largest, `name` stands beside it."""

    x: float
    y: float
    size: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Cloud:
    """Marks that look alike; `symbol` is one of plotly's."""

    name: str
    colour: str
    symbol: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Plane:
    """Maturity on x, health on y, both 0-100, cut where the scenarios meet."""

    clouds: tuple[Cloud, ...]
    cmi_cuts: tuple[float, ...]
    chs_cuts: tuple[float, ...]


@dataclass(frozen=True)
class Series:
    """Numbers under one name, one for each label of the chart."""

    name: str
    values: Numbers
    colour: str = ""

    @property
    def last(self) -> tuple[int, float] | None:
        """The last known value and its place; None without any."""
        known = ((n, v) for n, v in enumerate(self.values) if v is not None)
        return max(known, default=None)


@dataclass(frozen=True)
class Bars:
    """Bars from left to right, the first label on top; `columns` stand upright. Several series are
    in the same place, or `stacked`.

    `form` says the numbers as spreadsheets do: 0, 0.0, +0.0;−0.0.
    """

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    form: str = "0"
    bounds: tuple[float, float] | None = None
    columns: bool = False
    stacked: bool = False


@dataclass(frozen=True)
class Lines:
    """A line per series over the labels, gaps where nothing is known."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    bounds: tuple[float, float]
    form: str = "0"
    axis: str = ""
    step: float = 20

    def sides(self) -> tuple[Side, ...]:
        """Where the last value of each series is said: to the right of its mark, or above and below
        where lines end close together; "" where it is not.
        """
        ends = sorted(one.last[1] for one in self.series if one.last)
        room = APART * (self.bounds[1] - self.bounds[0])
        close = any(b - a < room for a, b in pairwise(ends))
        said = len(self.series) <= SAID

        def side(one: Series) -> Side:
            if one.last is None or not said:
                return ""
            if not close:
                return "right"
            return "above" if one.last[1] == ends[-1] else "below"

        return tuple(side(one) for one in self.series)


@dataclass(frozen=True)
class Radar:
    """A closed line per series over the axes; the first stands out."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    bounds: tuple[float, float] = (1, 5)
    form: str = "0.0"


Drawn = Words | Tiles | Table | Plane | Bars | Lines | Radar


@dataclass(frozen=True)
class Block:
    """A part of a page under a heading and a sentence; `share` of the height of its column."""

    drawn: Drawn
    heading: str = ""
    said: str = ""
    share: float = 1.0


@dataclass(frozen=True)
class Page:
    """A title that says what there is to see, a sentence below it, and blocks in columns."""

    title: str
    columns: tuple[tuple[Block, ...], ...]
    lead: str = ""
    widths: tuple[float, ...] = ()
    small_print: str = ""


@dataclass(frozen=True)
class Pack:
    """Pages behind a cover, for one kind of reader; `mark` names the readers on every page.

    `footer` names the day, the methodology and how much is known.
    """

    title: str
    subtitle: str
    facts: tuple[str, ...]
    mark: str
    footer: str
    pages: tuple[Page, ...]


def one(*blocks: Block) -> tuple[tuple[Block, ...], ...]:
    """Blocks below each other over the whole width."""
    return (blocks,)
