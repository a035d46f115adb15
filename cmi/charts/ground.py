"""The plane before anybody stands on it: its cells with their names, its cuts, its axes."""

from __future__ import annotations

import textwrap
from html import escape

import plotly.graph_objects as go

from cmi.charts.look import FONT, Look
from cmi.methodology import BANDS, GridKey, Methodology, Scenario

LETTERS = 0.55  # of a name, that a point of the plane is wide


def empty_plane(methodology: Methodology, grid: GridKey, look: Look) -> go.Figure:
    """The plane without customers: what each place on it means."""
    figure = ground(methodology, grid, look).update_layout(height=420)
    return figure.add_trace(go.Scatter(x=[None], y=[None]))


def ground(
    methodology: Methodology, grid: GridKey, look: Look, *, brief: bool = False
) -> go.Figure:
    """The empty plane: tinted cells with their names and decisions, cuts, axes with their ends."""
    figure = go.Figure()
    cuts = methodology.cuts.of(grid)
    xs, ys = (0.0, *cuts.cmi, 100.0), (0.0, *cuts.chs, 100.0)
    for scenario in methodology.grid(grid):
        column, row = (BANDS[grid].index(band) for band in (scenario.cmi, scenario.chs))
        x0, x1, y0, y1 = xs[column], xs[column + 1], ys[row], ys[row + 1]
        figure.add_shape(
            type="rect",
            x0=x0,
            x1=x1,
            y0=y0,
            y1=y1,
            fillcolor=look.of(scenario),
            opacity=0.14 if look.dark else 0.10,
            line={"width": 0},
            layer="below",
        )
        _cell_name(figure, scenario, look, (x0, x1, y0, y1), brief=brief or grid == "3x3")
    for axis, values in (("x", cuts.cmi), ("y", cuts.chs)):
        for value in values:
            line = {"color": look.quiet, "width": 1, "dash": "dot"}
            (figure.add_vline if axis == "x" else figure.add_hline)(value, line=line, layer="below")
    ends = {"color": look.quiet, "size": 12}
    title = {"color": look.ink, "size": 13}
    common = {
        "range": [-3, 103],
        "tickvals": [0, 25, 50, 75, 100],
        "showgrid": False,
        "zeroline": False,
        "tickfont": ends,
        "fixedrange": False,
    }
    figure.update_xaxes(
        title={"text": "ad hoc   ←   <b>Maturity (CMI)</b>   →   managed", "font": title}, **common
    )
    figure.update_yaxes(
        title={"text": "struggling   ←   <b>Health (CHS)</b>   →   thriving", "font": title},
        **common,
    )
    return figure.update_layout(
        height=525,
        margin={"l": 62, "r": 12, "t": 34, "b": 54},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.ink, "family": FONT},
        showlegend=False,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": look.quiet, "activecolor": look.accent},
        hoverlabel={"align": "left", "bgcolor": look.paper, "font": {"color": look.ink}},
        dragmode="pan",
    )


def _cell_name(
    figure: go.Figure,
    scenario: Scenario,
    look: Look,
    cell: tuple[float, float, float, float],
    *,
    brief: bool,
) -> None:
    """The name (and unless `brief` the decision) in the cell's outer corner."""
    x0, x1, y0, y1 = cell
    middle = scenario.cmi == "mid"
    right, top = scenario.cmi == "high", scenario.chs != "low"
    name = f"<b>{_within(scenario.name, LETTERS * (x1 - x0))}</b>"
    if not brief:
        decision = _within(scenario.decision, 1.5 * LETTERS * (x1 - x0))
        name += f"<br><span style='font-size:12px'>{decision}</span>"
    figure.add_annotation(
        x=(x0 + x1) / 2 if middle else (x1 - 1 if right else x0 + 1),
        y=y1 - 1 if top else y0 + 1,
        text=name,
        showarrow=False,
        xanchor="center" if middle else ("right" if right else "left"),
        yanchor="top" if top else "bottom",
        align="center" if middle else ("right" if right else "left"),
        font={"size": 13 if brief else 14, "color": look.quiet},
        bgcolor=look.veil,
        borderpad=3,
    )


def _within(text: str, letters: float) -> str:
    """The text in at most two lines of so many letters."""
    lines = textwrap.wrap(text, max(int(letters), 6), max_lines=2, placeholder="…")
    return "<br>".join(escape(line, quote=False) for line in lines)
