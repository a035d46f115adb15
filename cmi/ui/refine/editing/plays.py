"""Editing the plays: their steps, and what they improve."""

from __future__ import annotations

import streamlit as st

from cmi.methodology import Methodology
from cmi.methodology.places import Place
from cmi.ui.markdown import plain
from cmi.ui.refine.editing.fields import Inputs
from cmi.ui.session import Frame
from cmi.words import listed

SAID: dict[str, list[str]] = {}  # of a new play


def places(methodology: Methodology) -> dict[Place, str]:
    """The plays, with their titles."""
    return {("plays", p.key): p.title for p in methodology.plays}


def lists(methodology: Methodology) -> dict[Place, str]:
    """To which list something can be added, and what that is called."""
    del methodology
    return {("plays",): "play"}


def can_go(place: Place) -> bool:
    """Any play can be removed."""
    return bool(place)


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of a play."""
    del frame
    left, right = st.columns(2, gap="large")
    with left:
        inputs.text("title", "Title")
        inputs.text("owner", "Who does it")
        inputs.text("effect", "What it brings", tall=90)
    with right:
        inputs.lines("steps", "Steps, one in each line", tall=200)
        inputs.text("when", "When to choose it", tall=90, optional=True)
    inputs.text(
        "to_customer", "What a customer reads about it (empty: it is never told)", optional=True
    )
    inputs.several("improves", "Improves", {i.key: i.name for i in methodology.items})
    if not inputs.new:
        used = [s.name for s in methodology.scenarios if inputs.place[-1] in s.plays]
        where = f"Proposed in {listed(used)}." if used else "No scenario proposes it yet."
        st.caption(plain(where))
