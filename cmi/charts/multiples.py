"""The plane once per segment, small, side by side: where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cmi.charts.look import FONT, Look
from cmi.methodology import BANDS, GridKey, Methodology
from cmi.words import count

ACROSS = 4  # planes in a row
DRAWN = 300  # customers on one small plane: more would be a blot, the largest are drawn
MOST = 12  # planes


def small_planes(
    segments: Mapping[str, pd.DataFrame], methodology: Methodology, grid: GridKey, look: Look
) -> go.Figure:
    """A plane for each segment (name -> its scores), the first twelve; hover names a customer."""
    shown = dict(list(segments.items())[:MOST])
    across = max(2, min(ACROSS, len(shown)))
    rows = max(1, -(-len(shown) // across))
    figure = make_subplots(
        rows,
        across,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.025,
        vertical_spacing=0.32 / (rows + 1),
        subplot_titles=[_title(name, scores) for name, scores in shown.items()],
    )
    for n, scores in enumerate(shown.values()):
        row, column = n // across + 1, n % across + 1
        _cells(figure, methodology, grid, look, (row, column))
        _customers(figure, scores, methodology, grid, look, (row, column))
    figure.update_layout(
        height=60 + 215 * rows,
        margin={"l": 40, "r": 10, "t": 40, "b": 40},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.ink, "family": FONT},
        hoverlabel={"align": "left", "bgcolor": look.paper, "font": {"color": look.ink}},
    )
    figure.update_annotations(font={"size": 13, "color": look.ink})
    common = {
        "range": [-4, 104],
        "tickvals": [0, 50, 100],
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 11, "color": look.quiet},
    }
    quiet = {"size": 12, "color": look.quiet}
    figure.update_xaxes(**common).update_yaxes(**common)
    figure.update_xaxes(title={"text": "maturity", "font": quiet}, row=rows)
    return figure.update_yaxes(title={"text": "health", "font": quiet}, col=1)


def _title(name: str, scores: pd.DataFrame) -> str:
    shown = name if len(name) <= 26 else name[:25] + "…"
    number = int(scores["scenario"].notna().sum())
    return f"<b>{escape(shown, quote=False)}</b>  {count(number, 'customer')}"


def _cells(
    figure: go.Figure, methodology: Methodology, grid: GridKey, look: Look, at: tuple[int, int]
) -> None:
    cuts = methodology.cuts.of(grid)
    xs, ys = (0.0, *cuts.cmi, 100.0), (0.0, *cuts.chs, 100.0)
    for scenario in methodology.grid(grid):
        column, row = (BANDS[grid].index(band) for band in (scenario.cmi, scenario.chs))
        figure.add_shape(
            type="rect",
            x0=xs[column],
            x1=xs[column + 1],
            y0=ys[row],
            y1=ys[row + 1],
            fillcolor=look.of(scenario),
            opacity=0.14 if look.dark else 0.10,
            line={"width": 0},
            layer="below",
            row=at[0],
            col=at[1],
        )


def _customers(
    figure: go.Figure,
    scores: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    look: Look,
    at: tuple[int, int],
) -> None:
    placed = scores.dropna(subset="scenario")
    if len(placed) > DRAWN:
        placed = placed.nlargest(DRAWN, "arr") if placed["arr"].notna().any() else placed[:DRAWN]
    for scenario in methodology.grid(grid):
        rows = placed[placed["scenario"] == scenario.key]
        if rows.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=rows["cmi"],
                y=rows["chs"],
                mode="markers",
                customdata=[[escape(str(name), quote=False)] for name in rows["name"]],
                hovertemplate="<b>%{customdata[0]}</b><br>Health %{y:.0f} · Maturity %{x:.0f}"
                "<extra></extra>",
                marker={
                    "size": 8,
                    "symbol": scenario.symbol,
                    "color": look.of(scenario),
                    "opacity": 0.8,
                    "line": {"width": 0.5, "color": look.paper},
                },
            ),
            row=at[0],
            col=at[1],
        )
    median = placed[["cmi", "chs"]].median()
    if len(placed) > 1:
        figure.add_trace(
            go.Scatter(
                x=[median["cmi"]],
                y=[median["chs"]],
                mode="markers",
                hovertemplate="Median: health %{y:.0f} · maturity %{x:.0f}<extra></extra>",
                marker={
                    "size": 15,
                    "symbol": "cross-thin",
                    "line": {"width": 3, "color": look.ink},
                },
            ),
            row=at[0],
            col=at[1],
        )
