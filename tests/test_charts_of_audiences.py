"""The charts of the Audiences page, by their data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cmi.charts import Look
from cmi.charts.bars import bars
from cmi.charts.levels import levels
from cmi.charts.pairs import pairs
from cmi.charts.split import split

HOSTILE = "<b>&<a href='x'>"
ESCAPED = "&lt;b&gt;&amp;&lt;a href='x'&gt;"
LOOK = Look()


def rows(**columns):
    return pd.DataFrame(columns)


@pytest.mark.parametrize("lying", [True, False])
def test_a_bar_stands_for_each_row_and_a_missing_value_draws_none(lying) -> None:
    given = rows(label=["a", "b"], value=[5.0, np.nan], said=["5", "–"], hint=["x", "y"])
    (trace,) = bars(given, LOOK, axis="ARR", lying=lying).data
    long, place = (trace.x, trace.y) if lying else (trace.y, trace.x)
    assert long[0] == 5
    assert np.isnan(long[1])
    assert list(place) == [0, 1]
    assert list(trace.text) == ["5", "–"]


def test_bars_of_nothing_and_of_nothing_known_can_be_drawn() -> None:
    nothing = rows(label=[], value=[], said=[], hint=[])
    assert bars(nothing, LOOK, axis="ARR").to_json()
    unknown = rows(label=["a"], value=[np.nan], said=["–"], hint=[""])
    assert bars(unknown, LOOK, axis="ARR").to_json()


def test_a_pair_has_its_two_levels_on_one_line() -> None:
    given = rows(label=["Skills", "Tools"], one=[4.0, 3.0], other=[2.0, 2.5], hint=["", ""])
    line, other, one = pairs(given, ("Best", "Others"), LOOK).data
    assert list(line.x) == [4, 2, None, 3, 2.5, None]
    assert (one.name, list(one.x)) == ("Best", [4, 3])
    assert (other.name, list(other.x)) == ("Others", [2, 2.5])


def test_services_and_software_make_up_a_column_and_the_line_is_what_is_expected() -> None:
    given = rows(
        label=["Low", "High", "No CMI"],
        under=[["CMI 25–50", "3 customers"], ["CMI 75–100"], []],
        actual=[0.4, np.nan, 0.2],
        expected=[0.5, 0.1, np.nan],
        services=["4", "–", "2"],
        software=["6", "–", "8"],
        hint=["", "", ""],
    )
    figure = split(given, LOOK, axis="% of revenue")
    services, software, line = figure.data
    assert list(services.y)[::2] == pytest.approx([40, 20])
    assert list(software.y)[::2] == pytest.approx([60, 80])
    assert np.isnan(services.y[1])
    assert [y for y in line.y if y is not None] == [50, 50, 10, 10]
    assert figure.layout.xaxis.ticktext[0] == "Low<br>CMI 25–50<br>3 customers"
    assert services.text[1] == ""


def cells(**changes):
    return rows(
        **{
            "item": ["s", "s", "t", "t"],
            "characteristic": ["People"] * 4,
            "factor": ["Skills", "Skills", "Tools", "Tools"],
            "group": ["Low", "High", "Low", "High"],
            "level": [1.5, 4.0, np.nan, 3.0],
            "customers": [9, 3, 0, 9],
            "few": [False, True, True, False],
            **changes,
        }
    )


def test_a_cell_has_its_level_few_are_slanted_and_nobody_is_blank() -> None:
    field, points = levels(cells(), LOOK).data
    assert [list(row) for row in field.text] == [["1.5", "<i>4.0</i>"], ["", "3.0"]]
    assert [list(picked)[1:] for picked in points.customdata] == [
        ["Low", "s"], ["High", "s"], ["High", "t"],
    ]  # fmt: skip
    assert (field.zmin, field.zmax) == (1, 3)  # of those whom enough answered


def test_cells_of_one_level_have_a_scale_too() -> None:
    same = levels(cells(level=[3.0] * 4, few=[False] * 4), LOOK).data[0]
    assert (same.zmin, same.zmax) == (3, 4)


def test_names_are_shown_as_they_stand() -> None:
    bar = bars(rows(label=[HOSTILE], value=[1.0], said=[HOSTILE], hint=[HOSTILE]), LOOK, axis="x")
    assert bar.layout.yaxis.ticktext[0] == bar.data[0].text[0] == ESCAPED
    assert list(bar.data[0].customdata[0]) == [ESCAPED, ESCAPED]
    group = cells(group=[HOSTILE, "High"] * 2, factor=[HOSTILE] * 4)
    field = levels(group, LOOK)
    assert "<b>&" not in "".join(field.layout.xaxis.ticktext) + "".join(field.layout.yaxis.ticktext)
    assert field.data[1].customdata[0][0].count(ESCAPED) == 2
    pair = pairs(rows(label=[HOSTILE], one=[1], other=[2], hint=[HOSTILE]), (HOSTILE, "b"), LOOK)
    assert pair.layout.yaxis.ticktext[0] == pair.data[2].name == ESCAPED
    one = {"actual": [0.5], "expected": [0.5], "services": [HOSTILE], "software": ["1"]}
    drawn = split(rows(label=[HOSTILE], under=[[HOSTILE]], hint=[HOSTILE], **one), LOOK, axis="x")
    assert drawn.layout.xaxis.ticktext[0] == f"{ESCAPED}<br>{ESCAPED}"
    assert ESCAPED in drawn.data[0].text[0]


def test_where_only_few_answered_the_scale_is_that_of_all_levels() -> None:
    few = levels(cells(few=[True] * 4), LOOK).data[0]
    assert (few.zmin, few.zmax) == (1, 5)
