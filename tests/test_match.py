"""Which customer a row is about."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sheets import sheet

from cmi import mapping
from cmi.frames import Loaded
from cmi.methodology import shipped

RULES = shipped()
DAY = date(2025, 12, 31)


def values(found: Loaded, item: str) -> dict[str, float]:
    of_item = found.observations[found.observations["item"] == item]
    return dict(zip(of_item["customer_id"], of_item["value"], strict=True))


ACCOUNTS = "account_id,account_name,domain\nA,Acme GmbH,acme.com\nB,Beta Inc.,beta.io\nC,Gamma,"
TICKETS = (
    "Ticket ID,Created at,Subject,{header}\n"
    "1,2025-12-01,x,{0}\n2,2025-12-02,y,{1}\n3,2025-12-03,y,{2}"
)


@pytest.mark.parametrize(
    ("header", "cells", "found"),
    [
        ("Account ID", ("A", "A", "B"), {"A": 2, "B": 1}),
        ("Organization", ("ACME", "acme  gmbh", "Beta"), {"A": 2, "B": 1}),
        ("Requester email", ("x@acme.com", "y@acme.com", "z@beta.io"), {"A": 2, "B": 1}),
        ("Organization", ("A", "A", "Gamma"), {"A": 2, "C": 1}),
    ],
)
def test_a_ticket_finds_its_customer_by_id_name_or_domain(header, cells, found):
    tables = [sheet(TICKETS.format(*cells, header=header)), sheet(ACCOUNTS, "accounts.csv")]
    tickets, _ = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY)
    assert values(tickets, "tickets") == found


def test_a_name_that_nobody_knows_is_refused_where_rows_are_many():
    tables = [sheet(TICKETS.format("Acme", "Acme", "Zeta", header="Company")), sheet(ACCOUNTS)]
    tickets, _ = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY)
    assert [(p.kind, p.row, p.value) for p in tickets.problems] == [("unknown-customer", 4, "Zeta")]
    assert (tickets.rows, tickets.kept, tickets.refused) == (3, 2, 1)


def test_customers_of_earlier_imports_are_found():
    known = pd.DataFrame({"customer_id": ["X1"], "name": ["Acme Ltd"], "domain": [None]})
    table = sheet("Customer,tickets\nAcme,3\nNew,4")
    found = mapping.apply([table], mapping.propose([table], RULES), RULES, DAY, known)[0]
    assert values(found, "tickets") == {"X1": 3, "New": 4}


def test_a_name_of_two_customers_finds_neither():
    known = pd.DataFrame({"customer_id": ["1", "2"], "name": ["Acme Ltd", "Acme Inc"]})
    tables = [sheet(TICKETS.format("Acme", "Acme", "acme inc", header="Company"))]
    found = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY, known)[0]
    assert values(found, "tickets") == {"2": 1}
    assert [p.kind for p in found.problems] == ["unknown-customer"] * 2


def test_two_companies_of_a_list_are_never_merged_by_their_legal_form():
    known = pd.DataFrame({"customer_id": ["1"], "name": ["Acme"]})
    table = sheet("Customer,tickets\nAcme Inc,3\nAcme GmbH,4")
    found = mapping.apply([table], mapping.propose([table], RULES), RULES, DAY, known)[0]
    assert values(found, "tickets") == {"Acme Inc": 3, "Acme GmbH": 4}


def test_addresses_that_anybody_can_have_find_nobody():
    known = pd.DataFrame({"customer_id": ["1"], "name": ["Acme"], "domain": ["joe@gmail.com"]})
    tables = [sheet(TICKETS.format(*["ann@gmail.com"] * 3, header="Requester email"))]
    found = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY, known)[0]
    assert found.kept == 0
