"""Where something stands in a methodology's document, under which key, and what is wrong there.

A place names an entry: ("drivers", "nps"), ("characteristics", "people", "factors",
"people_skills"), ("cuts", "2x2"), ("scenarios", "2x2", "retain"), ("bands", 0), ("overrides", 0).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from cmi.methodology import Methodology
from cmi.methodology.rules import OURS
from cmi.problems import MethodologyError

Place = tuple[str | int, ...]

LONGEST = 40  # letters of a key that is made from a name
_TWICE = ("names of items ", "names of bands ")  # before a name that is there twice


def at(document: Any, place: Place) -> Any:
    """What stands at a place of a document: the thing itself, to be changed."""
    if place[:1] == ("scenarios",) and len(place) == 3:
        return next(s for s in document["scenarios"] if (s["grid"], s["key"]) == place[1:])
    for step in place:
        by_key = isinstance(document, list) and isinstance(step, str)
        document = next(e for e in document if e["key"] == step) if by_key else document[step]
    return document


def of_item(methodology: Methodology, key: str) -> Place:
    """Where a factor or driver stands."""
    for c in methodology.characteristics:
        if any(f.key == key for f in c.factors):
            return ("characteristics", c.key, "factors", key)
    return ("drivers", key)


def new_place(methodology: Methodology, where: Place, name: str, used: Collection[str]) -> Place:
    """Where one more entry of a list would stand (`where` names the list), called `name`.

    Its key is none that the methodology has, and none of `used` (see `used_keys`): what was
    observed of something else must not count for it.
    """
    if where == ("overrides",):
        return (*where, len(methodology.overrides))
    if where[-1] == "factors":
        name = f"{where[1]} {name}"
    taken = {*used, *used_keys([methodology])}
    return (*where, new_key(name, str(where[-1]).removesuffix("s"), taken))


def used_keys(versions: Iterable[Methodology]) -> frozenset[str]:
    """Every key that one of these versions gave to anything."""
    return frozenset(
        part.key for m in versions for part in (*m.characteristics, *m.items, *m.groups, *m.plays)
    )


def new_key(name: str, otherwise: str, used: Collection[str]) -> str:
    """A key made from a name that is not used yet: "Use of tools" gives use_of_tools, or else
    use_of_tools_2. A name without Latin letters gives `otherwise`.
    """
    latin = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", latin)[:LONGEST].strip("_")
    if not stem[:1].isalpha():
        stem = f"{otherwise}_{stem}".strip("_")
    key, number = stem, 1
    while key in used or key in OURS:
        number += 1
        key = f"{stem}_{number}"
    return key


def fault(place: Place, error: MethodologyError) -> tuple[str, str]:
    """To which field of a place a refusal belongs, and its sentence: ("weight", "Must not be ...").

    One of several entries of a field is told by its number: "levels 3". The field is "" where the
    whole is meant, or something elsewhere that the edit would break: then the sentence names it.
    """
    for twice in _TWICE:
        if error.place.startswith(twice):
            return "name", f"Something else is called {error.place.removeprefix(twice)} already."
    if error.why.startswith("leave no weight"):
        return "weight", "Nothing would count any more: a weight above zero is needed."
    why = error.why.replace("but is None", "but is empty")
    for prefix in _spoken(place):
        if error.place.startswith(prefix):
            field, _, detail = error.place.removeprefix(prefix).strip().partition(" ")
            number = re.match(r"no\. (\d+)", detail)
            if number or not detail:
                return (f"{field} {number[1]}" if number else field), why[:1].upper() + why[1:]
            return field, f"{detail} {why}"
    return "", f"This would break another part: {error.place} {error.why}"


def _spoken(place: Place) -> list[str]:
    """A place as the checkers write it."""
    match place:
        case ("scenarios", grid, key):
            return [f'scenarios "{key}"', f'scenarios of {grid} "{key}"']
        case ("cuts", grid):
            return [f"cuts {grid}"]
        case ("bands", int(number)):  # where one begins is told of all of them
            return [f"bands no. {number + 1}", "bands"]
    named = [
        f"{part} no. {which + 1}" if isinstance(which, int) else f'{part} "{which}"'
        for part, which in zip(place[::2], place[1::2], strict=True)
    ]
    return [" ".join(named)]
