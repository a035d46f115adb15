"""For whom the page answers, and which mix of revenue they expect."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cmi.methodology import MaturityBand, Methodology
from cmi.revenue import bands_of, span
from cmi.ui import choices, widgets
from cmi.ui.markdown import plain

AUDIENCES = {
    "marketing": "Marketing",
    "sales": "Sales",
    "product": "Product",
    "partners": "Business development",
    "success": "Customer success",
    "customer": "The customer",
    "revenue": "Revenue by maturity",
}
_KEY = "audience"


def audience() -> str:
    """Whose question is answered, a key of AUDIENCES; in the address as `for`."""
    asked = choices.kept("for")
    st.session_state[_KEY] = asked if asked in AUDIENCES else next(iter(AUDIENCES))
    chosen = st.segmented_control(
        "For whom",
        list(AUDIENCES),
        format_func=AUDIENCES.__getitem__,
        required=True,
        key=_KEY,
        on_change=_choose,
        label_visibility="collapsed",
    )
    chosen = chosen or next(iter(AUDIENCES))
    choices.keep("for", chosen)  # an address that was opened holds on the way back, too
    return chosen


def _choose() -> None:
    choices.keep("for", st.session_state[_KEY])


def expected_mix(methodology: Methodology) -> tuple[MaturityBand, ...]:
    """The bands with the percentages that the reader set; else those of the methodology."""
    bands = bands_of(methodology)
    keys = [f"services{n}" for n in range(len(bands))]
    opened = st.popover("Expected mix", icon=":material/tune:")
    with opened:
        st.write("How much of a customer's revenue should be services? The rest is software.")
        chosen = [
            st.number_input(
                f"{plain(band.name)}, {span(bands, n)} (%)",
                min_value=0.0,
                max_value=100.0,
                value=float(band.services),
                step=5.0,
                format="%.0f",
                key=key,
                bind="query-params",
                persist_state="session",
            )
            for n, (key, band) in enumerate(zip(keys, bands, strict=True))
        ]
        st.caption(
            f"Assumptions, yours to set. Methodology {plain(methodology.version)} says "
            f"{' · '.join(f'{band.services:g}' for band in bands)}; what you try here stands in "
            "the address only. To have it hold for everybody, enter it in the methodology."
        )
        with widgets.bar():
            st.button("As in the methodology", on_click=_reset, args=[keys, bands])
            st.page_link(
                "pages/refine/methodology.py",
                label="Change the methodology",
                icon=":material/rule:",
                query_params={"rules": "Change it"},
            )
    return tuple(
        replace(band, services=services) for band, services in zip(bands, chosen, strict=True)
    )


def _reset(keys: list[str], bands: tuple[MaturityBand, ...]) -> None:
    for key, band in zip(keys, bands, strict=True):
        st.session_state[key] = float(band.services)
