"""What made a score, as bars that add up."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.look import FONT, Look


def contribution_bars(parts: pd.DataFrame, look: Look, *, unit: str) -> go.Figure:
    """What made a score: a bar per item, the points it gave and those it could still give.

    `parts`: label, contribution, possible (both in points of the score), hint; first row on top.
    """
    labels = [escape(str(label), quote=False) for label in parts["label"]]
    hints = [[escape(str(hint), quote=False)] for hint in parts["hint"]]
    missed = (parts["possible"] - parts["contribution"]).clip(lower=0)
    hover = f"<b>%{{y}}</b><br>%{{customdata[0]}}<br>%{{x:.1f}} {unit}<extra></extra>"
    figure = go.Figure(
        [
            go.Bar(
                y=labels,
                x=parts["contribution"],
                orientation="h",
                marker={"color": look.accent},
                text=[f"{value:.1f}" for value in parts["contribution"]],
                textposition="inside",
                insidetextanchor="end",
                textangle=0,
                textfont={"size": 12, "color": look.paper},
                customdata=hints,
                hovertemplate=hover,
                name="given",
            ),
            go.Bar(
                y=labels,
                x=missed,
                orientation="h",
                marker={"color": look.line},
                customdata=hints,
                hovertemplate=hover.replace("%{x:.1f}", "%{x:.1f} missed,"),
                name="missed",
            ),
        ]
    )
    figure.update_layout(
        barmode="stack",
        showlegend=False,
        height=70 + 30 * len(parts),
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        bargap=0.35,
        font={"color": look.ink, "family": FONT},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(
        title={"text": unit, "font": {"color": look.quiet, "size": 12}},
        gridcolor=look.line,
        zeroline=False,
        tickfont={"color": look.quiet},
    )
    return figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )
