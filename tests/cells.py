"""Cells and what they say, side by side."""

from __future__ import annotations

import re

import pandas as pd
import pytest


def cases(names: str, text: str) -> pytest.MarkDecorator:
    """One test per entry, parted by two spaces or a line; in each, a cell → what it says."""
    entries = [entry.strip() for entry in re.split(r" {2,}|\n", text.strip())]
    return pytest.mark.parametrize(names.split(), [e.split(" → ") for e in entries if e])


def column(*cells: str | None) -> pd.Series:
    return pd.Series(cells, dtype="str")
