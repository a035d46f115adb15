"""The pack that a customer may read. `Shared` is all that can get into it.

This is a border. `Shared` holds plain words, numbers and days, each of which is fit for the
customer's eyes; the pages below are made of nothing else, so this module may know neither frames
nor scores nor the methodology. What comes over the border is chosen in cmi.reports.packs.telling.

Never told: health (CHS) and its drivers, scenarios, money, who else is a customer and how any one
of them stands, notes, decisions, who rated, and the words of plays that are written for the team.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cmi.reports.packs.page import (
    Block,
    Cell,
    Column,
    Lines,
    Pack,
    Page,
    Radar,
    Series,
    Table,
    Tile,
    Tiles,
    Words,
    one,
)
from cmi.words import MISSING, count, day, listed, period, points, share

ACROSS = 2  # recommendations beside each other on a page
ANSWERS, QUESTIONS = 8, 15  # on a page at the most


@dataclass(frozen=True)
class Side:
    """A characteristic: its level (1-5), and the median of the peers; None where not known."""

    name: str
    level: float | None
    median: float | None


@dataclass(frozen=True)
class Answer:
    """A question, the level that was answered, and what it says; None and "" where open."""

    side: str
    name: str
    question: str
    level: float | None
    here: str


@dataclass(frozen=True)
class Stand:
    """The maturity (0-100) and the level of each characteristic at the end of a quarter."""

    on: date
    maturity: float
    levels: tuple[float | None, ...]


@dataclass(frozen=True)
class Step:
    """A recommendation: from where to where, and what is offered for it ("" where nothing is)."""

    side: str
    name: str
    level: int
    here: str
    above: str
    offer: str


@dataclass(frozen=True)
class Peers:
    """With how many others the customer is compared, and what all of them are ("" for nothing)."""

    others: int
    alike: str
    maturity: float | None


@dataclass(frozen=True)
class Shared:
    """What a customer is told. Nothing else reaches its pack.

    `coverage` is 0-1 and `maturity` 0-100, None where too little is answered. `peers` is None where
    there are too few of them.
    """

    name: str
    as_of: date
    assessed: date | None
    version: str
    coverage: float
    maturity: float | None
    sides: tuple[Side, ...]
    answers: tuple[Answer, ...]
    peers: Peers | None
    development: tuple[Stand, ...]
    steps: tuple[Step, ...]


def pack(told: Shared) -> Pack:
    """The pack for the customer; before its first assessment, what it will be asked."""
    pages = _to_come(told)
    if any(side.level is not None for side in told.sides):
        pages = [_profile(told), *_answers(told), _development(told), _steps(told)]
    return Pack(
        title="How mature is your function?",
        subtitle=f"A profile of {told.name}",
        facts=(
            f"As of {day(told.as_of)}"
            + (f", from the assessment of {day(told.assessed)}" if told.assessed else ""),
            f"Methodology {told.version} · {_answered(told)}",
        ),
        mark=f"Prepared for {told.name}",
        footer=f"As of {day(told.as_of)} · methodology {told.version} · {_answered(told)}",
        pages=(*pages, _read(told)),
    )


def _answered(told: Shared) -> str:
    return f"{share(told.coverage)} of the assessment answered"


def _level(level: float | None) -> str:
    return MISSING if level is None else f"{level:.1f}"


def _profile(told: Shared) -> Page:
    series = [Series("You", tuple(s.level for s in told.sides), "accent")]
    columns = [Column("", 2), Column("Your level", 1, right=True)]
    if told.peers:
        series.append(Series("Median of your peers", tuple(s.median for s in told.sides), "quiet"))
        columns.append(Column("Median of your peers", 1.4, right=True))
    rows = tuple(
        (Cell(s.name, bold=True), _level(s.level), _level(s.median))[: len(columns)]
        for s in told.sides
    )
    figure = points(told.maturity)
    beside = ""
    if told.peers and told.peers.maturity is not None:
        beside = f"median of your peers {points(told.peers.maturity)}"
    tile = Tile("Maturity, of 100", figure, beside)
    radar = Radar(tuple(s.name for s in told.sides), tuple(series))
    return Page(
        _strongest([side for side in told.sides if side.level is not None]),
        (
            (Block(radar),),
            (Block(Tiles((tile,)), share=1), Block(Table(tuple(columns), rows), share=2.6)),
        ),
        widths=(0.5, 0.5),
        lead=_beside(told.peers),
        small_print="Levels from 1 (ad hoc) to 5 (managed and improving).",
    )


def _strongest(known: list[Side]) -> str:
    """Where the customer stands highest and lowest, in a title."""
    levels = [round(s.level or 0, 1) for s in known]
    if max(levels) == min(levels):
        return f"All that is known stands at level {levels[0]:.1f}"
    best, worst = (
        [side.name for side, level in zip(known, levels, strict=True) if level == end]
        for end in (max(levels), min(levels))
    )
    strongest = f"{listed(best)} {'is your strongest side' if len(best) == 1 else 'are strongest'}"
    return f"{strongest}; {listed(worst)} {'leaves' if len(worst) == 1 else 'leave'} most room"


def _beside(peers: Peers | None) -> str:
    if peers is None:
        return (
            "There are too few organisations like yours to compare with, so no benchmark is shown."
        )
    alike = f" in {peers.alike}" if peers.alike else ""
    return (
        f"Beside the median of {count(peers.others, 'other organisation')}{alike} and you. "
        "Single organisations are never shown."
    )


def _answers(told: Shared) -> list[Page]:
    rows = tuple(
        (
            a.side,
            Cell(a.name, bold=True),
            MISSING if a.level is None else f"{a.level:.3g}",
            a.here or "Not answered yet.",
        )
        for a in told.answers
    )
    columns = (
        Column("Side", 1.2),
        Column("Factor", 1.8),
        Column("Level", 0.6, right=True),
        Column("What was found", 6, lines=2),
    )
    lead = "The highest statement that could be shown, of five for each factor."
    return _in_parts("What the levels rest on", Table(columns, rows), lead, ANSWERS)


def _to_come(told: Shared) -> list[Page]:
    rows = tuple((a.side, Cell(a.name, bold=True), a.question) for a in told.answers)
    columns = (Column("Side", 1.2), Column("Factor", 1.8), Column("Question", 6.6, lines=2))
    lead = f"Your profile is still to come: {count(len(rows), 'question')} and about an hour."
    return _in_parts("What we will ask", Table(columns, rows), lead, QUESTIONS)


def _in_parts(title: str, table: Table, lead: str, most: int) -> list[Page]:
    """A table on as many pages as its rows need, as many on each."""
    rows = table.rows
    pages = -(-len(rows) // most)
    size = -(-len(rows) // pages)
    parts = [rows[n : n + size] for n in range(0, len(rows), size)]
    return [
        Page(
            f"{title} ({n} of {pages})" if pages > 1 else title,
            one(Block(Table(table.columns, part))),
            lead=lead,
        )
        for n, part in enumerate(parts, start=1)
    ]


def _development(told: Shared) -> Page:
    stands = told.development
    if len(stands) < 2:
        said = "This is the first profile. The next assessment will show how you develop."
        return Page("Your development begins here", one(Block(Words((said,)))))
    first, last = stands[0], stands[-1]
    series = (Series("Your maturity", tuple(s.maturity for s in stands), "accent"),)
    lines = Lines(tuple(period(s.on) for s in stands), series, (0, 100))
    rows = tuple(
        (Cell(side.name, bold=True), _level(was), _level(now))
        for side, was, now in zip(told.sides, first.levels, last.levels, strict=True)
    )
    columns = (
        Column("Side", 1.6),
        Column(period(first.on), 1, right=True),
        Column(period(last.on), 1, right=True),
    )
    went = f"from {points(first.maturity)} to {points(last.maturity)}"
    same = points(first.maturity) == points(last.maturity)
    return Page(
        f"Your maturity {'stayed at ' + points(last.maturity) if same else 'went ' + went}",
        (
            (Block(lines, "Maturity by quarter, 0 to 100"),),
            (Block(Table(columns, rows), "Levels, 1 to 5"),),
        ),
        widths=(0.6, 0.4),
        small_print="Between two assessments the last one is carried on.",
    )


def _steps(told: Shared) -> Page:
    if not told.steps:
        said = "Nothing stands out that should be done first." if told.maturity is not None else (
            "Recommendations follow once enough of the assessment is answered."
        )  # fmt: skip
        return Page("What we recommend", one(Block(Words((said,)))))
    blocks = [Block(_said(step), f"{step.side} · {step.name}") for step in told.steps]
    return Page(
        f"What we recommend: {listed([step.name.lower() for step in told.steps])}",
        tuple(tuple(blocks[n::ACROSS]) for n in range(min(ACROSS, len(blocks)))),
        lead="The factors with most room, each with its next level.",
    )


def _said(step: Step) -> Words:
    told = {
        f"Today, level {step.level}:": step.here,
        f"Next, level {step.level + 1}:": step.above,
        "How we can help:": step.offer,
    }
    told = {label: said for label, said in told.items() if said}
    return Words(tuple(f"{label} {said}" for label, said in told.items()), labels=tuple(told))


def _read(told: Shared) -> Page:
    lines = (
        f"{count(len(told.answers), 'factor')} on {count(len(told.sides), 'side')}, each answered "
        "with a level from 1 to 5. A level holds when its statement can be shown.",
        "The levels of a side are averaged; maturity puts all sides on a scale from 0 (level 1 "
        "throughout) to 100 (level 5 throughout).",
        "What was not answered is left out. It never counts as zero.",
        "The benchmark is the median of organisations like yours. It is shown only where there are "
        "at least five others to compare with.",
        f"It is computed by methodology {told.version} as of {day(told.as_of)}; {_answered(told)}.",
    )
    return Page("How to read this profile", one(Block(Words(lines, bullets=True))))
