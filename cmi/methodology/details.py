"""The entries of each part of a methodology as a reader calls them, and how their values are said.

Weights, anchors and the order of the parts are told by cmi.methodology.versions, which compares
them over several parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from cmi.methodology import (
    Characteristic,
    Collect,
    Driver,
    Factor,
    Group,
    MaturityBand,
    Methodology,
    Override,
    Play,
    Range,
    Scenario,
)
from cmi.methodology.shares import Change
from cmi.words import MISSING, NBSP, count

Said = Callable[[Any, Methodology], str]

WORDS, SETTING, SCENARIO, PLAY, BOUNDS = "Words", "Setting", "Scenario", "Play", "Bounds"
CATEGORIES, EXCEPTION = "Categories", "Exception"
ADDED, RETIRED = "Added", "Retired"
AXES = {"cmi": "maturity", "chs": "health"}


class Detail(NamedTuple):
    """One entry of a part: its field, what it is, its name, and its value in words."""

    field: str
    what: str
    name: str
    said: Said


def number(value: float) -> str:
    """A number as short as it can be said without changing it."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def numbers(values: Iterable[float] | None) -> str:
    """50, or 33.3 and 66.7; a dash where there are none."""
    return " and ".join(map(number, values)) if values is not None else MISSING


def pairs(values: Iterable[tuple[str, float]]) -> str:
    """Named 40, Advocate 100."""
    return ", ".join(f"{name} {number(value)}" for name, value in values) or MISSING


def scale(driver: Driver) -> str:
    """How a driver's value becomes points."""
    if driver.worst is None or driver.best is None:
        return pairs(driver.categories)
    return bounds(driver.worst, driver.best)


def bounds(worst: float, best: float) -> str:
    """Where a value is worth nothing and where it is worth everything."""
    return f"0 at {number(worst)}, 100 at {number(best)}"


def _text(value: Any, _: Methodology) -> str:
    return MISSING if value is None else str(value)


def _days(value: int | None, _: Methodology) -> str:
    return "as usual" if value is None else count(value, "day")


def _range(value: Range, _: Methodology) -> str:
    low, high = value
    if low is None and high is None:
        return "anything"
    if low is None or high is None:
        return f"from {number(low)}" if low is not None else f"up to {number(high or 0)}"
    return f"{number(low)} to {number(high)}"


def _collect(value: Collect, _: Methodology) -> str:
    return f"{value.rule.replace('_', ' ')} over {count(value.days, 'day')}"


def _group(key: str, rules: Methodology) -> str:
    return next(g.name for g in rules.groups if g.key == key)


def _plays(keys: Iterable[str], rules: Methodology) -> str:
    return "; ".join(rules.play(key).title for key in keys)


def _items(keys: Iterable[str], rules: Methodology) -> str:
    return "; ".join(rules.item(key).name for key in keys)


def _steps(steps: Iterable[str], _: Methodology) -> str:
    return " ".join(f"{n}. {step}" for n, step in enumerate(steps, start=1))


def _names(names: Iterable[str], _: Methodology) -> str:
    return ", ".join(names) or "nobody"


def _weights(weights: Iterable[tuple[str, float]], _: Methodology) -> str:
    return pairs(weights)


def _texts(what: str, names: Mapping[str, str]) -> tuple[Detail, ...]:
    return tuple(Detail(field, what, name, _text) for field, name in names.items())


_STALE = {"count": "count, marked", "drop": "do not count"}
_BY = {"order": "the first of the order counts", "mean": "their mean counts"}

DETAILS: dict[type, tuple[Detail, ...]] = {
    Characteristic: _texts(WORDS, {"name": "name", "summary": "summary"}),
    Factor: (
        *_texts(WORDS, {"name": "name", "question": "question", "aspect": "aspect"}),
        Detail("valid_for", SETTING, "good for", _days),
    ),
    Group: _texts(WORDS, {"name": "name"}),
    Driver: (
        *_texts(WORDS, {"name": "name", "unit": "unit", "why": "why"}),
        Detail("group", SETTING, "group", _group),
        Detail("range", SETTING, "possible values", _range),
        Detail("collect", SETTING, "collected as", _collect),
        Detail("valid_for", SETTING, "good for", _days),
    ),
    Scenario: (
        *_texts(
            SCENARIO,
            {
                "name": "name",
                "decision": "decision",
                "summary": "summary",
                "avoid": "what not to do",
                "cmi": "side of maturity",
                "chs": "side of health",
                "priority": "priority",
                "symbol": "symbol",
                "colour": "colour",
                "colour_dark": "colour on dark",
            },
        ),
        Detail("plays", SCENARIO, "plays", _plays),
    ),
    Play: (
        *_texts(PLAY, {"title": "title", "owner": "owner", "effect": "effect"}),
        Detail("steps", PLAY, "steps", _steps),
        Detail("when", PLAY, "when to choose it", _text),
        Detail("to_customer", PLAY, "what a customer reads", _text),
        Detail("improves", PLAY, "improves", _items),
    ),
    MaturityBand: (
        Detail("start", SETTING, "from", lambda v, _: f"CMI {number(v)}"),
        Detail("services", SETTING, "services", lambda v, _: f"{number(v)}{NBSP}%"),
        Detail("offer", SETTING, "what to offer", _text),
    ),
    Override: (
        Detail("columns", EXCEPTION, "columns", _names),
        Detail("why", EXCEPTION, "why", _text),
    ),
}

SETTINGS: tuple[Detail, ...] = (
    Detail("name", WORDS, "Name", _text),
    Detail("minimum_coverage", SETTING, "Weight to be known", lambda v, _: f"{number(100 * v)} %"),
    Detail("stale", SETTING, "Old observations", lambda v, _: _STALE[v]),
    Detail("validity.factor", SETTING, "Answers are good for", _days),
    Detail("validity.driver", SETTING, "Values of drivers are good for", _days),
    Detail("raters.by", SETTING, "Where several rate", lambda v, _: _BY[v]),
    Detail("raters.order", SETTING, "Raters, first to last", _names),
    Detail("raters.apart", SETTING, "Raters shown apart", _names),
    Detail("raters.weights", SETTING, "Weights of raters", _weights),
)


def entries(
    place: str,
    details: Iterable[Detail],
    old: tuple[Any, Methodology],
    new: tuple[Any, Methodology],
) -> Iterator[Change]:
    """The entries that differ of one part, which each side gives with its methodology."""
    for detail in details:
        was, now = (attrgetter(detail.field)(part) for part, _ in (old, new))
        if was != now:
            said = (detail.said(was, old[1]), detail.said(now, new[1]))
            yield Change(detail.what, " · ".join(filter(None, (place, detail.name))), *said)
