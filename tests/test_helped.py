from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from decided import plays
from placed import at, scored
from placed import said as plainly

from cmi.review import helped

THEN, NOW = date(2025, 9, 30), date(2026, 1, 31)
WITH = [f"w{n}" for n in range(10)]
WITHOUT = [f"o{n}" for n in range(4)]


def on(day, customers):
    return scored(customers).assign(period=pd.Timestamp(day))


def gave(*customers, **other):
    return plays(*({"customer_id": c, "as_of": str(THEN), **other} for c in customers))


BEFORE = on(THEN, {c: at(80, 40) for c in (*WITH, *WITHOUT)})
# With a play +8 or +12, without +2 or +4.
AFTER = on(
    NOW,
    {
        **{c: at(80, 48 if n % 2 else 52) for n, c in enumerate(WITH)},
        **{c: at(80, 42 if n % 2 else 44) for n, c in enumerate(WITHOUT)},
    },
)


def gain(given=None, before=BEFORE, after=AFTER, score="chs", segment=None):
    given = gave(*WITH) if given is None else given
    return helped.gain(given, {THEN: before}, after, score, segment)


def test_the_gain_is_the_change_with_a_play_less_that_of_similar_customers():
    found = gain()
    assert (found.customers, found.early, found.alone) == (10, 0, 0)
    assert found.change == pytest.approx(10)
    assert found.expected == pytest.approx(3)
    assert found.gain == pytest.approx(7)
    # standard errors: 2 / √10 = 0.63 of those with, 1.15 / √4 = 0.58 of those without
    assert found.low == pytest.approx(7 - 1.96 * 0.86, abs=0.3)
    assert found.high == pytest.approx(7 + 1.96 * 0.86, abs=0.3)
    assert plainly(helped.in_words(found)).startswith(
        "10 customers with a play: health +10.0 points; similar ones without: +3.0. "
        "Difference +7.0 ("
    )
    assert "chance" not in helped.in_words(found)


def test_a_difference_whose_interval_holds_zero_may_be_chance():
    after = on(NOW, {c: at(80, 40 + 9 * (n % 3 - 1)) for n, c in enumerate([*WITH, *WITHOUT])})
    assert "It may be chance." in helped.in_words(gain(after=after))


def test_under_ten_customers_there_is_a_sentence_and_no_number():
    found = gain(gave(*WITH[:9]))
    assert not found.enough
    assert np.isnan([found.change, found.expected, found.gain, found.low, found.high]).all()
    assert plainly(helped.in_words(found)) == (
        "Health: 9 customers with a play can be compared with similar ones, and 10 are needed."
    )


def test_without_three_similar_customers_there_is_nothing_to_compare_with():
    few = BEFORE[~BEFORE["customer_id"].isin(WITHOUT[:2])]
    found = gain(before=few)
    assert (found.customers, found.alone) == (0, 10)
    assert "10 have too few similar ones" in helped.in_words(found)


@pytest.mark.parametrize(
    "then",
    [
        at(20, 40),  # another scenario
        at(80, 39.9),  # the same scenario, other points
        at(80, 40, left_on="2025-09-01"),
    ],
)
def test_who_stood_elsewhere_is_not_similar(then):
    before = on(THEN, {**{c: at(80, 40) for c in WITH}, **dict.fromkeys(WITHOUT, then)})
    assert gain(before=before).alone == 10


def test_similar_is_within_the_same_segment_where_one_is_named():
    segments = ["x"] * 10 + ["y"] * 4
    assert gain(before=BEFORE.assign(Region=segments), segment="Region").alone == 10
    assert gain(before=BEFORE.assign(Region="x"), segment="Region").customers == 10


def test_who_had_a_play_too_is_not_compared_with_unless_it_was_dropped():
    for state, alone in (("open", 11), ("done", 11), ("dropped", 0)):
        given = pd.concat([gave(*WITH), gave(*WITHOUT[:2], state=state)])
        found = gain(given)
        # two of four are left to compare with, too few, and both of them are alone as well
        assert found.alone == (alone + 1 if state != "dropped" else 0), state


def test_a_play_of_the_last_sixty_days_is_too_early_to_tell():
    late = gave(*WITH).assign(as_of=pd.Timestamp("2025-12-03"))
    found = helped.gain(late, {date(2025, 12, 3): BEFORE}, AFTER, "chs")
    assert (found.customers, found.early) == (0, 10)
    assert "10 plays are younger than 60 days" in helped.in_words(found)
    just = late.assign(as_of=pd.Timestamp("2025-12-02"))
    assert helped.gain(just, {date(2025, 12, 2): BEFORE}, AFTER, "chs").customers == 10


def test_a_customer_counts_once_with_its_first_play():
    again = pd.concat([gave(*WITH), gave(*WITH), gave(*WITH).assign(as_of="2025-10-31")])
    assert gain(again.assign(as_of=pd.to_datetime(again["as_of"]))).customers == 10


def test_who_left_since_has_no_change_and_is_counted_among_the_outcomes():
    gone = AFTER.assign(
        left_on=AFTER["left_on"].where(AFTER["customer_id"] != "w0", pd.Timestamp("2025-12-01"))
    )
    assert gain(after=gone).customers == 9
    happened = pd.DataFrame(
        {
            "customer_id": ["w0", "o0", "o1", "w1"],
            "date": pd.to_datetime(["2025-12-01", "2025-12-01", "2025-09-30", "2026-02-01"]),
            "outcome": "churned",
        }
    )
    (row,) = helped.outcomes(gave(*WITH), {THEN: BEFORE}, gone, happened).to_dict("records")
    # after the day, up to the last: w0 of ten, and o0 of four
    assert (row["outcome"], row["customers"], row["met"]) == ("churned", 10, 1)
    assert row["share"] == pytest.approx(0.1)
    assert row["expected"] == pytest.approx(0.25)
    assert row["low"] < 0.1 < row["high"]
    assert plainly(helped.outcome_in_words(row)) == (
        "Churned: 1 of 10 customers with a play, 10 % (2–40 %); of similar ones 25 %."
    )


def test_an_outcome_that_nobody_wrote_down_is_not_told_as_zero():
    nothing = pd.DataFrame({"customer_id": [], "date": pd.to_datetime([]), "outcome": []})
    assert helped.outcomes(gave(*WITH), {THEN: BEFORE}, AFTER, nothing).empty


def test_without_plays_or_customers_nothing_is_said():
    assert gain(plays()).customers == 0
    assert gain(plays(), BEFORE[:0], AFTER[:0]).customers == 0
    assert helped.cases(plays(), {}, AFTER, "chs").empty
    happened = pd.DataFrame(
        {"customer_id": ["o0"], "date": pd.to_datetime(["2025-12-01"]), "outcome": "churned"}
    )
    (row,) = helped.outcomes(plays(), {}, AFTER, happened).to_dict("records")
    assert (
        plainly(helped.outcome_in_words(row)) == "Churned: 0 customers to compare, 10 are needed."
    )


def test_plays_given_by_lot_are_rarely_said_to_help():
    rng = np.random.default_rng(5)
    who = [f"c{n}" for n in range(200)]
    before = on(THEN, {c: at(80, 42) for c in who})
    surprised = 0
    for _ in range(60):
        after = on(NOW, {c: at(80, 45 + rng.normal(0, 5)) for c in who})
        found = gain(gave(*rng.choice(who, 30, replace=False)), before, after)
        surprised += not found.low <= 0 <= found.high
    assert surprised <= 9  # 3 are expected of 60; more than 9 once in two thousand times


def test_it_is_said_that_it_is_no_proof():
    assert "not proof" in helped.NOT_PROOF
