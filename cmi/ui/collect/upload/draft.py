"""The upload in preparation: it outlives a visit to another page, and its address a new window."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi import intake, mapping
from cmi.files import How, Table
from cmi.frames import Loaded
from cmi.intake import Reading, Upload
from cmi.intake.preview import Preview, preview
from cmi.mapping import TableMapping
from cmi.methodology import Methodology
from cmi.store import Store

KEPT = 8  # drafts in the memory of the server
MANY = 30_000  # rows from which looking for customers that look alike is only done when asked
OF_THE_FILE = ("date_order", "decimal", "year", "rater")  # asked once for all sheets of a file
Place = tuple[str, str]  # file and sheet


@dataclass
class Draft:
    """Files that were read, and what their columns mean, as corrected so far.

    `round` counts corrections: editors are drawn anew after each.
    """

    token: str
    uploads: tuple[Upload, ...] = ()
    readings: dict[str, Reading] = field(default_factory=dict)
    mappings: tuple[TableMapping, ...] = ()
    proposed: dict[Place, TableMapping] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    round: int = 0
    prepared: tuple[object, tuple[tuple[Loaded, ...], Preview]] | None = None
    joined: tuple[object, tuple[pd.DataFrame | None, pd.DataFrame]] | None = None
    look_for_alike: bool = False
    names: dict[str, str] = field(default_factory=dict)  # of known customers, by id
    rivals: dict[tuple[Place, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """What all files hold."""
        return intake.together(self.readings[u.name] for u in self.uploads)


def place(table: Table | TableMapping) -> Place:
    """What tells the tables of an upload apart."""
    return table.file, table.sheet


@st.cache_resource
def _drafts() -> dict[str, Draft]:
    return {}


def current() -> Draft | None:
    """The upload in preparation here, or the one that the address names."""
    token = st.query_params.get("draft") or st.session_state.get("_draft", "")
    found = _drafts().get(token)
    if found:
        st.session_state["_draft"] = st.query_params["draft"] = found.token
    return found


def is_gone() -> bool:
    """Whether the address names an upload that is not kept any more."""
    return "draft" in st.query_params and st.query_params["draft"] not in _drafts()


def begin() -> Draft:
    """A new upload; the oldest ones on the server are forgotten."""
    held = _drafts()
    for token in list(held)[: max(0, len(held) - KEPT + 1)]:
        held.pop(token, None)
    new = Draft(secrets.token_urlsafe(9))
    held[new.token] = new
    st.session_state["_draft"] = st.query_params["draft"] = new.token
    return new


def end() -> None:
    """Forget the upload in preparation."""
    _drafts().pop(st.session_state.pop("_draft", ""), None)
    st.query_params.pop("draft", None)
    empty_hands()


def empty_hands() -> None:
    """The next drop zone is a new one: what was dropped belongs to the draft now."""
    st.session_state["_uploader"] = st.session_state.get("_uploader", 0) + 1


def uploader_key() -> str:
    """Names the drop zone."""
    return f"files.{st.session_state.get('_uploader', 0)}"


def bring(
    draft: Draft,
    more: Iterable[Upload],
    store: Store,
    methodology: Methodology,
    told: Callable[[Upload, Reading | None], object],
) -> None:
    """Read more files; `told` hears of each when it begins (None) and when it is read."""
    draft.uploads, draft.left_out = intake.added(draft.uploads, more)
    for upload in draft.uploads:
        if upload.name not in draft.readings:
            told(upload, None)
            draft.readings[upload.name] = intake.read_one(upload)
            told(upload, draft.readings[upload.name])
    _propose(draft, store, methodology)


def remove(draft: Draft, name: str, store: Store, methodology: Methodology) -> None:
    """Put one file away."""
    draft.uploads = tuple(u for u in draft.uploads if u.name != name)
    draft.readings.pop(name, None)
    draft.left_out = []
    _propose(draft, store, methodology)


def read_again(draft: Draft, name: str, how: How, store: Store, methodology: Methodology) -> None:
    """Read one file in another way; what was said about its columns begins anew."""
    draft.uploads = tuple(replace(u, how=how) if u.name == name else u for u in draft.uploads)
    again = next(u for u in draft.uploads if u.name == name)
    draft.readings[name] = intake.read_one(again)
    draft.mappings = tuple(m for m in draft.mappings if m.file != name)
    _propose(draft, store, methodology)


def _propose(draft: Draft, store: Store, methodology: Methodology) -> None:
    """Mappings for all tables; those that a person has corrected stay."""
    held = {place(m): m for m in draft.mappings if m != draft.proposed.get(place(m))}
    found = intake.propose(draft.reading, store, methodology)
    draft.proposed = {place(m): m for m in found}
    draft.mappings = tuple(held.get(place(m), m) for m in found)
    draft.rivals.clear()
    draft.round += 1


def rivals(draft: Draft, table: Table, header: str, methodology: Methodology) -> tuple[str, ...]:
    """What else a column could mean (see `cmi.mapping.rivals`), found once."""
    at = place(table), header
    if at not in draft.rivals:
        draft.rivals[at] = mapping.rivals(header, table.frame[header], methodology)
    return draft.rivals[at]


def correct(draft: Draft, number: int, chosen: TableMapping) -> None:
    """Hold on to a correction; the page is drawn anew when something changed."""
    if chosen != draft.mappings[number]:
        held = [_answered_too(m, chosen) for m in draft.mappings]
        held[number] = chosen
        draft.mappings = tuple(held)
        draft.round += 1
        st.rerun()


def _answered_too(other: TableMapping, chosen: TableMapping) -> TableMapping:
    """Another sheet of the same file, with the answers that hold for the whole file."""
    if other.file != chosen.file:
        return other
    answers = {q.key: q.answer for q in chosen.questions if q.answer and q.key in OF_THE_FILE}
    for question in other.questions:
        answer = answers.get(question.key)
        if answer in question.options and not question.answer:
            other = mapping.with_answer(other, question.key, answer)
    return other


def prepared(
    draft: Draft, as_of: date, store: Store, methodology: Methodology
) -> tuple[tuple[Loaded, ...], Preview]:
    """What the tables become and what that would change; worked out again only when needed."""
    key = (draft.mappings, as_of, store.version(), methodology)
    if draft.prepared is None or draft.prepared[0] != key:
        with st.spinner("Working out what will change …"):
            reading = draft.reading
            loaded = intake.prepare(reading, draft.mappings, methodology, as_of, store)
            draft.prepared = (key, (loaded, preview(loaded, as_of, store, methodology)))
    return draft.prepared[1]


def joins(draft: Draft, store: Store) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Customers that look like others, and what found none (see `cmi.mapping.near`).

    The first is None where there are so many that a person should ask for it.
    """
    key = (draft.mappings, store.version(), draft.look_for_alike)
    if draft.joined is None or draft.joined[0] != key:
        with st.spinner("Finding the customers …"):
            known, tables = store.known(), draft.reading.tables
            few = max(len(t.frame) for t in tables) <= MANY
            look = few or draft.look_for_alike
            like = mapping.near(tables, draft.mappings, known) if look else None
            nobody = mapping.nobody(tables, draft.mappings, known)
        for named in (known, like) if like is not None else (known,):
            draft.names |= dict(zip(named["customer_id"], named["name"], strict=True))
        draft.joined = (key, (like, nobody))
    return draft.joined[1]


def already_there(draft: Draft, store: Store) -> dict[Place, str]:
    """The tables whose content is loaded already, with the sentence that says since when."""
    origins = intake.origins(draft.reading, draft.mappings, datetime.now(UTC).date(), "")
    found = {(o.file, o.sheet): store.twice(o) for o in origins}
    return {at: str(error) for at, error in found.items() if error}
