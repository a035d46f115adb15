"""The assessment workbook to take along: for everybody, one owner, one segment, or who is due."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi.freshness import assess
from cmi.methodology import Methodology
from cmi.portfolio import present, segment_columns
from cmi.store import Store
from cmi.ui import session
from cmi.ui.collect import assessing

EVERYBODY = "Everybody"


def offer(store: Store, methodology: Methodology) -> None:
    """What to do with empty hands: the workbook, and for whom it is to be made."""
    with st.container(border=True):
        st.markdown("**Maturity comes from an assessment**")
        st.write(
            "Take the workbook, enter a level from 1 to 5 per question with the people who know "
            "the customer, and drop it here."
        )
        known = session.known(store, methodology)
        customers = known if known.empty else _chosen(known, methodology)
        assessing.workbook(methodology, None if known.empty else customers, "template")


def _chosen(known: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The customers of one owner or segment, or those whose assessment is missing or stale."""
    there = present(known)
    left, middle, right, last = st.columns(4, vertical_alignment="bottom")
    owners = sorted(there["owner"].dropna().unique())
    owner = left.selectbox("Owner", [EVERYBODY, *owners], key="template.owner")
    columns = segment_columns(there, methodology)
    column = middle.selectbox("Segment", [EVERYBODY, *columns], key="template.segment")
    values = sorted(there[column].dropna().unique()) if column != EVERYBODY else []
    value = right.selectbox(column, values, key=f"template.value.{column}") if values else None
    stale = (last if values else right).toggle(
        "Only who is due",
        key="template.stale",
        help="A level is missing, or older than the methodology lets it count as fresh.",
    )
    return assess.due(
        known,
        methodology,
        owner=None if owner == EVERYBODY else owner,
        segment=(column, value) if value else None,
        stale_only=stale,
    )
