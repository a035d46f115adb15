"""How old the assessments are, and who is due; a level is valid for 365 days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from histories import LEFT, customers_of, day
from hypothesis import given
from placed import said as plain
from placed import scored
from portfolios import ALL_FACTORS, DAY, rules

from cmi import freshness
from cmi.frames import AGE
from cmi.freshness import assess

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


def test_of_those_who_are_due_as_long_the_largest_comes_first_and_unknown_arr_last():
    never = {"small": {"arr": 1}, "unknown": {}, "large": {"arr": 9}}
    assert due(never).index.tolist() == ["large", "small", "unknown"]
    since = {"late": {"arr": 5, "start_date": START}}
    assert due({**since, **never}).index.tolist() == ["large", "small", "unknown", "late"]


def test_levels_that_are_too_old_are_stale_and_not_missing_also_where_stale_ones_drop_out():
    method = rules(stale="drop")
    found = due({"a": aged(*[366] * 12)}, method).loc["a"]
    assert (found["missing"], found["stale"], found["days"]) == (0, 12, 366)
    table = freshness.table(scored({"a": aged(*[366] * 12)}, method), method)
    assert (table["never"].tolist(), table["due"].tolist()) == ([0], [1])


# Customer by customer


def test_everybody_who_is_there_has_a_row_and_who_is_not_due_no_day():
    found = freshness.each(scored(CUSTOMERS), RULES).set_index("customer_id")
    assert sorted(found.index) == ["fresh", "half", "never", "old", "older", "unknown"]
    assert found["due"].to_dict() == {name: name != "fresh" for name in found.index}
    assert pd.isna(found.loc["fresh", "due_since"])
    assert found.loc["old", "assessed_on"] == ago(20)
    assert pd.isna(found.loc["never", "assessed_on"])


@pytest.mark.parametrize(
    ("age", "month", "words"),
    [
        (0, 1, "up to 1 month"),
        (30, 1, "up to 1 month"),
        (31, 2, "1 to 2 months"),  # a month has 30.4 days
        (365, 12, "11 to 12 months"),  # the last day on which a level is valid
        (366, 13, "12 to 13 months"),
        (1095, 36, "35 to 36 months"),
        (1096, 37, "over 36 months"),
        (9999, 37, "over 36 months"),
        (None, None, "never assessed"),
    ],
)
def test_an_age_belongs_to_a_month(age, month, words):
    (found,) = freshness.each(scored({"a": aged(*[age] * 12)}), RULES)["month"]
    assert found == month or (month is None and pd.isna(found))
    assert freshness.month_in_words(found) == words


def test_customers_are_counted_by_month_and_state():
    found = freshness.by_month(freshness.each(scored(CUSTOMERS), RULES))
    # fresh 10, old 20, older 100, half 50 days; never and unknown
    assert [
        (None if pd.isna(month) else month, due, number)
        for month, due, number in found.itertuples(index=False)
    ] == [(1, False, 1), (1, True, 1), (2, True, 1), (4, True, 1), (None, True, 2)]


# In a sentence


def said(customers, methodology=RULES):
    return plain(freshness.headline(scored(customers, methodology), methodology))


def test_the_headline_says_how_many_are_due_and_why():
    # the ARR of those who are due: 5, 9 and 1; ages 10, 20, 100 and 50
    assert said(CUSTOMERS) == (
        "5 of 6 customers are due for an assessment, with 15 ARR: 2 never had one, 1 lacks levels "
        "and 2 have levels too old. The median assessment is 35 days old."
    )


def test_one_reason_for_all_is_said_without_a_number():
    fresh = aged(*[10] * 12)
    assert said({"a": fresh, "b": aged(10), "c": aged(10)}).startswith(
        "2 of 3 customers are due for an assessment: they lack levels."
    )
    assert said({"a": fresh, "b": aged(*[400] * 12)}).startswith(
        "1 of 2 customers is due for an assessment: it has levels too old."
    )


def test_the_headline_where_nobody_is_due_nobody_was_assessed_or_nobody_is_there():
    assert said({"a": aged(*[365] * 12)}) == (
        "Nobody is due: every level of 1 customer is in date. "
        "The median assessment is 12 months old."
    )
    assert said({"a": {}, "b": {"arr": 7, "currency": "EUR"}}) == (
        "Nobody was assessed yet: 2 customers are due, with 7 EUR ARR."
    )
    assert said({"a": {}}) == "Nobody was assessed yet: 1 customer is due."
    assert said({"a": aged(left_on=LEFT)}) == "There is no customer to assess."


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "less than a day"),
        (1, "1 day"),
        (59, "59 days"),
        (91.25, "3 months"),
        (365, "12 months"),
        (912.5, "2.5 years"),
    ],
)
def test_an_age_in_words(days, words):
    assert freshness.how_long(days) == words


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


# Health data: three of the four drivers are valid for 90 days, tickets for 30


def sources(customers):
    logins, tickets, *others = RULES.drivers
    method = replace(RULES, drivers=(logins, replace(tickets, valid_for=30), *others))
    found = freshness.sources(scored(customers, method), method)
    return found.set_index("driver"), freshness.stalest(found)


VALUES = {
    "a": {"logins": 5, "logins__age": 91.0, "tickets": 1, "tickets__age": 31.0},
    "b": {"logins": 5, "logins__age": 90.0, "tickets": 1, "tickets__age": 60.0},
    "c": {"logins": 5, "logins__age": 10.0, "sponsor": "Named", "sponsor__age": 1.0},
    "d": {"tickets__age": np.nan},
    "gone": {"logins": 5, "logins__age": 900.0, "left_on": LEFT},
}


def test_each_driver_says_of_how_many_it_is_known_how_old_it_is_and_how_much_went_stale():
    found, _ = sources(VALUES)
    assert found.index.tolist() == ["Tickets", "Logins", "Sponsor", "CSAT"]  # 2, 1, 0 and 0 stale
    assert found["customers"].to_dict() == {"Tickets": 2, "Logins": 3, "Sponsor": 1, "CSAT": 0}
    assert found["known_share"].tolist() == [0.5, 0.75, 0.25, 0]
    assert found["valid_for"].tolist() == [30, 90, 90, 90]
    assert found["median_age"].tolist() == pytest.approx([45.5, 90, 1, np.nan], nan_ok=True)
    shares = found["stale_share"].tolist()
    assert shares == pytest.approx([1, 1 / 3, 0, np.nan], nan_ok=True)
    assert found.loc["Logins", "group"] == "All"


def test_a_sentence_says_which_driver_went_stale_most():
    assert sources(VALUES)[1] == (
        "Tickets went stale most: 2 of 2 values are older than 30 days. "
        "1 other driver has stale values too. 1 driver has no value at all."
    )
    assert sources({"c": VALUES["c"]})[1] == (
        "Every value is in date. 2 drivers have no value at all."
    )
    assert sources({"a": {}})[1] == "No health data yet."


def test_of_nobody_every_driver_has_a_row_without_shares():
    found = freshness.sources(scored(CUSTOMERS).head(0), RULES)
    assert found["customers"].tolist() == [0, 0, 0, 0]
    assert found["known_share"].isna().all()


@given(customers_of())
def test_the_rows_add_up_to_all_customers(frame):
    found = freshness.table(frame, RULES, "Region")
    assert found["customers"].sum() == frame["left_on"].isna().sum()
    assert found["due"].sum() == len(freshness.due(frame, RULES))
    assert (found["never"] <= found["due"]).all()
