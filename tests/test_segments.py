"""Segments beside each other, worked out by hand for a few customers."""

from __future__ import annotations

import pandas as pd
import pytest
from histories import customers_of
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import rules

from cmi import portfolio, segments
from cmi.methodology import Bounds, CutOverride, Override

RULES = rules()
GONE = pd.Timestamp("2026-01-01")

# East has one customer in each scenario and one who was never assessed; its ARR is 200.
CUSTOMERS = {
    "a": at(80, 70, arr=100, currency="EUR", Region="East", Size="Large"),
    "b": at(20, 90, arr=50, Region="East", Size="Small"),
    "c": at(60, 40, arr=30, Region="East", Size="Small"),
    "d": at(40, 30, Region="East", Size="Small"),
    "e": {"arr": 20, "Region": "East", "Size": "Small"},
    "f": at(90, 60, arr=500, Region="West", Size="Large"),
    "g": at(10, 10, arr=7),
    "h": at(0, 0, arr=999, Region="East", left_on=GONE),
}


def table(customers=CUSTOMERS, columns=("Region",), methodology=RULES):
    return segments.table(scored(customers, methodology), columns, methodology, "2x2")


def row(label, **changes):
    return table(**changes).set_index("label").loc[label]


# The table


def test_a_segment_has_its_customers_its_money_and_who_left_does_not_count():
    east = row("East")
    assert (east["customers"], east["scored"], east["arr"], east["arr_known"]) == (5, 4, 200, 4)


def test_a_segment_has_medians_and_quartiles_of_those_who_have_the_score():
    east = row("East").astype(object)
    # maturity 20, 40, 60, 80; health 30, 40, 70, 90
    maturity = east[["cmi_mean", "cmi_q1", "cmi_median", "cmi_q3"]].tolist()
    assert maturity == pytest.approx([50, 35, 50, 65])
    health = east[["chs_mean", "chs_q1", "chs_median", "chs_q3"]].tolist()
    assert health == pytest.approx([57.5, 37.5, 55, 75])


def test_coverage_is_a_mean_over_all_also_over_who_was_never_assessed():
    east = row("East")
    assert east["cmi_coverage"] == pytest.approx(4 / 5)
    assert east["chs_coverage"] == pytest.approx(4 * 0.7 / 5)  # nothing is known of the sponsor


def test_a_segment_has_the_mix_of_its_scenarios():
    east = row("East")
    for key, arr in {"high_high": 100, "low_high": 50, "high_low": 30}.items():
        assert (east[f"customers.{key}"], east[f"share.{key}"]) == (1, 0.25)
        assert east[f"arr.{key}"] == arr
    assert pd.isna(east["arr.low_low"])  # one customer, whose ARR is not known
    assert row("West")["arr.low_low"] == 0  # nobody is there


def test_customers_without_a_value_are_a_row_of_their_own():
    found = table().set_index("label")
    assert found.loc["No Region", "customers"] == 1
    assert pd.isna(found.loc["No Region", "segment"])


def test_a_segment_that_is_called_like_the_missing_one_is_not_mixed_with_it():
    found = table({"a": at(1, 1, Region="No Region", arr=2), "b": at(2, 2)})
    assert found["label"].tolist() == ["No Region", "(No Region)"]
    assert found["segment"].isna().tolist() == [False, True]


def test_the_largest_comes_first_and_small_segments_have_no_rank():
    found = table()
    assert found["label"].tolist() == ["West", "East", "No Region"]
    assert found["small"].tolist() == [True, False, True]
    assert found["rank"].isna().tolist() == [True, False, True]
    assert found["rank"][1] == 1


def test_four_customers_are_small_and_five_are_not():
    five = {f"c{n}": at(50, 50, Region="East", arr=1) for n in range(5)}
    assert not row("East", customers=five)["small"]
    del five["c4"]
    assert row("East", customers=five)["small"]


def test_by_a_score_only_segments_with_five_scored_are_ranked():
    found = segments.ranked(table(), "chs_median").set_index("label")
    assert found.index.tolist() == ["West", "East", "No Region"]  # 60, 55, 10
    assert found["rank"].isna().all()  # four of the East are scored
    more = {**CUSTOMERS, "i": at(50, 55, Region="East")}
    assert segments.ranked(table(more), "chs_median").set_index("label").loc["East", "rank"] == 1


def test_two_columns_cross_and_only_pairs_that_exist_have_a_row():
    found = table(columns=("Region", "Size")).set_index("label")
    assert found["customers"].to_dict() == {
        "West · Large": 1, "East · Large": 1, "East · Small": 4, "No Region · No Size": 1,
    }  # fmt: skip
    assert found.loc["East · Small", ["segment", "crossed"]].tolist() == ["East", "Small"]


def test_pairs_that_would_be_called_alike_are_told_apart():
    tricky = {"a": at(1, 1, One="x · y", Two="z"), "b": at(1, 1, One="x", Two="y · z")}
    found = table(tricky, ("One", "Two"))
    assert found["label"].nunique() == 2
    assert found["customers"].tolist() == [1, 1]


def test_a_segment_column_called_like_one_of_the_table_does_no_harm():
    column = "customers"
    found = table({"a": at(1, 1, **{column: "many"}), "b": at(2, 2, small="x")}, (column,))
    assert found.set_index("label")["customers"].to_dict() == {"many": 1, "No customers": 1}


def test_money_in_another_currency_is_not_added_up():
    mixed = {
        "a": at(1, 1, Region="East", arr=10, currency="EUR"),
        "b": at(1, 1, Region="East", arr=20, currency="EUR"),
        "c": at(1, 1, Region="East", arr=1000, currency="USD"),
    }
    assert row("East", customers=mixed)["arr"] == 30
    assert row("East", customers=mixed)["arr_known"] == 2


def test_stale_customers_are_those_with_any_observation_that_is_too_old():
    # drivers are valid for 90 days
    old = {"a": at(1, 1, logins__age=91.0), "b": at(1, 1, logins__age=90.0)}
    assert segments.total(scored(old), RULES, "2x2")["stale_share"].tolist() == [0.5]


# All in one row


@pytest.mark.parametrize("number", [0, 1, 2, 8])
def test_the_total_agrees_with_the_tiles_of_the_portfolio(number):
    frame = scored(CUSTOMERS).head(number)
    whole = segments.total(frame, RULES, "2x2")
    there = portfolio.present(frame)
    assert whole["customers"].tolist() == [len(there)]
    for tile in portfolio.tiles(there, RULES, "2x2").to_dict("records"):
        for what in ("customers", "share", "arr"):
            value = whole[f"{what}.{tile['key']}"].iloc[0]
            assert value == pytest.approx(tile[what], nan_ok=True)


def test_a_table_of_nobody_is_a_table():
    empty = scored(CUSTOMERS).head(0)
    found = segments.table(empty, ["Region"], RULES, "2x2")
    assert len(found) == 0
    assert list(found.columns) == list(table().columns)
    assert segments.mixed(empty, RULES) == []
    nobody = segments.total(empty, RULES, "2x2").iloc[0]
    assert nobody["customers"] == 0
    assert nobody[["arr", "cmi_median", "share.low_low", "stale_share"]].isna().all()


# Where a mean would mix


TRIAL = Override(columns=("Stage",), values=("Trial",), why="New.", weights=(("logins", 8.0),))
KINDS = {
    "a": at(80, 20, Stage="trial "),
    "b": at(80, 40, Stage="Trial"),
    "c": at(80, 60, Stage="Live"),
    "d": at(80, 90),
    "e": at(80, 1, left_on=GONE, Stage="Trial"),
}


def mixed(customers, *overrides):
    method = rules(overrides=overrides)
    return segments.mixed(scored(customers, method), method)


def test_where_some_are_measured_differently_both_sides_are_told_apart():
    (found,) = mixed(KINDS, TRIAL)
    assert (found.column, found.segments, found.held, found.others) == (
        "Stage", ("Trial", "trial "), 2, 2,
    )  # fmt: skip
    ((axis, under, others),) = found.medians
    assert (axis, under, others) == ("chs", pytest.approx(30), pytest.approx(75))
    assert said(found.sentence) == (
        "2 customers with Stage Trial are measured by other rules than the other 2: "
        "median health 30 against 75."
    )


def test_nothing_is_mixed_where_all_or_none_are_measured_so():
    assert mixed({"a": KINDS["a"], "b": KINDS["b"]}, TRIAL) == []
    assert mixed({"c": KINDS["c"], "d": KINDS["d"]}, TRIAL) == []
    assert mixed(KINDS) == []


def test_other_cuts_alone_mix_no_mean():
    cuts = Override(
        columns=("Stage",), values=("Trial",), why="New.", cuts=(("2x2", CutOverride(chs=(30,))),)
    )
    assert mixed(KINDS, cuts) == []


def test_which_score_is_mixed_follows_from_what_is_weighed_otherwise():
    people = Override(("Stage",), ("Trial",), "New.", weights=(("people", 5.0),))
    bounds = Override(("Stage",), ("Trial",), "New.", bounds=(("logins", Bounds(0, 5)),))
    assert [[axis for axis, *_ in m.medians] for m in mixed(KINDS, people, bounds)] == [
        ["cmi"],
        ["chs"],
    ]


def test_a_segment_that_mixes_is_marked():
    method = rules(overrides=(TRIAL,))
    customers = {
        "a": at(1, 1, Region="East", Stage="Trial"),
        "b": at(1, 1, Region="East", Stage="Live"),
        "c": at(1, 1, Region="West", Stage="Trial"),
        "d": at(1, 1, Region="North"),
    }
    found = table(customers, methodology=method).set_index("label")["mixed"]
    assert found.to_dict() == {"East": True, "North": False, "West": False}


def test_a_segment_where_each_is_under_another_override_mixes_too():
    paying = Override(("Stage",), ("Paying",), "Old.", weights=(("logins", 1.0),))
    customers = {
        "a": at(1, 1, Region="East", Stage="Trial"),
        "b": at(1, 1, Region="East", Stage="Paying"),
    }
    method = rules(overrides=(TRIAL, paying))
    assert table(customers, methodology=method)["mixed"].tolist() == [True]


# What holds for every portfolio


@given(customers_of())
def test_shares_add_up_to_one_and_counts_to_the_number_of_customers(frame):
    found = segments.table(frame, ["Region"], RULES, "2x2")
    there = portfolio.present(frame)
    assert found["customers"].sum() == len(there)
    assert found["scored"].sum() == there["scenario"].notna().sum()
    assert found["arr"].sum() == pytest.approx(there["arr"].sum())
    shares = found.filter(like="share.").sum(axis=1)
    assert shares[found["scored"] > 0].tolist() == pytest.approx([1] * (found["scored"] > 0).sum())
    assert all(found.filter(like="customers.").sum(axis=1) == found["scored"])


NOTHING_KNOWN = scored({"new": {}})


@given(customers_of(), st.sampled_from(["East", "West"]))
def test_a_customer_of_whom_nothing_is_known_changes_no_median(frame, region):
    def medians(customers):
        found = segments.table(customers, ["Region"], RULES, "2x2").set_index("label")
        return (
            found.filter(regex="mean|median|q1|q3|share\\.").loc[found["scored"] > 0].sort_index()
        )

    unknown = NOTHING_KNOWN.assign(Region=pd.Series([region], dtype="str"))
    more = pd.concat([frame, unknown], ignore_index=True)
    pd.testing.assert_frame_equal(medians(frame), medians(more))


# What the page says and shows of a segment


def headline(*regions):
    """Of regions with a name, a health and the ARR of each of their customers, five or so many."""
    rows = {
        f"{region}{n}": at(50, health, arr=arr, currency="EUR", Region=region)
        for region, health, arr, *number in regions
        for n in range(*number or [5])
    }
    return said(segments.headline(table(rows)))


def test_the_headline_names_who_holds_the_money_and_who_is_healthiest():
    assert headline(("East", 80, 300), ("West", 40, 100)) == (
        "East holds 75 % of the ARR and is healthiest (median 80), West least (40)."
    )
    assert headline(("East", 40, 300), ("West", 80, 100)) == (
        "East holds 75 % of the ARR; West is healthiest (median 80), East least (40)."
    )


def test_medians_that_are_alike_on_the_screen_have_no_first_and_no_last():
    assert headline(("East", 50.2, 1), ("West", 49.8, 3)) == (
        "West holds 75 % of the ARR; all are equally healthy (median 50)."
    )
    assert headline(("East", 50, None), ("West", 50, None)) == (
        "All are equally healthy (median 50)."
    )


def test_the_headline_leaves_out_what_nobody_knows_and_who_is_few():
    assert headline(("East", 80, None), ("West", 40, None)) == (
        "East is healthiest (median 80), West least (40)."
    )
    assert headline(("East", 50, 10), ("West", 90, 50, 1)) == "East holds 50 % of the ARR."
    assert headline(("East", 50, None), ("West", 90, None, 1)) == "2 segments to compare."
    assert segments.headline(table().head(0)) == "0 segments to compare."


def test_where_every_segment_is_small_the_headline_says_so():
    assert headline(("East", 50, 10, 4), ("West", 50, 10, 4)) == (
        "All 2 segments have fewer than five customers: too few to be ranked."
    )
    assert headline(("East", 50, 10, 4)) == (
        "The only segment has fewer than five customers: too few to be ranked."
    )


def test_behind_each_row_of_the_table_stand_its_customers():
    rows = {"a": at(50, 50, Region="East"), "b": at(50, 50, Region="West"), "c": at(50, 50)}
    scores = scored(rows)
    table = segments.table(scores, ["Region"], rules(), "2x2")
    found = {
        row["label"]: segments.inside(scores, ["Region"], row)["customer_id"].tolist()
        for row in table.to_dict("records")
    }
    assert found == {"East": ["a"], "West": ["b"], "No Region": ["c"]}
