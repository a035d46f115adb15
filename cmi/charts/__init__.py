"""A frame -> a plotly figure."""

from cmi.charts.bars import contribution_bars
from cmi.charts.look import Look
from cmi.charts.plane import empty_plane, locator, quadrant

__all__ = ["Look", "contribution_bars", "empty_plane", "locator", "quadrant"]
