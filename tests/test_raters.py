"""How far raters agree: worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from portfolios import ALL_FACTORS, add, observation, rules

from cmi.evidence.raters import MOST, OFF, differences, disagreement


def ratings(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "item", "rater", "value"])
    return frame.astype({"customer_id": "str", "item": "str", "rater": "str", "value": "float64"})


def test_every_two_raters_of_one_question_are_compared_and_the_customer_is_kept_apart():
    found = differences(
        ratings(
            ("a", "people_roles", "csm", 4),
            ("a", "people_roles", "sales", 3),
            ("a", "people_roles", "customer", 1),
            ("a", "people_skills", "csm", 2),
            ("b", "people_roles", "csm", np.nan),
            ("b", "people_roles", "sales", 5),
            ("a", "logins", "csm", 9),
            ("a", "logins", "sales", 1),
        ),
        rules(),
    )
    assert found.to_numpy().tolist() == [["a", "people_roles", "csm", "sales", 1]]


def test_several_respondents_of_a_kind_are_their_mean():
    found = differences(
        ratings(
            ("a", "people_roles", "csm", 4),
            ("a", "people_roles", "sales", 2),
            ("a", "people_roles", "sales", 3),
        ),
        rules(),
    )
    assert found["by"].tolist() == [1.5]


def pairs(item, by):
    return [
        row
        for n, d in enumerate(by)
        for row in ((f"c{n}", item, "csm", 3 + d), (f"c{n}", item, "sales", 3))
    ]


def test_half_the_variance_of_the_difference_is_one_raters_error():
    # 20 pairs: 5 one level above, 5 below, 10 alike: variance 0.5, half of it 0.25
    found = disagreement(ratings(*pairs("people_roles", [1, -1, 0, 0] * 5)), rules())
    assert found["people_roles"] == pytest.approx(0.25)
    # the others have what all together say
    assert set(found.values()) == {found["people_roles"]}
    assert set(found) == set(ALL_FACTORS)


def test_a_rater_who_is_always_kinder_does_not_disagree():
    found = disagreement(ratings(*pairs("people_roles", [1] * 20)), rules())
    assert found["people_roles"] == 0


def test_under_twenty_pairs_the_stated_probability_is_taken():
    found = disagreement(ratings(*pairs("people_roles", [1, -1] * 9)), rules())
    assert set(found.values()) == {OFF}
    assert set(disagreement(ratings(), rules()).values()) == {OFF}


def test_wild_raters_are_bounded():
    found = disagreement(ratings(*pairs("people_roles", [2, -2] * 10)), rules())
    assert found["people_roles"] == MOST


def test_the_latest_ratings_of_everybody_come_from_the_store(store):
    add(store, "a.csv", [], [
        observation("a", "people_roles", 2, on="2025-01-01"),
        observation("a", "people_roles", 4, on="2025-06-01"),
        observation("b", "people_roles", 5, on="2025-06-01", rater="sales"),
        observation("b", "people_roles", 1, on="2026-06-01"),
    ])  # fmt: skip
    found = store.ratings(pd.Timestamp("2026-01-31").date())
    assert found[["customer_id", "rater", "value"]].to_numpy().tolist() == [
        ["a", "csm", 4], ["b", "sales", 5],
    ]  # fmt: skip
