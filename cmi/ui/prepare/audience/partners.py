"""Business development: how much consulting could partners deliver?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import revenue
from cmi.audiences import consulting
from cmi.charts.bars import bars
from cmi.methodology import GridKey, MaturityBand, Methodology
from cmi.portfolio import main_currency, segment_columns
from cmi.ui import session, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import count, money

MOST_BARS = 12


def shown(
    frame: Frame, scores: pd.DataFrame, grid: GridKey, bands: tuple[MaturityBand, ...]
) -> None:
    """The volume in money, split as partners are chosen, and the customers behind it."""
    rules, currency = frame.methodology, main_currency(scores)
    st.header("How much consulting could partners deliver?", anchor=False)
    found = consulting.volume(scores, rules, grid, bands)
    st.markdown(f"**{plain(consulting.headline(found, currency))}**")
    if found.empty:
        return
    if found["volume"].notna().any():
        st.caption(
            ":material/calculate: An estimate: expected share × revenue − services bought now. "
            + plain(revenue.assumption(bands))
        )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        by = _by(scores, rules)
        told = consulting.split(found, scores, by)
        _bars(told, currency)
        lists.take_along(lambda: told, "consulting by partner field", frame, scores)
    with right:
        st.markdown("**With whom?**")
        order = "The largest volume first. " if found["volume"].notna().any() else ""
        st.caption(f"{order}{lists.OPEN}")
        lists.customers(
            lists.percents(found, "expected"),
            "consulting",
            {
                "volume": lists.money("Volume", currency, "Estimated, per year"),
                "expected": lists.EXPECTED,
                "revenue": lists.money("Revenue", currency, "Software and services, per year"),
                "services": lists.money("Services now", currency),
                "weakest": st.column_config.TextColumn("Weakest"),
                "owner": lists.OWNER,
                "cmi": lists.CMI,
                "chs": lists.CHS,
            },
        )
        lists.take_along(lambda: found, "consulting for partners", frame, scores)


def _by(scores: pd.DataFrame, rules: Methodology) -> str:
    there = [c for c in segment_columns(scores, rules) if c != consulting.WEAKEST]
    offered = [consulting.WEAKEST, *(c for c in there if scores[c].nunique() > 0)]
    with widgets.bar():
        st.markdown("**Split by**", width="content")
        return widgets.choice("Split by", offered, consulting.WEAKEST, "consulting_by")


def _bars(told: pd.DataFrame, currency: str) -> None:
    """The volume by label; where nobody's is known, the number of customers."""
    known = told["volume"].notna().any()
    first = told.head(MOST_BARS)
    rows = pd.DataFrame(
        {
            "label": first["label"],
            "value": first["volume"] if known else first["customers"],
            "said": [
                money(volume, currency) if known and of else f"{n:,}"
                for volume, of, n in zip(
                    first["volume"], first["known"], first["customers"], strict=True
                )
            ],
            "hint": [
                f"{count(n, 'customer')}, revenue known of {of:,}"
                for n, of in zip(first["customers"], first["known"], strict=True)
            ],
        }
    )
    axis = f"estimated volume a year, {currency}".rstrip(", ") if known else "customers"
    widgets.figure(bars(rows, session.look(), axis=axis), "volume")
    if len(told) > len(first):
        st.caption(f"The {len(first)} largest of {len(told):,}.")
