"""What holds for every portfolio, and on every engine."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import FACTORS, HEALTHY, document, levels, random_snapshot, rules, snapshot_of

from cmi.methodology import from_document, shipped
from cmi.scoring import contributions, score

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


@settings(max_examples=20)
@given(times=st.floats(1e-6, 1e6), seed=st.integers(0, 1000))
def test_scaling_all_weights_changes_nothing(times, seed):
    methodology = rules(minimum_coverage=0.4)
    parts = (*methodology.characteristics, *methodology.drivers)
    scaled = methodology.with_weights({p.key: p.weight * times for p in parts})
    frame = random_snapshot(methodology, 60, seed)
    close(score(frame, scaled), score(frame, methodology))


@settings(max_examples=20)
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


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), kept=st.integers(1, 39))
def test_a_customer_scores_the_same_alone_in_company_and_in_any_order(seed, kept):
    frame = random_snapshot(shipped(), 40, seed)
    together = score(frame, shipped())
    some = frame.sample(n=kept, random_state=seed)
    close(score(some, shipped()), together.loc[some.index])


@settings(max_examples=20)
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
