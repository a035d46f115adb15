"""Two versions of a methodology side by side: what differs, in words.

A weight is told as its share of the whole it belongs to: weights that all grow alike are no change.
A part keeps its identity by its key; another key is another part, without the history of the first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from operator import attrgetter
from typing import Any

import pandas as pd

from cmi.methodology import (
    BANDS,
    Characteristic,
    Driver,
    Factor,
    MaturityBand,
    Methodology,
    exceptions,
    shares,
)
from cmi.methodology.details import (
    ADDED,
    AXES,
    BOUNDS,
    CATEGORIES,
    DETAILS,
    EXCEPTION,
    PLAY,
    RETIRED,
    SCENARIO,
    SETTING,
    SETTINGS,
    WORDS,
    entries,
    number,
    numbers,
    scale,
)
from cmi.methodology.shares import WEIGHT, Change
from cmi.words import MISSING, NBSP, count, listed

CUT, ORDER, MOVED = "Cut", "Order", "Moved"
_COUNTED = {  # what stands before a number, and what is counted
    WEIGHT: ("", "weight"),
    CUT: ("", "cut"),
    BOUNDS: ("bounds of ", "driver"),
    CATEGORIES: ("categories of ", "driver"),
    WORDS: ("", "wording"),
    SETTING: ("", "setting"),
    EXCEPTION: ("exceptions in ", "detail"),
    SCENARIO: ("scenarios in ", "detail"),
    PLAY: ("plays in ", "detail"),
    MOVED: ("", "factor's place"),
    ORDER: ("", "order"),
}


def diff(old: Methodology, new: Methodology) -> pd.DataFrame:
    """What differs, a row each, what counts most first: what, place, was, is (texts).

    Version and effective day are no difference. Empty: both score alike and say the same.
    """
    rows = [
        *shares.moved((old.characteristics, old.drivers), (new.characteristics, new.drivers)),
        *_parts(old, new),
        *_cuts(old, new),
        *entries("", SETTINGS, (old, old), (new, new)),
        *_mixes(old, new),
        *exceptions.differences(old, new),
        *_orders(old, new),
    ]
    rank = {what: n for n, what in enumerate((ADDED, RETIRED, MOVED, *_COUNTED))}
    rows.sort(key=lambda row: rank[row.what])
    return pd.DataFrame(rows, columns=["what", "place", "was", "is"], dtype="str")


def headline(changes: pd.DataFrame) -> str:
    """What differs, counted: Different: 3 weights and 1 cut. Added: Driver Calls."""
    if changes.empty:
        return "Nothing differs."
    times = Counter(changes["what"])
    told = [
        before + count(times[what], noun, "factors' places" if what == MOVED else "")
        for what, (before, noun) in _COUNTED.items()
        if times[what]
    ]
    sentences = [f"Different: {listed(told, len(told))}."] if told else []
    for what in (ADDED, RETIRED):
        if places := changes.loc[changes["what"] == what, "place"].tolist():
            sentences.append(f"{what}: {listed(places, 4)}.")
    return " ".join(sentences)


def next_version(taken: Collection[str], current: str) -> str:
    """A name that is not taken for the version after `current`: 2026.2 after 2026.1."""
    known = {name.strip().casefold() for name in taken}
    found = re.fullmatch(r"(.*?)(\d{1,9})", current, re.DOTALL)
    stem, number = (found[1], int(found[2])) if found else (f"{current} ", 1)
    while f"{stem}{(number := number + 1)}".strip().casefold() in known:
        pass
    return f"{stem}{number}"


# Parts: added, retired, changed


def _parts(old: Methodology, new: Methodology) -> Iterator[Change]:
    for kind, key, name, about in (
        ("Characteristic", "characteristics", "name", _of_maturity),
        ("Factor", "factors", "name", _of_characteristic),
        ("Group", "groups", "name", lambda *_: MISSING),
        ("Driver", "drivers", "name", _of_health),
        ("Scenario", "scenarios", "name", lambda s, _: s.decision),
        ("Play", "plays", "title", lambda p, _: p.effect),
    ):
        before, after = ({_identity(p): p for p in getattr(m, key)} for m in (old, new))
        for part_key, part in before.items():
            if part_key not in after:
                yield Change(RETIRED, f"{kind} {getattr(part, name)}", about(part, old), MISSING)
        for part_key, part in after.items():
            if part_key not in before:
                yield Change(ADDED, f"{kind} {getattr(part, name)}", MISSING, about(part, new))
            else:
                place = _place(kind, part, new)
                yield from entries(place, DETAILS[type(part)], (before[part_key], old), (part, new))
                yield from _further(place, before[part_key], part, old, new)


def _mixes(old: Methodology, new: Methodology) -> Iterator[Change]:
    """What differs between the bands of maturity, which are known by their names."""
    before, after = ({band.name: band for band in m.bands} for m in (old, new))
    if bool(before) != bool(after):
        whole = [
            "; ".join(map(_mix, m.bands)) or "as it comes with the product" for m in (old, new)
        ]
        yield Change(SETTING, "Expected mix", *whole)
        return
    for name in dict.fromkeys((*before, *after)):
        place = f"Expected mix · {name}"
        if name in before and name in after:
            details = DETAILS[MaturityBand]
            yield from entries(place, details, (before[name], old), (after[name], new))
        else:
            said = [_mix(side[name]) if name in side else MISSING for side in (before, after)]
            yield Change(SETTING, place, *said)


def _mix(band: MaturityBand) -> str:
    return f"{band.name} from CMI {number(band.start)}: {number(band.services)}{NBSP}% services"


def _identity(part: Any) -> tuple[str, ...]:
    """By what a part is known in every version; the two grids may share keys."""
    return (getattr(part, "grid", ""), part.key)


def _place(kind: str, part: Any, rules: Methodology) -> str:
    if isinstance(part, Factor):
        return f"{_whole(part, rules).name} · {part.name}"
    if kind == "Scenario":
        return f"{part.name} ({part.grid})"
    return str(getattr(part, "title", None) or part.name)


def _whole(factor: Factor, rules: Methodology) -> Characteristic:
    return next(c for c in rules.characteristics if factor.key in {f.key for f in c.factors})


def _of_maturity(part: Characteristic, rules: Methodology) -> str:
    return (
        f"{shares.percent(part.weight / sum(c.weight for c in rules.characteristics))} of maturity"
    )


def _of_characteristic(part: Factor, rules: Methodology) -> str:
    whole = _whole(part, rules)
    share = shares.percent(part.weight / sum(f.weight for f in whole.factors))
    return f"{share} of {whole.name}: {part.question}"


def _of_health(part: Driver, rules: Methodology) -> str:
    share = shares.percent(part.weight / sum(d.weight for d in rules.drivers))
    return f"{share} of health; {scale(part)}"


def _further(place: str, old: Any, new: Any, before: Methodology, after: Methodology) -> Any:
    """What only factors and drivers have: anchors, a characteristic, a scale."""
    if isinstance(old, Factor) and isinstance(new, Factor):
        for level, (was, now) in enumerate(zip(old.levels, new.levels, strict=True), start=1):
            if was != now:
                yield Change(WORDS, f"{place} · level {level}", was, now)
        wholes = [_whole(old, before), _whole(new, after)]
        if wholes[0].key != wholes[1].key:
            yield Change(MOVED, new.name, wholes[0].name, wholes[1].name)
    if isinstance(old, Driver) and isinstance(new, Driver):
        scales = [(d.worst, d.best, d.categories) for d in (old, new)]
        if scales[0] != scales[1]:
            what = CATEGORIES if new.categories else BOUNDS
            yield Change(what, place, scale(old), scale(new))


# Cuts and order


def _cuts(old: Methodology, new: Methodology) -> Iterator[Change]:
    for grid in BANDS:
        for axis, name in AXES.items():
            was, now = (getattr(m.cuts.of(grid), axis) for m in (old, new))
            if was != now:
                yield Change(CUT, f"{grid} · {name}", numbers(was), numbers(now))


def _orders(old: Methodology, new: Methodology) -> Iterator[Change]:
    """Where the same parts stand in another order."""
    families: Mapping[str, Any] = {
        "Characteristics": lambda m: {c.key: c.name for c in m.characteristics},
        "Factors": lambda m: {
            f.key: f.name
            for c in sorted(m.characteristics, key=attrgetter("key"))
            for f in c.factors
        },
        "Groups": lambda m: {g.key: g.name for g in m.groups},
        "Drivers": lambda m: {d.key: d.name for d in m.drivers},
        "Scenarios": lambda m: {_identity(s): s.name for s in m.scenarios},
        "Plays": lambda m: {p.key: p.title for p in m.plays},
        "Exceptions": lambda m: {
            k: exceptions.called(o) for k, o in exceptions.by_values(m.overrides).items()
        },
    }
    for name, parts in families.items():
        before, after = parts(old), parts(new)
        was, now = (
            [key for key in side if key in before and key in after] for side in (before, after)
        )
        if was != now:
            yield Change(
                ORDER, name, *("; ".join(after[key] for key in side) for side in (was, now))
            )
