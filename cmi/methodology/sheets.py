"""A methodology as sheets, one per kind of part: for whoever edits it in a spreadsheet.

A sheet is a list of rows, a row has a cell by header; an empty cell is what is not said. The way
back is cmi.methodology.unsheeted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from cmi.methodology import Methodology, to_document

Value = str | float | date
Row = dict[str, Value]

SETTINGS, SETTING, VALUE = "Methodology", "Setting", "Value"
NUMBER = "Exception"  # the column by which the sheets of the exceptions belong together


@dataclass(frozen=True)
class Field:
    """A column: its header and the entry that stands in it; with path () the row is one value.

    `kind`: "one" value in a cell; "keys", several in one cell, parted by commas; "many", a list in
    at least `least` columns, whose headers are numbered.
    """

    header: str
    path: tuple[str, ...] = ()
    width: int = 18
    choices: tuple[str, ...] = ()
    kind: Literal["one", "keys", "many"] = "one"
    least: int = 1


@dataclass(frozen=True)
class Part:
    """A sheet: its name, where its rows stand in the document, its columns.

    Rows are a list, or with `table` the entries of a table. `name` is the column that says which
    entry or, of the exceptions, which number it is; `of` the column that says to which row of the
    sheet `parents` it belongs.
    """

    sheet: str
    path: tuple[str, ...]
    fields: tuple[Field, ...]
    name: str = ""
    table: bool = False
    parents: str = ""
    of: str = ""


_TEXT = 60
_BANDS = ("low", "mid", "high")
_GRIDS = ("2x2", "3x3")
_RULES = ("sum", "mean", "latest", "count", "count_distinct", "share", "days_since", "nps")
_KEY, _NAME = Field("Key", ("key",), 24), Field("Name", ("name",), 26)
_WEIGHT, _VALID = Field("Weight", ("weight",), 10), Field("Valid for days", ("valid_for",), 10)
_WORST, _BEST = Field("Worst", ("worst",), 10), Field("Best", ("best",), 10)
_CUTS = (
    Field("CMI", ("cmi",), 10, kind="many", least=2),
    Field("CHS", ("chs",), 10, kind="many", least=2),
)

SETTING_FIELDS = (
    Field("Version", ("version",)),
    Field("Name", ("name",)),
    Field("In force from", ("effective",)),
    Field("Share of the weight to be known", ("minimum_coverage",)),
    Field("Stale observations", ("stale",), choices=("count", "drop")),
    Field("Answers are valid for days", ("validity", "factor")),
    Field("Driver values are valid for days", ("validity", "driver")),
    Field("Who counts of several raters", ("raters", "by"), choices=("order", "mean")),
    Field("Raters in order", ("raters", "order"), kind="keys"),
    Field("Raters shown apart", ("raters", "apart"), kind="keys"),
)
PARTS = (
    Part("Rater weights", ("raters", "weights"), (Field("Weight"),), "Rater", table=True),
    Part(
        "Characteristics",
        ("characteristics",),
        (_KEY, _NAME, Field("Summary", ("summary",), _TEXT), _WEIGHT),
    ),
    Part(
        "Factors",
        ("factors",),
        (
            _KEY,
            _NAME,
            Field("Aspect", ("aspect",), 12, ("what", "how_well", "relation")),
            Field("Question", ("question",), _TEXT),
            Field("Level", ("levels",), 40, kind="many", least=5),
            _WEIGHT,
            _VALID,
        ),
        parents="Characteristics",
        of="Characteristic",
    ),
    Part("Groups", ("groups",), (_KEY, _NAME)),
    Part(
        "Drivers",
        ("drivers",),
        (
            _KEY,
            _NAME,
            Field("Group", ("group",)),
            Field("Unit", ("unit",)),
            _WEIGHT,
            Field("Why", ("why",), _TEXT),
            _WORST,
            _BEST,
            Field("Lowest possible", ("range", "min"), 10),
            Field("Highest possible", ("range", "max"), 10),
            Field("Collected by", ("collect", "rule"), 16, _RULES),
            Field("Collected over days", ("collect", "days"), 12),
            _VALID,
        ),
    ),
    Part(
        "Categories",
        ("categories",),
        (Field("Points", (), 10),),
        "Category",
        table=True,
        parents="Drivers",
        of="Driver",
    ),
    Part("Cuts", ("cuts",), _CUTS, "Grid", table=True),
    Part(
        "Scenarios",
        ("scenarios",),
        (
            _KEY,
            _NAME,
            Field("Grid", ("grid",), 8, _GRIDS),
            Field("CMI", ("cmi",), 8, _BANDS),
            Field("CHS", ("chs",), 8, _BANDS),
            Field("Priority", ("priority",), 10),
            Field("Decision", ("decision",), 40),
            Field("Summary", ("summary",), _TEXT),
            Field("What not to do", ("avoid",), _TEXT),
            Field("Plays", ("plays",), 40, kind="keys"),
            Field("Symbol", ("symbol",), 14),
            Field("Colour", ("colour",), 12),
            Field("Colour on dark", ("colour_dark",), 12),
        ),
    ),
    Part(
        "Plays",
        ("plays",),
        (
            _KEY,
            Field("Title", ("title",), 40),
            Field("Owner", ("owner",)),
            Field("Effect", ("effect",), _TEXT),
            Field("Improves", ("improves",), 40, kind="keys"),
            Field("When to choose it", ("when",), _TEXT),
            Field("What a customer reads", ("to_customer",), _TEXT),
            Field("Step", ("steps",), 50, kind="many", least=6),
        ),
    ),
    Part(
        "Bands of maturity",
        ("bands",),
        (
            _NAME,
            Field("CMI from", ("from",), 10),
            Field("Services in % of revenue", ("services",), 24),
            Field("What to offer", ("offer",), _TEXT),
        ),
    ),
    Part(
        "Exceptions",
        ("overrides",),
        (
            Field("Why", ("why",), _TEXT),
            Field("Segment column", ("columns",), kind="many", least=3),
            Field("Value", ("values",), kind="many", least=3),
        ),
        NUMBER,
    ),
    Part(
        "Exception weights",
        ("weights",),
        (Field("Weight", (), 10),),
        "Item",
        table=True,
        parents="Exceptions",
        of=NUMBER,
    ),
    Part(
        "Exception bounds",
        ("bounds",),
        (_WORST, _BEST),
        "Driver",
        table=True,
        parents="Exceptions",
        of=NUMBER,
    ),
    Part(
        "Exception cuts",
        ("cuts",),
        _CUTS,
        "Grid",
        table=True,
        parents="Exceptions",
        of=NUMBER,
    ),
)


def headers(part: Part, rows: Sequence[Row]) -> list[tuple[str, Field | None]]:
    """The headers of a sheet with these rows, each with its field; None: which row it is."""
    found: list[tuple[str, Field | None]] = [(h, None) for h in (part.of, part.name) if h]
    for one in part.fields:
        if one.kind != "many":
            found.append((one.header, one))
            continue
        most = max((n for row in rows for n in _numbers(one, row)), default=0)
        found += [(f"{one.header} {n}", one) for n in range(1, max(one.least, most) + 1)]
    return found


def _numbers(one: Field, row: Row) -> Iterator[int]:
    numbered = (re.fullmatch(rf"{re.escape(one.header)} (\d+)", header) for header in row)
    return (int(found[1]) for found in numbered if found)


def rows_of(methodology: Methodology) -> dict[str, list[Row]]:
    """The rows of every sheet; those of SETTINGS have the columns SETTING and VALUE."""
    document = to_document(methodology) | {"effective": methodology.effective}
    settings: list[Row] = [
        {SETTING: one.header, **_written(replace(one, header=VALUE), document)}
        for one in SETTING_FIELDS
    ]
    return {SETTINGS: settings} | {part.sheet: list(_rows(part, document)) for part in PARTS}


def _rows(part: Part, document: Mapping[str, Any]) -> Iterator[Row]:
    for owner, name, entry in _entries(part, document):
        row: Row = {part.of: owner} if part.of else {}
        row |= {part.name: name} if part.name else {}
        for one in part.fields:
            row |= _written(one, entry)
        yield row


def _entries(part: Part, document: Mapping[str, Any]) -> Iterator[tuple[Value, Value, Any]]:
    """To which row of the parents' sheet each entry belongs, its name or number, and itself."""
    holders: Iterable[tuple[Value, Any]] = [("", document)]
    if part.parents:
        (parents,) = (p for p in PARTS if p.sheet == part.parents)
        found = _entries(parents, document)
        holders = ((entry.get("key", number), entry) for _, number, entry in found)
    for owner, holder in holders:
        entries = reach(holder, part.path)
        named = entries.items() if part.table and entries else enumerate(entries or (), start=1)
        for name, entry in named:
            yield owner, name, entry


def reach(entry: Any, path: Iterable[str]) -> Any:
    """What stands at a path, None where there is nothing."""
    for step in path:
        entry = entry.get(step) if isinstance(entry, Mapping) else None
    return entry


def _written(one: Field, entry: Any) -> Row:
    """The cells of a field."""
    value = reach(entry, one.path)
    if value is None:
        return {}
    if one.kind == "keys":
        return {one.header: ", ".join(value)}
    if one.kind == "many":
        return {f"{one.header} {n}": text for n, text in enumerate(value, start=1)}
    return {one.header: value}
