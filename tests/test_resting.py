"""What scores rest on, worked out on paper: how much is stale, of whom was anything heard."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from histories import Q1, Q2, Q3, histories_of, history
from hypothesis import given, settings
from placed import at, said
from portfolios import FACTORS, levels, random_snapshot, rules

from cmi import trends
from cmi.freshness import resting
from cmi.methodology.parts import Validity
from cmi.scoring import contributions, shares_of

RULES = rules()
OLD = 400  # days; a factor is valid for 365, a driver for 90


def rests(frame, held=None):
    return resting.resting(frame, held or {end.date(): RULES for end in frame["period"].unique()})


def by_period(frame, split=None):
    return resting.by_period(frame, rests(frame), split).set_index(["period", "label"])


def aged(of, days):
    return {f"{item}__age": days for item in of}


# A customer


def test_stale_is_the_part_of_the_observed_weight():
    # of the drivers logins weigh 4, tickets 2, csat 1; nothing is known of the sponsor
    frame = history({Q1: {"a": at(50, 50, **aged(["logins"], 91), **aged(["tickets"], 90))}})
    (row,) = rests(frame).to_dict("records")
    assert row["chs_stale"] == pytest.approx(4 / 7)
    assert row["cmi_stale"] == 0
    assert row["chs_age"] == 0  # csat


def test_an_unanswered_characteristic_leaves_its_weight_to_the_others():
    known = levels((3, 3, 3), None, (3, 3, 3), (3, None, None))
    frame = history({Q1: {"a": known | aged(FACTORS["charter"], OLD)}})
    assert rests(frame)["cmi_stale"].tolist() == pytest.approx([1 / 3])
    one = history({Q1: {"a": known | aged(["technology_stack"], OLD)}})
    assert rests(one)["cmi_stale"].tolist() == pytest.approx([1 / 3])  # its three share a third


def test_where_nothing_is_observed_nothing_is_stale_and_nothing_is_fresh():
    frame = history({Q1: {"a": {}}})
    assert rests(frame).isna().all(axis=None)


def test_stale_observations_that_drop_out_do_not_count():
    strict = rules(stale="drop")
    frame = history({Q1: {"a": at(50, 50, **aged(["logins"], 91))}}, strict)
    (row,) = rests(frame, {Q1.date(): strict}).to_dict("records")
    assert row["chs_stale"] == 0


def test_each_period_is_judged_by_the_rules_of_then():
    short = rules(version="short", validity=Validity(driver=10))
    customer = at(50, 50, **aged(["logins", "tickets", "csat"], 20))
    frame = history({Q1: {"a": customer}, Q2: {"a": customer}})
    found = rests(frame, {Q1.date(): RULES, Q2.date(): short})
    assert found["chs_stale"].tolist() == [0, 1]


def test_an_item_that_other_rules_take_for_a_word_is_read_as_the_figure_that_it_was():
    words = tuple(
        replace(d, worst=None, best=None, categories=(("Few", 0),)) if d.key == "logins" else d
        for d in RULES.drivers
    )
    other = replace(RULES, version="words", drivers=words)
    frame = history({Q1: {"a": at(50, 50, **aged(["logins"], 91))}})
    frame = frame.assign(logins=frame["logins"].astype("str"))  # as both versions together give it
    assert rests(frame)["chs_stale"].tolist() == pytest.approx([4 / 7])
    # the word "25.0" is no category: not observed
    assert rests(frame, {Q1.date(): other})["chs_stale"].tolist() == [0]


def test_the_shares_of_the_items_are_those_of_their_contributions():
    frame = random_snapshot(RULES, 40, seed=7)
    told = contributions(frame, RULES).pivot_table("share", index="customer_id", columns="item")
    shares = shares_of(frame, RULES).set_index(frame["customer_id"]).loc[told.index, told.columns]
    assert shares.fillna(0.0).to_numpy() == pytest.approx(told.fillna(0.0).to_numpy())


# A period


def every(days):
    items = [f for three in FACTORS.values() for f in three]
    return at(50, 50, **aged([*items, "logins", "tickets", "csat"], days))


def test_a_period_of_which_nothing_was_heard_is_carried_over():
    frame = history({Q1: {"a": every(0)}, Q2: {"a": every(91)}, Q3: {"a": every(5)}})
    found = by_period(frame)
    assert found["cmi_heard"].tolist() == [1, 0, 1]
    assert found["cmi_carried"].tolist() == [False, True, False]
    assert found["cmi_age"].tolist() == [0, 91, 5]


def test_a_period_that_is_mostly_stale_is_carried_over_even_with_some_news():
    old, new = every(OLD), every(1)
    frame = history({Q1: {"a": new}, Q2: {"a": old, "b": old, "c": new}})
    found = by_period(frame).loc[Q2].iloc[0]
    assert found["cmi_stale"] == pytest.approx(2 / 3)
    assert found["cmi_heard"] == pytest.approx(1 / 3)
    assert found["cmi_carried"]
    half = by_period(history({Q1: {"a": new}, Q2: {"a": old, "c": new}}))
    assert not half.loc[Q2].iloc[0]["cmi_carried"]  # more than half, not half


def test_the_first_period_is_as_long_as_the_second():
    # 30 June is 91 days after 31 March
    long_ago = by_period(history({Q1: {"a": every(91)}, Q2: {"a": every(1)}}))
    assert long_ago["cmi_carried"].tolist() == [True, False]
    lately = by_period(history({Q1: {"a": every(90)}, Q2: {"a": every(1)}}))
    assert lately["cmi_carried"].tolist() == [False, False]
    alone = by_period(history({Q1: {"a": every(91)}}))
    assert alone["cmi_heard"].isna().tolist() == [True]
    assert alone["cmi_carried"].tolist() == [False]


def test_who_has_left_or_has_no_score_does_not_count():
    gone = every(OLD) | {"left_on": Q1}
    frame = history({Q1: {"a": every(0), "b": gone, "c": {}}})
    found = by_period(frame).iloc[0]
    assert (found["cmi_customers"], found["cmi_stale"]) == (1, 0)


def test_each_segment_has_its_own():
    east, west = every(0) | {"Region": "East"}, every(OLD) | {"Region": "West"}
    found = by_period(history({Q1: {"a": east, "b": west, "c": every(0)}}), "Region")
    assert found["cmi_stale"].to_dict() == {
        (Q1, "East"): 0, (Q1, "West"): 1, (Q1, "No Region"): 0,
    }  # fmt: skip


# Customers and words


def test_of_whom_least_is_known_comes_first():
    frame = history({Q1: {"full": every(3), "none": {}, "other": every(0)}})
    listed = resting.listing(frame, rests(frame))
    assert listed["customer_id"].tolist() == ["none", "full", "other"]  # equals by name
    assert listed["chs_age"].tolist()[1:] == [3, 0]


def test_the_last_period_is_told_with_who_has_no_place():
    frame = history({Q1: {"a": every(0)}, Q2: {"a": every(OLD), "b": {}}})
    whole = trends.by_period(frame, RULES, "2x2")
    told = whole.merge(resting.by_period(frame, rests(frame)), on=["period", "label"])
    # health of a is known by 7 of 10, of b by nothing; maturity by all and by nothing
    assert said(resting.in_words(told)) == (
        "Health: 35 % known, 100 % of that stale. Maturity: 50 % known, 100 % of that stale. "
        "1 of 2 customers has no place on the plane."
    )
    assert resting.in_words(told.head(0)) == ""


@pytest.mark.parametrize("split", [None, "Region"])
def test_hardly_anybody_rests_on_something(split):
    frame = history({Q1: {"a": every(0) | {"Region": "East"}}})
    assert len(by_period(frame, split)) == 1
    nobody = frame.head(0)
    assert resting.by_period(nobody, rests(frame), split).empty
    assert resting.resting(nobody, {}).empty


@settings(max_examples=40)
@given(histories_of())
def test_parts_lie_between_nothing_and_all(frame):
    found = resting.by_period(frame, rests(frame), "Region")
    parts = found[["cmi_stale", "chs_stale", "cmi_heard", "chs_heard"]]
    assert ((parts >= 0) & (parts <= 1) | parts.isna()).all(axis=None)
    there = frame[frame["left_on"].isna()]
    assert found["cmi_customers"].sum() == there["cmi"].notna().sum()
    assert pd.Index(found["period"]).isin(frame["period"]).all()
