"""The portfolio by period, worked out on paper (tests/histories.py)."""

from __future__ import annotations

import pandas as pd
import pytest
from histories import PAPER, Q1, Q2, Q3, histories_of, history
from hypothesis import given, settings
from placed import at
from portfolios import rules

from cmi import portfolio, trends

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


def test_the_same_customers_are_those_who_were_there_and_scored_in_every_period():
    same = trends.steady(WHOLE)
    assert sorted(same["customer_id"].unique()) == ["mover", "old"]
    # 20, 90 · 40, 90 · 60, 90: they grew, where the portfolio's median fell from 80 to 60
    assert by_period(frame=same)["cmi_median"].tolist() == pytest.approx([55, 65, 75])


# Few or none


@pytest.mark.parametrize("split", [None, "Region"])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_trend_of_hardly_anybody_is_a_trend(rows, split):
    few = by_period(split, WHOLE.head(rows))
    assert few["customers"].sum() == rows
    assert len(trends.mix(few, RULES, "2x2")) == 4 * len(few)
    assert len(trends.change(few, "cmi_median")) == few["label"].nunique()
    assert len(trends.steady(WHOLE.head(rows))) == rows


@settings(max_examples=40)
@given(histories_of())
def test_the_segments_of_a_period_add_up_to_all_of_it(frame):
    whole, split = by_period(frame=frame), by_period("Region", frame)
    for column in ("customers", "scored", "arr_known", "customers.high_high"):
        added = split.groupby("period")[column].sum().reindex(whole["period"], fill_value=0)
        assert added.tolist() == whole[column].tolist()
    shares = split.filter(like="share.")[split["scored"] > 0].sum(axis=1)
    assert shares.tolist() == pytest.approx([1] * len(shares))
