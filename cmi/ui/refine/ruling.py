"""The rules explained: maturity, health, the plane and its decisions, exceptions."""

from __future__ import annotations

import streamlit as st

from cmi import charts, revenue
from cmi.methodology import Methodology, exceptions, rulebook
from cmi.ui import cards, opening, session, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.refine import versions


def explained(rules: Methodology) -> None:
    """How the scores are made, in words that can be handed to a new colleague."""
    st.write(rulebook.introduction(rules))
    with widgets.bar():
        versions.take_along(rules, "explained")
    tabs = st.tabs(
        [
            "Maturity (CMI)",
            "Health (CHS)",
            "The plane and its decisions",
            "Exceptions and small print",
        ]
    )
    parts = (_maturity, _health, _plane, _small_print)
    for tab, part in zip(tabs, parts, strict=True):
        with tab:
            part(rules)


def _maturity(rules: Methodology) -> None:
    st.write(rulebook.maturity(rules))
    for characteristic in rules.characteristics:
        st.subheader(plain(characteristic.name), anchor=False)
        st.caption(
            f"{plain(characteristic.summary)} "
            f"Weight {rulebook.weight_of(characteristic, rules.characteristics)}."
        )
        for factor in characteristic.factors:
            with st.expander(f"**{plain(factor.name)}**: {plain(factor.question)}"):
                for level, anchor in enumerate(factor.levels, start=1):
                    st.markdown(f"**{level}** {plain(anchor)}")
    _mix(rules)


def _health(rules: Methodology) -> None:
    st.write(rulebook.health(rules))
    for group in rules.groups:
        st.subheader(plain(group.name), anchor=False)
        tables.rule_table(rulebook.drivers_of(rules, group.key), key=group.key)


def _plane(rules: Methodology) -> None:
    grid = opening.grid_choice()
    st.write(rulebook.cuts(rules, grid))
    widgets.figure(charts.empty_plane(rules, grid, session.look()), "empty")
    for scenario in rules.grid(grid):
        with st.expander(f"**{plain(scenario.name)}**: {plain(scenario.decision)}"):
            cards.badge(scenario)
            st.write(plain(scenario.summary))
            for key in scenario.plays:
                cards.play(rules.play(key), rules)
            st.caption(f"What not to do: {plain(scenario.avoid)}")


def _small_print(rules: Methodology) -> None:
    for sentence in rulebook.small_print(rules):
        st.markdown(f"- {plain(sentence)}")
    for number, override in enumerate(rules.overrides):
        st.subheader(plain(f"Exception for {' or '.join(override.values)}"), anchor=False)
        st.write(plain(rulebook.whom(override)))
        st.dataframe(
            exceptions.beside_all(override, rules),
            key=f"exception.{number}",
            hide_index=True,
            height="content",
            column_config={"what": "What", "for_all": "For all", "for_them": "For them"},
        )


def _mix(rules: Methodology) -> None:
    """The bands of maturity, with what a customer there is expected to buy."""
    bands = revenue.bands_of(rules)
    st.subheader("Expected mix of software and services", anchor=False)
    st.caption(
        "How much of a customer's revenue should be services at this maturity: an assumption of "
        "the team, not a measurement. It changes no score; the Audiences page estimates by it."
    )
    st.dataframe(
        [
            {
                "band": band.name,
                "span": revenue.span(bands, number),
                "services": band.services,
                "software": 100 - band.services,
                "offer": band.offer,
            }
            for number, band in enumerate(bands)
        ],
        key="bands",
        hide_index=True,
        height="content",
        column_config={
            "band": st.column_config.TextColumn("Maturity", width=100),
            "span": st.column_config.TextColumn("Scores", width=100),
            "services": st.column_config.NumberColumn("Services", format="%g %%", width=80),
            "software": st.column_config.NumberColumn("Software", format="%g %%", width=80),
            "offer": st.column_config.TextColumn("What to offer", width=720),
        },
    )
