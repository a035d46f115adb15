"""One customer over time: both scores, what happened beneath them, and the day of the renewal."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.words import day

SYMBOLS = {"Assessed": "circle", "Outcome": "diamond", "Decided": "square"}  # the lanes
LANE = 0.1  # of the height
SIGN = 1 / 100  # of the width: a name is left out where the next mark would stand in it
SCORES = {"chs": "Health (CHS)", "cmi": "Maturity (CMI)"}


def timeline(
    way: pd.DataFrame,
    happenings: pd.DataFrame,
    look: Look,
    *,
    today: date,
    renewal: date | None = None,
) -> go.Figure:
    """Both scores over the periods, and beneath them a lane for each kind of happening; the lanes
    alone where no score is known of two periods.

    `way`: period, cmi, chs, chs_hollow and cmi_hollow (True where a score rests on stale values
    only); `happenings`: date, lane, label, hint. `today` and, when given, `renewal` are lines.
    """
    lanes = [lane for lane in SYMBOLS if lane in set(happenings["lane"])]
    alone = way[[*SCORES]].notna().sum().max() < 2
    figure = canvas(look, 80 + 40 * len(lanes) if alone else 420)
    lines = {"chs": (look.accent, "solid"), "cmi": (look.ink, "dot")}
    for score, (colour, dash) in lines.items():
        if way[score].notna().any() and not alone:
            figure.add_trace(
                _score(way, score, look, {"color": colour, "width": 2.5, "dash": dash})
            )
    named = {pd.Timestamp(today): day(today)}
    if renewal is not None:
        named[pd.Timestamp(renewal)] = f"renewal {day(renewal)}"
    days = [*way["period"], *happenings["date"], *named]
    room = (max(days) - min(days)) * 0.04 + pd.Timedelta(days=2)
    ends = (min(days) - room, max(days) + room)
    for height, lane in enumerate(reversed(lanes)):
        told = happenings[happenings["lane"] == lane]
        figure.add_trace(_lane(told, lane, height, ends, look))
    for line, (when, name) in enumerate(named.items()):
        figure.add_shape(
            type="line", x0=when, x1=when, yref="paper", y0=0, y1=1,
            line={"color": look.quiet, "width": 1, "dash": "dot"},
        )  # fmt: skip
        figure.add_annotation(
            x=when, yref="paper", y=1, yanchor="bottom", xanchor="right", text=name,
            yshift=13 * line, showarrow=False, font={"size": 11, "color": look.quiet},
        )  # fmt: skip
    return _arranged(figure, lanes, look, alone=alone).update_xaxes(
        range=list(ends),
        showgrid=False,
        tickformat="%b %Y",
        nticks=8,
    )


def _arranged(figure: go.Figure, lanes: list[str], look: Look, *, alone: bool) -> go.Figure:
    """The scores above the lanes, or the lanes alone."""
    beneath = 1.0 if alone else LANE * len(lanes)
    axis = {"zeroline": False, "automargin": True}
    figure.update_layout(
        margin={"l": 10, "r": 10, "t": 44, "b": 30},
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.05, "x": 0},
        yaxis={
            "domain": [min(beneath + 0.03 * bool(lanes), 1), 1],
            "visible": not alone,
            "range": [0, 100],
            "tickvals": [0, 25, 50, 75, 100],
            "title": {"text": "score"},
            **axis,
        },
        yaxis2={
            "domain": [0, beneath],
            "range": [-0.5, max(len(lanes), 1) - 0.5],
            "tickvals": list(range(len(lanes))),
            "ticktext": lanes[::-1],
            "tickfont": {"color": look.ink, "size": 12},
            "showgrid": False,
            **axis,
        },
    )
    return figure.update_layout(xaxis={"anchor": "y2"}) if lanes else figure


def _score(way: pd.DataFrame, score: str, look: Look, line: dict[str, Any]) -> go.Scatter:
    """A line over the periods, with gaps where nothing is known."""
    hollow = way[f"{score}_hollow"]
    return go.Scatter(
        x=way["period"],
        y=way[score],
        mode="lines+markers",
        name=SCORES[score],
        line=line,
        marker={
            "size": 8,
            "color": [look.paper if old else line["color"] for old in hollow],
            "line": {"width": 2, "color": line["color"]},
        },
        connectgaps=False,
        customdata=[["<br>from stale values only" if old else ""] for old in hollow],
        hovertemplate=f"{SCORES[score]} %{{y:.0f}}, %{{x|%-d %b %Y}}%{{customdata[0]}}"
        "<extra></extra>",
        cliponaxis=False,
    )


def _lane(
    told: pd.DataFrame, lane: str, height: int, ends: tuple[pd.Timestamp, pd.Timestamp], look: Look
) -> go.Scatter:
    """The happenings of one kind, each with its name on a side where there is room for it."""
    span = (ends[1] - ends[0]).days
    needed = told["label"].str.len() * SIGN + 2 * SIGN
    right = told["date"].shift(-1, fill_value=ends[1]) - told["date"]
    left = told["date"] - told["date"].shift(1, fill_value=ends[0])
    after, before = (room.dt.days / span > needed for room in (right, left))
    before &= ~after & ~after.shift(1, fill_value=False)  # the one before has taken that place
    return go.Scatter(
        x=told["date"],
        y=[height] * len(told),
        yaxis="y2",
        mode="markers+text",
        text=[
            f" {escape(str(label), quote=False)} " if shown else ""
            for label, shown in zip(told["label"], after | before, strict=True)
        ],
        textposition=["middle right" if shown else "middle left" for shown in after],
        textfont={"size": 11, "color": look.quiet},
        marker={"size": 10, "symbol": SYMBOLS[lane], "color": look.quiet},
        customdata=[[escape(str(hint), quote=False)] for hint in told["hint"]],
        hovertemplate="%{x|%-d %b %Y}<br>%{customdata[0]}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
