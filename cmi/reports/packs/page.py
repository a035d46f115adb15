"""The parts of a page: words, tables and charts as data, without a program that shows them.

Text is plain. A colour is "#RRGGBB", or "" for the one of the surroundings. What is not known is
None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

Numbers = tuple[float | None, ...]


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
