from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import settings

from cmi.store import Store

# Machines that run tests are slow and shared: time limits per example tell nothing about us.
settings.register_profile("calm", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=timedelta(seconds=10), max_examples=200)
settings.load_profile("calm")


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory."""
    opened = Store()
    yield opened
    opened.close()
