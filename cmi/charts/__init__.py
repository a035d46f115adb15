"""A frame -> a plotly figure."""

from cmi.charts.ages import ages
from cmi.charts.certain import certain
from cmi.charts.flows import sankey
from cmi.charts.ground import empty_plane
from cmi.charts.heat import heat, two_cohorts
from cmi.charts.intervals import intervals
from cmi.charts.look import Look
from cmi.charts.mix import mix, mixes
from cmi.charts.multiples import DRAWN as ON_PLANES
from cmi.charts.multiples import MOST as MOST_PLANES
from cmi.charts.multiples import small_planes
from cmi.charts.path import path
from cmi.charts.plane import locator, quadrant
from cmi.charts.radar import radar
from cmi.charts.ranges import ranges
from cmi.charts.spread import spread
from cmi.charts.time import lines, ticks
from cmi.charts.timeline import timeline
from cmi.charts.tornado import tornado
from cmi.charts.waterfall import composition, waterfall
from cmi.words import period

__all__ = [
    "MOST_PLANES",
    "ON_PLANES",
    "Look",
    "ages",
    "certain",
    "composition",
    "empty_plane",
    "heat",
    "intervals",
    "lines",
    "locator",
    "mix",
    "mixes",
    "path",
    "period",
    "quadrant",
    "radar",
    "ranges",
    "sankey",
    "small_planes",
    "spread",
    "ticks",
    "timeline",
    "tornado",
    "two_cohorts",
    "waterfall",
]
