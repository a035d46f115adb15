"""Who moved from which scenario to which, and what became of them: worked out by hand."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import ALL_FACTORS, add, customer, observation, outcome, rules
from standing import STANDS, Q, history

from cmi.methodology import CutOverride, Override
from cmi.moves import migration
from cmi.moves.migration import (
    ELSEWHERE,
    LEFT,
    NEW,
    NOT_SCORED,
    between,
    flows,
    flows_in_words,
    groups,
    movers,
    of_segment,
    places,
    quarterly,
    there,
    who,
)
from cmi.portfolio import present, revenue
from cmi.scoring import score

HIGH, LOW = at(60, 60), at(40, 40)
BEGINS = Override(
    columns=("Stage",),
    values=("Onboarding",),
    why="They begin.",
    cuts=(("2x2", CutOverride(cmi=(35,))),),
)


def moved(before, after, rules_=None):
    """(from, to) -> (customers, arr)."""
    rules_ = rules_ or rules()
    found = flows(scored(before, rules_), scored(after, rules_), rules_, "2x2")
    return {(f["from"], f["to"]): (f["customers"], f["arr"]) for f in found.to_dict("records")}


# Between two days

BEFORE = {
    "falls": at(60, 60, arr=100),
    "leaves": at(40, 40, arr=50),
    "never": {"arr": np.nan},
    "stays": at(60, 60, arr=30),
    "gone": at(60, 60, arr=1000, left_on="2025-06-01"),
}
AFTER = {
    "falls": at(60, 40, arr=110),
    "leaves": at(40, 40, arr=0, left_on="2026-01-15"),
    "never": {"arr": np.nan},
    "stays": at(60, 60, arr=40),
    "gone": at(60, 60, arr=1000, left_on="2025-06-01"),
    "comes": at(60, 60, arr=70),
}


def test_everybody_who_was_a_customer_on_either_day_is_in_one_flow():
    found = moved(BEFORE, AFTER)
    assert found.pop((NOT_SCORED, NOT_SCORED)) == pytest.approx((1, np.nan), nan_ok=True)
    assert found == {
        (NEW, "high_high"): (1, 70),
        ("low_low", LEFT): (1, 50),  # what was lost, not the 0 of now
        ("high_high", "high_low"): (1, 110),
        ("high_high", "high_high"): (1, 40),
    }


def test_flows_stand_in_the_order_of_the_scenarios_new_first_left_last():
    found = flows(scored(BEFORE), scored(AFTER), rules(), "2x2")
    assert found["from"].tolist() == [NEW, "low_low", "high_high", "high_high", NOT_SCORED]
    assert found["to"].tolist() == ["high_high", LEFT, "high_low", "high_high", NOT_SCORED]
    assert found["customers"].dtype == "int64"


def test_a_customer_who_comes_back_moves_from_left():
    found = moved({"a": HIGH | {"left_on": "2026-01-01"}}, {"a": LOW})
    assert list(found) == [(LEFT, "low_low")]


def test_a_customer_who_came_and_left_between_the_days_is_new_and_left():
    assert list(moved({"a": HIGH}, {"a": HIGH, "b": LOW | {"left_on": "2026-01-15"}})) == [
        (NEW, LEFT),
        ("high_high", "high_high"),
    ]


def test_arr_that_is_not_known_any_more_is_that_of_the_first_day():
    found = moved({"a": HIGH | {"arr": 10}, "b": HIGH | {"arr": 20}}, {"a": HIGH, "b": HIGH})
    assert found == {("high_high", "high_high"): (2, 30)}


def test_arr_in_another_currency_is_not_added():
    rich = {"arr": 5000, "currency": "JPY"}
    here = {"a": HIGH | {"arr": 10, "currency": "EUR"}, "b": HIGH | {"arr": 5, "currency": "EUR"}}
    assert moved(here, here | {"c": LOW | rich, "d": HIGH | rich})["high_high", "high_high"] == (
        2,
        15,
    )
    found = moved(here, here | {"c": LOW | rich})
    assert found[NEW, "low_low"] == pytest.approx((1, np.nan), nan_ok=True)


def test_a_customer_whose_segment_changes_may_change_its_scenario_standing_still():
    ruled = rules(overrides=(BEGINS,))
    found = moved({"a": at(40, 60, Stage="Onboarding")}, {"a": at(40, 60, Stage="Live")}, ruled)
    assert list(found) == [("high_high", "low_high")]


def test_a_scenario_of_older_rules_is_told_by_its_key():
    before = scored({"a": HIGH, "b": LOW}).assign(scenario=["champion", "low_low"])
    found = flows(before, scored({"a": HIGH, "b": LOW}), rules(), "2x2")
    assert found["from"].tolist() == ["low_low", "champion"]


def test_the_customers_of_a_flow_are_listed_largest_arr_first():
    before = {"a": at(60, 60), "b": at(60, 60, arr=5), "c": at(60, 60, arr=9), "d": at(60, 60)}
    after = {"a": at(60, 41), "b": at(60, 42), "c": at(60, 43), "d": at(60, 70)}
    found = who(scored(before), scored(after), "high_high", "high_low")
    assert found["customer_id"].tolist() == ["c", "b", "a"]
    assert found["chs_before"].tolist() == pytest.approx([60, 60, 60])
    assert found["chs_after"].tolist() == pytest.approx([43, 42, 41])
    assert who(scored(before), scored(after), "low_low", LEFT).empty


def test_who_has_left_has_no_scores_any_more_and_who_had_left_had_none():
    gone = {"left_on": "2025-06-01"}
    found = places(scored({"a": HIGH, "b": HIGH | gone}), scored({"a": LOW | gone, "b": LOW}))
    assert found["cmi_before"].tolist() == pytest.approx([60, np.nan], nan_ok=True)
    assert found["chs_after"].tolist() == pytest.approx([np.nan, 40], nan_ok=True)


def test_flows_are_said_in_words():
    told = flows(scored(BEFORE), scored(AFTER), rules(), "2x2")
    assert flows_in_words(told) == (
        "1 stayed in their scenario, 1 changed it, 1 are newly placed, 1 have no place, 1 left."
    )
    assert flows_in_words(told.iloc[:0]) == ""


# A segment

EAST, WEST = {"Region": "East"}, {"Region": "West"}


def of_east(before, after, since=date(2025, 12, 31)):
    return between(scored(before), scored(after), since, {"Region": ["East"]})


def test_who_changes_the_segment_comes_from_another_one_or_goes_to_it():
    before = {"goes": HIGH | EAST, "comes": LOW | WEST, "stays": HIGH | EAST, "west": LOW | WEST}
    after = {"goes": HIGH | WEST, "comes": LOW | EAST, "stays": LOW | EAST, "west": HIGH | WEST}
    then, now = of_east(before, after)
    found = flows(then, now, rules(), "2x2")
    assert found[["from", "to", "customers"]].to_numpy().tolist() == [
        ["high_high", "low_low", 1],
        ["high_high", ELSEWHERE, 1],
        [ELSEWHERE, "low_low", 1],
    ]
    assert flows_in_words(found) == (
        "1 changed it, 1 came from another segment, 1 went to another segment."
    )
    assert there(then)["customer_id"].tolist() == ["goes", "stays"]
    assert there(now)["customer_id"].tolist() == ["comes", "stays"]


def test_who_left_the_segment_by_leaving_has_left():
    then, now = of_east(
        {"a": HIGH | EAST, "b": HIGH | EAST}, {"a": HIGH | WEST | {"left_on": "2026-01-15"}}
    )
    assert flows(then, now, rules(), "2x2")[["from", "to"]].to_numpy().tolist() == [
        ["high_high", LEFT]
    ]
    assert then["customer_id"].tolist() == ["a", "b"]


def test_without_a_wish_everybody_is_there():
    (everybody,) = of_segment([scored({"a": HIGH | EAST, "b": LOW | WEST})], {"Region": []})
    assert there(everybody)["customer_id"].tolist() == ["a", "b"]


def test_who_had_left_by_the_first_day_was_a_customer_on_neither_though_nobody_knew_it_then():
    gone = {"old": LOW | {"left_on": "2025-12-31"}, "late": LOW | {"left_on": "2026-01-01"}}
    then, now = between(
        scored({"a": HIGH}).iloc[:0], scored({"a": HIGH} | gone), date(2025, 12, 31), {}
    )
    found = flows(then, now, rules(), "2x2")
    assert found[["from", "to", "customers"]].to_numpy().tolist() == [
        [NEW, "high_high", 1],
        [NEW, LEFT, 1],
    ]


def test_everybody_is_in_the_group_of_the_segment_of_the_day():
    day = scored({"a": HIGH | EAST, "b": HIGH, "c": LOW | WEST | {"left_on": "2026-01-01"}})
    assert groups(day, "Region").to_dict() == {"a": "East", "b": "No Region"}
    assert groups(day).to_dict() == {"a": "", "b": ""}


def test_without_customers_there_are_no_flows():
    nobody = scored({"a": {}}).iloc[:0]
    assert flows(nobody, nobody, rules(), "2x2").empty


def test_a_portfolio_from_its_files_moves_as_worked_out_on_paper(store):
    """Two raters on one day, a segment that changes, one who churns, one never assessed."""
    everybody = ("two", "begins", "churns", "never")
    healthy = [("logins", 50), ("tickets", 0), ("csat", 5)]
    rated = {"two": 3, "begins": 2.5, "churns": 4}
    first = [observation(c, item, value) for c in everybody for item, value in healthy]
    first += [observation(c, item, level) for c, level in rated.items() for item in ALL_FACTORS]
    stages = [
        customer(c, Stage="Onboarding" if c == "begins" else "Live", arr=10) for c in everybody
    ]
    add(store, "january.csv", stages, first)
    # Sales says 1 on the same day: the CSM's 3 counts, which lies on the cut, so high.
    add(store, "sales.csv", [], [observation("two", i, 1, rater="sales") for i in ALL_FACTORS])
    add(store, "february.csv", [], [], [outcome("churns", "churned", "2026-02-15")])
    add(store, "march.csv", [customer("begins", "2026-03-31", Stage="Live")])
    ruled = rules(overrides=(BEGINS,))
    before, after = (
        score(store.snapshot(day, ruled), ruled) for day in (date(2026, 1, 31), date(2026, 3, 31))
    )
    found = flows(before, after, ruled, "2x2").set_index(["from", "to"])
    # begins: level 2.5 is CMI 37.5, above 35 while it began and below 50 now
    assert found["customers"].to_dict() == {
        ("high_high", "low_high"): 1,
        ("high_high", "high_high"): 1,
        ("high_high", LEFT): 1,
        (NOT_SCORED, NOT_SCORED): 1,
    }
    assert found["arr"].tolist() == [10, 10, 10, 10]
    assert who(before, after, "high_high", LEFT)["customer_id"].tolist() == ["churns"]
    assert who(before, after, "high_high", "low_high")["customer_id"].tolist() == ["begins"]


@cache
def sixty():
    return scored({f"c{n}": at(60, 60) for n in range(60)})


def anybody(seed, known):
    """Customers anywhere on the plane or off it, some gone, some without ARR."""
    rng = np.random.default_rng(seed)
    frame = sixty().iloc[:known]
    scenarios = np.array(["low_low", "low_high", "high_low", "high_high", None], dtype="object")
    gone = pd.Series(rng.random(known) < 0.2)
    return frame.assign(
        scenario=pd.Series(rng.choice(scenarios, known), dtype="str"),
        left_on=pd.Series(pd.Timestamp("2026-01-01"), index=frame.index).where(gone),
        arr=pd.Series(rng.integers(0, 100, known), dtype="float64").where(rng.random(known) < 0.8),
    ).sample(frac=0.8, random_state=seed)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), known=st.integers(5, 60))
def test_flows_add_up_to_the_portfolio_of_both_days(seed, known):
    before, after = anybody(seed, known), anybody(seed + 1, known)
    found = flows(before, after, rules(), "2x2")
    here, there = present(before), present(after)
    everybody = {*here["customer_id"], *there["customer_id"]}
    # who came and left between the days is on neither
    between = set(after["customer_id"]) - set(before["customer_id"]) - set(there["customer_id"])
    assert found["customers"].sum() == len(everybody | between)
    stood = found[~found["from"].isin([NEW, LEFT])]
    assert stood["customers"].sum() == len(here)
    assert found.loc[found["to"] != LEFT, "customers"].sum() == len(there)
    expected = there["scenario"].fillna(NOT_SCORED).value_counts().to_dict()
    assert found[found["to"] != LEFT].groupby("to")["customers"].sum().to_dict() == expected
    assert found["arr"].sum() == pytest.approx(revenue(places(before, after)).sum())
    for flow in found.to_dict("records"):
        listed = who(before, after, flow["from"], flow["to"])
        assert len(listed) == flow["customers"]
        assert not listed["customer_id"].duplicated().any()


# Quarter by quarter


def rates(frame):
    return migration.rates(quarterly(frame))


def shares(found, period=None):
    """(from, to) -> (customers, of, share) of one pair of quarters, or pooled."""
    rows = found[found["period"].isna() if period is None else found["period"] == period]
    return {(r["from"], r["to"]): (r["customers"], r["of"]) for r in rows.to_dict("records")}


def test_rates_are_told_for_each_quarter_and_pooled():
    found = rates(history(STANDS))
    assert shares(found, Q[0]) == {
        ("up", "up"): (1, 2),
        ("up", "down"): (1, 2),
        ("down", LEFT): (1, 1),
    }
    assert shares(found, Q[1]) == {("up", "down"): (1, 1), ("down", "down"): (1, 1)}
    assert shares(found, Q[2]) == {
        ("down", LEFT): (1, 2),
        ("down", "up"): (1, 2),
        (NOT_SCORED, "up"): (1, 1),
    }
    assert shares(found) == {
        ("up", "up"): (1, 3),
        ("up", "down"): (2, 3),
        ("down", LEFT): (2, 4),
        ("down", "down"): (1, 4),
        ("down", "up"): (1, 4),
        (NOT_SCORED, "up"): (1, 1),
    }
    assert found.set_index(["period", "from", "to"])["share"][Q[0], "up", "down"] == 0.5
    assert found["until"].dropna().unique().tolist() == Q[1:]


def test_a_customer_who_is_not_heard_of_in_the_next_quarter_has_left():
    assert shares(rates(history({"a": ["up", ""], "b": ["up", "up"]}, Q[:2])))["up", LEFT] == (1, 2)


def test_over_a_quarter_without_data_no_rate_is_told():
    found = rates(history({"a": ["up", "down", "up"]}, [Q[0], Q[2], Q[3]]))
    assert shares(found) == {("down", "up"): (1, 1)}


def test_of_monthly_periods_the_last_of_each_quarter_counts():
    months = [pd.Timestamp(day) for day in ("2025-02-28", "2025-03-31", "2025-04-30", "2025-06-30")]
    found = rates(history({"a": ["down", "up", "down", "up"]}, months))
    assert shares(found) == {("up", "up"): (1, 1)}


def test_one_quarter_or_nobody_has_no_rates():
    assert rates(history({"a": ["up"]})).empty
    assert rates(history({"a": ["up"]}).iloc[:0]).empty


def test_a_quarter_that_has_not_ended_makes_no_pair():
    days = [Q[0], Q[1], pd.Timestamp("2025-08-15")]
    assert shares(rates(history({"a": ["up", "down", "up"]}, days))) == {("up", "down"): (1, 1)}


def test_who_goes_to_another_segment_has_not_left_and_counts_again_when_back():
    frame = history({"a": ["up"] * 4, "b": ["up"] * 4}).assign(
        Region=["East", "West", "East", "East", *["East"] * 4]
    )
    (east,) = of_segment([frame], {"Region": ["East"]})
    found = rates(east)
    assert shares(found, Q[0]) == {("up", ELSEWHERE): (1, 2), ("up", "up"): (1, 2)}
    assert shares(found, Q[1]) == {("up", "up"): (1, 1)}
    assert shares(found, Q[2]) == {("up", "up"): (2, 2)}


def test_the_customers_behind_a_rate_are_listed_with_the_quarter_the_latest_first():
    facts = {"name": "N", "owner": "O", "arr": 1.0, "currency": "EUR", "cmi": 60.0, "chs": 40.0}
    frame = history(STANDS).assign(**facts)
    pairs = quarterly(frame)
    found = movers(pairs, frame, "up", "down")
    assert found[["customer_id", "period", "until"]].to_numpy().tolist() == [
        ["a", Q[1], Q[2]],
        ["b", Q[0], Q[1]],
    ]
    assert found[["from", "to", "cmi_before"]].to_numpy().tolist() == [["up", "down", 60]] * 2
    told = rates(frame)
    for r in told[told["period"].isna()].to_dict("records"):
        assert len(movers(pairs, frame, r["from"], r["to"])) == r["customers"]


def test_rates_are_said_in_words():
    names = {"up": "Retain", "down": "Let go", LEFT: "Left"}
    # of up 1 and of down 1 of 3 and 4 stayed; up to down and down to left twice each
    assert said(migration.in_words(rates(history(STANDS)), names)) == (
        "29 % stayed in their scenario from one quarter to the next, over 3 quarters; the most "
        "frequent move was Retain → Let go (2 of 3)."
    )
    still = rates(history({"a": ["up", "up"]}, Q[:2]))
    assert said(migration.in_words(still, names)) == (
        "100 % stayed in their scenario from one quarter to the next, over 1 quarter."
    )
    assert migration.in_words(rates(history({"a": ["up"]})), names) == ""
