"""The four characteristics as a shape, today beside earlier and beside others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import FONT, Look


def radar(
    axes: Sequence[str], shapes: Mapping[str, Sequence[float | None]], look: Look
) -> go.Figure:
    """One closed line per shape over the same axes, levels 1 to 5; a hole where one is missing.

    The first shape is filled and stands out; the legend below names them.
    """
    figure = canvas(look, 400)
    names = [escape(a, quote=False) for a in axes]
    styles = (
        {"color": look.accent, "width": 3},
        {"color": look.quiet, "width": 2, "dash": "dash"},
        {"color": look.ink, "width": 1.5, "dash": "dot"},
    )
    for (name, values), line in reversed(list(zip(shapes.items(), styles, strict=False))):
        first = line is styles[0]
        figure.add_trace(
            go.Scatterpolar(
                r=[*values, values[0]],
                theta=[*names, names[0]],
                name=escape(name, quote=False),
                mode="lines+markers",
                line=line,
                marker={"size": 8 if first else 5},
                fill="toself" if first and None not in values else "none",
                fillcolor=look.shade,
                opacity=1 if first else 0.9,
                hovertemplate="%{theta}: %{r:.1f}<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "y": -0.14,
            "x": 0.5,
            "xanchor": "center",
            "traceorder": "reversed",
        },
        margin={"l": 70, "r": 70, "t": 30, "b": 30},
    )
    return figure.update_polars(
        bgcolor="rgba(0,0,0,0)",
        radialaxis={
            "range": [1, 5],
            "tickvals": [1, 2, 3, 4, 5],
            "gridcolor": look.line,
            "linecolor": look.line,
            "tickfont": {"color": look.quiet, "size": 11},
            "angle": 45,
            "tickangle": 45,
            "ticks": "",
        },
        angularaxis={
            "gridcolor": look.line,
            "linecolor": look.line,
            "tickfont": {"color": look.ink, "size": 13, "family": FONT},
            "ticks": "",
            "rotation": 90,
            "direction": "clockwise",
        },
    )
