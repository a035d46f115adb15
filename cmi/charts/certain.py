"""The plane once more: how sure it is that a customer stands where it stands."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.ground import ground
from cmi.charts.look import Look
from cmi.methodology import GridKey, Methodology

MOST = 1500  # more would be a blot: the least certain are drawn
FULL = 0.5  # a certainty under this is drawn with the strongest colour


def certain(
    scores: pd.DataFrame,
    sure: pd.Series[float],
    methodology: Methodology,
    grid: GridKey,
    look: Look,
) -> go.Figure:
    """Everybody as a ring in the colour of the scenario, the fuller the less certain.

    `sure`: 0-1 by the index of `scores`. Each point's customdata is [customer_id].
    """
    placed = scores.assign(_sure=sure).dropna(subset=["scenario", "_sure"])
    drawn = placed.nsmallest(MOST, "_sure")
    figure = ground(methodology, grid, look, brief=True)
    for scenario in methodology.grid(grid):
        rows = drawn[drawn["scenario"] == scenario.key].sort_values("_sure", ascending=False)
        if rows.empty:
            continue
        doubt = ((1 - rows["_sure"]) / (1 - FULL)).clip(0, 1)
        figure.add_trace(
            go.Scatter(
                x=rows["cmi"],
                y=rows["chs"],
                mode="markers",
                name=escape(scenario.name, quote=False),
                customdata=[
                    [customer, escape(str(name), quote=False), f"{100 * part:.0f}"]
                    for customer, name, part in zip(
                        rows["customer_id"], rows["name"], rows["_sure"], strict=True
                    )
                ],
                hovertemplate="<b>%{customdata[1]}</b><br>stands here in %{customdata[2]} of 100"
                "<extra></extra>",
                marker={
                    "size": 7 + 9 * doubt,
                    "symbol": scenario.symbol,
                    "color": look.of(scenario),
                    "opacity": 0.15 + 0.8 * doubt,
                    "line": {"width": 1, "color": look.paper},
                },
                cliponaxis=False,
            )
        )
    return figure.update_layout(height=440)
