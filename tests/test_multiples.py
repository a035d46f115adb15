"""Small planes of many customers: a density, and those who stand apart from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from placed import at, scored
from portfolios import rules

from cmi import charts
from cmi.charts import Look
from cmi.charts.multiples import ALONE, CROWD


def planes(segments, grid="2x2"):
    return charts.small_planes(segments, rules(), grid, Look())


def marks(figure):
    """Who is drawn as a mark: customer id -> (maturity, health)."""
    return {
        data[1]: (x, y)
        for trace in figure.data
        if isinstance(trace, go.Scatter) and trace.customdata is not None
        for data, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }


def median(figure):
    (cross,) = [t for t in figure.data if t.type == "scatter" and t.customdata is None]
    return cross.x[0], cross.y[0]


def crowd(number, *apart, **fields):
    """So many customers on one spot, (10, 10), and others where they are said to be."""
    frame = scored({"a": at(10, 10, **fields)})
    rows = frame.loc[np.zeros(number, dtype=int)].reset_index(drop=True)
    rows["customer_id"] = [f"c{n}" for n in range(number)]
    others = scored({f"apart{n}": at(*place) for n, place in enumerate(apart)}) if apart else None
    return pd.concat([rows, others], ignore_index=True)


def density(figure):
    (found,) = [t for t in figure.data if t.type == "heatmap"]
    return found


def test_a_crowd_is_a_density_and_who_stands_apart_is_drawn():
    figure = planes({"East": crowd(CROWD, (90, 90), (55, 20))})
    drawn = marks(figure)
    assert len(drawn) == ALONE
    assert drawn["apart0"] == pytest.approx((90, 90))
    assert drawn["apart1"] == pytest.approx((55, 20))


def test_the_density_counts_everybody_where_they_stand():
    found = density(planes({"East": crowd(CROWD, (90, 98))}))
    z = np.asarray(found.z, dtype="float64")
    assert np.isfinite(z).sum() == 2
    # squares of four points: health 10 is in the third row, maturity 10 in the third column
    assert found.text[2][2] == f"{CROWD} customers"
    assert found.text[24][22] == "1 customer"
    assert z[2][2] == pytest.approx(np.log10(CROWD + 1))


def test_a_perfect_score_is_in_the_last_square():
    assert density(planes({"East": crowd(CROWD, (100, 100))})).text[24][24] == "1 customer"


def test_the_median_is_that_of_everybody_also_of_those_who_are_not_drawn():
    assert median(planes({"East": crowd(CROWD, (90, 90), (90, 90))})) == pytest.approx((10, 10))


def test_as_many_as_fit_are_all_drawn():
    figure = planes({"East": crowd(CROWD)})
    assert len(marks(figure)) == CROWD
    assert not [t for t in figure.data if t.type == "heatmap"]


def test_each_customer_stands_on_the_plane_of_its_segment():
    segments = {name: scored({name: at(50, 50)}) for name in ("a", "b", "c", "d", "e")}
    figure = planes(segments)
    axes = {t.customdata[0][1]: (t.xaxis, t.yaxis) for t in figure.data}
    assert axes == {
        "a": ("x", "y"), "b": ("x2", "y2"), "c": ("x3", "y3"), "d": ("x4", "y4"), "e": ("x5", "y5"),
    }  # fmt: skip
    assert len(figure.layout.shapes) == 5 * 4
    assert {s.xref for s in figure.layout.shapes} == {"x", "x2", "x3", "x4", "x5"}


def test_a_title_says_how_many_of_the_customers_have_a_place():
    both = scored({"a": at(50, 50), "b": {}})
    (title,) = planes({"East": both}).layout.annotations
    assert title.text == "<b>East</b>  1 of 2 customers"


def test_names_that_are_long_keep_both_of_what_is_crossed():
    industry = "Agriculture, forestry and fishing"
    both = {f"{industry} · {r}": scored({"a": at(1, 1)}) for r in ("Africa", "North America")}
    titles = [a.text for a in planes(both).layout.annotations]
    assert titles == [
        f"<b>{industry} ·<br>Africa</b><br>1 customer",
        f"<b>{industry} ·<br>North America</b><br>1 customer",
    ]


@pytest.mark.parametrize("segments", [{}, {"East": scored({"a": {}})}])
def test_without_anybody_there_is_a_chart_without_marks(segments):
    assert marks(planes(segments)) == {}
