"""Shares with the interval in which the true share may lie, side by side for several questions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.charts.rows import named_rows, points
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
    keys = [key for key in names if key in set(shares["place"])]
    figure = canvas(look, 110 + 38 * len(keys))
    wide = (1 - APART * (len(panels) - 1)) / max(len(panels), 1)
    most = min(float(shares["high"].max()) * 115, 102) if len(shares) else 100
    for n, title in enumerate(panels):
        number = "" if n == 0 else str(n + 1)
        left = n * (wide + APART)
        here = shares[shares["panel"] == title]
        figure.add_trace(
            points(
                _percent(here).assign(label=here["place"].map(names)),
                [keys.index(key) for key in here["place"]],
                [scenarios.get(key) for key in here["place"]],
                look,
                otherwise=(look.quiet, "circle-open"),
                xaxis=f"x{number}",
            )
        )
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
    figure.update_layout(margin={"l": 10, "r": 20, "t": 10, "b": 50})
    return named_rows(figure, [names[key] for key in keys], look)


def _percent(shares: pd.DataFrame) -> pd.DataFrame:
    percent = shares[["share", "low", "high"]] * 100
    return percent.rename(columns={"share": "value"}).assign(hint=shares["hint"])
