"""What the Evidence page computes, kept until the data, the day or the rules change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.evidence import cases, raters, stability
from cmi.evidence.cases import QUESTIONS, Question
from cmi.evidence.separation import Estimate, Sample
from cmi.evidence.suggestion import Axis, Suggestion, suggest
from cmi.history import by_version, period_ends, score_history
from cmi.methodology import GridKey, Methodology
from cmi.scoring import placed
from cmi.store import Store
from cmi.ui import session
from cmi.ui.session import MOST_PERIODS, Frame

AXES: tuple[Axis, ...] = ("chs", "cmi")


@dataclass(frozen=True)
class Trial:
    """One question put to the scores: the cases, the AUC of each score, what leaks.

    `looking_back`: all scores are of one day, so that the cases are no forecast.
    """

    question: Question
    cases: pd.DataFrame
    sample: Sample
    separations: dict[str, Estimate]
    leaks: pd.DataFrame
    looking_back: bool
    gains: dict[str, dict[str, tuple[Estimate, Estimate]]] = field(default_factory=dict)

    @property
    def outcomes(self) -> int:
        """To how many cases it happened."""
        return int(self.cases["happened"].sum())


@dataclass(frozen=True)
class Certainty:
    """How sure each placement is, and by what that was judged."""

    off: dict[str, float]
    sure: pd.DataFrame
    first: pd.DataFrame
    tornado: pd.DataFrame


class Asked(NamedTuple):
    """What is put to the scores: a key of QUESTIONS, so many quarters later; and scored by today's
    rules, or by those of then.
    """

    question: str
    lag: int
    todays_rules: bool = False


def trial(frame: Frame, grid: GridKey, asked: Asked) -> Trial:
    """A question put to the scores as they stood; not to be changed by the caller."""
    if len(_held(frame, todays_rules=False)) == 1:  # then they are the same
        asked = asked._replace(todays_rules=True)
    version = frame.store.version()
    return _trial(version, frame.as_of, grid, frame.methodology, asked, _frame=frame)


@st.cache_resource(
    max_entries=12,
    show_spinner="Comparing outcomes with the scores before …",
    hash_funcs=session.BY_TEXT,
)
def _trial(
    version: str, as_of: date, grid: GridKey, rules: Methodology, asked: Asked, *, _frame: Frame
) -> Trial:
    question, outcomes = QUESTIONS[asked.question], _frame.store.outcomes(as_of)
    history = _history(version, as_of, rules, asked.todays_rules, _frame=_frame)
    history = placed(history, grid)
    found = cases.cases(history, outcomes, question, asked.lag)
    back = history["period"].nunique() < 2
    if back:
        found = cases.looking_back(session.scores(_frame, grid), outcomes, question)
    found = cases.further_scores(found, rules, grid)
    sample = Sample(found)
    separations = cases.separations(found, sample, question)
    return Trial(question, found, sample, separations, cases.leaks(found, rules), back)


def gains(tried: Trial, of: str) -> dict[str, tuple[Estimate, Estimate]]:
    """The baselines of a trial, and how much one of its scores tells more (see cmi.evidence)."""
    if of not in tried.gains:
        tried.gains[of] = cases.gains(tried.cases, tried.sample, tried.question, of)
    return tried.gains[of]


def suggested(frame: Frame, grid: GridKey, asked: Asked) -> dict[Axis, Suggestion]:
    """Weights for both scores, fitted on the scores by today's rules."""
    asked, version = asked._replace(todays_rules=True), frame.store.version()
    return _suggested(version, frame.as_of, grid, frame.methodology, asked, _frame=frame)


@st.cache_resource(
    max_entries=12, show_spinner="Trying other weights …", hash_funcs=session.BY_TEXT
)
def _suggested(
    version: str, as_of: date, grid: GridKey, rules: Methodology, asked: Asked, *, _frame: Frame
) -> dict[Axis, Suggestion]:
    del version, as_of  # only part of the key
    tried = trial(_frame, grid, asked)
    none = tried.cases.iloc[:0] if tried.looking_back else tried.cases
    leaking = tried.leaks["item"].tolist()
    return {axis: suggest(none, rules, tried.question, axis, leaking) for axis in AXES}


def certainty(frame: Frame, grid: GridKey) -> Certainty:
    """How sure the placements of the frame's day are; not to be changed by the caller."""
    version = frame.store.version()
    return _certainty(version, frame.as_of, grid, frame.methodology, _frame=frame)


@st.cache_resource(
    max_entries=4, show_spinner="Placing everybody a thousand times …", hash_funcs=session.BY_TEXT
)
def _certainty(
    version: str, as_of: date, grid: GridKey, rules: Methodology, *, _frame: Frame
) -> Certainty:
    del version  # only part of the key
    scores = portfolio.present(session.scores(_frame, grid))
    off = raters.disagreement(_frame.store.ratings(as_of), rules)
    sure = stability.certainty(scores, rules, grid, off)
    first = stability.reassess_first(scores, sure, rules, grid, off)
    return Certainty(off, sure, first, stability.tornado(scores, rules, grid))


def ratings(frame: Frame) -> pd.DataFrame:
    """Every rater's latest answers as of the frame's day; not to be changed by the caller."""
    return _ratings(frame.store.version(), frame.as_of, _store=frame.store)


@st.cache_resource(max_entries=2, show_spinner=False)
def _ratings(version: str, as_of: date, *, _store: Store) -> pd.DataFrame:
    del version  # only part of the key
    return _store.ratings(as_of)


def _held(frame: Frame, *, todays_rules: bool) -> tuple[tuple[Methodology, tuple[date, ...]], ...]:
    """Each methodology with the days that it scores, the ends of the quarters."""
    said, today = frame.store.days(), frame.methodology
    first = min(said[0], frame.as_of) if said else frame.as_of
    days = period_ends(first, frame.as_of, "quarter", MOST_PERIODS)
    if todays_rules:
        return by_version(dict.fromkeys(days, today))
    return by_version({d: session.rules_in_force(frame.store, d) for d in days})


@st.cache_resource(
    max_entries=4,
    show_spinner="Scoring every quarter as it was known …",
    hash_funcs=session.BY_TEXT,
)
def _history(
    version: str, as_of: date, rules: Methodology, todays: bool, *, _frame: Frame
) -> pd.DataFrame:
    """As cmi.ui.session.history, but without what was told of a customer only later; with the
    places of all grids.
    """
    del version, as_of, rules  # only part of the key
    held = _held(_frame, todays_rules=todays)
    taken = [(m, _frame.store.history(days, m, hindsight=False)) for m, days in held]
    return score_history(taken, *session.GRIDS)
