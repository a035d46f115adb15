from __future__ import annotations

from datetime import date

import pytest
from decided import ON, Q1, decided, plays, said
from placed import at, scored
from placed import said as plainly
from portfolios import rules

from cmi.review.agreed import (
    agreed,
    came_of_it,
    in_words,
    of_period,
    overdue,
    overrides,
    period_of,
    reviewed,
)

OTHER = {"scenario": "low_low", "reason": "So.", "expires": "2026-03-01"}


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 1, 1), Q1),
        (date(2026, 2, 15), Q1),
        (date(2026, 3, 31), Q1),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2025, 12, 31), date(2025, 12, 31)),
    ],
)
def test_a_day_is_reviewed_with_its_quarter(day, period):
    assert period_of(day) == period


def held(*rows, on=ON, grid="2x2"):
    scores = scored({"a": at(80, 40), "b": at(80, 40)})
    return agreed(scores, said(decided(*rows), on=on), rules(), grid).tolist()


def test_what_the_scores_propose_holds_until_somebody_decides_else():
    assert held() == ["high_low", "high_low"]
    assert held({"customer_id": "a"}) == ["high_low", "high_low"]
    assert held({"customer_id": "a", **OTHER}) == ["low_low", "high_low"]


def test_an_override_holds_through_its_last_day_and_not_longer():
    row = {"customer_id": "a", **OTHER}
    assert held(row, on=date(2026, 3, 1))[0] == "low_low"
    assert held(row, on=date(2026, 3, 2))[0] == "high_low"
    found = overrides(said(decided(row), on=date(2026, 3, 2)), "2x2")
    assert found["in_force"].tolist() == [False]


def test_who_accepts_later_ends_an_override():
    assert held({"customer_id": "a", **OTHER}, {"customer_id": "a"})[0] == "high_low"


def test_an_override_in_one_grid_says_nothing_in_the_other():
    row = {"customer_id": "a", "grid": "3x3", **OTHER}
    assert held(row)[0] == "high_low"


def test_an_override_to_a_scenario_that_is_gone_does_not_hold():
    assert held({"customer_id": "a", **OTHER, "scenario": "gone"})[0] == "high_low"


def test_an_override_may_give_a_place_to_nobody_without_one():
    scores = scored({"a": {"logins": 50.0}})
    found = agreed(scores, said(decided({"customer_id": "a", **OTHER})), rules(), "2x2")
    assert found.tolist() == ["low_low"]


def test_reviewed_is_who_was_reviewed_for_that_quarter():
    rows = decided(
        {"customer_id": "a", "by_whom": "Bo"},
        {"customer_id": "a", "reviewed": False, "by_whom": "Cy"},
        {"customer_id": "b", "reviewed": False},
        {"customer_id": "c", "period": "2025-12-31"},
    )
    found = reviewed(rows, Q1)
    assert found.index.tolist() == ["a"]
    assert found["by_whom"].tolist() == ["Bo"]


def test_a_play_is_overdue_from_the_day_after_it_was_due_while_it_is_open():
    given = plays(
        {"customer_id": "a", "due_date": ON},
        {"customer_id": "a", "due_date": date(2026, 2, 14)},
        {"customer_id": "a", "due_date": date(2026, 2, 14), "state": "done"},
        {"customer_id": "a"},
    )
    assert overdue(given, ON).tolist() == [False, True, False, False]


def words(**row):
    return plainly(in_words(decided({"customer_id": "a", **row}).iloc[0].to_dict(), rules()))


def test_a_decision_is_told_in_words():
    assert words() == "high CMI, low CHS, accepted by Ana on 10 Feb 2026."
    assert words(note="Quiet.") == (
        "high CMI, low CHS, accepted by Ana on 10 Feb 2026. Note: “Quiet.”"
    )
    assert words(**OTHER) == (
        "low CMI, low CHS instead of high CMI, low CHS, decided by Ana on 10 Feb 2026, "
        "until 1 Mar 2026: “So.”"
    )
    assert words(proposed=None, scenario=None) == (
        "Looked at without a place on the plane, by Ana on 10 Feb 2026."
    )


def test_what_came_of_a_decision_is_the_change_since_and_its_plays():
    then, now = scored({"a": at(80, 40)}), scored({"a": at(80, 45)})
    given = plays(
        {"customer_id": "a", "state": "done"},
        {"customer_id": "a", "due_date": date(2026, 1, 1)},
        {"customer_id": "a", "due_date": date(2026, 12, 1)},
    )
    assert came_of_it(then, now, given, ON) == (
        "Health +5 and maturity ±0. 3 plays given: 1 done, 1 overdue and 1 open."
    )
    assert came_of_it(then[:0], now, given[:0], ON) == ""


def test_a_quarter_is_told_with_its_plays_on_one_row_per_customer():
    told = of_period(
        said(
            decided(
                {"customer_id": "b", **OTHER},
                {"customer_id": "a"},
                {"customer_id": "b"},  # the last word of a quarter counts
                {"customer_id": "c", "period": date(2025, 12, 31)},
                {"customer_id": "d", "grid": "3x3"},
            ),
            plays(
                {"customer_id": "a", "owner": "Bo", "due_date": "2026-03-05"},
                {"customer_id": "a", "play": "call", "owner": "Al", "due_date": "2026-03-01"},
                {"customer_id": "a", "play": "meet", "state": "done", "due_date": "2026-02-01"},
                {"customer_id": "a", "play": "wait", "state": "dropped"},
            ),
        ),
        Q1,
        "2x2",
    )
    assert told["customer_id"].tolist() == ["a", "b"]
    assert told["plays"].tolist() == [["talk", "call", "meet"], []]
    assert told["owner"].iloc[0] == "Bo, Al"
    assert told["due_date"].dt.date.iloc[0] == date(2026, 3, 1)
    assert told["state"].tolist() == ["2 open, 1 done", "decided"]
    assert told["scenario"].tolist() == ["high_low", "high_low"]
    assert of_period(said(), Q1, "2x2").empty
