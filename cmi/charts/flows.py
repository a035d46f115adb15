"""Who went from where to where between two days."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.methodology import Scenario


def sankey(
    flows: pd.DataFrame, scenarios: Mapping[str, Scenario], names: Mapping[str, str], look: Look
) -> go.Figure:
    """Bands from the places on the left (before) to those on the right (after).

    `flows`: from, to (keys of `names`), weight (what the width shows), hint. `names` gives the
    order of the places on both sides.
    """
    left = [k for k in names if k in set(flows["from"])]
    right = [k for k in names if k in set(flows["to"])]
    colour = {k: look.of(scenarios[k]) if k in scenarios else look.quiet for k in names}
    at = {("from", k): n for n, k in enumerate(left)}
    at |= {("to", k): len(left) + n for n, k in enumerate(right)}
    figure = canvas(look, 420)
    figure.add_trace(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [escape(names[k], quote=False) for k in (*left, *right)],
                "color": [colour[k] for k in (*left, *right)],
                "x": [0.001] * len(left) + [0.999] * len(right),
                "pad": 18,
                "thickness": 16,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [at["from", k] for k in flows["from"]],
                "target": [at["to", k] for k in flows["to"]],
                "value": flows["weight"],
                "color": [_faint(colour[k]) for k in flows["from"]],
                "customdata": [escape(str(hint), quote=False) for hint in flows["hint"]],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"color": look.ink, "size": 13},
        )
    )
    return figure.update_layout(margin={"l": 10, "r": 10, "t": 20, "b": 20})


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
