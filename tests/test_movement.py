"""How groups moved between two days: what is said of them, and who is behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from placed import at, said, scored
from portfolios import rules

from cmi.moves import means, migration, movement
from cmi.moves.causes import change
from cmi.portfolio import present

THEN, NOW = date(2025, 12, 31), date(2026, 3, 31)
SAME = at(60, 60)
EAST, WEST = {"Region": "East"}, {"Region": "West"}


def days(before, after):
    return scored(before), scored(after)


def moved(before, after, column=None):
    """The causes of all, and the groups of both days."""
    causes = change(present(before), present(after), rules(), rules())
    groups = migration.groups(before, column), migration.groups(after, column)
    return causes, groups, means.change(causes, *groups)


# What is compared


def test_both_methodologies_are_named_where_they_differ():
    new = replace(rules(), version="test-2")
    assert movement.measured(rules(), rules(), THEN, NOW) == "Both days by methodology test."
    assert said(movement.measured(rules(), new, THEN, NOW)) == (
        "31 Dec 2025 by methodology test, 31 Mar 2026 by methodology test-2."
    )


def test_whose_scores_are_compared_is_said():
    _, _, told = moved(
        *days(
            {"a": SAME, "b": SAME, "left": SAME, "was": {}, "empty": SAME},
            {"a": SAME, "b": SAME, "was": SAME, "new": SAME, "too": SAME, "empty": {}},
        )
    )
    assert movement.members(told, "chs") == (
        "2 customers scored on both days; 2 newly known, 1 newly scored; "
        "1 left, 1 no longer scored."
    )


def test_who_changed_the_segment_is_said():
    _, _, told = moved(
        *days({"a": SAME | EAST, "b": SAME | WEST}, {"a": SAME | WEST, "b": SAME | WEST}), "Region"
    )
    west, east = (told[told["group"] == name] for name in ("West", "East"))
    assert movement.members(west, "cmi") == (
        "1 customer scored on both days; 1 from another segment."
    )
    assert movement.members(east, "cmi") == (
        "0 customers scored on both days; 1 now in another segment."
    )


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"a": SAME}, {"a": SAME}, ""),
        (
            {"a": {}},
            {"a": SAME, "b": SAME},
            "Nobody's health was known on 31 Dec 2025: 2 customers are newly scored since.",
        ),
        (
            {"a": SAME},
            {"a": {}},
            "Nobody's health is known on 31 Mar 2026; on 31 Dec 2025 1 customer was scored.",
        ),
        (
            {"a": {}},
            {"a": {}},
            "Nobody's health is known on 31 Dec 2025 or on 31 Mar 2026.",
        ),
    ],
)
def test_a_change_that_is_not_known_is_said_to_be_so(before, after, sentence):
    _, _, told = moved(*days(before, after))
    assert said(movement.unknown(told, "chs", THEN, NOW)) == sentence
    headline = movement.headline(told, "chs", rules(), THEN, NOW)
    assert said(headline) == (sentence or "CHS unchanged")


# Which group moved most


def test_the_group_that_moved_most_comes_first_and_those_with_few_last():
    east = {f"e{n}": at(60, 60, **EAST) for n in range(5)}
    west = {f"w{n}": at(60, 60, **WEST) for n in range(5)}
    few = {"f": at(60, 60, Region="North")}
    after = (
        {key: at(60, 70, **EAST) for key in east}
        | {key: at(40, 60, **WEST) for key in west}
        | {"f": at(60, 10, Region="North"), "new": at(60, 60, Region="South")}
    )
    _, _, told = moved(*days(east | west | few, after), "Region")
    table = movement.by_group(told, rules()).set_index("group")
    assert table.index.tolist() == ["West", "East", "North", "South"]
    assert table["stayed"].tolist() == [5, 5, 1, 0]
    assert table["few"].tolist() == [False, False, True, True]
    assert table["chs"].tolist() == pytest.approx([0, 10, -50, np.nan], nan_ok=True)
    assert table["cmi"].tolist() == pytest.approx([-20, 0, 0, np.nan], nan_ok=True)
    # 10 more points of each of three drivers with weights 4, 2 and 1 of 7
    assert table.loc["East", "chs_said"] == "logins +5.7, tickets +2.9, CSAT +1.4"
    assert table.loc["East", "cmi_said"] == "unchanged"
    assert table.loc["South", "chs_said"] == "newly scored for 1 customer"


def test_without_groups_the_table_is_empty():
    nobody = scored({"a": SAME}).iloc[:0]
    _, _, told = moved(nobody, nobody)
    assert movement.by_group(told, rules()).empty


# Who is behind it


def test_behind_a_step_stand_its_customers_with_their_own_points_and_places():
    before, after = days(
        {"a": at(60, 60, arr=1), "b": at(60, 60, arr=2), "left": at(60, 60, arr=3)},
        {"a": at(60, 40, arr=1), "b": at(60, 50, arr=2)},
    )
    causes, groups, told = moved(before, after)
    rows = told[told["kind"].isin(["value", "left"])]
    found = movement.behind(causes, rows[rows["score"] == "chs"], before, after, *groups)
    assert found["customer_id"].tolist() == ["a", "b", "left"]
    assert found["points"].tolist() == pytest.approx([-20, -10, np.nan], nan_ok=True)
    assert found[["from", "to"]].iloc[0].tolist() == ["high_high", "high_low"]
    assert found["chs_after"].tolist() == pytest.approx([40, 50, np.nan], nan_ok=True)


def test_who_was_in_a_group_on_either_day_is_listed_largest_arr_first():
    before, after = days(
        {"goes": at(60, 60, arr=1, **EAST), "west": at(60, 60, **WEST)},
        {"goes": at(60, 60, arr=1, **WEST), "comes": at(60, 60, arr=9, **EAST), "west": SAME},
    )
    _, groups, _ = moved(before, after, "Region")
    found = movement.of_group("East", before, after, *groups)
    assert found["customer_id"].tolist() == ["comes", "goes"]
