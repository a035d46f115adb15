"""Rows that are events, not customers: when one happened, what it counts, what is only its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.model import MONEY
from cmi.mapping.recognise import Guess
from cmi.mapping.shapes import MOST
from cmi.mapping.vocabulary import plain

if TYPE_CHECKING:
    from cmi.mapping.draft import Draft
    from cmi.mapping.shapes import Shape

# What happens to these is no conversation with the customer.
_NO_TALK = ("tickets", "deals", "subscriptions", "invoices")
_HANDLED = ("tickets", "deals", "conversations")  # by an owner of their own
_OF_CUSTOMERS = {"account", "customer", "client", "company", "csm", "success", "relationship"}


def in_place(draft: Draft) -> dict[str, Guess]:
    """The guesses that fit, adapted to the layout.

    Where a customer has many rows, the day on which a row happened is its date. In a list of
    customers the end of a contract is when it is to be renewed.
    """
    found = {h: g for h, g in draft.fitting.items() if not _of_the_row(h, g, draft)}
    roles = {g.role for g in found.values()}
    if draft.layout == "wide" and "end_date" in roles and "renewal_date" not in roles:
        why = "It is when the contract ends, and so when it is to be renewed."
        return {
            h: replace(g, role="renewal_date", why=why) if g.role == "end_date" else g
            for h, g in found.items()
        }
    if draft.layout == "rows":
        found |= _amount(draft)
    contracts = draft.about == "subscriptions" and "start_date" in roles
    if draft.layout == "wide" or "date" in roles or contracts:
        return found
    known = vocabulary.shipped()
    ranks = {
        h: rank
        for h, seen in draft.shapes.items()
        if seen.dated >= MOST and (rank := known.rank(h, "event_dates", "headers")) is not None
    } or {h: 0 for h, seen in draft.shapes.items() if _says_when(h, seen)}
    when = Guess("date", "", "It is the day on which the row happened.", sure=0.9)
    return found | dict.fromkeys(sorted(ranks, key=lambda h: ranks[h])[:1], when)


def _says_when(header: str, seen: Shape) -> bool:
    """Whether a column of dates without gaps says that something was opened, sent and the like."""
    words = vocabulary.shipped().words("event_dates", "words")
    return seen.is_date and seen.filled == seen.rows and bool(words & set(plain(header).split()))


def _amount(draft: Draft) -> dict[str, Guess]:
    """The one number of rows that count uses, where no name tells it."""
    known = vocabulary.shipped()
    if draft.about != "usage" or any(g.target == "usage" for g in draft.fitting.values()):
        return {}
    named = [h for h, s in draft.shapes.items() if s.is_number]
    named = [h for h in named if known.has(h, "subjects", "usage", "amounts")]
    why = "It is how often each row was used."
    return {named[0]: Guess("driver", "usage", why, sure=0.8)} if len(named) == 1 else {}


def _of_the_row(header: str, g: Guess, draft: Draft) -> bool:
    """Whether a meaning is that of the event alone: the last change of a ticket is no conversation,
    its owner not that of the customer, and deals, won, lost and open, are not what anybody pays.
    """
    if g.target == "days_since_contact":
        return draft.about in _NO_TALK
    if g.role == "owner":
        return draft.about in _HANDLED and not _OF_CUSTOMERS & set(plain(header).split())
    return draft.about == "deals" and g.role in MONEY
