"""Charts are tested by what they hold: who is drawn, where, how large, and under which name."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from placed import at, scored
from portfolios import random_snapshot, rules

from cmi import charts, customer
from cmi.charts import Look
from cmi.charts.plane import DRAWN, LARGEST, MANY, SMALLEST
from cmi.methodology import shipped
from cmi.scoring import score

EVIL = "<img src=x onerror=alert(1)><b>&amp; %{customdata[0]} 'Ltd'"
FOUR = {
    "grow": at(80, 70, arr=400, currency="USD", name="Grow & Co"),
    "keep": at(20, 90, arr=100, currency="USD"),
    "save": at(90, 40, arr=0, currency="USD"),
    "go": at(10, 10, currency="USD"),
    "new": {"arr": 10_000, "currency": "USD"},
}


def quadrant(customers, grid="2x2", **options):
    return charts.quadrant(scored(customers, grid=grid), rules(), grid, Look(), **options)


def marks(figure):
    """Every customer drawn as a mark: id -> (x, y, size)."""
    found = []
    for trace in figure.data:
        if isinstance(trace, go.Scatter) and trace.mode == "markers" and trace.customdata:
            sizes = np.broadcast_to(trace.marker.size, len(trace.x))
            for data, x, y, size in zip(trace.customdata, trace.x, trace.y, sizes, strict=True):
                found.append((data[0], (x, y, size)))
    assert len(found) == len(dict(found)), "somebody is drawn twice"
    return dict(found)


def everybody(customers, seed=1):
    """A large portfolio in which everybody has both scores, and an ARR that differs."""
    rng = np.random.default_rng(seed)
    frame = scored({"a": at(50, 50, arr=1.0, currency="EUR")})
    frame = frame.loc[np.zeros(customers, dtype=int)].reset_index(drop=True)
    cmi, chs = rng.uniform(0, 100, (2, customers))
    keys = np.array([["low_low", "high_low"], ["low_high", "high_high"]])
    return frame.assign(
        customer_id=[f"c{n}" for n in range(customers)],
        arr=np.arange(customers, dtype=float),
        cmi=cmi,
        chs=chs,
        scenario=keys[(chs >= 50).astype(int), (cmi >= 50).astype(int)],
    )


# The plane


def test_every_customer_with_a_place_is_drawn_once_at_its_scores():
    drawn = marks(quadrant(FOUR))
    assert set(drawn) == {"grow", "keep", "save", "go"}
    for who, cmi, chs in (("grow", 80, 70), ("keep", 20, 90), ("save", 90, 40), ("go", 10, 10)):
        assert drawn[who][:2] == pytest.approx((cmi, chs))


def test_a_mark_says_its_own_name_scores_and_money():
    same = {"a": at(80, 70, arr=5, name="Acme"), "b": at(90, 60, arr=9e6, name="Beta")}
    (trace,) = quadrant(same).data
    assert {tuple(data) for data in trace.customdata} == {
        ("a", "Acme", "70", "80", "5"),
        ("b", "Beta", "60", "90", "9\N{NO-BREAK SPACE}M"),
    }


def test_a_portfolio_with_holes_and_rules_per_segment_is_drawn_once_each():
    method = shipped()
    scores = score(random_snapshot(method, 300, seed=5), method, "3x3")
    scores = scores.assign(arr=1.0, currency="EUR")
    figure = charts.quadrant(scores, method, "3x3", Look())
    placed = scores.dropna(subset="scenario").set_index("customer_id")
    drawn = marks(figure)
    assert set(drawn) == set(placed.index)
    assert all(drawn[i][0] == row["cmi"] for i, row in placed.iterrows())


def test_the_area_of_a_mark_grows_with_money_and_unknown_money_is_small():
    drawn = marks(quadrant(FOUR))
    assert drawn["grow"][2] == LARGEST
    # a quarter of the largest ARR: half of the way
    assert drawn["keep"][2] == pytest.approx((SMALLEST + LARGEST) / 2)
    assert drawn["save"][2] == SMALLEST
    assert drawn["go"][2] == SMALLEST


@pytest.mark.parametrize("arr", [None, 0.0, -5.0])
def test_without_money_all_marks_are_small(arr):
    drawn = marks(quadrant({"a": at(80, 80, arr=arr), "b": at(10, 10, arr=arr)}))
    assert {size for _, _, size in drawn.values()} == {SMALLEST}


def test_money_in_another_currency_does_not_make_a_mark_large():
    mixed = {f"c{n}": at(80, 80, arr=100, currency="EUR") for n in range(3)}
    drawn = marks(quadrant(mixed | {"yen": at(20, 20, arr=1e9, currency="JPY")}))
    assert drawn["yen"][2] == SMALLEST
    assert drawn["c0"][2] == LARGEST


def test_each_scenario_has_its_own_colour_shape_and_name():
    method = shipped()
    scores = score(random_snapshot(method, 300, seed=5), method).assign(arr=1.0, currency="EUR")
    for dark in (False, True):
        figure = charts.quadrant(scores, method, "2x2", Look(dark=dark))
        looks = {
            (t.name, t.marker.symbol, t.marker.color) for t in figure.data if t.mode == "markers"
        }
        assert looks == {(s.name, s.symbol, Look(dark=dark).of(s)) for s in method.grid("2x2")}


@pytest.mark.parametrize(
    ("grid", "cells", "xs", "ys"),
    [("2x2", 4, [50], [50]), ("3x3", 9, [100 / 3, 200 / 3], [100 / 3, 200 / 3])],
)
def test_the_plane_is_cut_where_the_methodology_says(grid, cells, xs, ys):
    figure = charts.empty_plane(rules(), grid, Look())
    shapes = figure.layout.shapes
    assert sum(s.type == "rect" for s in shapes) == cells
    assert [s.x0 for s in shapes if s.type == "line" and s.x0 == s.x1] == xs
    assert [s.y0 for s in shapes if s.type == "line" and s.y0 == s.y1] == ys
    names = {a.text.split("</b>")[0].removeprefix("<b>") for a in figure.layout.annotations}
    assert names == {s.name for s in rules().grid(grid)}


def test_every_cell_is_tinted_with_the_colour_of_its_scenario():
    method = shipped()
    for grid in ("2x2", "3x3"):
        figure = charts.empty_plane(method, grid, Look())
        tints = {
            (s.x0, s.y0): s.fillcolor for s in figure.layout.shapes if s.type == "rect"
        }  # fmt: skip
        low = next(s for s in method.grid(grid) if (s.cmi, s.chs) == ("low", "low"))
        high = next(s for s in method.grid(grid) if (s.cmi, s.chs) == ("high", "high"))
        assert tints[0, 0] == low.colour
        assert tints[max(tints)] == high.colour


def test_on_nine_places_everybody_is_drawn_too():
    nine = {f"{x}-{y}": at(x, y, arr=1) for x in (10, 50, 90) for y in (10, 50, 90)}
    figure = quadrant(nine, "3x3")
    assert set(marks(figure)) == set(nine)
    assert len(figure.data) == 9


def test_a_plane_without_anybody_has_its_cells_and_no_marks():
    for customers in ({"a": {}}, {"a": {"arr": 5}}):
        figure = quadrant(customers)
        assert marks(figure) == {}
        assert sum(s.type == "rect" for s in figure.layout.shapes) == 4
    nobody = charts.quadrant(scored({"a": {}}).head(0), rules(), "3x3", Look())
    assert marks(nobody) == {}


# Names


def test_a_name_is_never_read_as_html():
    customers = {"a": at(80, 80, arr=1, name=EVIL), "b": at(20, 80, arr=1, name="B")}
    figure = quadrant(customers, named=["a"], linked=("a", "b"))
    shown = [t.customdata[0][1] for t in figure.data if t.customdata and t.customdata[0][0] == "a"]
    texts = [*shown, *(a.text for a in figure.layout.annotations if "onerror" in a.text)]
    assert len(texts) >= 2
    for text in texts:
        assert "<img" not in text
        assert "<b>" not in text
    assert unescape(shown[0]) == EVIL


def test_a_locator_and_what_makes_a_score_never_read_a_name_as_html_either():
    customers = {"a": at(80, 80, arr=1, name=EVIL), "b": at(20, 80, arr=1)}
    figure = charts.locator(scored(customers), rules(), "2x2", Look(), ["a"])
    assert "<img" not in figure.to_json().replace("\\u003c", "<")
    parts = parts_of((EVIL[:40], EVIL[:40], "", 1, 2), hint=EVIL)
    figure = charts.composition(parts, Look(), end=EVIL)
    assert "<img" not in figure.to_json().replace("\\u003c", "<")


def test_a_long_name_is_cut_on_the_plane_before_it_is_escaped():
    customers = {"a": at(80, 80, arr=1, name="&" * 60)}
    (tag,) = [a.text for a in quadrant(customers, named=["a"]).layout.annotations if "&" in a.text]
    assert unescape(tag) == "&" * 39 + "…"


def test_a_long_name_of_a_scenario_takes_two_lines_of_its_cell_and_no_more():
    long = "Protect and coach those who like us but cannot yet run their own function alone"
    ruled = rules()
    first, *rest = ruled.scenarios
    ruled = replace(ruled, scenarios=(replace(first, name=long), *rest))
    figure = charts.quadrant(scored(FOUR), ruled, "2x2", Look())
    lines = [re.sub("</?b>", "", a.text).split("<br>") for a in figure.layout.annotations]
    (wrapped,) = [cell for cell in lines if cell[0].startswith("Protect and coach")]
    # a cell is 50 points wide, which hold 27 letters
    assert wrapped == ["Protect and coach those who", "like us but cannot yet run…"]


def test_two_who_are_linked_are_joined_and_named():
    figure = quadrant(FOUR, linked=("grow", "keep"))
    (line,) = [t for t in figure.data if t.mode == "lines"]
    assert sorted(line.x) == pytest.approx([20, 80])
    named = {unescape(a.text) for a in figure.layout.annotations}
    assert {"Grow & Co", "keep"} <= named


def test_a_link_to_somebody_who_is_filtered_away_is_not_drawn():
    figure = quadrant(FOUR, linked=("grow", "gone"))
    assert not [t for t in figure.data if t.mode == "lines"]


# Many customers


def test_up_to_the_limit_everybody_is_a_mark():
    figure = charts.quadrant(everybody(MANY), rules(), "2x2", Look())
    assert len(marks(figure)) == MANY
    assert not [t for t in figure.data if isinstance(t, go.Heatmap)]


def test_beyond_it_a_density_counts_everybody_and_the_largest_are_marks():
    frame = everybody(MANY + 1)
    figure = charts.quadrant(frame, rules(), "2x2", Look())
    (density,) = [t for t in figure.data if isinstance(t, go.Heatmap)]
    assert np.sum(density.customdata) == MANY + 1
    drawn = marks(figure)
    assert len(drawn) == DRAWN == 400
    assert set(drawn) == {f"c{n}" for n in range(MANY + 1 - DRAWN, MANY + 1)}


def test_the_density_lies_where_the_customers_are():
    frame = everybody(MANY + 1).assign(cmi=99.0, chs=1.0, scenario="high_low")
    (density,) = [
        t for t in charts.quadrant(frame, rules(), "2x2", Look()).data if isinstance(t, go.Heatmap)
    ]
    row, column = np.argwhere(np.asarray(density.customdata) > 0)[0]
    assert (density.x[column], density.y[row]) == (99, 1)


def test_a_score_of_exactly_0_or_100_is_in_the_density():
    frame = everybody(MANY + 1).assign(cmi=100.0, chs=0.0, scenario="high_low")
    figure = charts.quadrant(frame, rules(), "2x2", Look())
    assert np.sum(figure.data[0].customdata) == MANY + 1


def test_without_any_money_some_of_many_are_marks_all_the_same():
    figure = charts.quadrant(everybody(MANY + 1).assign(arr=np.nan), rules(), "2x2", Look())
    assert len(marks(figure)) == DRAWN


# The locator


def test_a_locator_draws_the_chosen_and_the_others_faintly():
    figure = charts.locator(scored(FOUR), rules(), "2x2", Look(), ["grow", "new"])
    assert set(marks(figure)) == {"grow"}
    faint = figure.data[0]
    assert sorted(faint.x) == pytest.approx([10, 20, 90])
    assert "Grow &amp; Co" in {a.text for a in figure.layout.annotations}


# Bars


def parts_of(*rows, hint=""):
    """What makes a score: (label, said, stale, contribution, possible)."""
    columns = ["label", "said", "stale", "contribution", "possible"]
    return pd.DataFrame(rows, columns=columns).assign(hint=hint)


def test_the_steps_lead_from_0_to_the_score_and_miss_what_adds_up_to_100():
    row = scored({"a": at(80, 30) | {"csat": 1}})
    parts = customer.breakdown(row, rules(), "chs")
    figure = charts.composition(parts, Look(), end="Health")
    given, missed, total, _ = figure.data
    # 30 of 100 points at 4 and 2 of the weights 4, 2 and 1; nothing from CSAT
    assert list(given.x) == pytest.approx([120 / 7, 60 / 7, 0])
    assert list(given.base) == pytest.approx([0, 120 / 7, 180 / 7])
    assert list(total.x) == pytest.approx([180 / 7])
    assert row["chs"].iloc[0] == pytest.approx(180 / 7)
    assert list(missed.base) == pytest.approx([120 / 7, 180 / 7, 180 / 7])
    assert sum(given.x) + sum(missed.x) == pytest.approx(100)
    names = [text.split("  ")[0] for text in figure.layout.yaxis.ticktext]
    assert names == ["Logins", "Tickets", "CSAT", "<b>Health</b>"]


def test_rounding_never_makes_a_bar_of_less_than_nothing():
    parts = parts_of(("a", "1", "", 10 + 1e-12, 10.0))
    assert charts.composition(parts, Look(), end="CHS").data[1].x[0] == 0


def test_a_stale_step_is_hatched_and_says_so_even_where_its_words_are_cut():
    parts = parts_of(
        ("Logins", "20 units", "", 20, 50), ("b" * 60, "c" * 60, "stale 91 days", 1, 50)
    )
    figure = charts.composition(parts, Look(), end="CHS")
    assert list(figure.data[0].marker.pattern.shape) == ["", "/"]
    fresh, stale, _ = figure.layout.yaxis.ticktext
    assert "20 units" in fresh
    assert "stale 91 days" in stale
    assert "b" * 50 not in stale


def test_nothing_given_is_0_and_never_less():
    figure = charts.composition(parts_of(("a", "1", "", -1e-9, 9.0)), Look(), end="CHS")
    assert figure.data[3].text[0] == " 0.0 of 9.0"


def test_two_steps_of_one_name_are_two_steps():
    parts = parts_of(("a", "1", "", 10, 20), ("a", "1", "", 5, 80))
    figure = charts.composition(parts, Look(), end="CHS")
    assert list(figure.data[0].y) == [0, 1]
    assert list(figure.data[2].x) == [15]


# The time line


QUARTERS = pd.to_datetime(["2025-06-30", "2025-09-30", "2025-12-31"])


def timeline(told=(), **options):
    way = pd.DataFrame({
        "period": QUARTERS, "cmi": [None, 40.0, 40.0], "chs": [50.0, None, 70.0],
        "cmi_hollow": [False, False, True], "chs_hollow": False,
    })  # fmt: skip
    columns = ["date", "lane", "label", "hint"]
    happenings = pd.DataFrame(list(told), columns=columns)
    happenings["date"] = pd.to_datetime(happenings["date"])
    return charts.timeline(way, happenings, Look(), today=QUARTERS[2].date(), **options)


def test_the_time_line_has_gaps_and_is_hollow_where_a_score_rests_on_stale_values():
    health, maturity = timeline().data
    assert pd.isna(health.y[1])
    assert health.connectgaps is False
    filled, hollow = list(maturity.marker.color)[1:]
    assert hollow == Look().paper != filled


def test_only_what_happened_has_a_lane_and_the_renewal_lies_ahead():
    told = [
        ("2025-07-01", "Outcome", "renewed", "Renewed"),
        ("2025-08-01", "Assessed", EVIL, EVIL),
    ]
    figure = timeline(told, renewal=QUARTERS[2].date().replace(year=2026))
    assert list(figure.layout.yaxis2.ticktext) == ["Outcome", "Assessed"]
    assert [len(lane.x) for lane in figure.data[2:]] == [1, 1]
    assert "<img" not in figure.to_json().replace("\\u003c", "<")
    assert {a.text.split()[0] for a in figure.layout.annotations} == {
        "31", "renewal"
    }  # fmt: skip
    low, high = figure.layout.xaxis.range
    assert low < QUARTERS[0]
    assert high > pd.Timestamp("2026-12-31")


def test_names_that_would_stand_on_each_other_are_left_to_the_pointer():
    told = [
        ("2025-07-01", "Assessed", "a long name of a rater", ""),
        ("2025-07-03", "Assessed", "csm", ""),
    ]
    (lane,) = timeline(told).data[2:]
    assert [name.strip() for name in lane.text] == ["", "csm"]


def test_a_name_that_would_leave_the_chart_stands_before_its_mark():
    (lane,) = timeline([("2025-12-30", "Assessed", "customer", "")]).data[2:]
    assert [name.strip() for name in lane.text] == ["customer"]
    assert list(lane.textposition) == ["middle left"]


def test_what_is_no_line_yet_is_not_drawn():
    def drawn(chs):
        way = pd.DataFrame({
            "period": QUARTERS, "cmi": [float("nan")] * 3, "chs": chs,
            "cmi_hollow": False, "chs_hollow": False,
        })  # fmt: skip
        told = pd.DataFrame(
            [(QUARTERS[0], "Assessed", "csm", "")], columns=["date", "lane", "label", "hint"]
        )
        return charts.timeline(way, told, Look(), today=QUARTERS[2].date())

    assert [t.name for t in drawn([50.0, 40.0, None]).data] == ["Health (CHS)", None]
    lanes = drawn([50.0, None, None])
    assert [t.name for t in lanes.data] == [None]
    assert lanes.layout.height < 200


# The way


def test_places_that_rest_on_stale_values_are_hollow_and_say_so():
    places = pd.DataFrame({
        "period": QUARTERS, "cmi": [20, 40, 60], "chs": [30, 50, 70],
        "label": ["Q2", "Q3", "Q4"], "stale": ["", "maturity from stale values only", ""],
    })  # fmt: skip
    (way,) = charts.path(places, rules(), "2x2", Look()).data
    hollow = [colour == Look().paper for colour in way.marker.color]
    assert hollow == [False, True, False]
    assert way.customdata[1][1] == "<br>maturity from stale values only"
    assert way.customdata[0][1] == ""


def test_the_names_of_the_first_and_the_last_place_look_away_from_each_other():
    places = pd.DataFrame({
        "period": QUARTERS[:2], "cmi": [50, 52], "chs": [60, 60], "label": ["Q2", "Q3"],
    })  # fmt: skip
    names = charts.path(places, rules(), "2x2", Look()).layout.annotations[-2:]
    assert {a.text: (a.xanchor, a.xshift) for a in names} == {
        "Q2": ("right", -12), "Q3": ("left", 12)
    }  # fmt: skip


def test_a_crowd_is_drawn_with_smaller_marks():
    for customers, across in ((200, LARGEST), (800, LARGEST / 2), (4000, LARGEST / 3)):
        figure = charts.quadrant(everybody(customers), rules(), "2x2", Look())
        largest = max(size for _, _, size in marks(figure).values())
        assert largest == pytest.approx(across)  # sqrt(200 / 800) is a half; a third is the least
