"""Numbers over periods: lines with their names at the end, and the mix of the scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.methodology import Scenario

APART = 0.065  # of the height, from one name to the next
MOST_TICKS = 6
BANDS_UP = {"low": 0, "mid": 1, "high": 2}  # from the worst at the bottom to the best
LINES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SHADES = {
    False: ("#2B5FD9", "#8A4FBF", "#0F7C86", "#9A5B12", "#5B6675", "#B23A6B"),
    True: ("#7FA8FF", "#C39BEB", "#5CC6CF", "#E0A860", "#A3ADBB", "#EF8FB5"),
}


def lines(
    values: pd.DataFrame, look: Look, *, axis: str, bounds: tuple[float, float] | None = None
) -> go.Figure:
    """A line per series over the periods; each carries its name at its end.

    `values`: period (day), series, value, hint. A missing value leaves a gap; nothing is joined
    over it.
    """
    figure = canvas(look, 340)
    series = list(dict.fromkeys(values["series"]))
    ends: list[tuple[float, Any, str, str]] = []
    for n, name in enumerate(series):
        rows = values[values["series"] == name].sort_values("period")
        colour = SHADES[look.dark][n % len(SHADES[look.dark])]
        shown = escape(str(name), quote=False)
        known = rows.dropna(subset="value")
        if len(known):
            ends.append((float(known["value"].iloc[-1]), known["period"].iloc[-1], shown, colour))
        figure.add_trace(
            go.Scatter(
                x=rows["period"],
                y=rows["value"],
                mode="lines+markers",
                line={"color": colour, "width": 2.5, "dash": LINES[n % len(LINES)]},
                marker={"size": 7, "color": colour},
                connectgaps=False,
                customdata=[[escape(str(hint), quote=False)] for hint in rows["hint"]],
                hovertemplate=f"<b>{_literal(shown)}</b><br>%{{x|%-d %b %Y}}: %{{y:.1f}}"
                "<br>%{customdata[0]}<extra></extra>",
            )
        )
    low, high = bounds or (0.0, float(values["value"].max()) if len(values) else 1.0)
    if len(series) > 1:
        _name_ends(figure, ends, (high - low) or 1.0)
    longest = max((len(str(name)) for name in series), default=0) if len(series) > 1 else 0
    figure.update_layout(margin={"l": 10, "r": 30 + 8 * min(longest, 24), "t": 10, "b": 40})
    _periods(figure, values["period"].drop_duplicates().tolist())
    return figure.update_yaxes(
        title={"text": axis}, range=bounds, rangemode="tozero", automargin=True
    )


def _name_ends(
    figure: go.Figure, ends: Sequence[tuple[float, Any, str, str]], height: float
) -> None:
    """Each line's name at its end, moved apart where they would lie on each other."""
    lowest = -1e300
    for value, period, name, colour in sorted(ends, key=lambda end: end[0]):
        lowest = max(value, lowest + height * APART)
        figure.add_annotation(
            x=period,
            y=lowest,
            text=name,
            xanchor="left",
            xshift=10,
            showarrow=False,
            font={"color": colour, "size": 13},
        )


def mix(
    shares: pd.DataFrame,
    scenarios: Sequence[Scenario],
    look: Look,
    *,
    what: str,
    lying: bool = False,
) -> go.Figure:
    """One bar per label (a period, a segment; `lying` for names), made of the scenarios' shares.

    `shares`: label, scenario (key), share (0-1), hint; labels in their order.
    """
    figure = canvas(look, 100 + 34 * shares["label"].nunique() if lying else 340)
    for scenario in sorted(scenarios, key=lambda s: (BANDS_UP[s.chs], BANDS_UP[s.cmi])):
        rows = shares[shares["scenario"] == scenario.key]
        figure.add_trace(
            go.Bar(
                **dict(
                    zip("yx" if lying else "xy", (_escaped(rows), rows["share"] * 100), strict=True)
                ),
                orientation="h" if lying else "v",
                name=escape(scenario.name, quote=False),
                marker={"color": look.of(scenario), "line": {"color": look.paper, "width": 1}},
                text=[f"{share * 100:.0f}" if share >= 0.06 else "" for share in rows["share"]],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                customdata=[[escape(str(hint), quote=False)] for hint in rows["hint"]],
                hovertemplate=f"<b>{_literal(escape(scenario.name, quote=False))}</b><br>"
                f"%{{{'y' if lying else 'x'}}}: %{{{'x' if lying else 'y'}:.0f}} %"
                "<br>%{customdata[0]}<extra></extra>",
            )
        )
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        margin={"l": 10, "r": 10, "t": 40, "b": 40},
    )
    figure.update_layout(legend_traceorder="normal")
    measured = {"title": {"text": f"% of {what}"}, "range": [0, 100], "automargin": True}
    named = {"automargin": True, "showgrid": False, "tickfont": {"color": look.ink, "size": 13}}
    if lying:
        return figure.update_xaxes(**measured).update_yaxes(autorange="reversed", **named)
    return figure.update_yaxes(**measured).update_xaxes(**named)


def _escaped(rows: pd.DataFrame) -> list[str]:
    return [escape(str(label), quote=False) for label in rows["label"]]


def _periods(figure: go.Figure, days: Sequence[pd.Timestamp]) -> None:
    """A tick per period, not more than fit."""
    step = max(1, -(-len(days) // MOST_TICKS))
    shown = sorted(days)[::-1][::step][::-1]
    figure.update_xaxes(tickvals=shown, ticktext=[period(day) for day in shown], showgrid=False)


def period(day: pd.Timestamp) -> str:
    """Q1 2026 at the end of a quarter, else 31 Jan 2026."""
    if day.is_quarter_end:
        return f"Q{day.quarter} {day.year}"
    return f"{day.day} {day:%b %Y}"


def _literal(text: str) -> str:
    """Text inside a hover template, where % and braces would be read."""
    return text.replace("%", "&#37;").replace("{", "&#123;").replace("}", "&#125;")
