"""Exports that others wrote, where the folder that holds them is beside the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cmi import files, mapping
from cmi.methodology import shipped

RULES = shipped()
DAY = date(2025, 12, 31)
SHARED = Path(__file__).parents[1].parent / "shared" / "exports"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with exports is not here")
def test_five_tables_of_a_software_company_become_one_portfolio():
    tables = [
        table
        for path in sorted((SHARED / "ravenstack").glob("*.csv"))
        for table in files.read(path.read_bytes(), path.name)
    ]
    found = mapping.propose(tables, RULES)
    day = mapping.newest_date(tables, found)
    parts = dict(zip([t.file.split("_", 1)[1] for t in tables],
                     mapping.apply(tables, found, RULES, day), strict=True))  # fmt: skip
    assert day == date(2024, 12, 31)
    assert {m.date_order for m in found} == {"dmy"}
    assert all(p.rows == p.kept + p.refused + p.blank for p in parts.values())
    assert parts["accounts.csv"].kept == 500
    assert len(parts["accounts.csv"].outcomes) == 110
    assert len(parts["subscriptions.csv"].customers) == 500
    assert set(parts["feature_usage.csv"].observations["item"]) == {"usage", "features_used"}
    assert set(parts["supports_ticket.csv"].observations["item"]) == {
        "tickets",
        "escalations",
        "resolution_hours",
        "csat",
    }
    # one account is given twice on one day
    assert [p.kind for part in parts.values() for p in part.problems] == ["repeated"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with exports is not here")
def test_a_list_of_consumers_becomes_customers_contracts_and_churn():
    path = SHARED / "ibm_telco" / "Telco-Customer-Churn.csv"
    tables = files.read(path.read_bytes(), path.name)
    found = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY)[0]
    assert (found.rows, found.kept, found.problems) == (7043, 7043, ())
    first = found.customers.set_index("customer_id").loc["7590-VHVEG"]
    assert first["arr"] == pytest.approx(12 * 29.85)
    assert first["attributes"]["PaymentMethod"] == "Electronic check"
    assert set(found.observations["label"]) == {"Month to month", "One year", "Several years"}
    assert len(found.outcomes) == 1869
