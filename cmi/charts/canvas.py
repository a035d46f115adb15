"""An empty figure in the colours of the page: every chart begins with it."""

from __future__ import annotations

import plotly.graph_objects as go

from cmi.charts.look import FONT, Look


def canvas(look: Look, height: int) -> go.Figure:
    """Transparent, without a legend, with quiet axes."""
    figure = go.Figure()
    figure.update_layout(
        showlegend=False,
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        font={"color": look.ink, "family": FONT},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"font": {"family": FONT}},
    )
    quiet = {"color": look.quiet, "size": 12}
    figure.update_xaxes(gridcolor=look.line, zeroline=False, tickfont=quiet, title={"font": quiet})
    figure.update_yaxes(gridcolor=look.line, zeroline=False, tickfont=quiet, title={"font": quiet})
    return figure
