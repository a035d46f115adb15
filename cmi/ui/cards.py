"""Scenarios, customers and plays as small cards: colour, shape, name and words together."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi.customer import Facts
from cmi.methodology import BANDS, GridKey, Methodology, Play, Scenario
from cmi.portfolio import main_currency
from cmi.ui.markdown import plain
from cmi.words import count, listed, money, share

SHAPES = {
    "x": "✕",
    "diamond": "◆",
    "square": "■",
    "circle": "●",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "pentagon": "⬟",
    "star": "★",
    "hexagon": "⬢",
    "cross": "✚",
}
COLLECTED = {
    "cmi": ("pages/collect/assess.py", "Make the workbook that collects maturity", "checklist"),
    "chs": (
        "pages/collect/upload.py",
        "Upload what tells health: usage, tickets, surveys",
        "upload",
    ),
}


def badge(scenario: Scenario | None) -> None:
    """A scenario's name in its colour and with its shape."""
    if scenario is None:
        st.badge("Not placed", color="gray")
    else:
        shape = SHAPES.get(scenario.symbol, "")
        st.badge(plain(f"{shape} {scenario.name}"), color=badge_colour(scenario))


def standing(scenario: Scenario | None, instead: Scenario | None) -> None:
    """Where a customer stands, and what was agreed instead."""
    badge(scenario)
    if instead is not None:
        st.markdown("agreed instead:", width="content")
        badge(instead)


def badge_colour(scenario: Scenario) -> Any:
    """Streamlit's own colour that is nearest to the scenario's."""
    low = (scenario.cmi == "low") + (scenario.chs == "low")
    if low == 2:
        return "red"
    if scenario.chs == "low":
        return "orange"
    return "green"


def figure(label: str, value: str, beneath: str) -> None:
    """A number with what stands beneath it: a change (+3 or −3) with its arrow, in green or red;
    other words, if any, in grey.
    """
    rose, fell = beneath.startswith("+"), beneath.startswith("−")
    st.metric(
        label,
        value,
        beneath or None,
        delta_color="green" if rose else "red" if fell else "off",
        delta_arrow="up" if rose else "down" if fell else "off",  # it knows only the hyphen
    )


def tiles(
    rows: pd.DataFrame, methodology: Methodology, grid: GridKey, scores: pd.DataFrame
) -> None:
    """The scenarios as they lie on the plane: money, customers, share."""
    found = {row["key"]: row for row in rows.to_dict("records")}
    currency = main_currency(scores)
    bands = BANDS[grid]
    for chs in reversed(bands):
        for column, cmi in zip(st.columns(len(bands)), bands, strict=True):
            scenario = next(s for s in methodology.grid(grid) if (s.cmi, s.chs) == (cmi, chs))
            with column:
                _tile(found[scenario.key], scenario, currency)


def _tile(row: dict[Any, Any], scenario: Scenario, currency: str) -> None:
    customers = f"{count(row['customers'], 'customer')} · {share(row['share'])}"
    with st.container(border=True, gap=None, height="stretch"):
        if scenario.grid == "2x2":
            badge(scenario)
            st.metric(
                scenario.name,
                money(row["arr"], currency),
                customers,
                delta_arrow="off",
                delta_color="off",
                label_visibility="collapsed",
            )
            st.caption(plain(scenario.decision))
        else:
            colour, shape = badge_colour(scenario), SHAPES.get(scenario.symbol, "")
            st.markdown(f":{colour}[{shape}] {plain(scenario.name)}")
            st.markdown(f"**{money(row['arr'], currency)}**")
            st.caption(customers.replace(" · ", "  \n"))


def talk_first(customers: pd.DataFrame, title: str = "Talk to these first") -> None:
    """The customers that deserve the first conversation."""
    if len(customers):
        st.markdown(f"**{title}**")
    for customer in customers.to_dict("records"):
        customer_link(customer["customer_id"], customer["name"], customer["why"])


def first_steps(scores: pd.DataFrame) -> None:
    """What brings the customers to their places, where none has one yet."""
    health, maturity = (int(scores[axis].notna().sum()) for axis in ("chs", "cmi"))
    with st.container(border=True):
        st.markdown("**A place needs both scores**")
        st.markdown(f"{count(health, 'customer')} with health, {maturity:,} with maturity.")
        if not maturity:
            collect("cmi")
        if not health:
            collect("chs")


def collect(score: str) -> None:
    """A link to where a score that nobody has yet is collected."""
    page, label, icon = COLLECTED[score]
    st.page_link(page, label=label, icon=f":material/{icon}:")


def customer_link(customer_id: str, name: str, why: str) -> None:
    """A customer's name that opens the customer, with a sentence beneath."""
    st.page_link(
        "pages/explore/customer.py",
        label=f"**{plain(name)}**  \n{plain(why)}",
        query_params={"customer": customer_id},
    )


def customer_open(customer_id: str, name: str) -> None:
    """A link to a customer's page."""
    st.page_link(
        "pages/explore/customer.py",
        label=f"Open {plain(name)}",
        icon=":material/arrow_forward:",
        query_params={"customer": customer_id},
    )


def playbook(facts: Facts, scenario: Scenario | None, plays: list[Play]) -> None:
    """A customer's scenario with its plays, the most useful first."""
    with st.container(border=True):
        st.markdown(f"**{plain(facts.name)}**")
        badge(scenario)
        st.caption(plain(f"Health {facts.health} · Maturity {facts.maturity} · {facts.arr} ARR"))
        if scenario is None:
            st.write(plain(facts.missing))
            return
        st.write(plain(scenario.summary))
        for play in plays:
            with st.expander(plain(f"{play.title} ({play.owner})")):
                st.markdown("\n".join(f"1. {plain(step)}" for step in play.steps))
                st.caption(plain(play.effect))
        st.caption(plain(scenario.avoid))


def play(shown: Play, methodology: Methodology) -> None:
    """A play with its steps and what it should move."""
    st.markdown(f"**{plain(shown.title)}** · {plain(shown.owner)}")
    st.markdown("\n".join(f"1. {plain(step)}" for step in shown.steps))
    moved = [methodology.item(key).name for key in shown.improves]
    st.caption(f"{plain(shown.effect)} Moves: {plain(listed(moved, 6))}.")
