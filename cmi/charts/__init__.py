"""A frame -> a plotly figure."""

from cmi.charts.bars import contribution_bars
from cmi.charts.flows import sankey
from cmi.charts.ground import empty_plane
from cmi.charts.heat import heat
from cmi.charts.look import Look
from cmi.charts.multiples import MOST as MOST_PLANES
from cmi.charts.multiples import small_planes
from cmi.charts.path import path
from cmi.charts.plane import locator, quadrant
from cmi.charts.radar import radar
from cmi.charts.time import lines, mix, period
from cmi.charts.waterfall import waterfall

__all__ = [
    "MOST_PLANES",
    "Look",
    "contribution_bars",
    "empty_plane",
    "heat",
    "lines",
    "locator",
    "mix",
    "path",
    "period",
    "quadrant",
    "radar",
    "sankey",
    "small_planes",
    "waterfall",
]
