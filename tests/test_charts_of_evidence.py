"""Charts of evidence and certainty: what they hold, and that no name can do harm in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from placed import at, scored
from portfolios import rules

from cmi import charts
from cmi.charts import Look

EVIL = "<img src=x onerror=alert(1)>"
HARMLESS = "&lt;img src=x onerror=alert(1)&gt;"
ROWS = pd.DataFrame(
    {
        "label": [EVIL, "b"],
        "value": [0.6, 0.5],
        "low": [0.5, 0.4],
        "high": [0.8, 0.6],
        "hint": [EVIL, ""],
    }
)


@pytest.mark.parametrize("dark", [False, True])
def test_an_interval_reaches_from_low_to_high_around_its_value(dark):
    (trace,) = charts.intervals(ROWS, Look(dark), axis="AUC", middle=0.5).data
    assert list(trace.x) == [0.6, 0.5]
    assert list(trace.error_x.array) == pytest.approx([0.2, 0.1])
    assert list(trace.error_x.arrayminus) == pytest.approx([0.1, 0.1])


def test_labels_and_hints_are_escaped_and_stand_in_order_from_the_top():
    figure = charts.intervals(ROWS.assign(said=[EVIL, ""]), Look(), axis="AUC")
    assert list(figure.layout.yaxis.ticktext) == [HARMLESS, "b"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.data[0].customdata[0] == [HARMLESS, HARMLESS]
    assert [a.text for a in figure.layout.annotations] == [HARMLESS]


def test_a_mark_at_zero_does_not_lie_on_the_names():
    at_zero = ROWS.assign(value=[0.0, 0.5], low=[0.0, 0.4])
    low, high = charts.intervals(at_zero, Look(), axis="%").layout.xaxis.range
    assert low < 0
    assert high > 0.8
    below = charts.intervals(ROWS.assign(low=-0.1), Look(), axis="points", middle=0)
    assert below.layout.xaxis.range is None  # the axis finds its own ends


def test_what_was_foretold_is_a_mark_of_its_own():
    figure = charts.intervals(ROWS.assign(expected=[0.7, 0.2]), Look(), axis="%")
    assert list(figure.data[1].x) == [0.7, 0.2]
    assert figure.data[1].marker.symbol == "diamond-open"


def test_scenarios_have_their_colour_and_shape():
    named = {s.key: s for s in rules().grid("2x2")}
    rows = ROWS.assign(scenario=["low_low", "high_high"])
    (trace,) = charts.intervals(rows, Look(), axis="%", scenarios=named).data
    assert list(trace.marker.color) == ["#101010", "#101010"]
    assert list(trace.marker.symbol) == ["circle", "circle"]


def test_less_goes_to_the_left_and_more_to_the_right():
    rows = pd.DataFrame(
        {"label": [EVIL, EVIL], "by": [-0.05, 0.05], "value": [2.0, 3.0], "hint": [EVIL, ""]}
    )
    less, more = charts.tornado(rows, Look(), axis="% of customers").data
    assert (list(less.x), list(more.x)) == ([-2], [3])
    assert less.y[0] == more.y[0] == HARMLESS
    assert less.customdata[0] == [HARMLESS]
    figure = charts.tornado(rows, Look(), axis="%")
    assert "-" not in "".join(figure.layout.xaxis.ticktext)  # both sides count up


def test_who_is_doubtful_is_drawn_fuller_and_larger():
    scores = scored({"sure": at(90, 90, name=EVIL), "doubtful": at(51, 90), "none": {}})
    sure = pd.Series([1.0, 0.5, np.nan], index=scores.index)
    (trace,) = charts.certain(scores, sure, rules(), "2x2", Look()).data
    shown = {row[0]: n for n, row in enumerate(trace.customdata)}
    assert set(shown) == {"sure", "doubtful"}
    assert trace.marker.opacity[shown["doubtful"]] > trace.marker.opacity[shown["sure"]]
    assert trace.marker.size[shown["doubtful"]] > trace.marker.size[shown["sure"]]
    assert trace.customdata[shown["sure"]][1:] == [HARMLESS, "100"]
