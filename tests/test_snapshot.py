from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import ALL_FACTORS, DAY, add, customer, loaded, observation, origin, outcome, rules

from cmi.methodology import Raters, shipped
from cmi.scoring import score
from cmi.store import Store


def snapshot(store, on=DAY, methodology=None):
    return store.snapshot(on, methodology or rules()).set_index("customer_id")


def value(store, item="logins", on=DAY, methodology=None):
    return snapshot(store, on, methodology).loc["a", item]


# What was known on a day


def test_a_customer_has_the_attributes_of_then(store):
    rows = [
        customer("a", "2026-01-10", name="Acme", arr=100.0, Size="S"),
        customer("a", "2026-02-10", name="Acme Ltd", arr=120.0, Size="L"),
    ]
    add(store, "a.csv", rows)
    assert snapshot(store, date(2026, 1, 10)).loc["a", ["name", "arr", "Size"]].tolist() == [
        "Acme",
        100,
        "S",
    ]
    assert snapshot(store, date(2026, 2, 9)).loc["a", "Size"] == "S"
    assert snapshot(store, date(2026, 2, 10)).loc["a", ["name", "arr", "Size"]].tolist() == [
        "Acme Ltd",
        120,
        "L",
    ]
    assert snapshot(store, date(2026, 1, 9)).empty


def test_a_field_that_is_not_said_again_keeps_what_was_said_before(store):
    add(store, "1.csv", [customer("a", "2026-01-10", owner="Ana", arr=100.0, Size="S")])
    add(store, "2.csv", [customer("a", "2026-01-20", owner="Ben", Stage="Live")])
    found = snapshot(store).loc["a"]
    assert found[["owner", "arr", "Size", "Stage"]].tolist() == ["Ben", 100, "S", "Live"]


def test_an_attribute_known_only_later_counts_for_earlier_days_as_the_earliest_known(store):
    add(store, "o.csv", None, [observation("a", "logins", 20, "2026-01-05")])
    add(store, "c.csv", [customer("a", "2026-03-01", name="Acme", Size="S")])
    add(store, "d.csv", [customer("a", "2026-06-01", name="Acme Inc", Size="L")])
    found = snapshot(store, date(2026, 1, 5)).loc["a"]
    assert found[["name", "Size"]].tolist() == ["Acme", "S"]


def test_of_two_imports_about_one_day_the_newer_counts_before_and_after_that_day(store):
    add(store, "o.csv", None, [observation("a", "logins", 20, "2026-01-05")])
    add(store, "c.csv", [customer("a", "2026-03-01", name="Acme", Size="S")])
    add(store, "d.csv", [customer("a", "2026-03-01", name="Acme Inc", Size="L")])
    for on in (date(2026, 1, 5), date(2026, 3, 1), date(2026, 4, 1)):
        assert snapshot(store, on).loc["a", ["name", "Size"]].tolist() == ["Acme Inc", "L"]


def test_an_older_day_that_is_imported_later_does_not_win(store):
    add(store, "new.csv", [customer("a", "2026-03-01", Size="L")])
    add(store, "old.csv", [customer("a", "2026-01-01", Size="S")])
    assert snapshot(store, date(2026, 3, 1)).loc["a", "Size"] == "L"


def test_the_latest_observation_on_or_before_the_day_counts_with_its_age(store):
    said = [
        observation("a", "logins", 10, "2026-01-01"),
        observation("a", "logins", 20, "2026-01-21"),
        observation("a", "logins", 30, "2026-02-01"),
        observation("a", "sponsor", "Named", "2026-01-11"),
    ]
    add(store, "a.csv", None, said)
    found = snapshot(store, date(2026, 1, 31)).loc["a"]
    assert found[["logins", "logins__age"]].tolist() == [20, 10]
    assert found[["sponsor", "sponsor__age"]].tolist() == ["Named", 20]
    assert np.isnan(found["csat"])
    assert np.isnan(found["csat__age"])
    assert found["period"] == pd.Timestamp("2026-01-31")
    assert snapshot(store, date(2026, 1, 20)).loc["a", "logins"] == 10


def test_a_newer_import_of_the_same_day_wins(store):
    add(store, "1.csv", None, [observation("a", "logins", 10)])
    add(store, "2.csv", None, [observation("a", "logins", 30)])
    assert value(store) == 30


def test_a_customer_without_a_name_is_shown_by_its_id(store):
    add(store, "1.csv", [customer("00123")], [observation("a", "logins", 10)])
    assert snapshot(store)["name"].to_dict() == {"00123": "00123", "a": "a"}


def test_columns_keep_their_types_when_nothing_is_known(store):
    add(store, "1.csv", [customer("a", Size="S")])
    found = store.snapshot(DAY, shipped())
    whole = store.snapshot(date(2020, 1, 1), shipped())
    assert whole.empty
    assert list(whole.columns) == list(found.columns)
    for frame in (found, whole):
        assert frame[["name", "owner", "currency", "sponsor", "Size"]].dtypes.eq("str").all()
        assert frame[["arr", "logins" if "logins" in frame else "usage"]].dtypes.eq("float64").all()
        dates = frame[["period", "start_date", "renewal_date", "left_on"]].dtypes
        assert dates.eq("datetime64[us]").all()


# Raters


def test_the_csm_wins_over_sales_and_sales_over_marketing_even_when_older(store):
    said = [
        observation("a", "people_roles", 2, "2026-01-01", "csm"),
        observation("a", "people_roles", 4, "2026-01-20", "sales"),
        observation("a", "people_roles", 5, "2026-01-30", "marketing"),
        observation("a", "people_skills", 3, "2026-01-01", "sales"),
        observation("a", "people_skills", 4, "2026-01-20", "marketing"),
    ]
    add(store, "a.csv", None, said)
    found = snapshot(store).loc["a"]
    assert found[["people_roles", "people_roles__age"]].tolist() == [2, 30]
    assert found["people_skills"] == 3


def test_a_rater_whom_the_methodology_does_not_know_counts_last(store):
    said = [
        observation("a", "people_roles", 2, "2026-01-01", "marketing"),
        observation("a", "people_roles", 5, "2026-01-30", "intern"),
        observation("a", "people_skills", 5, "2026-01-30", "intern"),
    ]
    add(store, "a.csv", None, said)
    assert snapshot(store).loc["a", ["people_roles", "people_skills"]].tolist() == [2, 5]


@pytest.mark.parametrize("by", ["order", "mean"])
def test_what_customers_say_of_themselves_is_kept_apart(store, by):
    said = [
        observation("a", "people_roles", 5, "2026-01-30", "customer"),
        observation("a", "people_skills", 4, "2026-01-30", "customer"),
        observation("a", "people_skills", 2, "2026-01-01", "csm"),
        observation("a", "logins", 20, "2026-01-30", "customer"),  # a driver is no opinion
        observation("b", "people_roles", 5, "2026-01-30", "customer"),
    ]
    add(store, "a.csv", None, said)
    found = snapshot(store, methodology=rules(raters=Raters(by=by)))
    assert np.isnan(found.loc["a", "people_roles"])
    assert found.loc["a", ["people_skills", "logins"]].tolist() == [2, 20]
    # Somebody who has only rated themselves is a customer all the same, without a score.
    assert np.isnan(found.loc["b", "people_roles"])
    assert len(store.ratings(DAY, "a")) == 4


def test_by_mean_the_latest_of_each_rater_counts_by_weight(store):
    said = [
        observation("a", "people_roles", 1, "2025-12-01", "csm"),
        observation("a", "people_roles", 2, "2026-01-01", "csm"),
        observation("a", "people_roles", 5, "2026-01-21", "sales"),
        observation("a", "people_roles", 4, "2026-01-11", "intern"),
        observation("a", "logins", 10, "2026-01-01", "csm"),
        observation("a", "logins", 20, "2026-01-02", "sales"),
    ]
    add(store, "a.csv", None, said)
    raters = Raters(by="mean", order=(), weights=(("csm", 2.0), ("sales", 1.0)))
    found = snapshot(store, methodology=rules(raters=raters)).loc["a"]
    # (2*2 + 1*5 + 1*4)/4 = 3.25, as old as the youngest of them; a driver is its latest value
    assert found[["people_roles", "people_roles__age"]].tolist() == [3.25, 10]
    assert found["logins"] == 20


def test_by_mean_raters_of_weight_zero_leave_nothing_to_count(store):
    add(store, "a.csv", None, [observation("a", "people_roles", 5, rater="csm")])
    raters = Raters(by="mean", order=(), weights=(("csm", 0.0), ("sales", 1.0)))
    assert np.isnan(value(store, "people_roles", methodology=rules(raters=raters)))


@pytest.mark.parametrize("by", ["order", "mean"])
def test_several_answers_of_one_rater_on_one_day_are_averaged(store, by):
    said = [observation("a", "people_roles", level) for level in (1, 4, 4)]
    add(store, "a.csv", None, said)
    methodology = rules(raters=Raters(by=by))
    assert value(store, "people_roles", methodology=methodology) == 3
    assert store.ratings(DAY, "a")["value"].tolist() == [3]


@settings(max_examples=20)
@given(order=st.permutations(range(6)))
def test_the_order_of_rows_in_a_file_does_not_matter(order):
    said = [
        observation("a", "logins", 10, rater="csm"),
        observation("a", "logins", 40, rater="sales"),
        observation("a", "sponsor", "Named", rater="csm"),
        observation("a", "sponsor", "Advocate", rater="sales"),
        observation("a", "people_roles", 2, rater="intern"),
        observation("a", "people_roles", 5, rater="guest"),
    ]
    frames = []
    for rows in (said, [said[n] for n in order]):
        store = Store()
        store.add([(origin("a.csv"), loaded(None, rows))])
        frames += [store.snapshot(DAY, rules(raters=Raters(by=by))) for by in ("order", "mean")]
        store.close()
    pd.testing.assert_frame_equal(frames[0], frames[2])
    pd.testing.assert_frame_equal(frames[1], frames[3])


# Leaving


def test_a_customer_who_churned_has_left_from_that_day_on(store):
    add(
        store, "c.csv", [customer("a", "2026-01-01")], None, [outcome("a", "churned", "2026-01-20")]
    )
    assert pd.isna(value(store, "left_on", date(2026, 1, 19)))
    assert value(store, "left_on", date(2026, 1, 20)) == pd.Timestamp("2026-01-20")
    assert value(store, "left_on", date(2027, 1, 1)) == pd.Timestamp("2026-01-20")


def test_who_is_still_listed_on_the_day_of_leaving_has_left(store):
    seen = [observation("a", "logins", 1, "2026-01-20")]
    add(
        store,
        "crm.csv",
        [customer("a", "2026-01-20")],
        seen,
        [outcome("a", "renewed", "2025-01-20")],
    )
    add(store, "left.csv", None, None, [outcome("a", "churned", "2026-01-20")])
    assert value(store, "left_on") == pd.Timestamp("2026-01-20")


def test_a_list_that_says_who_left_and_when_does_not_bring_them_back(store):
    listed = [customer(i, "2026-03-31", Status=s) for i, s in (("a", "Former"), ("b", "Active"))]
    usage = [observation("a", "logins", 0, "2026-03-31")]
    add(store, "crm.csv", listed, usage, [outcome("a", "churned", "2026-02-15")])
    found = snapshot(store, date(2026, 4, 1))["left_on"]
    assert found["a"] == pd.Timestamp("2026-02-15")
    assert pd.isna(found["b"])
    add(store, "crm in April.csv", [customer("a", "2026-04-30")])
    assert pd.isna(value(store, "left_on", date(2026, 4, 30)))


@pytest.mark.parametrize(
    "later",
    [
        ([customer("a", "2026-02-10")],),
        (None, [observation("a", "logins", 5, "2026-02-10")]),
        (None, None, [outcome("a", "contracted", "2026-02-10")]),
    ],
)
def test_a_customer_who_is_heard_of_later_has_come_back(store, later):
    add(
        store, "c.csv", [customer("a", "2026-01-01")], None, [outcome("a", "churned", "2026-01-20")]
    )
    add(store, "later.csv", *later)
    assert value(store, "left_on", date(2026, 2, 9)) == pd.Timestamp("2026-01-20")
    assert pd.isna(value(store, "left_on", date(2026, 2, 10)))


# Over time


def test_a_year_of_snapshots_scores_each_day_from_what_was_known_then(store):
    start = date(2025, 1, 1)
    said = [
        observation("a", item, 1 + month % 5, str(start + timedelta(days=30 * month)))
        for month in range(12)
        for item in ALL_FACTORS
    ]
    add(store, "a.csv", None, said)
    levels = [
        score(store.snapshot(start + timedelta(days=30 * month + 29), rules()), rules())[
            "cmi_level"
        ].item()
        for month in range(12)
    ]
    assert levels == [1 + month % 5 for month in range(12)]


# People who answer for one rater

BY = pytest.mark.parametrize("by", ["order", "mean"])


def answer(who: str | None, level: float, on: str, rater: str = "csm"):
    return observation("a", "people_roles", level, on, rater, respondent=who)


@BY
def test_people_who_answer_one_survey_are_averaged_each_with_their_last_answer(store, by):
    said = [
        answer("Ann", 1, "2026-01-04"),
        answer("Ann", 3, "2026-01-10"),
        answer("Bob", 5, "2026-01-20"),
        answer("Cid", 1, "2025-12-23"),  # 28 days before Bob: another survey
        answer("Dee", 4, "2025-12-24"),  # 27 days
    ]
    add(store, "survey.csv", None, said)
    found = snapshot(store, methodology=rules(raters=Raters(by=by))).loc["a"]
    assert found[["people_roles", "people_roles__age"]].tolist() == [(3 + 5 + 4) / 3, 11]
    assert store.ratings(DAY, "a")["respondent"].tolist() == ["Ann", "Bob", "Cid", "Dee"]


@BY
def test_a_later_file_replaces_the_people_of_an_earlier_one(store, by):
    add(store, "survey.csv", None, [answer("Ann", 1, "2026-01-04"), answer("Bob", 2, "2026-01-05")])
    add(store, "again.csv", None, [answer("Cid", 5, "2026-01-06")])
    assert value(store, "people_roles", methodology=rules(raters=Raters(by=by))) == 5


@BY
def test_an_answer_without_a_name_is_replaced_by_a_newer_survey_and_not_by_an_older_one(store, by):
    methodology = rules(raters=Raters(by=by))
    add(store, "a.csv", None, [answer(None, 2, "2026-01-05")])
    add(store, "b.csv", None, [answer("Ann", 4, "2026-01-04"), answer("Bob", 5, "2026-01-04")])
    assert value(store, "people_roles", methodology=methodology) == 2
    add(store, "c.csv", None, [answer("Ann", 4, "2026-01-06"), answer("Bob", 5, "2026-01-06")])
    assert value(store, "people_roles", methodology=methodology) == 4.5


def test_the_people_of_one_rater_do_not_outvote_another_rater(store):
    said = [answer("Ann", 5, "2026-01-20", "sales"), answer("Bob", 5, "2026-01-21", "sales")]
    add(store, "a.csv", None, [*said, answer("Cid", 1, "2026-01-01", "csm")])
    assert value(store, "people_roles") == 1
    raters = Raters(by="mean", order=(), weights=(("csm", 1.0), ("sales", 1.0)))
    assert value(store, "people_roles", methodology=rules(raters=raters)) == 3
