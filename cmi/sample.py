"""The sample portfolio: the committed CSV files, loaded like anybody's export."""

from __future__ import annotations

from pathlib import Path

from cmi.intake import load, uploads_from
from cmi.methodology import shipped
from cmi.store import Store

FOLDER = Path(__file__).parent.parent / "data" / "sample"


def sample_store() -> Store:
    """A store in memory that holds the sample portfolio."""
    store = Store()
    load(uploads_from(sorted(FOLDER.glob("*.csv"))), store, shipped(), by_whom="the sample")
    return store
