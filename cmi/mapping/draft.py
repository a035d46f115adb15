"""A table on its way to a mapping: what its columns look like and what their names say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.layouts import lists_outcomes
from cmi.mapping.recognise import Guess
from cmi.mapping.shapes import Shape

if TYPE_CHECKING:
    from cmi.files import Table
    from cmi.mapping.model import Layout, Link
    from cmi.mapping.periods import Named

WHO = ("customer_id", "name", "domain")


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
