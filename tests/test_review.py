from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from decided import Q1, decided, plays, said
from placed import at, scored
from placed import said as plainly
from portfolios import ALL_FACTORS, random_snapshot, rules

from cmi.review import URGENT, headline, progress, queue, reasons, standing
from cmi.scoring import score

ANSWERS = dict.fromkeys(ALL_FACTORS, 3.0)
EUR = {"currency": "EUR"}
FOUR = {
    "a": at(80, 40, arr=300.0, owner="Ana", **EUR),
    "b": at(75, 80, arr=350.0, owner="Bo", **EUR),
    "c": {**ANSWERS, "arr": 100.0, "owner": "Ana", **EUR},
    "d": at(10, 20),
}


def lined_up(customers, before=None, decisions=None, given=None, grid="2x2"):
    stands = standing(scored(customers, grid=grid), before, rules(), grid)
    return queue(stands, said(decisions, given), rules(), grid, Q1)


# What is at stake


def test_the_queue_goes_by_what_may_be_lost_or_gained_of_the_arr():
    found = lined_up(FOUR)
    # a 300 x 60 % risk; b 350 x 80 % x 75 % potential; c half of 100; d 80 % of the median, 300
    assert dict(zip(found["customer_id"], found["stake"].round(6), strict=True)) == {
        "d": 240.0, "b": 210.0, "a": 180.0, "c": 50.0,
    }  # fmt: skip
    assert found["customer_id"].tolist() == ["d", "b", "a", "c"]
    assert found["kind"].tolist() == ["risk", "potential", "risk", "unknown"]
    assert found["arr_known"].tolist() == [False, True, True, True]
    assert (found["urgency"] == 1).all()


def test_a_portfolio_without_any_arr_is_ordered_by_risk_and_potential_alone():
    found = lined_up({"a": at(80, 40), "b": at(75, 80), "c": at(10, 20)})
    assert found["customer_id"].tolist() == ["c", "a", "b"]
    assert found["stake"].round(6).tolist() == [0.8, 0.6, 0.6]


def test_arr_in_another_currency_is_not_added_up_but_the_customer_is_there():
    usd = at(80, 40, arr=9e9, currency="USD")
    found = lined_up({**FOUR, "e": usd}).set_index("customer_id")
    assert found.loc["e", "stake"] == pytest.approx(180)  # 60 % of the median of 100, 300, 350
    assert not found.loc["e", "arr_known"]


def test_who_has_left_is_not_in_the_queue():
    gone = at(80, 40, arr=300.0, left_on="2026-01-01", **EUR)
    assert "e" not in lined_up({**FOUR, "e": gone})["customer_id"].tolist()


def test_nobody_and_one_customer_make_a_queue():
    assert lined_up({"a": at(80, 40)})["customer_id"].tolist() == ["a"]
    scores = scored({"a": at(80, 40)})
    empty = standing(scores[:0], scores[:0], rules(), "2x2")
    nobody = queue(empty, said(), rules(), "2x2", Q1)
    assert nobody.empty
    assert headline(nobody, scores[:0], Q1) == "No customer fits these filters."
    assert reasons.briefly(nobody).empty


# What makes it urgent


def test_what_is_urgent_is_added_up_and_multiplies_what_is_at_stake():
    then = scored({"a": at(80, 60)})
    one = {"a": at(80, 40, arr=300.0, renewal_date="2026-03-02", **EUR)}
    found = lined_up(one, then).iloc[0]
    assert found["urgency"] == 2.0  # 1 + 0.5 moved + 0.5 renewal
    assert found["score"] == pytest.approx(360)
    told = plainly(reasons.explained(found.to_dict(), rules(), "2x2", "EUR"))
    assert told == (
        "180 EUR at stake: 300 EUR × 60 % risk (health 40). Urgent, × 2: moved from high CMI, high "
        "CHS (+0.5), renews in 30 days (+0.5)."
    )


@pytest.mark.parametrize(
    ("renewal", "near"),
    [("2026-01-01", True), ("2025-12-31", False), ("2026-05-31", True), ("2026-06-01", False)],
)
def test_a_renewal_is_near_from_thirty_days_after_to_120_days_before(renewal, near):
    found = lined_up({"a": at(80, 40, renewal_date=renewal)})
    assert found["renews_in"].notna().tolist() == [near]


@pytest.mark.parametrize(
    ("cmi", "chs", "nearly", "axis", "by"),
    [
        (80, 51, "high_low", "chs", -3),
        (80, 48, "high_high", "chs", 3),
        (52, 20, "low_low", "cmi", -3),
        (80, 53, "", "", None),  # 50 is above the cut
        (80, 54, "", "", None),
    ],
)
def test_a_placement_is_fragile_where_three_points_make_another_one(cmi, chs, nearly, axis, by):
    found = lined_up({"a": at(cmi, chs)}).iloc[0]
    assert (found["nearly"], found["by_axis"]) == (nearly, axis)
    assert found["by_points"] == by if by else np.isnan(found["by_points"])


def test_the_cut_of_the_customers_own_segment_counts():
    from portfolios import document

    from cmi.methodology import from_document

    own = {
        "columns": ["Stage"],
        "values": ["Onboarding"],
        "why": "Because.",
        "cuts": {"2x2": {"chs": [40]}},
    }
    method = from_document(document() | {"overrides": [own]})
    scores = scored({"a": at(80, 41, Stage="Onboarding"), "b": at(80, 41, Stage="x")}, method)
    found = standing(scores, None, method, "2x2").set_index("customer_id")
    assert found["nearly"].to_dict() == {"a": "high_low", "b": ""}


@pytest.mark.parametrize(
    ("then", "now", "was"),
    [
        (at(80, 60), at(80, 40), "high_high"),
        (at(80, 40), at(80, 45), ""),
        (ANSWERS, at(80, 40), "not scored"),
        (at(80, 40), ANSWERS, "high_low"),
        (at(80, 60, left_on="2025-12-01"), at(80, 40), ""),
    ],
)
def test_moved_is_who_stands_elsewhere_than_on_the_earlier_day(then, now, was):
    assert lined_up({"a": now}, scored({"a": then}))["moved_from"].tolist() == [was]
    assert lined_up({"a": now}, scored({"b": then}))["moved_from"].tolist() == [""]


def test_three_stale_values_an_ended_override_and_a_late_play_are_urgent():
    aged = {f"{key}__age": 9999.0 for key in ("logins", "tickets", "csat")}
    ended = decided(
        {"customer_id": "a", "scenario": "low_low", "reason": "So.", "expires": "2026-02-14"}
    )
    late = plays({"customer_id": "a", "due_date": "2026-02-14"}, {"customer_id": "a"})
    found = lined_up({"a": at(80, 40, **aged)}, None, ended, late).iloc[0]
    assert (found["stale"], found["ended"], found["overdue"]) == (3, True, 1)
    assert found["urgency"] == 1 + URGENT["stale"] + URGENT["ended"] + URGENT["overdue"]
    told = dict(reasons.urgencies(found.to_dict(), rules(), "2x2"))
    assert told == {
        "ended": "an override has ended",
        "stale": "3 values stale",
        "overdue": "1 play overdue",
    }
    assert reasons.briefly(found.to_frame().T).iloc[0]["urgent"] == "override ended +2"


def test_reasons_are_told_in_words_for_all_and_in_short():
    found = lined_up(FOUR)
    why = reasons.why(found, rules(), "2x2", "EUR").map(plainly)
    assert dict(zip(found["customer_id"], why, strict=True)) == {
        "d": "at risk",
        "b": "210 EUR could grow",
        "a": "180 EUR at risk",
        "c": "50 EUR at stake, health is not known",
    }
    short = reasons.briefly(found)["stake"].tolist()
    assert short == ["– risk", "210 potential", "180 risk", "50 unknown"]


# How far it is


def test_progress_counts_customers_and_arr_by_owner():
    found = lined_up(FOUR, None, decided({"customer_id": "a"}, {"customer_id": "d"}))
    told = progress(found, scored(FOUR))
    assert told.astype("object").where(told.notna(), None).to_numpy().tolist() == [
        ["Ana", 2, 1, 0.5, 400.0, 300.0, 0.75],
        ["Bo", 1, 0, 0.0, 350.0, 0.0, 0.0],
        [None, 1, 1, 1.0, None, None, None],
    ]
    assert plainly(headline(found, scored(FOUR), Q1)) == (
        "2 of 4 customers are reviewed for Q1 2026: 40 % of 750 EUR ARR."
    )


def test_a_review_changes_neither_what_is_at_stake_nor_what_is_urgent():
    before, after = lined_up(FOUR), lined_up(FOUR, None, decided({"customer_id": "a"}))
    assert after["score"].tolist() == before["score"].tolist()
    assert after.set_index("customer_id")["reviewed_by"].dropna().to_dict() == {"a": "Ana"}


def test_a_hundred_thousand_customers_are_lined_up_with_each_in_its_place():
    rows = random_snapshot(rules(), 100_000, seed=1)
    none = pd.Series(np.nan, index=rows.index)
    days = none.astype("datetime64[us]")
    rows = rows.assign(
        owner=none.astype("str"), currency=none.astype("str"), arr=1000.0, left_on=days,
        renewal_date=days,
    )  # fmt: skip
    scores = score(rows, rules())
    found = queue(standing(scores, scores, rules(), "2x2"), said(), rules(), "2x2", Q1)
    assert len(found) == 100_000
    assert found["score"].is_monotonic_decreasing
    assert found["stake"].between(0, 1000).all()
    assert (found["moved_from"] == "").all()
    some = found[found["chs"].notna() & found["cmi"].notna()].iloc[777]
    share = max((100 - some["chs"]) / 100, some["chs"] * some["cmi"] / 10_000)
    assert some["stake"] == pytest.approx(1000 * share)
