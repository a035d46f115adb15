"""Cohort by age: a cell per cohort and period of its life, blank where it has not lived yet."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look


def heat(
    cells: pd.DataFrame,
    sizes: pd.Series[int],
    look: Look,
    *,
    unit: str,
    bounds: tuple[float, float],
) -> go.Figure:
    """A row per cohort (index of `cells`, its size from `sizes`), a column per age in periods.

    Values as they are to be read (0-100); missing ones stay blank.
    """
    names = [
        f"{escape(str(cohort), quote=False)}  ({sizes.get(cohort, 0):,})" for cohort in cells.index
    ]
    figure = canvas(look, 90 + 30 * len(cells))
    figure.add_trace(
        go.Heatmap(
            z=cells.to_numpy(dtype="float64"),
            x=[int(age) for age in cells.columns],
            y=names,
            zmin=bounds[0],
            zmax=bounds[1],
            colorscale=[[0, look.line], [1, look.accent]],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            texttemplate="%{z:.0f}",
            textfont={"size": 12},
            hovertemplate=f"%{{y}}<br>period %{{x}}: %{{z:.1f}} {unit}<extra></extra>",
        )
    )
    figure.update_layout(margin={"l": 10, "r": 10, "t": 60, "b": 10})
    figure.update_xaxes(
        title={"text": "periods since the start", "standoff": 8},
        side="top",
        showgrid=False,
        tickmode="linear",
        dtick=1 if cells.shape[1] <= 20 else 4,
    )
    return figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        showgrid=False,
        tickfont={"color": look.ink, "size": 13},
    )
