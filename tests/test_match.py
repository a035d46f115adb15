"""Which customer a row is about."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sheets import sheet

from cmi import intake, mapping
from cmi.frames import Loaded
from cmi.intake import Upload
from cmi.mapping.correct import with_same
from cmi.mapping.match import customers_of
from cmi.methodology import shipped
from cmi.store import Store

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


KNOWN = pd.DataFrame(
    {
        "customer_id": ["A", "B", "C"],
        "name": ["Alpha", "Beta", "Gamma"],
        "domain": ["alpha.com", "beta.io", None],
    }
)
MANY = "Ticket ID,Created at,Subject,Account ID,Organization,Requester email\n"


@pytest.mark.parametrize(
    ("account", "organization", "email", "customer"),
    [
        ("A", "Gamma", "x@beta.io", "A"),  # the id comes first
        ("?", "Gamma", "x@beta.io", "B"),  # then the domain
        ("?", "GAMMA Ltd.", "x@else.io", "C"),  # then the name, without its legal form
        ("", "Gamma", "", "C"),
        ("a", "", "", ""),  # ids are not bent: nobody has this one
    ],
)
def test_the_id_comes_before_the_domain_and_the_domain_before_the_name(
    account, organization, email, customer
):
    table = sheet(f"{MANY}1,2025-12-01,x,{account},{organization},{email}")
    (chosen,) = mapping.propose([table], RULES)
    ids, _ = customers_of([table], [chosen], KNOWN)
    assert ids[0].fillna("").tolist() == [customer]


TWELVE = (
    "Ticket ID,Created at,Subject,Account ID\n1,2025-12-01,x,A\n2,2025-12-02,y,A\n3,2025-12-02,y,Z9"
)


def test_a_ticket_of_an_id_that_no_list_has_makes_no_customer_and_is_listed():
    tables = [sheet(TWELVE)]
    found = mapping.propose(tables, RULES)
    (tickets,) = mapping.apply(tables, found, RULES, DAY, KNOWN)
    assert values(tickets, "tickets") == {"A": 2}
    assert [(p.kind, p.row, p.value) for p in tickets.problems] == [("unknown-customer", 4, "Z9")]
    assert (tickets.rows, tickets.kept, tickets.refused) == (3, 2, 1)
    assert mapping.nobody(tables, found, KNOWN)["customer"].tolist() == ["Z9"]


def test_where_nothing_lists_the_customers_the_ids_of_tickets_make_them():
    tables = [sheet(TWELVE), sheet("usage_id,account_id,usage_date,feature_name\n1,Q,2025-12-01,x")]
    tickets, usage = mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY)
    assert values(tickets, "tickets") == {"A": 2, "Z9": 1}
    assert set(usage.observations["customer_id"]) == {"Q"}


def test_what_a_person_said_comes_before_everything():
    table = sheet(f"{MANY}1,2025-12-01,x,A,Beta,x@beta.io")
    (chosen,) = mapping.propose([table], RULES)
    ids, _ = customers_of([table], [with_same(chosen, "beta", "C")], KNOWN)
    assert ids[0].tolist() == ["C"]


# The id of another system


LISTED = (
    "customer_id,customer_name,Salesforce Account ID,CRM ID\n"
    "A,Alpha,001Qy00000AbCdE,17\nB,Beta,001Qy00000FgHiJ,18\nC,Gamma,,19"
)


def test_a_second_id_in_a_list_finds_the_customers_of_that_system():
    store = Store()
    intake.load([Upload("accounts.csv", LISTED.encode())], store, RULES, DAY)
    later = (
        "Ticket ID,Created at,Subject,Account ID\n1,2025-12-01,x,001Qy00000AbCdE\n"
        "2,2025-12-02,x,001Qy00000AbCdE\n3,2025-12-02,x,001Qy00000FgHiJ\n4,2025-12-02,x,C"
    )
    _, (tickets,), _ = intake.load([Upload("tickets.csv", later.encode())], store, RULES, DAY)
    assert values(tickets, "tickets") == {"A": 2, "B": 1, "C": 1}


def test_a_mere_number_of_another_system_counts_only_in_files_of_that_system():
    known = KNOWN.assign(other_ids=['{"CRM ID": "17"}', '{"CRM ID": "18"}', None])
    table = "Ticket ID,Created at,Subject,{}\n1,2025-12-01,x,17\n2,2025-12-01,x,18"
    for header, found in (("crm_id", ["A", "B"]), ("Account number", ["", ""])):
        tables = [sheet(table.format(header))]
        ids, _ = customers_of(tables, mapping.propose(tables, RULES), known)
        assert ids[0].fillna("").tolist() == found


def test_an_id_that_two_customers_have_in_another_system_finds_neither():
    both = '{"Salesforce Account ID": "001Qy00000AbCdE"}'
    known = KNOWN.assign(other_ids=[both, both, None])
    tables = [sheet("Account ID,Created at,Ticket ID,Subject\n001Qy00000AbCdE,2025-12-01,1,x")]
    ids, _ = customers_of(tables, mapping.propose(tables, RULES), known)
    assert ids[0].isna().all()


def test_a_list_by_the_id_of_another_system_makes_no_second_customer():
    store = Store()
    intake.load([Upload("accounts.csv", LISTED.encode())], store, RULES, DAY)
    later = "Salesforce Account ID,Account Name,NPS\n001Qy00000AbCdE,Alpha Corp.,30\nnew1,New,40"
    intake.load([Upload("crm.csv", later.encode())], store, RULES, DAY)
    assert store.known()["customer_id"].tolist() == ["A", "B", "C", "new1"]


def test_an_id_of_another_system_is_no_segment():
    store = Store()
    intake.load([Upload("accounts.csv", LISTED.encode())], store, RULES, DAY)
    assert not [c for c in store.snapshot(DAY, RULES).columns if "crm" in c.casefold()]
    assert store.known()["other_ids"].iloc[0] == (
        '{"CRM ID":"17","Salesforce Account ID":"001Qy00000AbCdE"}'
    )
