"""Shares with the interval in which the true share may lie, side by side for several questions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.methodology import Scenario

APART = 0.05  # of the width, between two panels


def ranges(
    shares: pd.DataFrame, scenarios: Mapping[str, Scenario], names: Mapping[str, str], look: Look
) -> go.Figure:
    """A panel per `panel`, in each a point per place with the interval around it.

    `shares`: panel (title), place (key of `names`, which gives the order from top to bottom),
    share, low, high (0-1), hint.
    """
    panels = list(dict.fromkeys(shares["panel"]))
    rows = [key for key in names if key in set(shares["place"])]
    figure = canvas(look, 110 + 38 * len(rows))
    wide = (1 - APART * (len(panels) - 1)) / max(len(panels), 1)
    most = min(float(shares["high"].max()) * 115, 102) if len(shares) else 100
    for n, title in enumerate(panels):
        number = "" if n == 0 else str(n + 1)
        left = n * (wide + APART)
        figure.add_trace(_points(shares[shares["panel"] == title], scenarios, names, look, number))
        figure.update_layout(
            {
                f"xaxis{number}": {
                    "domain": [left, left + wide],
                    "range": [-0.04 * most, most],
                    "title": {"text": f"% who {title}", "font": {"color": look.quiet, "size": 12}},
                    "gridcolor": look.line,
                    "zeroline": False,
                    "tickfont": {"color": look.quiet, "size": 12},
                    "nticks": 5,
                }
            }
        )
    shown = [escape(names[key], quote=False) for key in rows]
    figure.update_layout(margin={"l": 10, "r": 20, "t": 10, "b": 50})
    return figure.update_yaxes(
        categoryorder="array",
        categoryarray=shown[::-1],
        range=[-0.6, len(rows) - 0.4],
        automargin=True,
        showgrid=False,
        tickfont={"color": look.ink, "size": 13},
        ticklabelstandoff=6,
    )


def _points(
    rows: pd.DataFrame,
    scenarios: Mapping[str, Scenario],
    names: Mapping[str, str],
    look: Look,
    number: str,
) -> go.Scatter:
    known = [scenarios.get(key) for key in rows["place"]]
    return go.Scatter(
        x=rows["share"] * 100,
        y=[escape(names.get(key, key), quote=False) for key in rows["place"]],
        xaxis=f"x{number}",
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 12,
            "color": [look.of(s) if s else look.quiet for s in known],
            "symbol": [s.symbol if s else "circle-open" for s in known],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["share"]) * 100,
            "arrayminus": (rows["share"] - rows["low"]) * 100,
            "color": look.quiet,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[[escape(str(hint), quote=False)] for hint in rows["hint"]],
        hovertemplate="<b>%{y}</b><br>%{customdata[0]}<extra></extra>",
    )
