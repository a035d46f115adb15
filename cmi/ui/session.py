"""The only session state and the only caches: which portfolio, which day, which methodology."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi import database, intake
from cmi.charts import Look
from cmi.intake import Reading, Upload
from cmi.mapping import TableMapping
from cmi.methodology import GridKey, Methodology
from cmi.sample import sample_store
from cmi.scoring import score
from cmi.store import Store
from cmi.ui.markdown import plain


@dataclass(frozen=True)
class Frame:
    """What every page stands in: the portfolio, the day, the rules."""

    store: Store
    is_sample: bool
    as_of: date
    methodology: Methodology


@st.cache_resource(show_spinner="Opening the database …")
def own_store() -> Store:
    """The user's own database, opened once per server."""
    return Store(database.chosen())


@st.cache_resource(show_spinner="Preparing the sample portfolio …")
def _sample() -> Store:
    return sample_store()


def portfolio() -> tuple[Store, bool]:
    """The store to read, and whether it is the sample: that is shown until the first import."""
    own = own_store()
    return (_sample(), True) if own.is_empty() else (own, False)


def newest_day(store: Store) -> date:
    """The last day on which something was said, but not a day in the future."""
    today = datetime.now(UTC).date()
    past = [day for day in store.days() if day <= today]
    return past[-1] if past else today


def scores(frame: Frame, grid: GridKey) -> pd.DataFrame:
    """Everybody's scores on the frame's day; not to be changed by the caller."""
    return _scores(frame.store.version(), frame.as_of, grid, frame.methodology, _store=frame.store)


@st.cache_resource(max_entries=12, show_spinner="Scoring the portfolio …")
def _scores(
    version: str, as_of: date, grid: GridKey, methodology: Methodology, *, _store: Store
) -> pd.DataFrame:
    del version  # only part of the key
    return score(_store.snapshot(as_of, methodology), methodology, grid)  # type: ignore[no-any-return]


def look() -> Look:
    """The colours for the reader's theme."""
    return Look(dark=st.context.theme.type == "dark")


# The upload that is being prepared: it outlives a visit to another page.


@dataclass
class Draft:
    """Files that were read, and the mappings as the user has corrected them so far."""

    key: tuple[tuple[str, int], ...]
    uploads: tuple[Upload, ...]
    reading: Reading
    mappings: tuple[TableMapping, ...]
    round: int = 0  # counts corrections: editors are drawn anew after each


def round_of_draft() -> int:
    """How often the draft was corrected."""
    held = draft()
    return held.round if held else 0


def draft() -> Draft | None:
    """The upload in preparation, if any."""
    return st.session_state.get("_draft")


def begin_draft(uploads: tuple[Upload, ...], store: Store, methodology: Methodology) -> Draft:
    """Read files and propose mappings; the same files again keep what was corrected."""
    key = tuple((u.name, hash(u.content)) for u in uploads)
    held = draft()
    if held is None or held.key != key:
        bar = st.progress(0.0, "Reading …")
        reading = intake.read(
            uploads, lambda part, name: bar.progress(part, f"Reading {plain(name)} …")
        )
        bar.progress(1.0, "Recognising the columns …")
        mappings = intake.propose(reading, store, methodology)
        bar.empty()
        held = Draft(key, uploads, reading, mappings)
        st.session_state["_draft"] = held
    return held


def end_draft() -> None:
    """Forget the upload in preparation."""
    st.session_state.pop("_draft", None)
    st.session_state["_uploader"] = st.session_state.get("_uploader", 0) + 1


def uploader_key() -> str:
    """Changes when a draft ends, so that the next upload starts with empty hands."""
    return f"files.{st.session_state.get('_uploader', 0)}"


def show_day(day: date | None) -> None:
    """Turn the frame to another day when it is drawn next, or back to the newest with None."""
    st.session_state["_day"] = day


def turn_to_day(newest: date) -> None:
    """Do as `show_day` was told; its widget must not have been drawn yet."""
    if "_day" in st.session_state:
        st.session_state["as_of"] = st.session_state.pop("_day") or newest


def say(sentence: str) -> None:
    """Leave a sentence for the next drawing of the page."""
    st.session_state["_said"] = sentence


def said() -> str:
    """The sentence that was left, once."""
    return str(st.session_state.pop("_said", ""))


def known_customers() -> pd.DataFrame:
    """The user's own customers on the newest day: customer_id, name; empty before any import."""
    store = own_store()
    return store.snapshot(newest_day(store), store.methodology())[["customer_id", "name"]]


def last_customer() -> str | None:
    """The customer that was looked at last."""
    return st.session_state.get("_customer")


def remember_customer(customer_id: str | None) -> None:
    """Keep the customer for the next visit to its page."""
    st.session_state["_customer"] = customer_id


def selection_round() -> int:
    """How often the selection on the plane was cleared: a plane of its own each time."""
    return int(st.session_state.get("_cleared", 0))


def clear_selection() -> None:
    """Forget what was picked on the plane."""
    st.session_state["_cleared"] = selection_round() + 1
