"""Two levels of the same thing on one line: those we look at, and the others."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.charts.rows import hints, named_rows


def pairs(rows: pd.DataFrame, names: tuple[str, str], look: Look) -> go.Figure:
    """A line per row with a filled mark (`one`) and a hollow one (`other`), levels 1 to 5.

    `rows`: label, one, other, hint; the first on top. `names` of the two stand in the legend.
    """
    places = list(range(len(rows)))
    figure = canvas(look, 110 + 28 * len(rows))
    ends = zip(rows["one"], rows["other"], places, strict=True)
    between = [(x, n) for one, other, n in ends for x in (one, other, None)]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in between],
            y=[n for _, n in between],
            mode="lines",
            line={"color": look.line, "width": 4},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    marks = (
        (names[1], "other", "circle-open", look.quiet),
        (names[0], "one", "circle", look.accent),
    )
    for name, column, symbol, colour in marks:
        figure.add_trace(
            go.Scatter(
                x=rows[column],
                y=places,
                mode="markers",
                name=escape(name, quote=False),
                marker={
                    "size": 12,
                    "symbol": symbol,
                    "color": colour,
                    "line": {"color": colour, "width": 2},
                },
                customdata=hints(rows),
                hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
            )
        )
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.01,
            "x": 0,
            "traceorder": "reversed",
        },
        margin={"l": 10, "r": 20, "t": 30, "b": 50},
    )
    figure.update_xaxes(
        title={"text": "mean level"},
        range=[0.9, 5.1],
        tickvals=[1, 2, 3, 4, 5],
        ticktext=["1 ad hoc", "2", "3", "4", "5 managed"],
    )
    return named_rows(figure, list(rows["label"]), look)
