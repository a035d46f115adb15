"""Outcomes against the scores as they stood before: worked out by hand, and on exports."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from foretold import Q, cases_of, ravenstack, telco, telco_rules, there
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import at, scored
from portfolios import add, customer, observation, outcome, rules, snapshot_of

from cmi.evidence import cases as evidence
from cmi.evidence.cases import QUESTIONS
from cmi.evidence.separation import Estimate, Sample, auc
from cmi.history import score_history
from cmi.methodology import CutOverride, Override, shipped
from cmi.sample import sample_store
from cmi.scoring import points_of

LEFT, GREW, RENEWED = QUESTIONS["left"], QUESTIONS["grew"], QUESTIONS["renewed"]


def told(*outcomes):
    frame = pd.DataFrame([outcome(*one) for one in outcomes], columns=list(outcome("", "", "")))
    return frame.assign(date=pd.to_datetime(frame["date"]))


def stood(chs, days=Q):
    """Health of customers on each day: None is not known yet, "left" has left."""
    rows = [
        {
            "period": day,
            "customer_id": who,
            "chs": 0 if values[n] == "left" else values[n],
            "left_on": pd.Timestamp("2025-04-15") if values[n] == "left" else pd.NaT,
        }
        for n, day in enumerate(days)
        for who, values in chs.items()
        if values[n] is not None
    ]
    frame = pd.DataFrame(rows, columns=["period", "customer_id", "chs", "left_on"])
    return frame.astype({"period": "datetime64[us]", "left_on": "datetime64[us]"})


def listed(found):
    """(customer, quarter) -> (health then, whether it happened)."""
    return {
        (row["customer_id"], str(row["quarter"].date())): (round(row["chs"]), row["happened"])
        for row in found.to_dict("records")
    }


# Which score stands against which outcome

STOOD = {
    "goes": [80, 60, 20, "left"],
    "stays": [70, 71, 72, 73],
    "comes": [None, 40, 41, 42],
}
TOLD = told(
    ("goes", "churned", "2025-10-01"),
    ("stays", "churned", "2025-03-31"),  # on the first day: nothing stood before
    ("comes", "expanded", "2025-08-15"),
    ("stays", "expanded", "2025-12-31"),
)


def test_an_outcome_stands_against_the_score_of_the_quarter_before():
    only = told(("goes", "churned", "2025-10-01"), ("old", "churned", "2025-04-01"))
    assert listed(evidence.cases(stood(STOOD), only, LEFT, 1)) == {
        ("goes", "2025-06-30"): (80, False),
        ("stays", "2025-06-30"): (70, False),
        ("goes", "2025-09-30"): (60, False),
        ("stays", "2025-09-30"): (71, False),
        ("comes", "2025-09-30"): (40, False),
        ("goes", "2025-12-31"): (20, True),
        ("stays", "2025-12-31"): (72, False),
        ("comes", "2025-12-31"): (41, False),
    }


def test_two_quarters_before_the_score_of_two_quarters_before_counts():
    found = listed(evidence.cases(stood(STOOD), TOLD, LEFT, 2))
    assert found["goes", "2025-12-31"] == (60, True)
    assert found["stays", "2025-12-31"] == (71, False)
    # comes was not known two quarters before the third
    assert ("comes", "2025-09-30") not in found


def test_four_quarters_need_four_quarters():
    assert evidence.cases(stood(STOOD), TOLD, LEFT, 4).empty


def test_who_left_before_the_quarter_began_is_not_at_risk_in_it():
    gone = {"goes": [80, "left", "left", "left"], "stays": [70, 71, 72, 73]}
    happened = told(("goes", "churned", "2025-04-15"), ("stays", "churned", "2025-12-01"))
    found = listed(evidence.cases(stood(gone), happened, LEFT, 2))
    # the score of the first quarter is known, but goes was no customer any more
    assert found == {("stays", "2025-09-30"): (70, False), ("stays", "2025-12-31"): (71, True)}


def test_quarters_before_the_first_and_after_the_last_record_say_nothing():
    happened = told(("stays", "expanded", "2025-09-30"))
    found = evidence.cases(stood(STOOD), happened, GREW, 1)
    assert found["quarter"].unique().tolist() == [Q[2]]
    assert found["happened"].sum() == 1


def test_a_quarter_that_has_not_ended_says_nothing():
    days = [*Q[:3], pd.Timestamp("2025-11-15")]
    happened = told(("stays", "churned", "2025-08-01"), ("goes", "churned", "2025-10-10"))
    found = evidence.cases(stood(STOOD, days), happened, LEFT, 1)
    assert found["quarter"].max() == Q[2]


def test_renewals_are_compared_with_those_who_left_instead():
    happened = told(("goes", "churned", "2025-10-10"), ("stays", "renewed", "2025-10-11"))
    assert listed(evidence.cases(stood(STOOD), happened, RENEWED, 1)) == {
        ("goes", "2025-12-31"): (20, False),
        ("stays", "2025-12-31"): (72, True),
    }


def test_without_outcomes_periods_or_customers_there_are_no_cases():
    empty = stood(STOOD).iloc[:0]
    for found in (
        evidence.cases(stood(STOOD), TOLD.iloc[:0], LEFT, 1),
        evidence.cases(empty, TOLD, LEFT, 1),
        evidence.cases(stood(STOOD).iloc[:1], TOLD, LEFT, 1),
    ):
        assert found.empty
        assert {"quarter", "happened", "chs"} <= set(found)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), lag=st.sampled_from(evidence.LAGS))
def test_no_case_ever_has_a_score_of_its_own_quarter_or_later(seed, lag):
    rng = np.random.default_rng(seed)
    values = {f"c{n}": rng.choice([None, 10, 90], 4).tolist() for n in range(6)}
    happened = told(
        *[
            (f"c{rng.integers(6)}", "churned", str(Q[0].date() + pd.Timedelta(days=int(d))))
            for d in rng.integers(-100, 400, 8)
        ]
    )
    found = evidence.cases(stood(values), happened, LEFT, lag)
    months = (found["quarter"].dt.year - found["period"].dt.year) * 12
    months += found["quarter"].dt.month - found["period"].dt.month
    assert set(months) <= {3 * lag}
    assert not found.duplicated(["customer_id", "quarter"]).any()
    hits = {(o["customer_id"], o["date"].to_period("Q")) for o in happened.to_dict("records")}
    expected = [
        (row["customer_id"], row["quarter"].to_period("Q")) in hits
        for row in found.to_dict("records")
    ]
    assert found["happened"].tolist() == expected


# Never with later knowledge


def test_what_was_told_later_does_not_count(store):
    """A leak is planted three times: a value that came in on the day of leaving, money, a segment
    with its own rules; each only known afterwards.
    """
    everybody = [f"c{n}" for n in range(30)]
    gone = everybody[:12]
    known = [("logins", 25), ("tickets", 5), ("csat", 3)]
    first = [observation(c, k, v, on="2025-06-30") for c in everybody for k, v in known]
    later = [observation(c, "logins", 0 if c in gone else 50, on="2025-07-02") for c in everybody]
    add(store, "june.csv", [], first)
    add(store, "july.csv", [], later)
    add(
        store, "list.csv",
        [
            customer(c, "2025-09-30", arr=0 if c in gone else 9, Stage="Gone" if c in gone else "")
            for c in everybody
        ],
    )  # fmt: skip
    add(store, "gone.csv", [], [], [outcome(c, "churned", "2025-07-02") for c in gone])
    rigged = Override(columns=("Stage",), values=("Gone",), why="x", weights=(("csat", 99.0),))
    ruled = rules(overrides=(rigged,))
    days = (date(2025, 6, 30), date(2025, 9, 30))
    whole = score_history([(ruled, store.history(days, ruled, hindsight=False))])
    found = evidence.further_scores(
        evidence.cases(whole, store.outcomes(days[1]), LEFT, 1), ruled, "2x2"
    )
    assert found["happened"].sum() == 12
    assert set(found["chs"]) == {50}  # as everybody stood on 30 June
    assert found["arr_only"].isna().all()
    assert Sample(found).separates(-found["chs"]).value == 0.5
    # with hindsight the list of September would have told
    knowing = score_history([(ruled, store.history(days, ruled))])
    assert knowing.loc[knowing["period"] == Q[1], "arr"].notna().all()


# The further scores


def test_the_plane_is_worth_its_cell_and_both_the_mean():
    found = cases_found({"a": at(80, 20), "b": at(60, 60), "c": at(10, 10), "d": {}})
    assert found["plane"].tolist()[:3] == [50, 100, 0]
    assert found["both"].tolist()[:3] == pytest.approx([50, 60, 10])
    assert found.loc[3, ["both", "plane", "equal_both"]].isna().all()


def cases_found(customers, methodology=None, grid="2x2"):
    scores = scored(customers, methodology, grid).assign(happened=False, quarter=Q[0])
    return evidence.further_scores(scores, methodology or rules(), grid)


def test_by_equal_weights_every_driver_counts_alike_for_everybody():
    more = Override(columns=("Stage",), values=("New",), why="x", weights=(("csat", 100.0),))
    ruled = rules(overrides=(more,))
    # logins 100, tickets 0, csat 50 points
    customers = {"a": {"logins": 50, "tickets": 10, "csat": 3, "Stage": "New"}}
    found = cases_found(customers, ruled)
    assert found.loc[0, "equal_chs"] == pytest.approx(50)
    # in force: weights 4, 2 and 100
    assert found.loc[0, "chs"] == pytest.approx((4 * 100 + 100 * 50) / 106)


def test_equal_weights_keep_what_weighs_nothing_and_other_cuts():
    cut = Override(
        columns=("Stage",), values=("New",), why="x", cuts=(("2x2", CutOverride(cmi=(10,))),)
    )
    weights = Override(columns=("Stage",), values=("Old",), why="x", weights=(("csat", 9.0),))
    ruled = rules(overrides=(cut, weights)).with_weights({"csat": 0})
    even = evidence.evenly(ruled)
    assert even.overrides == (cut,)
    assert {d.key: d.weight for d in even.drivers} == {
        "logins": 1, "tickets": 1, "sponsor": 1, "csat": 0,
    }  # fmt: skip


# What a comparison says


def test_a_gain_over_arr_takes_arr_the_way_that_serves_it():
    rng = np.random.default_rng(1)
    happened = np.arange(100) < 30
    arr = np.where(happened, 100.0, 10) + rng.normal(size=100)  # the large ones leave
    found = cases_of(rng.normal(size=100), happened, cmi=np.nan, scenario=None, arr_only=arr,
                     equal_chs=rng.normal(size=100))  # fmt: skip
    compared = evidence.gains(found, Sample(found), LEFT, "chs")
    assert set(compared) == {"equal", "arr_only"}
    over, gain = compared["arr_only"]
    assert over.value == 1
    assert gain.high < 0


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.46, 0.56, "Health does not separate customers who left from those who stayed: "),
        (0.51, 0.56, "Health separates customers who left from those who stayed: "),
        (0.44, 0.497, "Health does not separate customers who left from those who stayed: "),
        (
            0.44,
            0.49,
            "Health does not separate customers who left from those who stayed, it points the ",
        ),
    ],
)
def test_a_verdict_is_a_plain_sentence(low, high, words):
    found = Estimate(0.51, low, high, 100, 30)
    sentence = evidence.in_words("Health", found, LEFT)
    assert sentence.startswith(words)
    assert sentence.endswith(f"AUC 0.51, interval {low:.2f}–{high:.2f}.")


def test_too_few_outcomes_are_said_and_nothing_else():
    nothing = Estimate(np.nan, np.nan, np.nan, 100, 3)
    assert "3 of at least 10 outcomes" in evidence.in_words("Health", nothing, LEFT)
    assert "nan" not in evidence.in_words("Health", nothing, LEFT)
    assert evidence.gain_in_words("Health", "ARR", nothing) == ""


def test_a_gain_is_a_plain_sentence():
    def sentence(low, high):
        return evidence.gain_in_words("Both", "CHS alone", Estimate(-0.01, low, high, 9, 9))

    assert sentence(-0.03, 0.02) == (
        "Both does not tell more than CHS alone: AUC −0.01, interval −0.03 to +0.02."
    )
    assert sentence(0.01, 0.02).startswith("Both tells more than CHS alone")
    assert sentence(-0.03, -0.02).startswith("Both tells less than CHS alone")


# Leaks


def leaking(values, happened, key="logins"):
    snapshot = snapshot_of(
        {f"c{n}": {key: v} if v is not None else {} for n, v in enumerate(values)}
    )
    return snapshot.assign(quarter=Q[0], happened=happened)


def test_an_item_that_holds_the_outcome_is_a_probable_leak():
    happened = [n < 15 for n in range(60)]
    found = evidence.leaks(leaking([0 if h else 30 for h in happened], happened), rules())
    assert found.to_numpy().tolist() == [["logins", 1.0, "value"]]
    # whichever way it points
    turned = evidence.leaks(leaking([30 if h else 0 for h in happened], happened), rules())
    assert turned["item"].tolist() == ["logins"]


def test_an_item_that_is_only_filled_in_for_those_who_left_is_one_too():
    happened = [n < 15 for n in range(60)]
    found = evidence.leaks(leaking([7 if h else None for h in happened], happened), rules())
    assert found.to_numpy().tolist() == [["logins", 1.0, "known"]]


def test_a_good_driver_is_no_leak_and_few_outcomes_prove_none():
    happened = [n < 15 for n in range(60)]
    # of 15 x 45 pairs, those with the last 5 who left are lost: AUC 10/15 + half of nothing
    good = [0 if n < 10 else 30 if n >= 15 else 40 for n in range(60)]
    assert evidence.leaks(leaking(good, happened), rules()).empty
    few = [n < 9 for n in range(60)]
    assert evidence.leaks(leaking([0 if h else 30 for h in few], few), rules()).empty


# Looking back, where all scores are of one day


def test_looking_back_takes_the_scores_of_today_against_all_that_happened():
    scores = scored({"a": at(50, 10), "b": at(50, 20), "c": at(50, 90)})
    happened = told(("a", "churned", "2025-01-01"), ("c", "expanded", "2025-02-01"))
    found = evidence.looking_back(scores, happened, LEFT)
    assert found.set_index("customer_id")["happened"].to_dict() == {
        "a": True,
        "b": False,
        "c": False,
    }
    assert evidence.looking_back(scores, happened, RENEWED).empty
    assert evidence.looking_back(scores, happened.iloc[:0], LEFT).empty


# The sample, and two companies


def verdicts(history, outcomes, methodology, question, lag, of="both"):
    found = evidence.further_scores(
        evidence.cases(history, outcomes, question, lag), methodology, "2x2"
    )
    sample = Sample(found)
    return found, evidence.separations(found, sample, question), evidence.gains(
        found, sample, question, of
    )  # fmt: skip


@pytest.fixture(scope="module")
def sample():
    store, ruled = sample_store(), shipped()
    days = [pd.Timestamp(d).date() for d in pd.date_range("2024-09-30", "2026-09-30", freq="QE")]
    return score_history([(ruled, store.history(days, ruled, hindsight=False))]), store.outcomes(
        days[-1]
    )


def test_in_the_sample_health_foretells_who_leaves_and_maturity_does_not(sample):
    _, found, gains = verdicts(*sample, shipped(), LEFT, 1)
    assert found["chs"].low > 0.7
    assert found["cmi"].low < 0.5 < found["cmi"].high
    assert gains["chs"][1].high < 0  # maturity only dilutes it
    assert gains["arr_only"][1].low > 0


def test_in_the_sample_growth_needs_both(sample):
    _, found, gains = verdicts(*sample, shipped(), GREW, 1)
    assert found["cmi"].low > 0.5
    assert found["both"].value > max(found["chs"].value, found["cmi"].value)
    assert gains["chs"][1].low > 0


@there
def test_nothing_foretells_who_leaves_ravenstack():
    whole, happened = ravenstack()
    for lag in evidence.LAGS:
        cases, found, _ = verdicts(whole, happened, shipped(), LEFT, lag, "chs")
        assert cases["happened"].sum() > 400
        assert not found["chs"].low > 0.5
        assert evidence.in_words("Health", found["chs"], LEFT).startswith(
            "Health does not separate customers who left from those who stayed: AUC"
        )
        assert not found["cmi"].known
        assert evidence.leaks(cases, shipped()).empty


@there
def test_tenure_foretells_who_leaves_a_telephone_company():
    ruled = telco_rules()
    cases, found, gains = verdicts(*telco(), ruled, LEFT, 1, "chs")
    assert cases["happened"].sum() == 1869
    assert found["chs"].low > 0.75
    points = points_of(cases, ruled)
    own = {d.key: auc(-points[d.key], cases["happened"], cases["quarter"]) for d in ruled.drivers}
    assert own["tenure"] == pytest.approx(0.74, abs=0.01)
    assert own["gender"] == pytest.approx(0.5, abs=0.02)
    assert gains["arr_only"][1].low > 0
    assert evidence.leaks(cases, ruled).empty
