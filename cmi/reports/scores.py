"""The scores as a table to take along: one row per customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cmi.portfolio import segment_columns

if TYPE_CHECKING:
    from datetime import date

    from cmi.methodology import GridKey, Methodology


def score_table(
    scores: pd.DataFrame, methodology: Methodology, as_of: date, grid: GridKey
) -> pd.DataFrame:
    """The scores of one day (see cmi/scoring.py), unrounded, in the words of the methodology.

    Columns: customer_id, name, as_of, arr, cmi (0-100), cmi_level (1-5), cmi_coverage (0-1), one
    per characteristic (1-5), chs (0-100), chs_coverage (0-1), scenario (its name), decision,
    owner, the segments, currency, methodology (its version). Missing where there is no score.
    """
    characteristics = [c.key for c in methodology.characteristics]
    found = {s.key: s for s in methodology.grid(grid)}
    columns = ["customer_id", "name", "as_of", "arr", "cmi", "cmi_level", "cmi_coverage"]
    columns += [*characteristics, "chs", "chs_coverage", "scenario", "decision", "owner"]
    columns += [*segment_columns(scores, methodology), "currency", "methodology"]
    named = scores.assign(
        as_of=pd.Timestamp(as_of),
        scenario=scores["scenario"].map({key: s.name for key, s in found.items()}),
        decision=scores["scenario"].map({key: s.decision for key, s in found.items()}),
        methodology=methodology.version,
    )
    return named[list(dict.fromkeys(columns))].reset_index(drop=True)
