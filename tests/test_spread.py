"""How the portfolio's values lie about a driver's bounds, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from portfolios import rules, snapshot_of

from cmi import charts
from cmi.charts import Look
from cmi.evidence import spread
from cmi.methodology import Bounds, Override

LOGINS = rules().item("logins")  # worst 0, best 50, units
TICKETS = rules().item("tickets")  # worst 10, best 0: less is better
SPONSOR = rules().item("sponsor")


def test_it_says_how_many_reach_the_bounds_and_where_most_of_them_lie() -> None:
    figures = pd.Series([-5.0, 0, 10, 20, 30, 40, 50, 60, 70, 25])
    assert spread.in_words(figures, LOGINS) == (
        "10 customers with a value, the middle half of them from 12.5 to 47.5 units. "
        "2 (20\N{NO-BREAK SPACE}%) stand at or below 0 (0 points), "
        "3 (30\N{NO-BREAK SPACE}%) stand at or above 50 (100 points)."
    )


def test_where_less_is_better_the_worst_are_above() -> None:
    told = spread.in_words(pd.Series([0.0, 5, 10, 12]), TICKETS)
    assert "2 (50\N{NO-BREAK SPACE}%) stand at or above 10 (0 points)" in told
    assert "1 (25\N{NO-BREAK SPACE}%) stand at or below 0 (100 points)" in told


def test_nobody_with_a_value_is_said() -> None:
    told = spread.in_words(pd.Series(dtype="float64"), LOGINS)
    assert told == "Nobody has a value of Logins yet."


def test_every_customer_stands_in_one_bar_and_who_is_far_out_at_the_end() -> None:
    figures = pd.Series([-1000.0, 0, 25, 25.5, 50, 9000])
    bars = spread.bars(figures, 0, 50)
    assert bars["customers"].sum() == 6
    assert (bars["left"].iloc[0], bars["right"].iloc[-1]) == (-25, 75)
    assert (bars["customers"].iloc[0], bars["customers"].iloc[-1]) == (1, 1)
    assert (bars["right"].iloc[:-1].to_numpy() == bars["left"].iloc[1:].to_numpy()).all()


def test_few_whole_numbers_have_a_bar_each() -> None:
    bars = spread.bars(pd.Series([0.0, 1, 1, 3]), 3, 0)
    assert bars["customers"].tolist() == [1, 2, 0, 1]
    assert bars["left"].tolist() == [-0.5, 0.5, 1.5, 2.5]


def test_bounds_without_values_can_be_drawn() -> None:
    bars = spread.bars(pd.Series(dtype="float64"), 10, 0)
    assert bars["customers"].sum() == 0
    assert charts.spread(bars, 10, 0, "units", Look()).data


def test_only_who_is_there_and_measured_by_these_bounds_is_counted() -> None:
    own = (("logins", Bounds(worst=0, best=5)),)
    other = Override(columns=("Stage",), values=("New",), why="So.", bounds=own)
    everywhere = Override(
        columns=("Stage",), values=("Old",), why="So.", weights=(("logins", 9.0),)
    )
    methodology = replace(rules(), overrides=(other, everywhere))
    snapshot = snapshot_of(
        {
            "new": {"logins": 1.0, "tickets": 4.0, "Stage": "new "},
            "old": {"logins": 2.0, "Stage": "Old"},
            "left": {"logins": 3.0, "Stage": "Old"},
            "silent": {"Stage": "Old"},
        },
        methodology,
    )
    left_on = [pd.NaT, pd.NaT, pd.Timestamp("2026-01-01"), pd.NaT]
    snapshot = snapshot.assign(left_on=left_on)
    assert spread.values(snapshot, methodology, "logins").tolist() == [2.0]
    assert spread.values(snapshot, methodology, "tickets").tolist() == [4.0]
    assert spread.values(snapshot, methodology, "never_observed").empty


def test_categories_are_counted_and_words_that_are_none_are_named() -> None:
    words = pd.Series([" named", "Advocate", "ADVOCATE", "Champion", "*Boss*"], dtype="str")
    assert spread.by_category(words, SPONSOR) == {"None": 0, "Named": 1, "Advocate": 2}
    assert spread.of_no_category(words, SPONSOR) == (
        '2 customers say something else, which does not count: "Champion" and "*Boss*".'
    )
    assert spread.of_no_category(words[:3], SPONSOR) == ""


def test_the_picture_draws_both_bounds_and_shows_a_hostile_unit_as_it_stands() -> None:
    bars = spread.bars(pd.Series([1.0, 2]), 0, 50)
    figure = charts.spread(bars, 0, 50, "<b>units</b> $x$", Look(dark=True))
    assert [a.text for a in figure.layout.annotations] == ["0 points", "100 points"]
    assert [a.x for a in figure.layout.annotations] == [0, 50]
    assert figure.layout.xaxis.title.text == "&lt;b&gt;units&lt;/b&gt; $x$"
    assert sum(figure.data[0].y) == 2
