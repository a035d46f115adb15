"""Where the portfolio stands, worked out by hand for a few customers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from placed import at, said, scored
from portfolios import ALL_FACTORS, customer, loaded, observation, origin, outcome, rules

from cmi import portfolio
from cmi.methodology import CutOverride, Cuts, GridCuts, Override, Play, Scenario
from cmi.scoring import score

NAMES = {"low_low": "Let go", "high_low": "Save", "low_high": "Keep", "high_high": "Grow"}
PLAYS = (
    Play("adopt", "Adopt", "CSM", ("Do.",), "Used.", ("logins", "charter_goals")),
    Play("support", "Support", "Lead", ("Do.",), "Solved.", ("tickets",)),
)


def _named(scenario: Scenario) -> Scenario:
    named = replace(scenario, plays=("adopt", "support"))
    return replace(named, name=NAMES[named.key]) if named.key in NAMES else named


RULES = replace(rules(), plays=PLAYS, scenarios=tuple(map(_named, rules().scenarios)))

# Maturity, health, ARR: one customer per place, and two who have none.
FOUR = {
    "grow": at(80, 70, arr=500_000, currency="USD", owner="Ana", Region="East"),
    "keep": at(20, 90, arr=300_000, currency="USD", owner="Ana", Region="West"),
    "save": at(90, 40, arr=150_000, currency="USD", owner="Bo", Region="East"),
    "go": at(10, 10, arr=50_000, currency="USD", owner="Bo"),
    "new": {"arr": 70_000, "currency": "USD"},
    "half": {**at(50, 50), "technology_stack": np.nan, "logins": np.nan, "csat": np.nan},
}


def scores(**changes):
    return scored({key: {**fields, **changes} for key, fields in FOUR.items()}, RULES)


def healthy(chs, **fields):
    """A customer without an assessment."""
    return {k: v for k, v in at(0, chs, **fields).items() if k not in ALL_FACTORS}


def headline(customers, methodology=RULES):
    return said(portfolio.headline(scored(customers, methodology), methodology, "2x2"))


def of_customers(frame):
    return frame.set_index("customer_id")


# Tiles: 500 + 300 + 150 + 50 = 1,000 thousand on the plane, 4 customers.


def test_each_scenario_has_its_customers_its_money_and_its_shares():
    tiles = portfolio.tiles(scores(), RULES, "2x2").set_index("key")
    assert tiles["customers"].to_dict() == dict.fromkeys(NAMES, 1)
    assert tiles["arr"].to_dict() == {
        "high_high": 500_000, "low_high": 300_000, "high_low": 150_000, "low_low": 50_000,
    }  # fmt: skip
    assert tiles["share"].tolist() == [0.25] * 4
    assert tiles["arr_share"].sum() == pytest.approx(1)
    assert tiles.loc["high_high", "arr_share"] == pytest.approx(0.5)


def test_the_tiles_come_by_priority_and_none_is_left_out():
    tiles = portfolio.tiles(scored({"a": at(80, 80)}, shipped_like()), shipped_like(), "2x2")
    assert tiles["key"].tolist() == ["high_low", "high_high", "low_high", "low_low"]
    assert tiles["customers"].tolist() == [0, 1, 0, 0]


def shipped_like():
    """The order of priority that the product has: save, grow, keep, let go."""
    order = {"high_low": 1, "high_high": 2, "low_high": 3, "low_low": 4}
    return replace(
        RULES,
        scenarios=tuple(replace(s, priority=order.get(s.key, 9)) for s in RULES.scenarios),
    )


def test_money_that_nobody_knows_is_missing_and_an_empty_scenario_has_none():
    tiles = portfolio.tiles(scored({"a": at(80, 80), "b": at(80, 90)}), rules(), "2x2")
    tiles = tiles.set_index("key")
    assert np.isnan(tiles.loc["high_high", "arr"])
    assert tiles.loc["low_low", "arr"] == 0


def test_known_money_counts_where_some_is_not_known():
    tiles = portfolio.tiles(scored({"a": at(80, 80), "b": at(80, 90, arr=7)}), rules(), "2x2")
    assert tiles.set_index("key").loc["high_high", "arr"] == 7


def test_without_anybody_on_the_plane_shares_are_missing_not_zero():
    tiles = portfolio.tiles(scored({"a": {}}), rules(), "2x2")
    assert tiles["customers"].tolist() == [0] * 4
    assert tiles["share"].isna().all()
    assert tiles["arr_share"].isna().all()


def test_nine_scenarios_are_nine_tiles():
    nine = {f"{x}-{y}": at(x, y, arr=1) for x in (10, 50, 90) for y in (10, 50, 90)}
    tiles = portfolio.tiles(scored(nine, grid="3x3"), rules(), "3x3")
    assert tiles["customers"].tolist() == [1] * 9


# The sentence on top


def test_the_headline_says_how_much_money_stands_where():
    assert said(portfolio.headline(scores(), RULES, "2x2")) == (
        "4 customers stand for 1 M USD ARR: 50 % grow, 30 % keep, 15 % save and 5 % let go."
    )


def test_the_headline_leaves_out_what_rounds_to_nothing():
    # 4 of 1,004 is 0.4 %
    assert headline({"a": at(80, 80, arr=1000), "b": at(10, 10, arr=4)}) == (
        "2 customers stand for 1,004 ARR: 100 % grow."
    )


def test_the_headline_counts_customers_where_no_money_is_known():
    three = {"a": at(80, 80), "b": at(80, 80), "c": at(10, 10), "d": {}}
    assert headline(three) == "3 customers have both scores: 67 % grow and 33 % let go."


def test_before_anybody_has_a_place_one_score_says_whom_to_look_at():
    health = {
        "a": healthy(20, arr=10),  # low, but small: half of the four pay 300 or less
        "b": healthy(70, arr=400),
        "c": healthy(30, arr=500),
        "d": healthy(90, arr=200),
        "e": {"arr": 900},
    }
    low = portfolio.on_one_axis(scored(health))
    assert low["customer_id"].tolist() == ["c", "b"]
    assert low["why"].iloc[0] == "Health 30, 500 ARR"
    levels = {"a": dict.fromkeys(ALL_FACTORS, 2.6), "b": dict.fromkeys(ALL_FACTORS, 1.4)}
    maturity = portfolio.on_one_axis(scored(levels))
    assert maturity["why"].tolist() == ["Maturity 10", "Maturity 40"]
    assert portfolio.on_one_axis(scored({"a": {}})).empty


@pytest.mark.parametrize(
    ("customers", "sentence"),
    [
        ({"a": at(80, 80, arr=1000)}, "1 customer stands for 1,000 ARR: 100 % grow."),
        ({"a": at(80, 80)}, "1 customer has both scores: 100 % grow."),
        ({"a": {"arr": 5000}}, "1 customer with 5,000 ARR; none has both scores yet."),
        ({"a": {}, "b": {}}, "2 customers; none has both scores yet."),
    ],
)
def test_the_headline_of_few_customers_is_good_english(customers, sentence):
    assert headline(customers) == sentence


def test_the_headline_of_nobody_says_so():
    nobody = scores().head(0)
    assert portfolio.headline(nobody, RULES, "2x2") == "No customer fits these filters."


# Money in several currencies


def test_money_is_added_up_in_the_currency_of_most_customers_only():
    mixed = scored(
        {
            "a": at(80, 80, arr=100, currency="EUR"),
            "b": at(80, 80, arr=10, currency="EUR"),
            "c": at(80, 80, arr=1000, currency="USD"),
            "d": at(80, 80, arr=1),  # says no currency: that of the others
            "e": at(80, 80, currency="JPY"),  # no money, nothing to add up
        }
    )
    assert portfolio.main_currency(mixed) == "EUR"
    assert portfolio.revenue(mixed).sum() == 111
    sentence = portfolio.other_currencies(mixed)
    assert sentence == "ARR of 1 customer in USD is not added to EUR."


def test_one_currency_needs_no_remark():
    assert portfolio.other_currencies(scores()) == ""
    assert portfolio.main_currency(scored({"a": {"arr": 5}})) == ""


# Who has no place


def test_a_customer_without_a_place_has_a_reason_and_the_largest_comes_first():
    why = of_customers(portfolio.unscored(scores(), RULES))["why"]
    assert list(why.index) == ["new", "half"]
    assert why["new"] == "No assessment yet. No health data yet."
    # of the weights 4, 2, 3, 1 only the 2 of tickets is observed
    assert said(why["half"]) == "Only 20 % of health is known; 50 % is needed."


def test_a_coverage_just_under_the_minimum_is_not_rounded_up_to_it():
    frame = scored({"a": {}}).assign(chs_coverage=0.4968)
    assert "Only 49 % of health is known; 50 % is needed." in said(
        portfolio.unscored(frame, rules())["why"].iloc[0]
    )


def test_nobody_is_listed_where_everybody_has_a_place():
    assert portfolio.unscored(scored({"a": at(1, 1)}), rules()).empty


# What holds a customer back, and what to do


def test_the_weakest_characteristic_is_the_lowest_with_its_level():
    uneven = at(50, 50) | dict.fromkeys(("process_coverage", "process_discipline"), 1)
    weakest = portfolio.weakest(scored({"a": uneven, "b": {}}), rules())
    # Process: (1 + 1 + 3) / 3; the others are at level 3
    assert weakest["name"].iloc[0] == "Process"
    assert weakest["level"].iloc[0] == pytest.approx(5 / 3)
    assert weakest.iloc[1].isna().all()


def test_the_weakest_is_looked_for_among_what_is_known():
    some = {"people_roles": 4, "technology_stack": 2}
    weakest = portfolio.weakest(scored({"a": some}), rules()).iloc[0]
    assert (weakest["name"], weakest["level"]) == ("Technology", 2)


# "adopt" moves logins and goals, "support" tickets.
# Logins 10 of 50 are 20 points, 80 short; goals at level 3 are 50 short; on average 65.
BASE = at(80, 20) | {"logins": 10, "charter_goals": 3}


@pytest.mark.parametrize(
    ("tickets", "play"),
    [
        (4, "adopt"),  # 40 short
        (9, "support"),  # 90 short
        (6.5, "adopt"),  # 65 short, as much as the other: the first in the scenario
        (6.6, "support"),
        (np.nan, "adopt"),  # what is not known is no reason
    ],
)
def test_the_next_play_is_the_one_whose_items_fall_shortest(tickets, play):
    # logins, sponsor and csat are known: 8 of 10
    frame = scored({"a": BASE | {"tickets": tickets, "sponsor": "None"}}, RULES)
    assert portfolio.next_plays(frame, RULES, "2x2").iloc[0] == play
    assert portfolio.ranked_plays(frame, RULES, "2x2")[0].key == play
    assert len(portfolio.ranked_plays(frame, RULES, "2x2")) == 2


def test_who_has_no_place_has_no_play():
    frame = scored({"a": {}}, RULES)
    assert portfolio.next_plays(frame, RULES, "2x2").isna().all()
    assert portfolio.ranked_plays(frame, RULES, "2x2") == []


# The list


def test_the_list_has_the_largest_first_and_those_without_a_place_last():
    listing = portfolio.listing(scores(), RULES, "2x2")
    assert listing["customer_id"].tolist() == ["grow", "keep", "save", "go", "new", "half"]
    first = listing.iloc[0]
    assert (first["scenario"], first["weakest"]) == ("Grow", "Charter 4.2")  # 1 + 80 / 25
    # logins are 70 points, goals 80: 25 short on average; tickets are 70: 30 short
    assert first["next_play"] == "Support"
    last = listing.iloc[-1]
    assert pd.isna(last["scenario"])
    assert pd.isna(last["next_play"])


@pytest.mark.parametrize("customers", [{"a": {}}, {"a": {"logins": 3}}, {"a": at(50, 50)}])
@pytest.mark.parametrize("rows", [0, 1])
def test_a_list_of_hardly_anybody_is_a_list(customers, rows):
    assert len(portfolio.listing(scored(customers).head(rows), rules(), "2x2")) == rows


# Whom to talk to first: ARR x (100 - CHS) x CMI, half as much again when the renewal is near.


def test_the_mature_and_unhealthy_with_much_money_come_first():
    day = pd.Timestamp("2026-01-31")
    frame = scored(
        {
            "a": at(80, 40, arr=100, currency="EUR"),  # 100 x 60 x 80 = 480,000
            "b": at(90, 20, arr=100),  # 100 x 80 x 90 = 720,000
            "c": at(60, 40, arr=100, renewal_date=day + pd.Timedelta(days=120)),  # 540,000
            "d": at(60, 40, arr=100, renewal_date=day + pd.Timedelta(days=121)),  # 360,000
            "e": at(90, 60, arr=900),  # healthy
            "f": at(90, 20),  # money is not known
            "g": {"arr": 10_000},  # has no scores
        }
    )
    first = portfolio.attention(frame, rules(), "2x2")
    assert first["customer_id"].tolist() == ["b", "c", "a"]
    assert said(first["why"].iloc[0]) == "100 EUR ARR, health 20, maturity 90"
    assert said(first["why"].iloc[1]) == "100 EUR ARR, health 40, maturity 60, renews 31 May 2026"


def test_a_renewal_in_the_past_is_not_near():
    past = {"renewal_date": pd.Timestamp("2026-01-30")}
    frame = scored({"a": at(60, 40, arr=100, **past), "b": at(61, 40, arr=100)})
    assert portfolio.attention(frame, rules(), "2x2")["customer_id"].tolist() == ["b", "a"]


def test_on_nine_places_the_middle_of_health_deserves_a_talk_too():
    frame = scored({"a": at(50, 60, arr=1), "b": at(50, 67, arr=1)}, grid="3x3")
    assert portfolio.attention(frame, rules(), "3x3")["customer_id"].tolist() == ["a"]


def test_where_all_is_well_nobody_is_named():
    assert portfolio.attention(scored({"a": at(90, 90, arr=1)}), rules(), "2x2").empty


# Filters


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ({}, list(FOUR)),
        ({"owner": []}, list(FOUR)),
        ({"owner": ["Ana"]}, ["grow", "keep"]),
        ({"owner": ["Ana", "Bo"], "Region": ["East"]}, ["grow", "save"]),
        ({"Region": ["North"]}, []),
        ({"No such column": ["East"]}, list(FOUR)),
    ],
)
def test_a_filter_keeps_who_has_one_of_the_wanted_values(wanted, kept):
    assert portfolio.filtered(scores(), wanted)["customer_id"].tolist() == kept


def test_segments_are_the_columns_that_the_data_brought():
    assert portfolio.segment_columns(scores(), RULES) == ["Region"]


def test_who_left_is_no_longer_present(store):
    rows = [customer("stays", "2025-06-30"), customer("left", "2025-06-30")]
    seen = [observation(c, "csat", 4, on="2025-06-30") for c in ("stays", "left")]
    gone = [outcome("left", "churned", "2025-09-01")]
    store.add([(origin("a.csv"), loaded(rows, seen, gone))])
    day = pd.Timestamp("2026-01-31").date()
    present = portfolio.present(score(store.snapshot(day, rules()), rules()))
    assert present["customer_id"].tolist() == ["stays"]


# Other cuts for some


def test_customers_who_are_placed_by_other_cuts_are_counted():
    kind = Override(
        columns=("Stage",),
        values=("Onboarding", "Trial"),
        why="They begin.",
        cuts=(("2x2", CutOverride(chs=(30,))),),
    )
    method = rules(overrides=(kind,))
    frame = scored(
        {"a": at(80, 40, Stage="trial"), "b": at(80, 40, Stage="Live"), "c": at(1, 1)}, method
    )
    assert frame["scenario"].tolist() == ["high_high", "high_low", "low_low"]
    assert portfolio.other_cuts(frame, method, "2x2") == (
        "1 customer in onboarding or trial is placed by other cuts than those drawn."
    )
    twice = pd.concat([frame, frame], ignore_index=True)
    assert portfolio.other_cuts(twice, method, "2x2").startswith("2 customers in onboarding")
    assert portfolio.other_cuts(frame, method, "3x3") == ""  # its cuts are as for all
    assert portfolio.other_cuts(frame.iloc[1:], method, "2x2") == ""


def test_where_the_cuts_lie_decides_who_stands_where():
    method = rules(cuts=GridCuts(**{"2x2": Cuts((75,), (65,)), "3x3": rules().cuts.three}))
    tiles = portfolio.tiles(scored(FOUR, method), method, "2x2").set_index("key")["customers"]
    assert tiles.to_dict() == {"low_low": 1, "low_high": 1, "high_low": 1, "high_high": 1}
    stricter = rules(cuts=GridCuts(**{"2x2": Cuts((85,), (75,)), "3x3": rules().cuts.three}))
    tiles = portfolio.tiles(scored(FOUR, stricter), stricter, "2x2").set_index("key")["customers"]
    assert tiles.to_dict() == {"low_low": 2, "low_high": 1, "high_low": 1, "high_high": 0}


def test_of_nine_cells_the_headline_names_the_three_largest():
    customers = {f"c{n}": at(5 + 45 * (n % 3), 5 + 45 * (n // 3), arr=n + 1.0) for n in range(5)}
    sentence = portfolio.headline(scored(customers, grid="3x3"), rules(), "3x3")
    # 1 + 2 + 3 + 4 + 5 = 15; the three largest have 5/15, 4/15 and 3/15
    assert sentence.startswith("5 customers stand for 15 ARR, above all 33")
    assert "27" in sentence
    assert "20" in sentence
    assert "13" not in sentence
