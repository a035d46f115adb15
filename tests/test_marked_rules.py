"""Where a chart over time marks that other rules hold."""

from __future__ import annotations

import pandas as pd
import pytest

from cmi import charts
from cmi.charts import Look
from cmi.methodology import shipped

ENDS = pd.to_datetime(["2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30"])
GRID = shipped().grid("2x2")


def lines(*marked: int, periods: int = 5):
    values = pd.DataFrame({"period": ENDS[:periods], "series": "All", "value": 50.0, "hint": ""})
    rules = {ENDS[n]: f"rules {n}" for n in marked}
    return charts.lines(values, Look(), axis="CMI", rules=rules)


def names(figure) -> dict[str, tuple[int, str]]:
    """Each name of rules with its height above the chart and the side of its line it stands on."""
    return {a.text: (a.yshift, a.xanchor) for a in figure.layout.annotations}


def test_names_that_would_lie_on_each_other_stand_on_two_levels() -> None:
    assert names(lines(3, 4)) == {"rules 3": (0, "right"), "rules 4": (16, "right")}
    assert lines(3, 4).layout.margin.t == lines(3).layout.margin.t + 16


def test_names_that_are_far_apart_stand_on_one_level_towards_the_middle() -> None:
    assert names(lines(0, 4)) == {"rules 0": (0, "left"), "rules 4": (0, "right")}


def test_rules_of_a_period_that_is_not_shown_leave_no_mark() -> None:
    figure = lines(1, 4, periods=3)
    assert list(names(figure)) == ["rules 1"]
    assert [s.x0 for s in figure.layout.shapes] == [1]


def test_a_long_name_of_rules_is_cut() -> None:
    values = pd.DataFrame({"period": ENDS, "series": "All", "value": 50.0, "hint": ""})
    drawn = charts.lines(values, Look(), axis="CMI", rules={ENDS[2]: "x" * 400})
    (name,) = drawn.layout.annotations
    assert name.text == "x" * 39 + "…"


def bars(panel: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"panel": panel, "title": panel, "label": label, "scenario": s.key, "share": 0.25,
             "hint": ""}
            for label in ("Q1", "Q2", "Q3")
            for s in GRID
        ]
    )  # fmt: skip


def test_bars_have_a_line_before_the_first_of_other_rules() -> None:
    figure = charts.mix(bars("All"), GRID, Look(), what="customers", rules=["Q2", "Q9"])
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [(0.5, 0.5)]


@pytest.mark.parametrize(("rules", "lines"), [([], 0), (["Q3"], 2)])
def test_small_bars_have_it_in_every_panel(rules: list[str], lines: int) -> None:
    both = pd.concat([bars("East"), bars("West")])
    figure = charts.mixes(both, GRID, Look(), what="customers", rules=rules)
    assert len(figure.layout.shapes) == lines
    assert {s.x0 for s in figure.layout.shapes} <= {1.5}
