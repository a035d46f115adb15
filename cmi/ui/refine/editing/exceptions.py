"""Editing the exceptions: segments that are measured by other weights, bounds or cuts."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd
import streamlit as st

from cmi.methodology import BANDS, Characteristic, Driver, Factor, Methodology
from cmi.methodology.overrides import holding
from cmi.methodology.places import Place
from cmi.portfolio import present, segment_columns
from cmi.ui import session
from cmi.ui.refine.editing.fields import Fields, Inputs
from cmi.ui.session import Frame
from cmi.words import MISSING, count

SAID: Fields = {}  # of a new exception
MOST_VALUES = 60  # of a column, to be offered
AXES = {"cmi": "maturity", "chs": "health"}


def places(methodology: Methodology) -> dict[Place, str]:
    """The exceptions, by whom they are for."""
    return {
        ("overrides", n): f"{o.columns[0]} is {' or '.join(o.values)}"
        for n, o in enumerate(methodology.overrides)
    }


def lists(methodology: Methodology) -> dict[Place, str]:
    """To which list something can be added, and what that is called."""
    del methodology
    return {("overrides",): "exception"}


def can_go(place: Place) -> bool:
    """Any exception can be removed."""
    return bool(place)


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of an exception."""
    inputs.together = _together
    customers = present(session.snapshot(frame))
    _parted(inputs.said)
    _for_whom(inputs, customers, methodology)
    if not inputs.new:
        number = _held(customers, methodology, int(inputs.place[1]))
        st.caption(f"It holds for {count(number, 'customer')} of {len(customers):,} today.")
    st.markdown("What differs for them; an empty cell stays as usual.")
    inputs.table(
        "rules",
        _rules(inputs.said, methodology),
        height=320,
        placeholder=MISSING,
        disabled=["item", "usual_weight", "usual_bounds"],
        column_order=["item", "usual_weight", "weight", "usual_bounds", "worst", "best"],
        column_config={
            "item": st.column_config.TextColumn("What is measured", pinned=True),
            "usual_weight": st.column_config.NumberColumn("Usual weight", format="%g"),
            "weight": st.column_config.NumberColumn("Own weight", format="%g"),
            "usual_bounds": st.column_config.TextColumn("Usual bounds"),
            "worst": st.column_config.NumberColumn("Own worst", format="%g"),
            "best": st.column_config.NumberColumn("Own best", format="%g"),
        },
    )
    for told in ("weights", "bounds"):
        inputs.tell(told)
    _cuts(inputs)


def _for_whom(inputs: Inputs, customers: pd.DataFrame, methodology: Methodology) -> None:
    columns = dict.fromkeys(
        [*inputs.said.get("columns", []), *segment_columns(customers, methodology)]
    )
    asked = {c.strip().casefold() for c in inputs.said.get("columns", [])}
    left, right = st.columns(2, gap="large")
    with left:
        inputs.several(
            "columns",
            "Column",
            {c: c for c in columns},
            accept_new_options=True,
            help="All names that your files give to this column.",
        )
    with right:
        said = [
            v
            for c in customers.columns
            if c.strip().casefold() in asked or (inputs.new and c in columns)
            for v in customers[c].dropna().unique()[:MOST_VALUES]
        ]
        values = dict.fromkeys([*inputs.said.get("values", []), *sorted(map(str, said))])
        inputs.several("values", "Is one of", {v: v for v in values}, accept_new_options=True)
    inputs.text("why", "Why they differ", tall=68)


def _rules(said: Fields, methodology: Methodology) -> pd.DataFrame:
    """A row for each part that may weigh otherwise, those that do first: key, item, usual_weight,
    weight, usual_bounds, worst, best.
    """
    parts: list[tuple[str, Characteristic | Factor | Driver]] = []
    for c in methodology.characteristics:
        parts += [(c.name, c), *((f"{c.name} · {f.name}", f) for f in c.factors)]
    parts += [(d.name, d) for d in methodology.drivers]
    weights, bounds = said.get("weights", {}), said.get("bounds", {})
    rows = [
        {
            "key": part.key,
            "item": name,
            "usual_weight": part.weight,
            "weight": weights.get(part.key),
            "usual_bounds": _bounds(part),
            **{side: bounds.get(part.key, {}).get(side) for side in ("worst", "best")},
        }
        for name, part in sorted(parts, key=lambda p: not {p[1].key} & {*weights, *bounds})
    ]
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(("usual_weight", "weight", "worst", "best"), "float64"))


def _bounds(part: Any) -> str:
    if isinstance(part, Driver) and part.worst is not None:
        return f"{part.worst:g} to {part.best:g} {part.unit}"
    return ""


def _cuts(inputs: Inputs) -> None:
    with st.expander("Own cuts of the plane"):
        for grid, bands in BANDS.items():
            cells = st.columns(4)
            names = ["Cut"] if len(bands) == 2 else ["Lower cut", "Upper cut"]
            wanted = [(axis, n, name) for axis in AXES for n, name in enumerate(names, start=1)]
            for cell, (axis, n, name) in zip(cells, wanted, strict=False):
                with cell:
                    inputs.number(
                        f"{grid} {axis} {n}",
                        f"{name} of {AXES[axis]}, {grid}",
                        optional=True,
                        placeholder="as usual",
                    )
        inputs.tell("cuts")


def _parted(said: Fields) -> None:
    """The cuts as the inputs call them."""
    for grid, cuts in said.get("cuts", {}).items():
        for axis, values in cuts.items():
            said |= {f"{grid} {axis} {n}": cut for n, cut in enumerate(values, start=1)}


def _together(values: Fields, said: Fields) -> Fields:
    cuts: Fields = {}
    for grid, bands in BANDS.items():
        for axis in AXES:
            names = [f"{grid} {axis} {n}" for n in range(1, len(bands))]
            own = [values.pop(n, said.get(n)) for n in names]
            if any(cut is not None for cut in own):
                cuts.setdefault(grid, {})[axis] = [cut for cut in own if cut is not None]
    table = values.pop("rules", None)
    told = {} if table is None else _told(table, said)
    return values | told | {"cuts": cuts}


def _told(table: pd.DataFrame, said: Fields) -> Fields:
    """Weights and bounds of the table, in the order in which they stood before."""
    rows = table.set_index("key")
    weights = rows["weight"].dropna().astype("float64").to_dict()
    own = rows[["worst", "best"]].dropna(how="all").to_dict("index")
    bounds = {
        k: {s: None if pd.isna(v) else float(v) for s, v in b.items()} for k, b in own.items()
    }
    return {
        name: {k: now[k] for k in [*said.get(name, {}), *now] if k in now}
        for name, now in (("weights", weights), ("bounds", bounds))
    }


def _held(customers: pd.DataFrame, methodology: Methodology, number: int) -> int:
    """How many customers an exception holds for."""
    frame = nw.from_native(customers, eager_only=True)
    marks = frame.select(*holding(methodology, frame.schema)).to_native()
    column = f"_holds.{number}"
    return int(marks[column].sum()) if column in marks else 0
