from __future__ import annotations

from bisect import bisect_right

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import rules

from cmi.methodology import BANDS, Cuts, GridCuts
from cmi.scenarios import scenario_of


def scenarios_at(points, grid="2x2", methodology=None):
    frame = pd.DataFrame(points, columns=["cmi", "chs"], dtype="float64")
    expression = scenario_of(methodology or rules(), grid, frame.columns)
    return nw.from_native(frame).select(scenario=expression).to_native()["scenario"].tolist()


def test_two_cuts_make_four_quadrants():
    assert scenarios_at([(10, 10), (90, 10), (10, 90), (90, 90)]) == [
        "low_low",
        "high_low",
        "low_high",
        "high_high",
    ]


def test_a_value_equal_to_a_cut_belongs_to_the_upper_side():
    assert scenarios_at([(50, 50), (50, 49.99), (49.99, 50)]) == [
        "high_high",
        "high_low",
        "low_high",
    ]


def test_a_score_just_below_a_cut_by_rounding_counts_as_the_cut():
    # Six decimals: 49.9999999 is 50, 49.999999 is not.
    assert scenarios_at([(49.9999999, 50), (49.999999, 50), (50.0000001, 50)]) == [
        "high_high",
        "low_high",
        "high_high",
    ]


def test_a_third_is_on_the_cut_however_it_was_summed():
    third = sum([100 / 9] * 3)
    assert scenarios_at([(third, 2 * third), (33.3333, 66.6666)], "3x3") == ["mid_high", "low_mid"]


def test_the_ends_of_the_axes_have_a_scenario():
    assert scenarios_at([(0, 0), (100, 100), (0, 100)], "3x3") == [
        "low_low",
        "high_high",
        "low_high",
    ]


def test_without_both_scores_there_is_no_scenario():
    found = scenarios_at([(np.nan, 90), (90, np.nan), (np.nan, np.nan)])
    assert pd.isna(found).all()


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@given(points=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=50))
def test_the_cells_of_a_grid_share_the_plane_without_gap_or_overlap(grid, points):
    cuts = {"2x2": (50,), "3x3": (33.333333, 66.666667)}[grid]
    bands = BANDS[grid]
    expected = [
        "_".join(bands[bisect_right(cuts, round(value, 6))] for value in point) for point in points
    ]
    assert scenarios_at(points, grid) == expected


def test_cuts_of_the_methodology_move_the_border_of_their_axis_only():
    moved = GridCuts(two=Cuts(cmi=(30,), chs=(80,)), three=rules().cuts.three)
    found = scenarios_at([(40, 70), (40, 80), (20, 80)], methodology=rules(cuts=moved))
    assert found == ["high_low", "high_high", "low_high"]
