"""Numbers with the interval in which each of them lies, one below the other."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.charts.rows import named_rows, points
from cmi.methodology import Scenario


def intervals(
    rows: pd.DataFrame,
    look: Look,
    *,
    axis: str,
    bounds: tuple[float, float] | None = None,
    middle: float | None = None,
    scenarios: dict[str, Scenario] | None = None,
) -> go.Figure:
    """A point per row with a line from `low` to `high`; first row on top.

    `rows`: label, value, low, high, hint; and where there are any, said (beside the line), expected
    (drawn as a hollow diamond) and scenario (a key of `scenarios`, which gives colour and shape).
    `middle`: a dotted line, such as where a coin would be.
    """
    keys = rows["scenario"] if "scenario" in rows else [""] * len(rows)
    known = [(scenarios or {}).get(str(key)) for key in keys]
    places = list(range(len(rows)))
    figure = canvas(look, 90 + 30 * len(rows))
    if middle is not None:
        line = {"color": look.quiet, "width": 1.5, "dash": "dot"}
        figure.add_vline(middle, line=line, layer="below")
    figure.add_trace(points(rows, places, known, look, otherwise=(look.accent, "circle")))
    if "expected" in rows:
        figure.add_trace(
            go.Scatter(
                x=rows["expected"],
                y=places,
                mode="markers",
                cliponaxis=False,
                marker={
                    "size": 11,
                    "symbol": "diamond-open",
                    "color": look.ink,
                    "line": {"width": 2},
                },
                hovertemplate="expected %{x:.1f} %<extra></extra>",
            )
        )
    for place, text, high, value in zip(
        places, rows.get("said", [""] * len(rows)), rows["high"], rows["value"], strict=True
    ):
        if text and not pd.isna(value):
            figure.add_annotation(
                x=high,
                y=place,
                text=escape(str(text), quote=False),
                showarrow=False,
                xanchor="left",
                xshift=8,
                font={"size": 12, "color": look.quiet},
                bgcolor=look.veil,
            )
    figure.update_layout(margin={"l": 10, "r": 60 if "said" in rows else 20, "t": 10, "b": 50})
    span = bounds or _from_zero(rows)
    figure.update_xaxes(title={"text": axis}, range=span, rangemode="tozero", nticks=7)
    return named_rows(figure, list(rows["label"]), look)


def _from_zero(rows: pd.DataFrame) -> tuple[float, float] | None:
    """Room before zero and behind the greatest, so that no mark lies on a name or the edge; None
    where anything is below zero.
    """
    ends = rows[rows.columns.intersection(["value", "low", "high", "expected"])]
    least, most = float(ends.min().min()), float(ends.max().max())
    return (-0.04 * most, 1.05 * most) if least >= 0 < most else None
