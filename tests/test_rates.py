"""How often it happened, of those with a low and of those with a high score: worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from foretold import Q, cases_of
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import rules
from sklearn.linear_model import LogisticRegression

from cmi.evidence.cases import QUESTIONS
from cmi.evidence.rates import by_scenario, by_score, calibration, in_hand, logistic

LEFT, GREW = QUESTIONS["left"], QUESTIONS["grew"]


def test_each_tenth_has_its_rate_and_its_interval():
    # scores 0 to 99; of the lowest ten, five left, of the next one
    found = cases_of(range(100), [n < 5 or n == 10 for n in range(100)])
    rates = by_score(found, "chs")
    assert rates["cases"].tolist() == [10] * 10
    assert rates["met"].tolist() == [5, 1, *[0] * 8]
    assert rates.loc[0, ["from", "to", "share"]].tolist() == [0, 9, 0.5]
    assert rates.loc[0, ["low", "high"]].tolist() == pytest.approx([0.2366, 0.7634], abs=1e-4)


def test_few_cases_make_fewer_groups():
    assert len(by_score(cases_of(range(35), [False] * 35), "chs")) == 3
    assert len(by_score(cases_of(range(5), [False] * 5), "chs")) == 1
    assert by_score(cases_of([], []), "chs").empty


def test_equal_scores_are_in_one_group():
    found = cases_of([50] * 60 + [70] * 40, [True] * 100)
    assert by_score(found, "chs")[["from", "to", "cases"]].to_numpy().tolist() == [
        [50, 50, 60],
        [70, 70, 40],
    ]


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(st.none() | st.integers(0, 30), st.booleans()), min_size=0, max_size=150
    )
)
def test_groups_hold_every_known_case_once_and_do_not_overlap(rows):
    found = cases_of([np.nan if s is None else s for s, _ in rows], [h for _, h in rows])
    rates = by_score(found, "chs")
    known = found.dropna(subset="chs")
    assert rates["cases"].sum() == len(known)
    assert rates["met"].sum() == known["happened"].sum()
    assert (rates["to"].to_numpy()[:-1] < rates["from"].to_numpy()[1:]).all()
    assert rates["share"].between(rates["low"] - 1e-9, rates["high"] + 1e-9).all()


def test_every_scenario_has_its_rate_and_one_without_anybody_has_none():
    found = cases_of(
        [0] * 12, [True, True, *[False] * 10], scenario=["low_low"] * 8 + ["high_high"] * 4
    )
    rates = by_scenario(found, rules(), "2x2").set_index("scenario")
    assert rates.loc["low_low", ["cases", "met", "share"]].tolist() == [8, 2, 0.25]
    assert rates.loc["high_high", ["cases", "met", "share"]].tolist() == [4, 0, 0]
    assert rates.loc["high_low", "cases"] == 0
    assert rates.loc["high_low", ["share", "low", "high"]].isna().all()


# The twenty lowest


def test_the_lowest_of_each_quarter_would_have_been_in_hand():
    quarters = [Q[0]] * 5 + [Q[1]] * 5
    scores = [10, 20, 30, 40, 50, 50, 40, 30, 20, 10]
    happened = [True, False, True, False, False, False, False, False, True, True]
    found = in_hand(cases_of(scores, happened, quarters), "chs", LEFT, most=2)
    # 10 and 20 in the first (one left), 10 and 20 in the second (both left)
    assert (found.picked, found.met, found.share) == (4, 3, 0.75)
    assert (found.quarters, found.cases, found.outcomes, found.usual) == (2, 10, 4, 0.4)
    assert found.low < 0.75 < found.high


def test_who_may_grow_is_looked_for_among_the_highest():
    found = cases_of([10, 20, 30], [False, False, True])
    assert in_hand(found, "chs", GREW, most=1).met == 1
    assert in_hand(found, "chs", LEFT, most=1).met == 0


def test_of_equal_scores_the_outcome_does_not_choose():
    found = cases_of([10, 10], [False, True], customers=["a", "b"])
    turned = cases_of([10, 10], [True, False], customers=["b", "a"])
    assert in_hand(found, "chs", LEFT, most=1).met == 0
    assert in_hand(turned, "chs", LEFT, most=1).met == 0


def test_without_cases_nothing_was_in_hand():
    found = in_hand(cases_of([], []), "chs", LEFT)
    assert (found.picked, found.quarters) == (0, 0)
    assert np.isnan([found.share, found.usual, found.low]).all()


# Calibration


@settings(max_examples=25)
@given(seed=st.integers(0, 9999))
def test_the_curve_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 100, 200)
    happened = rng.random(200) < 1 / (1 + np.exp(0.05 * values - 1))
    if 5 <= happened.sum() <= 195:
        theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
        theirs.fit((values[:, None] - 50) / 30, happened)
        slope = theirs.coef_[0, 0] / 30
        level = theirs.intercept_[0] - slope * 50
        assert logistic(values, happened) == pytest.approx((level, slope), rel=1e-3, abs=1e-4)


def told_by_a_curve(seed=2, later=1.0):
    """Two quarters; in the second it happens `later` times as often as the curve of the first."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 100, 4000)
    chance = 1 / (1 + np.exp(0.08 * (values - 20)))
    chance[2000:] *= later
    return cases_of(values, rng.random(4000) < chance, [*[Q[0]] * 2000, *[Q[1]] * 2000])


def test_a_score_that_keeps_its_word_is_calibrated():
    found = calibration(told_by_a_curve(), "chs")
    assert found["cases"].sum() == 2000  # only the later quarter is judged
    assert found["foretold"].is_monotonic_increasing
    assert (found["foretold"] - found["share"]).abs().max() < 0.06


def test_what_happens_half_as_often_as_foretold_shows():
    found = calibration(told_by_a_curve(later=0.5), "chs")
    assert found["foretold"].iloc[-1] > found["high"].iloc[-1]


def test_the_later_quarters_have_no_part_in_what_is_foretold():
    found = told_by_a_curve()
    turned = found.assign(happened=found["happened"].where(found["quarter"] == Q[0], other=False))
    turned.loc[turned.index[-20:], "happened"] = True
    expected = calibration(found, "chs")["foretold"]
    pd.testing.assert_series_equal(calibration(turned, "chs")["foretold"], expected)


@pytest.mark.parametrize("outcomes", [0, 9, 19])
def test_without_ten_outcomes_on_either_side_nothing_is_foretold(outcomes):
    half = [n % 100 < outcomes / 2 for n in range(200)]
    found = cases_of(range(200), half, [*[Q[0]] * 100, *[Q[1]] * 100])
    found.loc[found["happened"].cumsum() > outcomes, "happened"] = False
    assert calibration(found, "chs").empty


def test_one_quarter_foretells_nothing():
    assert calibration(cases_of(range(100), [n < 40 for n in range(100)]), "chs").empty
    assert calibration(cases_of([], []), "chs").empty
