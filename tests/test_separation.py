"""Whether a score separates: on paper, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from foretold import Q, cases_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from cmi.evidence.separation import Sample, auc


def test_of_six_pairs_five_are_in_order():
    # it happened at risks 9 and 4; to the others 7, 3, 1: 9 beats all, 4 beats 3 and 1
    assert auc([9, 4, 7, 3, 1], [True, True, False, False, False]) == pytest.approx(5 / 6)


def test_a_tie_counts_half():
    assert auc([1, 1], [True, False]) == 0.5
    # 2 against 2 and 1: half and one of two
    assert auc([2, 2, 1], [True, False, False]) == 0.75


def test_customers_of_different_quarters_are_not_compared():
    # in each quarter the order is wrong; across them, who left had the higher risks
    risk, happened = [10, 11, 1, 2, 3], [True, False, True, False, False]
    assert auc(risk, happened, [1, 1, 2, 2, 2]) == 0
    # a quarter in which it happened to nobody has no pair
    assert auc([*risk, 50, 60], [*happened, False, False], [1, 1, 2, 2, 2, 3, 3]) == 0


@pytest.mark.parametrize("happened", [[True, True], [False, False]])
def test_without_both_kinds_there_is_no_auc(happened):
    assert np.isnan(auc([1, 2], happened))
    assert np.isnan(auc([], []))


@settings(max_examples=50)
@given(
    rows=st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60),
    seed=st.integers(0, 99),
)
def test_auc_is_that_of_scikit_learn(rows, seed):
    risk, happened = (np.array(column) for column in zip(*rows, strict=True))
    if 0 < happened.sum() < len(happened):
        assert auc(risk, happened) == pytest.approx(roc_auc_score(happened, risk))
    quarters = np.random.default_rng(seed).integers(0, 3, len(rows))
    each = [(happened[quarters == q].sum() * (~happened[quarters == q]).sum(), q) for q in range(3)]
    pairs = [(n, q) for n, q in each if n]
    if pairs:
        by_pairs = sum(
            n * roc_auc_score(happened[quarters == q], risk[quarters == q]) for n, q in pairs
        )
        assert auc(risk, happened, quarters) == pytest.approx(by_pairs / sum(n for n, _ in pairs))


@settings(max_examples=30)
@given(seed=st.integers(0, 9999))
def test_turning_a_risk_turns_its_auc_and_stretching_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    risk, happened = rng.normal(size=40).round(1), np.arange(40) < 15
    found = auc(risk, happened)
    assert auc(-risk, happened) == pytest.approx(1 - found)
    assert auc(np.exp(risk / 2), happened) == pytest.approx(found)


# Its interval


def drawn(customers, signal, seed=1, quarters=4):
    """Cases of customers over quarters: a risk that counts `signal`, and who left."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=customers)
    risk = np.concatenate([own + 0.3 * rng.normal(size=customers) for _ in range(quarters)])
    chance = 1 / (1 + np.exp(2 - signal * risk))
    return cases_of(
        risk,
        rng.random(len(risk)) < chance,
        [q for q in Q[:quarters] for _ in range(customers)],
        [f"c{n}" for n in range(customers)] * quarters,
    )


def test_an_interval_holds_the_number_and_is_the_same_each_time():
    found = drawn(300, 1.0)
    one = Sample(found).separates(found["chs"])
    assert one.low < one.value < one.high
    assert one.value == auc(found["chs"], found["happened"], found["quarter"])
    assert one == Sample(found).separates(found["chs"])
    assert (one.cases, one.outcomes) == (1200, found["happened"].sum())


def test_the_interval_is_that_of_customers_drawn_one_by_one():
    found = drawn(120, 1.0)
    rng = np.random.default_rng(0)
    of = dict(list(found.groupby("customer_id")))
    values = []
    for _ in range(300):
        again = pd.concat([of[f"c{n}"] for n in rng.integers(0, 120, 120)])
        values.append(auc(again["chs"], again["happened"], again["quarter"]))
    one = Sample(found).separates(found["chs"])
    assert (one.low, one.high) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.02)


def test_noise_does_not_separate_and_a_signal_does():
    noise, signal = drawn(400, 0.0), drawn(400, 1.0)
    assert not Sample(noise).separates(noise["chs"]).low > 0.5
    assert Sample(signal).separates(signal["chs"]).low > 0.5


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    # the true AUC of noise is 0.5
    held = 0
    for seed in range(40):
        noise = drawn(80, 0.0, seed)
        one = Sample(noise).separates(noise["chs"])
        held += one.low <= 0.5 <= one.high
    assert held >= 34


def test_many_values_are_rounded_without_moving_the_interval():
    found = drawn(500, 1.0)
    one = Sample(found).separates(found["chs"])
    coarse = Sample(found).separates(found["chs"].round(1))
    assert (one.low, one.high) == pytest.approx((coarse.low, coarse.high), abs=0.01)


def test_under_ten_outcomes_nothing_is_said():
    found = cases_of(range(100), [n < 9 for n in range(100)])
    one = Sample(found).separates(found["chs"])
    assert not one.known
    assert (one.cases, one.outcomes) == (100, 9)
    assert np.isnan([one.value, one.low, one.high]).all()


def test_without_cases_nothing_is_said():
    found = cases_of([], [])
    assert not Sample(found).separates(found["chs"]).known


def test_a_gain_is_judged_where_both_are_known_and_by_the_same_draws():
    found = drawn(300, 1.0)
    noise = pd.Series(np.random.default_rng(3).normal(size=len(found)))
    noise[found.index < 100] = np.nan
    sample = Sample(found)
    own, over, better = sample.compares(found["chs"], noise)
    assert own.cases == over.cases == better.cases == 1100
    assert better.value == pytest.approx(own.value - over.value)
    assert better.low > 0
    same = sample.compares(found["chs"], found["chs"])[2]
    assert (same.value, same.low, same.high) == (0, 0, 0)
