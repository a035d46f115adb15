"""Segments through app.py: a small portfolio worked out by hand."""

from __future__ import annotations

import pytest
from portfolios import customer, loaded, observation
from screens import is_well

from cmi.methodology import shipped

RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
EAST = {"arr": 3000.0, "currency": "EUR", "Region": "East", "start_date": "2025-01-15"}
WEST = {"arr": 1000.0, "currency": "EUR", "Region": "West", "start_date": "2025-04-15"}
SEGMENTS = "pages/explore/segments.py"


def said(who: str, on: str, level: float):
    """All twelve answers on one level, and a perfect health."""
    levels = [observation(who, f.key, level, on=on) for f in RULES.factors]
    return [*levels, *(observation(who, key, value, on=on) for key, value in GOOD.items())]


THEN, NOW = "2025-12-31", "2026-03-31"
TWO_QUARTERS = loaded(
    [customer("a", THEN, name="Acme", **EAST), customer("b", THEN, name="Beta", **WEST)],
    [*said("a", THEN, 2), *said("b", THEN, 4), *said("a", NOW, 4), *said("b", NOW, 4)],
)


@pytest.mark.parametrize(
    ("by", "rows"), [("Region", ["East", "West"]), ("owner", ["East", "West"])]
)
def test_segments_are_compared_by_the_column_in_the_address(app, by: str, rows: list[str]) -> None:
    at = is_well(app(TWO_QUARTERS, page=SEGMENTS, by=by))
    table = next(d.value for d in at.dataframe if "cmi_median" in d.value)
    assert table["label"].tolist() == rows  # nobody has an owner: the usual column is taken
    assert table["arr"].tolist() == [3000, 1000]
    assert table["rank"].isna().all()  # one customer each: not ranked
    assert table["cmi_median"].tolist() == [75, 75]
