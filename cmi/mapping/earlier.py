"""What rows of the past say of earlier days: the measures at the ends of the quarters before.

A table of events knows its own history: tickets of three years say how many there were in each
quarter. A condition on a state (open, not closed, without an end) cannot be asked of earlier days:
the cell says how it is now. A flag of the row (escalated) is taken to belong to its day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from cmi.quarters import quarter_ends

if TYPE_CHECKING:
    from datetime import date

    from cmi.mapping.cells import Reader
    from cmi.mapping.model import Measure

MOST = 12  # quarters: three years
COUNTED = ("sum", "count", "count_distinct")


def days(when: pd.Series[pd.Timestamp], until: date) -> tuple[date, ...]:
    """The quarter ends before `until` that have rows before them, the newest MOST of them."""
    first = when.min()
    if pd.isna(first):
        return ()
    return tuple(end for end in quarter_ends(first.date(), until) if end < until)[-MOST:]


def turned_back(measure: Measure) -> bool:
    """Whether a measure can be taken as of an earlier day without what came to be known later."""
    where = measure.where
    while where and where.test in ("running", "true"):
        where = where.also
    return where is None


def as_of(reader: Reader, when: pd.Series[pd.Timestamp], day: date) -> Reader:
    """The table as it was on an earlier day: the rows dated by then, and the measures that can be
    turned back; of what is counted or added up, those whose window the table covers whole.
    """
    first = when.min().date()
    measures = tuple(
        m
        for m in reader.mapping.measures
        if turned_back(m)
        and (
            m.how not in COUNTED
            or m.days is None
            or day - timedelta(days=m.days) >= first - timedelta(days=1)
        )
    )
    mapping = replace(reader.mapping, measures=measures)
    return replace(
        reader, as_of=day, mapping=mapping, frame=reader.frame[when <= pd.Timestamp(day)]
    )
