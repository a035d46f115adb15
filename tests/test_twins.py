"""Pairs with the same health and another maturity: worth is the difference in maturity, less four
times that in health, plus 40 where all segments are alike.
"""

from __future__ import annotations

import pytest
from placed import at, scored

from cmi.customer import twins


def opposite(others, own=(80, 60), segments=(), **fields):
    customers = {"own": at(*own, **fields)}
    customers |= {key: at(*place) if isinstance(place, tuple) else place
                  for key, place in others.items()}  # fmt: skip
    return twins.opposite(scored(customers), "own", segments)


def test_the_twin_is_the_one_with_the_most_different_maturity_at_the_same_health():
    assert opposite({"near": (55, 60), "far": (20, 60)}) == "far"


def test_a_point_of_health_costs_four_points_of_maturity():
    # 40 apart - 4 x 2 = 32, against 35 apart
    assert opposite({"a": (40, 62), "b": (45, 60)}) == "b"
    # 40 apart - 4 x 1 = 36, against 35 apart
    assert opposite({"a": (40, 61), "b": (45, 60)}) == "a"


def test_the_twin_may_be_the_more_mature_one():
    assert opposite({"high": (90, 60)}, own=(30, 60)) == "high"


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((60, 60), "it"),  # 20 apart is the least
        ((60.5, 60), None),
        ((100, 60), "it"),
        ((10, 65), "it"),  # 5 apart in health is the most
        ((10, 65.5), None),
        ((10, 55), "it"),
    ],
)
def test_too_alike_in_maturity_or_too_different_in_health_is_no_story(place, found):
    assert opposite({"it": place}) == found


def test_all_segments_alike_count_for_forty_points():
    # 60 apart and elsewhere: 60; 25 apart and alike in both: 65; alike in one of two: 45
    others = {
        "far": at(20, 60, Region="West", Size="L"),
        "alike": at(55, 60, Region="East", Size="S"),
        "half": at(55, 60, Region="East", Size="L"),
    }
    segments = ["Region", "Size"]
    assert opposite(others, segments=segments, Region="East", Size="S") == "alike"
    del others["alike"]
    assert opposite(others, segments=segments, Region="East", Size="S") == "far"


def test_an_unknown_segment_is_not_alike_to_another_unknown():
    # 60 apart: 60; 25 apart, and neither says a region
    others = {"far": at(20, 60, Region="West"), "unknown": at(55, 60)}
    assert opposite(others, segments=["Region"]) == "far"


def test_who_has_no_score_has_no_twin_and_is_none():
    assert opposite({"unscored": {}}) is None
    frame = scored({"own": {}, "other": at(20, 60)})
    assert twins.opposite(frame, "own", ()) is None
    assert twins.opposite(frame, "nobody", ()) is None
    assert twins.opposite(frame.head(0), "own", ()) is None


# The pair of the portfolio


def test_the_telling_pair_has_the_mature_one_first():
    frame = scored(
        {"low": at(10, 60, arr=1), "high": at(90, 60, arr=1), "middle": at(50, 60, arr=1)}
    )
    assert twins.telling_pair(frame, ()) == ("high", "low")


def test_only_the_largest_are_looked_at():
    frame = scored(
        {
            "a": at(90, 60, arr=100),
            "b": at(50, 60, arr=90),
            "small": at(0, 60, arr=1),
        }
    )
    assert twins.telling_pair(frame, (), among=2) == ("a", "b")
    assert twins.telling_pair(frame, (), among=3) == ("a", "small")


@pytest.mark.parametrize(
    "customers",
    [
        {},
        {"a": at(90, 60, arr=1)},
        {"a": at(90, 60, arr=1), "b": at(90, 60, arr=1)},
        {"a": at(90, 60, arr=1), "b": at(10, 20, arr=1)},
        {"a": at(90, 60, arr=1), "b": {"arr": 5}},
    ],
)
def test_without_two_who_tell_something_there_is_no_pair(customers):
    frame = scored(customers or {"a": {}}).head(len(customers))
    assert twins.telling_pair(frame, ()) is None


def test_a_portfolio_without_money_has_a_pair_too():
    frame = scored({"low": at(10, 60), "high": at(90, 60)})
    assert frame["arr"].isna().all()
    assert twins.telling_pair(frame, ()) == ("high", "low")


def test_a_pair_in_a_portfolio_is_the_same_in_any_order():
    frame = scored({f"c{n}": at(7 * n % 100, 60 + n % 3, arr=n) for n in range(20)})
    assert twins.telling_pair(frame, ()) == twins.telling_pair(frame.iloc[::-1], ())
