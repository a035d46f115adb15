"""The strokes of which the charts of a page are drawn (SVG). All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from cmi.reports import fit
from cmi.reports.packs.page import Series

COLOURS = {
    "": "#2B5FD9",
    "accent": "#2B5FD9",
    "quiet": "#5B6675",
    "ink": "#1F2733",
    "card": "#E9EDF3",
}
LINE = "#D5DAE1"
WIDE, TALL = 560.0, 480.0


@dataclass(frozen=True)
class Type:
    """How a text is set; `within` cuts it to so much of a line."""

    size: float = 12
    fill: str = "ink"
    anchor: str = "start"
    bold: bool = False
    within: float = 0


def said(value: float, form: str) -> str:
    """A number as a chart shows it, in one of the forms of cmi.reports.packs.page."""
    if "%" in form:
        return f"{value:.0f}%" if value >= 4 else ""
    digits = 1 if "0.0" in form else 0
    number = f"{value:+z,.{digits}f}" if form.startswith("+") else f"{value:z,.{digits}f}"
    return number.replace("-", "−")


def colour(name: str) -> str:
    """A colour of a page as "#RRGGBB"."""
    return COLOURS.get(name, name)


def is_dark(fill: str) -> bool:
    """Whether white is read better on it than black."""
    red, green, blue = (int(fill[n : n + 2], 16) for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 150


def text(x: float, y: float, words: str, look: Type | None = None) -> str:
    """Words at a place."""
    look = look or Type()
    shown = fit.one_line(words)
    if look.within:
        shown = fit.cut(shown, look.size, look.within)
    weight = ' font-weight="bold"' if look.bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{look.size:g}" fill="{colour(look.fill)}" '
        f'text-anchor="{look.anchor}"{weight}>{escape(shown)}</text>'
    )


def line(
    start: tuple[float, float], end: tuple[float, float], stroke: str = LINE, more: str = ""
) -> str:
    """A straight line; `more` are further attributes."""
    (x, y), (x2, y2) = start, end
    return f'<path d="M{x:.1f} {y:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" {more}/>'


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" '
        f'fill="{colour(fill)}"/>'
    )


def drawing(parts: Iterable[str], height: float = TALL) -> str:
    """All strokes as one picture, as wide as its place."""
    return f'<svg viewBox="0 0 {WIDE:g} {height:g}" role="img" fill="none">{"".join(parts)}</svg>'


def legend(series: tuple[Series, ...], y: float) -> Iterator[str]:
    """What the colours mean, where there are several."""
    x = 4.0
    for one in series:
        wide = fit.width(fit.one_line(one.name), 12) + 32
        if x + wide > WIDE and x > 4:
            x, y = 4.0, y + 18
        yield rectangle(x, y - 9, 10, 10, one.colour)
        yield text(x + 15, y, one.name, Type(within=WIDE - 40))
        x += wide
