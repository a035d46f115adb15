"""From one number to another, step by step: what makes a score, or what changed it."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.words import signed


def waterfall(
    steps: pd.DataFrame,
    look: Look,
    *,
    start: tuple[str, float],
    end: str,
    unit: str = "points",
    closely: bool = False,
) -> go.Figure:
    """Bars that lead from `start` (its name and value) over the steps to `end`, their sum.

    `steps`: label, points (negative ones lead down), hint; drawn from top to bottom. `closely`
    shows only where something moves, for small steps between large ends.
    """
    labels = [start[0], *steps["label"], end]
    moves = steps["points"].astype("float64")
    total = start[1] + moves.sum()
    digits = 1 if closely else 0
    values = [start[1], *moves, total]
    hints = ["", *steps["hint"], ""]
    figure = canvas(look, 90 + 28 * len(labels))
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(moves), "total"],
            y=[escape(str(label), quote=False) for label in labels],
            x=values,
            text=[
                f"{start[1]:z.{digits}f}",
                *(signed(m, 1) for m in moves),
                f"{total:z.{digits}f}",
            ],
            textposition="outside",
            textfont={"size": 12, "color": look.ink},
            cliponaxis=False,
            customdata=[[escape(str(hint), quote=False)] for hint in hints],
            hovertemplate=f"<b>%{{y}}</b><br>%{{customdata[0]}}<br>%{{text}} {unit}<extra></extra>",
            connector={"line": {"color": look.line, "width": 1}},
            increasing={"marker": {"color": look.accent}},
            decreasing={"marker": {"color": look.quiet}},
            totals={"marker": {"color": look.ink}},
        )
    )
    figure.update_layout(margin={"l": 10, "r": 40, "t": 10, "b": 40}, waterfallgap=0.35)
    figure.update_xaxes(title={"text": unit})
    if closely:
        levels = [start[1], *(start[1] + moves.cumsum())]
        room = max((max(levels) - min(levels)) * 0.25, 0.5)
        figure.update_xaxes(range=[min(levels) - room, max(levels) + room])
    return figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        showgrid=False,
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )


LONGEST = 50  # signs beside a bar: more are cut, the whole stands in the hint


def composition(parts: pd.DataFrame, look: Look, *, end: str, unit: str = "points") -> go.Figure:
    """What makes a score: bars that lead from 0 to it, each followed by what it could still give.

    `parts`: label, said and stale (what was observed, whether it is too old: quietly beside the
    label, and the bar is hatched), contribution and possible (points of the score), hint; drawn
    from top to bottom, with the sum called `end` beneath.
    """
    given, possible = (parts[c].astype("float64").to_numpy() for c in ("contribution", "possible"))
    missed = np.clip(possible - given, 0, None)
    total = float(given.sum())
    starts = np.cumsum(given) - given
    rows = np.arange(len(parts))
    labels = [
        _beside(*named, look)
        for named in zip(parts["label"], parts["said"], parts["stale"], strict=True)
    ]
    hover = [
        [escape(str(label), quote=False), escape(str(hint), quote=False), f"{g:z.1f}", f"{m:.1f}"]
        for label, hint, g, m in zip(parts["label"], parts["hint"], given, missed, strict=True)
    ]
    figure = canvas(look, 84 + 27 * (len(parts) + 1))
    common = {"orientation": "h", "customdata": hover}
    says = (
        "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>"
        f"gives %{{customdata[2]}} {unit}, misses %{{customdata[3]}}<extra></extra>"
    )
    hatched = ["/" if stale else "" for stale in parts["stale"]]
    given_look = {
        "color": look.accent,
        "pattern": {"shape": hatched, "fillmode": "overlay", "fgcolor": look.paper, "size": 5},
    }
    figure.add_trace(
        go.Bar(y=rows, base=starts, x=given, marker=given_look, hovertemplate=says, **common)
    )
    figure.add_trace(
        go.Bar(
            y=rows,
            base=starts + given,
            x=missed,
            marker={"color": look.line},
            hovertemplate=says,
            **common,
        )
    )
    figure.add_trace(
        go.Bar(y=[len(parts)], x=[total], orientation="h", marker={"color": look.ink},
               hoverinfo="skip")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[*(starts + possible), total],
            y=[*rows, len(parts)],
            mode="text",
            text=[
                *(f" {g:z.1f} of {p:.1f}" for g, p in zip(given, possible, strict=True)),
                f" <b>{total:z.0f}</b>",
            ],
            textposition="middle right",
            textfont={"size": 12, "color": look.quiet},
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    figure.update_layout(barmode="overlay", bargap=0.3, margin={"l": 10, "r": 66, "t": 6, "b": 40})
    figure.update_xaxes(
        title={"text": unit}, range=[0, 100], tickvals=[0, 25, 50, 75, 100], showgrid=False
    )
    return figure.update_yaxes(
        tickvals=[*rows, len(parts)],
        ticktext=[*labels, f"<b>{escape(end, quote=False)}</b>"],
        range=[len(parts) + 0.5, -0.5],
        automargin=True,
        showgrid=False,
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )


def _beside(label: str, observed: str, stale: str, look: Look) -> str:
    """Product use  52 uses, stale, 140 days: the name, and quietly what was observed. Only what was
    observed is cut where all of it is too long, for the rest must be seen.
    """
    name = _cut(label, LONGEST)
    said = _cut(observed, max(LONGEST - len(name) - len(stale), 8))
    quiet = escape(", ".join(filter(None, (said, stale))), quote=False)
    name = escape(name, quote=False)
    return f"{name}  <span style='font-size:12px;color:{look.quiet}'>{quiet}</span>"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
