"""The first look at a table: what its headers and cells say before it is laid out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import periods, scales, surveys, vocabulary, whole
from cmi.mapping.cells import filled
from cmi.mapping.draft import Draft
from cmi.mapping.layouts import is_row_id, many, repeats, subject
from cmi.mapping.model import MONEY
from cmi.mapping.recognise import Guess, guess, misfit
from cmi.mapping.shapes import Shape, shape
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from cmi.files import Table
    from cmi.mapping.periods import Named
    from cmi.methodology import Methodology

RATED = 3  # names of factors among the cells of a column that are no accident
# what can be told of a customer once per period
DATED = (
    "factor", "driver", "characteristic", "index", *MONEY, "owner", "segment", "start_date",
    "renewal_date", "outcome", "note", "ignore",
)  # fmt: skip


def drafted(table: Table, methodology: Methodology) -> Draft:
    """The draft of a table."""
    headers = [str(h) for h in table.frame.columns]
    shapes = {h: shape(table.frame[h]) for h in headers}
    dated = periods.of_columns(table)
    found = {h: _meant(h, table, shapes[h], dated.get(h), methodology) for h in headers}
    subjects = vocabulary.shipped().subjects
    rows = {h for h in headers for name in subjects if is_row_id(h, shapes[h], name)}
    guesses = {h: g for h, g in found.items() if g is not None and (g.spelled or h not in rows)}
    guesses |= _currencies(headers)
    guesses = scales.characteristics(shapes, table.frame, methodology) | guesses
    misfits = {h: misfit(g, shapes[h], table.frame[h], methodology) for h, g in guesses.items()}
    lying = _lying(shapes, methodology)
    draft = _with_own_id(Draft(table, shapes, guesses, misfits, dated=dated, lying=lying))
    return surveys.by_address(surveys.with_people(draft, methodology))


def _lying(shapes: dict[str, Shape], methodology: Methodology) -> str:
    """The column whose cells are factors or characteristics, each once."""
    names = {n for f in methodology.factors for n in (f.key, f.name, f.question)}
    names |= {n for c in methodology.characteristics for n in (c.key, c.name)}
    known = set(map(compact, names))
    rated = ((h, s.words & known) for h, s in shapes.items() if s.unique)
    return next((h for h, w in rated if len(w) >= RATED and 2 * len(w) > shapes[h].distinct), "")


def _currencies(headers: list[str]) -> dict[str, Guess]:
    """The columns that hold the currency of another one: "Amount Currency" beside "Amount"."""
    named = {compact(h): h for h in headers}
    endings = ("currency", "currencycode", "currencyisocode")
    pairs = [(named[f + e], h) for f, h in named.items() for e in endings if f + e in named]
    return {
        header: Guess("currency", money, f"It is the currency of {money}.", sure=0.95)
        for header, money in pairs
    }


def _meant(
    header: str, table: Table, seen: Shape, dated: Named | None, methodology: Methodology
) -> Guess | None:
    """What a column is by its name, without the period that the name speaks of.

    A name that is nothing but a period is about what the sheet or the file is about.
    """
    known = vocabulary.shipped()
    tool = known.tool(tuple(map(str, table.frame)))
    made_here = any(known.has(str(h), "index", "made_here") for h in table.frame)
    names = [header] if dated is None else [dated.thing] if dated.thing else periods.subjects(table)
    for name in names:
        whole_one = None if made_here else whole.guess(name, seen, table.frame[header], methodology)
        found = whole_one or guess(name, methodology, tool)
        if found and (dated is None or found.role in DATED):
            return found
    return None


def _with_own_id(draft: Draft) -> Draft:
    """A plain "id" is the customer's where no better id is there and the rows are customers."""
    known = vocabulary.shipped()
    own = [
        h
        for h, s in draft.shapes.items()
        if s.unique and h not in draft.guesses and known.has(h, "roles_own_id", "headers")
    ]
    who = draft.best("name") or draft.best("domain")
    repeated = bool(who) and repeats(filled(draft.table.frame[who]))
    if repeated and not many(filled(draft.table.frame[who])):  # two customers may have one name
        own = [h for h in own if known.has(h, "roles_own_id", "records")]
        repeated = False
    about_rows = draft.is_survey or subject(draft.shapes, repeated)
    if not own or repeated or about_rows or draft.best("customer_id"):
        return draft
    best = min(own, key=lambda h: known.rank(h, "roles_own_id", "headers") or 0)
    found = Guess(
        "customer_id", "", "It tells the rows apart, and each row is a customer.", sure=0.8
    )
    return replace(draft, guesses=draft.guesses | {best: found}, misfits=draft.misfits | {best: ""})
