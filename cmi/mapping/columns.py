"""One meaning per column: rivals are settled, units recognised, the rest becomes segments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import events, units, vocabulary, whole
from cmi.mapping.layouts import SUMMED, kinds
from cmi.mapping.model import MONEY, Column
from cmi.mapping.recognise import HALF, Guess, said
from cmi.mapping.shapes import FEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmi.mapping.draft import Draft
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Driver, Methodology

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


def decide(draft: Draft, methodology: Methodology) -> tuple[Column, ...]:
    """The columns of a table, in its order."""
    guesses = {h: g for h, g in events.in_place(draft).items() if not _out_of_place(h, g, draft)}
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
    columns = [_in_our_units(c, draft, methodology) for c in columns]
    if draft.layout == "rows" and any(c.role == "date" for c in columns):
        return tuple(columns)  # the rows of a window are added up
    return tuple(_in_our_window(c, methodology) for c in columns)


def _of_its_period(column: Column, draft: Draft) -> Column:
    """The column, with the period that its name speaks of."""
    found = draft.dated.get(column.header)
    unknown = column.role in ("ignore", "segment")
    if found is None or (unknown and not found.thing and not found.day):
        return column  # "Q1" and "H2" may be anything
    target = found.thing or column.target if column.role == "segment" else column.target
    why = f"{column.why} Its name says {found.period}."
    return replace(column, target=target, why=why, day=draft.period(column.header))


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
    if g.role == "outcome" and draft.shapes[header].is_date:
        target += " on"  # whether it happened, and when
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
    seen, other = draft.shapes[header], _other(header, draft)
    if other.role == "segment" and not (seen.is_number or seen.is_date):
        return replace(other, why=f"{why} {other.why}")
    return Column(header, "ignore", why=why, sure=0.6)


def _other(header: str, draft: Draft) -> Column:
    """A column that no name explains: a segment when it can be filtered by."""
    seen, why = draft.shapes[header], ""
    if not seen.filled:
        why = "It is empty."
    elif draft.about == "deals" and (g := draft.guesses.get(header)) and g.role in MONEY:
        why = "It is the money of single deals, won, lost and open: not what a customer pays."
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
    if c.role in (*MONEY, "amount"):
        return _money(c, draft.shapes[c.header])
    if c.role != "driver" or c.per:
        return c
    driver: Driver = methodology.item(c.target)  # type: ignore[assignment]
    seen = draft.shapes[c.header]
    if "hours" in driver.unit:
        c = _hours(c)
    elif c.target == "seat_use" and seen.within(0, 1) > HALF:
        c = _converted(c, 100.0, 0.0, "shares, turned into %")
    elif c.target == "csat" and draft.layout == "wide":
        c = _csat(c, seen)
    elif c.target == "csat" and not kinds(draft.shapes)[0]:
        c = _only_to_five(c, seen)
    return c


def _csat(column: Column, seen: Shape) -> Column:
    if seen.within(5.001, 100) > HALF:
        return _converted(column, 0.04, 1.0, "percent, turned into 1 to 5 (0 % is 1)")
    if seen.within(0, 1) == 1 and any(n % 1 for n in seen.numbers):
        return _converted(column, 4.0, 1.0, "shares, turned into 1 to 5 (0 is 1)")
    return column


def _only_to_five(column: Column, seen: Shape) -> Column:
    """A satisfaction of many rows, unless so many are above 5 that it is on another scale."""
    if not seen.above(5):
        return column
    highest = max(seen.numbers)
    why = f"It is on another scale than 1 to 5 (up to {highest:g}); turn it into 1 to 5 first."
    return Column(column.header, "ignore", why=why)


def _money(column: Column, seen: Shape) -> Column:
    """Whole units from the thousands or millions that the header names and no cell repeats."""
    factor = units.money_factor(column.header)
    if factor == 1 or any(map(units.says_scale, seen.examples)):
        return column
    return _converted(column, factor, 0.0, "thousands" if factor == 1e3 else "millions")


def _in_our_window(column: Column, methodology: Methodology) -> Column:
    """What was counted over other days than ours, as if it were even; all time tells nothing."""
    days = units.window(column.header) if column.role == "driver" and not column.day else None
    if days is None:
        return column
    driver: Driver = methodology.item(column.target)  # type: ignore[assignment]
    ours = driver.collect.days if driver.collect.rule in SUMMED else None
    if not ours or abs(days - ours) <= ours // 30:
        return column
    over = f"{days} days" if days else "all time"
    if not days or driver.collect.rule == "count_distinct":
        why = f"It counts over {over}; {driver.name} is over {ours} days."
        return Column(column.header, "ignore", why=why)
    what = f"of {over}, turned into {ours} days as if they were even"
    return replace(_converted(column, ours / days, 0.0, what), sure=0.7)


def _hours(column: Column) -> Column:
    unit, factor = units.hours(column.header)
    if not unit:
        return column
    return _converted(column, factor, 0.0, f"{unit}s, turned into hours")


def _converted(column: Column, factor: float, offset: float, what: str) -> Column:
    why = f"{column.why} Its values are {what}."
    return replace(column, factor=factor, offset=offset, why=why)
