"""A table on its way to a mapping: what its columns look like and what their names say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.cells import filled
from cmi.mapping.layouts import is_row_id, lists_outcomes, repeats, subject
from cmi.mapping.recognise import Guess, guess, misfit
from cmi.mapping.shapes import Shape, shape

if TYPE_CHECKING:
    from cmi.files import Table
    from cmi.mapping.model import Layout, Link
    from cmi.methodology import Methodology

WHO = ("customer_id", "name", "domain")


@dataclass(frozen=True)
class Draft:
    """What is known of a table so far, each dict by header.

    `misfits` say why the values contradict the name ("" where they do not). `about` is what the
    rows of a `rows` table are ("tickets", "usage", ...), "" when nothing tells.
    """

    table: Table
    shapes: dict[str, Shape]
    guesses: dict[str, Guess]
    misfits: dict[str, str]
    link: Link | None = None
    layout: Layout = "wide"
    about: str = ""

    @property
    def fitting(self) -> dict[str, Guess]:
        """The guesses that the values do not contradict."""
        return {h: g for h, g in self.guesses.items() if not self.misfits[h]}

    @property
    def of_rows(self) -> bool:
        """Whether what its other columns say is said of rows, not of customers."""
        return self.layout != "wide" or lists_outcomes(self.fitting, self.shapes)

    @property
    def is_survey(self) -> bool:
        """Whether it comes from a survey tool, where start and end are those of filling it in."""
        return any(vocabulary.shipped().has(h, "surveys", "signs") for h in self.shapes)

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
    found = {h: guess(h, methodology) for h in headers}
    subjects = vocabulary.shipped().subjects
    rows = {h for h in headers for name in subjects if is_row_id(h, shapes[h], name)}
    guesses = {h: g for h, g in found.items() if g is not None and (g.spelled or h not in rows)}
    misfits = {h: misfit(g, shapes[h], table.frame[h], methodology) for h, g in guesses.items()}
    return _with_own_id(Draft(table, shapes, guesses, misfits))


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
    if not own or repeated or draft.best("customer_id") or subject(draft.shapes, repeated):
        return draft
    best = min(own, key=lambda h: known.rank(h, "roles_own_id", "headers") or 0)
    found = Guess(
        "customer_id", "", "It tells the rows apart, and each row is a customer.", sure=0.8
    )
    return replace(draft, guesses=draft.guesses | {best: found}, misfits=draft.misfits | {best: ""})
