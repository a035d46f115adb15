"""How a table is built: what tells rows of events from values, and a list of outcomes from both."""

from __future__ import annotations

import pytest
from sheets import proposed, roles

THRICE = ",A1,2026-01-02\n{},A1,2026-01-05\n{},A2,2026-02-05\n{},A2,2026-02-06\n{},A2,2026-02-07"


@pytest.mark.parametrize("header", ["ticket_id,account_id,created_at", "Ticket,Account ID,Created"])
def test_tickets_are_counted_even_when_nothing_but_their_number_is_there(header: str) -> None:
    found = proposed(f"{header}\n9{THRICE.format(10, 11, 12, 13)}")
    assert [(m.target, m.how, m.column) for m in found.measures] == [("tickets", "count", "")]


def test_the_drivers_own_names_beside_days_are_values_and_not_events() -> None:
    found = proposed(
        "customer_id,date,usage,days_since_contact\n"
        "A1,2026-01-02,5,3.5\nA1,2026-01-09,6,2.5\nA2,2026-02-11,7,9\nA2,2026-03-17,1,1"
    )
    assert (found.layout, found.measures) == ("wide", ())
    assert roles(found)["usage"] == "usage"


def test_outcomes_named_in_a_column_load_with_their_day_and_money() -> None:
    found = proposed(
        "Customer id,Date,Outcome,Amount\n"
        "A1,2026-01-02,renewed,100\nA1,2026-02-02,expanded,50\nA2,2026-02-02,churned,70"
    )
    assert found.layout == "wide"
    assert roles(found) == {
        "Customer id": "customer_id",
        "Date": "date",
        "Outcome": "outcome_type",
        "Amount": "amount",
    }


def test_a_column_called_outcome_that_names_none_is_no_outcome() -> None:
    found = proposed("Customer id,Outcome\nA1,won the bid\nA2,lost the bid\nA3,no bid")
    assert "Outcome" not in roles(found) or roles(found)["Outcome"] != "outcome_type"
