"""A customer's place among the others, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from histories import LEFT, customers_of
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import at, scored
from portfolios import rules

from cmi.segments import table
from cmi.segments.benchmarks import compared, in_words, percentiles

RULES = rules()

# In the East "me" has health 50; the five others 10, 20, 50, 50, 90. Maturity is 40 for all of
# them but "top", who has 100.
EAST = {
    "me": at(40, 50, Region="East"),
    "p1": at(40, 10, Region="East"),
    "p2": at(40, 20, Region="East"),
    "p3": at(40, 50, Region="East"),
    "p4": at(40, 50, Region="East"),
    "top": at(100, 90, Region="East"),
}
ELSEWHERE = {
    "w1": at(40, 0, Region="West"),
    "w2": at(40, 5, Region="West"),
    "new": {"Region": "West"},
    "gone": at(0, 0, Region="East", left_on=LEFT),
    "nowhere": at(70, 70),
}
EVERYONE = EAST | ELSEWHERE


def found(who="me", segment="Region", customers=EVERYONE):
    return percentiles(scored(customers), who, RULES, segment).set_index("item")


def test_the_percentile_counts_who_stands_below_and_half_of_the_equals():
    chs = found().loc["chs"]
    assert chs["value"] == pytest.approx(50)
    assert chs["percentile"] == pytest.approx(100 * (2 + 2 / 2) / 5)
    assert chs["peers"] == 5


def test_the_median_and_the_quartiles_are_those_of_the_segment():
    chs = found().loc["chs"]  # 10, 20, 50, 50, 50, 90
    assert chs[["q1", "median", "q3"]].tolist() == pytest.approx([27.5, 50, 50])
    east = table(scored(EVERYONE), ["Region"], RULES, "2x2").set_index("label").loc["East"]
    assert chs["median"] == east["chs_median"]
    assert chs["q1"] == east["chs_q1"]


def test_overall_everybody_who_is_there_is_a_peer():
    chs = found(segment=None).loc["chs"]
    # below 50 are 10, 20, 0, 5; equal are two; above are 90 and 70; "new" has no health
    assert chs["peers"] == 8
    assert chs["percentile"] == pytest.approx(100 * (4 + 1) / 8)


def test_the_best_has_all_below_and_the_worst_none():
    assert found("top").loc["chs", "percentile"] == 100
    assert found("p1").loc["chs", "percentile"] == 0


def test_where_all_are_equal_everybody_stands_in_the_middle():
    same = {f"c{n}": at(30, 30) for n in range(6)}
    assert found("c0", None, same)["percentile"].dropna().unique().tolist() == [50]


def test_drivers_are_compared_by_their_points_for_fewer_tickets_are_better():
    # logins of "me" are above; tickets, fewer, too
    best = found("top")
    assert best.loc[["logins", "tickets", "csat"], "percentile"].tolist() == [100, 100, 100]
    assert best.loc["tickets", "value"] == pytest.approx(90)
    assert best.loc["tickets", "kind"] == "driver"


def test_characteristics_are_compared_by_their_levels():
    people = found("top").loc["people"]
    assert (people["name"], people["kind"], people["value"]) == ("People", "characteristic", 5)
    assert people["percentile"] == 100


def test_what_is_not_known_of_a_customer_has_no_percentile_but_its_peers_have_a_median():
    sponsor = found().loc["sponsor"]
    assert pd.isna(sponsor["value"])
    assert pd.isna(sponsor["percentile"])
    assert sponsor["peers"] == 0
    new = found("new", None).loc["chs"]
    assert pd.isna(new["percentile"])
    assert new["peers"] == 9
    assert new["median"] == pytest.approx(50)  # 0 5 10 20 50 50 50 70 90


def test_four_peers_are_too_few():
    del (four := dict(EAST))["p4"]
    chs = found(customers=four).loc["chs"]
    assert chs["peers"] == 4
    assert pd.isna(chs["percentile"])


@pytest.mark.parametrize("segment", [None, "Region"])
def test_who_is_alone_has_no_percentile(segment):
    alone = found("me", segment, {"me": EAST["me"]})
    assert alone["percentile"].isna().all()
    assert (alone["peers"] == 0).all()


def test_a_customer_without_a_segment_has_no_peers_in_it():
    nowhere = found("nowhere")
    assert (nowhere["peers"] == 0).all()
    assert nowhere["percentile"].isna().all()
    assert found("nowhere", None).loc["chs", "percentile"] == pytest.approx(100 * 7 / 8)


def test_a_customer_who_left_is_compared_with_those_who_are_there():
    chs = found("gone").loc["chs"]
    assert (chs["peers"], chs["percentile"]) == (6, 0)
    assert chs["q1"] == pytest.approx(27.5)  # its own 0 is no part of the segment


def test_an_unknown_customer_gives_no_rows():
    assert percentiles(scored(EVERYONE), "nobody", RULES).empty
    assert percentiles(scored(EVERYONE).head(0), "me", RULES).empty


def test_within_the_segment_and_overall_stand_beside_each_other():
    both = compared(scored(EVERYONE), "me", RULES, "Region").set_index("item").loc["chs"]
    assert (both["percentile"], both["peers"]) == (60, 5)
    assert (both["overall"], both["overall_peers"]) == (100 * (4 + 1) / 8, 8)
    alone = compared(scored(EVERYONE), "me", RULES).set_index("item").loc["chs"]
    assert (alone["percentile"], alone["overall"]) == (62.5, 62.5)


def test_what_stands_out_and_what_falls_behind_is_said():
    # beside p1 to p4 and "top": People and the others are of the most common level, 4 of 5 equal
    mixed = {**EAST, "me": at(40, 50, Region="East") | {"logins": 0, "tickets": 0}}
    assert in_words(found(customers=mixed).reset_index(), "East") == (
        "Beside 5 others in East, Tickets stands out most (percentile 100) and "
        "Logins least (percentile 0)."
    )


def test_who_is_like_all_others_is_said_to_be():
    same = {f"c{n}": at(30, 30) for n in range(6)}
    assert in_words(found("c0", None, same).reset_index()) == (
        "Beside 5 others, it stands at percentile 50 in all that is known."
    )


def test_too_few_to_compare_with_are_counted():
    del (four := dict(EAST))["p4"]
    assert in_words(found(customers=four).reset_index(), "East") == (
        "Too few to compare with: 4 others in East, and 5 are needed."
    )
    assert in_words(found("me", None, {"me": {}}).reset_index()) == (
        "Too few to compare with: 0 others, and 5 are needed."
    )


@settings(max_examples=40)
@given(customers_of(), st.floats(0, 100), st.booleans())
def test_a_percentile_never_moves_when_a_customer_of_another_segment_changes(frame, score, left):
    other = frame["Region"].ne(frame["Region"].iloc[0]) & (frame.index > 0)
    changed = frame.copy()
    changed.loc[other, ["cmi", "chs", "charter", "logins"]] = score
    changed.loc[other, "left_on"] = LEFT if left else pd.NaT
    who = frame["customer_id"].iloc[0]
    pd.testing.assert_frame_equal(
        percentiles(frame, who, RULES, "Region"), percentiles(changed, who, RULES, "Region")
    )


@settings(max_examples=40)
@given(customers_of(regions=("East",)))
def test_a_percentile_is_between_0_and_100_and_no_better_customer_has_a_lower_one(frame):
    told = (
        pd.concat(
            percentiles(frame, who, RULES, "Region").query("item == 'chs'")
            for who in frame["customer_id"][frame["left_on"].isna()]
        )
        if frame["left_on"].isna().any()
        else pd.DataFrame({"value": [], "percentile": []})
    )
    known = told.dropna(subset="percentile").sort_values("value")
    assert known["percentile"].between(0, 100).all()
    assert known["percentile"].is_monotonic_increasing
