"""Suggested weights: fitted like scikit-learn, judged on later quarters, and often refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from foretold import Q, drivers_of, ravenstack, telco, telco_rules, there
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from cmi.evidence import cases as evidence
from cmi.evidence.cases import QUESTIONS
from cmi.evidence.suggestion import ENOUGH, Fit, judged, never_negative, suggest
from cmi.methodology import shipped
from cmi.scoring import score

LEFT, GREW = QUESTIONS["left"], QUESTIONS["grew"]
RULES = drivers_of({"strong": 1, "weak": 1, "noise": 1, "unused": 0})
LATER = [*Q, pd.Timestamp("2026-03-31"), pd.Timestamp("2026-06-30")]


def portfolio(strong, weak=0.0, seed=1, customers=200, rules=RULES, **columns):
    """Customers over six quarters; who leaves follows from points of strong and weak."""
    rng = np.random.default_rng(seed)
    parts = []
    for quarter in LATER:
        points = {k: rng.uniform(0, 100, customers) for k in ("strong", "weak", "noise", "unused")}
        pull = strong * (points["strong"] - 50) + weak * (points["weak"] - 50)
        happened = rng.random(customers) < 1 / (1 + np.exp(1.5 + pull / 25))
        made = {k: make(points, happened) for k, make in columns.items()}
        names = {"customer_id": [f"c{n}" for n in range(customers)]}
        rows = score(pd.DataFrame(names | points | made), rules)
        parts.append(rows.assign(quarter=quarter, happened=happened))
    return pd.concat(parts, ignore_index=True)


# The fit


@settings(max_examples=40)
@given(seed=st.integers(0, 9999), parts=st.integers(1, 6))
def test_weights_are_fitted_like_scikit_learn(seed, parts):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, parts)) + rng.normal(size=(60, 1))
    y = x @ rng.normal(size=parts) + rng.normal(size=60)
    theirs = LinearRegression(positive=True).fit(x, y)
    x, y = x - x.mean(axis=0), y - y.mean()
    mine = never_negative((x.T @ x)[None], (x.T @ y)[None])[0]
    assert (mine >= 0).all()
    lost, least = (((y - x @ b) ** 2).sum() for b in (mine, theirs.coef_))
    assert lost <= least * (1 + 1e-4) + 1e-6


def test_several_problems_are_solved_at_once():
    # b = m where it is not negative
    gram = np.stack([np.eye(2), 2 * np.eye(2)])
    found = never_negative(gram, np.array([[3.0, -1.0], [4.0, 6.0]]))
    assert found.tolist() == [[3, 0], [2, 3]]


def test_a_part_that_never_varies_gets_nothing():
    assert never_negative(np.zeros((1, 1, 1)), np.zeros((1, 1))).tolist() == [[0]]


@settings(max_examples=10)
@given(seed=st.integers(0, 999), strong=st.floats(-2, 2))
def test_weights_are_never_negative_and_sum_to_one(seed, strong):
    found = portfolio(strong, seed=seed, customers=40)
    fit = Fit(found, RULES, LEFT, "chs")
    for weights in (fit.weights(), *fit.drawn()):
        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()


def test_what_counts_gets_more_and_noise_gets_less():
    fit = Fit(portfolio(1.5), RULES, LEFT, "chs")
    strong, weak, noise = fit.weights()
    assert strong > 0.6
    assert max(weak, noise) < 0.25
    assert fit.keys == ["strong", "weak", "noise"]  # what weighs nothing is not weighed


def test_few_outcomes_stay_near_the_weights_in_force():
    found = portfolio(1.5)
    few = found["quarter"] == Q[0]
    fit = Fit(found, RULES, LEFT, "chs")
    assert fit.weights(few)[0] < fit.weights()[0]
    # with hardly any outcome, they are those in force
    assert fit.weights(found.index < 6) == pytest.approx([1 / 3] * 3, abs=0.1)


def test_high_scores_that_foretell_growth_are_weighed_the_same_way():
    found = portfolio(1.5)
    grown = found.assign(happened=~found["happened"])
    assert Fit(grown, RULES, GREW, "chs").weights() == pytest.approx(
        Fit(found, RULES, LEFT, "chs").weights(), abs=0.1
    )


# Judged on later quarters


def test_each_quarter_is_judged_by_weights_fitted_before_it():
    found = portfolio(1.5)
    fit = Fit(found, RULES, LEFT, "chs")
    whole = judged(found, RULES, "chs", fit)
    last = found["quarter"] == LATER[-1]
    # whatever happened in the last quarter, it is judged by the same weights
    other = found.assign(happened=found["happened"] & ~last)
    again = judged(other, RULES, "chs", Fit(other, RULES, LEFT, "chs"))
    pd.testing.assert_frame_equal(whole.drop(columns="happened"), again.drop(columns="happened"))
    assert whole["quarter"].min() > Q[0]
    # and by the scoring rule: on strong, weak and noise, by the weights of the quarters before
    strong, weak, noise = fit.weights(~last)
    one = whole[whole["quarter"] == LATER[-1]].iloc[0]
    expected = strong * one["strong"] + weak * one["weak"] + noise * one["noise"]
    assert one["_new"] == pytest.approx(expected)


# What is suggested


def test_better_weights_are_suggested_with_intervals_and_the_gain():
    found = suggest(portfolio(1.5), RULES, LEFT, "chs")
    assert found.why_not == ""
    assert found.gain.low > 0
    assert found.gain.value == pytest.approx(found.after.value - found.before.value)
    assert sum(found.shares.values()) == pytest.approx(1)
    weights = found.weights.set_index("key")
    assert weights["suggested"].between(weights["low"] - 0.02, weights["high"] + 0.02).all()
    assert weights["now"].tolist() == pytest.approx([1 / 3] * 3)
    assert weights.loc["strong", "low"] > weights.loc["strong", "now"]


def test_the_suggestion_is_the_same_each_time():
    found = portfolio(1.5)
    assert suggest(found, RULES, LEFT, "chs").shares == suggest(found, RULES, LEFT, "chs").shares


@pytest.mark.parametrize("seed", range(6))
def test_from_noise_nothing_is_suggested(seed):
    found = suggest(portfolio(0, seed=seed), RULES, LEFT, "chs")
    assert found.shares == {}
    assert found.weights.empty
    assert found.why_not.startswith("No other weights would surely")


def test_weights_that_are_better_and_still_no_better_than_a_coin_are_not_suggested():
    # the higher strong and weak, the more leave: all that can be done is to count noise
    found = suggest(portfolio(-1.5, -1.5), RULES, LEFT, "chs")
    assert found.gain.low > 0
    assert found.after.low <= 0.5
    assert found.shares == {}
    assert found.why_not.endswith("foretold the later quarters better, but none beats a coin.")


def test_where_the_weights_in_force_are_right_nothing_is_suggested():
    rules = drivers_of({"strong": 9, "weak": 1, "noise": 0.01, "unused": 0})
    found = suggest(portfolio(1.5, 1.5 / 9, rules=rules), rules, LEFT, "chs")
    assert found.shares == {}


def test_under_a_hundred_outcomes_there_is_no_number():
    found = portfolio(1.5)
    hits = found.index[found["happened"]]
    few = found.assign(happened=found.index.isin(hits[: ENOUGH - 1]))
    nothing = suggest(few, RULES, LEFT, "chs")
    assert nothing.why_not == (
        "Weights are suggested from 100 outcomes on, each with a score that stood before. "
        "There are 99 so far."
    )
    assert (nothing.before, nothing.after, nothing.gain) == (None, None, None)
    assert nothing.weights.empty
    # as many others are needed
    many = found.assign(happened=~few["happened"])
    assert "There are 99" in suggest(many, RULES, LEFT, "chs").why_not
    assert "There are 0" in suggest(found.iloc[:0], RULES, LEFT, "chs").why_not


def test_in_one_quarter_nothing_can_be_judged():
    found = portfolio(1.5).assign(quarter=Q[0])
    nothing = suggest(found, RULES, LEFT, "chs")
    assert "later quarters" in nothing.why_not
    assert nothing.shares == {}
    assert nothing.gain is None


def test_a_planted_leak_is_not_used():
    """Noise is replaced by what tells who left: it keeps its weight, and the others are fitted."""

    def told(points, happened):
        return np.where(happened, 0.0, 100.0)

    planted = portfolio(1.0, noise=told)
    leaks = evidence.leaks(planted, RULES)
    assert leaks["item"].tolist() == ["noise"]
    trusting = suggest(planted, RULES, LEFT, "chs")
    assert trusting.shares["noise"] > 0.6
    careful = suggest(planted, RULES, LEFT, "chs", leaks["item"].tolist())
    assert careful.shares.get("noise", 1 / 3) == pytest.approx(1 / 3)
    fit = Fit(planted, RULES, LEFT, "chs", ["noise"])
    assert fit.weights()[2] == pytest.approx(1 / 3)
    assert fit.weights()[0] > 1 / 3


def test_where_everything_leaks_nothing_is_suggested():
    found = suggest(portfolio(1.5), RULES, LEFT, "chs", ["strong", "weak", "noise"])
    assert found.shares == {}
    assert found.why_not


def test_what_is_hardly_ever_known_keeps_its_weight():
    def seldom(points, happened):
        return np.where(np.arange(len(happened)) < 80, points["noise"], np.nan)

    weights = Fit(portfolio(1.5, noise=seldom), RULES, LEFT, "chs").weights()
    assert weights[2] == pytest.approx(1 / 3)


def test_maturity_is_weighed_by_its_characteristics():
    rng = np.random.default_rng(5)
    keys = [c.key for c in RULES.characteristics]
    parts = []
    for quarter in LATER:
        levels = rng.integers(1, 6, (150, 4))
        chance = 1 / (1 + np.exp(2.5 - 1.2 * (levels[:, 2] - 3)))
        answers = {
            f.key: levels[:, k].astype("float64")
            for k, c in enumerate(RULES.characteristics)
            for f in c.factors
        }
        rows = score(pd.DataFrame({"customer_id": [f"c{n}" for n in range(150)]} | answers), RULES)
        parts.append(rows.assign(quarter=quarter, happened=rng.random(150) < chance))
    found = suggest(pd.concat(parts, ignore_index=True), RULES, GREW, "cmi")
    assert list(found.shares) == keys
    assert max(found.shares, key=found.shares.get) == "process"
    assert found.gain.low > 0


# Two companies


@there
def test_for_ravenstack_nothing_is_suggested():
    whole, happened = ravenstack()
    found = evidence.cases(whole, happened, LEFT, 1)
    assert found["happened"].sum() > ENOUGH
    for axis in ("chs", "cmi"):
        nothing = suggest(found, shipped(), LEFT, axis)
        assert nothing.shares == {}
        assert nothing.why_not


@there
def test_for_a_telephone_company_tenure_and_price_are_suggested_and_gender_is_not():
    found = suggest(evidence.cases(*telco(), LEFT, 1), telco_rules(), LEFT, "chs")
    assert found.gain.low > 0.03
    weights = found.weights.set_index("key")
    assert weights.loc["tenure", "low"] > 1 / 6
    assert weights.loc["gender", "high"] < 1 / 12
