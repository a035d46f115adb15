"""Charts as PowerPoint draws them itself: each can be edited, its numbers stand in a workbook."""

from __future__ import annotations

import re
from typing import Any

from cmi.reports import fit
from cmi.reports.deck.drawing import Box, emu, paint
from cmi.reports.fit import one_line
from cmi.reports.packs.page import Bars, Lines, Radar, Series, Side

NAMED = ("accent", "quiet", "ink")
LEGEND = 260.0  # points for a name
THICK = 80.0  # points at the most for a bar and the gap around it
_PROGRAM = re.compile(r"^(\{?=|(https?|ftp)s?://|mailto:|(in|ex)ternal:)", re.I)


def word(text: str) -> str:
    """A text as a cell of the chart's workbook, short enough for a legend; a space keeps it from
    being a formula or link.
    """
    said = fit.cut(one_line(text), 11, LEGEND)
    return f" {said}" if _PROGRAM.match(said) else said


def dressed(marker: Any, symbol: Any, size: int, colour: str) -> None:
    """A mark in its shape, size (points) and colour."""
    marker.style, marker.size = symbol, size
    marker.format.fill.solid()
    paint(marker.format.fill.fore_color, colour)
    # X and + are only lines; the others get the page's colour around them.
    alone = symbol.name in ("X", "PLUS", "STAR")
    marker.format.line.fill.solid()
    paint(marker.format.line.color, colour if alone else "paper")


def bars(slide: Any, drawn: Bars, box: Box) -> None:
    """Bars with their numbers; the first label on top, or to the left where they stand upright."""
    from pptx.enum.chart import (
        XL_CHART_TYPE,
        XL_LABEL_POSITION,
        XL_TICK_LABEL_POSITION,
        XL_TICK_MARK,
    )
    from pptx.util import Pt

    upright, beside = (
        "COLUMN" if drawn.columns else "BAR",
        "STACKED" if drawn.stacked else "CLUSTERED",
    )
    kind = getattr(XL_CHART_TYPE, f"{upright}_{beside}")
    if not drawn.columns:
        box = box.first(min(box.height, (len(drawn.labels) + 0.25) * THICK))
    labels = _below(drawn.labels, box) if drawn.columns else drawn.labels
    chart = placed(slide, kind, _categories(labels, drawn.series, drawn.form), box)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    _coloured(plot.series, drawn.series)
    _legend(chart, drawn.stacked and len(drawn.series) > 2)
    plot.has_data_labels = True
    figures = plot.data_labels
    figures.number_format, figures.number_format_is_linked = drawn.form, False
    figures.font.size = Pt(11)
    figures.show_value = True
    if not drawn.stacked:
        figures.position = XL_LABEL_POSITION.OUTSIDE_END
    for series, given in zip(plot.series, drawn.series, strict=True):
        if drawn.stacked:
            _inside(series, given, drawn.form)
    axis, values = chart.category_axis, chart.value_axis
    calm(axis)
    axis.has_major_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.reverse_order = not drawn.columns
    axis.tick_labels.font.size = Pt(10 if drawn.columns or len(drawn.labels) > 12 else 11)
    _level(axis)
    values.visible, values.has_major_gridlines = False, False
    low, high = drawn.bounds or _room(drawn)
    values.minimum_scale, values.maximum_scale = low, high


def _room(drawn: Bars) -> tuple[float, float]:
    """From the shortest to the longest bar, with room for the numbers at their ends."""
    totals = [
        sum(v for s in drawn.series if (v := s.values[n]) is not None)
        for n in range(len(drawn.labels))
    ]
    low, high = min([0.0, *totals]), max([0.0, *totals])
    room = (high - low) * 0.14 or 1.0
    return low - room * (low < 0), high + room


def _inside(series: Any, given: Series, form: str) -> None:
    """Numbers within a part of a bar: readable on its colour, or none where it is only a rest."""
    from pptx.util import Pt

    labels = series.data_labels
    labels.show_value = given.colour != "card"
    labels.number_format, labels.number_format_is_linked = form, False
    labels.font.size = Pt(10)
    colour = given.colour or "accent"
    if given.colour != "card":
        light = colour == "accent" or _is_dark(colour)
        paint(labels.font.color, "#FFFFFF" if light else "#1F2733")


def _is_dark(colour: str) -> bool:
    if not colour.startswith("#"):
        return False
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 150


def lines(slide: Any, drawn: Lines, box: Box) -> None:
    """Lines with a mark at each value, and the last value of each said."""
    from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
    from pptx.util import Pt

    data = _categories(_below(drawn.labels, box), drawn.series, drawn.form)
    chart = placed(slide, XL_CHART_TYPE.LINE_MARKERS, data, box)
    plot = chart.plots[0].series
    for series, given, side in zip(plot, drawn.series, drawn.sides(), strict=True):
        series.smooth = False
        series.format.line.width = Pt(2.5)
        paint(series.format.line.color, given.colour or "accent")
        dressed(series.marker, XL_MARKER_STYLE.CIRCLE, 6, given.colour or "accent")
        if side:
            _say_last(series, given, side)
    _legend(chart, True)
    calm(chart.category_axis, drawn.axis)
    _level(chart.category_axis)
    chart.category_axis.has_major_gridlines = False
    axis = chart.value_axis
    calm(axis)
    axis.minimum_scale, axis.maximum_scale = drawn.bounds
    axis.major_unit = drawn.step
    axis.format.line.fill.background()
    axis.major_gridlines.format.line.width = Pt(0.5)
    paint(axis.major_gridlines.format.line.color, "card")
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False


def _say_last(series: Any, given: Series, side: Side) -> None:
    """The last value beside its mark."""
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    assert given.last is not None
    at, value = given.last
    label = series.points[at].data_label
    label.position = getattr(XL_LABEL_POSITION, side.upper())
    run = label.text_frame.paragraphs[0].add_run()
    run.text = f"{value:z.0f}"
    run.font.size, run.font.bold = Pt(12), True
    paint(run.font.color, given.colour or "accent")


def radar(slide: Any, drawn: Radar, box: Box) -> None:
    """A shape per series; the first is the strongest line."""
    from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    data = _categories(drawn.labels, drawn.series, drawn.form)
    chart = placed(slide, XL_CHART_TYPE.RADAR_MARKERS, data, box)
    for n, (series, given) in enumerate(zip(chart.plots[0].series, drawn.series, strict=True)):
        colour = given.colour or "accent"
        series.format.line.width = Pt(3 if n == 0 else 1.75)
        paint(series.format.line.color, colour)
        if n:
            series.format.line.dash_style = MSO_LINE.DASH
        dressed(series.marker, XL_MARKER_STYLE.CIRCLE, 8 if n == 0 else 5, colour)
        series._element.remove(series._element.find("{*}smooth"))  # not of a radar's lines
    _legend(chart, len(drawn.series) > 1)
    axis = chart.value_axis
    calm(axis)
    axis.minimum_scale, axis.maximum_scale = drawn.bounds
    axis.major_unit = 1
    axis.format.line.fill.background()
    axis.major_gridlines.format.line.width = Pt(0.5)
    paint(axis.major_gridlines.format.line.color, "quiet")
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
    chart.category_axis.tick_labels.font.size = Pt(13)


def _below(labels: tuple[str, ...], box: Box) -> tuple[str, ...]:
    """Names below an axis, in two lines where they would touch each other."""
    each = (box.width - 40) / max(len(labels), 1)
    touch = any(fit.width(label, 10) + 8 > each for label in labels)
    return tuple(label.replace(" ", "\n", 1) for label in labels) if touch else labels


def _categories(labels: tuple[str, ...], series: tuple[Series, ...], form: str) -> Any:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format=form)
    data.categories = ["\n".join(map(word, label.split("\n"))) for label in labels]
    for one in series:
        data.add_series(word(one.name), one.values)
    return data


def placed(slide: Any, kind: Any, data: Any, box: Box) -> Any:
    """A chart in its box, in the deck's own letters."""
    from pptx.util import Pt

    chart = slide.shapes.add_chart(kind, *emu(box), data).chart
    chart.has_title = False
    chart.font.size = Pt(11)
    paint(chart.font.color, "ink")
    return chart


def _coloured(plot: Any, given: tuple[Series, ...]) -> None:
    for series, one in zip(plot, given, strict=True):
        series.invert_if_negative = False
        series.format.fill.solid()
        paint(series.format.fill.fore_color, one.colour or "accent")


def _legend(chart: Any, wanted: bool) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart.has_legend = wanted
    if wanted:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(11)


def _level(axis: Any) -> None:
    """Names below an axis stand level, never aslant."""
    axis._element.get_or_add_txPr().find("{*}bodyPr").set("rot", "0")


def calm(axis: Any, title: str = "") -> None:
    """Quiet figures, a thin line, and a title in plain words."""
    from pptx.util import Pt

    axis.tick_labels.font.size = Pt(10)
    paint(axis.tick_labels.font.color, "quiet")
    axis.format.line.width = Pt(0.75)
    paint(axis.format.line.color, "quiet")
    axis.has_title = bool(title)
    if title:
        run = axis.axis_title.text_frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.bold = title, Pt(11), False
        paint(run.font.color, "quiet")
