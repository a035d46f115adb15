"""Editing the mix of software and services that is expected at each maturity."""

from __future__ import annotations

import streamlit as st

from cmi.methodology import Methodology
from cmi.methodology.places import Place
from cmi.revenue import span
from cmi.ui.refine.editing.fields import Inputs
from cmi.ui.session import Frame


def places(methodology: Methodology) -> dict[Place, str]:
    """The bands of maturity, with their scores."""
    bands = methodology.bands
    return {("bands", n): f"{band.name} · {span(bands, n)}" for n, band in enumerate(bands)}


def lists(methodology: Methodology) -> dict[Place, str]:
    """Nothing can be added."""
    del methodology
    return {}


def can_go(place: Place) -> bool:
    """Nothing can be removed."""
    del place
    return False


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of a band."""
    del methodology, frame
    left, right = st.columns([2, 3], gap="large")
    with left:
        inputs.text("name", "Name")
        inputs.number("services", "Services, in % of the revenue", step=5.0)
        st.caption(
            "The rest is software. This is an assumption of your team, not a measurement: no score "
            "follows it; the estimates of the Audiences page do."
        )
        inputs.number("from", "From this CMI on")
    with right:
        inputs.text("offer", "What to offer", tall=110)
