"""What lies on the table at a review: the queue, what was decided, whose turn it is.

Kept until the data, the day, the rules or a decision change; not to be changed by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from cmi.methodology import GridKey, Methodology
from cmi.review import queue, standing
from cmi.review.agreed import Said, period_of
from cmi.review.minutes import Review
from cmi.ui import session
from cmi.ui.session import Frame


@dataclass(frozen=True)
class Desk:
    """A review: who stands where in which frame, what was said, and the queue of everybody.

    `since` is the day with which places are compared, None where there is no earlier one.
    """

    frame: Frame
    grid: GridKey
    scores: pd.DataFrame
    said: Said
    queue: pd.DataFrame
    period: date
    since: date | None

    @property
    def rules(self) -> Methodology:
        """The methodology of the frame."""
        return self.frame.methodology

    @property
    def is_of_today(self) -> bool:
        """Whether the newest day is shown: then it can be decided on."""
        return self.frame.as_of >= session.newest_day(self.frame.store)

    def minutes(self, shown: pd.DataFrame) -> Review:
        """What the minutes of the customers shown are made of."""
        return Review(
            self.period, self.frame.as_of, self.grid, self.rules, shown, self.scores, self.said
        )


def said(frame: Frame) -> Said:
    """What was decided by the frame's day; not to be changed by the caller."""
    on = session.known_until(frame)
    return _said(frame.store.version(), frame.store.decisions.version(), on, _frame=frame)


def laid(frame: Frame, grid: GridKey) -> Desk:
    """The review of the quarter of the frame's day."""
    on, decisions = session.known_until(frame), frame.store.decisions
    days = session.earlier_days(frame)
    since = days[-1] if days else None
    heard = said(frame)
    period = period_of(frame.as_of)
    held = session.rules_on(frame, since) if since else frame.methodology
    key = (frame.store.version(), frame.as_of, since, grid, frame.methodology, held)
    found = _queue(key, decisions.version(), on, _frame=frame, _said=heard)
    return Desk(frame, grid, session.scores(frame, grid), heard, found, period, since)


@st.cache_resource(max_entries=6, show_spinner=False)
def _said(version: str, number: int, on: date, *, _frame: Frame) -> Said:
    del version, number  # only part of the key
    decisions = _frame.store.decisions
    return Said(decisions.decided(on), decisions.plays(on), on)


_Key = tuple[str, date, date | None, GridKey, Methodology, Methodology]


@st.cache_resource(max_entries=6, show_spinner=False)
def _queue(key: _Key, number: int, on: date, *, _frame: Frame, _said: Said) -> pd.DataFrame:
    del number, on  # only part of the key
    stands = _standing(key, _frame=_frame)
    return queue(stands, _said, _frame.methodology, key[3], period_of(_frame.as_of))


@st.cache_resource(max_entries=4, show_spinner="Looking for who deserves the hour …")
def _standing(key: _Key, *, _frame: Frame) -> pd.DataFrame:
    _, _, since, grid, rules, _ = key
    before = None if since is None else session.two_days(_frame, since, grid)[0]
    return standing(session.scores(_frame, grid), before, rules, grid)


# Whose turn it is, and what of them the reader has seen


def who_decides() -> str:
    """The name under which is decided; the same as on the Upload page, kept for the session."""
    return st.text_input(
        "Who decides",
        key="upload.by",
        placeholder="Your name",
        persist_state="session",
        label_visibility="collapsed",
        width=170,
    ).strip()


View = tuple[str, dict[str, list[str]]]  # the list that is open, and the filters


def chosen(desk: Desk, listed: list[str], view: View) -> str:
    """The customer whose turn it is: the one in the address or looked at last, else the first.

    Where the reader opened another list, or filtered, and it is not there: the one that was looked
    at there last, else the first there.
    """
    asked = st.query_params.get("customer") or session.last_customer()
    before, turns = st.session_state.get("_review.turns", (view, {}))
    if view != before and asked == turns.get(before[0]) and listed and asked not in listed:
        asked = turns[view[0]] if turns.get(view[0]) in listed else listed[0]
    known = asked in set(desk.queue["customer_id"])
    return str(asked) if known else (listed or desk.queue["customer_id"].tolist())[0]


def look_at(customer_id: str, view: View) -> None:
    """Keep whose turn it is, in the address and for the way back to this list."""
    _remember(customer_id)
    _, turns = st.session_state.get("_review.turns", (view, {}))
    st.session_state["_review.turns"] = view, {**turns, view[0]: customer_id}


def turn_to(customer_id: str) -> None:
    """Make it another customer's turn; the table is drawn anew, with its row ticked."""
    _remember(customer_id)
    st.session_state["_review.drawn"] = drawn() + 1


def _remember(customer_id: str) -> None:
    st.query_params["customer"] = customer_id
    session.remember_customer(customer_id)


def drawn() -> int:
    """How often the table was drawn anew."""
    return int(st.session_state.get("_review.drawn", 0))


def seen(desk: Desk, customer_id: str) -> int:
    """The number of the last word on a customer when the reader turned to it."""
    held = st.session_state.get("_review.seen")
    if held is None or held[:2] != (desk.frame.is_sample, customer_id):
        see(desk, customer_id, last_word(desk, customer_id))
    return int(st.session_state["_review.seen"][2])


def last_word(desk: Desk, customer_id: str) -> int:
    """The number of the last word on a customer of those that are shown; 0 without any."""
    words = (desk.said.decided, desk.said.plays)
    return max([0, *(int(n) for f in words for n in f.loc[f["customer_id"] == customer_id, "id"])])


def see(desk: Desk, customer_id: str, number: int) -> None:
    """From now on the reader has seen the words on this customer up to a number."""
    st.session_state["_review.seen"] = (desk.frame.is_sample, customer_id, number)
