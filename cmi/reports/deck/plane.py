"""The plane of maturity and health as a chart that can be edited."""

from __future__ import annotations

from typing import Any

from cmi.reports import beside, fit
from cmi.reports.deck.charts import calm, dressed, placed, word
from cmi.reports.deck.drawing import DRAWING, Box, paint
from cmi.reports.fit import one_line
from cmi.reports.packs.page import Cloud, Mark, Plane, Side

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
LETTERS = 10.0  # the size of a name beside its mark
AXES = 62.0  # points of the chart that its axes take, with their titles
SMALL, LARGE = 6, 26  # diameters of marks, in points


def plane(slide: Any, drawn: Plane, box: Box) -> None:
    """Maturity on x, health on y: a series per scenario, and one per cut."""
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = XyChartData(number_format="0.0")
    # A program that is not PowerPoint leaves out points of a series before a longer one.
    clouds = sorted(drawn.clouds, key=lambda c: len(c.marks), reverse=True)
    for cloud in clouds:
        points = data.add_series(word(cloud.name))
        for mark in cloud.marks:
            points.add_data_point(mark.x, mark.y)
    cuts = [((cut, 0.0), (cut, 100.0), "maturity") for cut in drawn.cmi_cuts]
    cuts += [((0.0, cut), (100.0, cut), "health") for cut in drawn.chs_cuts]
    for start, end, axis in cuts:
        line = data.add_series(f"Cut of {axis} at {start[0] or start[1]:.4g}")
        line.add_data_point(*start)
        line.add_data_point(*end)
    chart = placed(slide, XL_CHART_TYPE.XY_SCATTER, data, box)
    plot = list(chart.plots[0].series)
    sides = beside.sides(drawn, box.width - AXES, box.height - AXES, LETTERS)
    for cloud, series in zip(clouds, plot, strict=False):
        _marks(series, cloud, sides)
    for series in plot[len(clouds) :]:
        _cut_line(series)
    chart.has_legend = False
    titles = "Maturity (CMI): ad hoc → managed", "Health (CHS): struggling → thriving"
    for axis, title in zip((chart.category_axis, chart.value_axis), titles, strict=True):
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, 100, 25
        axis.has_major_gridlines = False
        calm(axis, title)


def _marks(series: Any, cloud: Cloud, sides: dict[Mark, Side]) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.format.line.fill.background()
    symbol = getattr(XL_MARKER_STYLE, _SYMBOLS.get(cloud.symbol, "CIRCLE"))
    dressed(series.marker, symbol, SMALL, cloud.colour)
    for n, mark in enumerate(cloud.marks):
        size = round(SMALL + (LARGE - SMALL) * mark.size)
        if size != SMALL:
            dressed(series.points[n].marker, symbol, size, cloud.colour)
        if mark in sides:
            _named(series.points[n].data_label, mark.name, sides[mark])


def _named(label: Any, name: str, side: Side) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    label.position = getattr(XL_LABEL_POSITION, side.upper())
    run = label.text_frame.paragraphs[0].add_run()
    run.text = fit.cut(one_line(name), LETTERS, beside.LONGEST * fit.BOLD)
    run.font.size, run.font.bold = Pt(LETTERS), True
    paint(run.font.color, "ink")
    _on_paper(label)


def _on_paper(label: Any) -> None:
    """A light ground behind a name that stands on other marks; it has its place in the order."""
    from pptx.oxml import parse_xml

    ground = (
        f'<c:spPr xmlns:c="{CHART}" xmlns:a="{DRAWING}"><a:solidFill><a:schemeClr val="bg1">'
        '<a:alpha val="75000"/></a:schemeClr></a:solidFill></c:spPr>'
    )
    element = label._dLbl
    before = element.find(f"{{{CHART}}}tx")
    before.addnext(parse_xml(ground))


def _cut_line(series: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    series.marker.style = XL_MARKER_STYLE.NONE
    series.smooth = False
    series.format.line.width = Pt(1)
    series.format.line.dash_style = MSO_LINE.DASH
    paint(series.format.line.color, "quiet")


_SYMBOLS = {
    "x": "X",
    "cross": "PLUS",
    "diamond": "DIAMOND",
    "square": "SQUARE",
    "circle": "CIRCLE",
    "star": "STAR",
    "triangle-up": "TRIANGLE",
}
