"""The parts of the Upload page: files, mapping, consequences, problems, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi import intake
from cmi.frames import Loaded
from cmi.intake import Reading, Upload
from cmi.mapping import TableMapping
from cmi.methodology import Methodology
from cmi.preview import Preview
from cmi.reports import template
from cmi.store import Origin, Store
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.session import Draft
from cmi.words import count


def step(number: int, question: str) -> None:
    """The head of one step of the conversation."""
    st.subheader(f"{number}. {question}", anchor=False)


def dropped_files() -> tuple[Upload, ...]:
    """The files in the drop zone."""
    files = st.file_uploader(
        "Drop files here",
        type=["csv", "tsv", "txt", "xlsx", "xlsm"],
        accept_multiple_files=True,
        key=session.uploader_key(),
        max_upload_size=100,
        label_visibility="collapsed",
    )
    if files:
        return tuple(Upload(file.name, file.getvalue()) for file in files)
    held = session.draft()
    if held is None:
        return ()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(f"Still open: {plain(', '.join(u.name for u in held.uploads))}")
        if st.button("Start again", icon=":material/close:"):
            session.end_draft()
            st.rerun()
    return held.uploads


def failures(reading: Reading) -> None:
    """Files that are no tables: one sentence each."""
    for sentence in reading.failures:
        st.error(plain(sentence), icon=":material/error:")


def already_there(store: Store, draft: Draft) -> None:
    """Files whose content is loaded already: one sentence each."""
    for origin in intake.origins(draft.reading, draft.mappings, datetime.now(UTC).date(), ""):
        if sentence := store.twice(origin):
            st.warning(plain(sentence), icon=":material/content_copy:")


def when_and_who(draft: Draft, mappings: Sequence[TableMapping]) -> tuple[date, str]:
    """The day the files speak of, and the name under which they are imported."""
    left, right = st.columns(2)
    proposed = intake.as_of_of(draft.reading, mappings)
    as_of = left.date_input(
        "These files show the state of",
        value=proposed,
        key=f"upload.as_of.{session.uploader_key()}",
        help="The newest date in the files, or today. Values without a date of their own get it.",
    )
    by_whom = right.text_input(
        "Imported by", key="upload.by", placeholder="Your name", persist_state="session"
    )
    return as_of or proposed, by_whom.strip() or "somebody"


def consequences(draft: Draft, loaded: Sequence[Loaded], preview: Preview) -> None:
    """What will be new, changed, unchanged and refused, before anything is written."""
    cells = st.columns(5)
    cells[0].metric("New customers", f"{preview.new_customers:,}")
    cells[1].metric("Known customers", f"{preview.known_customers:,}")
    cells[2].metric("New values", f"{preview.new_observations:,}")
    cells[3].metric("Changed values", f"{len(preview.changes):,}")
    cells[4].metric("Refused rows", f"{sum(one.refused for one in loaded):,}")
    account = pd.DataFrame(
        {
            "file": [t.file for t in draft.reading.tables],
            "sheet": [t.sheet for t in draft.reading.tables],
            "rows": [one.rows for one in loaded],
            "kept": [one.kept for one in loaded],
            "refused": [one.refused for one in loaded],
            "blank": [one.blank for one in loaded],
            "customers": [_customers(one) for one in loaded],
            "values": [len(one.observations) for one in loaded],
            "outcomes": [len(one.outcomes) for one in loaded],
        }
    )
    st.dataframe(
        account,
        hide_index=True,
        key="account",
        column_config={c: c.capitalize() for c in account.columns},
    )
    if len(preview.changes):
        with st.expander(f"{count(len(preview.changes), 'value')} will read differently"):
            st.dataframe(preview.changes, hide_index=True, key="changes")


def _customers(one: Loaded) -> int:
    ids = pd.concat([one.customers["customer_id"], one.observations["customer_id"]])
    return int(ids.nunique())


def import_button(
    store: Store, origins: Sequence[Origin], loaded: Sequence[Loaded], as_of: date
) -> None:
    """The one button that writes."""
    fresh = [(o, one) for o, one in zip(origins, loaded, strict=True) if store.twice(o) is None]
    nothing = not any(one.kept for _, one in fresh)
    if st.button("Import", type="primary", icon=":material/check:", disabled=nothing, key="import"):
        with st.status("Importing …") as status:
            store.add(fresh)
            status.update(label="Imported", state="complete")
        session.end_draft()
        session.show_day(as_of)
        session.say(f"{count(len(fresh), 'table')} imported.")
        st.rerun()


def first_steps(methodology: Methodology) -> None:
    """What to do with empty hands."""
    with st.container(border=True):
        st.markdown("**Maturity comes from an assessment**")
        st.write(
            "Take the workbook, fill in a level from 1 to 5 per question with the people who know "
            "the customer, and drop it here."
        )
        st.download_button(
            "Assessment workbook",
            lambda: template.assessment(methodology, session.known_customers()),
            "assessment.xlsx",
            key="template",
            icon=":material/download:",
            on_click="ignore",
        )
