"""The customer's page: compared with whom, its way over time, and who needs the opposite."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from cmi import charts, customer, portfolio
from cmi.customer import items, journey, twins
from cmi.methodology import GridKey, Methodology
from cmi.segments import ALL, FEWEST, benchmarks
from cmi.ui import cards, dossier, session, tables, widgets
from cmi.ui.explore import explaining
from cmi.ui.markdown import plain
from cmi.ui.session import Frame
from cmi.words import day, period

AHEAD = timedelta(days=400)  # a renewal farther away is not drawn on the time line


# Compared


def compared(frame: Frame, everyone: pd.DataFrame, row: pd.DataFrame, grid: GridKey) -> None:
    """Its characteristics as a shape beside before and beside its peers, and its place among them.

    Which segment the peers are in is chosen, and kept in the address.
    """
    rules, customer_id = frame.methodology, str(row["customer_id"].iloc[0])
    with widgets.bar():
        segment = _peers(row, rules)
    named = ALL if segment is None else str(row[segment].iloc[0])
    found = benchmarks.compared(everyone, customer_id, rules, segment)
    shapes = _shapes(frame, row, found, grid, named)
    left, right = st.columns([5, 7], gap="large") if shapes else (st.container(), st.container())
    with left:
        st.subheader("Where is it mature, and where not?", anchor=False)
        st.write(plain(customer.weakest_in_words(row, rules) or "It was never assessed."))
        if shapes:
            axes = [c.name for c in rules.characteristics]
            widgets.figure(charts.radar(axes, shapes, session.look()), "radar")
    with right:
        whom = "others" if segment is None else f"others in {named}"
        st.subheader(f"How does it compare with {plain(whom)}?", anchor=False)
        st.write(plain(benchmarks.in_words(found, named if segment else "")))
        if found["peers"].any() or found["overall_peers"].any():
            tables.benchmark_table(found, named if segment else "")
            st.caption(
                "A percentile is the share of peers below it; empty: not known, or fewer than "
                f"{FEWEST} peers to compare with."
            )
            widgets.take_along(lambda: found, "benchmarks")


def _peers(row: pd.DataFrame, rules: Methodology) -> str | None:
    """The segment column to compare within; None for everybody."""
    theirs = [c for c in portfolio.segment_columns(row, rules) if pd.notna(row[c].iloc[0])]
    if not theirs:
        return None
    st.caption("Beside customers of the same", width="content")
    chosen = widgets.choice("Compare within", [*theirs, ALL], theirs[0], "peers")
    return None if chosen == ALL else chosen


def _shapes(
    frame: Frame, row: pd.DataFrame, found: pd.DataFrame, grid: GridKey, named: str
) -> dict[str, list[float | None]]:
    """The shapes of the radar by name: now, at the assessment before, the median of the peers."""
    rules, customer_id = frame.methodology, str(row["customer_id"].iloc[0])
    keys = [c.key for c in rules.characteristics]
    now = _levels(row, keys)
    if not any(now):
        return {}
    ends = journey.assessments(dossier.events(frame, customer_id), rules.raters.apart)
    shapes = {f"Now, assessed {day(ends[0])}" if ends else "Now": now}
    if len(ends) > 1:
        then = dossier.scores(frame, grid, customer_id, ends[1], rules)
        shapes[f"Before, {day(ends[1])}"] = _levels(then, keys)
    peers = found.set_index("item").loc[keys]
    if peers["peers"].max() >= FEWEST:
        medians = [float(m) if pd.notna(m) else None for m in peers["median"]]
        shapes[f"Median of {named} ({int(peers['peers'].max())} others)"] = medians
    return shapes


def _levels(row: pd.DataFrame, keys: list[str]) -> list[float | None]:
    values = row[keys].iloc[0] if len(row) else pd.Series(index=keys)
    return [float(value) if pd.notna(value) else None for value in values]


# Over time


def over_time(frame: Frame, row: pd.DataFrame, grid: GridKey) -> None:
    """The way over the plane, quarter by quarter, and what happened on it."""
    rules, customer_id = frame.methodology, str(row["customer_id"].iloc[0])
    way = portfolio.present(dossier.way(frame, grid, customer_id))
    way = journey.hollow(way).assign(label=[period(when) for when in way["period"]])
    placed = way.dropna(subset=["cmi", "chs"])
    wide = len(placed) < 2
    left, right = (st.container(), st.container()) if wide else st.columns([5, 7], gap="large")
    with left:
        st.subheader("Which way does it go?", anchor=False)
        st.write(plain(journey.way_in_words(way, rules, grid) or _no_way(way)))
        if len(placed) > 1:
            widgets.figure(charts.path(way, rules, grid, session.look()), "path")
            if placed["stale"].any():
                st.caption("Hollow: rests on stale values only.")
    with right:
        st.subheader("What happened on the way?", anchor=False)
        events = dossier.events(frame, customer_id)
        st.write(plain(journey.happened_in_words(events, rules, frame.as_of)))
        told = journey.happenings(events, rules, customer.currency(row))
        if len(told) or len(way.dropna(subset=["cmi", "chs"], how="all")) > 1:
            renewal = _renewal_ahead(row, frame)
            drawn = charts.timeline(way, told, session.look(), today=frame.as_of, renewal=renewal)
            widgets.figure(drawn, "timeline")
            widgets.take_along(lambda: told, "events")


def _renewal_ahead(row: pd.DataFrame, frame: Frame) -> date | None:
    """The day of the renewal, where it is near enough to be drawn."""
    renewal = row["renewal_date"].iloc[0]
    if pd.isna(renewal) or pd.notna(row["left_on"].iloc[0]):
        return None
    due: date = renewal.date()
    return due if frame.as_of < due <= frame.as_of + AHEAD else None


def _no_way(way: pd.DataFrame) -> str:
    if way[["cmi", "chs"]].notna().any(axis=None):
        return "Its scores are known at the end of one quarter only: that is no way yet."
    return "It has no score yet, and so no way over the plane."


# What to do


def what_to_do(
    everyone: pd.DataFrame, row: pd.DataFrame, rules: Methodology, grid: GridKey
) -> None:
    """Its plays, those of the scenario in its row (it may be agreed, not proposed), beside those of
    a customer with the same health and another maturity.
    """
    facts, chosen = customer.facts(row, rules), str(row["customer_id"].iloc[0])
    if facts.left:
        st.write(f"It left on {facts.left}: no play is left to make.")
        return
    if facts.missing:
        st.subheader("What is missing before a play can be chosen?", anchor=False)
        st.write(plain(facts.missing))
        for score in customer.SCORES:
            if pd.isna(row[score].iloc[0]):
                explaining.next_step(score)
        return
    there = portfolio.present(everyone)
    twin = twins.opposite(there, chosen, portfolio.segment_columns(everyone, rules))
    title = "Same health, different maturity: who needs the opposite?" if twin else "What fits it?"
    st.subheader(title, anchor=False)
    shown = {chosen: facts}
    if twin:
        alike = shown[twin] = customer.facts(there[there["customer_id"] == twin], rules)
        st.write(
            f"{plain(alike.name)} is about as healthy ({alike.health}), but its maturity is "
            f"{alike.maturity} and not {facts.maturity}: other plays fit."
        )
    plane, *places = st.columns([4, 3, 3], gap="medium")
    with plane:
        drawn = charts.locator(there, rules, grid, session.look(), [*shown])
        widgets.figure(drawn, "locator")
    for column, (whom, told) in zip(places, shown.items(), strict=False):
        with column:
            one = row if whom == chosen else there[there["customer_id"] == whom]
            scenario = portfolio.scenario_of_key(rules, grid, one["scenario"].iloc[0])
            cards.playbook(told, scenario, portfolio.ranked_plays(one, rules, grid))
    with places[-1]:
        if twin:
            cards.customer_open(twin, shown[twin].name)
        else:
            st.caption("No other customer has the same health and a clearly different maturity.")


# All answers


def all_answers(frame: Frame, row: pd.DataFrame) -> None:
    """Every driver and every answer, with what each rater said."""
    rules = frame.methodology
    ratings = frame.store.ratings(frame.as_of, str(row["customer_id"].iloc[0]))
    levels = items.levels(row, ratings, rules)
    drivers = items.drivers(row, rules)
    st.subheader("What do the drivers of health say?", anchor=False)
    tables.driver_table(drivers)
    widgets.take_along(lambda: drivers, "drivers")
    st.subheader("What did each rater answer?", anchor=False)
    said = items.disagreement_in_words(levels), items.last_answers_in_words(ratings, rules)
    st.write(plain(" ".join(filter(None, said)) or "Nobody has answered yet."))
    tables.rater_table(levels)
    st.subheader("What was chosen, and what is one level up?", anchor=False)
    tables.level_table(levels)
    widgets.take_along(lambda: levels, "answers")
