"""Edits of a methodology: each gives another one, checked by the rules that a file is checked by.

What is meant is told by its place (cmi.methodology.places); fields are those of
data/methodology.toml. An edit that breaks a rule is refused with a MethodologyError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cmi.methodology import Characteristic, Driver, Methodology, from_document, to_document
from cmi.methodology.places import Place, at, of_item
from cmi.problems import MethodologyError
from cmi.words import listed

Document = dict[str, Any]


def entry(methodology: Methodology, place: Place) -> Document:
    """What the document says at a place."""
    found: Document = at(to_document(methodology), place)
    return found


def changed(methodology: Methodology, place: Place, fields: Mapping[str, Any]) -> Methodology:
    """With other values in the fields of a place; None takes a field out."""
    document = to_document(methodology)
    at(document, place).update(fields)
    return from_document(_without_none(document))


def added(methodology: Methodology, place: Place, fields: Mapping[str, Any]) -> Methodology:
    """With one more entry at the end of a list (see cmi.methodology.places.new_place).

    A weight that is not given is the mean of its neighbours', so that it counts as they do.
    """
    document = to_document(methodology)
    *where, key = place
    entries = at(document, tuple(where))
    new = {"key": key, **fields} if isinstance(key, str) else dict(fields)
    if entries and "weight" in entries[0] and new.get("weight") is None:
        new["weight"] = sum(e["weight"] for e in entries) / len(entries)
    entries.append(new)
    return from_document(_without_none(document))


def retired(methodology: Methodology, key: str) -> Methodology:
    """Without a factor or driver. The weights of the rest stay, and with them their proportions;
    what refers to it no longer does (see `consequences`).

    MethodologyError where it is the last of its characteristic or of health, or the only thing
    that a play improves.
    """
    item, place = methodology.item(key), of_item(methodology, key)
    alone = [f'"{p.title}"' for p in methodology.plays if p.improves == (key,)]
    if alone:
        improve = "improves" if len(alone) == 1 else "improve"
        _refuse(item.name, "retired", f"{listed(alone)} {improve} nothing else")
    document = to_document(methodology)
    entries = at(document, place[:-1])
    if len(entries) == 1:
        whole = "health" if isinstance(item, Driver) else f'"{_whole(methodology, key).name}"'
        _refuse(item.name, "retired", f"it is the last one of {whole}")
    entries.remove(at(document, place))
    for play in document["plays"]:
        play["improves"] = [other for other in play["improves"] if other != key]
    for override in document["overrides"]:
        for table in ("weights", "bounds"):
            override.get(table, {}).pop(key, None)
    document["overrides"] = [o for o in document["overrides"] if _says_something(o)]
    if isinstance(item, Driver) and not _others(methodology, item):
        document["groups"].remove(at(document, ("groups", item.group)))
    return from_document(document)


def consequences(methodology: Methodology, key: str) -> list[str]:
    """What else changes when a factor or driver is retired: sentences, none where nothing does."""
    said, item = [], methodology.item(key)
    plays = [f'"{p.title}"' for p in methodology.plays if key in p.improves]
    if plays:
        promise = "promises" if len(plays) == 1 else "promise"
        said.append(f"{listed(plays)} no longer {promise} to improve it.")
    for o in methodology.overrides:
        who = f"The exception for {' or '.join(o.values)}"
        if key in dict((*o.weights, *o.bounds)):
            rest = any(k != key for k, _ in (*o.weights, *o.bounds)) or o.cuts
            own = "has no rule of its own for it any more"
            said.append(f"{who} {own}." if rest else f"{who} says nothing else and goes with it.")
        if key in {column.strip().casefold() for column in o.columns}:
            said.append(f"{who} asks for its value, which will not be known any more.")
    if isinstance(item, Driver) and not _others(methodology, item):
        name = next(g.name for g in methodology.groups if g.key == item.group)
        said.append(f'The group "{name}" has no other driver and goes with it.')
    return said


def without(methodology: Methodology, place: Place) -> Methodology:
    """Without a play or an exception; a play also leaves the scenarios that name it.

    MethodologyError where a scenario has no other play.
    """
    document = to_document(methodology)
    if place[0] == "plays":
        alone = [f'"{s.name}"' for s in methodology.scenarios if s.plays == place[1:]]
        if alone:
            title = methodology.play(str(place[1])).title
            _refuse(title, "removed", f"it is the only play of {listed(alone)}")
        for scenario in document["scenarios"]:
            scenario["plays"] = [other for other in scenario["plays"] if other != place[1]]
    at(document, place[:-1]).remove(at(document, place))
    return from_document(document)


def brought_back(methodology: Methodology, former: Methodology, key: str) -> Methodology:
    """With a factor or driver as a former version had it, under its own key: what was observed of
    it counts again. A driver's group comes with it, a factor needs its characteristic.
    """
    place = of_item(former, key)
    document, old = to_document(methodology), to_document(former)
    item = former.item(key)
    if isinstance(item, Driver):
        if item.group not in {g.key for g in methodology.groups}:
            document["groups"].append(at(old, ("groups", item.group)))
    elif place[1] not in {c.key for c in methodology.characteristics}:
        name = _whole(former, key).name
        raise MethodologyError(f'"{item.name}"', f'needs "{name}", which is not there any more.')
    at(document, place[:-1]).append(at(old, place))
    return from_document(document)


def former_items(
    methodology: Methodology, earlier: Iterable[Methodology]
) -> dict[str, Methodology]:
    """Factors and drivers of earlier versions (oldest first) that this one has not: key -> the
    last version that had it.
    """
    here = {i.key for i in methodology.items}
    return {i.key: m for m in earlier for i in m.items if i.key not in here}


def _refuse(name: str, what: str, why: str) -> None:
    raise MethodologyError(f'"{name}"', f"cannot be {what}: {why}.")


def _whole(methodology: Methodology, key: str) -> Characteristic:
    return next(c for c in methodology.characteristics if key in {f.key for f in c.factors})


def _others(methodology: Methodology, driver: Driver) -> bool:
    """Whether its group has other drivers."""
    return any(d.group == driver.group and d != driver for d in methodology.drivers)


def _says_something(override: Document) -> bool:
    return any(override.get(table) for table in ("weights", "bounds", "cuts"))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_none(v) for v in value]
    return value
