"""What differs between the exceptions of two versions of a methodology, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from cmi.methodology import BANDS, Characteristic, Driver, Methodology, Override, rulebook, shares
from cmi.methodology.details import (
    ADDED,
    AXES,
    DETAILS,
    EXCEPTION,
    RETIRED,
    bounds,
    entries,
    numbers,
    scale,
)
from cmi.methodology.parts import weighed
from cmi.methodology.shares import Change
from cmi.words import MISSING

AS_ALL = "as for all"


def differences(old: Methodology, new: Methodology) -> Iterator[Change]:
    """What differs: exceptions that were added or retired, and what the others say."""
    before, after = by_values(old.overrides), by_values(new.overrides)
    for key, gone in before.items():
        if key not in after:
            yield Change(RETIRED, called(gone), rulebook.exception(gone, old), MISSING)
    for key, now in after.items():
        if key not in before:
            yield Change(ADDED, called(now), MISSING, rulebook.exception(now, new))
            continue
        was, place = before[key], " or ".join(now.values)
        yield from entries(place, DETAILS[Override], (was, old), (now, new))
        if dict(was.weights) != dict(now.weights):
            sides = [_weighed(m, o) for m, o in ((old, was), (new, now))]
            for change in shares.moved(*sides):
                yield Change(EXCEPTION, f"{place} · {change.place}", change.was, change.now)
        for name, *said in (*_own_bounds(was, now, new), *_own_cuts(was, now)):
            if said[0] != said[1]:
                yield Change(EXCEPTION, f"{place} · {name}", *said)


def beside_all(override: Override, rules: Methodology) -> pd.DataFrame:
    """What differs for those for whom an exception holds: what, for_all, for_them (in words)."""
    drivers, own = {d.key: d for d in rules.drivers}, dict(override.cuts)
    everybody = rules.characteristics, rules.drivers
    rows = [
        (f"{grid} · Cut of {name}", numbers(getattr(rules.cuts.of(grid), axis)), numbers(cut))
        for grid in BANDS
        for axis, name in AXES.items()
        if (cut := getattr(own.get(grid), axis, None)) is not None
    ]
    rows += [
        (f"Points of {drivers[key].name}", scale(drivers[key]), bounds(b.worst, b.best))
        for key, b in override.bounds
    ]
    weights = shares.moved(everybody, _weighed(rules, override))
    rows += [(f"Weight in {c.place}", c.was, c.now) for c in weights]
    return pd.DataFrame(rows, columns=["what", "for_all", "for_them"])


def by_values(overrides: Iterable[Override]) -> dict[Any, Override]:
    """Exceptions by whom they are for; the same may be there several times."""
    times: Counter[Any] = Counter()
    found = {}
    for override in overrides:
        whom = tuple(override.values)
        times[whom] += 1
        found[whom, times[whom]] = override
    return found


def called(override: Override) -> str:
    """An exception by whom it is for."""
    return f"Exception {' or '.join(override.values)}"


def _own_bounds(was: Override, now: Override, rules: Methodology) -> Iterator[tuple[str, str, str]]:
    before, after = dict(was.bounds), dict(now.bounds)
    names = {d.key: d.name for d in rules.drivers}
    for key in dict.fromkeys((*before, *after)):
        said = [bounds(s[key].worst, s[key].best) if key in s else AS_ALL for s in (before, after)]
        yield names.get(key, key), said[0], said[1]


def _own_cuts(was: Override, now: Override) -> Iterator[tuple[str, str, str]]:
    before, after = dict(was.cuts), dict(now.cuts)
    for grid in BANDS:
        for axis, name in AXES.items():
            cuts = [getattr(side.get(grid), axis, None) for side in (before, after)]
            said = [AS_ALL if cut is None else numbers(cut) for cut in cuts]
            yield f"{grid} · {name}", said[0], said[1]


def _weighed(
    rules: Methodology, override: Override
) -> tuple[tuple[Characteristic, ...], tuple[Driver, ...]]:
    """The parts of both scores as they weigh for those for whom the exception holds."""
    return weighed(rules.characteristics, rules.drivers, dict(override.weights))
