"""One customer, explained: what adds up, what was said, what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from placed import at, said, scored
from portfolios import levels, observation, random_snapshot, rules

from cmi import customer
from cmi.methodology import Bounds, Override, Validity, shipped
from cmi.scoring import score

# Charter 4, 5, 3; People 2, 2, 2; Process 5, 4, 3; Technology 1, 1, 4: CMI 50.
REFERENCE = levels((4, 5, 3), (2, 2, 2), (5, 4, 3), (1, 1, 4))
NOBODY = pd.DataFrame(columns=["item", "rater", "value"])


def row_of(methodology=None, **fields):
    return scored({"a": fields}, methodology)


def ratings(*said_by):
    return pd.DataFrame([observation("a", *said) for said in said_by])


# What makes a score


def test_the_parts_of_maturity_are_levels_times_weights():
    parts = customer.breakdown(row_of(**REFERENCE), rules(), "cmi").set_index("item")
    # each factor weighs a third of a quarter; level 4 is worth 75 points: 75 / 12
    assert parts.loc["charter_mandate", "contribution"] == pytest.approx(6.25)
    assert parts.loc["charter_mandate", "possible"] == pytest.approx(100 / 12)
    assert parts.loc["people_roles", "contribution"] == pytest.approx(25 / 12)
    assert parts["contribution"].sum() == pytest.approx(50)
    assert parts.loc["charter_mandate", "label"] == "Charter · charter_mandate"
    assert parts.loc["charter_mandate", "hint"] == "level 4: 75 of 100 points × 8.3% weight"


def test_the_parts_of_health_say_the_raw_value_and_its_weight():
    # weights 4, 3 and 1 are observed: 8; logins 20 of 50 are 40 points, Named 40, 3 of 1 to 5 50
    row = row_of(logins=20, sponsor="Named", csat=3)
    parts = customer.breakdown(row, rules(), "chs").set_index("item")
    assert parts["contribution"].to_dict() == pytest.approx(
        {"logins": 20, "sponsor": 15, "csat": 6.25}
    )
    assert parts["possible"].to_dict() == {"logins": 50, "sponsor": 37.5, "csat": 12.5}
    assert parts.loc["logins", "hint"] == "20 units: 40 of 100 points × 50.0% weight"
    assert parts.loc["sponsor", "hint"] == "Named: 40 of 100 points × 37.5% weight"
    assert row["chs"].iloc[0] == pytest.approx(41.25)


@pytest.mark.parametrize("axis", ["cmi", "chs"])
def test_the_parts_add_up_to_the_score_for_everybody(axis):
    method = shipped()
    scores = score(random_snapshot(method, 60, seed=3), method)
    found = scores[scores[axis].notna()]
    assert len(found) > 20
    for n in range(len(found)):
        row = found.iloc[[n]]
        parts = customer.breakdown(row, method, axis)
        assert parts["contribution"].sum() == pytest.approx(row[axis].iloc[0], abs=1e-9)
        assert parts["possible"].sum() == pytest.approx(100, abs=1e-9)
        assert (parts["contribution"] <= parts["possible"] + 1e-9).all()


def test_the_parts_come_in_the_order_of_the_methodology():
    parts = customer.breakdown(row_of(csat=3, logins=20, tickets=1), rules(), "chs")
    assert parts["item"].tolist() == ["logins", "tickets", "csat"]


def test_nothing_known_makes_no_parts():
    for axis in ("cmi", "chs"):
        assert customer.breakdown(row_of(), rules(), axis).empty


# The twelve answers


def answers(row, said_by=NOBODY, methodology=None):
    return customer.levels(row, said_by, methodology or rules()).set_index("factor")


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


def test_each_rater_is_shown_with_the_level_given():
    by = ratings(("charter_mandate", 4.0), ("charter_mandate", 2.5, "2026-01-31", "customer"))
    table = answers(row_of(charter_mandate=4), by)
    assert table.loc["charter_mandate", "raters"] == "csm 4, customer 2.5"
    assert table.loc["charter_goals", "raters"] == ""


@pytest.mark.parametrize(
    ("age", "known"),
    [(0, "today"), (1, "1 day ago"), (365, "365 days ago"), (366, "366 days ago, stale")],
)
def test_an_answer_is_stale_the_day_after_it_stopped_being_valid(age, known):
    row = row_of(charter_mandate=4, charter_mandate__age=float(age))
    assert answers(row).loc["charter_mandate", "known"] == known


def test_drivers_are_stale_after_their_own_time():
    method = rules(validity=Validity(factor=365, driver=30))
    row = row_of(method, logins=10, logins__age=31.0, csat=3, csat__age=30.0)
    table = customer.drivers(row, method).set_index("driver")
    assert table.loc["Logins", "known"] == "31 days ago, stale"
    assert table.loc["CSAT", "known"] == "30 days ago"


# The drivers


def test_each_driver_is_told_with_its_unit_its_worth_and_its_target():
    row = row_of(logins=1234.56, tickets=2.0, sponsor="Named")
    table = customer.drivers(row, rules()).set_index("driver")
    assert table["value"].to_dict() == {
        "Logins": "1,234.6 units",
        "Tickets": "2 units",
        "Sponsor": "Named",
        "CSAT": "–",
    }
    # logins are beyond the best; 2 of 10 tickets leave 80 points
    assert table["points"].dropna().to_dict() == {"Logins": 100, "Tickets": 80, "Sponsor": 40}
    assert table["target"].to_dict() == {
        "Logins": "0 → 50",
        "Tickets": "10 → 0",
        "Sponsor": "None → Advocate",
        "CSAT": "1 → 5",
    }
    # of the weights 4, 2 and 3: (400 + 160 + 120) / 9
    assert table["contribution"].sum() == pytest.approx(680 / 9)


def test_a_unit_that_begins_with_percent_stands_at_the_number():
    method = shipped()
    table = customer.drivers(scored({"a": {"seat_use": 67.0}}, method), method)
    assert table.set_index("driver").loc["Seats in use", "value"] == "67% of seats"


def test_a_driver_without_weight_is_shown_but_gives_nothing():
    method = rules().with_weights({"logins": 0})
    table = customer.drivers(row_of(method, logins=10, tickets=1), method).set_index("driver")
    assert table.loc["Logins", "value"] == "10 units"
    assert table.loc["Logins", ["points", "contribution"]].isna().all()
    assert table.loc["Logins", "known"] == "today"


def test_a_driver_that_is_too_old_to_count_says_how_old_it_is():
    method = rules(stale="drop")
    row = row_of(method, logins=10, logins__age=91.0, tickets=1)
    table = customer.drivers(row, method).set_index("driver")
    assert table.loc["Logins", ["value", "known"]].tolist() == ["–", "91 days ago, stale"]
    assert np.isnan(table.loc["Logins", "contribution"])
    assert list(customer.breakdown(row, method, "chs")["item"]) == ["tickets"]


def test_a_segment_with_bounds_of_its_own_is_explained_with_them():
    kind = Override(
        columns=("Stage",),
        values=("Onboarding",),
        why="They begin.",
        bounds=(("logins", Bounds(0, 20)),),
    )
    method = replace(rules(), overrides=(kind,))
    row = row_of(method, logins=10, sponsor="None", Stage="Onboarding")
    parts = customer.breakdown(row, method, "chs").set_index("item")
    assert parts.loc["logins", "hint"].startswith("10 units: 50 of 100 points")
    assert parts["contribution"].sum() == pytest.approx(row["chs"].iloc[0], abs=1e-9)


# The head of the page


def test_the_facts_are_in_words():
    row = row_of(
        **at(80, 70, name="Acme", owner="Ana", arr=1_250_000, currency="EUR", Region="East"),
        renewal_date=pd.Timestamp("2026-03-03"),
        left_on=pd.Timestamp("2026-01-15"),
    )
    facts = customer.facts(row, rules())
    assert (facts.name, facts.owner, facts.health, facts.maturity) == ("Acme", "Ana", "70", "80")
    assert said(facts.arr) == "1.2 M EUR"
    assert said(facts.renewal) == "3 Mar 2026"
    assert said(facts.left) == "15 Jan 2026"
    assert facts.weakest == "Charter 4.2"
    assert (facts.missing, facts.segments) == ("", "East")


def test_a_customer_of_whom_nothing_is_known_has_dashes_and_a_reason():
    facts = customer.facts(row_of(), rules())
    dashes = (facts.owner, facts.arr, facts.renewal, facts.health, facts.maturity, facts.weakest)
    assert set(dashes) == {"–"}
    assert facts.missing == "No assessment yet. No health data yet."
    assert (facts.segments, facts.left) == ("", "")


def test_a_customer_of_whom_nothing_is_known_has_tables_without_values():
    row = row_of()
    assert answers(row)["level"].isna().all()
    drivers = customer.drivers(row, rules())
    assert set(drivers["value"]) == {"–"}
    assert drivers["points"].isna().all()
    assert set(drivers["known"]) == {""}
