"""The rules explained: maturity, health, the plane and its decisions, exceptions."""

from __future__ import annotations

import streamlit as st

from cmi import charts
from cmi.methodology import Methodology, rulebook
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
