from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import (
    ALL_FACTORS,
    HEALTHY,
    add,
    customer,
    document,
    loaded,
    observation,
    origin,
    outcome,
    rules,
)

from cmi.history import by_version, period_ends, score_history
from cmi.methodology import Raters, from_document, shipped
from cmi.quarters import month_ends, quarter_ends
from cmi.sample import sample_store
from cmi.scoring import score
from cmi.store import Store

BY_MEAN = Raters(by="mean", order=(), weights=(("csm", 2.0), ("sales", 0.0)))


@pytest.fixture(scope="module")
def sample():
    """The sample portfolio, only to be read."""
    opened = sample_store()
    yield opened
    opened.close()


def one_by_one(store, days, methodology):
    shots = [store.snapshot(day, methodology) for day in sorted(days)]
    return pd.concat(shots, ignore_index=True)


def values(frame, *columns):
    """Day of the period -> the customer's values, for a portfolio of one customer."""
    rows = frame.set_index(frame["period"].dt.date.astype("str"))[list(columns)]
    return {day: list(row) for day, row in zip(rows.index, rows.to_numpy(object), strict=True)}


# What was known on each of several days

MARCH, JUNE, SEPTEMBER = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)
DAYS = [MARCH, JUNE, SEPTEMBER]


def test_each_day_shows_what_was_known_then(store):
    said = [
        observation("a", "logins", 10, "2025-03-31"),
        observation("a", "logins", 30, "2025-09-01"),
        observation("a", "sponsor", "Named", "2025-06-20"),
    ]
    add(store, "a.csv", [customer("a", "2025-06-30", Size="S")], said)
    add(store, "b.csv", [customer("a", "2025-09-30", Size="L")])
    found = store.history(DAYS, rules())
    kept = values(found.fillna({"sponsor": ""}), "logins", "logins__age", "sponsor", "Size")
    assert kept == {
        "2025-03-31": [10, 0, "", "S"],  # said only later: the earliest counts
        "2025-06-30": [10, 91, "Named", "S"],
        "2025-09-30": [30, 29, "Named", "L"],
    }


def test_a_customer_has_no_row_before_anything_was_heard_of_it(store):
    add(store, "a.csv", [customer("b", "2025-01-01"), customer("a", "2025-06-30")])
    found = store.history(DAYS, rules())
    assert list(zip(found["period"].dt.month, found["customer_id"], strict=True)) == [
        (3, "b"),
        (6, "a"),
        (6, "b"),
        (9, "a"),
        (9, "b"),
    ]


def test_a_stronger_rater_of_an_earlier_quarter_outlasts_a_weaker_one_of_a_later(store):
    said = [
        observation("a", "people_roles", 5, "2025-03-01", "sales"),
        observation("a", "people_roles", 2, "2025-05-01", "csm"),
        observation("a", "people_roles", 4, "2025-09-01", "sales"),
    ]
    add(store, "a.csv", None, said)
    found = values(store.history(DAYS, rules()), "people_roles", "people_roles__age")
    assert found == {"2025-03-31": [5, 30], "2025-06-30": [2, 60], "2025-09-30": [2, 152]}


def test_a_customer_who_churned_and_came_back_has_left_only_in_between(store):
    add(
        store, "a.csv", [customer("a", "2025-01-01")], None, [outcome("a", "churned", "2025-05-01")]
    )
    add(store, "b.csv", [customer("a", "2025-08-01")])
    left = store.history(DAYS, rules())["left_on"]
    assert left.isna().tolist() == [True, False, True]
    assert left[1] == pd.Timestamp("2025-05-01")


def test_an_import_that_says_when_somebody_will_leave_keeps_them_until_that_day(store):
    leaving = [outcome("a", "churned", "2025-02-01"), outcome("a", "churned", "2025-08-01")]
    add(store, "a.csv", [customer("a", "2025-03-01")], None, leaving[1:])
    add(store, "b.csv", None, None, leaving[:1])
    # On 31 March and 30 June the list of 1 March brings them back; from 1 August on it says
    # itself that they leave.
    left = store.history(DAYS, rules())["left_on"]
    assert left.isna().tolist() == [True, True, False]
    assert left[2] == pd.Timestamp("2025-08-01")


def test_an_answer_without_what_the_item_needs_is_none(store):
    # The item was a figure once, and has categories now.
    said = [
        observation("a", "sponsor", "Named", "2025-03-01"),
        observation("a", "sponsor", 7, "2025-06-01"),
        observation("a", "people_roles", 4, "2025-03-01", "sales"),
        observation("a", "people_roles", "good", "2025-06-01", "csm"),
    ]
    add(store, "a.csv", None, said)
    columns = "sponsor", "sponsor__age", "people_roles", "people_roles__age"
    found = values(store.history(DAYS[1:], rules()), *columns)
    assert found["2025-06-30"] == ["Named", 121, 4, 121]


def test_no_days_and_an_empty_store_give_no_rows_and_all_columns(store):
    empty = store.history(DAYS, rules())
    add(store, "a.csv", [customer("a", "2025-01-01")], [observation("a", "sponsor", "Named")])
    whole, none = store.history(DAYS, rules()), store.history([], rules())
    for frame in (empty, none):
        assert frame.empty
        assert frame.dtypes.equals(whole.dtypes)


def test_days_may_come_in_any_order_and_twice(store):
    add(store, "a.csv", None, [observation("a", "logins", 10, "2025-04-01")])
    found = store.history([SEPTEMBER, JUNE, SEPTEMBER], rules())
    pd.testing.assert_frame_equal(found, store.history([JUNE, SEPTEMBER], rules()))


# Several days at once are the days one by one

DAY_0 = date(2025, 1, 1)
some_day = st.integers(0, 80).map(lambda n: str(DAY_0 + timedelta(days=n)))
who = st.sampled_from("ab")
some_customer = st.builds(
    lambda i, on, fields: customer(i, on, **fields),
    who,
    some_day,
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["Acme", "Acme Ltd"]),
            "arr": st.sampled_from([100.0, 200.0]),
            # Names that the query might use itself.
            **dict.fromkeys(["Size", "day", "turn", "s"], st.sampled_from(["S", "L"])),
        },
    ),
)
rater = st.sampled_from(["csm", "sales", "guest", "customer"])
respondent = st.sampled_from([None, None, "Ann", "Bob"])
some_observation = st.one_of(
    st.builds(
        lambda i, item, v, on, r, p: observation(i, item, v, on, r, respondent=p),
        *(who, st.sampled_from(["people_roles", "logins"]), st.integers(1, 5)),
        *(some_day, rater, respondent),
    ),
    st.builds(
        lambda i, v, on, r, p: observation(i, "sponsor", v, on, r, respondent=p),
        *(who, st.sampled_from(["None", "Named", "Gone"]), some_day, rater, respondent),
    ),
)
some_outcome = st.builds(
    outcome, who, st.sampled_from(["churned", "churned", "renewed", "contracted"]), some_day
)
some_import = st.tuples(
    st.lists(some_customer, max_size=3),
    st.lists(some_observation, max_size=8),
    st.lists(some_outcome, max_size=2),
    st.booleans(),  # withdrawn
)


@settings(max_examples=40)
@given(
    imports=st.lists(some_import, max_size=4),
    days=st.lists(st.integers(-3, 85), min_size=1, max_size=6),
    raters=st.sampled_from([Raters(), BY_MEAN]),
)
def test_a_history_is_exactly_the_snapshots_of_its_days(imports, days, raters):
    store = Store()
    for n, (*rows, withdrawn) in enumerate(imports):
        number = store.add([(origin(f"{n}.csv"), loaded(*rows))])[0]
        if withdrawn:
            store.withdraw(number)
    asked = [DAY_0 + timedelta(days=n) for n in sorted(set(days))]
    methodology = rules(raters=raters)
    found = store.history(asked, methodology)
    pd.testing.assert_frame_equal(found, one_by_one(store, asked, methodology), check_exact=True)
    store.close()


@pytest.mark.parametrize("raters", [shipped().raters, BY_MEAN])
def test_the_history_of_the_sample_is_exactly_its_snapshots(sample, raters):
    heard = sample.days()
    methodology = replace(shipped(), raters=raters)
    days = period_ends(heard[0], heard[-1])
    found = sample.history(days, methodology)
    assert found["period"].nunique() > 4
    pd.testing.assert_frame_equal(found, one_by_one(sample, days, methodology), check_exact=True)


# The days that end a period


def test_months_and_quarters_end_on_their_last_calendar_day():
    assert month_ends(date(2023, 12, 31), date(2024, 3, 30)) == (
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    )
    assert quarter_ends(date(2024, 4, 1), date(2024, 12, 31)) == (
        date(2024, 6, 30),
        date(2024, 9, 30),
        date(2024, 12, 31),
    )
    assert quarter_ends(date(2024, 4, 1), date(2024, 6, 29)) == ()


def test_the_last_period_of_a_page_is_the_day_it_looks_from():
    first = date(2025, 11, 5)
    running = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 5, 3))
    assert period_ends(first, date(2026, 5, 3)) == running
    assert period_ends(first, date(2026, 3, 31)) == running[:2]
    assert period_ends(first, date(2026, 5, 3), most=2) == running[1:]
    assert period_ends(first, date(2025, 12, 2), "month") == (date(2025, 11, 30), date(2025, 12, 2))
    assert period_ends(first, date(2025, 11, 4)) == (date(2025, 11, 4),)


# Scores of every period

WHOLE = {**dict.fromkeys(ALL_FACTORS, 3), **HEALTHY}


def test_each_period_is_scored_by_the_rules_of_then_and_says_which(store):
    said = [observation("a", item, value, "2025-01-01") for item, value in WHOLE.items()]
    add(store, "a.csv", [customer("a", "2025-01-01")], [*said, observation("a", "logins", 25)])
    old = rules(version="1", effective=date(2025, 1, 1))
    new = replace(old.with_weights({"logins": 0.0, "csat": 0.0, "sponsor": 0.0}), version="2")
    new = replace(new, effective=date(2025, 6, 30))
    store.save_methodology(old, "Ana")
    store.save_methodology(new, "Ana")
    add(store, "b.csv", None, [observation("a", "tickets", 5, "2025-02-01")])
    then = by_version({day: store.methodology(day) for day in DAYS})
    assert then == ((old, (MARCH,)), (new, (JUNE, SEPTEMBER)))
    found = score_history([(m, store.history(days, m)) for m, days in then])
    # Weights 4, 2, 3, 1: tickets at 50 of 100 cost 10 points; then nothing but tickets counts.
    assert values(found, "chs", "methodology") == {
        "2025-03-31": [90, "1"],
        "2025-06-30": [50, "2"],
        "2025-09-30": [50, "2"],
    }
    today = score_history([(old, store.history(DAYS, old))])
    assert values(today, "chs", "methodology") == {str(day): [90, "1"] for day in DAYS}


def test_the_rater_who_counted_then_counts_for_then(store):
    said = [
        observation("a", item, level, "2025-01-01", rater)
        for item in ALL_FACTORS
        for rater, level in (("csm", 2), ("sales", 4))
    ]
    add(store, "a.csv", None, said)
    old = rules(version="1", raters=Raters(order=("sales", "csm")))
    new = rules(version="2", raters=Raters(order=("csm", "sales")))
    then = by_version({MARCH: old, JUNE: new})
    found = score_history([(m, store.history(days, m)) for m, days in then])
    assert values(found, "cmi_level") == {"2025-03-31": [4], "2025-06-30": [2]}


def test_scores_of_several_versions_have_what_each_of_them_asks(store):
    # The later version asks for calls, no longer for tickets, and for a csat in words.
    changed = document()
    changed["version"] = "2"
    _logins, tickets, _sponsor, csat = changed["drivers"]
    tickets["key"] = "calls"
    for bound in ("worst", "best"):
        del csat[bound]
    csat["categories"] = {"low": 0, "high": 100}
    new = from_document(changed)
    said = [observation("a", item, value, "2025-01-01") for item, value in WHOLE.items()]
    said += [
        observation("a", "calls", 0, "2025-05-01"),
        observation("a", "csat", "high", "2025-05-01"),
    ]
    add(store, "a.csv", None, said)
    parts = [(rules(), store.history([MARCH], rules())), (new, store.history([JUNE], new))]
    found = score_history(parts)
    assert found["chs"].tolist() == [100, 100]
    assert found["tickets"].isna().tolist() == [False, True]
    assert found["calls"].isna().tolist() == [True, False]
    assert found["csat"].tolist() == ["5.0", "high"]


def test_rules_that_come_back_score_their_days_in_order(store):
    add(store, "a.csv", [customer("b", "2025-01-01"), customer("a", "2025-01-01")])
    one, two = rules(version="1"), rules(version="2")
    then = by_version({SEPTEMBER: one, JUNE: two, MARCH: one})
    assert then == ((one, (MARCH, SEPTEMBER)), (two, (JUNE,)))
    found = score_history([(m, store.history(days, m)) for m, days in then])
    assert found["period"].dt.month.tolist() == [3, 3, 6, 6, 9, 9]
    assert found["customer_id"].tolist() == ["a", "b"] * 3
    assert found["methodology"].tolist() == ["1", "1", "2", "2", "1", "1"]


def test_the_scores_of_a_history_are_those_of_its_days(sample):
    methodology = shipped()
    days = period_ends(sample.days()[0], sample.days()[-1], most=6)
    found = score_history([(methodology, sample.history(days, methodology))], "3x3")
    for day in days:
        alone = score(sample.snapshot(day, methodology), methodology, "3x3")
        then = found[found["period"] == pd.Timestamp(day)].reset_index(drop=True)
        pd.testing.assert_frame_equal(then.drop(columns="methodology"), alone)
    assert np.isfinite(found["cmi"]).any()
    assert set(found["methodology"]) == {methodology.version}
