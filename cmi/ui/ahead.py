"""What the next click will need, computed while the reader looks at a page.

After the server's start, an import or another day, the first visit of a page has to score every
period. One thread does that before anybody asks, a piece after the other, into the caches of
cmi/ui/session.py and cmi/ui/refine/trials.py; no piece begins while a page is being drawn. A page
that comes sooner waits for the piece that it needs, with the words that it shows anyway.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from queue import SimpleQueue

import streamlit as st

from cmi.evidence.cases import LAGS, QUESTIONS
from cmi.methodology import Methodology
from cmi.problems import CmiError
from cmi.ui import session
from cmi.ui.refine import trials
from cmi.ui.refine.trials import Asked
from cmi.ui.session import BY_TEXT, Frame

MANY = 30_000  # customers, above which the months are computed only when they are asked for

_asked: SimpleQueue[tuple[Frame, threading.Thread] | None] = SimpleQueue()
_working = threading.Event()


def work() -> None:
    """Compute ahead until `stop`: what the first page needs, then after every page that asks."""
    _working.set()
    with _alone():
        _first()
    while asked := _asked.get():
        frame, page = asked
        page.join()  # Streamlit draws a page in a thread of its own
        with _alone():
            _compute(frame)
    _working.clear()


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody waits for what is done here: whoever meets the same error is told on the page."""
    try:
        yield
    except CmiError:
        return
    except Exception:
        logging.getLogger("cmi").exception("computing ahead")


def stop() -> None:
    """Let `work` end after the piece that it is at."""
    _asked.put(None)


def ask(frame: Frame) -> None:
    """Compute ahead for this frame, once the page is there that this thread draws.

    Nothing happens where nobody works ahead, as in tests.
    """
    if _working.is_set():
        _asked.put((frame, threading.current_thread()))


def _compute(frame: Frame) -> None:
    """Piece after piece for a frame, until another page is asked for or the data change."""
    version = frame.store.version()
    key = (version, frame.as_of, frame.methodology, frame.todays_rules)
    for piece in _PIECES:
        if not _asked.empty() or frame.store.version() != version:
            return
        _computed(piece, *key, _frame=frame)


# Within a cached function the others show no spinner, for which there is no page here.


@st.cache_resource(show_spinner=False)
def _first() -> None:
    session.scores(session.today(), "2x2")


@st.cache_resource(max_entries=48, show_spinner=False, hash_funcs=BY_TEXT)
def _computed(
    piece: str,
    version: str,
    as_of: date,
    rules: Methodology,
    todays_rules: bool,
    *,
    _frame: Frame,
) -> None:
    del version, as_of, rules, todays_rules  # only part of the key
    _PIECES[piece](_frame)


def _causes(frame: Frame) -> object:
    days = session.earlier_days(frame)
    return session.causes_of_change(frame, days[-1]) if days else None


def _trial(frame: Frame) -> object:
    usual = Asked(next(iter(QUESTIONS)), LAGS[0], frame.todays_rules)
    return trials.trial(frame, "2x2", usual)


def _few(frame: Frame) -> bool:
    return len(session.scores(frame, "2x2")) <= MANY


# What is clicked on soonest comes first; each is short, for a page may be waiting for its end.
_PIECES: dict[str, Callable[[Frame], object]] = {
    "scores": lambda frame: session.scores(frame, "2x2"),
    "quarters": lambda frame: session.history(frame, "2x2", "quarter"),
    "stale": lambda frame: session.rests(frame, "quarter"),
    "causes": _causes,
    "months": lambda frame: _few(frame) and session.history(frame, "2x2", "month"),
    "stale by months": lambda frame: _few(frame) and session.rests(frame, "month"),
    "evidence": _trial,
}
