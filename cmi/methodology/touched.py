"""In which parts two methodologies differ, at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cmi.methodology import BANDS, Methodology, to_document
from cmi.methodology.places import Place
from cmi.words import listed

_WORDS = {
    "levels": "anchors",
    "worst": "bounds",
    "best": "bounds",
    "valid_for": "valid days",
    "improves": "what it improves",
    "columns": "whom it is for",
    "values": "whom it is for",
    "avoid": "what not to do",
    "cmi": "maturity",
    "chs": "health",
    "range": "possible values",
    "collect": "how rows become a value",
    "from": "where it begins",
    "services": "share of services",
    "offer": "what to offer",
}


@dataclass(frozen=True)
class Touched:
    """A part that differs: `what` is "new", "gone", or the names of its fields."""

    place: Place
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name} ({self.what})"


def touched(before: Methodology, after: Methodology) -> tuple[Touched, ...]:
    """The parts of the second that differ from the first, in its order; then those that are gone.

    Version, name and effective date are no parts.
    """
    old, new = _parts(before), _parts(after)
    found = [Touched(place, name, "new") for place, (name, _) in new.items() if place not in old]
    for place, (name, fields) in new.items():
        if place in old and (differing := _differing(old[place][1], fields)):
            found.append(Touched(place, name, listed(differing)))
    order = list(new)
    found.sort(key=lambda t: order.index(t.place))
    gone = [Touched(place, name, "gone") for place, (name, _) in old.items() if place not in new]
    return (*found, *gone)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    keys = [k for k in {**new, **old} if old.get(k) != new.get(k)]
    return list(dict.fromkeys(_WORDS.get(k, k) for k in keys))


def _parts(methodology: Methodology) -> dict[Place, tuple[str, dict[str, Any]]]:
    """Place -> name and fields, of all that can be edited on its own."""
    document = to_document(methodology)
    parts: dict[Place, tuple[str, dict[str, Any]]] = {}
    for c in document["characteristics"]:
        place = ("characteristics", c["key"])
        parts[place] = c["name"], {k: v for k, v in c.items() if k != "factors"}
        parts |= {(*place, "factors", f["key"]): (f["name"], f) for f in c["factors"]}
    for kind, name in (("groups", "name"), ("drivers", "name"), ("plays", "title")):
        parts |= {(kind, e["key"]): (e[name], e) for e in document[kind]}
    for grid in BANDS:
        parts["cuts", grid] = f"Cuts of {grid}", document["cuts"][grid]
    for s in document["scenarios"]:
        parts["scenarios", s["grid"], s["key"]] = s["name"], s
    for n, band in enumerate(document.get("bands", [])):
        parts["bands", n] = f"Expected mix of {band['name']}", band
    for n, o in enumerate(document["overrides"]):
        parts["overrides", n] = f"Exception for {' or '.join(o['values'])}", o
    for rest in ("minimum_coverage", "stale", "validity", "raters"):
        parts[(rest,)] = rest.replace("_", " ").capitalize(), {rest: document[rest]}
    return parts
