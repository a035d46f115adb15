"""How sure a number is: worked out by hand, and what holds for all draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi.intervals import between, drawn_again, wilson


def of(met, number):
    low, high = wilson(pd.Series([met / number if number else np.nan]), pd.Series([number]))
    return low.iloc[0], high.iloc[0]


def test_a_share_of_ten_has_the_interval_of_wilson():
    # 5 of 10: (0.5 + 1.92/10 -+ 1.96 x sqrt(0.025 + 0.0096)) / 1.384; 0 of 10: up to 0.384 / 1.384
    assert of(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert of(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert of(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)


def test_nobody_has_no_share_and_no_interval():
    assert np.isnan(of(0, 0)).all()


@given(number=st.integers(1, 500), part=st.floats(0, 1))
def test_a_share_lies_in_its_interval_and_that_between_0_and_1(number, part):
    met = round(number * part)
    low, high = of(met, number)
    assert 0 <= low <= met / number + 1e-12
    assert met / number - 1e-12 <= high <= 1


def test_every_draw_has_as_many_members_as_there_are_and_is_the_same_each_time():
    drawn = drawn_again(30, 50)
    assert drawn.shape == (30, 50)
    assert set(drawn.sum(axis=0)) == {30}
    assert drawn.mean(axis=1).std() > 0
    assert (drawn == drawn_again(30, 50)).all()


def test_the_middle_95_percent_leave_a_fortieth_on_each_side_and_what_is_missing():
    assert between([*range(41), np.nan]) == pytest.approx((1, 39))
    assert np.isnan(between([np.nan])).all()
