"""Charts of moves: what they hold, and that no name can do harm in them."""

from __future__ import annotations

import pandas as pd
import pytest

from cmi import charts
from cmi.charts import Look
from cmi.methodology import shipped

EVIL = "<img src=x onerror=alert(1)>%{x}"
HARMLESS = "&lt;img src=x onerror=alert(1)&gt;%{x}"
GRID = {s.key: s for s in shipped().grid("2x2")}


def sankey(names, *flows, **options):
    frame = pd.DataFrame(flows, columns=["from", "to", "weight", "hint"])
    return charts.sankey(frame, {}, names, Look(), **options).data[0]


def test_a_flow_leads_from_its_place_to_its_place():
    names = {"keep": "Retain", "go": EVIL, "new": "New"}
    flow = sankey(names, ("new", "keep", 2, EVIL), ("keep", "go", 3, ""))
    labels = list(flow.node.label)
    ways = zip(flow.link.source, flow.link.target, strict=True)
    assert [(labels[s], labels[t]) for s, t in ways] == [
        ("New  2", "Retain  2"),
        ("Retain  3", f"{HARMLESS}  3"),
    ]
    assert list(flow.link.value) == [2, 3]
    assert flow.link.customdata[0] == HARMLESS


def test_the_places_of_a_flow_keep_their_order_and_do_not_overlap():
    flow = sankey({"a": "A", "b": "B", "c": "C"}, ("b", "c", 9, ""), ("a", "c", 1, ""))
    assert list(flow.node.label) == ["A  1", "B  9", "C  10"]
    # 380 pixels: 18 between the two on the left, 362 for 10 customers
    assert list(flow.node.y) == pytest.approx(
        [36.2 / 2 / 380, (36.2 + 18 + 9 * 36.2 / 2) / 380, 362 / 2 / 380]
    )


def test_the_weight_of_a_place_is_said_as_asked():
    flow = sankey({"a": "A"}, ("a", "a", 1200.0, ""), say="{:.1e}".format)
    assert list(flow.node.label) == ["A  1.2e+03"] * 2


def shares(*rows):
    return pd.DataFrame(rows, columns=["panel", "place", "share", "low", "high", "hint"])


def test_each_outcome_has_a_panel_with_a_point_and_its_interval_per_place():
    names = {"retain": "Retain", "let_go": "Let go", "not scored": "Not placed"}
    figure = charts.ranges(
        shares(
            ("churned", "let_go", 0.2, 0.1, 0.4, ""),
            ("churned", "retain", 0.05, 0.0, 0.1, ""),
            ("renewed", "not scored", 0.5, 0.4, 0.7, ""),
        ),
        GRID,
        names,
        Look(),
    )
    churned, renewed = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["Retain", "Let go", "Not placed"]
    assert [list(churned.y), list(renewed.y)] == [[1, 0], [2]]
    assert list(churned.x) == pytest.approx([20, 5])
    assert list(churned.error_x.array) == pytest.approx([20, 5])
    assert list(churned.error_x.arrayminus) == pytest.approx([10, 5])
    assert churned.marker.symbol[0] == GRID["let_go"].symbol
    assert [figure.layout.xaxis.title.text, figure.layout.xaxis2.title.text] == [
        "% who churned",
        "% who renewed",
    ]
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert renewed.xaxis == "x2"


def test_names_and_hints_of_places_do_no_harm():
    figure = charts.ranges(
        shares(("churned", "odd", 0.5, 0.4, 0.6, EVIL)), {}, {"odd": EVIL}, Look(dark=True)
    )
    (points,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == [HARMLESS]
    assert points.customdata[0] == [HARMLESS, HARMLESS]
