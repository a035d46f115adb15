"""Sales: who is ready to expand, and which mix fits whom?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import revenue
from cmi.audiences import offers
from cmi.charts.bars import bars
from cmi.methodology import GridKey, MaturityBand
from cmi.portfolio import main_currency
from cmi.ui import session, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import count, money


def shown(
    frame: Frame, scores: pd.DataFrame, grid: GridKey, bands: tuple[MaturityBand, ...]
) -> None:
    """Those who are ready, when they renew, and the mix for each customer."""
    st.header("Who is ready to expand?", anchor=False)
    currency = main_currency(scores)
    ready = offers.ready(scores, frame.methodology, grid, bands)
    st.markdown(f"**{plain(offers.headline(ready, scores))}**")
    if len(ready):
        due = offers.renewals(scores, ready.index)
        apart = due["label"].isin([offers.LATER, offers.UNKNOWN])
        if apart.all():
            _ready(frame, scores, ready, grid)
        else:
            left, right = st.columns([2, 1], gap="large")
            with left:
                _ready(frame, scores, ready, grid)
            with right:
                _renewals(due[~apart], due[apart], currency)
    _mix(frame, scores, bands)


def _ready(frame: Frame, scores: pd.DataFrame, ready: pd.DataFrame, grid: GridKey) -> None:
    first = "The next renewals first, then by ARR." if ready["near"].any() else "By ARR."
    st.caption(f"{first} {lists.OPEN}")
    lists.customers(
        lists.percents(ready, "expected", "actual"),
        "ready",
        {
            "renewal_date": lists.RENEWAL,
            "arr": tables.MONEY,
            "chs": lists.CHS,
            "cmi": lists.CMI,
            "actual": lists.NOW,
            "expected": lists.EXPECTED,
            **({"scenario": lists.SCENARIO} if grid == "3x3" else {}),
            "owner": lists.OWNER,
        },
    )
    lists.take_along(lambda: ready, "ready to expand", frame, scores)


def _renewals(dated: pd.DataFrame, rest: pd.DataFrame, currency: str) -> None:
    """What renews in the quarters ahead; the rest in a sentence."""
    st.markdown("**When do they renew?**")
    told = bool(dated["arr"].notna().any())
    rows = pd.DataFrame(
        {
            "label": dated["label"],
            "value": dated["arr"] if told else dated["customers"],
            "said": [
                money(arr, currency) if known else f"{n:,}"
                for arr, known, n in zip(
                    dated["arr"], dated["known"], dated["customers"], strict=True
                )
            ],
            "hint": [
                f"{count(n, 'customer')}, ARR known of {known:,}"
                for n, known in zip(dated["customers"], dated["known"], strict=True)
            ],
        }
    )
    axis = f"ARR {currency}".strip() if told else "customers"
    widgets.figure(bars(rows, session.look(), axis=axis, lying=False), "renewals")
    later = [
        f"{row['label']}: {count(row['customers'], 'customer')}"
        + (f", {money(row['arr'], currency)} ARR." if row["known"] else ".")
        for row in rest.to_dict("records")
    ]
    st.caption(plain(" ".join(later)))


def _mix(frame: Frame, scores: pd.DataFrame, bands: tuple[MaturityBand, ...]) -> None:
    st.subheader("Which mix fits whom?", anchor=False)
    fits = [
        f"- **{plain(band.name)}** ({revenue.span(bands, n)}, {band.services:g} % services): "
        f"{plain(band.offer)}"
        for n, band in enumerate(bands)
    ]
    st.markdown("\n".join(fits))
    found = offers.offered(scores, bands)
    if found.empty:
        st.info("Nobody has a maturity score yet: assess customers to see which mix fits them.")
        return
    currency = main_currency(scores)
    mixed = revenue.mix(scores, bands)
    order = "Furthest from the mix first. " if mixed["revenue"].notna().any() else ""
    st.caption(f"{order}{plain(revenue.known_in_words(scores, mixed))} {lists.OPEN}")
    lists.customers(
        lists.percents(found, "expected", "actual"),
        "offered",
        {
            "band": st.column_config.TextColumn("Maturity"),
            "cmi": lists.CMI,
            "actual": lists.NOW,
            "expected": lists.EXPECTED,
            "services_short": lists.money("Room for services", currency),
            "software_short": lists.money("Room for software", currency),
            "owner": lists.OWNER,
        },
    )
    st.caption(plain(revenue.assumption(bands)))
    lists.take_along(lambda: found, "mix to offer", frame, scores)
