"""Levels as a field of cells: a row per factor, a column per group, the lower the stronger."""

from __future__ import annotations

from html import escape
from math import ceil, floor
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.heat import FILLS
from cmi.charts.look import Look
from cmi.words import count

WIDE = 14  # letters of a name over a column


def levels(cells: pd.DataFrame, look: Look) -> go.Figure:
    """Cells of cmi.audiences.lacks.levels; what few answered is slanted, what nobody did is blank.

    A click on a cell hands over its group and its item.
    """
    rows, columns = list(dict.fromkeys(cells["item"])), list(dict.fromkeys(cells["group"]))
    wide = cells.pivot(index="item", columns="group", values="level").loc[rows, columns]  # noqa: PD010
    few = cells.pivot(index="item", columns="group", values="few").loc[rows, columns]  # noqa: PD010
    texts = wide.map("{:.1f}".format)
    texts = texts.mask(few.astype(bool), "<i>" + texts + "</i>").where(wide.notna(), "")
    bounds = _bounds(cells)
    low, high = FILLS[look.dark]
    figure = canvas(look, 80 + 30 * len(rows))
    figure.add_trace(
        go.Heatmap(
            z=wide.to_numpy(dtype="float64"),
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            zmin=bounds[0],
            zmax=bounds[1],
            colorscale=[[0, high], [1, low]],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            text=texts,
            texttemplate="%{text}",
            textfont={"size": 13, "color": look.ink},
        )
    )
    figure.add_trace(_cells(cells.dropna(subset="level"), rows, columns))
    names = cells.drop_duplicates("item")
    figure.update_layout(margin={"l": 10, "r": 10, "t": 60, "b": 10})
    figure.update_xaxes(
        side="top",
        showgrid=False,
        tickvals=list(range(len(columns))),
        ticktext=[_short(group) for group in columns],
        range=[-0.5, len(columns) - 0.5],
        tickangle=0,
        automargin=True,
        ticks="",
        tickfont={"color": look.ink, "size": 13},
    )
    return figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[
            f"{escape(str(part), quote=False)}: {escape(str(name), quote=False)}"
            for part, name in zip(names["characteristic"], names["factor"], strict=True)
        ],
        range=[len(rows) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        ticks="",
        ticklabelstandoff=6,
        tickfont={"color": look.ink, "size": 13},
    )


def _bounds(cells: pd.DataFrame) -> tuple[float, float]:
    """The whole levels between which the cells lie that enough answered; else all levels."""
    known = cells.loc[~cells["few"], "level"].dropna()
    if known.empty:
        return 1.0, 5.0
    low, high = floor(known.min()), ceil(known.max())
    return float(low), float(max(high, low + 1))


def _short(name: str) -> str:
    """A name that fits over a column, on two lines where it must."""
    lines = wrap(name, WIDE, max_lines=2, placeholder=" …") or [""]
    return "<br>".join(escape(line, quote=False) for line in lines)


def _cells(cells: pd.DataFrame, rows: list[str], columns: list[str]) -> go.Scatter:
    """What is pointed at and clicked: a heat map alone hands nothing over."""
    told = zip(
        cells["factor"], cells["group"], cells["level"], cells["customers"], cells["item"],
        strict=True,
    )  # fmt: skip
    return go.Scatter(
        x=cells["group"].map({name: n for n, name in enumerate(columns)}),
        y=cells["item"].map({key: n for n, key in enumerate(rows)}),
        mode="markers",
        marker={"size": 24, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[
            [
                f"<b>{escape(str(factor), quote=False)}</b><br>{escape(str(group), quote=False)}: "
                f"level {level:.1f}, {count(int(known), 'customer')}",
                str(group),
                str(item),
            ]
            for factor, group, level, known, item in told
        ],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
