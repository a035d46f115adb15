from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from cmi.store import Store

# Machines that run tests are slow and shared: time limits per example tell nothing about us.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory."""
    opened = Store()
    yield opened
    opened.close()
