"""The chart of how old the assessments are, by what it holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cmi import charts
from cmi.charts import Look


def drawn(*rows, valid=12.0):
    frame = pd.DataFrame(rows, columns=["month", "due", "customers"])
    return charts.ages(frame.astype({"month": "float64"}), Look(), valid=valid, said="stale")


def bars(figure):
    """Every bar: month and state -> where it stands and how high."""
    return {
        tuple(data): (x, y)
        for trace in figure.data
        for data, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }


def ticks(figure):
    return dict(zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True))


def test_each_month_has_a_bar_between_its_ends_and_who_is_due_stands_apart():
    figure = drawn((1, False, 4), (1, True, 2), (13, True, 3))
    assert bars(figure) == {(1, False): (0.5, 4), (1, True): (0.5, 2), (13, True): (12.5, 3)}
    in_date, due = figure.data
    assert (in_date.name, due.name) == ("in date", "due")
    assert in_date.marker.color != due.marker.color
    assert due.hovertext[0] == "<b>Up to 1 month</b><br>2 customers, due"


def test_a_line_stands_where_levels_go_stale():
    (line,) = drawn((1, False, 4), valid=6.0).layout.shapes
    assert (line.x0, line.x1) == (6, 6)


def test_who_was_never_assessed_stands_right_of_the_oldest_and_is_named():
    figure = drawn((20, True, 1), (np.nan, True, 7))
    place, customers = bars(figure)[0, True]
    assert customers == 7
    assert place > 20
    assert ticks(figure)[place] == "never"
    low, high = figure.layout.xaxis.range
    assert low < 0 < place < high


def test_what_is_older_than_three_years_is_one_bar():
    figure = drawn((37, True, 2))
    assert ticks(figure)[36] == "over 36"
    assert bars(figure)[37, True] == (36.5, 2)


@pytest.mark.parametrize("rows", [(), ((np.nan, True, 3),)])
def test_without_any_assessment_the_line_is_still_on_the_chart(rows):
    figure = drawn(*rows)
    assert figure.layout.xaxis.range[1] > 12
