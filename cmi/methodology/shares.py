"""Weights as shares of the whole that they belong to, and which of them differ between versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from cmi.methodology import Characteristic, Driver
from cmi.words import NBSP

WEIGHT = "Weight"
_SAME = 1e-9
_Part = TypeVar("_Part")


class Change(NamedTuple):
    """One difference: what it is, where, and both sides in words."""

    what: str
    place: str
    was: str
    now: str


def both(
    old: Iterable[_Part], new: Iterable[_Part], key: Any = attrgetter("key")
) -> Iterator[tuple[_Part, _Part]]:
    """The parts that both sides have, in the new order."""
    before = {key(part): part for part in old}
    return ((before[key(part)], part) for part in new if key(part) in before)


def moved(
    old: tuple[Sequence[Characteristic], Sequence[Driver]],
    new: tuple[Sequence[Characteristic], Sequence[Driver]],
) -> Iterator[Change]:
    """The shares that differ, of what both sides have; each gives its characteristics and drivers.

    Weights that all grow alike are no change.
    """
    yield from _of_whole("Maturity", old[0], new[0])
    for before, after in both(old[0], new[0]):
        yield from _of_whole(after.name, before.factors, after.factors)
    yield from _of_whole("Health", old[1], new[1])


def _of_whole(whole: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """The parts of a whole, in both versions, whose share of it differs."""
    totals = [sum(p.weight for p in side) for side in (old, new)]
    for before, after in both(old, new):
        was, now = before.weight / totals[0], after.weight / totals[1]
        if abs(was - now) > _SAME:
            yield Change(WEIGHT, f"{whole} · {after.name}", *_percents(was, now))


def _percents(was: float, now: float) -> tuple[str, str]:
    """Both shares with as many decimals as it takes to tell them apart."""
    for decimals in range(1, 9):
        told = [f"{100 * part:.{decimals}f}" for part in (was, now)]
        if told[0] != told[1]:
            break
    short = [text.rstrip("0").rstrip(".") for text in told]
    return f"{short[0]}{NBSP}%", f"{short[1]}{NBSP}%"


def percent(part: float) -> str:
    """A share with one decimal where it needs one: 10.4 %."""
    return f"{100 * part:.1f}".removesuffix(".0") + f"{NBSP}%"
