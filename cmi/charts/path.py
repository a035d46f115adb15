"""The way of one customer over the plane, period by period."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.ground import ground
from cmi.charts.look import Look
from cmi.methodology import GridKey, Methodology


def path(places: pd.DataFrame, methodology: Methodology, grid: GridKey, look: Look) -> go.Figure:
    """One customer's way over the plane: `places` has period, cmi, chs and label, oldest first.

    Periods without both scores break the line: it is not drawn over what is not known.
    """
    figure = ground(methodology, grid, look, brief=True)
    n = len(places)
    figure.add_trace(
        go.Scatter(
            x=places["cmi"],
            y=places["chs"],
            mode="lines+markers",
            line={"color": look.ink, "width": 1.5},
            marker={
                "size": [8] * (n - 1) + [16] if n else [],
                "color": [look.quiet] * (n - 1) + [look.accent] if n else [],
                "line": {"width": 1, "color": look.paper},
            },
            customdata=[[escape(str(label), quote=False)] for label in places["label"]],
            hovertemplate="<b>%{customdata[0]}</b><br>Health %{y:.0f} · Maturity %{x:.0f}"
            "<extra></extra>",
            connectgaps=False,
        )
    )
    known = places.dropna(subset=["cmi", "chs"])
    for place in pd.concat([known.head(1), known.tail(1)]).to_dict("records"):
        figure.add_annotation(
            x=place["cmi"],
            y=place["chs"],
            text=escape(str(place["label"]), quote=False),
            yshift=16 if place["chs"] < 85 else -16,
            showarrow=False,
            font={"size": 12, "color": look.ink},
            bgcolor=look.veil,
        )
    return figure.update_layout(height=380)
