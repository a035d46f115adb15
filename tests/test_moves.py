"""What moved, in words, and who is looked at first: worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placed import at, scored
from portfolios import ALL_FACTORS, HEALTHY, document, levels, rules, snapshot_of

from cmi.methodology import CutOverride, Override, from_document
from cmi.moves import in_words, means, steps, that_matter
from cmi.moves.causes import change
from cmi.moves.migration import of_segment

THREES = levels((3, 3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))
HALF = {"logins": 25, "tickets": 5, "csat": 3}


def said(before, after, rules_after=None, **options):
    new = rules_after or rules()
    found = change(snapshot_of({"a": before}), snapshot_of({"a": after}, new), rules(), new)
    return in_words(found, new, **options)


# In words


def test_the_largest_causes_are_named_first_and_what_went_stale_is_counted():
    after = HEALTHY | {"logins": 40, "tickets": 9, "sponsor__age": 91.0, "csat__age": 100.0}
    # 20 points x 0.4 and 90 x 0.2
    assert said(HEALTHY, after) == "CHS −26: tickets −18, logins −8; 2 items went stale"


def test_small_causes_and_those_beyond_the_most_are_added_up_as_others():
    worse = HEALTHY | {"logins": 40, "tickets": 9, "sponsor": "Named", "csat": 4.9}
    # CSAT: −0.25; equal causes stand in the order of the methodology
    assert said(HEALTHY, worse) == "CHS −44: tickets −18, sponsor −18, logins −8"
    assert said(HEALTHY, worse, most=1) == "CHS −44: tickets −18, others −26"


def test_both_scores_are_said_health_first_as_they_stand_above():
    found = said(THREES | HEALTHY, THREES | HEALTHY | {"charter_goals": 5, "logins": 0})
    assert found == "CHS −40: logins −40 · CMI +4: charter_goals +4"


def test_a_score_that_did_not_move_is_unchanged():
    assert said(HALF, HALF) == "CHS unchanged"
    assert said(HALF, HALF | {"csat__age": 91.0}) == "CHS unchanged; 1 item went stale"


def test_causes_that_outweigh_each_other_are_named_beside_a_change_of_nothing():
    assert said(HALF, HALF | {"logins": 30, "tickets": 7}) == "CHS ±0: logins +6, tickets −6"


def test_many_small_changes_are_not_named():
    # 0.1 of a level are 2.5 points, three times a twelfth: 0.6
    lower = THREES | dict.fromkeys(("charter_goals", "people_roles", "process_coverage"), 2.9)
    assert said(THREES, lower) == "CMI −1: many small changes"


def test_what_is_newly_known_or_no_longer_known_is_called_so():
    told = HALF | {"sponsor": "Advocate"}
    assert said(HALF, told) == "CHS +15: sponsor newly known +15"
    assert said(told, HALF) == "CHS −15: sponsor no longer known −15"


def test_where_nothing_was_known_on_both_days_the_change_is_said_as_a_whole():
    half = rules(minimum_coverage=0.4)
    days = (snapshot_of({"a": {"logins": 50}}), snapshot_of({"a": {"tickets": 5, "csat": 1}}))
    low = replace(half, minimum_coverage=0.3)
    # 100, then 50 x 2/3
    assert in_words(change(*days, low, low), low) == "CHS −67: other items known −67"


def test_new_rules_are_one_cause():
    changed = document()
    changed["drivers"][0]["best"] = 100
    changed["drivers"][1]["worst"] = 20
    found = said(HALF, HALF, from_document(changed))
    # logins 50 to 25 points, tickets 50 to 75; weights 4 and 2 of 7
    assert found == "CHS −7: new methodology −7"


def test_another_segment_is_one_cause():
    live = Override(columns=("Stage",), values=("Live",), why="So.", weights=(("logins", 8.0),))
    ruled = rules(overrides=(live,))
    day = HALF | {"logins": 50}
    found = change(
        snapshot_of({"a": day | {"Stage": "Onboarding"}}),
        snapshot_of({"a": day | {"Stage": "Live"}}),
        ruled,
        ruled,
    )
    # (400 + 100 + 50) / 7 = 78.6 to (800 + 100 + 50) / 11 = 86.4
    assert in_words(found, ruled) == "CHS +8: other segment +8"


def test_a_score_that_appears_or_goes_away_has_no_difference():
    assert said({}, HALF) == "CHS newly scored at 50"
    assert said(HALF, {}) == "CHS no longer scored (was 50)"
    assert said({}, {}) == ""


def test_a_customer_that_came_or_left_is_said_like_one_whose_score_did():
    days = snapshot_of({"a": HALF}), snapshot_of({"b": HALF})
    found = change(*days, rules(), rules()).set_index("customer_id")
    assert in_words(found.loc[["b"]], rules()) == "CHS newly scored at 50"
    assert in_words(found.loc[["a"]], rules()) == "CHS no longer scored (was 50)"


def group_of(before, after):
    return means.change(change(snapshot_of(before), snapshot_of(after), rules(), rules()))


def test_a_group_is_said_like_a_customer_and_who_came_and_went_is_a_cause():
    group = group_of(
        {"a": HEALTHY, "b": HALF, "gone": HEALTHY},
        {"a": HEALTHY | {"logins": 25}, "b": HALF | {"sponsor": "Advocate"}},
    )
    # who stayed: 75 to 72.5; all: 83.3 to 72.5
    assert in_words(group, rules()) == (
        "CHS −11: logins −10, customers who left −8, coverage of sponsor +8"
    )
    assert in_words(group, rules(), most=1, digits=1) == "CHS −10.8: logins −10.0, others −0.8"


def test_small_causes_of_a_group_are_told_with_a_digit_after_the_point():
    group = group_of({"a": HEALTHY}, {"a": HEALTHY | {"csat": 4.88}})
    # 3 points x 0.1
    assert in_words(group, rules()) == "CHS unchanged"
    assert in_words(group, rules(), digits=1) == "CHS −0.3: CSAT −0.3"


def test_a_group_without_a_score_on_one_of_the_days_is_not_called_unchanged():
    assert in_words(group_of({"a": {}}, {"a": HALF, "b": HALF}), rules()) == (
        "CHS newly scored for 2 customers"
    )
    assert in_words(group_of({"a": HALF}, {"a": {}}), rules()) == (
        "CHS no longer scored for 1 customer"
    )


# Step by step


def test_the_steps_of_a_change_go_from_the_largest_to_the_others():
    group = group_of(
        {"a": HEALTHY, "gone": HALF}, {"a": HEALTHY | {"logins": 40, "csat": 4.99}, "new": HALF}
    )
    found = steps(group, rules(), "chs")
    # a: 100 to 92 - 0.025; gone and new: 50 beside it, (50 - 100) / 2 and (50 - 91.975) / 2
    assert found[["label", "points"]].to_numpy().tolist() == [
        ["customers who left", pytest.approx(25)],
        ["customers newly known", pytest.approx(-41.975 / 2)],
        ["logins", pytest.approx(-8)],
        ["others", pytest.approx(-0.025)],
    ]
    assert steps(group, rules(), "cmi").empty


def test_more_steps_than_fit_are_the_others_and_all_add_up():
    after = dict(zip(ALL_FACTORS, np.linspace(3.1, 5, 12), strict=True))
    found = steps(group_of({"a": THREES}, {"a": THREES | after}), rules(), "cmi")
    assert found["label"].nunique() == 9
    assert (found["label"] == "others").sum() == 4
    assert found["label"].iloc[0] == ALL_FACTORS[-1]
    assert found["points"].sum() == pytest.approx((np.linspace(3.1, 5, 12).mean() - 3) * 25)


def test_one_new_methodology_is_one_step_of_all_its_items():
    changed = document()
    changed["drivers"][0]["best"] = 100
    changed["drivers"][1]["worst"] = 20
    new = from_document(changed)
    found = change(snapshot_of({"a": HALF}), snapshot_of({"a": HALF}, new), rules(), new)
    assert steps(found, new, "chs")["label"].tolist() == ["new methodology"] * 2


def test_names_are_written_small_within_a_sentence_and_abbreviations_as_they_are():
    worse = HEALTHY | {"logins": 25, "csat": 1}
    assert said(HEALTHY, worse) == "CHS −30: logins −20, CSAT −10"


# The moves that matter


def days(before, after, rules_=None):
    return scored(before, rules_), scored(after, rules_)


def whats(moves):
    return moves[["customer_id", "what", "detail"]].to_numpy().tolist()


def test_each_move_that_matters_is_listed_with_its_words():
    before, after = days(
        {
            "crossed": at(60, 60, arr=10),
            "fell": at(60, 90, arr=20),
            "came": {"arr": 30},
            "went": at(60, 60, arr=40),
            "left": at(60, 40, arr=50),
            "still": at(60, 60, arr=60),
            "never": {"arr": 70},
        },
        {
            "crossed": at(60, 45, arr=10),  # by 15: it fell, too
            "fell": at(60, 78, arr=20),
            "came": at(20, 60, arr=30),
            "went": {"logins": 50, "arr": 40},
            "left": at(60, 20, arr=0, left_on="2026-01-15"),
            "still": at(60, 55, arr=60),
            "never": {"arr": 70},
        },
    )
    moves = that_matter(before, after, rules(), "2x2")
    assert whats(moves) == [
        ["left", "left", "was high CMI, low CHS"],  # 50 x 100
        ["fell", "fell", "CHS −12"],  # 20 x 12
        ["crossed", "crossed", "high CMI, high CHS → high CMI, low CHS"],  # 10 x 15
        ["crossed", "fell", "CHS −15"],
        ["went", "no longer scored", "was high CMI, high CHS"],  # no change can be told: 40
        ["came", "newly scored", "low CMI, high CHS"],  # 30
    ]
    assert moves["rank"].tolist() == [1, 2, 3, 3, 4, 5]
    fell = moves.set_index("customer_id").loc["fell"]
    assert fell[["cmi_before", "cmi_after", "chs_before", "chs_after"]].tolist() == pytest.approx(
        [60, 60, 90, 78]
    )
    assert moves.loc[0, "arr"] == 50  # what was lost
    assert moves["stake"].tolist() == pytest.approx(
        [50, 20 * 0.12, 10 * 0.15, 10 * 0.15, np.nan, np.nan], nan_ok=True
    )
    assert moves.loc[0, ["chs_before", "chs_after"]].tolist() == pytest.approx(
        [40, np.nan], nan_ok=True
    )


def test_a_fall_of_exactly_the_threshold_is_not_more_than_it():
    before, after = days({"a": at(60, 90), "b": at(90, 60)}, {"a": at(60, 80), "b": at(78, 60)})
    assert whats(that_matter(before, after, rules(), "2x2")) == [["b", "fell", "CMI −12"]]
    assert len(that_matter(before, after, rules(), "2x2", fell=9.9)) == 2
    assert that_matter(before, after, rules(), "2x2", fell=12).empty


def test_a_rise_into_another_scenario_matters_and_a_rise_within_one_does_not():
    before, after = days({"a": at(60, 40), "b": at(60, 60)}, {"a": at(60, 50), "b": at(60, 99)})
    moves = that_matter(before, after, rules(), "2x2")
    assert whats(moves) == [["a", "crossed", "high CMI, low CHS → high CMI, high CHS"]]
    assert moves[["from", "to"]].to_numpy().tolist() == [["high_low", "high_high"]]


def test_a_customer_whose_segment_changes_may_cross_a_cut_without_moving():
    begins = Override(
        columns=("Stage",),
        values=("Onboarding",),
        why="They begin.",
        cuts=(("2x2", CutOverride(cmi=(40,))),),
    )
    before, after = days(
        {"a": at(45, 60, Stage="Onboarding")},
        {"a": at(45, 60, Stage="Live")},
        rules(overrides=(begins,)),
    )
    moves = that_matter(before, after, rules(overrides=(begins,)), "2x2")
    assert whats(moves) == [["a", "crossed", "high CMI, high CHS → low CMI, high CHS"]]


def test_who_is_newly_stale_is_listed_from_three_items_on():
    old = dict.fromkeys(("logins__age", "tickets__age"), 91.0)
    here = {"a": at(60, 60), "b": at(60, 60)}
    before, after = days(
        here, {"a": here["a"] | old, "b": here["b"] | old | {"people_roles__age": 366.0}}
    )
    moves = that_matter(before, after, rules(), "2x2")
    assert whats(moves) == [["b", "newly stale", "people_roles, Logins and Tickets"]]
    assert len(that_matter(before, after, rules(), "2x2", stale=2)) == 2
    assert that_matter(after, after, rules(), "2x2").empty


def test_customers_without_arr_in_the_main_currency_come_last_and_are_not_taken_for_0():
    before = {
        "a": at(60, 90),
        "b": at(60, 90, arr=900, currency="JPY"),
        "c": at(60, 90, arr=1, currency="EUR"),
        "d": at(60, 90, arr=2, currency="EUR"),
    }
    after = {key: fields | at(60, 60) for key, fields in before.items()}
    moves = that_matter(*days(before, after), rules(), "2x2")
    assert moves["customer_id"].tolist() == ["d", "c", "a", "b"]
    assert moves["rank"].tolist() == [1, 2, 3, 4]
    assert moves["arr"].isna().tolist() == [False, False, True, False]


def test_a_newly_known_customer_with_a_score_is_newly_scored():
    before, after = days({"a": at(60, 60)}, {"a": at(60, 60), "b": at(60, 60)})
    assert whats(that_matter(before, after, rules(), "2x2")) == [
        ["b", "newly scored", "high CMI, high CHS"]
    ]


def test_who_left_without_ever_being_scored_or_known_before_is_listed_as_such():
    before = {"known": {"arr": 5}, "other": at(60, 60)}
    gone = {"left_on": "2026-01-15"}
    after = {"known": {"arr": 5} | gone, "unknown": at(60, 60) | gone, "other": at(60, 60)}
    moves = that_matter(*days(before, after), rules(), "2x2")
    assert whats(moves) == [
        ["known", "left", "was not scored"],
        ["unknown", "left", "was not known"],
    ]


def test_in_which_segment_somebody_was_makes_no_difference_to_what_matters():
    before, after = days({"a": at(60, 90, Region="East")}, {"a": at(60, 40, Region="West")})
    then, now = of_segment([before, after], {"Region": ["East"]})
    moves = that_matter(then, now, rules(), "2x2")
    assert moves["what"].tolist() == ["crossed", "fell"]


def test_without_customers_nothing_matters():
    nobody = scored({"a": {}}).iloc[:0]
    assert that_matter(nobody, nobody, rules(), "2x2").empty
