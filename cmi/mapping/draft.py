"""A table on its way to a mapping: what its columns look like and what their names say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cmi.mapping import periods, scales, surveys, vocabulary, whole
from cmi.mapping.cells import filled
from cmi.mapping.layouts import is_row_id, lists_outcomes, many, repeats, subject
from cmi.mapping.model import MONEY
from cmi.mapping.recognise import Guess, guess, misfit
from cmi.mapping.shapes import Shape, shape
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from cmi.files import Table
    from cmi.mapping.model import Layout, Link
    from cmi.mapping.periods import Named
    from cmi.methodology import Methodology

RATED = 3  # names of factors among the cells of a column that are no accident
WHO = ("customer_id", "name", "domain")
# what can be told of a customer once per period
DATED = (
    "factor", "driver", "characteristic", "index", *MONEY, "owner", "segment", "start_date",
    "renewal_date", "outcome", "note", "ignore",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What is known of a table so far, each dict by header.

    `misfits` say why the values contradict the name ("" where they do not). `about` is what the
    rows of a `rows` table are ("tickets", "usage", ...), "" when nothing tells. `dated` are the
    columns that name a period. `lying` is the column whose cells name what is rated, "" when none.
    """

    table: Table
    shapes: dict[str, Shape]
    guesses: dict[str, Guess]
    misfits: dict[str, str]
    link: Link | None = None
    layout: Layout = "wide"
    about: str = ""
    dated: dict[str, Named] = field(default_factory=dict)
    lying: str = ""

    def period(self, header: str) -> str:
        """What tells the columns of one thing apart in time, "" where a header names no period."""
        found = self.dated.get(header)
        return str(found.day or found.period) if found else ""

    @property
    def dates(self) -> list[str]:
        """The headers of all columns of dates, used or not."""
        return [h for h, s in self.shapes.items() if s.is_date]

    @property
    def fitting(self) -> dict[str, Guess]:
        """The guesses that the values do not contradict."""
        return {h: g for h, g in self.guesses.items() if not self.misfits[h]}

    @cached_property
    def of_rows(self) -> bool:
        """Whether what its other columns say is said of rows, not of customers."""
        outcomes = lists_outcomes(self.fitting, self.shapes)
        return self.layout != "wide" or outcomes or self.is_survey

    @cached_property
    def is_survey(self) -> bool:
        """Whether it comes from a survey tool, where start and end are those of filling it in."""
        known = vocabulary.shipped()
        asks = any(g.role == "factor" for g in self.guesses.values())
        return any(g.asked for g in self.fitting.values()) or any(
            known.has(h, "surveys", "signs") or (asks and known.has(h, "surveys", "stamps"))
            for h in self.shapes
        )

    def best(self, role: str) -> str:
        """The header that is the best for a role, "" when there is none that is mostly filled."""
        there = [h for h, g in self.fitting.items() if g.role == role and not self.shapes[h].sparse]
        return min(there, key=lambda h: self.guesses[h].rank, default="")

    @property
    def customer(self) -> str:
        """The header that says which customer a row is about, "" when none does."""
        return next(filter(None, map(self.best, WHO)), "")


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
