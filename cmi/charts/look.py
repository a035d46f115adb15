"""The colours of a chart on a light and on a dark page."""

from __future__ import annotations

from dataclasses import dataclass

from cmi.methodology import Scenario

FONT = '"Source Sans", "Source Sans Pro", sans-serif'


@dataclass(frozen=True)
class Look:
    """The colours of a chart on a light or a dark page."""

    dark: bool = False

    @property
    def ink(self) -> str:
        """Text."""
        return "#E6E9EF" if self.dark else "#1F2733"

    @property
    def quiet(self) -> str:
        """Axes, secondary words."""
        return "#A3ADBB" if self.dark else "#5B6675"

    @property
    def line(self) -> str:
        """Cuts and grid lines."""
        return "#3A4453" if self.dark else "#D5DAE1"

    @property
    def paper(self) -> str:
        """The page behind the chart."""
        return "#12161C" if self.dark else "#FFFFFF"

    @property
    def veil(self) -> str:
        """Behind words that stand on points."""
        return "rgba(18,22,28,0.6)" if self.dark else "rgba(255,255,255,0.6)"

    @property
    def accent(self) -> str:
        """The one colour that is not a scenario."""
        return "#7FA8FF" if self.dark else "#2B5FD9"

    @property
    def shade(self) -> str:
        """What is filled with the accent, so that lines beneath it are seen."""
        return "rgba(127,168,255,0.18)" if self.dark else "rgba(43,95,217,0.12)"

    def of(self, scenario: Scenario) -> str:
        """A scenario's colour."""
        return scenario.colour_dark if self.dark else scenario.colour
