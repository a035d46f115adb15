from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from portfolios import (
    DAY,
    FACTORS,
    HEALTHY,
    REFERENCE,
    document,
    levels,
    random_snapshot,
    rules,
    score_of,
    snapshot_of,
)

from cmi.methodology import from_document, shipped
from cmi.scoring import contributions, placed, points_of, score

# CMI, by hand


def test_the_reference_customer_has_characteristics_4_2_4_2_and_cmi_50():
    found = score_of(REFERENCE)
    # (4+5+3)/3 = 4, (2+2+2)/3 = 2, (5+4+3)/3 = 4, (1+1+4)/3 = 2; (4+2+4+2)/4 = 3; 100*(3-1)/4 = 50
    assert found[list(FACTORS)].tolist() == pytest.approx([4, 2, 4, 2])
    assert found["cmi_level"] == pytest.approx(3)
    assert found["cmi"] == pytest.approx(50)
    assert found["cmi_coverage"] == pytest.approx(1)


def test_weights_of_40_20_20_20_move_the_reference_customer_to_55():
    weights = {"charter": 40, "people": 20, "process": 20, "technology": 20}
    found = score_of(REFERENCE, rules().with_weights(weights))
    # 0.4*4 + 0.2*2 + 0.2*4 + 0.2*2 = 3.2; 100*2.2/4 = 55
    assert found["cmi_level"] == pytest.approx(3.2)
    assert found["cmi"] == pytest.approx(55)


def test_a_characteristic_that_nobody_rated_leaves_the_mean_and_the_coverage():
    found = score_of(levels((4, 5, 3), None, (5, 4, 3), (1, 1, 4)))
    # (4+4+2)/3 = 10/3; 100*(10/3-1)/4 = 58.33; 75 of 100 observed
    assert np.isnan(found["people"])
    assert found["cmi_level"] == pytest.approx(10 / 3)
    assert found["cmi"] == pytest.approx(175 / 3)
    assert found["cmi_coverage"] == pytest.approx(0.75)


def test_one_answered_factor_speaks_for_its_whole_characteristic_but_covers_a_third_of_it():
    found = score_of(levels((4, 5, 3), (None, 1, None), (5, 4, 3), (1, 1, 4)))
    # people = 1 with full weight: (4+1+4+2)/4 = 2.75 -> 43.75; coverage (1 + 1/3 + 1 + 1)/4 = 5/6
    assert found["people"] == pytest.approx(1)
    assert found["cmi"] == pytest.approx(43.75)
    assert found["cmi_coverage"] == pytest.approx(5 / 6)


def test_a_factor_may_carry_its_own_weight():
    found = score_of(
        levels((5, 1, 1), (2, 2, 2), (2, 2, 2), (2, 2, 2)),
        rules().with_weights({"charter_mandate": 2}),
    )
    # charter = (2*5 + 1 + 1)/4 = 3; (3+2+2+2)/4 = 2.25 -> 31.25
    assert found["charter"] == pytest.approx(3)
    assert found["cmi"] == pytest.approx(31.25)


def test_a_heavier_factor_that_is_missing_takes_more_coverage_with_it():
    found = score_of(
        levels((None, 1, 1), (2, 2, 2), (2, 2, 2), (2, 2, 2)),
        rules().with_weights({"charter_mandate": 2}),
    )
    # charter is answered by 2 of 4: coverage (0.5 + 3)/4 = 0.875
    assert found["charter"] == pytest.approx(1)
    assert found["cmi_coverage"] == pytest.approx(0.875)


def test_a_factor_of_weight_zero_counts_neither_as_a_level_nor_as_coverage():
    methodology = rules().with_weights({"charter_goals": 0})
    found = score_of(levels((5, 1, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)), methodology)
    # charter = (5 + 3)/2 = 4; (4+3+3+3)/4 = 3.25 -> 56.25
    assert found["charter"] == pytest.approx(4)
    assert found["cmi"] == pytest.approx(56.25)
    only_that = score_of(levels((None, 1, None), (3, 3, 3), (3, 3, 3), (3, 3, 3)), methodology)
    assert np.isnan(only_that["charter"])
    assert only_that["cmi"] == pytest.approx(50)
    assert only_that["cmi_coverage"] == pytest.approx(0.75)


def test_a_characteristic_of_weight_zero_is_shown_but_does_not_count():
    found = score_of(REFERENCE, rules().with_weights({"technology": 0}))
    # (4+2+4)/3 = 10/3 -> 58.33, and all the weight that counts is covered
    assert found["technology"] == pytest.approx(2)
    assert found["cmi"] == pytest.approx(175 / 3)
    assert found["cmi_coverage"] == pytest.approx(1)


def test_under_the_minimum_coverage_there_is_no_score_but_the_coverage_is_told():
    found = score_of(levels((4, 5, 3), (2, 2, None), None, None) | HEALTHY)
    # (1 + 2/3)/4 = 0.41666 < 0.5
    assert np.isnan(found["cmi"])
    assert np.isnan(found["cmi_level"])
    assert pd.isna(found["scenario"])
    assert found["cmi_coverage"] == pytest.approx(5 / 12)
    assert found["chs"] == pytest.approx(100)


def test_exactly_the_minimum_coverage_is_enough():
    found = score_of(levels((5, 5, 5), (3, 3, 3), None, None))
    # (5+3)/2 = 4 -> 75; coverage 2/4
    assert found["cmi"] == pytest.approx(75)
    # A third of 1 is not a round number of the machine: 4 x (1/3)/4 must still be enough for 1/3.
    thin = levels((5, None, None), (5, None, None), (5, None, None), (5, None, None))
    assert score_of(thin, rules(minimum_coverage=1 / 3))["cmi"] == pytest.approx(100)


def test_nobody_is_scored_from_nothing_even_when_no_coverage_is_asked_for():
    found = score_of({}, rules(minimum_coverage=0.0))
    assert found[["cmi", "chs", "cmi_level"]].isna().all()
    assert found[["cmi_coverage", "chs_coverage"]].tolist() == [0, 0]
    assert pd.isna(found["scenario"])


def test_an_item_without_a_column_is_missing_not_an_error():
    frame = pd.DataFrame({"period": [pd.Timestamp(DAY)], "customer_id": ["a"], "name": ["A"]})
    frame = frame.assign(**REFERENCE).drop(columns=list(FACTORS["people"]))
    found = score(frame, rules()).iloc[0]
    assert found["cmi"] == pytest.approx(175 / 3)
    assert found["chs_coverage"] == 0
    assert contributions(frame, rules())["item"].nunique() == 9


# CHS, by hand


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        ("logins", 0, 0),
        ("logins", 20, 40),  # 20/50
        ("logins", 50, 100),
        ("logins", 80, 100),  # better than best is best
        ("logins", -3, 0),
        ("tickets", 10, 0),  # fewer is better
        ("tickets", 4, 60),  # (4-10)/(0-10)
        ("tickets", 0, 100),
        ("tickets", 25, 0),
        ("csat", 2, 25),  # (2-1)/(5-1)
        ("sponsor", "Named", 40),
        ("sponsor", "  ADVOCATE ", 100),
        ("sponsor", "None", 0),
    ],
)
def test_a_driver_turns_its_value_into_points(item, value, points):
    found = points_of(snapshot_of({"a": {item: value}}), rules())
    assert found.loc[0, item] == pytest.approx(points)
    assert found.drop(columns=item).isna().all(axis=None)


def test_an_unknown_category_is_missing_and_not_zero():
    found = score_of(HEALTHY | {"sponsor": "Our neighbour"})
    # 4 + 2 + 1 of 10 are observed, and all of those are at their best
    assert found["chs"] == pytest.approx(100)
    assert found["chs_coverage"] == pytest.approx(0.7)


def test_categories_with_letters_that_fold_in_odd_ways_are_found():
    changed = document()
    changed["drivers"][2]["categories"] = {"Groß": 10, "ΟΔΟΣ": 20, "İyi": 30}
    methodology = from_document(changed)
    said = ["groß", "GROß", "ΟΔΟΣ", "οδοσ", "İyi", "\N{NO-BREAK SPACE}Groß\t"]
    frame = snapshot_of({str(n): {"sponsor": s} for n, s in enumerate(said)}, methodology)
    assert points_of(frame, methodology)["sponsor"].tolist() == [10, 10, 20, 20, 30, 10]


def test_chs_is_the_weighted_mean_of_the_drivers_that_are_there():
    full = score_of({"logins": 20, "tickets": 4, "sponsor": "Advocate", "csat": 2})
    # (4*40 + 2*60 + 3*100 + 1*25)/10 = 605/10
    assert full["chs"] == pytest.approx(60.5)
    assert full["chs_coverage"] == pytest.approx(1)
    holes = score_of({"logins": 20, "csat": 2})
    # (4*40 + 1*25)/5 = 37; 5 of 10 is exactly enough
    assert holes["chs"] == pytest.approx(37)
    assert holes["chs_coverage"] == pytest.approx(0.5)
    few = score_of({"logins": 20})
    assert np.isnan(few["chs"])
    assert few["chs_coverage"] == pytest.approx(0.4)


def test_a_driver_of_weight_zero_gives_and_covers_nothing():
    found = score_of(HEALTHY | {"csat": 1}, rules().with_weights({"csat": 0}))
    assert found["chs"] == pytest.approx(100)
    assert found["chs_coverage"] == pytest.approx(1)


# Stale observations


def test_stale_observations_count_and_are_counted():
    aged = REFERENCE | {"people_roles__age": 366.0, "people_skills__age": 365.0, **HEALTHY}
    found = score_of(aged | {"logins": 0, "logins__age": 91.0, "csat__age": 90.0})
    # Only what is older than its 365 or 90 days is stale; (0*4 + 600)/10 = 60
    assert found["stale"] == 2
    assert found["cmi"] == pytest.approx(50)
    assert found["chs"] == pytest.approx(60)


def test_stale_observations_drop_out_where_the_methodology_says_so():
    aged = REFERENCE | HEALTHY | {"technology_integration__age": 400.0, "logins__age": 91.0}
    found = score_of(aged | {"logins": 0}, rules(stale="drop"))
    # technology is (1+1)/2 = 1: (4+2+4+1)/4 = 2.75 -> 43.75, covered (3 + 2/3)/4
    assert found["cmi"] == pytest.approx(43.75)
    assert found["cmi_coverage"] == pytest.approx(11 / 12)
    assert found["chs"] == pytest.approx(100)
    assert found["chs_coverage"] == pytest.approx(0.6)
    assert found["stale"] == 2
    listed = contributions(snapshot_of({"a": aged}), rules(stale="drop"))
    assert not {"technology_integration", "logins"} & set(listed["item"])


def test_an_observation_of_unknown_age_is_not_taken_for_stale():
    frame = snapshot_of({"a": REFERENCE | HEALTHY}).assign(logins__age=np.nan)
    found = score(frame, rules(stale="drop")).iloc[0]
    assert found["chs_coverage"] == pytest.approx(1)
    assert found["stale"] == 0


# Nothing, one, and the frame that was given


def test_a_portfolio_without_customers_scores_to_a_frame_without_rows():
    empty = snapshot_of({"a": REFERENCE | HEALTHY}).head(0)
    found = score(empty, rules(), "3x3")
    assert found.empty
    assert {"cmi", "chs", "scenario", "stale", "charter", "cmi_coverage"} <= set(found.columns)
    assert not {c for c in found.columns if c.startswith("_")}
    assert contributions(empty, rules()).empty


def test_the_frame_that_is_scored_stays_as_it_was():
    frame = random_snapshot(shipped(), 50, seed=3)
    before = frame.copy(deep=True)
    score(frame, replace(shipped(), stale="drop"))
    contributions(frame, replace(shipped(), stale="drop"))
    pd.testing.assert_frame_equal(frame, before)


def test_scores_come_back_in_the_order_and_with_the_index_of_the_customers():
    frame = random_snapshot(rules(), 20, seed=4).sample(frac=1, random_state=1)
    found = score(frame, rules())
    assert found.index.equals(frame.index)
    assert found["customer_id"].equals(frame["customer_id"])


def test_the_snapshot_of_an_empty_store_can_be_scored(store):
    found = score(store.snapshot(DAY, shipped()), shipped())
    assert found.empty
    assert {"cmi", "chs", "scenario"} <= set(found.columns)
    assert contributions(store.snapshot(DAY, shipped()), shipped()).empty


def test_scores_that_keep_both_grids_place_customers_as_each_grid_alone():
    snapshot, methodology = random_snapshot(shipped(), 200, seed=3), shipped()
    kept = score(snapshot, methodology, "2x2", also=("3x3",))
    for grid in ("2x2", "3x3"):
        alone = score(snapshot, methodology, grid)
        pd.testing.assert_frame_equal(placed(kept, grid), alone)
        assert alone["scenario"].nunique() > 2


def test_contributions_name_item_value_points_and_share():
    listed = contributions(
        snapshot_of({"a": {"logins": 20, "sponsor": "Named", "charter_goals": 5}}), rules()
    ).set_index("item")
    # CHS: 4 and 3 of 7 observed; (4*40 + 3*40)/7 = 40. CMI: one factor is all there is.
    assert listed.loc["logins", ["score", "part", "value", "points"]].tolist() == [
        "chs",
        "all",
        20,
        40,
    ]
    assert listed.loc["logins", "share"] == pytest.approx(4 / 7)
    assert listed.loc["logins", "contribution"] == pytest.approx(160 / 7)
    assert listed.loc["sponsor", "label"] == "Named"
    assert listed.loc["charter_goals", ["score", "part", "points"]].tolist() == [
        "cmi",
        "charter",
        100,
    ]
    assert listed.loc["charter_goals", "contribution"] == pytest.approx(100)
    assert len(listed) == 3
