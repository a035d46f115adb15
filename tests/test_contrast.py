"""In what a group differs from the others, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from histories import customers_of
from hypothesis import given
from placed import at, said, scored
from portfolios import rules

from cmi.segments import contrast

RULES = rules()
GONE = pd.Timestamp("2026-01-01")


def group(name, places, **fields):
    return {f"{name}{n}": at(*place, **fields) for n, place in enumerate(places)}


# Five of the East with maturity 20 and health 30, 30, 40, 90, 90; five others at 60 and 80.
EAST = group("east", [(20, 30), (20, 30), (20, 40), (20, 90), (20, 90)])
WEST = group("west", [(60, 80)] * 5)


def differences(here, others, grid="2x2"):
    scores = scored({**here, **others}, grid=grid)
    mine = scores.index[scores["customer_id"].isin(list(here))]
    return contrast.differences(scores, mine, RULES, grid)


def words(here, others):
    return said(contrast.in_words(differences(here, others), len(others)))


def test_scores_are_compared_by_medians_scenarios_by_shares_and_items_by_means():
    found = differences(EAST, WEST).set_index("name")
    values = found[["here", "others"]]
    assert values.loc["health"].tolist() == pytest.approx([40, 80])
    assert values.loc["maturity"].tolist() == pytest.approx([20, 60])
    assert values.loc["low CMI, low CHS"].tolist() == pytest.approx([0.6, 0])
    assert values.loc["high CMI, high CHS"].tolist() == pytest.approx([0, 1])
    assert values.loc["Charter"].tolist() == pytest.approx([1.8, 3.4])  # 1 + 20 / 25, 1 + 60 / 25
    assert values.loc["Logins"].tolist() == pytest.approx([56, 80])  # (30 + 30 + 40 + 90 + 90) / 5
    assert values.loc["Sponsor"].isna().all()  # nobody has one
    assert found["clear"].drop(["Sponsor", "high CMI, low CHS"]).all()


def test_of_each_kind_the_greatest_difference_is_said_and_of_scores_both():
    assert words(EAST, WEST) == (
        "Beside the other 5 customers: median health 40 instead of 80; median maturity 20 instead "
        "of 60; 0 % in high CMI, high CHS instead of 100 %; Charter at level 1.8 instead of 3.4; "
        "Logins worth 56 points instead of 80."
    )


def test_what_differs_a_little_is_not_said():
    assert words(group("a", [(60, 84.9)] * 5), WEST) == (
        "Nothing sets them apart from the other 5 customers."
    )
    assert words(group("a", [(60, 85)] * 5), WEST) == (
        "Beside the other 5 customers: median health 85 instead of 80."
    )


def test_fewer_than_five_on_either_side_are_not_compared():
    four = dict(list(WEST.items())[:4])
    assert words(EAST, four) == ""
    assert words(four, EAST) == ""
    assert words(EAST, {}) == ""


def test_who_has_left_and_who_has_no_score_is_not_among_the_others():
    others = {**WEST, **group("gone", [(0, 0)] * 9, left_on=GONE), "new": {}}
    found = differences(EAST, others).set_index("name")
    assert found.loc["health", "others"] == pytest.approx(80)
    assert found.loc["high CMI, high CHS", "others"] == pytest.approx(1)


@given(customers_of())
def test_nothing_sets_a_group_apart_from_its_like(frame):
    twice = pd.concat([frame, frame], ignore_index=True)
    found = contrast.differences(twice, twice.index[: len(frame)], RULES, "2x2")
    assert not found["clear"].any()
