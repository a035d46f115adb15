"""The way of one customer over the plane, period by period."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.ground import ground
from cmi.charts.look import Look
from cmi.methodology import GridKey, Methodology

EDGE = 18  # points from the side of the plane, where a name has no room beside its place


def path(places: pd.DataFrame, methodology: Methodology, grid: GridKey, look: Look) -> go.Figure:
    """One customer's way over the plane: `places` has period, cmi, chs, label and optionally stale
    (what rests on stale values only: such points are hollow), oldest first.

    Periods without both scores break the line: it is not drawn over what is not known.
    """
    figure = ground(methodology, grid, look, brief=True)
    stale = places["stale"] if "stale" in places else pd.Series("", index=places.index)
    last = places.dropna(subset=["cmi", "chs"]).index[-1:]
    colours = [look.accent if n in last else look.quiet for n in places.index]
    figure.add_trace(
        go.Scatter(
            x=places["cmi"],
            y=places["chs"],
            mode="lines+markers",
            line={"color": look.quiet, "width": 1.5},
            marker={
                "size": [15 if n in last else 8 for n in places.index],
                "color": [
                    look.paper if old else colour
                    for colour, old in zip(colours, stale, strict=True)
                ],
                "line": {"width": 2, "color": colours},
                "opacity": 1,
            },
            customdata=[
                [escape(str(label), quote=False), f"<br>{escape(old, quote=False)}" if old else ""]
                for label, old in zip(places["label"], stale, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>Health %{y:.0f} · Maturity %{x:.0f}"
            "%{customdata[1]}<extra></extra>",
            connectgaps=False,
            cliponaxis=False,
        )
    )
    _name_ends(figure, places.dropna(subset=["cmi", "chs"]), look)
    return figure.update_layout(height=420)


def _name_ends(figure: go.Figure, known: pd.DataFrame, look: Look) -> None:
    """The first and the last place by name, on the sides that look away from each other."""
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    rightmost = ends["cmi"].iloc[::-1].idxmax() if len(ends) else None
    highest = ends["chs"].iloc[::-1].idxmax() if len(ends) else None
    for n, place in zip(ends.index, ends.to_dict("records"), strict=True):
        right = n == rightmost
        beside = EDGE < place["cmi"] < 100 - EDGE
        figure.add_annotation(
            x=place["cmi"],
            y=place["chs"],
            text=escape(str(place["label"]), quote=False),
            xanchor="center" if not beside else ("left" if right else "right"),
            xshift=0 if not beside else (12 if right else -12),
            yshift=0 if beside else (18 if n == highest else -18),
            showarrow=False,
            font={"size": 12, "color": look.ink},
        )
