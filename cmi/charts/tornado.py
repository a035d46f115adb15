"""Which weight matters: who would move if it were a little less or more."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look


def tornado(rows: pd.DataFrame, look: Look, *, axis: str) -> go.Figure:
    """A bar to the left (less) and to the right (more) per label, in the order of the rows.

    `rows`: label, by (below 0: less, above: more), value (0 or more), hint.
    """
    figure = canvas(look, 90 + 26 * rows["label"].nunique())
    for less, colour, name in ((True, look.quiet, "less"), (False, look.accent, "more")):
        side = rows[(rows["by"] < 0) == less]
        figure.add_trace(
            go.Bar(
                y=[escape(str(label), quote=False) for label in side["label"]],
                x=-side["value"] if less else side["value"],
                orientation="h",
                marker={"color": colour},
                name=name,
                customdata=[[escape(str(hint), quote=False)] for hint in side["hint"]],
                hovertemplate="<b>%{y}</b><br>%{customdata[0]}<extra></extra>",
            )
        )
    most = max(float(rows["value"].max()) if len(rows) else 0.0, 0.5) * 1.1
    step = _step(most)
    ticks = [n * step for n in range(-int(most / step), int(most / step) + 1)]
    figure.update_layout(barmode="overlay", bargap=0.35)
    figure.update_xaxes(
        title={"text": f"5 points less   ←   {escape(axis, quote=False)}   →   5 points more"},
        range=[-most, most],
        tickvals=ticks,
        ticktext=[f"{abs(tick):g}" for tick in ticks],
    )
    return figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        showgrid=False,
        tickfont={"color": look.ink, "size": 13},
        ticklabelstandoff=6,
    )


def _step(most: float) -> float:
    """A round distance between ticks: three or four of them on each side."""
    return next(s for s in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if most / s < 5)
