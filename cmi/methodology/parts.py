"""The parts of a methodology: characteristics, factors, drivers, cuts, scenarios, plays, overrides.

Each part is a frozen pydantic dataclass that checks its own types and limits; how the parts must
fit together stands in cmi.methodology.rules. Tables of a document ("categories", "weights") are
kept as tuples of pairs, so that every part is hashable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

_STRICT = ConfigDict(extra="forbid", populate_by_name=True)

KEY_FORM = r"^[a-z][a-z0-9_]*$"
COLOUR_FORM = r"^#[0-9a-fA-F]{6}$"


# Fits into a cell of a sheet, however it is written there.
LONGEST_TEXT = 10_000
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\N{REPLACEMENT CHARACTER}]"
)


def _readable(text: str) -> str:
    """Text that a person can read, and that every file can hold."""
    if not text.strip():
        raise PydanticCustomError("blank", "must not be empty.")
    if _UNPRINTABLE.search(text):
        raise PydanticCustomError("unprintable", "holds a character that cannot be printed.")
    return text


def _pairs(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


_AS_PAIRS = (BeforeValidator(_pairs), PlainSerializer(dict))

Key = Annotated[str, Field(pattern=KEY_FORM)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_readable)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1)]
Colour = Annotated[str, Field(pattern=COLOUR_FORM)]
Numbers = Annotated[tuple[tuple[Text, Number], ...], *_AS_PAIRS]
Weights = Annotated[tuple[tuple[Text, Weight], ...], *_AS_PAIRS]

Band = Literal["low", "mid", "high"]
GridKey = Literal["2x2", "3x3"]
BANDS: dict[GridKey, tuple[Band, ...]] = {"2x2": ("low", "high"), "3x3": ("low", "mid", "high")}


@dataclass(frozen=True, config=_STRICT)
class Factor:
    """One of a characteristic's questions; `levels` are the written anchors of level 1 to 5."""

    key: Key
    name: Text
    aspect: Literal["what", "how_well", "relation"]
    question: Text
    levels: tuple[Text, ...]
    weight: Weight = 1.0
    valid_for: Days | None = None


@dataclass(frozen=True, config=_STRICT)
class Characteristic:
    """One of the four sides of maturity, with its factors."""

    key: Key
    name: Text
    summary: Text
    weight: Weight
    factors: tuple[Factor, ...]


@dataclass(frozen=True, config=_STRICT)
class Group:
    """A family of drivers."""

    key: Key
    name: Text


@dataclass(frozen=True, config=_STRICT)
class Collect:
    """How many rows of one customer become the driver's one value, over the last `days`."""

    rule: Literal["sum", "mean", "latest", "count", "count_distinct", "share", "days_since", "nps"]
    days: Days


class Range(NamedTuple):
    """The lowest and the highest value that is possible at all; None where there is no limit."""

    min: Number | None = None
    max: Number | None = None


def _limits(limits: Range) -> dict[str, float]:
    return {side: limit for side, limit in limits._asdict().items() if limit is not None}


@dataclass(frozen=True, config=_STRICT)
class Driver:
    """One input of the health score: linear from `worst` (0) to `best` (100), or categories.

    `range` is what is possible at all; a value outside it is refused as a problem.
    `collect` says how rows (tickets, events) become one value.
    """

    key: Key
    name: Text
    group: Key
    unit: Text
    weight: Weight
    why: Text
    worst: Number | None = None
    best: Number | None = None
    categories: Numbers = ()
    range: Annotated[Range, PlainSerializer(_limits)] = Range()
    collect: Collect = Collect(rule="latest", days=90)
    valid_for: Days | None = None


@dataclass(frozen=True, config=_STRICT)
class Cuts:
    """Thresholds on the two axes; a score equal to a cut belongs to the upper side."""

    cmi: tuple[Number, ...]
    chs: tuple[Number, ...]


@dataclass(frozen=True, config=_STRICT)
class GridCuts:
    """The cuts of both grids."""

    two: Cuts = Field(alias="2x2")
    three: Cuts = Field(alias="3x3")

    def of(self, grid: GridKey) -> Cuts:
        """The cuts of one grid."""
        return self.two if grid == "2x2" else self.three


@dataclass(frozen=True, config=_STRICT)
class Play:
    """Something a team can do; `improves` are the items it should move, `when` says in which case
    it is the one to choose.

    All of it is written for the team, but `to_customer`: what a customer reads about it. A play
    without it is never told to customers.
    """

    key: Key
    title: Text
    owner: Text
    steps: tuple[Text, ...]
    effect: Text
    improves: tuple[Key, ...]
    when: Text | None = None
    to_customer: Text | None = None


@dataclass(frozen=True, config=_STRICT)
class Scenario:
    """A cell of a grid: where it lies, what is decided there, and how it looks.

    `priority` 1 deserves the first hour. `colour` is for a light page, `colour_dark` for a dark
    one. `symbol` is a plotly marker. `avoid` is what not to do.
    """

    grid: GridKey
    key: Key
    name: Text
    decision: Text
    cmi: Band
    chs: Band
    colour: Colour
    colour_dark: Colour
    symbol: Text
    priority: Days
    summary: Text
    avoid: Text
    plays: tuple[Key, ...]


@dataclass(frozen=True, config=_STRICT)
class Bounds:
    """The worst and best of a driver under an override."""

    worst: Number
    best: Number


@dataclass(frozen=True, config=_STRICT)
class CutOverride:
    """The cuts of an override; an axis that is not named keeps the cuts in force."""

    cmi: tuple[Number, ...] | None = None
    chs: tuple[Number, ...] | None = None


@dataclass(frozen=True, config=_STRICT)
class Override:
    """What differs for customers whose segment column (`columns`: its names) has one of `values`.

    Names and values are compared without regard to case and surrounding space.
    """

    columns: tuple[Text, ...]
    values: tuple[Text, ...]
    why: Text
    weights: Weights = ()
    bounds: Annotated[tuple[tuple[str, Bounds], ...], *_AS_PAIRS] = ()
    cuts: Annotated[tuple[tuple[GridKey, CutOverride], ...], *_AS_PAIRS] = ()


@dataclass(frozen=True, config=_STRICT)
class Validity:
    """Days after which an observation is stale, where its item does not say otherwise."""

    factor: Days = 365
    driver: Days = 90


@dataclass(frozen=True, config=_STRICT)
class Raters:
    """Who wins where several rate one factor.

    `by = "order"`: the first of `order` who rated; `by = "mean"`: the mean, weighted by `weights`.
    Those `apart` (the customer's own view) are shown beside it and never count.
    """

    by: Literal["order", "mean"] = "order"
    order: tuple[Key, ...] = ("csm", "sales", "marketing")
    apart: tuple[Key, ...] = ("customer",)
    weights: Weights = ()


@dataclass(frozen=True, config=_STRICT)
class MaturityBand:
    """A stretch of the CMI, from `start` (in a document: "from") up to the next band's.

    `services` is the percentage of a customer's revenue that is expected to be services, the rest
    software; `offer` says what to sell here. The lowest band lies below the floor: a prospect like
    that would not be qualified yet.
    """

    name: Text
    start: Annotated[float, Field(alias="from", ge=0, lt=100, allow_inf_nan=False)]
    services: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    offer: Text


_Weighted = TypeVar("_Weighted", Characteristic, Factor, Driver)


def _changed(part: _Weighted, weights: Mapping[str, float]) -> _Weighted:
    return replace(part, weight=weights.get(part.key, part.weight))


def weighed(
    characteristics: Iterable[Characteristic],
    drivers: Iterable[Driver],
    weights: Mapping[str, float],
) -> tuple[tuple[Characteristic, ...], tuple[Driver, ...]]:
    """The parts of both scores, with other weights where `weights` (by key) has one."""
    return (
        tuple(
            replace(_changed(c, weights), factors=tuple(_changed(f, weights) for f in c.factors))
            for c in characteristics
        ),
        tuple(_changed(d, weights) for d in drivers),
    )
