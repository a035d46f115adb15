from __future__ import annotations

from datetime import date

import pytest
from decided import ON, plays
from placed import at, scored
from portfolios import rules

from cmi.methodology import shipped
from cmi.review.plays import headline, listing, summary, where

SCORES = scored({"a": at(80, 40, arr=300.0), "b": at(20, 20)}).assign(name=["Acme", "Beta"])
GIVEN = plays(
    {"customer_id": "a", "owner": "Ana", "state": "done"},
    {"customer_id": "a", "owner": "Bo", "due_date": "2026-12-01"},
    {"customer_id": "b", "owner": "Ana", "due_date": "2026-01-01", "scenario": "low_low"},
    {"customer_id": "b", "due_date": "2026-06-01", "scenario": None, "play": "gone"},
    {"customer_id": "z", "owner": "Ana", "state": "dropped"},
)


def rows(frame, *columns):
    return (
        frame[[*columns]]
        .astype("object")
        .where(frame[[*columns]].notna(), None)
        .to_numpy()
        .tolist()
    )


def test_plays_are_listed_with_what_is_late_first_and_what_is_done_last():
    found = listing(GIVEN, SCORES, rules(), ON)
    assert rows(found, "customer", "play", "state", "scenario") == [
        ["Beta", "Talk", "overdue", "low CMI, low CHS"],
        ["Beta", "gone", "open", None],
        ["Acme", "Talk", "open", "high CMI, low CHS"],
        ["Acme", "Talk", "done", "high CMI, low CHS"],
        ["z", "Talk", "dropped", "high CMI, low CHS"],
    ]
    assert rows(found, "arr") == [[None], [None], [300.0], [300.0], [None]]


def test_plays_are_counted_by_who_does_them_and_by_scenario():
    found = listing(GIVEN, SCORES, rules(), ON)
    columns = ("label", "overdue", "open", "done", "dropped", "customers")
    assert rows(summary(found, "owner"), *columns) == [
        ["Ana", 1, 0, 1, 1, 3],
        ["Bo", 0, 1, 0, 0, 1],
        [None, 0, 1, 0, 0, 1],
    ]
    assert rows(summary(found, "scenario"), *columns)[0] == ["low CMI, low CHS", 1, 0, 0, 0, 1]


def test_all_plays_are_told_in_one_sentence():
    assert headline(listing(GIVEN, SCORES, rules(), ON)) == (
        "5 plays with 3 customers: 1 overdue, 2 open, 1 done and 1 dropped."
    )
    assert headline(listing(GIVEN[:0], SCORES, rules(), ON)) == "No play was given yet."
    assert summary(listing(GIVEN[:0], SCORES, rules(), ON), "owner").empty


def test_of_a_day_before_it_was_due_a_play_is_open():
    found = listing(GIVEN, SCORES, rules(), date(2025, 12, 31))
    assert "overdue" not in found["state"].tolist()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("retain", "maturity under 50, health from 50"),
        ("win_back", "maturity from 66.7, health under 33.3"),
        ("build_steadily", "maturity from 33.3 to 66.7, health from 33.3 to 66.7"),
    ],
)
def test_it_says_when_a_scenario_holds(key, said):
    (scenario,) = [s for s in shipped().scenarios if s.key == key]
    assert where(scenario, shipped()) == said


def test_every_play_of_the_product_says_when_to_use_it():
    for play in shipped().plays:
        assert play.when, play.key
        assert play.when.endswith(".")
        assert play.when[0].isupper()


def test_a_healthy_but_immature_customer_is_advised_and_not_trained_on_the_product():
    rules_ = shipped()
    for key in ("retain", "protect_and_coach"):
        (scenario,) = [s for s in rules_.scenarios if s.key == key]
        assert {"own_consulting", "partner_consulting"} <= set(scenario.plays)
        assert "tailored_training" not in scenario.plays
