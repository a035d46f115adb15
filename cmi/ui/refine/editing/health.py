"""Editing the health side: groups and drivers, with the portfolio's values beside the bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from cmi import charts
from cmi.evidence import spread
from cmi.methodology import Driver, Methodology
from cmi.methodology.places import Place
from cmi.ui import session, widgets
from cmi.ui.markdown import plain
from cmi.ui.refine.editing.fields import Fields, Inputs, brief
from cmi.ui.session import Frame
from cmi.words import share

FIGURE, WORDS = "A figure", "Categories"
RULES = {
    "latest": "The latest one",
    "sum": "Their sum",
    "mean": "Their mean",
    "count": "How many rows",
    "count_distinct": "How many different ones",
    "share": "The share that says yes",
    "days_since": "Days since the last one",
    "nps": "Net promoter score",
}
SAID = {"scale": FIGURE, "collect": {"rule": "latest", "days": 90}}  # of a new driver


def places(methodology: Methodology) -> dict[Place, str]:
    """What can be chosen: drivers, then their groups, with names."""
    found: dict[Place, str] = {}
    for g in methodology.groups:
        theirs = [d for d in methodology.drivers if d.group == g.key]
        found |= {("drivers", d.key): f"{g.name} · {d.name}" for d in theirs}
    return found | {("groups", g.key): f"Group · {g.name}" for g in methodology.groups}


def lists(methodology: Methodology) -> dict[Place, str]:
    """To which list something can be added, and what that is called."""
    del methodology
    return {("drivers",): "driver"}


def can_go(place: Place) -> bool:
    """Whether it can be retired: a driver, not a group."""
    return place[0] == "drivers"


def form(inputs: Inputs, methodology: Methodology, frame: Frame) -> None:
    """The inputs of a group or a driver."""
    if inputs.place[0] == "groups":
        inputs.text("name", "Name", width=420)
        return
    inputs.together = _together
    known = {} if inputs.new else {d.key: d for d in methodology.drivers}
    driver = known.get(str(inputs.place[-1]))
    _parted(inputs.said)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _words(inputs, methodology)
    with right:
        scale = _scale(inputs)
        if driver is None:
            _points(inputs, scale, None, pd.Series(dtype="float64"))
        else:
            values = spread.values(_snapshot(frame, driver, methodology), methodology, driver.key)
            _points(inputs, scale, driver, values)
            _elsewhere(methodology, driver)
        inputs.tell("")
    with st.expander("Which values are possible, and how many rows become one"):
        _collected(inputs)


def _words(inputs: Inputs, methodology: Methodology) -> None:
    inputs.text("name", "Name")
    inputs.one_of("group", "Group", {g.key: g.name for g in methodology.groups})
    inputs.text("unit", "Unit", placeholder="such as: tickets in 90 days")
    inputs.text("why", "Why it counts", tall=110)
    weight, days = st.columns(2)
    with weight:
        inputs.number("weight", "Weight", placeholder="as the others")
        if not inputs.new:
            whole = sum(d.weight for d in methodology.drivers)
            st.caption(f"{share(inputs.said['weight'] / whole)} of health")
    with days:
        usual = methodology.validity.driver
        inputs.number(
            "valid_for", "Valid days", whole=True, optional=True, placeholder=f"{usual} as usual"
        )


def _scale(inputs: Inputs) -> str:
    """Whether it is measured by a figure or by words."""
    return inputs.buttons("scale", "It is measured by", [FIGURE, WORDS])


def _points(inputs: Inputs, scale: str, driver: Driver | None, values: pd.Series[float]) -> None:
    """The bounds or the categories, and what the portfolio says to them."""
    if scale == WORDS:
        _categories(inputs, driver, values)
        return
    worst, best = st.columns(2)
    with worst:
        inputs.number("worst", "Worst (0 points)")
    with best:
        inputs.number("best", "Best (100 points)")
    if driver is None or driver.worst is None or driver.best is None:
        st.caption("The worst may be the larger one: then less is better.")
        return
    more = "More" if driver.best > driver.worst else "Less"
    inputs.swap("worst", "best", f"{more} is better: turn it round")
    if values.empty or not pd.api.types.is_numeric_dtype(values):
        st.caption(plain(f"Nobody has a value of {driver.name} yet."))
        return
    drawn = spread.bars(values, driver.worst, driver.best)
    figure = charts.spread(drawn, driver.worst, driver.best, brief(driver.unit), session.look())
    widgets.figure(figure, "spread")
    st.caption(plain(spread.in_words(values, driver)))


def _categories(inputs: Inputs, driver: Driver | None, values: pd.Series[float]) -> None:
    held = dict(inputs.said.get("categories", {}))
    words = values.astype("str")
    there = spread.by_category(words, driver) if driver else {}
    frame = pd.DataFrame(
        {
            "category": pd.Series(list(held), dtype="str"),
            "points": pd.Series(list(held.values()), dtype="float64"),
            "customers": pd.Series([there.get(name, 0) for name in held], dtype="int64"),
        }
    )
    inputs.table(
        "categories",
        frame,
        num_rows="dynamic",
        disabled=["customers"],
        height="content",
        column_config={
            "category": st.column_config.TextColumn("Category", required=True),
            "points": st.column_config.NumberColumn("Points, 0 to 100", format="%g"),
            "customers": st.column_config.NumberColumn("Customers", format="localized"),
        },
    )
    if driver and driver.categories and (lost := spread.of_no_category(words, driver)):
        st.caption(plain(lost))


def _elsewhere(methodology: Methodology, driver: Driver) -> None:
    """Who is measured by other bounds, which stay as they are."""
    for o in methodology.overrides:
        if driver.key in dict(o.bounds):
            b = dict(o.bounds)[driver.key]
            who = " or ".join(o.values)
            st.caption(
                plain(
                    f"Customers of the exception for {who} are measured from {b.worst:g} to "
                    f"{b.best:g}. They are not in the picture, and these bounds do not move theirs."
                )
            )


def _collected(inputs: Inputs) -> None:
    cells = st.columns(4)
    with cells[0]:
        inputs.number("range min", "Least that is possible", optional=True, placeholder="no limit")
    with cells[1]:
        inputs.number("range max", "Most that is possible", optional=True, placeholder="no limit")
    with cells[2]:
        inputs.one_of("collect rule", "Of many rows", RULES)
    with cells[3]:
        inputs.number("collect days", "Of the last days", whole=True)
    for told in ("range", "collect"):
        inputs.tell(told)


def _parted(said: Fields) -> None:
    """The fields as the inputs call them."""
    said.setdefault("scale", WORDS if said.get("categories") else FIGURE)
    said |= {f"range {side}": limit for side, limit in said.get("range", {}).items()}
    said |= {f"collect {part}": what for part, what in said["collect"].items()}


def _together(values: Fields, said: Fields) -> Fields:
    scale = values.pop("scale", said["scale"])
    limits = {s: values.pop(f"range {s}", said.get(f"range {s}")) for s in ("min", "max")}
    collect = {p: values.pop(f"collect {p}", said[f"collect {p}"]) for p in ("rule", "days")}
    table = values.pop("categories", None)
    if scale == FIGURE:
        categories = None
    elif table is None:
        categories = said.get("categories")
    else:
        categories = [[_word(c), _number(p)] for c, p in table[["category", "points"]].to_numpy()]
    other = {"worst": None, "best": None} if scale == WORDS else {}
    return values | other | {"categories": categories, "range": limits, "collect": collect}


def _word(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell).strip()


def _number(cell: Any) -> Any:
    return None if pd.isna(cell) else cell


def _snapshot(frame: Frame, driver: Driver, methodology: Methodology) -> pd.DataFrame:
    """What is known; read anew where the rules in force do not measure the driver like this."""
    before = {d.key: bool(d.categories) for d in frame.methodology.drivers}
    if before.get(driver.key) == bool(driver.categories):
        return session.snapshot(frame)
    return session.snapshot(replace(frame, methodology=methodology))
