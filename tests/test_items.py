"""Answers and drivers of one customer, one by one: what was said, by whom, how long ago."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from placed import said, scored
from portfolios import levels, observation, rules

from cmi import customer
from cmi.customer import items
from cmi.methodology import Bounds, Override, Validity, shipped

DAY = "2026-01-31"
# Charter 4, 5, 3; People 2, 2, 2; Process 5, 4, 3; Technology 1, 1, 4: CMI 50.
REFERENCE = levels((4, 5, 3), (2, 2, 2), (5, 4, 3), (1, 1, 4))
NOBODY = pd.DataFrame(columns=["item", "rater", "respondent", "date", "value"])


def row_of(methodology=None, **fields):
    return scored({"a": fields}, methodology)


def ratings(*answers):
    """Answers as (item, level, day, rater, respondent)."""
    named = [
        observation("a", item, value, day, rater, respondent=who[0] if who else None)
        for item, value, day, rater, *who in answers
    ]
    return pd.DataFrame(named).assign(date=lambda rows: pd.to_datetime(rows["date"]))


# The twelve answers


def answers(row, said_by=NOBODY, methodology=None):
    return items.levels(row, said_by, methodology or rules()).set_index("factor")


def test_every_answer_shows_its_text_and_the_text_one_level_up():
    table = answers(row_of(**REFERENCE))
    assert len(table) == 12
    assert table.loc["charter_mandate", ["anchor", "next_level"]].tolist() == ["level 4", "level 5"]
    assert table.loc["charter_goals", "next_level"] == "The highest level is reached."
    assert table.loc["technology_stack", ["anchor", "next_level"]].tolist() == [
        "level 1",
        "level 2",
    ]


def test_a_question_without_an_answer_says_so_and_offers_no_next_level():
    table = answers(row_of(charter_mandate=2))
    assert np.isnan(table.loc["people_roles", "level"])
    assert table.loc["people_roles", ["anchor", "next_level", "known"]].tolist() == [
        "Not answered yet.",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("level", "anchor", "above"),
    [
        (3.5, "level 3", "level 4"),  # the text of 4 does not hold yet
        (2.9999999999, "level 3", "level 4"),  # the mean of 3 and 3, as computers add
        (4.75, "level 4", "level 5"),
    ],
)
def test_a_mean_between_two_levels_shows_the_text_that_holds(level, anchor, above):
    table = answers(row_of(charter_mandate=level))
    assert table.loc["charter_mandate", ["anchor", "next_level"]].tolist() == [anchor, above]


def test_each_rater_has_a_column_in_the_order_in_which_they_count():
    by = ratings(
        ("charter_mandate", 2.5, DAY, "customer"),
        ("charter_mandate", 4.0, DAY, "csm"),
        ("charter_mandate", 1.0, DAY, "partner"),
        ("charter_goals", 3.0, DAY, "sales"),
        ("logins", 20.0, DAY, "data"),
    )
    table = answers(row_of(charter_mandate=4), by)
    shown = [column for column in table if column.startswith("by ")]
    assert shown == ["by csm", "by sales", "by partner", "by customer"]
    assert table.loc["charter_mandate", shown].tolist() == ["4", "", "1", "2.5"]
    assert table.loc["charter_goals", shown].tolist() == ["", "3", "", ""]


def test_of_several_people_the_mean_is_shown_and_how_many_they_are():
    by = ratings(
        ("charter_mandate", 4.0, DAY, "customer", "Ann"),
        ("charter_mandate", 3.0, DAY, "customer", "Bo"),
    )
    assert answers(row_of(), by).loc["charter_mandate", "by customer"] == "3.5 (2 people)"


def test_raters_are_apart_where_their_answers_that_are_not_stale_differ():
    # 31 January 2026 is the day; an answer of 365 days ago is valid, of 366 not
    by = ratings(
        ("charter_mandate", 5.0, DAY, "csm"),
        ("charter_mandate", 3.0, "2025-01-31", "customer"),
        ("charter_goals", 5.0, DAY, "csm"),
        ("charter_goals", 1.0, "2025-01-30", "customer"),
        ("people_roles", 4.0, DAY, "csm"),
        ("people_roles", 3.0, DAY, "customer"),
    )
    table = answers(row_of(), by)
    assert table["apart"].dropna().to_dict() == {"charter_mandate": 2, "people_roles": 1}
    assert table.loc["charter_goals", "by customer"] == "1, stale"
    assert items.disagreement_in_words(table.reset_index()) == (
        "Raters are two or more levels apart on charter_mandate (2)."
    )


def test_raters_who_agree_are_said_to_and_one_rater_is_compared_with_nobody():
    both = ratings(("people_roles", 4.0, DAY, "csm"), ("people_roles", 3.0, DAY, "customer"))
    agree = items.disagreement_in_words(answers(row_of(), both).reset_index())
    assert agree.startswith("Raters agree within less than two levels")
    one = answers(row_of(), ratings(("people_roles", 4.0, DAY, "csm"))).reset_index()
    assert items.disagreement_in_words(one) == ""


def test_it_is_said_when_each_rater_answered_last():
    by = ratings(
        ("charter_mandate", 4.0, "2025-05-11", "customer"),
        ("charter_goals", 4.0, "2025-06-12", "customer"),
        ("charter_mandate", 4.0, DAY, "csm"),
        ("logins", 4.0, DAY, "data"),
    )
    assert said(items.last_answers_in_words(by, rules())) == (
        "Last answers: csm on 31 Jan 2026, customer on 12 Jun 2025."
    )
    assert items.last_answers_in_words(NOBODY, rules()) == ""


@pytest.mark.parametrize(
    ("age", "known"),
    [(0, "same day"), (1, "1 day ago"), (365, "365 days ago"), (366, "366 days ago, stale")],
)
def test_an_answer_is_stale_the_day_after_it_stopped_being_valid(age, known):
    row = row_of(charter_mandate=4, charter_mandate__age=float(age))
    assert answers(row).loc["charter_mandate", "known"] == known


def test_drivers_are_stale_after_their_own_time():
    method = rules(validity=Validity(factor=365, driver=30))
    row = row_of(method, logins=10, logins__age=31.0, csat=3, csat__age=30.0)
    table = items.drivers(row, method).set_index("driver")
    assert table.loc["Logins", "known"] == "31 days ago, stale"
    assert table.loc["CSAT", "known"] == "30 days ago"


# The drivers


def test_each_driver_is_told_with_its_unit_its_worth_and_its_target():
    row = row_of(logins=1234.56, tickets=2.0, sponsor="Named")
    table = items.drivers(row, rules()).set_index("driver")
    assert table["value"].to_dict() == {
        "Logins": "1,234.6 units",
        "Tickets": "2 units",
        "Sponsor": "Named",
        "CSAT": "–",
    }
    # logins are beyond the best; 2 of 10 tickets leave 80 points
    assert table["points"].dropna().to_dict() == {"Logins": 100, "Tickets": 80, "Sponsor": 40}
    assert table["target"].to_dict() == {
        "Logins": "0 → 50 units",
        "Tickets": "10 → 0 units",
        "Sponsor": "None → Advocate",
        "CSAT": "1 → 5 units",
    }
    # of the weights 4, 2 and 3: (400 + 160 + 120) / 9
    assert table["contribution"].sum() == pytest.approx(680 / 9)


def test_a_unit_that_begins_with_percent_stands_at_the_number():
    method = shipped()
    table = items.drivers(scored({"a": {"seat_use": 67.0}}, method), method)
    assert table.set_index("driver").loc["Seats in use", "value"] == "67% of seats"


def test_a_driver_without_weight_is_shown_but_gives_nothing():
    method = rules().with_weights({"logins": 0})
    table = items.drivers(row_of(method, logins=10, tickets=1), method).set_index("driver")
    assert table.loc["Logins", "value"] == "10 units"
    assert table.loc["Logins", ["points", "contribution"]].isna().all()
    assert table.loc["Logins", "known"] == "same day"


def test_a_driver_that_is_too_old_to_count_says_how_old_it_is():
    method = rules(stale="drop")
    row = row_of(method, logins=10, logins__age=91.0, tickets=1)
    table = items.drivers(row, method).set_index("driver")
    assert table.loc["Logins", ["value", "known"]].tolist() == ["–", "91 days ago, stale"]
    assert np.isnan(table.loc["Logins", "contribution"])
    assert list(customer.breakdown(row, method, "chs")["item"]) == ["tickets"]


def test_the_target_is_the_one_that_holds_for_the_customer():
    kind = Override(
        columns=("Stage",),
        values=("Onboarding",),
        why="They begin.",
        bounds=(("logins", Bounds(0, 20)),),
    )
    method = replace(rules(), overrides=(kind,))
    told = {}
    for stage in (" onboarding", "Live"):
        table = items.drivers(row_of(method, logins=10, Stage=stage), method).set_index("driver")
        told[stage] = table.loc["Logins", ["target", "points"]].tolist()
    assert told == {" onboarding": ["0 → 20 units", 50], "Live": ["0 → 50 units", 20]}


def test_a_customer_of_whom_nothing_is_known_has_tables_without_values():
    row = row_of()
    assert answers(row)["level"].isna().all()
    drivers = items.drivers(row, rules())
    assert set(drivers["value"]) == {"–"}
    assert drivers["points"].isna().all()
    assert set(drivers["known"]) == {""}


# A value, said


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("tickets", 1, "1 ticket in 90 days"),
        ("tickets", 1.04, "1 ticket in 90 days"),
        ("tickets", 0, "0 tickets in 90 days"),
        ("days_since_contact", 1, "1 day ago"),
        ("nps", 1, "1 NPS points"),
        ("seat_use", 67, "67% of seats"),
        ("sponsor", "None", "None"),
        ("charter_mandate", 3.5, "level 3.5"),
        ("charter_mandate", np.nan, "–"),
    ],
)
def test_a_value_is_said_with_its_unit(item, value, words):
    assert items.say(shipped(), item, value) == words


def test_a_change_of_segment_names_what_the_methodology_measures_by():
    stage = Override(columns=("Stage",), values=("New",), why="They begin.")
    method = replace(rules(), overrides=(stage,))
    then = row_of(method, Stage="New", Region="East")
    now = row_of(method, Stage="Live", Region="West")
    assert items.say_segment_change(then, now, method) == ": New → Live"
    assert items.say_segment_change(then, then, method) == ""
    assert items.say_segment_change(then.head(0), now, method) == ""


@pytest.mark.parametrize(
    ("item", "was", "now", "words"),
    [
        ("tickets", 3.0, 8.0, "3 → 8 tickets in 90 days"),
        ("charter_mandate", 2.0, 4.0, "level 2 → 4"),
        ("sponsor", "None", "Named", "None → Named"),
        ("tickets", np.nan, 8.0, "8 tickets in 90 days"),
        ("tickets", 8.0, np.nan, "was 8 tickets in 90 days"),
        ("csat", 4.21, 4.22, "4.2 out of 5"),
    ],
)
def test_a_change_is_said_from_then_to_now(item, was, now, words):
    assert items.say_change(shipped(), item, was, now) == words


def test_numbers_below_zero_have_a_true_minus():
    method = shipped()
    (key,) = (d.key for d in method.drivers if d.unit == "NPS points")
    table = items.drivers(scored({"a": {key: -10.0}}, method), method).set_index("driver")
    row = table.loc[method.item(key).name]
    assert (row["value"], row["target"]) == ("−10 NPS points", "−30 → 60 NPS points")
