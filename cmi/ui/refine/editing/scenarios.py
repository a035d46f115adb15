"""Editing the plane: its cuts, and the words and plays of its scenarios."""

from __future__ import annotations

import streamlit as st

from cmi import charts
from cmi.methodology import BANDS, GridKey, Methodology
from cmi.methodology.places import Place
from cmi.ui import session, widgets
from cmi.ui.refine.editing.fields import Fields, Inputs
from cmi.ui.session import Frame

AXES = {"cmi": "Maturity", "chs": "Health"}


def places(methodology: Methodology) -> dict[Place, str]:
    """What can be chosen: the cuts of each grid and its scenarios, with names."""
    found: dict[Place, str] = {}
    for grid in BANDS:
        found["cuts", grid] = f"{grid} · Cuts"
        for s in methodology.grid(grid):
            found["scenarios", grid, s.key] = f"{grid} · {s.name}"
    return found


def lists(methodology: Methodology) -> dict[Place, str]:
    """Nothing can be added: each cell has one scenario."""
    del methodology
    return {}


def can_go(place: Place) -> bool:
    """Nothing can be removed."""
    del place
    return False


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of the cuts of a grid, or of a scenario."""
    del frame
    if inputs.place[0] == "cuts":
        _cuts(inputs, methodology, "3x3" if inputs.place[1] == "3x3" else "2x2")
    else:
        _scenario(inputs, methodology)


def _cuts(inputs: Inputs, methodology: Methodology, grid: GridKey) -> None:
    inputs.together = _together
    inputs.said |= {
        f"{axis} {n}": cut for axis in AXES for n, cut in enumerate(inputs.said[axis], start=1)
    }
    left, right = st.columns([1, 3], gap="large")
    with left:
        for axis, name in AXES.items():
            number = len(inputs.said[axis])
            for n in range(1, number + 1):
                which = ["Lower cut of", "Upper cut of"][n - 1] if number > 1 else "Cut of"
                inputs.number(f"{axis} {n}", f"{which} {name.lower()}")
            inputs.tell(axis)
        st.caption("A score equal to a cut belongs to the upper side.")
    with right:
        widgets.figure(charts.empty_plane(methodology, grid, session.look()), "cuts")


def _together(values: Fields, said: Fields) -> Fields:
    return {
        axis: [values.get(f"{axis} {n}", cut) for n, cut in enumerate(said[axis], start=1)]
        for axis in AXES
    }


def _scenario(inputs: Inputs, methodology: Methodology) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        inputs.text("name", "Name")
        inputs.text("decision", "What is decided there")
        inputs.number("priority", "Priority", whole=True, help="1 deserves the first hour.")
    with right:
        inputs.text("summary", "Who stands there", tall=110)
        inputs.text("avoid", "What not to do", tall=110)
    inputs.several("plays", "Plays", {p.key: p.title for p in methodology.plays})
