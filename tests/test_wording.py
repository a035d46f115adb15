from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from cmi.words import MISSING, NBSP, count, day, listed, money, points, share, signed


def plain(said):
    """Numbers hold together with their unit: the spaces between them do not break a line."""
    assert " " not in said
    return said.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (date(2026, 3, 3), "3 Mar 2026"),
        (datetime(2026, 12, 31, 23, 59), "31 Dec 2026"),  # noqa: DTZ001
        (pd.Timestamp("2026-01-01"), "1 Jan 2026"),
        (None, MISSING),
        (pd.NaT, MISSING),
    ],
)
def test_a_day_is_said_with_the_name_of_its_month(when, said):
    assert plain(day(when)) == said


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0.0, "0"),
        (61.6, "62"),
        (100.0, "100"),
        (None, MISSING),
        (np.nan, MISSING),
        (pd.NA, MISSING),
    ],
)
def test_a_score_is_said_without_decimals(score, said):
    assert points(score) == said


@pytest.mark.parametrize(
    ("score", "cuts", "said"),
    [
        (49.7, (), "50"),
        (49.7, (50,), "49.7"),
        (49.97, (33, 50), "49.9"),
        (49.4, (50,), "49"),
        (50.0, (50,), "50"),
        (50.4, (50,), "50"),
        (np.nan, (50,), MISSING),
    ],
)
def test_a_score_is_not_rounded_over_a_cut_that_it_does_not_reach(score, cuts, said):
    assert points(score, cuts) == said


@pytest.mark.parametrize(
    ("difference", "said"),
    [(3.4, "+3"), (-14.2, "−14"), (0.4, "±0"), (-0.4, "±0"), (0, "±0"), (np.nan, MISSING)],
)
def test_a_change_is_said_with_its_sign(difference, said):
    assert signed(difference) == said


@pytest.mark.parametrize(
    ("part", "said"), [(0.314, "31 %"), (0, "0 %"), (1, "100 %"), (np.nan, MISSING)]
)
def test_a_share_is_said_in_percent(part, said):
    assert plain(share(part)) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 USD"),
        (950, "950 USD"),
        (9999, "9,999 USD"),
        (9999.4, "9,999 USD"),
        (9999.5, "10 k USD"),
        (12_345, "12.3 k USD"),
        (340_000, "340 k USD"),
        (999_499, "999 k USD"),
        (999_500, "1 M USD"),
        (1_234_567, "1.2 M USD"),
        (99_949_000, "99.9 M USD"),
        (99_950_000, "100 M USD"),
        (999_499_999, "999 M USD"),
        (999_500_000, "1 bn USD"),
        (2_340_000_000_000, "2,340 bn USD"),
        (-1_234_567, "-1.2 M USD"),
        (-0.3, "0 USD"),
        (None, MISSING),
        (np.nan, MISSING),
        (pd.NA, MISSING),
    ],
)
def test_money_is_said_in_short_with_its_currency(amount, said):
    assert plain(money(amount, "USD")) == said


def test_money_without_a_currency_ends_with_the_number():
    assert plain(money(1_234_567)) == "1.2 M"
    assert plain(money(950)) == "950"


def test_things_are_counted_with_their_noun():
    assert count(1, "customer") == "1 customer"
    assert count(0, "customer") == "0 customers"
    assert count(1240, "customer") == "1,240 customers"
    assert count(2, "customer is", "customers are") == "2 customers are"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c, d and e"),
        (list("abcdef"), "a, b, c, d and 2 more"),
    ],
)
def test_a_list_of_names_ends_with_what_is_left_out(names, said):
    assert listed(names) == said


def test_a_list_may_be_cut_after_one_name():
    assert listed(["a", "b", "c"], most=2) == "a and 2 more"
