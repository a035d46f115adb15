"""What the reader chose: it stands in the address, and still holds on the way back."""

from __future__ import annotations

from datetime import date
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from cmi.ui import session
from cmi.words import MISSING


def kept(name: str) -> str | None:
    """What was chosen under this name: in the address, or on the last visit."""
    return st.query_params.get(name) or st.session_state.get(f"_{name}")


def keep(name: str, chosen: str | None) -> None:
    """Keep a choice in the address and for the next visit, or forget it."""
    if chosen is None:
        st.query_params.pop(name, None)
        st.session_state.pop(f"_{name}", None)
    else:
        st.query_params[name] = st.session_state[f"_{name}"] = chosen


def ticked(groups: pd.DataFrame, key: str, **settings: Any) -> int | None:
    """Draw a table with a row per group and return the position of the ticked one.

    Its `label` is kept under the key, and stays ticked when its row moves.
    """
    labels = groups["label"].tolist()
    first = [n for n, label in enumerate(labels) if label == kept(key)]
    event = st.dataframe(
        groups,
        key=f"{key}.{session.selection_round()}.{crc32('/'.join(labels).encode())}",
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": first}},
        **settings,
    )
    rows = event["selection"]["rows"] if event else []
    keep(key, labels[rows[0]] if rows else None)
    return int(rows[0]) if rows else None


def way_back(*, at_customer: bool) -> None:
    """Let the choices of a page hold when the browser goes back to it from a customer.

    Where a tick in a table led to the customer, it goes back to an address that has the customer
    and no choices: the controls would take that for what is wanted.
    """
    if at_customer:
        st.session_state["_at_customer"] = True
    elif st.session_state.pop("_at_customer", False) and "customer" in st.query_params:
        for key, value in list(st.session_state.items()):
            words = value if isinstance(value, list) else [value]
            if words and all(isinstance(word, str | date) for word in words):
                st.session_state[key] = value
        st.rerun()
