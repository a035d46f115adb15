"""What a header means: the methodology's own names, known names of exports, close spellings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from cmi.mapping import units, vocabulary
from cmi.mapping.meanings import meanings
from cmi.mapping.model import DATES, MONEY
from cmi.mapping.shapes import MOST, Shape, level_share
from cmi.mapping.vocabulary import compact, forms, plain, unnumbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cmi.methodology import Driver, Methodology

CLOSE, APART = 88, 10  # points of 100 for a close spelling, and to the next best meaning
ALIKE, REWORDED = 92, 82  # points of 100 for a question as it was written, and in other words
HALF = 0.5  # share of the values that must fit a known name
ANY = 1e-9  # share that must fit a name of the methodology itself


@dataclass(frozen=True)
class Guess:
    """What a header could mean. `rank` orders rivals, 0 first; `own`: a name of the methodology.

    `spelled`: exactly as it is known; `asked`: the header is a question as people were asked it.
    """

    role: str
    target: str
    why: str
    rank: int = 0
    sure: float = 1.0
    own: bool = False
    spelled: bool = True
    asked: bool = False


def guess(header: str, methodology: Methodology, tool: str = "") -> Guess | None:
    """What a header says by itself, None when it says nothing; `tool` wrote it, "" if unknown."""
    whole = vocabulary.shipped().names.get(compact(header))
    if whole and whole.role == "ignore" and compact(header) not in _own_names(methodology):
        return Guess("ignore", "", why=whole.target)
    for form in forms(header):
        if own := _own_names(methodology).get(form):
            why = "It is a name of the methodology." if own[1] else "It is the plain name for it."
            return Guess(*own, why=why, own=True)
    if known := vocabulary.shipped().lookup(header):
        if known.role == "ignore":
            return Guess("ignore", "", why=known.target)
        meaning = said(known.role, known.target, methodology)
        why = f"It is a known name for {meaning}."
        if known.role == "segment":
            why = "Customers are commonly grouped by it."
        elif tool and vocabulary.shipped().has(header, "tools", tool):
            why = f'"{header}" is what {tool} exports call {_as_a_thing(meaning)}.'
        return Guess(known.role, known.target, why, rank=known.rank + 1, sure=0.95)
    asked = _question(header, methodology)
    if asked or units.window(header) is None:
        return asked or _close(header, methodology)
    bare = units.without_window(header)
    inner = guess(bare, methodology) if bare and units.window(bare) is None else None
    return inner if inner and inner.role == "driver" and inner.spelled else None


@cache
def _own(items: tuple[tuple[str, str, str], ...]) -> dict[str, tuple[str, str]]:
    named = Counter(compact(name) for name, _, _ in items)
    return {
        compact(name): (role, target) for name, role, target in items if named[compact(name)] == 1
    }


def _own_names(methodology: Methodology) -> dict[str, tuple[str, str]]:
    """Compact key, name or label -> (role, target); a name that two items share is left out."""
    factors = [(f.key, f.name) for f in methodology.factors]
    drivers = [(d.key, d.name) for d in methodology.drivers]
    labels = [(k, r, t) for k, (r, t) in meanings(methodology).items() if r != "ignore"]
    names = [(n, r, k) for r, its in (("factor", factors), ("driver", drivers)) for k, n in its]
    own = _own(tuple(dict.fromkeys([*names, *labels, ("customer_id", "customer_id", "")])))
    keys = {compact(k): ("factor", k) for k, _ in factors}
    return own | keys | {compact(k): ("driver", k) for k, _ in drivers}


def said(role: str, target: str, methodology: Methodology) -> str:
    """A meaning in the middle of a sentence."""
    labels = {meaning: label for label, meaning in meanings(methodology).items()}
    label = labels.get((role, target)) or labels.get((role, ""), role)
    kind, _, name = label.partition(": ")
    return f"the {kind.lower()} {name}" if name else f'"{label}"'


def _as_a_thing(meaning: str) -> str:
    """The meaning without its quotation marks: "the owner" for '"Owner"'."""
    name = meaning.strip('"')
    return meaning if name == meaning else f"the {name if name.isupper() else name.lower()}"


def _question(header: str, methodology: Methodology) -> Guess | None:
    """A survey's header that is the question of a factor, or nearly, or begins a well-known one."""
    asked = plain(unnumbered(header))
    for key in vocabulary.shipped().document["surveys"]["asked"]:
        begins = vocabulary.shipped().words("surveys", "asked", key)
        if any(d.key == key for d in methodology.drivers) and any(
            b in asked.replace(" ", "") for b in begins
        ):
            why = f"It is a question for {said('driver', key, methodology)}."
            return Guess("driver", key, why, rank=50, sure=0.9, asked=True)
    if len(asked) < 20:
        return None
    alike = sorted((_likeness(asked, plain(f.question)), f.key) for f in methodology.factors)
    (second, _), (best, key) = ((0.0, ""), *alike)[-2:]
    if best < REWORDED or best - second < APART:
        return None
    name = methodology.item(key).name
    if best >= ALIKE:
        return Guess("factor", key, f'It is the question for "{name}".', sure=0.95, asked=True)
    why = f'It is close to the question for "{name}".'
    return Guess("factor", key, why, 100, best / 125, spelled=False, asked=True)


def _likeness(asked: str, question: str) -> float:
    """Points of 100; a question is the same with more words around it, or with fewer."""
    if question in asked:
        return 100.0
    return max(fuzz.ratio(asked, question), fuzz.token_set_ratio(asked, question) - 5)


def _close(header: str, methodology: Methodology) -> Guess | None:
    """A misspelt known name, when no other meaning is nearly as close."""
    sought = plain(header)
    if len(sought) < 5:
        return None
    names = {n.phrase: n for n in vocabulary.shipped().names.values() if n.role != "ignore"}
    found = process.extract(
        sought, list(names), scorer=fuzz.ratio, processor=None, limit=20, score_cutoff=CLOSE - APART
    )
    if not found or found[0][1] < CLOSE:
        return None
    best = names[found[0][0]]
    rivals = [
        score
        for phrase, score, _ in found
        if (names[phrase].role, names[phrase].target) != (best.role, best.target)
    ]
    if rivals and found[0][1] - max(rivals) < APART:
        return None
    why = f'It is close to "{best.phrase}", a name for {said(best.role, best.target, methodology)}.'
    return Guess(best.role, best.target, why, 100, found[0][1] / 125, spelled=False)


def misfit(g: Guess, shape: Shape, text: pd.Series[str], methodology: Methodology) -> str:
    """Why the values do not fit the meaning, "" when they do; an empty column fits anything."""
    sorts = 2 * shape.distinct < shape.filled  # red, amber and green again and again
    if g.role == "ignore" or not shape.filled or (g.own and not (g.role == "driver" and sorts)):
        return ""
    needed = HALF if g.spelled else MOST
    if g.role == "driver":
        needed = ANY if g.own else needed
        return _driver_misfit(methodology.item(g.target), shape, needed)  # type: ignore[arg-type]
    share, expected = 1.0, ""
    if g.role in DATES:
        share, expected = shape.dated, "dates"
    elif g.role in (*MONEY, "amount"):
        share, expected = shape.numeric, "money"
    elif g.role == "outcome":
        share, expected = _telling(shape), "yes or no, a status or a date"
    elif g.role == "outcome_type":
        share = _among(shape.words, vocabulary.shipped().outcome_words)
        expected = "the names of outcomes"
    elif g.role == "factor" and not g.spelled:
        anchors = methodology.item(g.target).levels  # type: ignore[union-attr]
        share, expected = level_share(text, anchors), "a level from 1 to 5"
    elif g.role != "customer_id" and not g.spelled:
        share, expected = 1 - max(shape.numeric, shape.dated), "text"
    return "" if share >= needed else f"{expected} was expected"


def _driver_misfit(driver: Driver, shape: Shape, needed: float) -> str:
    rule, share, expected = driver.collect.rule, shape.numeric, f"a number ({driver.unit})"
    if driver.categories:
        known = vocabulary.shipped().categories(driver.key, tuple(n for n, _ in driver.categories))
        share, expected = _among(shape.words, known), "one of its answers"
    elif rule == "days_since":
        share, expected = max(shape.numeric, shape.dated), "a date or a number of days"
    elif "hours" in driver.unit:
        share = max(shape.numeric, float(shape.lasting == 1))
    elif rule == "count":
        share = max(shape.numeric, shape.yes_no)
    elif rule == "count_distinct":
        share = 1.0
    return "" if share >= needed else f"{expected} was expected"


def _telling(shape: Shape) -> float:
    """The share of values that say whether or when something happened."""
    told = _among(shape.words, vocabulary.shipped().outcome_words)
    return shape.yes_no + shape.dated + told


def _among(words: frozenset[str], known: Mapping[str, str]) -> float:
    return len(words & known.keys()) / len(words) if words else 0.0
