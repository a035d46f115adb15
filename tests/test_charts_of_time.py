"""Charts over time and side by side: what they hold, and that no name can do harm in them."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from placed import at, scored
from portfolios import rules

from cmi import charts
from cmi.charts import Look
from cmi.methodology import shipped

EVIL = "<img src=x onerror=alert(1)>%{x}"
HARMLESS = "&lt;img src=x onerror=alert(1)&gt;%{x}"
ENDS = pd.to_datetime(["2025-12-31", "2026-03-31", "2026-06-30"])
GRID = shipped().grid("2x2")


def series(name: str, *values: float | None) -> pd.DataFrame:
    return pd.DataFrame({"period": ENDS, "series": name, "value": values, "hint": "12 customers"})


def test_a_line_has_a_gap_where_nothing_is_known_and_its_name_at_its_end():
    figure = charts.lines(
        pd.concat([series("East", 10, None, 30), series("West", 50, 40, None)]), Look(), axis="CMI"
    )
    east, west = figure.data
    assert list(east.y)[::2] == [10, 30]
    assert pd.isna(east.y[1])
    assert (east.connectgaps, west.connectgaps) == (False, False)
    ends = {a.text: (a.x, a.y) for a in figure.layout.annotations}
    assert ends == {"East": (ENDS[2], 30), "West": (ENDS[1], 40)}


def test_one_line_needs_no_name_and_quarters_are_called_so():
    figure = charts.lines(series("All", 1, 2, 3), Look(), axis="CMI")
    assert not figure.layout.annotations
    assert list(figure.layout.xaxis.ticktext) == ["Q4 2025", "Q1 2026", "Q2 2026"]


def test_names_at_the_ends_do_not_lie_on_each_other():
    together = pd.concat([series(name, 50, 50, 50) for name in "abcd"])
    figure = charts.lines(together, Look(), axis="CMI", bounds=(0, 100))
    heights = sorted(a.y for a in figure.layout.annotations)
    assert all(b - a >= 6 for a, b in pairwise(heights))


def test_the_mix_goes_from_the_worst_at_the_bottom_to_the_best():
    shares = pd.DataFrame(
        {"label": EVIL, "scenario": [s.key for s in GRID], "share": 0.25, "hint": ""}
    )
    figure = charts.mix(shares, GRID, Look(), what="customers")
    assert [bar.name for bar in figure.data] == [
        "Let go", "Invest in health", "Retain", "Expand and leverage",
    ]  # fmt: skip
    assert [list(bar.y) for bar in figure.data] == [[25.0]] * 4
    assert figure.data[0].x[0] == HARMLESS


def test_a_cohort_that_has_not_lived_so_long_is_blank_and_not_zero():
    cells = pd.DataFrame([[50.0, 60.0], [70.0, None]], index=["Q1 2026", "Q2 2026"])
    figure = charts.heat(
        cells, pd.Series({"Q1 2026": 3, "Q2 2026": 1200}), Look(), unit="CMI", bounds=(0, 100)
    )
    (heat,) = figure.data
    assert pd.isna(heat.z[1][1])
    assert list(heat.y) == ["Q1 2026  (3)", "Q2 2026  (1,200)"]


def test_the_steps_of_a_waterfall_lead_to_their_sum():
    steps = pd.DataFrame({"label": [EVIL, "Tickets"], "points": [-9.0, 4.0], "hint": ["", EVIL]})
    figure = charts.waterfall(steps, Look(), start=("CHS then", 70.0), end="CHS now")
    (fall,) = figure.data
    assert list(fall.x) == [70, -9, 4, 65]
    assert list(fall.text) == ["70", "-9.0", "+4.0", "65"]
    assert fall.y[1] == HARMLESS


def test_a_radar_is_closed_and_the_first_shape_is_filled():
    figure = charts.radar(["A", EVIL], {"Now": [4, 2], "Then": [3, None]}, Look())
    then, now = figure.data
    assert (list(now.r), now.fill) == ([4, 2, 4], "toself")
    assert then.fill == "none"
    assert now.theta[1] == HARMLESS


def test_a_flow_leads_from_its_place_to_its_place():
    flows = pd.DataFrame(
        {"from": ["new", "keep"], "to": ["keep", "go"], "weight": [2, 3], "hint": [EVIL, ""]}
    )
    names = {"keep": "Retain", "go": EVIL, "new": "New"}
    (flow,) = charts.sankey(flows, {}, names, Look()).data
    labels = list(flow.node.label)
    ways = zip(flow.link.source, flow.link.target, strict=True)
    assert [(labels[s], labels[t]) for s, t in ways] == [("New", "Retain"), ("Retain", HARMLESS)]
    assert list(flow.link.value) == [2, 3]
    assert flow.link.customdata[0] == HARMLESS


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_each_segment_has_a_plane_of_its_own_with_its_customers(grid):
    east = scored({"a": at(80, 70), "b": at(10, 20, name=EVIL)}, grid=grid)
    figure = charts.small_planes({EVIL: east, "West": east.head(0)}, rules(), grid, Look())
    titles = [a.text for a in figure.layout.annotations]
    assert titles == [
        "<b>&lt;img src=x onerror=alert(…</b>  2 customers",
        "<b>West</b>  0 customers",
    ]
    marks = [t for t in figure.data if t.customdata is not None]
    assert sorted(x for t in marks for x in t.x) == pytest.approx([10, 80])
    assert HARMLESS in {data[0] for t in marks for data in t.customdata}


def test_the_way_over_the_plane_is_broken_where_a_score_is_missing():
    places = pd.DataFrame(
        {"period": ENDS, "cmi": [10, None, 30], "chs": [20, 25, 40], "label": ["Q4", "Q1", EVIL]}
    )
    figure = charts.path(places, rules(), "2x2", Look())
    (way,) = figure.data
    assert way.connectgaps is False
    assert [a.text for a in figure.layout.annotations][-2:] == ["Q4", HARMLESS]
    nothing = charts.path(places.head(0), rules(), "2x2", Look())
    assert len(nothing.data[0].x) == 0
