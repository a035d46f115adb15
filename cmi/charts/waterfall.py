"""From one number to another, step by step: what makes a score, or what changed it."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look


def waterfall(
    steps: pd.DataFrame,
    look: Look,
    *,
    start: tuple[str, float],
    end: str,
    unit: str = "points",
    closely: bool = False,
) -> go.Figure:
    """Bars that lead from `start` (its name and value) over the steps to `end`, their sum.

    `steps`: label, points (negative ones lead down), hint; drawn from top to bottom. `closely`
    shows only where something moves, for small steps between large ends.
    """
    labels = [start[0], *steps["label"], end]
    moves = steps["points"].astype("float64")
    total = start[1] + moves.sum()
    digits = 1 if closely else 0
    values = [start[1], *moves, total]
    hints = ["", *steps["hint"], ""]
    figure = canvas(look, 90 + 28 * len(labels))
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(moves), "total"],
            y=[escape(str(label), quote=False) for label in labels],
            x=values,
            text=[
                f"{start[1]:z.{digits}f}",
                *(f"{m:+z.1f}" for m in moves),
                f"{total:z.{digits}f}",
            ],
            textposition="outside",
            textfont={"size": 12, "color": look.ink},
            cliponaxis=False,
            customdata=[[escape(str(hint), quote=False)] for hint in hints],
            hovertemplate=f"<b>%{{y}}</b><br>%{{customdata[0]}}<br>%{{text}} {unit}<extra></extra>",
            connector={"line": {"color": look.line, "width": 1}},
            increasing={"marker": {"color": look.accent}},
            decreasing={"marker": {"color": look.quiet}},
            totals={"marker": {"color": look.ink}},
        )
    )
    figure.update_layout(margin={"l": 10, "r": 40, "t": 10, "b": 40}, waterfallgap=0.35)
    figure.update_xaxes(title={"text": unit})
    if closely:
        levels = [start[1], *(start[1] + moves.cumsum())]
        room = max((max(levels) - min(levels)) * 0.25, 0.5)
        figure.update_xaxes(range=[min(levels) - room, max(levels) + room])
    return figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        showgrid=False,
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )
