"""Where a customer stands: (CMI, CHS, cuts) -> the scenario of a grid."""

from __future__ import annotations

from collections.abc import Container

import narwhals.stable.v2 as nw

from cmi.methodology import BANDS, Band, GridKey, Methodology
from cmi.methodology.overrides import by_row

DECIMALS = 6  # sums in another order give 49.999999 for 50: scores meet a cut rounded


def scenario_of(methodology: Methodology, grid: GridKey, columns: Container[str]) -> nw.Expr:
    """The scenario's key per row, from the columns `cmi` and `chs`; missing where one is.

    `columns` are those of the frame, with the marks of cmi.methodology.overrides.holding.
    """
    scored = ~nw.col("cmi").is_null() & ~nw.col("chs").is_null()
    expression = nw.lit(None, dtype=nw.String)
    for scenario in methodology.grid(grid):
        cell = _in_band("cmi", scenario.cmi, methodology, grid, columns) & _in_band(
            "chs", scenario.chs, methodology, grid, columns
        )
        expression = nw.when(scored & cell).then(nw.lit(scenario.key)).otherwise(expression)
    return expression


def _in_band(
    axis: str, band: Band, methodology: Methodology, grid: GridKey, columns: Container[str]
) -> nw.Expr:
    """True where the score of `axis` lies in the band; a value equal to a cut is above it."""
    at = BANDS[grid].index(band)
    cuts = [_cut(axis, n, methodology, grid, columns) for n in range(len(BANDS[grid]) - 1)]
    score = nw.col(axis).round(DECIMALS)
    inside = ~nw.col(axis).is_null()
    if at > 0:
        inside = inside & (score >= cuts[at - 1])
    if at < len(cuts):
        inside = inside & (score < cuts[at])
    return inside


def _cut(
    axis: str, n: int, methodology: Methodology, grid: GridKey, columns: Container[str]
) -> float | nw.Expr:
    """The n-th cut of an axis, rounded like the scores that meet it."""

    def own(cuts: object) -> float | None:
        given = getattr(cuts, axis, None)
        return None if given is None else round(given[n], DECIMALS)

    default = own(methodology.cuts.of(grid))
    assert default is not None  # a methodology has cuts on both axes
    others = (own(dict(o.cuts).get(grid)) for o in methodology.overrides)
    return by_row(default, others, columns)
