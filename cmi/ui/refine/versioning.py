"""Saving rules as a version: the button that every page shows, and the form behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi import proposal
from cmi.methodology import GridKey, Methodology, from_document, to_document, versions
from cmi.portfolio import present
from cmi.problems import MethodologyError
from cmi.store import Store
from cmi.store.versions import when_in_words
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.session import Frame

LONGEST_NAME = 40
LONGEST_NOTE = 1000
OPEN, SAVED = "_version_form", "_saved_version"


def save_as_version(
    draft: Methodology,
    note_hint: str = "",
    *,
    label: str = "Save as a version",
    key: str = "version",
) -> None:
    """A button that opens the form which keeps these rules as a new version.

    `note_hint` stands in the note until somebody writes another. `key` tells several of these
    buttons on one page apart. The version and the day of the draft are only proposals.
    """
    token = f"{key}.{hash(draft) & 0xFFFFFF:x}"  # another draft begins with an empty form
    st.button(
        label, key=f"save.{key}", icon=":material/bookmark_add:", on_click=_open, args=[token]
    )
    if st.session_state.get(OPEN) == token:
        _form(draft, note_hint, token)


def _open(token: str) -> None:
    st.session_state[OPEN] = token


def _close() -> None:
    st.session_state.pop(OPEN, None)


def news() -> None:
    """What was saved just now, on top of the page on which it happened."""
    if told := st.session_state.pop(SAVED, ""):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(plain(told), icon=":material/check:")
            st.page_link(
                "pages/refine/methodology.py",
                label="See all versions",
                icon=":material/history:",
                query_params={"rules": "Versions"},
            )


@st.dialog("Save as a version", width="large", icon=":material/bookmark_add:", on_dismiss=_close)
def _form(draft: Methodology, note_hint: str, token: str) -> None:
    frame = session.today()
    kept = frame.store.methodologies()
    today = datetime.now(UTC).date()
    name, when, who = st.columns([2, 2, 3])
    version = name.text_input(
        "Version",
        _proposed(draft, kept),
        max_chars=LONGEST_NAME,
        key=f"version.name.{token}",
    ).strip()
    effective = when.date_input(
        "In force from", today, format="YYYY-MM-DD", key=f"version.day.{token}"
    )
    author = who.text_input(
        "Saved by", key="version.by", placeholder="Your name", persist_state="session"
    ).strip()
    effective = effective or today
    named, refused = _named(draft, version, effective, kept)
    if refused:
        name.error(plain(refused))
    note = st.text_area(
        "Why", note_hint, max_chars=LONGEST_NOTE, height=80, key=f"version.note.{token}"
    )
    base = frame.store.methodology(effective)
    changes = versions.diff(base, draft)
    if changes.empty:
        st.info(f"Nothing differs from {plain(base.version)}, which is in force then.")
    else:
        _what_it_means(frame, base, draft, changes)
        st.caption(plain(_when(frame, kept, effective, today)))
    if st.button(
        "Save",
        type="primary",
        icon=":material/check:",
        key=f"version.save.{token}",
        disabled=named is None or changes.empty,
    ):
        _save(frame.store, named or draft, author, note)


def _proposed(draft: Methodology, kept: pd.DataFrame) -> str:
    """The draft's own name, or the next one where that is taken."""
    taken = kept["version"].tolist()
    if draft.version.strip().casefold() in {name.strip().casefold() for name in taken}:
        return versions.next_version(taken, draft.version)[:LONGEST_NAME]
    return draft.version[:LONGEST_NAME]


def _named(
    draft: Methodology, version: str, effective: date, kept: pd.DataFrame
) -> tuple[Methodology | None, str]:
    """The draft under its name and day; None and a sentence when that is refused."""
    if version.casefold() in kept["version"].str.strip().str.casefold().tolist():
        return None, f"{version} is kept already and never changes. Choose another name."
    try:
        own = {"version": version, "effective": effective.isoformat()}
        return from_document(to_document(draft) | own), ""
    except MethodologyError as error:
        return None, f"The {error.place} {error.why}"


def _what_it_means(
    frame: Frame, base: Methodology, draft: Methodology, changes: pd.DataFrame
) -> None:
    """What differs from what is in force, and whom that moves."""
    st.markdown(f"**Compared with {plain(base.version)}.** {plain(versions.headline(changes))}")
    st.markdown(f"**Who would change scenario?** {plain(effect(frame, base, draft))}")


def effect(frame: Frame, old: Methodology, new: Methodology) -> str:
    """Who would stand elsewhere under other rules on the day of the frame, in words."""
    grid: GridKey = "3x3" if st.session_state.get("grid") == "3x3" else "2x2"
    before, after = both_scores(frame, old, new, grid)
    return proposal.who_moves(before, after) if len(before) else "There is no customer to score."


def both_scores(
    frame: Frame, old: Methodology, new: Methodology, grid: GridKey
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody's scores on the frame's day under two methodologies, without who has left."""
    before, after = (
        present(session.scores(session.under(frame, rules), grid)) for rules in (old, new)
    )
    return before, after


def _when(frame: Frame, kept: pd.DataFrame, effective: date, today: date) -> str:
    told = when_in_words(kept, effective, today)
    if not frame.is_sample:
        return told
    return (
        f"{told} It is kept in your own database: the sample portfolio is scored by it, and what "
        "you import will be too."
    )


def _save(store: Store, named: Methodology, author: str, note: str) -> None:
    try:
        store.save_methodology(named, author or "somebody", note.strip())
    except MethodologyError as error:  # somebody else was faster
        st.error(plain(error))
        return
    _close()
    st.session_state[SAVED] = f"Version {named.version} is saved."
    st.rerun()
