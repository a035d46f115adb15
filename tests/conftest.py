from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from cmi.frames import Loaded
from cmi.store import Store

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

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


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Opens app.py over an own database that holds the given tables, at a page."""
    from portfolios import origin
    from screens import APP, PORTFOLIO
    from streamlit.testing.v1 import AppTest

    from cmi.ui import session

    path = tmp_path / "portfolio.duckdb"
    monkeypatch.setenv("CMI_DATABASE", str(path))
    session.own_store.clear()

    def opened(*tables: Loaded, page: str = PORTFOLIO, **asked: str | list[str]) -> AppTest:
        if tables:
            store = Store(path)
            store.add([(origin(f"{n}.csv"), table) for n, table in enumerate(tables)])
            store.close()
        at = AppTest.from_file(str(APP), default_timeout=60)
        at.switch_page(page)
        at.query_params.update(asked)
        return at.run()

    yield opened
    if path.exists():
        session.own_store().close()
    session.own_store.clear()
