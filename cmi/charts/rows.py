"""Things one below the other: their names on the left, and marks with the interval around each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.look import Look
from cmi.methodology import Scenario


def named_rows(figure: go.Figure, names: Sequence[object], look: Look) -> go.Figure:
    """Write the names down the side, the first on top; row n lies at y = n."""
    return figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=escaped(names),
        range=[len(names) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
        tickfont={"color": look.ink, "size": 13},
        ticklabelstandoff=6,
    )


def points(
    rows: pd.DataFrame,
    places: Sequence[int],
    scenarios: Sequence[Scenario | None],
    look: Look,
    *,
    otherwise: tuple[str, str],
    xaxis: str = "x",
) -> go.Scatter:
    """A mark per row in the colour and shape of its scenario, with a line from low to high.

    `rows`: label, value, low, high, hint; `otherwise`: colour and shape without a scenario.
    """
    colour, shape = otherwise
    return go.Scatter(
        x=rows["value"],
        y=list(places),
        xaxis=xaxis,
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 11,
            "color": [look.of(s) if s else colour for s in scenarios],
            "symbol": [s.symbol if s else shape for s in scenarios],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["value"],
            "arrayminus": rows["value"] - rows["low"],
            "color": look.quiet,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=hints(rows),
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def hints(rows: pd.DataFrame) -> list[list[str]]:
    """What is read above a mark: its label and its hint."""
    pairs = zip(escaped(rows["label"]), escaped(rows["hint"]), strict=True)
    return [list(pair) for pair in pairs]


def escaped(texts: Sequence[object] | pd.Series[str]) -> list[str]:
    """Texts that do no harm in a chart."""
    return [escape(str(text), quote=False) for text in texts]
