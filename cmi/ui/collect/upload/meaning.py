"""Step 2: what each table brings, what it asks, and the rules for many rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from cmi import intake, mapping
from cmi.files import Table
from cmi.mapping import TableMapping, earlier, measure_table
from cmi.mapping.model import DATES, MONEY
from cmi.methodology import Methodology
from cmi.store import Store
from cmi.ui.collect.upload import columns
from cmi.ui.collect.upload import draft as drafts
from cmi.ui.collect.upload.draft import Draft
from cmi.ui.markdown import plain
from cmi.words import count, day, listed

SHOWN = 6  # rows of a preview
_COUNTED = {
    "factor": ("factor", "factors"),
    "segment": ("segment", "segments"),
    "other_id": ("id of another system", "ids of other systems"),
}


def corrected(draft: Draft, store: Store, methodology: Methodology) -> None:
    """Every table with its proposed mapping, to be corrected."""
    tables = draft.reading.tables
    for number, (table, chosen) in enumerate(zip(tables, draft.mappings, strict=True)):
        title = table.file + (f" · {table.sheet}" if table.sheet else "")
        asks = bool(_open_questions(chosen))
        key = f"{table.file}.{table.sheet}.{draft.token}"
        with st.expander(
            f"**{plain(title)}**: {_summary(chosen, methodology)}",
            expanded=len(tables) == 1 or asks,
            key=f"table.{key}",  # stays open when its label changes
        ):
            changed = _remembered(table, chosen, store, methodology, key)
            changed = _of_day(table, changed, key)
            changed = _questions(draft, number, changed, methodology, key)
            changed = columns.chosen(draft, table, changed, methodology, f"{key}.{draft.round}")
            if chosen.layout == "rows":
                changed = _measures(changed, methodology, f"{key}.{draft.round}")
            st.caption("The first rows, as they were read")
            st.dataframe(table.frame.head(SHOWN), key=f"preview.{key}")
        drafts.correct(draft, number, changed)


def _remembered(
    table: Table, chosen: TableMapping, store: Store, methodology: Methodology, key: str
) -> TableMapping:
    """Says when the mapping was used before, with the way to begin anew."""
    before = intake.seen_before(table, store)
    if before is None:
        return chosen
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/history: Mapped as in your import of {day(before)}.")
        if st.button("Propose anew", key=f"anew.{key}", type="tertiary"):
            return mapping.propose([table], methodology)[0]
    return chosen


def _of_day(table: Table, chosen: TableMapping, key: str) -> TableMapping:
    """The day of a table whose name says it, to be put right."""
    if not chosen.day:
        return chosen
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/event: {plain(mapping.dated_why(chosen, table))}", width="content")
        if st.button("It is of another day", key=f"day.{key}", type="tertiary"):
            return mapping.with_day(chosen, "")
    return chosen


def _open_questions(chosen: TableMapping) -> list[str]:
    return [q.text for q in chosen.questions if not q.answer]


def _summary(chosen: TableMapping, methodology: Methodology) -> str:
    """A table in a few words: what it brings, and what it asks."""
    brought = [
        mapping.label_of(c, methodology).rpartition(": ")[2].partition(" (")[0]
        for c in chosen.columns
        if c.role not in ("ignore", "link", *_COUNTED)
        and (chosen.layout != "rows" or c.role not in ("driver", *MONEY, *DATES))
    ]
    for role, nouns in _COUNTED.items():
        number = len({c.target or c.header for c in chosen.of(role)})
        brought += [count(number, *nouns)] if number else []
    days = sorted({c.day for c in chosen.columns if c.day})
    brought = list(dict.fromkeys(brought))  # a column per quarter brings one thing
    brought += [f"of {count(len(days), 'day')}"] if days else []
    brought += [f"of {day(date.fromisoformat(chosen.day))}"] if chosen.day else []
    if chosen.layout == "rows":
        names = [m.sentence(methodology, chosen).partition(" = ")[0] for m in chosen.measures]
        brought += [f"many rows per customer become {listed(names)}" if names else "many rows"]
    questions = _open_questions(chosen)
    asks = f" · :orange[{count(len(questions), 'question')}]" if questions else ""
    return plain(", ".join(brought)) + asks


def _questions(
    draft: Draft, number: int, chosen: TableMapping, methodology: Methodology, key: str
) -> TableMapping:
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
            key=f"question.{key}.{question.key}.{now}",  # another sheet may have answered
            horizontal=True,
        )
        if not answer or answer == now:
            continue
        if question.key == "customer":  # who a row is about decides how the table is read
            tables, mappings = draft.reading.tables, draft.mappings
            return mapping.with_customer(tables, mappings, number, answer, methodology)
        chosen = mapping.with_answer(chosen, question.key, answer)
    return chosen


def _measures(chosen: TableMapping, methodology: Methodology, key: str) -> TableMapping:
    """The rules by which many rows become one value, in words and as a table to change them."""
    st.markdown("**Many rows become one value per customer**")
    for measure in chosen.measures:
        st.markdown(f"- {plain(measure.sentence(methodology, chosen))}")
    if chosen.dated_by:
        chosen = _earlier(chosen, methodology, key)
    headers = [c.header for c in chosen.columns]
    with st.expander("Change these rules, or add one"):
        before = measure_table.to_frame(chosen, methodology)
        edited = st.data_editor(
            before,
            key=f"measures.{key}",
            hide_index=True,
            num_rows="dynamic",
            placeholder="–",
            column_config={
                "gives": _select("Gives", list(measure_table.gives(methodology))),
                "how": _select("By", list(measure_table.HOW)),
                "column": _select("Of the column", headers),
                "days": st.column_config.NumberColumn(
                    "In the last … days", min_value=1, step=1, default=90, help="Empty: all rows"
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


def _earlier(chosen: TableMapping, methodology: Methodology, key: str) -> TableMapping:
    """Whether the rows tell the quarters before too, and which rules cannot be asked of them."""
    wanted = st.toggle(
        "Also at the ends of the quarters before, as far as the rows go back",
        value=chosen.earlier,
        key=f"earlier.{key}",
        help="So that there is a past from the first day: each quarter knows only the rows dated "
        f"by its end, for up to {earlier.MOST} quarters.",
    )
    lacking = [
        m.sentence(methodology, chosen).partition(" = ")[0]
        for m in chosen.measures
        if not earlier.turned_back(m)
    ]
    if wanted and lacking:
        st.caption(
            f"Not for {plain(listed(lacking))}: what the condition asks may have been different "
            "then."
        )
    return mapping.with_earlier(chosen, wanted) if wanted != chosen.earlier else chosen


def _select(label: str, options: list[str]) -> Any:
    return st.column_config.SelectboxColumn(label, options=options)
