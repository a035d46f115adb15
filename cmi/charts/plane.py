"""The CMI × CHS plane. Names are escaped: plotly reads a kind of HTML in every label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cmi.charts.ground import ground
from cmi.charts.look import Look
from cmi.methodology import GridKey, Methodology, Scenario
from cmi.portfolio import main_currency, revenue
from cmi.words import money, points

MANY = 5000  # more customers than this are drawn as a density, with the largest on top
DRAWN = 400
SMALLEST, LARGEST = 8.0, 46.0  # marker diameters in pixels


CROWD = 200  # more customers than this make the marks smaller
UNKNOWN = 0.0  # ARR that is not known draws the smallest marker


def quadrant(
    scores: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    look: Look,
    *,
    named: Sequence[str] = (),
    linked: tuple[str, str] | None = None,
) -> go.Figure:
    """The plane: CMI on x, CHS on y, a marker per customer by scenario, sized by ARR.

    `named` customers carry their name; `linked` ones are joined by a line (same health, different
    maturity). Each point's customdata is [customer_id].
    """
    placed = scores.dropna(subset="scenario").assign(_arr=revenue(scores))
    figure = ground(methodology, grid, look, brief=True)  # the tiles beside it say the decisions
    if len(placed) > MANY:
        figure.add_trace(_density(placed, look))
        drawn = placed.nlargest(DRAWN, "_arr")
    else:
        drawn = placed
    largest, across = placed["_arr"].max(), _across(len(placed))
    for scenario in reversed(methodology.grid(grid)):
        rows = drawn[drawn["scenario"] == scenario.key].sort_values("_arr", ascending=False)
        if len(rows):
            figure.add_trace(_points(rows, scenario, look, largest, main_currency(scores), across))
    _link(figure, placed, linked, look)
    _names(figure, placed, [*named, *(linked or ())], look)
    return figure


def locator(
    scores: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    look: Look,
    customers: Sequence[str],
) -> go.Figure:
    """The plane with everybody faint and a few customers named on it."""
    placed = scores.dropna(subset="scenario").assign(_arr=revenue(scores))
    figure = ground(methodology, grid, look, brief=True)
    others = placed[~placed["customer_id"].isin(customers)]
    others = others.sample(min(len(others), DRAWN), random_state=1)
    figure.add_trace(
        go.Scatter(
            x=others["cmi"],
            y=others["chs"],
            mode="markers",
            marker={"size": 5, "color": look.quiet, "opacity": 0.3},
            hoverinfo="skip",
        )
    )
    for scenario in methodology.grid(grid):
        chosen = placed["customer_id"].isin(customers) & (placed["scenario"] == scenario.key)
        rows = placed[chosen]
        if len(rows):
            trace = _points(rows, scenario, look, placed["_arr"].max(), main_currency(scores))
            figure.add_trace(trace.update(marker={"size": 16}))
    _names(figure, placed, customers, look)
    return figure.update_layout(height=380)


def _across(customers: int) -> float:
    """The diameter of the largest marker: smaller where many would cover each other."""
    return max(LARGEST / 3, LARGEST * min(1.0, math.sqrt(CROWD / max(customers, 1))))


def _size(arr: pd.Series[float], largest: float, across: float) -> Any:
    """Marker diameters whose areas are in proportion to ARR."""
    part = (arr.fillna(UNKNOWN).clip(lower=0) / largest if largest > 0 else arr * 0).fillna(0.0)
    return SMALLEST + (across - SMALLEST) * np.sqrt(part)


def _points(
    rows: pd.DataFrame,
    scenario: Scenario,
    look: Look,
    largest: float,
    currency: str,
    across: float = LARGEST,
) -> go.Scatter:
    names = [escape(str(name), quote=False) for name in rows["name"]]
    shown = [
        [customer, f"{name}", points(chs), points(cmi), money(arr, currency)]
        for customer, name, chs, cmi, arr in zip(
            rows["customer_id"], names, rows["chs"], rows["cmi"], rows["_arr"], strict=True
        )
    ]
    return go.Scatter(
        x=rows["cmi"],
        y=rows["chs"],
        mode="markers",
        name=escape(scenario.name, quote=False),
        customdata=shown,
        hovertemplate=(
            "<b>%{customdata[1]}</b><br>Health %{customdata[2]} · Maturity %{customdata[3]}"
            "<br>ARR %{customdata[4]}<extra></extra>"
        ),
        marker={
            "size": _size(rows["_arr"], largest, across),
            "symbol": scenario.symbol,
            "color": look.of(scenario),
            "opacity": 0.82,
            "line": {"width": 1, "color": look.paper},
        },
        cliponaxis=False,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.18}},
    )


def _density(placed: pd.DataFrame, look: Look) -> go.Heatmap:
    """How many customers stand in each small square of the plane, on a logarithmic scale."""
    edges = np.linspace(0, 100, 51)
    counted, _, _ = np.histogram2d(placed["chs"], placed["cmi"], bins=[edges, edges])
    middle = (edges[:-1] + edges[1:]) / 2
    return go.Heatmap(
        x=middle,
        y=middle,
        z=np.where(counted > 0, np.log10(counted + 1), np.nan),
        customdata=counted,
        hovertemplate="%{customdata:,} customers<extra></extra>",
        colorscale=[[0, look.line], [1, look.ink]],
        opacity=0.55,
        showscale=False,
    )


def _link(
    figure: go.Figure, placed: pd.DataFrame, linked: tuple[str, str] | None, look: Look
) -> None:
    pair = placed[placed["customer_id"].isin(linked or ())]
    if len(pair) == 2:
        figure.add_trace(
            go.Scatter(
                x=pair["cmi"],
                y=pair["chs"],
                mode="lines",
                line={"color": look.quiet, "width": 1, "dash": "dash"},
                hoverinfo="skip",
            )
        )


def _names(figure: go.Figure, placed: pd.DataFrame, customers: Sequence[str], look: Look) -> None:
    """Name tags, towards the middle of the plane so that they stay on it, each a line farther
    from its point than the one before, so that the tags of neighbours do not meet.
    """
    named = placed[placed["customer_id"].isin(customers)].sort_values("cmi", ascending=False)
    for number, row in enumerate(named.to_dict("records")):
        right = row["cmi"] < 50
        name = str(row["name"])
        figure.add_annotation(
            x=row["cmi"],
            y=row["chs"],
            text=escape(name if len(name) <= 40 else name[:39] + "…", quote=False),
            xanchor="left" if right else "right",
            ax=20 if right else -20,
            ay=(32 + 28 * number) * (1 if row["chs"] >= 50 else -1),
            arrowwidth=1,
            arrowcolor=look.ink,
            arrowhead=0,
            font={"size": 13, "color": look.ink},
            bgcolor=look.paper,
            opacity=0.95,
            borderpad=3,
        )
