from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from cmi.store import Store

# Machines that run tests are slow and shared: time limits per example tell nothing about us.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches the portfolio of whoever runs it."""
    monkeypatch.setenv("CMI_DATABASE", str(tmp_path / "none.duckdb"))


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory."""
    opened = Store()
    yield opened
    opened.close()
