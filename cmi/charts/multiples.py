"""The plane once per segment, small, side by side: where each of them stands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cmi.charts.look import FONT, Look
from cmi.methodology import BANDS, GridKey, Methodology, Scenario
from cmi.words import count

ACROSS = 4  # planes in a row
MOST = 12  # planes
CROWD = 300  # customers on one small plane: more would be a blot and are drawn as a density
ALONE = 60  # of a crowd, how many stand where hardly anybody else does
DRAWN = ["customer_id", "name", "arr", "cmi", "chs", "scenario"]
CELLS = 25  # of the density, to a side
LINE = 38  # letters above a plane
TALL = {True: 230, False: 155}  # pixels: a plane where all stand in one row, and otherwise
TITLE, TICKS = 18, 40  # pixels: a line of its title, what stands below it


def small_planes(
    segments: Mapping[str, pd.DataFrame], methodology: Methodology, grid: GridKey, look: Look
) -> go.Figure:
    """A plane for each segment (name -> its scores), the first twelve; hover names a customer.

    Of a crowd the density is drawn, and those who stand apart from it. Each mark's customdata is
    [name, customer_id].
    """
    shown = dict(list(segments.items())[:MOST])
    across = max(2, min(ACROSS, len(shown)))
    rows = max(1, -(-len(shown) // across))
    titles = _titles(shown)
    head = TITLE * max((title.count("<br>") + 1 for title in titles), default=1) + 8
    between, tall = head + TICKS / 2, TALL[rows == 1]
    figure = make_subplots(
        rows,
        across,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.025,
        vertical_spacing=between / (rows * tall + (rows - 1) * between),
        subplot_titles=titles,
    )
    shapes, traces = [], []
    for n, scores in enumerate(shown.values(), start=1):
        number = "" if n == 1 else f"{n}"
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        placed = scores.loc[scores["scenario"].notna(), DRAWN]
        shapes += [
            {**cell, "xref": axes["xaxis"], "yref": axes["yaxis"]}
            for cell in _cells(methodology, grid, look)
        ]
        traces += [t.update(axes) for t in _customers(placed, methodology, grid, look)]
    figure.add_traces(traces)  # all at once: one by one they take a multiple of the time
    figure.update_layout(
        height=rows * tall + (rows - 1) * between + head + TICKS + 20,
        margin={"l": 40, "r": 10, "t": head, "b": TICKS + 20},
        shapes=shapes,
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
        "ticks": "",  # a density would bring its own
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 11, "color": look.quiet},
    }
    quiet = {"size": 12, "color": look.quiet}
    figure.update_xaxes(**common).update_yaxes(**common)
    used = list(figure.select_xaxes())[: len(shown)]
    for axis in used[-across:]:  # the lowest of each column, also of a shorter one
        axis.update(title={"text": "maturity", "font": quiet}, showticklabels=True)
    return figure.update_yaxes(title={"text": "health", "font": quiet}, col=1)


def _titles(segments: Mapping[str, pd.DataFrame]) -> list[str]:
    """What stands above each plane: its name and how many of its customers have a place, on one
    line where that is long enough for all of them.
    """
    counts = [_count(scores) for scores in segments.values()]
    pairs = list(zip(segments, counts, strict=True))
    if all(len(f"{name}  {number}") <= LINE for name, number in pairs):
        return [f"<b>{escape(name, quote=False)}</b>  {number}" for name, number in pairs]
    lines = [textwrap.wrap(name, LINE, max_lines=2, placeholder=" …") for name in segments]
    return [
        f"<b>{'<br>'.join(escape(line, quote=False) for line in name)}</b><br>{number}"
        for name, number in zip(lines, counts, strict=True)
    ]


def _count(scores: pd.DataFrame) -> str:
    placed = int(scores["scenario"].notna().sum())
    return ("" if placed == len(scores) else f"{placed:,} of ") + count(len(scores), "customer")


def _cells(methodology: Methodology, grid: GridKey, look: Look) -> Iterator[dict[str, Any]]:
    cuts = methodology.cuts.of(grid)
    xs, ys = (0.0, *cuts.cmi, 100.0), (0.0, *cuts.chs, 100.0)
    for scenario in methodology.grid(grid):
        column, row = (BANDS[grid].index(band) for band in (scenario.cmi, scenario.chs))
        yield {
            "type": "rect",
            "x0": xs[column],
            "x1": xs[column + 1],
            "y0": ys[row],
            "y1": ys[row + 1],
            "fillcolor": look.of(scenario),
            "opacity": 0.14 if look.dark else 0.10,
            "line": {"width": 0},
            "layer": "below",
        }


def _customers(
    placed: pd.DataFrame, methodology: Methodology, grid: GridKey, look: Look
) -> Iterator[Any]:
    drawn, size = placed, 8
    if len(placed) > CROWD:
        counted, beside = _squares(placed)
        yield _density(counted, look)
        few = placed.assign(_beside=beside).sort_values(["_beside", "arr"], ascending=[True, False])
        drawn, size = few[:ALONE], 6
    for scenario in methodology.grid(grid):
        rows = drawn[drawn["scenario"] == scenario.key]
        if len(rows):
            yield _marks(rows, scenario, size, look)
    if len(placed) > 1:
        yield _median(placed, look)


def _marks(rows: pd.DataFrame, scenario: Scenario, size: int, look: Look) -> go.Scatter:
    names = [escape(str(name), quote=False) for name in rows["name"]]
    return go.Scatter(
        x=rows["cmi"],
        y=rows["chs"],
        mode="markers",
        customdata=list(zip(names, rows["customer_id"], strict=True)),
        hovertemplate="<b>%{customdata[0]}</b><br>Health %{y:.0f} · Maturity %{x:.0f}"
        "<extra></extra>",
        marker={
            "size": size,
            "symbol": scenario.symbol,
            "color": look.of(scenario),
            "opacity": 0.8,
            "line": {"width": 0.5, "color": look.paper},
        },
    )


def _squares(placed: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """How many stand in each small square (rows of health, columns of maturity), and for each of
    the customers how many stand in theirs.
    """
    chs, cmi = (
        np.minimum(placed[score].to_numpy() * CELLS // 100, CELLS - 1).astype("int64")
        for score in ("chs", "cmi")
    )
    counted = np.bincount(chs * CELLS + cmi, minlength=CELLS**2).reshape(CELLS, CELLS)
    return counted, counted[chs, cmi]


def _density(counted: np.ndarray[Any, Any], look: Look) -> go.Heatmap:
    """How many customers stand where, on a logarithmic scale."""
    middle = (np.arange(CELLS) + 0.5) * 100 / CELLS
    return go.Heatmap(
        x=middle,
        y=middle,
        z=np.where(counted > 0, np.log10(counted + 1), np.nan),
        text=[[count(int(number), "customer") for number in row] for row in counted],
        hovertemplate="%{text}<extra></extra>",
        colorscale=[[0, look.line], [1, look.ink]],
        opacity=0.55,
        showscale=False,
    )


def _median(placed: pd.DataFrame, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[placed["cmi"].median()],
        y=[placed["chs"].median()],
        mode="markers",
        hovertemplate="Median: health %{y:.0f} · maturity %{x:.0f}<extra></extra>",
        marker={
            "size": 15,
            "symbol": "cross-thin",
            "line": {"width": 3, "color": look.ink},
        },
    )
