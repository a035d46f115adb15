"""Of what the revenue of each band of maturity is made, beside what is expected there."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.words import share

HALF = 0.38  # of a column's place


def split(rows: pd.DataFrame, look: Look, *, axis: str) -> go.Figure:
    """A column per row: services below, software above, and a line where services should end.

    `rows`: label, under (lines of text below it), actual and expected (0-1, the share of
    services; missing draws nothing), services and software (in words), hint.
    """
    places = list(range(len(rows)))
    labels = [
        "<br>".join(escape(line, quote=False) for line in (str(label), *under))
        for label, under in zip(rows["label"], rows["under"], strict=True)
    ]
    figure = canvas(look, 430)
    parts = (
        ("Services", rows["actual"], rows["services"], (look.accent, look.paper), "start"),
        ("Software", 1 - rows["actual"], rows["software"], (look.shade, look.ink), "end"),
    )
    for name, part, said, (fill, ink), at in parts:
        figure.add_trace(
            go.Bar(
                x=places,
                y=part * 100,
                width=2 * HALF,
                name=name,
                marker={"color": fill, "line": {"color": look.accent, "width": 1}},
                text=[
                    "" if pd.isna(value) else f"{share(value)} · {escape(str(words), quote=False)}"
                    for value, words in zip(part, said, strict=True)
                ],
                textposition="inside",
                insidetextanchor=at,
                textangle=0,
                textfont={"color": ink, "size": 13},
                customdata=[[escape(str(hint), quote=False)] for hint in rows["hint"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )
    lines = [
        (x, value * 100 if x is not None else None)
        for n, value in zip(places, rows["expected"], strict=True)
        if pd.notna(value)
        for x in (n - HALF - 0.06, n + HALF + 0.06, None)
    ]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in lines],
            y=[y for _, y in lines],
            mode="lines",
            name="Expected share of services",
            line={"color": look.ink, "width": 3, "dash": "dot"},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        barmode="stack",
        uniformtext={"minsize": 10, "mode": "hide"},
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "traceorder": "normal"},
        margin={"l": 10, "r": 10, "t": 40, "b": 80},
    )
    figure.update_xaxes(
        tickvals=places,
        ticktext=labels,
        range=[-0.6, max(len(rows), 1) - 0.4],
        showgrid=False,
        tickfont={"color": look.ink, "size": 13},
    )
    return figure.update_yaxes(
        title={"text": escape(axis, quote=False)}, range=[0, 101], automargin=True
    )
