"""The plane, lines and the radar of a page as drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import cos, pi, sin

from cmi.reports import beside
from cmi.reports.packs.page import Cloud, Lines, Mark, Plane, Radar, Series, Side
from cmi.reports.paper import svg
from cmi.reports.paper.svg import COLOURS, LINE, TALL, WIDE, Type

_MARKS = {
    "x": "M-1-1L1 1M-1 1L1-1",
    "cross": "M0-1V1M-1 0H1",
    "star": "M0-1V1M-.9-.5L.9.5M-.9.5L.9-.5",
    "diamond": "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
    "square": "M-.9-.9H.9V.9H-.9Z",
    "triangle-up": "M0-1.1L1.1.9H-1.1Z",
    "triangle-down": "M0 1.1L1.1-.9H-1.1Z",
    "hexagon": "M1 0L.5.87H-.5L-1 0L-.5-.87H.5Z",
}
_STROKED = ("x", "cross", "star")
_DASHED = 'stroke-dasharray="5 4"'

_Place = Callable[[float, float], tuple[float, float]]


def plane(drawn: Plane) -> str:
    """Maturity on x, health on y, the larger marks below the smaller."""
    left, top, right, bottom = 44.0, 12.0, WIDE - 12, TALL - 44

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / 100, bottom - (bottom - top) * y / 100

    parts = [svg.line(at(0, 0), at(100, 0)), svg.line(at(0, 0), at(0, 100))]
    quiet = COLOURS["quiet"]
    parts += [svg.line(at(c, 0), at(c, 100), quiet, _DASHED) for c in drawn.cmi_cuts]
    parts += [svg.line(at(0, c), at(100, c), quiet, _DASHED) for c in drawn.chs_cuts]
    for step in (0, 25, 50, 75, 100):
        x, y = at(step, step)
        parts.append(svg.text(x, bottom + 16, f"{step}", Type(11, "quiet", "middle")))
        parts.append(svg.text(left - 6, y + 4, f"{step}", Type(11, "quiet", "end")))
    marks = [(cloud, mark) for cloud in drawn.clouds for mark in cloud.marks]
    parts += [_mark(c, m, *at(m.x, m.y)) for c, m in sorted(marks, key=lambda one: -one[1].size)]
    sides = beside.sides(drawn, right - left, bottom - top, 12)
    parts += [_named(mark, at(mark.x, mark.y), side) for mark, side in sides.items()]
    below, middle = Type(fill="quiet", anchor="middle"), (left + right) / 2
    parts.append(svg.text(middle, TALL - 8, "Maturity (CMI): ad hoc → managed", below))
    upwards = svg.text(0, 0, "Health (CHS): struggling → thriving", below)
    turned = f'transform="translate(12 {(top + bottom) / 2:.0f}) rotate(-90)"'
    return svg.drawing([*parts, f"<g {turned}>{upwards}</g>"])


def _mark(cloud: Cloud, mark: Mark, x: float, y: float) -> str:
    size, fill = 3.2 + 10 * mark.size, svg.colour(cloud.colour)
    if cloud.symbol not in _MARKS:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{fill}" stroke="#fff"/>'
    look = f'fill="{fill}" stroke="#fff"'
    if cloud.symbol in _STROKED:
        look = f'stroke="{fill}" stroke-width="2"'
    return (
        f'<path transform="translate({x:.1f} {y:.1f}) scale({size:.1f})" vector-effect='
        f'"non-scaling-stroke" d="{_MARKS[cloud.symbol]}" {look}/>'
    )


def _named(mark: Mark, place: tuple[float, float], side: Side) -> str:
    """A name beside a mark, on a light ground."""
    look = Type(within=beside.LONGEST)
    name = _beside(place, mark.name, side, 6 + 10 * mark.size, look)
    return name.replace("<text ", '<text paint-order="stroke" stroke="#fff" stroke-width="4" ', 1)


def lines(drawn: Lines) -> str:
    """Lines with a mark at each value, gaps where nothing is known."""
    left, top, right, bottom = 34.0, 14.0, WIDE - 24, TALL - 80
    low, high = drawn.bounds
    step = (right - left - 20) / max(len(drawn.labels) - 1, 1)

    def at(n: float, value: float) -> tuple[float, float]:
        return left + 10 + n * step, bottom - (value - low) / (high - low) * (bottom - top)

    parts = []
    for n in range(int((high - low) / drawn.step) + 1):
        value = low + n * drawn.step
        y = at(0, value)[1]
        parts.append(svg.line((left, y), (right, y)))
        parts.append(svg.text(left - 6, y + 4, f"{value:.0f}", Type(11, "quiet", "end")))
    every = max(1, -(-len(drawn.labels) * 44 // int(right - left)))
    for n, label in enumerate(drawn.labels):
        if (len(drawn.labels) - 1 - n) % every == 0:
            x, _ = at(n, low)
            parts.append(svg.text(x, bottom + 16, label, Type(10, "quiet", "middle")))
    if drawn.axis:
        look = Type(11, "quiet", "middle")
        parts.append(svg.text((left + right) / 2, bottom + 34, drawn.axis, look))
    for one, side in zip(drawn.series, drawn.sides(), strict=True):
        parts += _way(one, at, side, drawn.form)
    return svg.drawing([*parts, *svg.legend(drawn.series, bottom + 54)])


def _way(one: Series, at: _Place, side: Side, form: str) -> Iterator[str]:
    """The line of a series; its last value is said on a side, if there is one."""
    known = [(n, v) for n, v in enumerate(one.values) if v is not None]
    fill = svg.colour(one.colour)
    for (n, v), (m, w) in pairwise(known):
        if m == n + 1:
            yield svg.line(at(n, v), at(m, w), fill, 'stroke-width="2.5"')
    for n, v in known:
        yield _dot(at(n, v), 3.5, fill)
    if known and side:
        yield _beside(at(*known[-1]), svg.said(known[-1][1], form), side, 8, Type(fill=fill))


def _beside(place: tuple[float, float], words: str, side: Side, away: float, look: Type) -> str:
    """Words in bold on a side of a place."""
    (x, y), anchor = place, {"right": "start", "left": "end"}.get(side, "middle")
    x += {"right": away, "left": -away}.get(side, 0)
    y += {"above": -away, "below": away + 9}.get(side, 4)
    return svg.text(x, y, words, replace(look, anchor=anchor, bold=True))


def _dot(place: tuple[float, float], size: float, fill: str) -> str:
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{size:g}" fill="{fill}"/>'


def radar(drawn: Radar) -> str:
    """A closed shape per series over the axes."""
    middle, across = (WIDE / 2, 220.0), 170.0
    low, high = drawn.bounds
    count = max(len(drawn.labels), 1)

    def at(n: float, value: float) -> tuple[float, float]:
        far = across * (value - low) / (high - low)
        turn = 2 * pi * n / count
        return middle[0] + far * sin(turn), middle[1] - far * cos(turn)

    parts = []
    for level in range(int(low) + 1, int(high) + 1):
        parts.append(_closed((at(n, level) for n in range(count)), LINE, ""))
        x, y = at(0, level)
        parts.append(svg.text(x + 4, y + 11, f"{level}", Type(10, "quiet")))
    for n, label in enumerate(drawn.labels):
        x, y = at(n, high + 0.35)
        anchor = "middle" if abs(x - middle[0]) < 5 else "start" if x > middle[0] else "end"
        parts.append(svg.line(middle, at(n, high)))
        parts.append(svg.text(x, y + 4, label, Type(13, anchor=anchor, within=150)))
    for n, one in reversed(list(enumerate(drawn.series))):
        fill = svg.colour(one.colour)
        look = 'stroke-width="3"' if n == 0 else f'stroke-width="2" {_DASHED}'
        known = [at(m, v) for m, v in enumerate(one.values) if v is not None]
        parts.append(_closed(known, fill, look))
        parts += [_dot(place, 4, fill) for place in known]
    return svg.drawing([*parts, *svg.legend(drawn.series, TALL - 24)])


def _closed(places: Iterable[tuple[float, float]], stroke: str, look: str) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polygon points="{corners}" stroke="{stroke}" {look}/>'
