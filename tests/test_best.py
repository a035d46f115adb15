"""What the best customers look like, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import rules

from cmi.audiences import best

RULES = rules()
BEST = ["high_high"]


def people(name, levels, cmi, chs, **fields):
    """Customers whose Mandate stands at these levels; all else gives about this CMI."""
    return {
        f"{name}{n}": at(cmi, chs, charter_mandate=level, **fields)
        for n, level in enumerate(levels)
    }


# Of the best four of five have level 4 or more in Mandate; of the others one of five.
PORTFOLIO = {
    **people("best", [5, 4, 4, 4, 3], 75, 90, Region="East"),
    **people("other", [4, 3, 2, 2, 1], 25, 20, Region="West"),
}


def test_the_best_scenario_is_the_usual_one() -> None:
    assert best.usual(RULES, "2x2").key == "high_high"
    assert best.usual(RULES, "3x3").key == "high_high"


def test_the_profile_has_mean_levels_of_both_sides() -> None:
    found = best.profile(scored(PORTFOLIO), BEST, RULES).set_index("item")
    mandate = found.loc["charter_mandate"]
    assert mandate[["best", "others", "apart"]].tolist() == pytest.approx([4, 2.4, 1.6])
    assert mandate[["best_known", "others_known"]].tolist() == [5, 5]
    assert found.loc["people_roles", "best"] == 4
    assert len(found) == 12


def test_with_four_answers_on_a_side_nothing_is_compared() -> None:
    few = {key: items for key, items in PORTFOLIO.items() if key != "best0"}
    scores = scored(few)
    assert best.profile(scores, BEST, RULES)["best"].isna().all()
    assert best.questions(scores, BEST, RULES).empty
    assert said(best.headline(best.questions(scores, BEST, RULES), 4)) == (
        "4 customers among the best: too few to tell what sets them apart."
    )


def test_the_level_to_ask_for_is_the_highest_that_three_in_four_of_the_best_have() -> None:
    found = best.questions(scored(PORTFOLIO), BEST, RULES, most=12).set_index("item")
    mandate = found.loc["charter_mandate"]
    assert mandate[["level", "anchor"]].tolist() == [4, "level 4"]
    assert mandate[["best_reach", "others_reach"]].tolist() == [0.8, 0.2]
    # everywhere else all of the best are at 4, and all the others at 2: a wider gap, so first
    assert list(found.index)[-1] == "charter_mandate"
    assert found.loc["people_roles", ["best_reach", "others_reach"]].tolist() == [1, 0]


def test_a_question_on_which_the_others_do_as_well_is_not_asked() -> None:
    same = {**people("best", [4] * 5, 75, 90), **people("other", [4] * 5, 25, 20)}
    found = best.questions(scored(same), BEST, RULES, most=12)
    assert "charter_mandate" not in set(found["item"])


def test_who_is_best_is_what_the_reader_says() -> None:
    scores = scored(PORTFOLIO)
    assert best.are_best(scores, BEST).sum() == 5
    assert best.are_best(scores, ["high_high", "low_low"]).sum() == 10
    assert best.are_best(scores, []).sum() == 0
    assert best.headline(best.questions(scores, [], RULES), 0).startswith("Nobody stands in")


def test_who_has_no_place_is_neither_best_nor_other() -> None:
    unknown = {"x": at(75, 90, logins=np.nan, tickets=np.nan, csat=np.nan, Region="East")}
    found = best.by_segment(scored({**PORTFOLIO, **unknown}), BEST, ["Region"])
    assert found.set_index("value")["customers"].to_dict() == {"East": 5, "West": 5}


def test_a_segment_made_of_the_best_alone_stands_out() -> None:
    found = best.by_segment(scored(PORTFOLIO), BEST, ["Region"])
    assert found[["value", "best", "share", "all", "clear"]].to_numpy().tolist() == [
        ["East", 5, 1.0, 0.5, True],
        ["West", 0, 0.0, 0.5, True],
    ]
    assert said(best.segments_in_words(found)) == (
        "Beside the portfolio as a whole (50 %): clearly more in East (Region, 100 %); clearly "
        "fewer in West (Region, 0 %)."
    )


def test_a_segment_of_four_is_left_out() -> None:
    four = {key: {**items, "Size": "L"} for key, items in list(PORTFOLIO.items())[:4]}
    assert best.by_segment(scored({**PORTFOLIO, **four}), BEST, ["Size"]).empty
    assert best.by_segment(scored(PORTFOLIO), BEST, []).empty
    assert best.segments_in_words(best.by_segment(scored(PORTFOLIO), BEST, [])).startswith("No seg")


def test_the_headline_says_how_clearly_the_first_question_tells_them_apart() -> None:
    found = best.questions(scored(PORTFOLIO), BEST, RULES)
    assert said(best.headline(found, 5)).endswith(
        "100 % of the best stand at level 4 or above, 0 % of the others."
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.sampled_from("ABC")),
        min_size=1,
        max_size=40,
    )
)
def test_every_placed_customer_is_in_one_segment_and_shares_stay_shares(given_people) -> None:
    scores = scored(
        {f"c{n}": at(cmi, chs, Plan=plan) for n, (cmi, chs, plan) in enumerate(given_people)}
    )
    found = best.by_segment(scores, BEST, ["Plan"])
    large = scores.groupby("Plan").size()
    assert found["customers"].sum() == large[large >= 5].sum()
    assert found["share"].between(found["low"] - 1e-9, found["high"] + 1e-9).all()
    asked = best.questions(scores, BEST, RULES, most=12)
    assert (asked["best_reach"] >= best.REACHED).all()
    assert (asked["best_reach"] > asked["others_reach"]).all()
