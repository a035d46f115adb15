"""One customer, explained: where it stands, what adds up, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from placed import at, said, scored
from portfolios import levels, random_snapshot, rules

from cmi import customer
from cmi.methodology import Bounds, Override, shipped
from cmi.scoring import score

# Charter 4, 5, 3; People 2, 2, 2; Process 5, 4, 3; Technology 1, 1, 4: CMI 50.
REFERENCE = levels((4, 5, 3), (2, 2, 2), (5, 4, 3), (1, 1, 4))


def row_of(methodology=None, **fields):
    return scored({"a": fields}, methodology)


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


def test_what_gives_most_comes_first_and_equals_in_the_order_of_the_methodology():
    # of the weights 4, 2 and 1: logins 40 x 4 = 160, tickets 90 x 2 = 180, CSAT 50
    parts = customer.breakdown(row_of(csat=3, logins=20, tickets=1), rules(), "chs")
    assert parts["item"].tolist() == ["tickets", "logins", "csat"]
    same = customer.breakdown(row_of(**dict.fromkeys(REFERENCE, 3)), rules(), "cmi")
    assert same["item"].tolist() == list(REFERENCE)


def test_a_part_says_what_was_observed_and_how_long_it_is_stale():
    row = row_of(logins=1, logins__age=91.0, sponsor="None", sponsor__age=90.0)
    parts = customer.breakdown(row, rules(), "chs").set_index("item")
    assert parts.loc["logins", ["said", "stale"]].tolist() == ["1 unit", "stale 91 days"]
    assert parts.loc["sponsor", ["said", "stale"]].tolist() == ["None", ""]


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


# What is missing


def known(axis="chs", methodology=None, **fields):
    methodology = methodology or rules()
    row = row_of(methodology, **fields)
    parts = customer.breakdown(row, methodology, axis)
    return said(customer.known_in_words(row, parts, methodology, axis))


def test_what_a_score_rests_on_is_counted_and_what_is_missing_is_named():
    all_four = {"logins": 20, "tickets": 1, "sponsor": "Named", "csat": 3}
    assert known(**all_four) == "All 4 drivers are known."
    assert known(**all_four, logins__age=91.0) == "All 4 drivers are known. 1 is stale."
    # 9 of the weight of 10
    del all_four["csat"]
    assert known(**all_four) == "3 of 4 drivers are known (90 % of the weight); CSAT is not."
    assert known("cmi", **REFERENCE) == "All 12 answers are known."


def test_under_the_minimum_it_is_said_how_much_a_score_needs():
    assert known(logins=20) == (
        "1 of 4 drivers is known (40 % of the weight, and a score needs 50 %); "
        "Tickets, Sponsor and CSAT are not."
    )
    assert known() == "Not one of the 4 drivers is known yet."


def test_a_little_under_the_minimum_is_not_rounded_up_to_it():
    weights = {"logins": 499, "tickets": 501, "sponsor": 0, "csat": 0}
    words = known(methodology=rules().with_weights(weights), logins=20)
    assert "(49 % of the weight, and a score needs 50 %)" in words


def test_what_has_no_weight_for_a_customer_is_not_missing():
    without = Override(
        columns=("Stage",),
        values=("New",),
        why="They begin.",
        weights=(("csat", 0), ("sponsor", 0)),
    )
    method = replace(rules(), overrides=(without,))
    assert known(methodology=method, logins=20, tickets=1, Stage="new") == (
        "All 2 drivers are known."
    )
    assert "Sponsor and CSAT are not" in known(methodology=method, logins=20, tickets=1)


def test_a_category_that_the_methodology_does_not_have_is_not_known():
    words = known(logins=20, tickets=1, sponsor="Somebody", csat=3)
    assert words == "3 of 4 drivers are known (70 % of the weight); Sponsor is not."


def test_most_is_to_gain_where_most_points_are_missing():
    # of the weights 4, 2, 3 and 1: logins miss 60 x 0.4, tickets 10 x 0.2, CSAT 50 x 0.1
    row = row_of(logins=20, tickets=1, sponsor="Advocate", csat=3)
    parts = customer.breakdown(row, rules(), "chs")
    assert customer.most_to_gain(parts, rules()) == (
        "Most to gain, in points: Logins 24.0, CSAT 5.0 and Tickets 2.0."
    )
    assert customer.most_to_gain(parts, rules(), most=1) == "Most to gain, in points: Logins 24.0."
    full = customer.breakdown(row_of(logins=60), rules(), "chs")
    assert customer.most_to_gain(full, rules()) == "Nothing is lacking."


def test_nothing_known_makes_no_parts():
    for axis in ("cmi", "chs"):
        assert customer.breakdown(row_of(), rules(), axis).empty


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
    assert facts.weakest == "All at 4.2"
    assert (facts.missing, facts.segments) == ("", "East")


def test_a_segment_that_says_nothing_alone_is_said_with_its_column():
    row = row_of(Country="US", is_trial="TRUE", Tier="2", Plan="Basic 2", Source="other")
    assert customer.facts(row, rules()).segments == (
        "US · is trial: yes · Tier: 2 · Basic 2 · Source: other"
    )


def test_a_customer_of_whom_nothing_is_known_has_dashes_and_a_reason():
    facts = customer.facts(row_of(), rules())
    dashes = (facts.owner, facts.arr, facts.renewal, facts.health, facts.maturity, facts.weakest)
    assert set(dashes) == {"–"}
    assert facts.missing == "No assessment yet. No health data yet."
    assert (facts.segments, facts.left) == ("", "")


@pytest.mark.parametrize(
    ("four", "weakest", "others", "sentence"),
    [
        ((4, 2, 4, 2), "People 2.0", "also Technology, others 4.0",
         "A mean of 3.0 hides People and Technology at 2.0; the others: 4.0."),
        ((5, 5, 5, 1), "Technology 1.0", "others 5.0",
         "A mean of 4.0 hides Technology at 1.0; the others: 5.0."),
        ((4, 3, 3.5, 4), "People 3.0", "others 3.5 to 4.0",
         "The weakest is People at 3.0, close to the others at 3.5 to 4.0."),
        ((3, 3, 4, 3.5), "Charter 3.0", "also People, others 3.5 to 4.0",
         "The weakest are Charter and People at 3.0, close to the others at 3.5 to 4.0."),
        ((3, 3, 3, 3), "All at 3.0", "", "All 4 stand at 3.0."),
        ((None, 2, None, None), "People 2.0", "", "Only People is known, at 2.0."),
        ((None, None, None, None), "–", "", ""),
    ],
)  # fmt: skip
def test_the_weakest_characteristic_is_named_beside_the_others(four, weakest, others, sentence):
    row = row_of(**levels(*((level,) * 3 if level else None for level in four)))
    facts = customer.facts(row, rules())
    assert (facts.weakest, facts.others) == (weakest, others)
    assert customer.weakest_in_words(row, rules()) == sentence


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (70.4, 81.6, "+11"),
        (81.6, 70.4, "−11"),
        (50, 50.3, "±0"),
        (None, 62.2, "newly known"),
        (62.2, None, "was 62"),
        (None, None, ""),
    ],
)
def test_a_score_that_was_not_known_is_newly_known_and_never_unchanged(before, after, words):
    assert customer.change_in_words(before, after) == words
