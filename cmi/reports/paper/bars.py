"""Bars of a page as a drawing, from left to right or upright, with their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from cmi.reports import fit
from cmi.reports.packs.page import Bars, Series
from cmi.reports.paper import svg
from cmi.reports.paper.svg import TALL, WIDE, Type


def draw(drawn: Bars) -> str:
    """The bars."""
    return _upright(drawn) if drawn.columns else _across(drawn)


def _ends(drawn: Bars) -> tuple[float, float]:
    """How far the bars reach below and above 0."""
    rows = [[value for _, value in _at(drawn.series, n)] for n in range(len(drawn.labels))]
    ups = [sum(v for v in row if v > 0) for row in rows]
    downs = [sum(v for v in row if v < 0) for row in rows]
    return min([0.0, *downs]), max([1e-9, *ups])


def _at(series: tuple[Series, ...], n: int) -> Iterator[tuple[Series, float]]:
    for one in series:
        value = one.values[n]
        if value is not None:
            yield one, value


def _across(drawn: Bars) -> str:
    names = max((fit.width(fit.one_line(label), 12) for label in drawn.labels), default=0)
    left = min(names, WIDE * 0.36) + 10
    low, high = _ends(drawn)
    room = 40.0  # for the numbers at the ends
    below = room if low < 0 else 0.0
    scale = (WIDE - left - room - below) / (high - low)
    zero = left + below - low * scale
    each = min(64.0, max(24.0, 460 / max(len(drawn.labels), 1)))
    parts = []
    for n, label in enumerate(drawn.labels):
        y, at = n * each + 4, zero
        look = Type(anchor="end", within=left - 8)
        parts.append(svg.text(left - 8, y + each / 2 + 2, label, look))
        for series, value in _at(drawn.series, n):
            length = value * scale
            x = min(at, at + length)
            parts.append(svg.rectangle(x, y, abs(length), each - 8, series.colour))
            parts += _number(drawn, series, value, (x, y + each / 2 + 0.5, abs(length)))
            at += length if drawn.stacked else 0
    height = len(drawn.labels) * each
    parts.append(svg.line((zero, 0), (zero, height), svg.COLOURS["quiet"]))
    return svg.drawing(parts, height + 4)


def _number(
    drawn: Bars, series: Series, value: float, bar: tuple[float, float, float]
) -> Iterator[str]:
    """The number at the end of a bar, or within it where bars are stacked."""
    (x, y, length), said = bar, svg.said(value, drawn.form)
    if not drawn.stacked and value >= 0:
        yield svg.text(x + length + 5, y, said)
    elif not drawn.stacked:
        yield svg.text(x - 5, y, said, Type(anchor="end"))
    elif series.colour != "card" and length > fit.width(said, 11):
        yield svg.text(x + length / 2, y, said, _upon(series))


def _upon(series: Series) -> Type:
    """How a number is set on the colour of its bar."""
    fill = "#FFFFFF" if svg.is_dark(svg.colour(series.colour)) else "ink"
    return Type(size=11, fill=fill, anchor="middle")


def _upright(drawn: Bars) -> str:
    top, bottom = 8.0, TALL - 60
    _, high = _ends(drawn)
    each = (WIDE - 8) / max(len(drawn.labels), 1)
    parts = []
    for n, label in enumerate(drawn.labels):
        x, y = 4 + n * each + each * 0.14, bottom
        middle = x + each * 0.36
        for series, value in _at(drawn.series, n):
            height = value / high * (bottom - top)
            parts.append(svg.rectangle(x, y - height, each * 0.72, height, series.colour))
            if height > 15:
                said = svg.said(value, drawn.form)
                parts.append(svg.text(middle, y - height / 2 + 4, said, _upon(series)))
            y -= height
        look = Type(10, "quiet", "middle", within=each)
        parts.append(svg.text(middle, bottom + 16, label, look))
    return svg.drawing([*parts, *svg.legend(drawn.series, bottom + 36)])
