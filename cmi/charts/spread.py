"""Where the portfolio's values of a driver lie, with its bounds drawn in."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.words import count


def spread(bars: pd.DataFrame, worst: float, best: float, unit: str, look: Look) -> go.Figure:
    """A small histogram; the way from worst to best lies on a tint.

    `bars`: left, right, customers, as cmi.evidence.spread.bars gives them.
    """
    figure = canvas(look, 210)
    figure.add_trace(
        go.Bar(
            x=(bars["left"] + bars["right"]) / 2,
            y=bars["customers"],
            width=bars["right"] - bars["left"],
            marker={"color": look.accent, "line": {"color": look.paper, "width": 1}},
            hovertext=[
                f"{count(int(n), 'customer')} from {left:.4g} to {right:.4g}"
                for left, right, n in zip(
                    bars["left"], bars["right"], bars["customers"], strict=True
                )
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    low, high = sorted((worst, best))
    figure.add_vrect(low, high, fillcolor=look.shade, line={"width": 0}, layer="below")
    for bound, points in ((worst, "0 points"), (best, "100 points")):
        figure.add_vline(bound, line={"color": look.ink, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=bound,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="left" if bound == low else "right",
            text=points,
            showarrow=False,
            font={"color": look.quiet, "size": 12},
        )
    figure.update_layout(bargap=0, margin={"l": 10, "r": 16, "t": 24, "b": 40})
    figure.update_xaxes(title={"text": escape(unit, quote=False)}, showgrid=False)
    return figure.update_yaxes(
        title={"text": "customers"}, automargin=True, tickformat=",d", nticks=4
    )
