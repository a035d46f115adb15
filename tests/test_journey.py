"""The way of one customer and what happened on it, worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from histories import Q1, Q2, Q3, history
from placed import at, said
from portfolios import ALL_FACTORS, add, customer, observation, outcome, rules

from cmi.customer import journey
from cmi.methodology import shipped
from cmi.quarters import quarter_ends
from cmi.sample import sample_store

RULES = rules()


def way(*places):
    """The way over up to three quarters: (cmi, chs) or what else is known of each."""
    periods = zip((Q1, Q2, Q3), places, strict=False)
    return history({
        when: {"a": at(*place) if isinstance(place, tuple) else place} for when, place in periods
    })  # fmt: skip


def words(*places):
    return said(journey.way_in_words(way(*places), RULES, "2x2"))


# The way in words


def test_the_way_is_told_from_the_first_quarter_to_the_last():
    assert words((60, 80), (60, 70), (60, 90)) == (
        "Since 31 Mar 2025 health went from 80 to 90 and maturity is at 60 as then."
    )


def test_a_score_that_came_later_is_told_since_then():
    healthy = {"logins": 40, "tickets": 2, "csat": 4.2}  # 80 each
    assert words(healthy, (20, 70), (40, 60)) == (
        "Since 31 Mar 2025 health went from 80 to 60. "
        "Since 30 Jun 2025 maturity went from 20 to 40."
    )


def test_a_score_that_is_no_longer_known_is_said_to_be():
    healthy = {"logins": 40, "tickets": 2, "csat": 4.2}
    assert "maturity went from 20 to 40 (last known on 30 Jun 2025)" in words(
        (20, 80), (40, 80), healthy
    )


def test_the_last_cut_that_was_crossed_is_named():
    crossed = words((20, 40), (60, 40), (60, 60))
    assert crossed.endswith("It went from high CMI, low CHS to high CMI, high CHS by 30 Sep 2025.")
    assert "It went" not in words((60, 60), (70, 70), (80, 80))


def test_a_quarter_without_a_place_is_no_crossing():
    assert "It went" not in words((60, 60), {}, (70, 70))


@pytest.mark.parametrize("places", [[], [{}], [{}, {}], [(50, 50)], [{}, (50, 50)]])
def test_before_two_periods_have_a_score_there_is_no_way(places):
    frame = way(*places) if places else way((1, 1)).head(0)
    assert journey.way_in_words(frame, RULES, "2x2") == ""


# What rests on stale values


def test_a_place_is_hollow_where_all_that_a_score_rests_on_is_stale():
    frame = way((50, 50), (50, 50), {}).assign(
        cmi_stale=[0.99, 1.0, np.nan], chs_stale=[0.0, 1 - 1e-9, np.nan]
    )
    found = journey.hollow(frame)
    assert found["cmi_hollow"].tolist() == [False, True, False]
    assert found["chs_hollow"].tolist() == [False, True, False]
    assert found["stale"].tolist() == ["", "health and maturity from stale values only", ""]


# Assessments


def events(*rows):
    """Events as (day, kind, what, levels or amount)."""
    return pd.DataFrame(
        [
            {
                "date": pd.Timestamp(day),
                "kind": kind,
                "what": what,
                "levels": number if kind == "assessed" else np.nan,
                "amount": number if kind != "assessed" else np.nan,
                "note": None,
            }
            for day, kind, what, number in rows
        ],
        columns=["date", "kind", "what", "levels", "amount", "note"],
    ).astype({"note": "str"})


def test_levels_given_within_four_weeks_are_one_assessment():
    told = events(
        ("2025-05-01", "assessed", "csm", 12),
        ("2025-06-03", "assessed", "csm", 6),
        ("2025-06-30", "assessed", "sales", 6),  # 27 days later
        ("2025-07-10", "assessed", "customer", 12),
        ("2025-07-20", "renewed", None, 5),
    )
    ends = journey.assessments(told, ["customer"])
    assert ends == [date(2025, 6, 30), date(2025, 5, 1)]
    assert journey.assessments(told, []) == [
        date(2025, 7, 10), date(2025, 6, 3), date(2025, 5, 1)
    ]  # fmt: skip


def test_levels_of_four_weeks_earlier_are_another_assessment():
    told = events(("2025-06-02", "assessed", "csm", 12), ("2025-06-30", "assessed", "csm", 12))
    assert journey.assessments(told, []) == [date(2025, 6, 30), date(2025, 6, 2)]
    assert journey.assessments(events(), []) == []


def test_what_happened_is_told_with_the_age_of_the_newest_assessment():
    told = events(
        ("2025-05-01", "assessed", "csm", 12),
        ("2025-06-30", "expanded", None, 5),
        ("2025-08-31", "assessed", "csm", 12),
    )
    assert said(journey.happened_in_words(told, RULES, date(2025, 9, 30))) == (
        "2 assessments, the newest 30 days old. Last outcome: expanded on 30 Jun 2025."
    )
    assert journey.happened_in_words(events(), RULES, date(2025, 9, 30)) == (
        "It was never assessed. No outcome is known."
    )


# The time line


def test_each_day_stands_in_its_lane_with_a_sentence():
    told = events(
        ("2025-05-01", "assessed", "csm", 12),
        ("2025-05-01", "assessed", "customer", 1),
        ("2025-06-30", "renewed", None, 250_000),
        ("2025-07-01", "churned", None, np.nan),
        ("2025-07-02", "decided", "high_low", np.nan),
        ("2025-07-03", "decided", "gone_<b>", np.nan),
    )
    found = journey.happenings(told, RULES, "EUR")
    assert [said(" | ".join(row[1:])) for row in found.itertuples(index=False)] == [
        "Assessed | csm and customer | 12 levels by csm and 1 level by customer",
        "Outcome | renewed | Renewed, 250 k EUR",
        "Outcome | churned | Churned",
        "Decided | high CMI, low CHS | Agreed on high CMI, low CHS",
        "Decided | gone_<b> | Agreed on gone_<b>",
    ]
    assert list(journey.happenings(events(), RULES, "").columns) == [
        "date", "lane", "label", "hint"
    ]  # fmt: skip


# As the store tells it


def test_the_store_tells_levels_and_outcomes_of_one_customer_up_to_the_day(store):
    levels = [observation("a", factor, 3, on="2025-05-01") for factor in ALL_FACTORS[:5]]
    add(
        store,
        "a.csv",
        [customer("a"), customer("b")],
        [
            *levels,
            observation("a", "logins", 3, on="2025-05-02"),
            observation("a", ALL_FACTORS[0], 4, on="2025-05-03", rater="customer"),
            observation("b", ALL_FACTORS[0], 4, on="2025-05-03"),
            observation("a", ALL_FACTORS[0], 4, on="2026-05-03"),
        ],
        [outcome("a", "renewed", "2025-06-01", 7.0), outcome("b", "churned", "2025-06-01")],
    )
    told = store.events(date(2025, 12, 31), "a", RULES).astype({"what": "object"})
    assert told[["kind", "what", "levels", "amount"]].fillna(-1).to_numpy().tolist() == [
        ["assessed", "csm", 5, -1],
        ["assessed", "customer", 1, -1],
        ["renewed", -1, -1, 7],
    ]
    assert told["date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2025-05-01", "2025-05-03", "2025-06-01"
    ]  # fmt: skip
    assert store.events(date(2025, 12, 31), "nobody", RULES).empty


def test_of_a_decision_the_last_word_on_its_quarter_counts(store):
    with store._writing() as cursor:
        for number, (period, scenario, note, at_time) in enumerate([
            ("2025-06-30", "low_low", "first", "2025-07-01 10:00"),
            ("2025-06-30", "high_low", "second", "2025-07-02 10:00"),
            ("2025-09-30", "high_high", None, "2025-10-01 10:00"),
        ]):  # fmt: skip
            cursor.execute(
                "INSERT INTO decision (id, customer_id, period, as_of, grid, scenario, reason, "
                "note, reviewed, by_whom, decided_at) "
                "VALUES (?, 'a', ?, ?, '2x2', ?, 'because', ?, true, 'Ana', ?)",
                [number, period, period, scenario, note, at_time],
            )
    told = store.events(date(2025, 12, 31), "a", RULES)
    assert told[["kind", "what", "note"]].to_numpy().tolist() == [
        ["decided", "high_low", "second"],
        ["decided", "high_high", "because"],
    ]
    assert len(store.events(date(2025, 9, 30), "a", RULES)) == 1


def test_the_history_of_one_customer_is_the_same_alone_as_among_all():
    everybody, method = sample_store(), shipped()
    ends = quarter_ends(everybody.days()[0], everybody.days()[-1])
    among = everybody.history(ends, method)
    churned = among.loc[among["left_on"].notna(), "customer_id"].iloc[0]
    newest = among["customer_id"][among["period"] == among["period"].max()].iloc[-1]
    for who in ("C-0001", "C-0144", churned, newest):  # C-0144: four raters
        alone = everybody.history(ends, method, who)
        same = among[among["customer_id"] == who].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, same, check_dtype=False)
    assert everybody.history(ends, method, "nobody").empty
    assert len(everybody.history(ends, method)) == len(among)  # nothing of it stays behind
