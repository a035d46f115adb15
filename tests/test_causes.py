"""Why a score changed: causes worked out by hand, and what holds for every pair of days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_days import odd_days
from portfolios import (
    ALL_FACTORS,
    HEALTHY,
    add,
    customer,
    document,
    levels,
    observation,
    random_snapshot,
    rules,
    snapshot_of,
)

from cmi.methodology import Bounds, Override, Raters, from_document
from cmi.moves.causes import change, newly_stale
from cmi.scoring import score

THREES = levels((3, 3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))
# logins 50 points, tickets 50, csat 50 (weights 4, 2, 1 of 10): CHS 50, covered by 0.7
HALF = {"logins": 25, "tickets": 5, "csat": 3}


def causes_of(before, after, rules_before=None, rules_after=None):
    """(kind, item) -> points of the one customer "a"."""
    old = rules_before or rules()
    new = rules_after or old
    found = change(snapshot_of({"a": before}, old), snapshot_of({"a": after}, new), old, new)
    return found.set_index(["kind", "item"])["points"]


def moved(causes):
    """Those that are not 0, as a dict."""
    return causes[causes != 0].to_dict()


# What was observed on both days


def test_an_item_that_changed_gives_its_points_times_its_weight():
    causes = causes_of(HEALTHY, HEALTHY | {"logins": 25, "tickets": 5})
    # 100 to 50 points each; weights 4 and 2 of 10
    assert moved(causes) == pytest.approx({("value", "logins"): -20, ("value", "tickets"): -10})


def test_an_item_that_did_not_change_is_listed_with_0_points():
    causes = causes_of(HEALTHY, HEALTHY | {"logins": 25})
    assert causes["value", "csat"] == 0
    assert len(causes) == 4


def test_a_level_gives_a_third_of_a_quarter():
    causes = causes_of(THREES, THREES | {"charter_mandate": 5, "people_roles": 1})
    # 50 points up and 50 down; each factor weighs 1/12
    expected = {("value", "charter_mandate"): 50 / 12, ("value", "people_roles"): -50 / 12}
    assert moved(causes) == pytest.approx(expected)


def test_a_cause_says_what_the_item_was_worth_and_both_scores():
    found = change(
        snapshot_of({"a": HEALTHY}), snapshot_of({"a": HEALTHY | {"logins": 25}}), rules(), rules()
    )
    logins = found.set_index("item").loc["logins"]
    assert logins[["customer_id", "score", "kind"]].tolist() == ["a", "chs", "value"]
    assert logins[["was", "now", "before", "after"]].tolist() == pytest.approx([100, 50, 100, 80])


def test_snapshots_that_are_scored_already_have_the_same_causes():
    days = snapshot_of({"a": HALF}), snapshot_of({"a": HEALTHY})
    found = change(*(score(day, rules()) for day in days), rules(), rules())
    pd.testing.assert_frame_equal(found, change(*days, rules(), rules()))


# Coverage


def test_an_item_that_appears_gives_its_share_of_what_sets_it_off_from_the_rest():
    causes = causes_of(HALF, HALF | {"sponsor": "Advocate"})
    # 100 points among 50, with 3 of 10: CHS 50 to 65
    assert moved(causes) == pytest.approx({("coverage", "sponsor"): 15})


def test_an_item_that_is_as_good_as_the_rest_moves_nothing_when_it_appears():
    causes = causes_of({"logins": 20, "tickets": 6, "csat": 2.6}, {**HALF, "sponsor": "Named"})
    assert causes["coverage", "sponsor"] == pytest.approx(-3)  # 40 points among 50, 0.3 of them
    same = causes_of({"logins": 20, "tickets": 6}, {"logins": 20, "tickets": 6, "sponsor": "Named"})
    assert same["coverage", "sponsor"] == pytest.approx(0)


def test_what_changed_and_what_appeared_are_told_apart():
    causes = causes_of(HALF, HALF | {"logins": 50, "sponsor": "Advocate"})
    # among the three: 50 points x 4/7; then 100 points join a mean of 50 + 200/7 with 0.3
    expected = {
        ("value", "logins"): 200 / 7,
        ("coverage", "sponsor"): 0.3 * (100 - (50 + 200 / 7)),
    }
    assert moved(causes) == pytest.approx(expected)
    assert causes.sum() == pytest.approx(85 - 50)


def test_an_item_that_goes_away_takes_back_what_it_gave():
    causes = causes_of(HALF | {"sponsor": "Advocate"}, HALF)
    assert moved(causes) == pytest.approx({("coverage", "sponsor"): -15})


def test_an_answer_joins_the_answers_of_its_characteristic():
    causes = causes_of(
        THREES | levels((4, 5, None), None, None, None) | {"charter_sponsorship": None},
        THREES | {"charter_mandate": 4, "charter_goals": 5},
    )
    # charter was 4.5 (87.5 points); 50 points join with a third of a quarter
    assert moved(causes) == pytest.approx({("coverage", "charter_sponsorship"): (50 - 87.5) / 12})


def test_a_characteristic_that_is_rated_at_last_joins_the_others():
    threes = levels((3, 3, 3), None, (3, 3, 3), (3, 3, 3))
    causes = causes_of(threes, THREES | levels(None, (2, 2, 1), None, None))
    # 25, 25 and 0 points join 50 points, a twelfth each: 50 to 41.67
    expected = {
        "people_roles": -25 / 12,
        "people_skills": -25 / 12,
        "people_collaboration": -50 / 12,
    }
    assert moved(causes) == pytest.approx({("coverage", k): p for k, p in expected.items()})


def test_where_nothing_was_observed_on_both_days_the_change_is_one_of_coverage_as_a_whole():
    half = rules(minimum_coverage=0.4)
    causes = causes_of({"logins": 50}, {"tickets": 5, "sponsor": "None"}, half)
    # 100 at first; then 50 x 2/5
    assert causes.to_dict() == pytest.approx({("coverage", ""): -80})


def test_an_item_that_is_too_old_to_count_leaves_as_if_it_were_not_observed():
    dropping = rules(stale="drop")
    late = HALF | {"sponsor": "Advocate", "sponsor__age": 91.0}
    causes = causes_of(HALF | {"sponsor": "Advocate"}, late, dropping)
    assert moved(causes) == pytest.approx({("coverage", "sponsor"): -15})
    assert causes["stale", "sponsor"] == 0


# Staleness


def test_what_was_valid_then_and_is_too_old_now_is_newly_stale_and_gives_no_points():
    aged = {"logins__age": 90.0, "tickets__age": 91.0, "csat__age": 300.0}
    causes = causes_of(HALF | {"csat__age": 200.0}, HALF | aged)
    assert causes["stale"].to_dict() == {"tickets": 0}  # drivers are valid for 90 days


def test_staleness_is_told_for_everybody_of_the_second_day():
    after = snapshot_of({"a": THREES | {"people_roles__age": 366.0}, "b": {}})
    stale = newly_stale(snapshot_of({"a": THREES}), after, rules())
    assert stale.columns.tolist() == [i.key for i in rules().items]
    assert stale.loc["a"][stale.loc["a"]].index.tolist() == ["people_roles"]
    assert not stale.loc["b"].any()


# Other rules


def test_new_bounds_are_a_change_of_methodology_not_of_the_customer():
    changed = document()
    changed["drivers"][0]["best"] = 100
    causes = causes_of(HEALTHY, HEALTHY | {"tickets": 5}, rules(), from_document(changed))
    # 50 logins were 100 points and are 50, with 4 of 10
    expected = {("methodology", "logins"): -20, ("value", "tickets"): -10}
    assert moved(causes) == pytest.approx(expected)


def test_who_gains_weight_pulls_the_score_towards_its_own_points():
    worst = HEALTHY | {"tickets": 10, "sponsor": "None", "csat": 1}
    causes = causes_of(worst, worst, rules(), rules().with_weights({"logins": 8}))
    # 40 becomes 800/14; the middle of both is 340/7. Shares 0.4, 0.2, 0.3, 0.1 become 8, 2, 3, 1
    # of 14: they change by 6/35, -2/35, -3/35, -1/35
    middle = 340 / 7
    expected = {
        "logins": 6 / 35 * (100 - middle),
        "tickets": 2 / 35 * middle,
        "sponsor": 3 / 35 * middle,
        "csat": 1 / 35 * middle,
    }
    assert causes["methodology"].to_dict() == pytest.approx(expected)
    assert causes.sum() == pytest.approx(800 / 14 - 40)


def test_an_item_with_new_bounds_and_a_new_weight_is_told_at_the_middle_of_both():
    changed = document()
    changed["drivers"][0] |= {"best": 100, "weight": 14}
    causes = causes_of(HEALTHY, HEALTHY, rules(), from_document(changed))
    # logins 100 to 50 points and 4/10 to 14/20: the score falls from 100 to 65, the middle is 82.5
    assert causes["methodology", "logins"] == pytest.approx(-50 * 0.55 + 0.3 * (75 - 82.5))
    assert causes["methodology", "sponsor"] == pytest.approx(-0.15 * (100 - 82.5))
    assert causes.sum() == pytest.approx(-35)


def test_an_item_that_the_new_rules_drop_leaves_by_methodology():
    changed = document()
    del changed["drivers"][3]
    causes = causes_of(HEALTHY | {"csat": 1}, HEALTHY, rules(), from_document(changed))
    # 90 becomes 100; the last bit of it is told by item
    assert causes["methodology"].sum() == pytest.approx(10)
    assert causes["methodology", "csat"] == pytest.approx(0.1 * 95)
    assert moved(causes["value"]) == {}


def test_where_nothing_counts_any_more_the_change_is_one_of_methodology_as_a_whole():
    nothing = dict.fromkeys(("logins", "tickets", "csat"), 0)
    causes = causes_of(HALF, {"sponsor": "Advocate"}, rules(), rules().with_weights(nothing))
    assert causes.to_dict() == pytest.approx({("methodology", ""): 50})


def test_what_counts_again_in_another_segment_only_does_not_bring_the_old_score_back():
    live = Override(columns=("Stage",), values=("Live",), why="So.", weights=(("logins", 1.0),))
    nothing = dict.fromkeys(("logins", "tickets", "csat"), 0)
    causes = causes_of(
        HALF | {"Stage": "Onboarding"},
        HALF | {"Stage": "Live", "sponsor": "Advocate"},
        rules(),
        replace(rules().with_weights(nothing), overrides=(live,)),
    )
    # 50 points of weight 1 and 100 of weight 3 are 87.5; of 50, nothing counts under the new rules
    assert causes.to_dict() == pytest.approx({("methodology", ""): 37.5})


def test_the_same_value_in_another_segment_is_a_change_of_segment():
    onboarding = Override(
        columns=("Stage",),
        values=("Onboarding",),
        why="They have just begun.",
        bounds=(("logins", Bounds(worst=0, best=25)),),
    )
    ruled = rules(overrides=(onboarding,))
    causes = causes_of(
        HEALTHY | {"logins": 25, "Stage": "Onboarding"},
        HEALTHY | {"logins": 20, "Stage": "Live"},
        ruled,
    )
    # 25 logins were 100 points there and are 50 here, then 5 of 50 fewer; with 4 of 10
    assert moved(causes) == pytest.approx({("segment", "logins"): -20, ("value", "logins"): -4})


def test_another_order_of_raters_is_a_change_of_methodology(store):
    rated = [observation("a", item, 3) for item in ALL_FACTORS]
    add(store, "csm.csv", [customer("a")], rated)
    add(store, "sales.csv", [], [observation("a", "charter_mandate", 5, rater="sales")])
    add(store, "later.csv", [], [observation("a", "people_roles", 1, on="2026-04-30")])
    old, new = rules(), rules(raters=Raters(order=("sales", "csm")))
    first, last = date(2026, 1, 31), date(2026, 4, 30)
    found = change(
        store.snapshot(first, old), store.snapshot(last, new), old, new, store.snapshot(first, new)
    )
    causes = found.set_index(["kind", "item"])["points"]
    # both rated on one day: the CSM's 3 counted, then sales' 5; later People lost two levels
    expected = {("methodology", "charter_mandate"): 50 / 12, ("value", "people_roles"): -50 / 12}
    assert moved(causes) == pytest.approx(expected)


# Who has no score on one of the days


def test_who_was_scored_on_one_day_only_has_no_difference():
    before = snapshot_of({"a": HEALTHY, "b": {}, "c": {}})
    after = snapshot_of({"a": {}, "b": HALF, "c": {}, "d": HALF})
    found = change(before, after, rules(), rules())
    assert found[["customer_id", "kind"]].to_numpy().tolist() == [
        ["a", "no longer scored"],
        ["b", "newly scored"],
        ["d", "newly known"],
    ]
    assert found["points"].isna().all()
    assert found[["before", "after"]].to_numpy() == pytest.approx(
        np.array([[100, np.nan], [np.nan, 50], [np.nan, 50]]), nan_ok=True
    )


def test_who_is_not_known_on_a_day_is_told_from_who_is_not_scored():
    before, after = snapshot_of({"left": HALF, "was": {}}), snapshot_of({"was": HALF, "new": HALF})
    found = change(before, after, rules(), rules())
    assert found.set_index("customer_id")["kind"].to_dict() == {
        "left": "left",
        "was": "newly scored",
        "new": "newly known",
    }


def test_without_customers_there_are_no_causes():
    nobody = snapshot_of({"a": HALF}).iloc[:0]
    assert change(nobody, nobody, rules(), rules()).empty


# Whatever the rules and the portfolio


@settings(max_examples=8)
@given(seed=st.integers(0, 100_000), told=st.booleans())
def test_the_points_of_everybody_add_up_to_the_difference_of_the_scores(seed, told):
    before, after, old, new = odd_days(seed)
    restated = random_snapshot(new, 200, seed + 3) if told else None
    found = change(before, after, old, new, restated)
    was, now = (score(*day).set_index("customer_id") for day in ((before, old), (after, new)))
    for axis in ("cmi", "chs"):
        expected = (now[axis] - was[axis]).dropna()
        points = found[found["score"] == axis].dropna(subset="points")
        sums = points.groupby("customer_id")["points"].sum()
        assert sorted(sums.index) == sorted(expected.index)
        assert ((sums - expected).abs() < 1e-9).all()


def test_the_portfolios_of_the_test_above_have_every_kind_of_cause():
    found = pd.concat([change(*odd_days(seed)) for seed in range(4)])
    assert set(found["kind"]) == {
        "value",
        "coverage",
        "methodology",
        "segment",
        "stale",
        "newly known",
        "newly scored",
        "no longer scored",
        "left",
    }
    whole = found[found["item"] == ""].dropna(subset="points")
    assert len(whole)


@settings(max_examples=3)
@given(seed=st.integers(0, 100_000))
def test_the_way_back_has_the_same_causes_with_the_other_sign(seed):
    before, after, old, _ = odd_days(seed)
    plain = replace(old, overrides=())
    there, back = (
        change(*days, plain, plain).set_index(["customer_id", "score", "kind", "item"])["points"]
        for days in ((before, after), (after, before))
    )
    there, back = (c[c.index.isin(["value", "coverage"], level="kind")] for c in (there, back))
    assert sorted(there.index) == sorted(back.index)
    assert ((there + back).abs() < 1e-9).all()
