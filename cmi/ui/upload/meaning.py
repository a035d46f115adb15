"""What each column means, as a table that a person corrects; rules for many rows; questions."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi import mapping
from cmi.mapping import TableMapping, measure_table
from cmi.mapping.model import DATES, MONEY
from cmi.methodology import Methodology
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.session import Draft
from cmi.words import count, listed

SHOWN = 6  # rows of a preview


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
