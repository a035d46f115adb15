from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import DAY, FACTORS, document, levels, random_snapshot, rules, snapshot_of

from cmi.methodology import Bounds, CutOverride, Override, from_document, shipped
from cmi.scoring import contributions, points_of, score

REFERENCE = levels((4, 5, 3), (2, 2, 2), (5, 4, 3), (1, 1, 4))
HEALTHY = {"logins": 50, "tickets": 0, "sponsor": "Advocate", "csat": 5}


def scores_of(customers, methodology=None, grid="2x2"):
    methodology = methodology or rules()
    snapshot = snapshot_of(customers, methodology)
    return score(snapshot, methodology, grid).set_index("customer_id")


def score_of(customer, methodology=None, grid="2x2"):
    return scores_of({"a": customer}, methodology, grid).loc["a"]


def onboarding(**changes):
    return rules(
        overrides=(Override(columns=("Stage",), values=("Onboarding",), why="New.", **changes),)
    )


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


# Overrides per segment


def test_an_override_changes_bounds_only_for_its_segment():
    methodology = onboarding(bounds=(("logins", Bounds(worst=0, best=20)),))
    found = scores_of(
        {
            "new": {**HEALTHY, "logins": 10, "Stage": " onboarding"},
            "old": {**HEALTHY, "logins": 10, "Stage": "Live"},
            "none": {**HEALTHY, "logins": 10},
        },
        methodology,
    )
    # new: logins 10/20 = 50 -> (4*50 + 600)/10 = 80; old: 10/50 = 20 -> (4*20 + 600)/10 = 68
    assert found["chs"].to_dict() == pytest.approx({"new": 80, "old": 68, "none": 68})


def test_an_override_changes_weights_and_with_them_coverage():
    methodology = onboarding(weights=(("logins", 0.0), ("people", 75.0), ("charter_goals", 0.0)))
    customer = levels((5, 1, 1), (1, 1, 1), (5, 5, 5), None) | {"tickets": 4, "sponsor": "Named"}
    found = scores_of({"new": customer | {"Stage": "Onboarding"}, "old": customer}, methodology)
    # new CHS: (2*60 + 3*40)/5 = 48, observed 5 of 6; old: the same 48, observed 5 of 10
    assert found["chs"].to_dict() == pytest.approx({"new": 48, "old": 48})
    assert found["chs_coverage"].to_dict() == pytest.approx({"new": 5 / 6, "old": 0.5})
    # new CMI: charter (5+1)/2 = 3, (25*3 + 75*1 + 25*5)/125 = 2.2 -> 30; covered 125 of 150
    # old CMI: charter 7/3, (7/3 + 1 + 5)/3 = 25/9 -> 400/9; covered 75 of 100
    assert found["cmi"].to_dict() == pytest.approx({"new": 30, "old": 400 / 9})
    assert found["cmi_coverage"].to_dict() == pytest.approx({"new": 5 / 6, "old": 0.75})


def test_an_override_changes_a_cut_only_for_its_segment_and_axis():
    methodology = onboarding(cuts=(("2x2", CutOverride(chs=(40,))),))
    customer = REFERENCE | {"logins": 20, "tickets": 6, "sponsor": "Named", "csat": 3}
    # CHS (4*40 + 2*40 + 3*40 + 1*50)/10 = 41; CMI 50
    found = scores_of({"new": customer | {"Stage": "Onboarding"}, "old": customer}, methodology)
    assert found["scenario"].to_dict() == {"new": "high_high", "old": "high_low"}
    three = scores_of({"new": customer | {"Stage": "Onboarding"}}, methodology, "3x3")
    assert three.loc["new", "scenario"] == "mid_mid"


def test_of_two_overrides_that_hold_the_last_one_counts():
    first, last = (
        Override(columns=("Stage",), values=("New",), why="1", bounds=(("logins", Bounds(0, 20)),)),
        Override(columns=("Size",), values=("S",), why="2", bounds=(("logins", Bounds(0, 10)),)),
    )
    frame = snapshot_of(
        {
            "both": {"logins": 5, "Stage": "New", "Size": "S"},
            "first": {"logins": 5, "Stage": "New", "Size": "L"},
        }
    )
    found = points_of(frame, rules(overrides=(first, last)))["logins"]
    assert found.tolist() == pytest.approx([50, 25])


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


# Properties, over portfolios with holes, segments and overrides

PORTFOLIOS = [(shipped(), 1), (replace(shipped(), stale="drop"), 2), (rules(), 3)]
NUMBERS = ["cmi", "chs", "cmi_level", "cmi_coverage", "chs_coverage", *FACTORS]


def close(found, expected):
    pd.testing.assert_frame_equal(
        found[NUMBERS], expected[NUMBERS], check_exact=False, rtol=0, atol=1e-9
    )


@pytest.mark.parametrize(("methodology", "seed"), PORTFOLIOS)
def test_scores_lie_between_0_and_100_or_are_missing(methodology, seed):
    found = score(random_snapshot(methodology, 4000, seed), methodology)
    for axis in ("cmi", "chs"):
        assert found[axis].dropna().between(0, 100).all()
        assert found[f"{axis}_coverage"].between(0, 1 + 1e-9).all()
        enough = found[f"{axis}_coverage"].round(6) >= methodology.minimum_coverage
        assert found[axis].notna().equals(enough)
        assert 0 < enough.sum() < len(found)
    assert found["scenario"].notna().equals(found["cmi"].notna() & found["chs"].notna())


@pytest.mark.parametrize(("methodology", "seed"), PORTFOLIOS)
def test_contributions_add_up_to_the_scores(methodology, seed):
    frame = random_snapshot(methodology, 1000, seed)
    found = score(frame, methodology).set_index("customer_id")
    listed = contributions(frame, methodology)
    sums = listed.pivot_table(
        values=["contribution", "share"], index="customer_id", columns="score", aggfunc="sum"
    ).reindex(found.index)
    for axis in ("cmi", "chs"):
        scored = found[axis].notna()
        difference = sums["contribution", axis] - found[axis]
        assert difference[scored].abs().max() < 1e-9
        assert sums["share", axis].dropna().sub(1).abs().max() < 1e-9
    assert (listed["share"] > 0).all()
    assert listed["points"].between(0, 100).all()


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


@given(times=st.floats(1e-6, 1e6), seed=st.integers(0, 1000))
def test_scaling_all_weights_changes_nothing(times, seed):
    methodology = rules(minimum_coverage=0.4)
    parts = (*methodology.characteristics, *methodology.drivers)
    scaled = methodology.with_weights({p.key: p.weight * times for p in parts})
    frame = random_snapshot(methodology, 60, seed)
    close(score(frame, scaled), score(frame, methodology))


@given(
    weights=st.lists(st.integers(0, 1000), min_size=8, max_size=8),
    seed=st.integers(0, 1000),
)
def test_whatever_the_weights_scores_stay_in_range_and_add_up(weights, seed):
    methodology = rules(minimum_coverage=0.0)
    parts = (*methodology.characteristics, *methodology.drivers)
    given_weights = {p.key: w for p, w in zip(parts, weights, strict=True)}
    given_weights |= {"charter": weights[0] + 0.1, "logins": weights[4] + 0.1}
    methodology = methodology.with_weights(given_weights)
    frame = random_snapshot(methodology, 60, seed)
    found = score(frame, methodology).set_index("customer_id")
    sums = contributions(frame, methodology).pivot_table(
        values="contribution", index="customer_id", columns="score", aggfunc="sum"
    )
    for axis in ("cmi", "chs"):
        scored = found[axis].dropna()
        assert scored.between(0, 100).all()
        assert not scored.empty
        assert (sums.loc[scored.index, axis] - scored).abs().max() < 1e-9


@given(seed=st.integers(0, 1000), kept=st.integers(1, 39))
def test_a_customer_scores_the_same_alone_in_company_and_in_any_order(seed, kept):
    frame = random_snapshot(shipped(), 40, seed)
    together = score(frame, shipped())
    some = frame.sample(n=kept, random_state=seed)
    close(score(some, shipped()), together.loc[some.index])


@given(
    factor=st.sampled_from([f for three in FACTORS.values() for f in three]),
    seed=st.integers(0, 1000),
)
def test_a_higher_level_never_lowers_maturity(factor, seed):
    frame = random_snapshot(shipped(), 60, seed)
    better = frame.assign(**{factor: (frame[factor] + 0.5).clip(upper=5)})
    change = score(better, shipped())["cmi"] - score(frame, shipped())["cmi"]
    assert (change.dropna() >= -1e-9).all()


def test_an_item_that_nobody_observed_lowers_coverage_and_nothing_else():
    changed = document()
    people = changed["characteristics"][1]["factors"]
    people.append({**people[0], "key": "people_pay", "name": "Pay"})
    changed["drivers"].append({**changed["drivers"][0], "key": "calls", "name": "Calls"})
    changed["minimum_coverage"] = 0.0
    wider, narrow = from_document(changed), rules(minimum_coverage=0.0)
    frame = random_snapshot(narrow, 300, seed=8)
    found, before = score(frame, wider), score(frame, narrow)
    same = ["cmi", "chs", *FACTORS]
    pd.testing.assert_frame_equal(found[same], before[same])
    assert (found["chs_coverage"] <= before["chs_coverage"]).all()
    assert (found["chs_coverage"] < before["chs_coverage"]).any()
    assert (found["cmi_coverage"] < before["cmi_coverage"]).any()


# Engines


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize(("methodology", "seed"), PORTFOLIOS)
def test_pandas_and_duckdb_give_the_same_scores_and_scenarios(methodology, seed, grid):
    frame = random_snapshot(methodology, 1500, seed + 10)
    in_pandas = score(frame, methodology, grid)
    with duckdb.connect() as connection:
        relation = score(connection.from_df(frame), methodology, grid)
        assert isinstance(relation, duckdb.DuckDBPyRelation)
        in_duckdb = relation.df().sort_values("customer_id", ignore_index=True)
    assert list(in_duckdb.columns) == list(in_pandas.columns)
    close(in_duckdb, in_pandas)
    assert in_duckdb["scenario"].fillna("").equals(in_pandas["scenario"].fillna(""))
    assert in_duckdb["stale"].astype("int64").equals(in_pandas["stale"])
    assert in_pandas["scenario"].nunique() >= 4


def test_pandas_and_duckdb_agree_on_a_score_that_lies_on_a_cut():
    # Sums in another order give 49.999999... for 50.
    methodology = rules().with_weights(dict.fromkeys(FACTORS, 0.1) | {"charter": 0.3})
    three = (2, 3, 4)
    frame = snapshot_of({"a": levels(three, three, three, three) | HEALTHY}, methodology)
    with duckdb.connect() as connection:
        in_duckdb = score(connection.from_df(frame), methodology).df()
    assert score(frame, methodology)["scenario"].tolist() == ["high_high"]
    assert in_duckdb["scenario"].tolist() == ["high_high"]


def test_the_snapshot_of_an_empty_store_can_be_scored(store):
    found = score(store.snapshot(DAY, shipped()), shipped())
    assert found.empty
    assert {"cmi", "chs", "scenario"} <= set(found.columns)
    assert contributions(store.snapshot(DAY, shipped()), shipped()).empty
