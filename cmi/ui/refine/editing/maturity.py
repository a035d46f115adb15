"""Editing the maturity side: characteristics, their factors, questions and anchors."""

from __future__ import annotations

import streamlit as st

from cmi.methodology import Methodology
from cmi.methodology.places import Place
from cmi.ui.markdown import plain
from cmi.ui.refine.editing.fields import Fields, Inputs
from cmi.ui.session import Frame
from cmi.words import share

ASPECTS = {"what": "What there is", "how_well": "How well", "relation": "In relation to others"}
LEVELS = range(1, 6)
SAID = {"levels": [""] * 5, "aspect": "what"}  # of a new factor


def places(methodology: Methodology) -> dict[Place, str]:
    """What can be chosen: characteristics and their factors, with names."""
    found: dict[Place, str] = {}
    for c in methodology.characteristics:
        found["characteristics", c.key] = c.name
        for f in c.factors:
            found["characteristics", c.key, "factors", f.key] = f"{c.name} · {f.name}"
    return found


def lists(methodology: Methodology) -> dict[Place, str]:
    """To which lists something can be added, and what that is called."""
    return {
        ("characteristics", c.key, "factors"): f"factor of {c.name}"
        for c in methodology.characteristics
    }


def can_go(place: Place) -> bool:
    """Whether it can be retired: a factor, not a characteristic."""
    return "factors" in place


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of a characteristic or a factor."""
    del frame
    if "factors" in inputs.place:
        _factor(inputs, methodology)
    else:
        _characteristic(inputs, methodology)


def _characteristic(inputs: Inputs, methodology: Methodology) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        inputs.text("name", "Name")
        inputs.number("weight", "Weight")
        whole = sum(c.weight for c in methodology.characteristics)
        st.caption(f"{share(inputs.said['weight'] / whole)} of maturity: only shares matter.")
    with right:
        inputs.text("summary", "What it is about", tall=110)
        st.caption(
            "A whole characteristic is added or taken out in the file: take a version along as "
            "TOML or Excel, edit it, and bring it back under Versions."
        )


def _factor(inputs: Inputs, methodology: Methodology) -> None:
    inputs.together = _together
    left, right = st.columns([2, 3], gap="large")
    with left:
        inputs.text("name", "Name")
        inputs.text("question", "Question", tall=110)
        inputs.one_of("aspect", "What it asks for", ASPECTS)
        weight, days = st.columns(2)
        with weight:
            inputs.number("weight", "Weight", placeholder="as the others")
            _of_its_characteristic(inputs, methodology)
        with days:
            usual = methodology.validity.factor
            inputs.number(
                "valid_for",
                "Valid days",
                whole=True,
                optional=True,
                placeholder=f"{usual} as usual",
            )
    inputs.said |= {f"levels {n}": inputs.said["levels"][n - 1] for n in LEVELS}
    with right:
        for n in LEVELS:
            inputs.text(f"levels {n}", f"Level {n}", tall=68, placeholder="A statement to check")
        inputs.tell("levels")


def _together(values: Fields, said: Fields) -> Fields:
    anchors = [values.pop(f"levels {n}", said[f"levels {n}"]) for n in LEVELS]
    return values | {"levels": anchors}


def _of_its_characteristic(inputs: Inputs, methodology: Methodology) -> None:
    if not inputs.new:
        c = next(c for c in methodology.characteristics if c.key == inputs.place[1])
        whole = sum(f.weight for f in c.factors)
        st.caption(plain(f"{share(inputs.said['weight'] / whole)} of {c.name}"))
