"""The columns of a table, each with what it is taken for, why, and what else it could be."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import mapping
from cmi.files import Table
from cmi.mapping import Column, TableMapping
from cmi.methodology import Methodology
from cmi.ui.collect.upload import draft as drafts
from cmi.ui.collect.upload.draft import Draft
from cmi.ui.markdown import plain

SURE, LIKELY = 0.95, 0.75  # from here on a meaning is called that
SCROLLED = 8  # more columns than this scroll in a box of their own
MOST = 60  # more columns than this are a table to edit: as controls they would take seconds
WIDTHS = [5, 6, 7, 6]
HEIGHT = 480  # pixels of the box


def chosen(
    draft: Draft, table: Table, held: TableMapping, methodology: Methodology, key: str
) -> TableMapping:
    """Every column with its meaning; a click takes another one that is likely, a list any other."""
    if len(held.columns) > MOST:
        return _as_table(held, table.frame, methodology, key)
    meanings = mapping.meanings(methodology)
    heads = ("Column, and what it holds", "Is taken for", "Or rather", "Because")
    with st.container(height=HEIGHT if len(held.columns) > SCROLLED else "content"):
        for place, head in zip(st.columns(WIDTHS), heads, strict=True):
            place.caption(head)
        for number, column in enumerate(held.columns):
            offered = drafts.rivals(draft, table, column.header, methodology)
            if held.layout == "rows":  # what describes a row does not describe its customer
                offered = tuple(label for label in offered if label != mapping.KEPT)
            values = table.frame[column.header]
            label = _row(column, values, offered, methodology, f"{key}.{number}")
            if label:
                return mapping.with_column(held, column.header, *meanings[label], methodology)
    return held


def _row(
    column: Column, values: pd.Series[str], offered: tuple[str, ...], methodology: Methodology,
    key: str,
) -> str:  # fmt: skip
    """One column; the label that a person chose for it, "" for none."""
    now = mapping.label_of(column, methodology)
    name, meaning, rather, why = st.columns(WIDTHS, vertical_alignment="center")
    examples = plain(_examples(values)) or "empty"
    name.markdown(f"**{plain(column.header)}**  \n:small[:gray[{examples}]]")
    labels = list(mapping.meanings(methodology))
    taken = meaning.selectbox(
        plain(column.header),
        labels,
        index=labels.index(now),
        key=f"meaning.{key}",
        label_visibility="collapsed",
    )
    picked = rather.pills(
        f"Rather, for {plain(column.header)}",
        [label for label in offered if label != now],
        wrap=True,
        format_func=_brief,
        key=f"rather.{key}",
        label_visibility="collapsed",
    )
    sure = "" if column.role == "ignore" else f"**{_sure(column.sure)}** · "
    why.caption(sure + plain(column.why))
    return picked or (taken if taken != now else "")


def _brief(label: str) -> str:
    """A meaning in few words, for a button."""
    known = {mapping.KEPT: "Segment"}
    return plain(known.get(label) or label.rpartition(": ")[2].partition(" (")[0])


def _as_table(
    held: TableMapping, frame: pd.DataFrame, methodology: Methodology, key: str
) -> TableMapping:
    """The columns as a table with a select box for each meaning, where there are very many."""
    labels = [mapping.label_of(c, methodology) for c in held.columns]
    shown = pd.DataFrame(
        {
            "column": [c.header for c in held.columns],
            "values": [_examples(frame[c.header]) for c in held.columns],
            "meaning": labels,
            "why": [c.why for c in held.columns],
            "sure": ["" if c.role == "ignore" else _sure(c.sure) for c in held.columns],
        }
    )
    edited = st.data_editor(
        shown,
        key=f"columns.{key}",
        hide_index=True,
        disabled=["column", "values", "why", "sure"],
        column_config={
            "column": st.column_config.TextColumn("Column", width="medium"),
            "values": st.column_config.TextColumn("For example", width="medium"),
            "meaning": st.column_config.SelectboxColumn(
                "Is taken for", options=list(mapping.meanings(methodology)), required=True
            ),
            "why": st.column_config.TextColumn("Because", width="large"),
            "sure": st.column_config.TextColumn("How sure", width="small"),
        },
    )
    meanings = mapping.meanings(methodology)
    for column, before, after in zip(held.columns, labels, edited["meaning"], strict=True):
        if after != before:
            return mapping.with_column(held, column.header, *meanings[after], methodology)
    return held


def _sure(sure: float) -> str:
    """How sure a proposal is, in a word."""
    return "certain" if sure >= SURE else "likely" if sure >= LIKELY else "a guess"


def _examples(values: pd.Series[str]) -> str:
    """Three different values of a column."""
    return " | ".join(values[values != ""].drop_duplicates().head(3))
