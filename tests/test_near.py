"""Customers that look like another one: who is proposed, who is not, and what a yes does."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sheets import sheet

from cmi import mapping
from cmi.mapping.correct import with_same
from cmi.mapping.near import near, nobody
from cmi.methodology import shipped

RULES = shipped()
DAY = date(2025, 12, 31)


def tickets(*cells: str, header: str = "Organization"):
    rows = [f"{n},2025-12-{n:02},x,{cell}" for n, cell in enumerate(cells, start=1)]
    return sheet("\n".join([f"Ticket ID,Created at,Subject,{header}", *rows]), "tickets.csv")


def known(*names: str, **domains: str) -> pd.DataFrame:
    """Customers 1, 2, 3 … with these names; their domains by id."""
    ids = [str(n) for n in range(1, len(names) + 1)]
    listed = [domains.get(f"of_{i}") for i in ids]
    return pd.DataFrame({"customer_id": ids, "name": names, "domain": listed}, dtype="str")


def found(*tables, by: pd.DataFrame | None = None) -> list[tuple[str, str]]:
    """Customer as written -> id of the one that it looks like."""
    frame = near(tables, mapping.propose(tables, RULES), by)
    return list(zip(frame["customer"], frame["customer_id"], strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zendesk", "Zendsk"),
        ("Initech", "Initehc"),
        ("Salesforce", "Saleforce Inc"),
        ("Müller GmbH", "Mueller"),
        ("Smith & Jones", "Jones and Smith"),
        ("Deutsche Telekom AG", "Telekom Deutsche"),
        ("Data Stax", "DataStax"),
        ("Acme", "Acme Group"),
        ("The Coca-Cola Company", "Coca Cola"),
        ("Bank of America", "Bank America"),
        ("Allianz Versicherung", "Alianz Versicherungs AG"),
        ("Schwarzkopf", "Schwartzkopff"),
        ("Acme Inc", "acme.com"),
        ("Acme", "getacme.com"),
        ("Acme", "acme-group.io"),
        ("Contoso Ltd", "contoso.co.uk"),
    ],
)
def test_names_that_are_alike_are_proposed_both_ways(one, other):
    assert found(tickets(other), by=known(one)) == [(other, "1")]
    assert found(tickets(one), by=known(other)) == [(one, "1")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme North", "Acme South"),
        ("Firm 0012", "Firm 0013"),
        ("Acme UK", "Acme US"),
        ("Alpha II", "Alpha III"),
        ("Alpha Industries East", "Alpha Industries West"),
        ("Berlin Consulting", "Merlin Consulting"),
        ("United Airlines", "United Parcel"),
        ("Delta Air", "Delta Dental"),
        ("Global Systems", "Global Services"),
        ("Acme", "Acme Robotics"),
        ("First Bank", "First Bang"),
        ("Nike", "Nikon"),
        ("Visa", "Vista"),
        ("Ford", "Fort"),
        ("Acme", "acne.com"),
    ],
)
def test_names_that_only_have_something_in_common_are_not_proposed(one, other):
    assert found(tickets(other), by=known(one)) == []


def test_what_is_found_exactly_is_not_asked_about():
    assert found(tickets("Acme Inc.", "ACME", "1"), by=known("Acme")) == []


def test_a_proposal_says_where_it_stands_who_is_meant_and_how_many_rows_wait():
    table = tickets("Zendsk", "Other", "Zendsk")
    frame = near([table], mapping.propose([table], RULES), known("Acme", "Zendesk"))
    # 12 of the 13 letters of both: 2 x 6 / 13
    assert frame.to_dict("records") == [
        {
            "file": "tickets.csv",
            "sheet": "",
            "customer": "Zendsk",
            "customer_id": "2",
            "name": "Zendesk",
            "alike": 92,
            "rows": 2,
        }
    ]


def test_the_better_of_two_is_proposed_and_neither_when_both_are_as_good():
    assert found(tickets("Acme Inc."), by=known("Acme Ltd", "Acme Inc")) == [("Acme Inc.", "2")]
    assert found(tickets("Acme"), by=known("Acme Ltd", "Acme Inc")) == []


def test_a_name_is_found_by_the_domain_of_a_customer():
    assert found(tickets("Initech"), by=known("Penetrode", of_1="initech.com")) == [
        ("Initech", "1")
    ]


def test_an_address_of_a_ticket_looks_like_the_customer_of_that_name():
    table = tickets("joe@initech.com", "ann@initech.com", "x@gmail.com", header="Requester email")
    frame = near([table], mapping.propose([table], RULES), known("Initech"))
    assert frame[["customer", "customer_id", "rows"]].to_numpy().tolist() == [
        ["initech.com", "1", 2]
    ]


def test_a_list_from_another_system_with_ids_of_its_own_is_compared_with_the_known_ones():
    table = sheet("account_id,account_name,tickets\nz9,Acme GmbH,1\nz8,Gamma,2")
    assert found(table, by=known("Acme")) == [("Acme GmbH", "1")]


def test_two_names_of_one_new_list_that_look_like_one_customer_are_proposed():
    assert found(sheet("Customer,tickets\nAcme Inc.,3\nACME,4\nGamma,1")) == [("ACME", "Acme Inc.")]
    listed = sheet("account_id,account_name,tickets\n7,Acme Inc.,3\n8,ACME,4")
    assert found(listed) == [("ACME", "7")]


def test_a_customer_of_the_same_upload_is_proposed_too():
    accounts = sheet("account_id,account_name\nA,Initech\nB,Gamma", "accounts.csv")
    assert found(tickets("Initehc", "Gamma"), accounts) == [("Initehc", "A")]


def test_who_found_nobody_is_listed_with_what_is_written():
    table = tickets("Zeta", "Acme", "Zeta", "Zendsk")
    frame = nobody([table], mapping.propose([table], RULES), known("Acme", "Zendesk"))
    assert frame.to_dict("records") == [
        {"file": "tickets.csv", "sheet": "", "customer": "Zeta", "rows": 2},
        {"file": "tickets.csv", "sheet": "", "customer": "Zendsk", "rows": 1},
    ]


def test_a_new_customer_of_a_list_is_not_nobody():
    table = sheet("Customer,tickets\nNew,3")
    assert nobody([table], mapping.propose([table], RULES), known("Acme")).empty


def test_nothing_is_merged_until_a_person_says_yes():
    table = tickets("Zendsk", "Zendesk", "Zeta")
    (chosen,) = mapping.propose([table], RULES)
    by = known("Acme", "Zendesk")
    before = mapping.apply([table], [chosen], RULES, DAY, by)[0]
    assert (before.kept, before.refused) == (1, 2)
    said = with_same(chosen, "Zendsk", "2")
    after = mapping.apply([table], [said], RULES, DAY, by)[0]
    assert (after.kept, after.refused) == (2, 1)
    assert near([table], [said], by).empty
    assert nobody([table], [said], by)["customer"].tolist() == ["Zeta"]


def test_a_yes_can_be_changed_and_taken_back():
    (chosen,) = mapping.propose([tickets("Zendsk")], RULES)
    once = with_same(with_same(chosen, "Zendsk", "1"), "Zendsk", "2")
    assert once.same == (("Zendsk", "2"),)
    assert with_same(once, "Zendsk", "") == chosen


def test_a_yes_in_a_list_makes_one_customer_of_two():
    table = sheet("Customer,date,tickets\nAcme Inc.,2025-03-31,3\nACME,2025-06-30,4")
    (chosen,) = mapping.propose([table], RULES)
    loaded = mapping.apply([table], [with_same(chosen, "ACME", "Acme Inc.")], RULES, DAY)[0]
    assert set(loaded.observations["customer_id"]) == {"Acme Inc."}
    assert loaded.kept == 2


def test_an_upload_without_tables_or_customers_has_nobody_to_propose():
    assert near([], [], None).empty
    assert nobody([], [], None).empty
    table = sheet("tickets,Skills\n3,4\n5,1")
    assert near([table], mapping.propose([table], RULES), known("Acme")).empty


def test_names_of_question_marks_alone_look_like_nobody():
    assert found(tickets("????????", "Zendsk"), by=known("?????", "Zendesk")) == [("Zendsk", "2")]
