"""The mix of the scenarios as bars: of all, or small and side by side for each segment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cmi.charts.canvas import canvas
from cmi.charts.look import FONT, Look
from cmi.charts.time import handed_over, literal
from cmi.methodology import Scenario

ACROSS = 3  # segments in a row
FEWEST_SLOTS = 4  # for so many bars there is room, however few there are
BANDS_UP = {"low": 0, "mid": 1, "high": 2}  # from the worst at the bottom to the best


def mix(
    shares: pd.DataFrame,
    scenarios: Sequence[Scenario],
    look: Look,
    *,
    what: str,
    lying: bool = False,
    rules: Collection[str] = (),
) -> go.Figure:
    """One bar per label (a period, a segment; `lying` for names), made of the scenarios' shares.

    `shares`: label, scenario (key), share (0-1), hint, and perhaps carried (hatched), tick (what
    stands under the bar instead of its label) and pick (a list of texts that a click hands over,
    after the hint); labels in their order. `rules`: the labels from which other rules hold.
    """
    figure = canvas(look, 100 + 34 * shares["label"].nunique() if lying else 340)
    for scenario in _upwards(scenarios):
        rows = shares[shares["scenario"] == scenario.key]
        figure.add_trace(_stack(rows, scenario, look, lying=lying))
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        margin={"l": 10, "r": 10, "t": 40, "b": 50},
    )
    figure.update_layout(legend_traceorder="normal")
    _other_rules(figure, shares, rules, look)
    measured = {"title": {"text": f"% of {what}"}, "range": [0, 100], "automargin": True}
    named = {"automargin": True, "showgrid": False, "tickfont": {"color": look.ink, "size": 13}}
    if lying:
        return figure.update_xaxes(**measured).update_yaxes(autorange="reversed", **named)
    return figure.update_yaxes(**measured).update_xaxes(**named, **_under(shares))


def mixes(
    shares: pd.DataFrame,
    scenarios: Sequence[Scenario],
    look: Look,
    *,
    what: str,
    rules: Collection[str] = (),
) -> go.Figure:
    """Stacked bars per segment; all stand on the same labels.

    `shares`: panel (the segment), title, then the columns of cmi.charts.mix; panels and labels in
    their order. `rules`: the labels from which other rules hold.
    """
    titles = shares.drop_duplicates("panel").set_index("panel")["title"]
    across = min(ACROSS, len(titles)) or 1
    rows = -(-len(titles) // across) or 1
    figure = make_subplots(
        rows,
        across,
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=0.36 / (rows + 1),
        subplot_titles=[escape(str(title), quote=False) for title in titles],
    )
    for n, panel in enumerate(titles.index):
        at = {"row": n // across + 1, "col": n % across + 1}
        inside = shares[shares["panel"] == panel]
        for scenario in _upwards(scenarios):
            bars = _stack(inside[inside["scenario"] == scenario.key], scenario, look, least=0.09)
            figure.add_trace(bars.update(showlegend=n == 0), **at)
    figure.update_layout(
        height=90 + 250 * rows,
        barmode="stack",
        bargap=0.2,
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1 + 0.13 / rows, "x": 0},
        legend_traceorder="normal",
        margin={"l": 10, "r": 10, "t": 80, "b": 50},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.ink, "family": FONT},
        hoverlabel={"font": {"family": FONT}},
    )
    _other_rules(figure, shares, rules, look)
    figure.update_annotations(font={"size": 13, "color": look.ink})
    quiet = {"size": 11, "color": look.quiet}
    labels = shares.drop_duplicates("label")
    figure.update_xaxes(
        showgrid=False,
        tickfont=quiet,
        categoryorder="array",
        categoryarray=[escape(str(label), quote=False) for label in labels["label"]],
        **_under(labels),
    )
    figure.update_yaxes(range=[0, 100], tickfont=quiet, gridcolor=look.line, automargin=True)
    return figure.update_yaxes(title={"text": f"% of {what}", "font": quiet}, col=1)


def _other_rules(
    figure: go.Figure, shares: pd.DataFrame, rules: Collection[str], look: Look
) -> None:
    """A line before each bar from which other rules hold."""
    line = {"color": look.ink, "width": 1.5, "dash": "dash"}
    for place, label in enumerate(shares["label"].drop_duplicates()):
        if label in rules:
            figure.add_vline(place - 0.5, line=line, row="all", col="all")


def _upwards(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """From the worst to the best."""
    return sorted(scenarios, key=lambda s: (BANDS_UP[s.chs], BANDS_UP[s.cmi]))


def _under(shares: pd.DataFrame) -> dict[str, Any]:
    """What stands under the bars."""
    if "tick" not in shares:
        return {}
    told = shares.drop_duplicates("label")
    beside = max(FEWEST_SLOTS - len(told), 0) / 2
    return {
        "tickvals": _escaped(told),
        "ticktext": told["tick"].tolist(),
        "tickangle": 0,
        "range": [-0.5 - beside, len(told) - 0.5 + beside],
    }


def _stack(
    rows: pd.DataFrame, scenario: Scenario, look: Look, *, lying: bool = False, least: float = 0.06
) -> go.Bar:
    """A scenario's part of each bar; a smaller one than `least` has no room for its number."""
    places = zip("yx" if lying else "xy", (_escaped(rows), rows["share"] * 100), strict=True)
    carried = rows.get("carried", pd.Series(False, index=rows.index))
    hatches = ["/" if old else "" for old in carried]
    return go.Bar(
        **dict(places),
        orientation="h" if lying else "v",
        name=escape(scenario.name, quote=False),
        legendgroup=scenario.key,
        marker={
            "color": look.of(scenario),
            "line": {"color": look.paper, "width": 1},
            "pattern": {
                "shape": hatches,
                "fillmode": "overlay",
                "fgcolor": look.paper,
                "fgopacity": 0.4,
                "size": 8,
                "solidity": 0.3,
            },
        },
        unselected={"marker": {"opacity": 1}},
        text=[f"{share * 100:.0f}" if share >= least else "" for share in rows["share"]],
        hovertext=_escaped(rows),
        textposition="inside",
        textfont={"size": 12},
        constraintext="none",
        insidetextanchor="middle",
        textangle=0,
        customdata=handed_over(rows),
        hovertemplate=f"<b>{literal(escape(scenario.name, quote=False))}</b><br>"
        f"%{{hovertext}}: %{{{'x' if lying else 'y'}:.0f}} %"
        "<br>%{customdata[0]}<extra></extra>",
    )


def _escaped(rows: pd.DataFrame) -> list[str]:
    return [escape(str(label), quote=False) for label in rows["label"]]
