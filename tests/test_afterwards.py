"""What became of the customers of a scenario: worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from placed import said
from portfolios import outcome
from standing import STANDS, history

from cmi.moves.afterwards import in_words, outcomes_after, whom
from cmi.moves.migration import LEFT, NOT_SCORED


def events(*told):
    return pd.DataFrame(
        [{**outcome(*one), "date": pd.Timestamp(one[2])} for one in told],
        columns=["customer_id", "date", "outcome", "amount"],
    )


def became(found, scenario, what, within):
    rows = found.set_index(["scenario", "outcome", "within"]).loc[(scenario, what, within)]
    return rows["customers"], rows["met"], rows["share"]


TOLD = events(
    ("a", "expanded", "2025-05-10"),
    ("a", "churned", "2025-12-01"),
    ("b", "renewed", "2025-08-01"),
    ("c", "churned", "2025-04-01"),
)


def test_outcomes_are_counted_in_windows_that_have_passed_and_do_not_overlap():
    found = outcomes_after(history(STANDS), TOLD, quarters=(1, 2, 4))
    # two quarters back from the end of December is the end of June, where a stood up, b down; the
    # window before begins in December 2024, where nobody is known
    assert became(found, "up", "churned", 2) == (1, 1, 1)
    assert became(found, "down", "renewed", 2) == (1, 1, 1)
    assert became(found, "down", "churned", 2) == (1, 0, 0)
    # windows of one quarter: a, b, c in March; a, b in June; a, b, d in September
    assert became(found, "up", "expanded", 1) == (3, 1, pytest.approx(1 / 3))
    assert became(found, "down", "churned", 1) == (4, 2, 0.5)
    assert became(found, NOT_SCORED, "churned", 1) == (1, 0, 0)


def test_a_window_that_is_still_open_says_nothing_yet():
    found = outcomes_after(history(STANDS), TOLD, quarters=(4,))
    assert found["customers"].tolist() == [0] * 12  # from the end of 2024 on only, if anybody
    assert found[["share", "low", "high"]].isna().all(axis=None)


def test_without_a_history_nothing_is_told_of_outcomes():
    assert outcomes_after(history({"a": ["up"]}).iloc[:0], events()).empty
    alone = outcomes_after(history({"a": ["up"]}), events())
    assert alone["customers"].tolist() == [0] * 8


def test_an_outcome_counts_after_the_first_day_of_its_window_up_to_the_last():
    stands = {c: ["up"] * 3 for c in "abcd"}
    told = events(
        ("a", "renewed", "2025-03-31"),
        ("b", "renewed", "2025-04-01"),
        ("c", "renewed", "2025-09-30"),
        ("d", "renewed", "2025-10-01"),
    )
    assert became(outcomes_after(history(stands), told, (2,)), "up", "renewed", 2) == (4, 2, 0.5)


def test_a_window_that_begins_at_the_end_of_a_month_ends_with_one():
    told = events(("a", "renewed", "2025-12-31"))
    found = outcomes_after(history({"a": ["up"] * 4}), told, (1,))
    assert became(found, "up", "renewed", 1) == (3, 1, pytest.approx(1 / 3))


def test_a_customer_with_two_renewals_in_a_window_counts_once():
    told = events(("a", "renewed", "2025-04-01"), ("a", "renewed", "2025-08-01"))
    found = outcomes_after(history({"a": ["up"] * 3}), told, (2,))
    assert became(found, "up", "renewed", 2) == (1, 1, 1)


def test_who_has_left_is_not_at_risk():
    found = outcomes_after(history({"a": [LEFT] * 3, "b": ["up"] * 3}), TOLD, (2,))
    assert found["scenario"].unique().tolist() == ["up"]
    assert found["customers"].tolist() == [1] * 4


def test_an_outcome_that_nobody_ever_recorded_is_missing_and_not_zero():
    told = events(("a", "churned", "2025-04-10"))
    found = outcomes_after(history({"a": ["up"] * 3, "b": ["up"] * 3}), told, (2,))
    assert became(found, "up", "churned", 2) == (2, 1, 0.5)
    assert became(found, "up", "renewed", 2) == pytest.approx((2, 0, np.nan), nan_ok=True)
    later = pd.concat([told, events(("b", "renewed", "2025-10-15"))])  # after the last period
    found = outcomes_after(history({"a": ["up"] * 3, "b": ["up"] * 3}), later, (2,))
    assert became(found, "up", "renewed", 2) == pytest.approx((2, 0, np.nan), nan_ok=True)


def test_a_share_has_awilson_interval():
    stands = {f"c{n}": ["up"] * 3 for n in range(10)}
    told = events(
        *[(f"c{n}", "renewed", "2025-05-01") for n in range(5)], ("c0", "churned", "2025-01-01")
    )
    found = outcomes_after(history(stands), told, (2,)).set_index("outcome")
    # 5 of 10: (0.5 + 1.92/10 -+ 1.96 x sqrt(0.025 + 0.0096)) / 1.384; 0 of 10: up to 0.384 / 1.384
    assert found.loc["renewed", ["low", "high"]].tolist() == pytest.approx(
        [0.2366, 0.7634], abs=1e-4
    )
    assert found.loc["churned", ["low", "high"]].tolist() == pytest.approx([0, 0.2775], abs=1e-4)


def test_who_is_in_another_segment_is_not_at_risk():
    stands = history({"a": ["up"] * 3, "b": ["up"] * 3})
    elsewhere = stands.assign(elsewhere=stands["customer_id"] == "a")
    assert became(outcomes_after(elsewhere, TOLD, (2,)), "up", "renewed", 2) == (1, 1, 1)


def test_the_customers_behind_a_share_are_listed_with_the_day_the_latest_first():
    facts = {"name": "N", "owner": "O", "arr": 1.0, "cmi": 60.0, "chs": 40.0}
    frame = history({c: ["up"] * 4 for c in "abc"}).assign(**facts)
    told = events(
        ("a", "renewed", "2025-04-01"),
        ("a", "renewed", "2025-05-01"),
        ("b", "renewed", "2025-11-01"),
        ("c", "churned", "2025-11-01"),
    )
    found = whom(frame, told, "up", "renewed", 1)
    assert found[["customer_id", "period", "date"]].to_numpy().tolist() == [
        ["b", pd.Timestamp("2025-09-30"), pd.Timestamp("2025-11-01")],
        ["a", pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-01")],
    ]
    counted = outcomes_after(frame, told, (1,))
    for r in counted.to_dict("records"):
        assert len(whom(frame, told, r["scenario"], r["outcome"], 1)) == r["met"]


# In words

NAMES = {"up": "Retain", "down": "Let go"}


def sentences(stands, told, within=2):
    frame = history(stands)
    return [said(s) for s in in_words(outcomes_after(frame, told, (within,)), NAMES, within)]


def many(place, number, first):
    return {f"c{n}": [place] * 3 for n in range(first, first + number)}


def test_the_scenarios_with_the_most_and_the_least_of_an_outcome_are_named():
    stands = many("up", 100, 0) | many("down", 100, 100)
    told = events(*[(f"c{n}", "churned", "2025-05-01") for n in range(95, 150)])
    # 50 of 100 and 5 of 100, with Wilson's intervals
    assert sentences(stands, told) == [
        "Of Let go 50 % churned within 2 quarters (40–60 %), of Retain 5 % (2–11 %).",
        "Never recorded of anybody: contracted, renewed and expanded.",
    ]


def test_a_difference_within_the_intervals_may_be_chance():
    stands = many("up", 10, 0) | many("down", 10, 10)
    told = events(*[(f"c{n}", "churned", "2025-05-01") for n in (0, 10, 11)])
    assert sentences(stands, told)[0] == (
        "Of Let go 20 % churned within 2 quarters (6–51 %), of Retain 10 % (2–40 %): "
        "the difference may be chance."
    )


def test_one_scenario_has_no_other_to_compare_with_and_few_customers_are_not_told():
    told = events(("c0", "churned", "2025-05-01"))
    assert sentences(many("up", 5, 0), told)[0] == (
        "Of Retain 20 % churned within 2 quarters (4–62 %)."
    )
    assert sentences(many("up", 4, 0), told)[0] == (
        "Churned: fewer than 5 customers in every scenario."
    )


def test_while_no_window_has_passed_that_is_said():
    told = events(("c0", "churned", "2025-05-01"))
    assert sentences(many("up", 5, 0), told, within=4) == [
        "No 4 quarters with scores at their beginning have passed yet."
    ]
