"""Numbers over periods: lines with their names at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from statistics import fmean
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.words import day, period

APART = 0.065  # of the height, from one name to the next
NAME = 16  # pixels that a name of rules is high
BESIDE = 4  # periods from one such name to the next in the same line
LONGEST_NAME = 40  # letters
MOST_TICKS = 13  # as many as stand level beside each other in half a page
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "star")
SHADES = {
    False: ("#2B5FD9", "#8A4FBF", "#0F7C86", "#9A5B12", "#5B6675", "#B23A6B", "#4A7A1E"),
    True: ("#7FA8FF", "#C39BEB", "#5CC6CF", "#E0A860", "#A3ADBB", "#EF8FB5", "#A5CF74"),
}


def lines(
    values: pd.DataFrame,
    look: Look,
    *,
    axis: str,
    bounds: tuple[float, float] | None = None,
    months: bool = False,
    rules: Mapping[pd.Timestamp, str] | None = None,
) -> go.Figure:
    """A line per series over the periods; each carries its name at its end.

    `values`: period (day), series, value, hint, and perhaps carried (drawn hollow, and dotted from
    the period before), beside (drawn thin and grey) and pick (a list of texts that a click hands
    over, after the hint). A missing value leaves a gap; nothing is joined over it. `rules`: the
    periods from which other rules hold, and their names.
    """
    figure = canvas(look, 340)
    days = values["period"].drop_duplicates().sort_values().tolist()
    places = {end: n for n, end in enumerate(days)}  # as far apart as each other, also the last
    values = values.assign(place=values["period"].map(places))
    series = list(dict.fromkeys(values["series"]))
    ends: list[tuple[float, Any, str, str]] = []
    n = 0
    for name in series:
        rows = values[values["series"] == name].sort_values("period")
        beside = "beside" in rows and bool(rows["beside"].any())
        colour = look.quiet if beside else SHADES[look.dark][n % len(SHADES[look.dark])]
        shown = escape(str(name), quote=False)
        known = rows.dropna(subset="value")
        if len(known):
            ends.append((float(known["value"].iloc[-1]), known["place"].iloc[-1], shown, colour))
        carried = rows.get("carried", pd.Series(False, index=rows.index)).astype(bool)
        for dash, where in (("solid", ~carried), ("dot", carried)):
            if (part := _segments(rows, where)).shape[0]:
                figure.add_trace(_joined(part, colour, dash, 1 if beside else 2.5))
        marks = _marks(rows, carried, shown, colour, look)
        symbol = "circle" if beside else SYMBOLS[n % len(SYMBOLS)]
        figure.add_trace(marks.update(marker={"symbol": symbol, "size": 5 if beside else 9}))
        n += not beside
    low, high = bounds or (0.0, float(values["value"].max()) if len(values) else 1.0)
    if len(series) > 1:
        name_ends(figure, ends, low, high if high > low else low + 1)
    longest = max((len(str(name)) for name in series), default=0) if len(series) > 1 else 0
    marks = {places[end]: name for end, name in (rules or {}).items() if end in places}
    margin = {"l": 10, "r": 24 + 7 * min(longest, 24), "t": 24 + NAME * _crowded(marks), "b": 50}
    figure.update_layout(margin=margin)
    _from_here(figure, marks, len(days), look)
    shown_days = days[:: -(-len(days) // MOST_TICKS) or 1]
    figure.update_xaxes(
        tickvals=[places[end] for end in shown_days],
        ticktext=ticks(shown_days, months=months),
        tickangle=0,
        showgrid=False,
        range=[-0.4, max(len(days), 1) - 0.6],  # the names at the ends stand beyond it
    )
    room = (high - low) * 0.03  # for a mark that lies on the edge
    return figure.update_yaxes(
        title={"text": axis},
        range=[low - room, high + room],
        tickvals=_tens(low, high) if bounds else None,
        automargin=True,
    )


def _tens(low: float, high: float) -> list[int]:
    """10, 20, 30, ...; of a high chart every second."""
    return list(range(int(low), int(high) + 1, 10 if high - low <= 60 else 20))


def _segments(rows: pd.DataFrame, wanted: pd.Series[bool]) -> pd.DataFrame:
    """The ends of the wanted steps from one period to the next, a gap after each."""
    known = rows["value"].notna()
    whole = known & known.shift(fill_value=False) & wanted
    before = rows[["place", "value"]].shift()[whole]
    gap = before.assign(value=float("nan"))
    steps = [before.assign(_=0), rows.loc[whole, ["place", "value"]].assign(_=1), gap.assign(_=2)]
    return pd.concat(steps).rename_axis("step").sort_values(["step", "_"])


def _joined(steps: pd.DataFrame, colour: str, dash: str, width: float) -> go.Scatter:
    return go.Scatter(
        x=steps["place"],
        y=steps["value"],
        mode="lines",
        line={"color": colour, "width": width, "dash": dash},
        connectgaps=False,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _marks(
    rows: pd.DataFrame, carried: pd.Series[bool], name: str, colour: str, look: Look
) -> go.Scatter:
    return go.Scatter(
        x=rows["place"],
        y=rows["value"],
        mode="markers",
        cliponaxis=False,
        name=name,
        marker={
            "color": [look.paper if old else colour for old in carried],
            "line": {"color": colour, "width": 2},
        },
        unselected={"marker": {"opacity": 1}},
        customdata=handed_over(rows),
        text=[day(end) for end in rows["period"]],
        hovertemplate=f"<b>{literal(name)}</b><br>%{{text}}: %{{y:.1f}}"
        "<br>%{customdata[0]}<extra></extra>",
    )


def name_ends(
    figure: go.Figure, ends: Sequence[tuple[float, Any, str, str]], low: float, high: float
) -> None:
    """Each line's name at its end, moved apart where they would lie on each other."""
    apart = (high - low) * APART
    ordered = sorted(ends, key=lambda end: end[0])
    together: list[list[float]] = []  # names that meet, where the lowest would be for each of them
    for n, (value, *_) in enumerate(ordered):
        together.append([value - n * apart])
        while len(together) > 1 and fmean(together[-2]) > fmean(together[-1]):
            meets = together.pop()
            together[-1] += meets
    lowest = [fmean(names) for names in together for _ in names]
    highest = high - (len(ordered) - 1) * apart  # none above the chart
    heights = [min(max(at, low), highest) + n * apart for n, at in enumerate(lowest)]
    for (_, place, name, colour), height in zip(ordered, heights, strict=True):
        figure.add_annotation(
            x=place,
            y=height,
            text=name,
            xanchor="left",
            xshift=10,
            showarrow=False,
            font={"color": colour, "size": 13},
        )


def _crowded(marks: Mapping[int, str]) -> bool:
    """Whether names of rules would lie on each other in one line."""
    return any(b - a < BESIDE for a, b in pairwise(sorted(marks)))


def _from_here(figure: go.Figure, marks: Mapping[int, str], periods: int, look: Look) -> None:
    """A line where other rules hold, and their name above it, on two levels where it is crowded."""
    levels = 1 + _crowded(marks)
    for n, place in enumerate(sorted(marks)):
        line = {"color": look.quiet, "width": 1, "dash": "dash"}
        figure.add_vline(place, line=line, layer="below")
        name = marks[place]
        short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        figure.add_annotation(
            x=place,
            y=1,
            yref="paper",
            yshift=NAME * (n % levels),
            text=escape(short, quote=False),
            xanchor="right" if place > periods / 2 else "left",  # else it would be cut
            yanchor="bottom",
            showarrow=False,
            font={"color": look.quiet, "size": 12},
        )


def ticks(days: Sequence[pd.Timestamp], *, months: bool = False) -> list[str]:
    """The periods in two level lines, the year where it begins: Q4<br>2025, Q1<br>2026, Q2."""
    names = [period(end, months=months).rpartition(" ") for end in days]
    years = ["", *(year for _, _, year in names)]
    return [
        f"{name}<br>{year}" if year != before else name
        for before, (name, _, year) in zip(years, names, strict=False)
    ]


def handed_over(rows: pd.DataFrame) -> list[list[str]]:
    """The hint, then what a click says."""
    picks = list(rows["pick"]) if "pick" in rows else [()] * len(rows)
    hints = [escape(str(hint), quote=False) for hint in rows["hint"]]
    return [[hint, *pick] for hint, pick in zip(hints, picks, strict=True)]


def literal(text: str) -> str:
    """Text inside a hover template, where % and braces would be read."""
    return text.replace("%", "&#37;").replace("{", "&#123;").replace("}", "&#125;")
