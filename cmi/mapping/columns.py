"""One meaning per column: rivals are settled, units recognised, the rest becomes segments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary, whole
from cmi.mapping.model import MONEY, Column
from cmi.mapping.recognise import HALF, Guess, said
from cmi.mapping.shapes import FEW, MOST
from cmi.mapping.vocabulary import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmi.mapping.draft import Draft
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Methodology

FEW_NUMBERS = 10
OF_A_ROW = "It describes a row, not the customer."
_OF_CUSTOMERS = (
    "segment",
    "renewal_date",
    "outcome",
    "outcome_type",
    "amount",
    "note",
    "rater",
    "respondent",
    "factor",
)
_HOURS = {"minute": 1 / 60, "min": 1 / 60, "second": 1 / 3600, "sec": 1 / 3600, "day": 24.0}
_HOURS |= {"minuten": 1 / 60, "tage": 24.0}


def decide(draft: Draft, methodology: Methodology) -> tuple[Column, ...]:
    """The columns of a table, in its order."""
    guesses = {h: g for h, g in _in_place(draft).items() if not _out_of_place(h, g, draft)}
    winners = _settled(guesses, draft)
    columns = []
    for header, seen in draft.shapes.items():
        g = guesses.get(header)
        if draft.link is not None and header == draft.link.column:
            why = f"{draft.link.file} says which customer this is."
            column = Column(header, "link", why=why)
        elif draft.misfits.get(header):
            column = _misfitting(header, draft, methodology)
        elif g is None or (g.role == "segment" and seen.too_many):
            column = _other(header, draft)
        elif header not in winners and _finds_elsewhere(g, seen, draft):
            why = "It is the customer's id in another system and finds it in files of that system."
            column = Column(header, "other_id", why=why, sure=0.9)
        elif header not in winners:
            column = _beaten(header, g, _winner(header, winners, guesses, draft), methodology)
        elif draft.of_rows and g.role == "segment":
            column = Column(header, "ignore", why=OF_A_ROW)
        else:
            column = Column(header, g.role, g.target, g.why, g.sure)  # type: ignore[arg-type]
        columns.append(column)
    columns = [_of_its_period(c, draft) for c in columns]
    columns = list(whole.without_given(columns, methodology))
    columns = _amount_of_outcome(_seats(columns, draft), draft)
    return tuple(_in_our_units(c, draft, methodology) for c in columns)


def _of_its_period(column: Column, draft: Draft) -> Column:
    """The column, with the period that its name speaks of."""
    found = draft.dated.get(column.header)
    unknown = column.role in ("ignore", "segment")
    if found is None or (unknown and not found.thing and not found.day):
        return column  # "Q1" and "H2" may be anything
    target = found.thing or column.target if column.role == "segment" else column.target
    why = f"{column.why} Its name says {found.period}."
    return replace(column, target=target, why=why, day=draft.period(column.header))


def _in_place(draft: Draft) -> dict[str, Guess]:
    """The guesses that fit, adapted to the layout.

    Where a customer has many rows, the day on which a row happened is its date. In a list of
    customers the end of a contract is when it is to be renewed.
    """
    found = draft.fitting
    roles = {g.role for g in found.values()}
    if draft.layout == "wide" and "end_date" in roles and "renewal_date" not in roles:
        why = "It is when the contract ends, and so when it is to be renewed."
        return {
            h: replace(g, role="renewal_date", why=why) if g.role == "end_date" else g
            for h, g in found.items()
        }
    contracts = draft.about == "subscriptions" and "start_date" in roles
    if draft.layout == "wide" or "date" in roles or contracts:
        return found
    known = vocabulary.shipped()
    ranks = {
        h: rank
        for h, seen in draft.shapes.items()
        if seen.dated >= MOST and (rank := known.rank(h, "event_dates", "headers")) is not None
    }
    when = Guess("date", "", "It is the day on which the row happened.", sure=0.9)
    return found | dict.fromkeys(sorted(ranks, key=lambda h: ranks[h])[:1], when)


def _out_of_place(header: str, g: Guess, draft: Draft) -> bool:
    """Whether a meaning makes no sense in this layout."""
    if g.role in ("item", "value"):
        return draft.layout != "long"
    if g.role in ("factor", "driver") and draft.layout == "long":
        return True
    if g.role in ("start_date", "end_date") and draft.is_survey:
        return True
    if draft.of_rows and g.role == "name" and draft.best("customer_id"):
        return vocabulary.shipped().has(header, "roles_own_id", "names")
    if draft.layout == "wide":
        # names of features can be counted over many rows, not within one
        named = g.target == "features_used" and not draft.shapes[header].is_number
        return named and not g.own
    return draft.layout == "rows" and g.role in _OF_CUSTOMERS


def _rivalry(header: str, g: Guess, draft: Draft) -> tuple[str, str, str] | None:
    """What only one column can mean, of one period; None for what many can."""
    if g.role in ("segment", "ignore"):
        return None
    several = ("factor", "driver", "characteristic", "outcome", "currency")
    target = g.target if g.role in several else ""
    what = ("recurring", "") if g.role in ("arr", "mrr") else (g.role, target)
    return (*what, draft.period(header))


def _settled(guesses: Mapping[str, Guess], draft: Draft) -> set[str]:
    """The headers that keep their meaning: filled ones, then the best name, then the earlier.

    Of the same money in the currencies of the customers and in one of them, the latter.
    """
    taken: set[tuple[str, str, str]] = set()
    winners: set[str] = set()

    def turn(pair: tuple[str, Guess]) -> tuple[bool, bool, bool, int]:
        header, g = pair
        in_many = g.role in MONEY and "converted" not in header.casefold()
        return draft.shapes[header].sparse, g.role == "mrr", in_many, g.rank

    for header, g in sorted(guesses.items(), key=turn):
        claim = _rivalry(header, g, draft)
        if claim is None or claim not in taken:
            winners.add(header)
        if claim is not None:
            taken.add(claim)
    return winners


def _winner(header: str, winners: set[str], guesses: Mapping[str, Guess], draft: Draft) -> str:
    claim = _rivalry(header, guesses[header], draft)
    return next(h for h in guesses if h in winners and _rivalry(h, guesses[h], draft) == claim)


def _finds_elsewhere(g: Guess, seen: Shape, draft: Draft) -> bool:
    """Whether a second id of a list of customers tells them apart as well."""
    return g.role == "customer_id" and seen.unique and not draft.of_rows


def _beaten(header: str, g: Guess, winner: str, methodology: Methodology) -> Column:
    why = f"{winner} is used for {said(g.role, g.target, methodology)}."
    return Column(header, "ignore", why=why)


def _misfitting(header: str, draft: Draft, methodology: Methodology) -> Column:
    """A column whose name says one thing and whose values another."""
    g, reason = draft.guesses[header], draft.misfits[header]
    meaning, shown = said(g.role, g.target, methodology), draft.shapes[header].shown
    why = f"Its name says {meaning}, but {reason} and it holds {shown}."
    return Column(header, "ignore", why=why, sure=0.6)


def _other(header: str, draft: Draft) -> Column:
    """A column that no name explains: a segment when it can be filtered by."""
    seen, why = draft.shapes[header], ""
    if not seen.filled:
        why = "It is empty."
    elif draft.of_rows:
        why = OF_A_ROW
    elif seen.distinct == 1:
        why = f"It holds the same value everywhere ({seen.shown})."
    elif seen.is_date:
        why = "Nothing says what these dates mean."
    elif seen.is_number and seen.distinct > FEW_NUMBERS:
        why = "Nothing says what these numbers mean."
    elif seen.distinct > FEW or 2 * seen.distinct >= seen.filled:
        why = f"Its {seen.distinct} values in {seen.filled} rows are too many to filter by."
    if why:
        return Column(header, "ignore", why=why, sure=0.7)
    why = f"It holds {seen.distinct} different values and can be filtered by."
    return Column(header, "segment", header, why, sure=0.6)


def _seats(columns: list[Column], draft: Draft) -> list[Column]:
    """Active users and seats, side by side, are the seats in use."""
    known = vocabulary.shipped()
    if draft.layout != "wide" or any(c.target == "seat_use" for c in columns):
        return columns
    numbers = [h for h, s in draft.shapes.items() if s.is_number]
    active = next((h for h in numbers if known.has(h, "seats", "active")), None)
    total = next((h for h in numbers if known.has(h, "seats", "total")), None)
    if active is None or total is None:
        return columns
    why = f"{active} in % of {total} are the seats in use."
    ratio = Column(active, "driver", "seat_use", why, sure=0.9, factor=100.0, per=total)
    seats = Column(total, "ignore", why=f"{active} is divided by it.")
    return [{active: ratio, total: seats}.get(c.header, c) for c in columns]


def _amount_of_outcome(columns: list[Column], draft: Draft) -> list[Column]:
    """In a list of outcomes the one plain amount is that of the outcome."""
    known = vocabulary.shipped()
    roles = {c.role for c in columns}
    amounts = [h for h, s in draft.shapes.items() if known.has(h, "amounts", "headers")]
    if "outcome_type" not in roles or "amount" in roles or len(amounts) != 1:
        return columns
    if not draft.shapes[amounts[0]].is_number:
        return columns
    why = "It is the money that the outcome is about."
    amount = Column(amounts[0], "amount", why=why, sure=0.9)
    return [amount if c.header == amounts[0] else c for c in columns]


def _in_our_units(c: Column, draft: Draft, methodology: Methodology) -> Column:
    """Hours from minutes, percent from fractions, a score from 1 to 5 from percent, in words."""
    if c.role == "segment":
        return replace(c, target=c.target or c.header)
    if c.role != "driver" or c.per:
        return c
    seen, unit = draft.shapes[c.header], methodology.item(c.target).unit  # type: ignore[union-attr]
    if "hours" in unit:
        return _hours(c)
    if c.target == "seat_use" and seen.within(0, 1) > HALF:
        return _converted(c, 100.0, 0.0, "shares, turned into %")
    if c.target == "csat" and draft.layout == "wide" and seen.within(5.001, 100) > HALF:
        return _converted(c, 0.04, 1.0, "percent, turned into 1 to 5 (0 % is 1)")
    return c


def _hours(column: Column) -> Column:
    words = [word.removesuffix("s") for word in plain(column.header).split()]
    unit = next((w for w in words if w in _HOURS), "")
    if not unit:
        return column
    return _converted(column, _HOURS[unit], 0.0, f"{unit}s, turned into hours")


def _converted(column: Column, factor: float, offset: float, what: str) -> Column:
    why = f"{column.why} Its values are {what}."
    return replace(column, factor=factor, offset=offset, why=why)
