"""Cohort by age: a cell per cohort and period of its life, blank where it has not lived yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.charts.time import SHADES, name_ends
from cmi.trends.cohorts import matrix
from cmi.words import count

MOST_TICKS = 20
FILLS = {False: ("#EEF2FB", "#7FA3F0"), True: ("#1C2431", "#3A5BB0")}  # the ink is legible on both


def heat(
    cells: pd.DataFrame,
    look: Look,
    *,
    unit: str,
    bounds: tuple[float, float],
    ages: str = "periods since the start",
) -> go.Figure:
    """A row per cohort with its size, a column per age; missing values stay blank.

    `cells` of cmi.trends.cohorts.heat, its values as they are to be read (0-100). Those that rest
    on few customers are slanted, those that are carried over stand in brackets. A click on a cell
    hands over its cohort and its age.
    """
    wide = matrix(cells)
    sizes = cells.drop_duplicates("cohort").set_index("cohort")["size"]
    shown = {c: f"{escape(str(c), quote=False)}  ({sizes[c]:,})" for c in wide.index}
    columns = [int(age) for age in wide.columns]
    texts = wide.map("{:.0f}".format)
    texts = texts.mask(matrix(cells, "carried").eq(other=True), "(" + texts + ")")
    texts = texts.mask(matrix(cells, "few").eq(other=True), "<i>" + texts + "</i>")
    figure = canvas(look, 90 + 26 * len(wide))
    low, high = FILLS[look.dark]
    figure.add_trace(
        go.Heatmap(
            z=wide.to_numpy(dtype="float64"),
            x=columns,
            y=list(shown.values()),
            zmin=bounds[0],
            zmax=bounds[1],
            colorscale=[[0, low], [1, high]],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            text=texts.where(wide.notna(), ""),
            texttemplate="%{text}",
            textfont={"size": 12, "color": look.ink},
        )
    )
    figure.add_trace(_cells(cells.dropna(subset="value"), shown, unit))
    figure.update_layout(margin={"l": 10, "r": 10, "t": 60, "b": 10})
    figure.update_xaxes(
        title={"text": ages, "standoff": 8},
        side="top",
        showgrid=False,
        tickmode="linear",
        dtick=1 if wide.shape[1] <= MOST_TICKS else 4,
        range=[columns[0] - 0.5, columns[-1] + 0.5] if columns else None,
    )
    return figure.update_yaxes(
        type="category",
        range=[len(wide) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )


def _cells(cells: pd.DataFrame, shown: Mapping[str, str], unit: str) -> go.Scatter:
    """What is pointed at and clicked: a heat map alone hands nothing over."""
    return go.Scatter(
        x=cells["age"],
        y=cells["cohort"].map(shown),
        mode="markers",
        marker={"size": 22, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[
            [f"{value:.1f}{unit}, {count(int(counted), 'customer')}", str(cohort), int(age)]
            for value, counted, cohort, age in zip(
                cells["value"], cells["counted"], cells["cohort"], cells["age"], strict=True
            )
        ],
        hovertemplate="%{y}<br>age %{x}: %{customdata[0]}<extra></extra>",
    )


def two_cohorts(
    values: pd.DataFrame,
    names: Sequence[str],
    look: Look,
    *,
    axis: str,
    bounds: tuple[float, float],
    ages: str = "periods since the start",
) -> go.Figure:
    """A line for each of two cohorts by age; each carries its name at its end.

    `values` of cmi.trends.cohorts.against, as they are to be read. Missing ones leave a gap; small
    marks rest on few customers, hollow ones are carried over.
    """
    figure = canvas(look, 320)
    ends = []
    for name, key, colour, symbol in zip(
        names, ("one", "other"), SHADES[look.dark][:4:3], ("circle", "square"), strict=True
    ):
        shown = escape(str(name), quote=False)
        carried, few = (values[f"{key}_{of}"].eq(other=True) for of in ("carried", "few"))
        figure.add_trace(
            go.Scatter(
                x=values["age"],
                y=values[key],
                mode="lines+markers",
                line={"color": colour, "width": 2.5},
                marker={
                    "size": [5 if small else 9 for small in few],
                    "symbol": symbol,
                    "color": [look.paper if old else colour for old in carried],
                    "line": {"color": colour, "width": 2},
                },
                connectgaps=False,
                name=shown,
                customdata=[[shown, f"{n:,.0f}"] for n in values[f"{key}_counted"].fillna(0)],
                hovertemplate="<b>%{customdata[0]}</b><br>age %{x}: %{y:.1f}"
                "<br>of %{customdata[1]} customers<extra></extra>",
            )
        )
        known = values.dropna(subset=key)
        if len(known):
            ends.append((float(known[key].iloc[-1]), known["age"].iloc[-1], shown, colour))
    name_ends(figure, ends, *bounds)
    figure.update_layout(margin={"r": 24 + 7 * min(24, max(len(str(n)) for n in names))})
    figure.update_xaxes(
        title={"text": ages},
        range=[values["age"].min() - 0.3, values["age"].max() + 0.3] if len(values) else None,
        showgrid=False,
        tickmode="linear",
        dtick=1 if len(values) <= MOST_TICKS else 4,
    )
    low, high = bounds
    room = (high - low) * 0.03  # for a mark that lies on the edge
    return figure.update_yaxes(
        title={"text": axis}, range=[low - room, high + room], dtick=20, automargin=True
    )
