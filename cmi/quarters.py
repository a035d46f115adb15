"""The last days of months and quarters."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """The last days of the calendar months that end from `first` to `last`, both included."""
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    ends = (date(m // 12, m % 12 + 1, monthrange(m // 12, m % 12 + 1)[1]) for m in months)
    return tuple(end for end in ends if end <= last)


def quarter_ends(first: date, last: date) -> tuple[date, ...]:
    """The last days of the calendar quarters that end from `first` to `last`, both included."""
    return tuple(end for end in month_ends(first, last) if end.month % 3 == 0)
