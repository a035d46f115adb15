"""What headers and values tell: meanings, layouts, units, and what only a person can decide."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from exports import USAGE, text
from sheets import proposed, roles, sheet, why

from cmi import mapping
from cmi.methodology import shipped
from cmi.problems import MappingError

RULES = shipped()


def test_german_headers_are_recognised():
    found = proposed(
        "Kundennummer,Kunde,Branche,Umsatz,Betreuer\n1,Acme,Bau,1000,Jo\n2,Beta,IT,90,Jo"
    )
    assert roles(found) == {
        "Kundennummer": "customer_id",
        "Kunde": "name",
        "Branche": "segment",
        "Umsatz": "arr",
        "Betreuer": "owner",
    }
    assert [q.assumed for q in found.questions] == ["Umsatz, per year"]


def test_what_the_customer_itself_earns_is_not_our_revenue():
    found = proposed("Account ID,Annual Revenue\nA,5000000\nB,100")
    assert roles(found) == {"Account ID": "customer_id"}
    assert "what the customer itself earns" in why(found, "Annual Revenue")


def test_two_amounts_are_a_question_and_neither_is_used_until_it_is_answered():
    found = proposed("Account ID,Amount,Amount (converted)\nA,10,11\nB,20,22")
    assert roles(found) == {"Account ID": "customer_id"}
    changed = mapping.with_answer(found, "amount", "Amount (converted), per month")
    assert roles(changed)["Amount (converted)"] == "mrr"
    again = mapping.with_answer(changed, "amount", "Amount, per year")
    assert roles(again) == {"Account ID": "customer_id", "Amount": "arr"}


def test_subscriptions_charged_per_month_and_per_year_are_not_added_up_unasked():
    found = proposed(text("stripe_subscriptions.csv").replace("70.00,month", "70.00,year"))
    assert [q.assumed for q in found.questions] == ["Not used"]
    assert "Amount" not in roles(found)


def test_a_good_or_bad_satisfaction_is_not_a_score():
    reason = why(proposed(text("zendesk_tickets.csv")), "Satisfaction Score")
    assert f"a number ({RULES.item('csat').unit}) was expected and it holds good" in reason


def test_a_misspelt_header_is_believed_only_when_its_values_fit():
    text = "customer_id,Renewal Dat\nA,{}\nB,{}"
    assert roles(proposed(text.format("2026-01-31", "2026-05-31")))["Renewal Dat"] == "renewal_date"
    assert "Renewal Dat" not in roles(proposed(text.format("soon", "never")))


def test_columns_with_few_values_can_be_filtered_by_and_others_say_why_not():
    rows = "\n".join(f"C{n},{'AB'[n % 2]},{n * 37},same" for n in range(20))
    found = proposed(f"customer_id,team,reading,world\n{rows}")
    assert roles(found) == {"customer_id": "customer_id", "team": "segment"}
    assert why(found, "team") == "It holds 2 different values and can be filtered by."
    assert why(found, "reading") == "Nothing says what these numbers mean."
    assert why(found, "world") == "It holds the same value everywhere (same)."


def test_snapshots_by_quarter_stay_one_row_per_customer_and_date():
    rows = "\n".join(f"C{c},2025-{m}-28,{c}" for m in ("03", "06", "09") for c in range(5))
    assert proposed(f"customer_id,date,tickets\n{rows}").layout == "wide"


def test_daily_counts_are_rows_to_add_up():
    rows = "\n".join(f"C{c},2025-03-{d:02},{c}" for d in range(1, 15) for c in range(5))
    found = proposed(f"customer_id,date,logins\n{rows}")
    assert found.layout == "rows"
    assert [m.sentence(RULES, found) for m in found.measures] == [
        "Product use = sum of logins per customer_id, date in the last 30 days"
    ]


def test_an_account_that_is_listed_twice_by_mistake_does_not_change_the_layout():
    rows = "\n".join(f"C{n % 19},Pro,5,monthly" for n in range(20))
    found = proposed(f"customer_id,plan name,quantity,billing frequency\n{rows}")
    assert (found.layout, roles(found)["billing frequency"]) == ("wide", "commitment")


def test_contract_lines_of_a_customer_are_added_up():
    found = proposed(
        "External Client ID,Contract ID,Line Number,Product Code,Quantity,ARR\n"
        "1,c1,1,P1,3,100\n1,c1,2,P2,3,50\n2,c2,1,P1,3,70"
    )
    assert [m.sentence(RULES, found) for m in found.measures] == [
        "ARR = sum of ARR per External Client ID"
    ]


def test_an_item_and_a_value_per_row_are_a_long_table():
    found = proposed("Customer,Item,Level,Date\nAcme,Skills,4,2025-01-31\nAcme,usage,12,2025-01-31")
    assert found.layout == "long"
    assert roles(found) == {"Customer": "name", "Item": "item", "Level": "value", "Date": "date"}


def test_a_list_of_churn_events_is_read_as_outcomes_on_their_days():
    found = proposed(
        "churn_event_id,account_id,churn_date,reason_code\n"
        "C1,A,2025-01-31,price\nC2,A,2025-06-30,price\nC3,B,2025-03-31,price\nC4,A,2025-12-31,price"
    )
    assert (found.layout, roles(found)) == (
        "wide",
        {"account_id": "customer_id", "churn_date": "churned"},
    )


def test_usage_by_subscription_finds_its_customers_through_another_table():
    found = proposed(USAGE, "subscription_id,account_id\nS0,A\nS1,A\nS2,B\nS3,B")
    assert found.link == mapping.Link("subscription_id", "other0.csv", "", "subscription_id")
    assert [m.target for m in found.measures] == ["features_used", "usage"]


def test_usage_by_subscription_alone_says_what_to_upload_with_it():
    found = proposed(USAGE)
    assert found.link is None
    assert [q.text for q in found.questions] == [
        "This table names no customer. subscription_id could lead to one: "
        "upload it together with the table that lists both. Does one of its columns?"
    ]


def test_the_other_table_must_know_four_of_five_values():
    assert proposed(USAGE, "subscription_id,account_id\nS0,A\nS9,A\nS8,B").link is None


def test_dates_that_prove_their_order_are_no_question():
    assert proposed("customer_id,start_date\nA,16-10-2024\nB,01-02-2024").date_order == "dmy"


def test_dates_that_can_be_read_in_two_ways_are_assumed_visibly():
    found = proposed("customer_id,start_date\nA,03/04/2024\nB,01/02/2024")
    assert found.date_order == "dmy"
    assert [(q.key, q.answer, q.assumed) for q in found.questions] == [
        ("date_order", "", "Day first: 03/04 is 3 April")
    ]
    answered = mapping.with_answer(found, "date_order", "Month first: 03/04 is 4 March")
    assert answered.date_order == "mdy"
    assert answered.questions[0].answer == "Month first: 03/04 is 4 March"


def test_the_order_that_another_file_proves_is_assumed_first():
    found = proposed(
        "customer_id,start_date\nA,03/04/2024\nB,01/02/2024",
        "customer_id,renewal_date\nA,03/24/2025\nB,01/02/2025",
    )
    assert (found.date_order, found.questions[0].assumed) == (
        "mdy",
        "Month first: 03/04 is 4 March",
    )


def test_german_decimals_are_seen_in_the_values():
    assert proposed('customer_id,arr\nA,"1.234,56"\nB,"12,5"').decimal == ","


def test_points_that_group_money_are_not_decimals():
    found = proposed("customer_id,arr\nA,120.000\nB,60.000")
    assert (found.decimal, found.questions) == (",", ())


def test_numbers_that_can_be_read_in_two_ways_are_a_question():
    found = proposed("customer_id,usage\nA,1.234\nB,2.345")
    assert [q.key for q in found.questions] == ["decimal"]
    assert mapping.with_answer(found, "decimal", found.questions[0].options[0]).decimal == "."


def test_fractions_minutes_and_percent_are_turned_into_our_units_in_words():
    found = proposed(
        "customer_id,seat_use,csat,resolution time minutes\nA,0.5,80,60\nB,0.25,100,90\nC,1,20,5"
    )
    units = {c.target: (round(c.factor, 4), c.offset) for c in found.columns if c.role == "driver"}
    assert units == {
        "seat_use": (100, 0),
        "csat": (0.04, 1),
        "resolution_hours": (0.0167, 0),
    }
    assert "percent, turned into 1 to 5" in why(found, "csat")


def test_who_is_chosen_for_the_customer_decides_the_layout_with_it():
    rows = "\n".join(f"P{c},2026-03-{d:02},{c}" for d in range(1, 15) for c in range(5))
    tables = [sheet(f"Partner,date,logins\n{rows}")]
    before = mapping.propose(tables, RULES)
    assert (before[0].layout, [q.key for q in before[0].questions]) == ("wide", ["customer"])
    after = mapping.with_customer(tables, before, 0, "Partner", RULES)
    assert (after.layout, roles(after)["Partner"]) == ("rows", "name")
    assert [m.sentence(RULES, after) for m in after.measures] == [
        "Product use = sum of logins per Partner, date in the last 30 days"
    ]
    assert [(q.key, q.answer) for q in after.questions] == [("customer", "Partner")]
    again = mapping.with_customer(tables, [after], 0, "Not used", RULES)
    assert (again.layout, again.measures) == ("wide", ())


def test_a_customer_that_was_not_offered_is_refused():
    tables = [sheet("Partner,date,logins\nP1,2026-03-01,1")]
    with pytest.raises(MappingError):
        mapping.with_customer(tables, mapping.propose(tables, RULES), 0, "Nobody", RULES)


def test_the_better_a_name_is_known_the_surer_is_the_proposal():
    found = proposed(
        "customer_id,ARR,Account Owner,Renewal Dat,team\n"
        + "\n".join(f"C{n},{n}00,Jane,2026-01-{n + 1:02},{'ab'[n % 2]}" for n in range(9))
    )
    sure = {c.header: c.sure for c in found.columns}
    assert sure["ARR"] == 1 > sure["Account Owner"] > sure["Renewal Dat"] > sure["team"] > 0.5


@pytest.mark.parametrize("header", ["Account lead", "Relationship Manager", "Primary CSM"])
def test_owners_go_by_many_names(header):
    assert roles(proposed(f"customer_id,{header}\nA,Jane\nB,Jo"))[header] == "owner"


def test_a_currency_belongs_to_the_money_that_it_stands_beside():
    found = proposed(
        "customer_id,ARR,ARR Currency,MRR Currency,MRR\nA,12,EUR,USD,1\nB,24,EUR,USD,2"
    )
    targets = {c.header: c.target for c in found.columns if c.role == "currency"}
    assert targets == {"ARR Currency": "ARR", "MRR Currency": "MRR"}


def test_money_that_was_converted_into_one_currency_is_taken_first():
    found = proposed(
        "Account ID,ARR Currency,ARR,ARR (converted) Currency,ARR (converted)\n"
        "A,EUR,100,USD,108\nB,GBP,100,USD,125"
    )
    assert roles(found)["ARR (converted)"] == "arr"
    assert why(found, "ARR") == 'ARR (converted) is used for "ARR".'


def test_two_conditions_survive_being_kept_as_text():
    found = proposed(text("clientsuccess_contracts.csv"))
    assert found.measures[0].where.also == mapping.Where("Item recurring", "true")
    assert mapping.from_json(mapping.to_json(found)) == found


# A list of customers who left, of which only the name says so


LOST = "customer_id,Name,ARR\na,Acme,500\nb,Beta,700"


def test_a_list_that_is_called_lost_customers_asks_whether_they_left() -> None:
    table = sheet(LOST, "Lost customers 2026.csv")
    (found,) = mapping.propose([table], shipped())
    (question,) = found.questions
    assert question.text == (
        '"Lost customers 2026" sounds like customers who have left, and no column says so. '
        "Have they?"
    )
    day = date(2026, 3, 31)
    (kept,) = mapping.apply([table], [found], shipped(), day)  # until somebody answers
    assert kept.outcomes.empty
    answered = mapping.with_answer(found, "lost", question.options[0])
    (gone,) = mapping.apply([table], [answered], shipped(), day)
    said = gone.outcomes[["customer_id", "outcome", "date"]].to_numpy().tolist()
    assert said == [[who, "churned", pd.Timestamp(day)] for who in "ab"]
    assert gone.customers["name"].tolist() == ["Acme", "Beta"]


@pytest.mark.parametrize(
    ("text", "file"),
    [
        (LOST, "customers.csv"),
        ("customer_id,Name,churned\na,Acme,yes\nb,Beta,no", "churned customers.csv"),
        ("customer_id,Created at,Ticket ID\na,2026-01-01,1\na,2026-01-02,2", "lost tickets.csv"),
    ],
)
def test_nobody_is_asked_whether_they_left_where_a_column_or_nothing_says_so(text, file) -> None:
    (found,) = mapping.propose([sheet(text, file)], shipped())
    assert "lost" not in [q.key for q in found.questions]


def test_that_customers_left_is_remembered_for_lists_that_are_called_so_and_no_others() -> None:
    (found,) = mapping.propose([sheet(LOST, "lost.csv")], shipped())
    yes = mapping.with_answer(found, "lost", found.questions[0].options[0])
    for file, left in (("lost again.csv", True), ("customers.csv", False)):
        table = sheet(LOST, file)
        remembered = {mapping.fingerprint(table): yes}
        (recalled,) = mapping.propose([table], shipped(), remembered)
        assert recalled.left is left
        assert [q.key for q in recalled.questions] == ["lost"] * left
    table = sheet(LOST, "lost.csv")
    plain_list = mapping.propose([sheet(LOST, "customers.csv")], shipped())[0]
    (asked,) = mapping.propose([table], shipped(), {mapping.fingerprint(table): plain_list})
    assert [q.key for q in asked.questions if not q.answer] == ["lost"]
