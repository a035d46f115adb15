"""The parts of the Upload page: files, mapping, consequences, problems, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from cmi import intake, mapping
from cmi.frames import Loaded
from cmi.intake import Reading, Upload
from cmi.mapping import TableMapping, measure_table
from cmi.mapping.model import DATES, MONEY
from cmi.methodology import Methodology
from cmi.preview import Preview
from cmi.reports import template
from cmi.store import Origin, Store
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.session import Draft
from cmi.words import count, listed

SHOWN = 6  # rows of a preview


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


def corrected(draft: Draft, methodology: Methodology) -> tuple[TableMapping, ...]:
    """Every table with its proposed mapping, to be corrected; returns the mappings as they are."""
    for number, table in enumerate(draft.reading.tables):
        chosen = draft.mappings[number]
        title = table.file + (f" · {table.sheet}" if table.sheet else "")
        with st.expander(
            f"**{plain(title)}**: {_summary(chosen, methodology)}",
            expanded=len(draft.reading.tables) == 1 or bool(_open_questions(chosen)),
            key=f"table.{number}.{session.uploader_key()}",  # stays open when its label changes
        ):
            st.caption(plain(" · ".join((f"{len(table.frame):,} rows", *table.notes))))
            chosen = _questions(chosen, f"{number}")
            chosen = _columns(chosen, table.frame, methodology, f"{number}")
            if chosen.layout == "rows":
                chosen = _measures(chosen, methodology, f"{number}")
            st.caption("The first rows, as they were read")
            st.dataframe(table.frame.head(SHOWN), key=f"preview.{number}")
        _keep(draft, number, chosen)
    return draft.mappings


def _keep(draft: Draft, number: int, chosen: TableMapping) -> None:
    """Hold on to a correction; the page is drawn anew when something changed."""
    if chosen != draft.mappings[number]:
        held = list(draft.mappings)
        held[number] = chosen
        draft.mappings = tuple(held)
        draft.round += 1
        st.rerun()


def _open_questions(chosen: TableMapping) -> list[str]:
    return [q.text for q in chosen.questions if not q.answer]


def _summary(chosen: TableMapping, methodology: Methodology) -> str:
    """A table in a few words: what it brings, and what it asks."""
    brought = [
        mapping.label_of(c, methodology).rpartition(": ")[2].partition(" (")[0]
        for c in chosen.columns
        if c.role not in ("ignore", "segment", "link")
        and (chosen.layout != "rows" or c.role not in ("driver", *MONEY, *DATES))
    ]
    segments = sum(c.role == "segment" for c in chosen.columns)
    brought += [count(segments, "segment")] if segments else []
    if chosen.layout == "rows":
        names = [m.sentence(methodology, chosen).partition(" = ")[0] for m in chosen.measures]
        brought += [f"many rows per customer become {listed(names)}" if names else "many rows"]
    questions = _open_questions(chosen)
    asks = f" · :orange[{count(len(questions), 'question')}]" if questions else ""
    return plain(", ".join(brought)) + asks


def _questions(chosen: TableMapping, key: str) -> TableMapping:
    """What only a person can decide; until then the assumed answer holds."""
    for question in chosen.questions:
        now = question.answer or question.assumed
        if not question.options:
            st.warning(plain(question.text), icon=":material/help:")
            continue
        answer = st.radio(
            plain(question.text),
            question.options,
            index=question.options.index(now) if now in question.options else None,
            key=f"question.{key}.{question.key}",
            horizontal=True,
        )
        if answer and answer != now:
            chosen = mapping.with_answer(chosen, question.key, answer)
    return chosen


def _columns(
    chosen: TableMapping, frame: pd.DataFrame, methodology: Methodology, key: str
) -> TableMapping:
    """The table of columns, with a select box for each meaning."""
    labels = [mapping.label_of(c, methodology) for c in chosen.columns]
    shown = pd.DataFrame(
        {
            "column": [c.header for c in chosen.columns],
            "values": [_examples(frame[c.header]) for c in chosen.columns],
            "meaning": labels,
            "why": [c.why for c in chosen.columns],
        }
    )
    edited = st.data_editor(
        shown,
        key=f"columns.{key}.{session.round_of_draft()}",
        hide_index=True,
        disabled=["column", "values", "why"],
        column_config={
            "column": st.column_config.TextColumn("Column", width="medium"),
            "values": st.column_config.TextColumn("For example", width="medium"),
            "meaning": st.column_config.SelectboxColumn(
                "Is taken for", options=list(mapping.meanings(methodology)), required=True
            ),
            "why": st.column_config.TextColumn("Because", width="large"),
        },
    )
    meanings = mapping.meanings(methodology)
    for column, before, after in zip(chosen.columns, labels, edited["meaning"], strict=True):
        if after != before:
            return mapping.with_column(chosen, column.header, *meanings[after], methodology)
    return chosen


def _examples(values: pd.Series[str]) -> str:
    """Three different values of a column."""
    return " | ".join(values[values != ""].drop_duplicates().head(3))


def _measures(chosen: TableMapping, methodology: Methodology, key: str) -> TableMapping:
    """The rules by which many rows become one value, in words and as a table to change them."""
    st.markdown("**Many rows become one value per customer**")
    for measure in chosen.measures:
        st.markdown(f"- {plain(measure.sentence(methodology, chosen))}")
    headers = [c.header for c in chosen.columns]
    with st.expander("Change these rules, or add one"):
        before = measure_table.to_frame(chosen, methodology)
        edited = st.data_editor(
            before,
            key=f"measures.{key}.{session.round_of_draft()}",
            hide_index=True,
            num_rows="dynamic",
            placeholder="–",
            column_config={
                "gives": _select("Gives", list(measure_table.gives(methodology))),
                "how": _select("By", list(measure_table.HOW)),
                "column": _select("Of the column", headers),
                "days": st.column_config.NumberColumn(
                    "In the last … days", min_value=1, step=1, help="Empty: all rows"
                ),
                "where": _select("Only where", headers),
                "test": _select("Test", list(measure_table.TESTS)),
                "value": st.column_config.TextColumn(
                    "Value", help='For "runs on the day": the column with the end date'
                ),
            },
        )
    changed = measure_table.from_frame(edited, chosen, methodology)
    return chosen if changed == chosen.measures else mapping.with_measures(chosen, changed)


def _select(label: str, options: list[str]) -> Any:
    return st.column_config.SelectboxColumn(label, options=options)


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
