"""The portfolio by period, worked out on paper (tests/histories.py)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from histories import PAPER, Q1, Q2, Q3, histories_of, history
from hypothesis import given, settings
from placed import at, said
from portfolios import ALL_FACTORS, rules

from cmi import portfolio, trends
from cmi.freshness import resting

RULES = rules()
WHOLE = history(PAPER)


def by_period(split=None, frame=WHOLE):
    return trends.by_period(frame, RULES, "2x2", split)


def test_who_left_by_the_end_of_a_period_no_longer_counts_in_it():
    found = by_period()
    assert found["period"].tolist() == [Q1, Q2, Q3]
    assert found["customers"].tolist() == [3, 4, 4]
    assert found["scored"].tolist() == [3, 3, 3]  # "never" is never assessed
    assert found["arr"].tolist() == [210, 200, 200]


def test_each_period_has_its_means_its_medians_and_its_coverage():
    found = by_period()
    # 20, 80, 90 · 40, 90, 50 · 60, 90, 30
    assert found["cmi_mean"].tolist() == pytest.approx([190 / 3, 60, 60])
    assert found["cmi_median"].tolist() == pytest.approx([80, 50, 60])
    assert found["cmi_coverage"].tolist() == pytest.approx([1, 0.75, 0.75])


def test_each_period_has_the_mix_of_its_scenarios():
    mix = trends.mix(by_period(), RULES, "2x2")
    first = mix[mix["period"] == Q1].set_index("scenario")
    # mover 20/30 is low in both, gone 80/10 mature, old 90/90 high in both
    assert first["customers"].to_dict() == {
        "low_low": 1, "high_low": 1, "high_high": 1, "low_high": 0,
    }  # fmt: skip
    assert first["share"].sum() == pytest.approx(1)
    assert first["arr_share"].to_dict() == pytest.approx(
        {"low_low": 100 / 210, "high_low": 100 / 210, "high_high": 10 / 210, "low_high": 0}
    )


def test_a_customer_counts_in_the_segment_that_it_was_in_then():
    found = by_period("Region").set_index(["period", "label"])["customers"]
    assert found.to_dict() == {
        (Q1, "East"): 2, (Q1, "West"): 1,  # mover and gone, old
        (Q2, "West"): 2, (Q2, "East"): 1, (Q2, "No Region"): 1,  # mover went West
        (Q3, "West"): 3, (Q3, "East"): 1,  # seen says West by now
    }  # fmt: skip


def test_the_largest_segment_comes_first_in_each_period():
    assert by_period("Region")["label"].tolist() == [
        "West", "East", "West", "East", "No Region", "West", "East",
    ]  # fmt: skip


def test_each_period_agrees_with_the_portfolio_of_that_day():
    for period, rows in WHOLE.groupby("period"):
        tiles = portfolio.tiles(portfolio.present(rows), RULES, "2x2").set_index("key")
        told = by_period().set_index("period").loc[period]
        for key, tile in tiles.iterrows():
            assert told[f"customers.{key}"] == tile["customers"]
            assert told[f"arr.{key}"] == pytest.approx(tile["arr"], nan_ok=True)


def test_a_period_that_everybody_had_left_is_there_with_nobody():
    left = at(80, 80, left_on=Q1)
    found = by_period(frame=history({Q1: {"a": at(80, 80)}, Q2: {"a": left}}))
    assert found["customers"].tolist() == [1, 0]
    assert found["cmi_median"].isna().tolist() == [False, True]
    assert found["share.high_high"].isna().tolist() == [False, True]


# From the first to the last


def test_a_change_goes_from_the_first_period_to_the_last():
    (all_of_them,) = trends.change(by_period(), "cmi_median").to_dict("records")
    assert (all_of_them["since"], all_of_them["until"]) == (Q1, Q3)
    assert all_of_them["change"] == pytest.approx(60 - 80)


def test_a_segment_that_was_seen_once_has_no_change():
    found = trends.change(by_period("Region"), "cmi_median").set_index("label")
    assert pd.isna(found.loc["No Region", "change"])
    assert found.loc["No Region", "before"] == pytest.approx(50)
    assert found.loc["West", "change"] == pytest.approx(60 - 90)  # 90 · 40, 90 · 60, 90, 30
    assert found.loc["East", ["since", "until"]].tolist() == [Q1, Q1]  # "never" has no score
    assert pd.isna(found.loc["East", "change"])


def test_one_period_has_no_change():
    one = trends.by_period(WHOLE[WHOLE["period"] == Q1], RULES, "2x2")
    assert len(one) == 1
    assert trends.change(one, "chs_mean")["change"].isna().all()


def test_of_a_number_that_was_never_known_nothing_is_told():
    nothing = by_period(frame=history({Q1: {"a": {}}, Q2: {"a": {}}}))
    assert trends.change(nothing, "cmi_median")["change"].isna().tolist() == [True]


# The same customers


def composed(score="cmi", split=None, frame=WHOLE):
    changes = trends.change(by_period(split, frame), f"{score}_median")
    return trends.composition(frame, changes, score, split)


def test_a_median_may_fall_although_the_same_customers_rose():
    # 20, 80, 90 · 60, 90, 30: the median fell from 80 to 60. mover and old have both: their
    # median rose from 55 to 75; that gone left and seen came took away 40.
    (one,) = composed().to_dict("records")
    assert (one["same"], one["of_same"]) == (2, pytest.approx(20))
    assert one["of_others"] == pytest.approx(-40)
    assert one["change"] == pytest.approx(-20)


def test_who_changed_the_segment_is_in_neither_the_same():
    found = composed(split="Region").set_index("label")
    # West: old alone was there both times; mover came from the East, seen without a Region
    assert found.loc["West", "same"] == 1
    assert found.loc["West", "of_same"] == pytest.approx(0)
    assert found.loc["West", "of_others"] == pytest.approx(-30)
    assert pd.isna(found.loc["No Region", "of_same"])  # known once: no change to divide


def test_a_change_among_other_customers_is_all_of_the_others():
    left = at(80, 80, left_on=Q2)
    frame = history({Q1: {"a": at(80, 80)}, Q2: {"a": left, "b": at(50, 50)}})
    (one,) = composed(frame=frame).to_dict("records")
    assert (one["same"], one["of_others"]) == (0, pytest.approx(-30))
    assert pd.isna(one["of_same"])


def test_the_same_are_those_scored_in_the_first_and_in_the_last_period():
    same = trends.same(WHOLE, "cmi")
    assert sorted(same["customer_id"].unique()) == ["mover", "old"]
    # 20, 90 · 40, 90 · 60, 90
    assert trends.medians(same, "cmi")["median"].tolist() == pytest.approx([55, 65, 75])
    assert trends.medians(same, "cmi")["customers"].tolist() == [2, 2, 2]


def test_who_misses_a_score_in_between_is_still_the_same():
    gap = history({Q1: {"a": at(1, 1)}, Q2: {"a": {}, "b": at(5, 5)}, Q3: {"a": at(2, 2)}})
    assert trends.same(gap, "cmi")["customer_id"].unique().tolist() == ["a"]
    assert trends.medians(trends.same(gap, "cmi"), "cmi")["period"].tolist() == [Q1, Q3]


# In words


def told(frame=WHOLE, score="cmi"):
    return said(trends.in_words(composed(score, frame=frame), "Median maturity"))


def test_a_change_says_how_much_of_it_is_who_came_and_who_left():
    assert told() == (
        "Median maturity went from 80 to 60 between Q1 2025 and Q3 2025 (−20.0): +20.0 among the "
        "2 customers scored in both, −40.0 because others came, left or had no score."
    )


def test_a_change_of_the_same_customers_alone_says_so():
    frame = history({Q1: {"a": at(20, 20)}, Q2: {"a": at(50, 50)}})
    assert told(frame) == (
        "Median maturity went from 20 to 50 between Q1 2025 and Q2 2025 (+30.0), and so did the "
        "1 customer scored in both."
    )


def test_what_nobody_moved_stayed():
    frame = history({Q1: {"a": at(20, 20)}, Q2: {"a": at(20, 20)}})
    assert told(frame) == "Median maturity stayed at 20 between Q1 2025 and Q2 2025."


def test_other_customers_are_no_trend():
    frame = history({Q1: {"a": at(20, 20)}, Q2: {"b": at(50, 50)}})
    assert told(frame).endswith("but nobody was scored in both: these are other customers.")


def test_one_period_is_told_without_a_change():
    assert told(history({Q1: {"a": at(20, 20)}})) == (
        "Median maturity is 20 (Q1 2025). No other period has it, so there is no change to tell "
        "yet."
    )
    assert told(history({Q1: {"a": {}}})) == ""


def test_a_month_is_called_by_its_name_and_an_unended_period_by_its_day():
    days = [pd.Timestamp("2025-02-28"), pd.Timestamp("2025-03-15")]
    frame = history({day: {"a": at(20, 20)} for day in days})
    told = said(trends.in_words(composed(frame=frame), "It", months=True))
    assert told == "It stayed at 20 between Feb 2025 and 15 Mar 2025."


def segments(**moved):
    """Five customers per segment, which go from 50 to where they are said to."""
    then = {f"{s}{n}": at(50, 50, Region=s) for s in moved for n in range(5)}
    now = {f"{s}{n}": at(m, 50, Region=s) for s, m in moved.items() for n in range(5)}
    return history({Q1: then, Q2: now})


def test_the_segments_that_rose_and_fell_most_are_named():
    frame = segments(East=60, West=45, North=52)
    assert trends.most_moved(composed(split="Region", frame=frame), "maturity") == (
        "Of the customers scored at both ends, maturity rose most in East (+10.0) and fell most in "
        "West (−5.0)."
    )
    still = segments(East=50, West=50)
    assert trends.most_moved(composed(split="Region", frame=still), "maturity") == (
        "Of the customers scored at both ends, maturity moved in no segment."
    )


def test_a_segment_of_few_is_not_named():
    assert trends.most_moved(composed(split="Region"), "maturity") == (
        "No segment has 5 customers with a score of maturity at both ends."
    )


def test_the_scenarios_that_grew_and_shrank_most_are_named():
    low, high, other = at(10, 10), at(90, 90), at(10, 90)
    frame = history(
        {
            Q1: {"a": low, "b": low, "c": high, "d": other},
            Q2: {"a": high, "b": high, "c": high, "d": other},
        }
    )
    mix = trends.mix(by_period(frame=frame), RULES, "2x2")
    assert said(trends.mix_in_words(mix, RULES, "2x2")) == (
        "high CMI, high CHS grew from 25 % to 75 % and low CMI, low CHS shrank from 50 % to 0 %"
    )
    once = mix[mix["period"] == Q1]
    assert trends.mix_in_words(once, RULES, "2x2") == ""
    still = pd.concat([once, once.assign(period=Q2)])
    assert trends.mix_in_words(still, RULES, "2x2") == "no place grew or shrank"


def carried(frame):
    known = resting.resting(frame, {end.date(): RULES for end in frame["period"].unique()})
    return said(trends.not_heard(resting.by_period(frame, known), "cmi"))


def aged(days):
    return at(20, 20, **{f"{factor}__age": days for factor in ALL_FACTORS})


def test_a_number_of_which_nothing_new_was_heard_says_since_when():
    # 31 March is 91 days before 30 June
    frame = history({Q1: {"a": aged(0)}, Q2: {"a": aged(91)}})
    assert carried(frame) == "Nothing new was heard since 31 Mar 2025."
    news = history({Q1: {"a": aged(0), "b": aged(0)}, Q2: {"a": aged(91), "b": aged(90)}})
    assert carried(news) == ""


def test_a_number_that_is_mostly_stale_says_so():
    frame = history({Q1: {"a": aged(300)}, Q2: {"a": aged(391)}})
    assert carried(frame) == (
        "Nothing new was heard since 4 Jun 2024 and 100 % of what it rests on is stale."
    )


def test_a_number_that_is_not_known_is_not_carried_over():
    assert carried(history({Q1: {"a": {}}, Q2: {"a": {}}})) == ""


# By which rules


def test_the_methodologies_of_then_are_named_where_there_were_several():
    other = rules(version="new", effective=date(2025, 5, 1))
    then = {Q1.date(): RULES, Q2.date(): other, Q3.date(): other}
    assert said(trends.rules_in_words(then)) == (
        "Each period is scored by the methodology of then: test from Q1 2025 and new from Q2 2025. "
        "Scores also move where it changed; by today's rules throughout they do not."
    )
    assert trends.rules_in_words(dict.fromkeys(then, other)) == ""
    assert said(trends.rules_in_words(dict.fromkeys(then, other), todays=True)) == (
        "Every period is scored by the methodology of today, new, in force since 1 May 2025."
    )


# Few or none


@pytest.mark.parametrize("split", [None, "Region"])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_trend_of_hardly_anybody_is_a_trend(rows, split):
    few = by_period(split, WHOLE.head(rows))
    assert few["customers"].sum() == rows
    assert len(trends.mix(few, RULES, "2x2")) == 4 * len(few)
    assert len(trends.change(few, "cmi_median")) == few["label"].nunique()
    assert len(trends.same(WHOLE.head(rows), "cmi")) == rows
    changes = trends.change(few, "cmi_median")
    assert len(trends.composition(WHOLE.head(rows), changes, "cmi", split)) == len(changes)


@settings(max_examples=40)
@given(histories_of())
def test_the_segments_of_a_period_add_up_to_all_of_it(frame):
    whole, split = by_period(frame=frame), by_period("Region", frame)
    for column in ("customers", "scored", "arr_known", "customers.high_high"):
        added = split.groupby("period")[column].sum().reindex(whole["period"], fill_value=0)
        assert added.tolist() == whole[column].tolist()
    shares = split.filter(like="share.")[split["scored"] > 0].sum(axis=1)
    assert shares.tolist() == pytest.approx([1] * len(shares))


@settings(max_examples=40)
@given(histories_of())
def test_the_same_and_the_others_add_up_to_the_change(frame):
    for split in (None, "Region"):
        found = composed(split=split, frame=frame).dropna(subset="change")
        added = found["of_same"].fillna(0) + found["of_others"]
        assert added.tolist() == pytest.approx(found["change"].tolist())
