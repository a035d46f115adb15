"""One number per label as bars, each with what it says beside it."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look

FEWEST_SLOTS = 4  # for so many columns there is room, however few there are


def bars(rows: pd.DataFrame, look: Look, *, axis: str, lying: bool = True) -> go.Figure:
    """A bar per row in its order, `lying` for names, upright for time.

    `rows`: label, value (missing draws no bar), said (at its end), hint.
    """
    labels = [escape(str(label), quote=False) for label in rows["label"]]
    places = list(range(len(rows)))
    values = rows["value"].astype("float64")
    figure = canvas(look, 90 + 34 * len(rows) if lying else 320)
    figure.add_trace(
        go.Bar(
            **({"x": values, "y": places} if lying else {"x": places, "y": values}),
            orientation="h" if lying else "v",
            marker={"color": look.accent},
            text=[escape(str(said), quote=False) for said in rows["said"]],
            textposition="outside",
            textfont={"color": look.ink, "size": 12},
            cliponaxis=False,
            customdata=[
                [label, escape(str(hint), quote=False)]
                for label, hint in zip(labels, rows["hint"], strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        )
    )
    most = float(values.max()) if values.notna().any() else 0.0
    measured = {
        "title": {"text": escape(axis, quote=False)},
        "range": [min(0.0, float(values.min()) if most else 0.0), (most or 1.0) * 1.3],
        "automargin": True,
        "nticks": 6,
    }
    beside = max(FEWEST_SLOTS - len(rows), 0) / 2 if not lying else 0
    named = {
        "tickvals": places,
        "ticktext": labels,
        "range": [-0.6 - beside, len(rows) - 0.4 + beside],
        "automargin": True,
        "showgrid": False,
        "tickfont": {"color": look.ink, "size": 13},
    }
    figure.update_layout(bargap=0.35, margin={"l": 10, "r": 20, "t": 20, "b": 50})
    if lying:
        named["range"] = [len(rows) - 0.4, -0.6]
        return figure.update_xaxes(**measured).update_yaxes(**named, ticklabelstandoff=6)
    return figure.update_yaxes(**measured).update_xaxes(**named)
