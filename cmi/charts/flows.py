"""Who went from where to where between two days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.methodology import Scenario

MARGIN, PAD = 20, 18  # pixels: above and below, between two places


def sankey(
    flows: pd.DataFrame,
    scenarios: Mapping[str, Scenario],
    names: Mapping[str, str],
    look: Look,
    say: Callable[[float], str] = "{:,.0f}".format,
) -> go.Figure:
    """Bands from the places on the left (before) to those on the right (after).

    `flows`: from, to (keys of `names`), weight (what the width shows), hint. `names` gives the
    order of the places on both sides; beside each stands its weight, as `say` writes it.
    """
    left, right = (_places(flows, side, names) for side in ("from", "to"))
    colour = {k: look.of(scenarios[k]) if k in scenarios else look.quiet for k in names}
    at = {("from", k): n for n, k in enumerate(left)}
    at |= {("to", k): len(left) + n for n, k in enumerate(right)}
    height = max(420, 48 * max(len(left), len(right)))
    figure = canvas(look, height)
    figure.add_trace(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [
                    escape(f"{names[k]}  {say(weight)}", quote=False)
                    for side in (left, right)
                    for k, weight in side.items()
                ],
                "color": [colour[k] for k in (*left, *right)],
                "x": [0.001] * len(left) + [0.999] * len(right),
                "y": _middles(left, right, height - 2 * MARGIN),
                "pad": PAD,
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
    return figure.update_layout(margin={"l": 10, "r": 10, "t": MARGIN, "b": MARGIN})


def _places(flows: pd.DataFrame, side: str, names: Mapping[str, str]) -> dict[str, float]:
    """The places of a side in their order, with the weight of each."""
    weights = flows.groupby(side)["weight"].sum()
    return {k: float(weights[k]) for k in names if k in weights}


def _middles(left: Mapping[str, float], right: Mapping[str, float], room: int) -> list[float]:
    """Where the middle of each place is, those on the left first, from 0 (top) to 1: in their
    order, without overlap. The side with more customers or places fills the room (pixels).
    """
    sides = [list(side.values()) for side in (left, right)]
    scales = [(room - PAD * (len(side) - 1)) / sum(side) for side in sides if sum(side)]
    scale = min(scales, default=0.0)
    middles = []
    for side in sides:
        top = 0.0
        for weight in side:
            middles.append(min(max((top + weight * scale / 2) / room, 0.001), 0.999))
            top += weight * scale + PAD
    return middles


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
