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


def marks(figure):
    """The marks of a chart of lines, by the name of the line."""
    return {t.name: t for t in figure.data if t.mode == "markers"}


def joined(figure, dash):
    """The steps from period to period that are drawn so, as (from, to) in values."""
    found = []
    for trace in figure.data:
        if trace.mode == "lines" and trace.line.dash == dash:
            found += [(trace.y[n], trace.y[n + 1]) for n in range(0, len(trace.y), 3)]
            assert all(pd.isna(y) for y in trace.y[2::3])  # nothing is joined over it
    return found


def test_a_line_has_a_gap_where_nothing_is_known_and_its_name_at_its_end():
    figure = charts.lines(
        pd.concat([series("East", 10, None, 30), series("West", 50, 40, None)]), Look(), axis="CMI"
    )
    east = marks(figure)["East"]
    assert list(east.y)[::2] == [10, 30]
    assert pd.isna(east.y[1])
    assert joined(figure, "solid") == [(50, 40)]
    ends = {a.text: (a.x, a.y) for a in figure.layout.annotations}
    assert ends == {"East": (2, 30), "West": (1, 40)}


def test_one_line_needs_no_name_and_quarters_are_called_so_in_level_words():
    figure = charts.lines(series("All", 1, 2, 3), Look(), axis="CMI")
    assert not figure.layout.annotations
    assert list(figure.layout.xaxis.ticktext) == ["Q4<br>2025", "Q1<br>2026", "Q2"]
    assert figure.layout.xaxis.tickangle == 0


def test_months_are_called_by_their_names_and_a_period_that_has_not_ended_by_its_day():
    days = pd.to_datetime(["2025-11-30", "2025-12-31", "2026-01-31", "2026-02-12"])
    assert charts.ticks(list(days), months=True) == [
        "Nov<br>2025", "Dec", "Jan<br>2026", "12 Feb",
    ]  # fmt: skip
    assert charts.period(days[1], months=True) == "Dec 2025"
    assert charts.period(days[1]) == "Q4 2025"


def test_thirteen_months_all_stand_under_a_chart():
    days = pd.date_range("2025-09-30", periods=13, freq="ME")
    year = pd.DataFrame({"period": days, "series": "All", "value": 50, "hint": ""})
    figure = charts.lines(year, Look(), axis="CMI", months=True)
    assert len(figure.layout.xaxis.ticktext) == 13


def test_what_is_carried_over_is_hollow_and_dotted_from_the_period_before():
    figure = charts.lines(
        series("All", 10, 10, 30).assign(carried=[False, True, False]), Look(), axis="CMI"
    )
    fills = list(marks(figure)["All"].marker.color)
    assert fills[0] == fills[2] != fills[1] == Look().paper
    assert joined(figure, "dot") == [(10, 10)]
    assert joined(figure, "solid") == [(10, 30)]


def test_names_at_the_ends_lie_neither_on_each_other_nor_above_the_chart():
    for value in (50, 100, 0):
        together = pd.concat([series(name, value, value, value) for name in "abcd"])
        figure = charts.lines(together, Look(), axis="CMI", bounds=(0, 100))
        heights = sorted(a.y for a in figure.layout.annotations)
        assert all(b - a >= 6 for a, b in pairwise(heights))
        assert 0 <= heights[0] <= heights[-1] <= 100


def test_a_click_on_a_mark_hands_over_what_was_picked_and_no_name_does_harm():
    rows = series(EVIL, 1, 2, 3).assign(pick=[["Q4 2025", EVIL]] * 3, hint=EVIL)
    (mark,) = marks(charts.lines(rows, Look(), axis="CMI")).values()
    assert list(mark.customdata[0]) == [HARMLESS, "Q4 2025", EVIL]  # only the hint is shown
    assert mark.unselected.marker.opacity == 1
    assert "<img" not in mark.hovertemplate
    assert "%{x}" not in mark.hovertemplate


def test_other_rules_are_marked_where_they_begin():
    figure = charts.lines(series("All", 1, 2, 3), Look(), axis="CMI", rules={ENDS[1]: EVIL})
    (said,) = figure.layout.annotations
    assert (said.x, said.text) == (1, HARMLESS)
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1) == (1, 1)


def test_what_stands_beside_is_grey_and_takes_no_colour_of_its_own():
    beside = series("The same", 1, 2, 3).assign(beside=True)
    both = pd.concat([beside, series("All", 4, 5, 6).assign(beside=False)])
    found = marks(charts.lines(both, Look(), axis="CMI"))
    alone = marks(charts.lines(series("All", 4, 5, 6), Look(), axis="CMI"))
    assert found["The same"].marker.line.color == Look().quiet
    assert found["All"].marker == alone["All"].marker


@pytest.mark.parametrize("rows", [0, 1])
def test_a_line_of_hardly_anything_can_be_drawn(rows):
    figure = charts.lines(series("All", 1, 2, 3).head(rows), Look(), axis="CMI", bounds=(0, 100))
    assert [len(t.x) for t in figure.data] == [1] * rows


def parts(**changes):
    return pd.DataFrame(
        {"label": EVIL, "scenario": [s.key for s in GRID], "share": 0.25, "hint": "", **changes}
    )


def test_the_mix_goes_from_the_worst_at_the_bottom_to_the_best():
    figure = charts.mix(parts(), GRID, Look(), what="customers")
    assert [bar.name for bar in figure.data] == [
        "Let go", "Invest in health", "Retain", "Expand and leverage",
    ]  # fmt: skip
    assert [list(bar.y) for bar in figure.data] == [[25.0]] * 4
    assert figure.data[0].x[0] == HARMLESS
    assert figure.data[0].hovertext[0] == HARMLESS


def test_bars_that_are_carried_over_are_hatched():
    rows = pd.concat([parts(label="Q1 2026"), parts(label="Q2 2026", carried=True)])
    figure = charts.mix(rows.fillna({"carried": False}), GRID, Look(), what="customers")
    assert [list(bar.marker.pattern.shape) for bar in figure.data] == [["", "/"]] * 4


def test_a_bar_hands_over_what_was_picked():
    figure = charts.mix(parts(pick=[["Q1", "East", "Let go"]] * 4), GRID, Look(), what="customers")
    assert list(figure.data[0].customdata[0]) == ["", "Q1", "East", "Let go"]


def test_each_segment_has_its_own_mix_and_all_share_one_legend():
    rows = pd.concat([parts(panel=p, title=p, tick="Q1<br>2026") for p in (EVIL, "West")])
    figure = charts.mixes(rows, GRID, Look(), what="customers")
    assert [a.text for a in figure.layout.annotations] == [HARMLESS, "West"]
    assert [bar.showlegend for bar in figure.data] == [True] * 4 + [False] * 4
    assert figure.layout.xaxis.ticktext == ("Q1<br>2026",)
    nothing = charts.mixes(rows.head(0), GRID, Look(), what="customers")
    assert len(nothing.data) == 0


def cells(**changes):
    return pd.DataFrame(
        {
            "cohort": ["Q1 2026", "Q1 2026", EVIL],
            "size": [3, 3, 1200],
            "age": [0, 1, 0],
            "counted": [3, 2, 900],
            "value": [50.0, 60.0, 70.0],
            "few": [True, True, False],
            "carried": [False, True, False],
            **changes,
        }
    )


def test_a_cohort_that_has_not_lived_so_long_is_blank_and_not_zero():
    heat, over = charts.heat(cells(), Look(), unit="", bounds=(0, 100)).data
    rows = dict(zip(heat.y, heat.z, strict=True))
    assert list(rows) == [f"{HARMLESS}  (1,200)", "Q1 2026  (3)"]
    assert pd.isna(rows[f"{HARMLESS}  (1,200)"][1])
    assert len(over.x) == 3  # only what is there can be clicked


def test_a_cell_of_few_is_slanted_and_one_that_is_carried_over_in_brackets():
    heat, _ = charts.heat(cells(), Look(), unit="", bounds=(0, 100)).data
    assert [list(row) for row in heat.text] == [["70", ""], ["<i>50</i>", "<i>(60)</i>"]]


def test_a_click_on_a_cell_hands_over_its_cohort_and_age():
    _, over = charts.heat(cells(), Look(), unit=" %", bounds=(0, 100)).data
    assert list(over.customdata[1]) == ["60.0 %, 2 customers", "Q1 2026", 1]
    assert list(over.customdata[2])[1] == EVIL  # handed over, not shown
    assert over.y[2] == f"{HARMLESS}  (1,200)"


def test_no_cohort_is_an_empty_chart():
    heat, over = charts.heat(cells().head(0), Look(), unit="", bounds=(0, 100)).data
    assert (len(heat.y), len(over.x)) == (0, 0)


def test_two_cohorts_are_two_lines_by_age_with_their_names():
    sides = {
        f"{side}_{of}": [False, True] for side in ("one", "other") for of in ("few", "carried")
    }
    lines = pd.DataFrame(
        {"age": [0, 1], "one": [50, 60], "other": [40, None], "one_counted": [5, 4],
         "other_counted": [6, None], **sides}
    )  # fmt: skip
    figure = charts.two_cohorts(lines, (EVIL, "West"), Look(), axis="CMI", bounds=(0, 100))
    one, other = figure.data
    assert list(one.y) == [50, 60]
    assert other.connectgaps is False
    assert [a.text for a in figure.layout.annotations] == ["West", HARMLESS]
    assert list(one.marker.color)[1] == Look().paper  # carried over
    assert list(one.marker.size) == [9, 5]  # of few
    assert charts.two_cohorts(lines.head(0), ("a", "b"), Look(), axis="", bounds=(0, 1)).data


def test_the_steps_of_a_waterfall_lead_to_their_sum():
    steps = pd.DataFrame({"label": [EVIL, "Tickets"], "points": [-9.0, 4.0], "hint": ["", EVIL]})
    figure = charts.waterfall(steps, Look(), start=("CHS then", 70.0), end="CHS now")
    (fall,) = figure.data
    assert list(fall.x) == [70, -9, 4, 65]
    assert list(fall.text) == ["70", "−9.0", "+4.0", "65"]
    assert fall.y[1] == HARMLESS


def test_a_radar_is_closed_and_the_first_shape_is_filled():
    figure = charts.radar(["A", EVIL], {"Now": [4, 2], "Then": [3, None]}, Look())
    then, now = figure.data
    assert (list(now.r), now.fill) == ([4, 2, 4], "toself")
    assert then.fill == "none"
    assert now.theta[1] == HARMLESS


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_each_segment_has_a_plane_of_its_own_with_its_customers(grid):
    east = scored({"a": at(80, 70), "b": at(10, 20, name=EVIL)}, grid=grid)
    figure = charts.small_planes({EVIL: east, "West": east.head(0)}, rules(), grid, Look())
    titles = [a.text for a in figure.layout.annotations]
    assert titles == [
        "<b>&lt;img src=x onerror=alert(1)&gt;%{x}</b><br>2 customers",
        "<b>West</b><br>0 customers",
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


def test_names_that_meet_at_the_ends_move_apart_around_where_their_lines_end():
    together = pd.concat([series(name, 50, 50, 50) for name in "abc"])
    figure = charts.lines(together, Look(), axis="CMI", bounds=(0, 100))
    assert [a.y for a in figure.layout.annotations] == pytest.approx([43.5, 50, 56.5])


def test_the_lowest_plane_of_each_column_says_what_lies_below_it():
    planes = {name: scored({"a": at(80, 70)}) for name in "abcdef"}  # four, and two below them
    axes = list(charts.small_planes(planes, rules(), "2x2", Look()).select_xaxes())
    assert [axis.title.text for axis in axes[:6]] == [None, None, *["maturity"] * 4]
    assert all(axis.showticklabels is not False for axis in axes[2:6])
