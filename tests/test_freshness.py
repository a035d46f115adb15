"""How old the assessments are, and who is due; a level is valid for 365 days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from histories import LEFT, customers_of, day
from hypothesis import given
from placed import scored
from portfolios import ALL_FACTORS, DAY, rules

from cmi import assess, freshness
from cmi.frames import AGE

RULES = rules()
START = day("2025-10-31")


def aged(*ages, **fields):
    """A customer whose factors were answered so many days ago; None where nobody answered."""
    given = dict(zip(ALL_FACTORS, ages, strict=False))
    known = {factor: 3 for factor, age in given.items() if age is not None}
    old = {factor + AGE: np.nan if age is None else float(age) for factor, age in given.items()}
    unknown = {f + AGE: np.nan for f in ALL_FACTORS if f not in given}
    return {**unknown, **known, **old, **fields}


CUSTOMERS = {
    "fresh": aged(*[365] * 11, 10, owner="Ana"),  # the last day of validity
    "old": aged(*[366] * 11, 20, owner="Ana", arr=5),  # since today
    "older": aged(400, *[100] * 11, owner="Bo", arr=9),  # since 400 - 366 = 34 days ago
    "half": aged(*[50] * 3, owner="Bo"),  # left open 50 days ago
    "never": {"owner": "Bo", "start_date": START, "arr": 1},
    "unknown": {},
    "gone": aged(*[900] * 12, owner="Ana", left_on=LEFT),
}


def due(customers=CUSTOMERS, methodology=RULES):
    return freshness.due(scored(customers, methodology), methodology).set_index("customer_id")


def table(column=None, customers=CUSTOMERS):
    return freshness.table(scored(customers), RULES, column).set_index("label")


def ago(days):
    return pd.Timestamp(DAY) - pd.Timedelta(days=days)


# Who is due


def test_who_is_due_is_who_lacks_a_level_or_has_one_that_is_too_old():
    assert sorted(due().index) == ["half", "never", "old", "older", "unknown"]


def test_those_who_are_due_are_those_whom_the_workbook_asks():
    asked = assess.due(scored(CUSTOMERS), RULES, stale_only=True)["customer_id"]
    assert sorted(asked) == sorted(due().index)


def test_each_says_since_when():
    since = due()["due_since"]
    assert since["old"] == ago(0)
    assert since["older"] == ago(34)
    assert since["half"] == ago(50)
    assert since["never"] == START
    assert pd.isna(since["unknown"])


def test_each_says_how_long_ago_it_was_assessed_and_what_is_wrong():
    found = due()
    assert found["days"].to_dict() == pytest.approx(
        {"old": 20, "older": 100, "half": 50, "never": np.nan, "unknown": np.nan}, nan_ok=True
    )
    assert found["missing"].to_dict() == {
        "old": 0, "older": 0, "half": 9, "never": 12, "unknown": 12,
    }  # fmt: skip
    assert found["stale"].to_dict() == {"old": 11, "older": 1, "half": 0, "never": 0, "unknown": 0}


def test_the_longest_comes_first_and_before_it_of_whom_nobody_knows():
    assert due().index.tolist() == ["unknown", "never", "half", "older", "old"]


def test_a_start_that_lies_ahead_says_nothing():
    ahead = due({"a": {"start_date": day("2027-01-01")}})
    assert pd.isna(ahead.loc["a", "due_since"])


def test_a_factor_may_be_valid_for_a_time_of_its_own():
    charter, *others = RULES.characteristics
    first, *rest = charter.factors
    short = replace(charter, factors=(replace(first, valid_for=30), *rest))
    method = replace(RULES, characteristics=(short, *others))
    found = due({"a": aged(*[40] * 12)}, method)
    assert found.loc["a", "stale"] == 1
    assert found.loc["a", "due_since"] == ago(9)  # valid on day 30, due from day 31


# How old


def test_an_owner_has_the_median_age_of_the_newest_levels_and_who_is_never_assessed():
    found = table("owner")
    # Ana: fresh 10 and old 20 days; Bo: older 100 and half 50
    assert found["median_age"].to_dict() == pytest.approx(
        {"Ana": 15, "Bo": 75, "No owner": np.nan}, nan_ok=True
    )
    assert found["customers"].to_dict() == {"Ana": 2, "Bo": 3, "No owner": 1}
    assert found["never"].to_dict() == {"Ana": 0, "Bo": 1, "No owner": 1}
    assert found["stale"].to_dict() == {"Ana": 1, "Bo": 1, "No owner": 0}
    assert found["due"].to_dict() == {"Ana": 1, "Bo": 3, "No owner": 1}
    assert found.loc["Bo", "stale_share"] == pytest.approx(1 / 3)


def test_who_has_most_due_comes_first():
    assert table("owner").index.tolist() == ["Bo", "Ana", "No owner"]


def test_all_of_them_are_one_row():
    (row,) = table().to_dict("records")
    assert (row["customers"], row["due"], row["never"], row["stale"]) == (6, 5, 2, 2)
    assert row["median_age"] == pytest.approx(35)  # 10, 20, 50, 100
    assert row["due_share"] == pytest.approx(5 / 6)


@pytest.mark.parametrize("column", [None, "owner"])
def test_nobody_and_one_have_a_table_and_a_list(column):
    nobody = scored(CUSTOMERS).head(0)
    assert freshness.table(nobody, RULES, column).empty
    assert freshness.due(nobody, RULES).empty
    assert table(column, {"a": aged(*[1] * 12)})["due"].tolist() == [0]
    assert due({"a": aged(*[1] * 12)}).empty


@given(customers_of())
def test_the_rows_add_up_to_all_customers(frame):
    found = freshness.table(frame, RULES, "Region")
    assert found["customers"].sum() == frame["left_on"].isna().sum()
    assert found["due"].sum() == len(freshness.due(frame, RULES))
    assert (found["never"] <= found["due"]).all()
