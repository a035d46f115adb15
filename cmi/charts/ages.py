"""How old the assessments are: a bar per month of age, and the day on which levels go stale."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from cmi.charts.canvas import canvas
from cmi.charts.look import Look
from cmi.freshness import OLDEST, month_in_words
from cmi.words import count

GAP = 2  # months between the oldest and who was never assessed


def ages(by_month: pd.DataFrame, look: Look, *, valid: float, said: str) -> go.Figure:
    """A bar per month of age of the newest level; who is due stands on top in the accent.

    `by_month` as cmi.freshness.by_month gives it. `valid`: the age in months at which levels go
    stale, `said` the words beside that line. Each bar's customdata is [month, due], the month 0
    for the never assessed.
    """
    figure = canvas(look, 380)
    last = max([valid + 1, 6, *by_month["month"].dropna()])
    never = last + GAP
    for due, name, colour in ((False, "in date", look.line), (True, "due", look.accent)):
        rows = by_month[by_month["due"] == due]
        figure.add_trace(
            go.Bar(
                x=(rows["month"] - 0.5).fillna(never),
                y=rows["customers"],
                name=name,
                width=0.9,
                marker={"color": colour},
                customdata=[[int(month), due] for month in rows["month"].fillna(0)],
                hovertext=[
                    f"<b>{month_in_words(month).capitalize()}</b><br>"
                    f"{count(int(customers), 'customer')}, {name}"
                    for month, customers in zip(rows["month"], rows["customers"], strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    step = 3 if last <= 18 else 6
    ticks = {float(m): f"{m}" for m in range(0, int(last) + 1, step)}
    if last >= OLDEST:
        ticks[OLDEST - 1.0] = f"over {OLDEST - 1}"
    if by_month["month"].isna().any():
        ticks[never] = "never"
    figure.add_vline(valid, line={"color": look.quiet, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=valid,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=said,
        showarrow=False,
        font={"color": look.quiet, "size": 12},
    )
    figure.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.06, "x": 0},
        margin={"l": 10, "r": 10, "t": 56, "b": 40},
    )
    figure.update_xaxes(
        title={"text": "months since the newest answer"},
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
        range=[-0.3, never + 0.8],
        showgrid=False,
    )
    return figure.update_yaxes(title={"text": "customers"}, automargin=True, tickformat=",d")
