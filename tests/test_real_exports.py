"""What real tools export is understood without hand work, or asks the one thing it cannot tell."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from exports import DAY, field, known, loaded, proposed, table, values
from sheets import roles, why

from cmi import files, mapping
from cmi.methodology import shipped

SHARED = Path(__file__).parents[1].parent / "shared" / "exports"

MEANT = {
    "hubspot_companies.csv": {
        "Record ID": "customer_id",
        "Company name": "name",
        "Company owner": "owner",
        "Last Activity Date": "days_since_contact",
        "City": "segment",
        "Country/Region": "segment",
        "Industry": "segment",
    },
    "hubspot_companies_utf16.csv": {
        "Record ID": "customer_id",
        "Company name": "name",
        "Company Domain Name": "domain",
        "Company owner": "owner",
        "Last Activity Date": "days_since_contact",
        "Country/Region": "segment",
    },
    "salesforce_accounts.csv": {
        "Last Activity": "days_since_contact",
        "Account Owner": "owner",
        "Account Name": "name",
        "Billing State/Province": "segment",
        "Type": "segment",
        "Account ID": "customer_id",
        "Website": "domain",
    },
    "salesforce_currencies.csv": {
        "Account Name": "name",
        "Account ID": "customer_id",
        "Amount Currency": "currency",
        "Amount (converted) Currency": "currency",
    },
    "stripe_subscriptions.csv": {
        "Customer ID": "customer_id",
        "Customer Name": "name",
        "Customer Email": "domain",
        "Amount": "mrr",
        "Interval": "commitment",
        "Start Date (UTC)": "start_date",
        "Current Period End (UTC)": "end_date",
    },
    "stripe_arr_sheet.csv": {
        "Customer ID": "customer_id",
        "Customer Name": "name",
        "Account Owner": "owner",
        "Stripe Subscription Status": "segment",
        "Product Name": "segment",
    },
    "zendesk_tickets.csv": {
        "Requester domain": "domain",
        "Created at": "date",
        "Organization": "name",
        "Full resolution time in minutes": "resolution_hours",
    },
    "zendesk_organizations.csv": {
        "name": "name",
        "external_id": "customer_id",
        "notes": "note",
    },
    "churnzero_accounts.csv": {
        "accountExternalId": "customer_id",
        "name": "name",
        "nextRenewalDate": "renewal_date",
        "totalContractAmount": "arr",
        "isActive": "segment",
        "billingAddressCity": "segment",
        "billingAddressState": "segment",
        "billingAddressCountry": "segment",
        "startDate": "start_date",
        "endDate": "end_date",
        "OwnerUserAccount": "owner",
        "cf_Tier": "segment",
    },
    "churnzero_accounts_pascal.csv": {
        "AccountExternalId": "customer_id",
        "Name": "name",
        "NextRenewalDate": "renewal_date",
        "TotalContractAmount": "arr",
        "IsActive": "segment",
        "StartDate": "start_date",
        "EndDate": "end_date",
        "OwnerUserAccount": "owner",
        "cf_Tier": "segment",
    },
    "vitally_accounts.csv": {
        "externalId": "customer_id",
        "name": "name",
        "industry": "segment",
        "mrr": "mrr",
        "isTrial": "segment",
        "renewalDate": "renewal_date",
    },
    "planhat_companies.csv": {"Name": "name", "External Id": "customer_id"},
    "planhat_usage.csv": {"Company Id": "customer_id", "Date": "date", "Logins": "usage"},
    "clientsuccess_clients.csv": {
        "Client name": "name",
        "Client status": "segment",
        "Client type": "segment",
        "Client-as-of date": "start_date",
        "Assigned CSM name": "owner",
        "Salesforce Account ID": "customer_id",
        "City": "segment",
        "State": "segment",
    },
    "clientsuccess_contracts.csv": {
        "External Client ID": "customer_id",
        "Client Name": "name",
        "Start Date": "start_date",
        "End Date": "end_date",
        "Amount": "arr",
    },
    "gainsight_company.csv": {
        "Gsid": "customer_id",
        "Name": "name",
        "Industry": "segment",
        "ARR": "arr",
        "LifecycleStage": "segment",
        "Stage": "segment",
        "Status": "segment",
        "CSMName": "owner",
        "OriginalContractDate": "start_date",
        "RenewalDate": "renewal_date",
        "SfdcAccountId": "other_id",
        "Managed As": "segment",
    },
    "chartmogul_subscriptions.csv": {
        "CUSTOMER_UUID": "customer_id",
        "CUSTOMER_NAME": "name",
        "CUSTOMER_EMAIL": "domain",
        "ARR": "arr",
        "CURRENCY": "currency",
        "INTERVAL_UNIT": "commitment",
    },
    "chartmogul_one_each.csv": {
        "CUSTOMER_UUID": "customer_id",
        "CUSTOMER_NAME": "name",
        "CUSTOMER_EMAIL": "domain",
        "ARR": "arr",
        "CURRENCY": "currency",
        "INTERVAL_UNIT": "commitment",
    },
    "chargebee_subscriptions.csv": {
        "customer_id": "customer_id",
        "activated_at": "start_date",
        "billing_currency_code": "currency",
        "mrr_billing_currency": "mrr",
    },
    "typeform.csv": {
        "#": "respondent",
        "Which company do you work for?": "name",
        "What is the function there to do, and what does it leave to others?": "charter_mandate",
        "Thanks {{answer_42471732}}!Â\u00a0How able are these people, and how do they become "
        "better?": "people_skills",
        "Submit Date (UTC)": "date",
    },
    "typeform_anonymous.csv": {
        "#": "respondent",
        "What is the function there to do, and what does it leave to others?": "charter_mandate",
        "Submit Date (UTC)": "date",
    },
    "surveymonkey.csv": {
        "EndDate": "date",
        "Email Address": "domain",
        "<p><strong>1. How able are these people, and how do they become better?</strong></p>": (
            "people_skills"
        ),
        "2. <em>Is the work done as defined, and does it get better?</em> *": "process_discipline",
    },
    "delighted.csv": {"person": "domain", "score": "csat", "created_at": "date"},
    "google_forms.csv": {
        "Timestamp": "date",
        "Email Address": "respondent",
        "Which company are you from?": "name",
        "What is the function there to do, and what does it leave to others?": "charter_mandate",
        "How able are these people and how do they become better?": "people_skills",
    },
    "health_sheet.csv": {
        "Customer": "name",
        "Segment": "segment",
        "ARR": "arr",
        "Renewal_Date": "renewal_date",
        "NPS": "nps",
        "Tickets_Last_90d": "tickets",
        "CSAT": "csat",
        "Logins_Last_30d": "usage",
        "Active_Users": "seat_use",
    },
}  # fmt: skip
ASKED = {
    "salesforce_currencies.csv": {"amount": "Not used"},
    "stripe_subscriptions.csv": {"amount": "Amount, per month"},
    "stripe_arr_sheet.csv": {"left:Stripe Subscription Status": "No: only to filter by"},
    "churnzero_accounts.csv": {"amount": "totalContractAmount, per year"},
    "churnzero_accounts_pascal.csv": {"amount": "TotalContractAmount, per year"},
    "clientsuccess_clients.csv": {"left:Client status": "No: only to filter by"},
    "clientsuccess_contracts.csv": {"amount": "Amount, per year"},
    "chartmogul_subscriptions.csv": {"cents": "In cents"},
    "chartmogul_one_each.csv": {"cents": "In cents"},
    "typeform.csv": {"rater": "The customers themselves"},
    "typeform_anonymous.csv": {"customer": "Not used", "rater": "Our own team"},
    "surveymonkey.csv": {"rater": "The customers themselves"},
    "google_forms.csv": {"rater": "The customers themselves"},
    "health_sheet.csv": {"nps:NPS": "Answers from 0 to 10"},
}
DOMAINS = known(("A1", "Acme", "acme.example"), ("A2", "Beta", "beta.example"))


def untagged(header: str) -> str:
    """A header without tags, which the reader of a file may or may not take out."""
    return " ".join(re.sub("<[^>]*>", " ", header).split())


@pytest.mark.parametrize("name", MEANT)
def test_a_real_export_is_understood_or_asked_about(name):
    (found,) = proposed(name)
    meant = {untagged(h): role for h, role in MEANT[name].items()}
    assert {untagged(h): role for h, role in roles(found).items()} == meant
    assert {q.key: q.assumed for q in found.questions} == ASKED.get(name, {})
    assert all(q.answer == "" for q in found.questions)


@pytest.mark.parametrize("name", MEANT)
def test_no_row_of_a_real_export_is_lost_and_every_column_says_why(name):
    (one,) = loaded(name)
    assert one.rows == one.kept + one.refused + one.blank
    columns = proposed(name)[0].columns
    assert all(c.why and 0 < c.sure <= 1 for c in columns)
    assert [c.header for c in columns] == list(table(name).frame.columns)


def test_hubspot_records_of_one_name_or_of_none_are_customers_of_their_own():
    (one,) = loaded("hubspot_companies.csv")
    assert field(one, "name") == {
        "123456789012": "Acme GmbH",
        "123456789013": "Beta Ltd",
        "123456789014": "Beta Ltd",
    }
    assert (one.kept, one.refused) == (4, 0)
    # 31 March less 1 March, 1 February, and the evening before
    assert values(one, "days_since_contact") == {
        "123456789012": 30,
        "123456789013": 58,
        "123456789015": 1,
    }


def test_hubspot_also_writes_utf_16_with_tabs():
    (one,) = loaded("hubspot_companies_utf16.csv")
    assert field(one, "name") == {"123456789012": "Müller & Söhne", "123456789013": "Übersee AG"}
    assert field(one, "domain") == {
        "123456789012": "mueller.example",
        "123456789013": "uebersee.example",
    }


def test_it_is_said_which_tool_calls_a_column_so():
    (found,) = proposed("hubspot_companies.csv")
    assert why(found, "Company owner") == '"Company owner" is what HubSpot exports call the owner.'
    assert why(proposed("gainsight_company.csv")[0], "CSMName") == (
        '"CSMName" is what Gainsight exports call the owner.'
    )
    # a name that many tools use, in a table of none of them
    (sheet,) = proposed("health_sheet.csv")
    assert why(sheet, "Logins_Last_30d") == "It is a known name for the driver Product use."


def test_a_salesforce_report_ends_before_its_footer_and_its_ids_differ_by_case():
    (one,) = loaded("salesforce_accounts.csv")
    assert field(one, "name") == {
        "001Wj00000tQWvr": "Acme, Inc.",
        "001Wj00000tQWvR": 'The "Beta" Company',
        "001Wj00000tQWvS": "Gamma",
    }
    assert (one.rows, one.kept, one.refused, one.blank) == (9, 3, 4, 2)
    # American dates: 14 March and 1 February
    assert values(one, "days_since_contact") == {"001Wj00000tQWvr": 17, "001Wj00000tQWvR": 58}


def test_two_amounts_in_currencies_of_their_own_are_a_question():
    (found,) = proposed("salesforce_currencies.csv")
    assert found.questions[0].text == (
        "Which of Amount and Amount (converted) is what a customer pays for subscriptions, "
        "and how often?"
    )
    (unanswered,) = loaded("salesforce_currencies.csv")
    assert field(unanswered, "arr") == field(unanswered, "currency") == {}


def test_the_converted_amount_comes_in_the_currency_beside_it():
    answers = {"amount": "Amount (converted), per year"}
    (one,) = loaded("salesforce_currencies.csv", answers=answers)
    assert list(field(one, "arr").values()) == [108_000, 50_000, 25_000]
    assert set(field(one, "currency").values()) == {"USD"}
    assert [p for p in one.problems if p.kind == "currency"] == []


def test_an_amount_in_several_currencies_keeps_each_and_says_so():
    (one,) = loaded("salesforce_currencies.csv", answers={"amount": "Amount, per year"})
    assert list(field(one, "arr").values()) == [100_000, 50_000, 20_000]
    assert list(field(one, "currency").values()) == ["EUR", "USD", "GBP"]
    assert [p.message for p in one.problems if p.kind == "currency"] == [
        "Amount is in EUR, GBP and USD: amounts are added up only within one of them."
    ]


def test_only_active_stripe_subscriptions_add_up():
    (one,) = loaded("stripe_subscriptions.csv")
    # 100 × 12, without the cancelled 50; a trial pays nothing yet
    assert field(one, "arr") == {"cus_1": 1200, "cus_2": 840, "cus_3": 0}
    assert values(one, "commitment") == {"cus_1": "Month to month", "cus_2": "Month to month"}


def test_a_blank_first_row_and_a_dash_for_nobody():
    (one,) = loaded("stripe_arr_sheet.csv")
    assert table("stripe_arr_sheet.csv").header_row == 2
    assert field(one, "owner") == {"cus_1": "Jane Roe", "cus_3": "Jo Bloggs", "cus_4": "Jane Roe"}
    assert field(one, "attributes")["cus_3"]["Stripe Subscription Status"] == "past_due"


def test_zendesk_tickets_are_counted_per_organization():
    (one,) = loaded("zendesk_tickets.csv")
    # the fourth ticket is of last June
    assert values(one, "tickets") == {"Acme": 2, "Beta": 1}
    assert values(one, "resolution_hours") == {"Acme": 2, "Beta": 10}
    assert values(one, "csat") == {}
    (found,) = proposed("zendesk_tickets.csv")
    assert "it holds good, offered, bad" in why(found, "Satisfaction Score")
    assert [m.sentence(shipped(), found) for m in found.measures] == [
        "Time to resolution = mean of Full resolution time in minutes ÷ 60 per Organization, "
        "Created at in the last 90 days",
        "Support tickets = number of rows per Organization, Created at in the last 90 days",
    ]


def test_zendesk_tickets_find_the_organizations_that_come_with_them():
    organizations, tickets = loaded("zendesk_organizations.csv", "zendesk_tickets.csv")
    # an organization without an id of ours is known by its name
    assert field(organizations, "name") == {
        "A-1": "Acme",
        "A-2": "Beta",
        "Gamma": "Gamma",
        "A-4": "Delta",
    }
    assert values(tickets, "tickets") == {"A-1": 2, "A-2": 1}


@pytest.mark.parametrize("name", ["churnzero_accounts.csv", "churnzero_accounts_pascal.csv"])
def test_churnzero_writes_its_headers_in_two_ways(name):
    (one,) = loaded(name)
    assert field(one, "arr") == {"A1": 12_000, "A2": 8_000, "A3": 4_000}
    assert field(one, "renewal_date")["A2"] == pd.Timestamp("2026-05-31")
    assert field(one, "attributes")["A1"]["cf_Tier"] == "Gold"


def test_vitally_writes_small_words_and_two_kinds_of_dates():
    (one,) = loaded("vitally_accounts.csv")
    assert field(one, "arr") == {"v1": 12_006, "v2": 2_400}
    assert field(one, "renewal_date") == {
        "v1": pd.Timestamp("2026-12-31"),
        "v2": pd.Timestamp("2026-10-28"),
    }
    assert why(proposed("vitally_accounts.csv")[0], "badges") == (
        "Its 3 values in 3 rows are too many to filter by."
    )


def test_planhat_marks_our_ids_in_its_other_files():
    companies, usage = loaded("planhat_companies.csv", "planhat_usage.csv")
    assert field(companies, "name") == {"A1": "Acme", "A2": "Beta"}
    # 30 days end on 31 March, so 1 March is one too early
    assert values(usage, "usage") == {"A1": 5, "A2": 13}


def test_clientsuccess_clients_load_alone():
    (one,) = loaded("clientsuccess_clients.csv")
    assert field(one, "owner")["001Wj00000tQWvr"] == "Jane Roe"
    assert field(one, "start_date")["001Wj00000tQWvT"] == pd.Timestamp("2022-03-15")
    assert field(one, "attributes")["001Wj00000tQWvT"]["Client status"] == "Terminated"
    assert one.problems == ()


def test_only_running_and_recurring_lines_of_a_contract_add_up():
    (one,) = loaded("clientsuccess_contracts.csv")
    # neither the set-up fee nor the contract of last year
    assert field(one, "arr") == {"A1": 12_000, "A2": 6_000}
    (found,) = proposed("clientsuccess_contracts.csv")
    assert [m.sentence(shipped(), found) for m in found.measures] == [
        "ARR = sum of Amount per External Client ID, "
        "where Start Date has come and End Date has not and Item recurring is true"
    ]


def test_gainsight_companies_load_alone():
    (one,) = loaded("gainsight_company.csv")
    assert field(one, "arr") == {"1P01AAA": 120_000, "1P01BBB": 60_000, "1P01CCC": 30_000}
    assert set(field(one, "currency").values()) == {"USD"}
    assert field(one, "renewal_date")["1P01BBB"] == pd.Timestamp("2026-02-12")
    assert one.observations.empty


@pytest.mark.parametrize(
    ("name", "arr"),
    [
        ("chartmogul_subscriptions.csv", {"cus_a": 1200, "cus_b": 300}),
        ("chartmogul_one_each.csv", {"cus_a": 1200, "cus_b": 0}),
    ],
)
def test_chartmogul_writes_cents_and_keeps_the_money_of_who_has_cancelled(name, arr):
    (one,) = loaded(name)
    assert field(one, "arr") == arr
    (whole,) = loaded(name, answers={"cents": "In whole units of the currency"})
    assert field(whole, "arr") == {customer: 100 * money for customer, money in arr.items()}


def test_chargebee_money_with_a_point_is_not_in_cents():
    (one,) = loaded("chargebee_subscriptions.csv")
    # (150.50 + 49.50) × 12; c2 has cancelled
    assert field(one, "arr") == {"c1": 2400, "c2": 0, "c3": 120}
    assert field(one, "currency") == {"c1": "EUR", "c3": "GBP"}
    assert [p.kind for p in one.problems] == ["currency"]


def test_delighted_scores_are_read_by_the_question_they_answer():
    (one,) = loaded("delighted.csv", known=DOMAINS)
    # Acme: 10 and 9 against one 6, a third of 100; of Beta only last year's 3, of 3 March 2025
    assert values(one, "nps") == {"A1": pytest.approx(100 / 3)}
    assert values(one, "csat") == {"A2": 4}
    (found,) = proposed("delighted.csv")
    assert [m.sentence(shipped(), found) for m in found.measures] == [
        "Support satisfaction = mean of score per person, created_at in the last 365 days, "
        "where survey_type is csat",
        "Would recommend = share of 9 and 10 minus share of 0 to 6, in score per person, "
        "created_at in the last 365 days, where survey_type is nps",
    ]


def test_delighted_people_of_unknown_companies_are_refused_and_listed():
    (one,) = loaded("delighted.csv")
    assert (one.kept, one.refused) == (0, 6)
    assert {p.kind for p in one.problems} == {"unknown-customer"}


def test_a_health_sheet_loads_alone():
    (one,) = loaded("health_sheet.csv")
    assert values(one, "seat_use") == {"Acme": 80, "Beta": 90}
    assert values(one, "tickets") == {"Acme": 3, "Beta": 0}
    assert field(one, "arr") == {"Acme": 12_000, "Beta": 240_000}


def test_typeform_answers_stay_apart():
    (one,) = loaded("typeform.csv")
    skills = one.observations[one.observations["item"] == "people_skills"]
    assert list(zip(skills["customer_id"], skills["respondent"], skills["value"], strict=True)) == [
        ("Acme", "a1", 2),
        ("Beta", "a2", 3),
        ("Acme", "a3", 4),
    ]
    mandate = one.observations[one.observations["item"] == "charter_mandate"]
    assert mandate["value"].tolist() == [4, 2, 4]  # the last one is the written level


def test_a_survey_that_names_no_company_asks_for_it_and_loads_nothing_until_then():
    (one,) = loaded("typeform_anonymous.csv")
    assert (one.kept, one.refused) == (0, 2)
    team = mapping.with_customer(
        [table("typeform_anonymous.csv")],
        proposed("typeform_anonymous.csv"),
        0,
        "Your team?",
        shipped(),
    )
    (found,) = mapping.apply([table("typeform_anonymous.csv")], [team], shipped(), DAY)
    assert values(found, "charter_mandate") == {"North": 4, "South": 2}


def test_surveymonkey_finds_customers_by_the_addresses_of_who_answered():
    (one,) = loaded("surveymonkey.csv", known=DOMAINS)
    skills = one.observations[one.observations["item"] == "people_skills"]
    told = zip(skills["customer_id"], skills["respondent"], skills["rater"], strict=True)
    assert list(told) == [
        ("A1", "ann@acme.example", "customer"),
        ("A1", "bo@acme.example", "customer"),
        ("A2", "cy@beta.example", "customer"),
    ]
    assert skills["value"].tolist() == [4, 2, 5]
    assert set(skills["date"].dt.strftime("%m-%d")) == {"03-14", "03-15"}
    (nobody,) = loaded("surveymonkey.csv")
    assert {p.kind for p in nobody.problems} == {"header", "unknown-customer"}


def test_google_forms_answers_come_with_a_company_and_an_address():
    (one,) = loaded("google_forms.csv")
    mandate = one.observations[one.observations["item"] == "charter_mandate"]
    assert dict(zip(mandate["respondent"], mandate["value"], strict=True)) == {
        "ann@acme.example": 4,
        "bo@acme.example": 2,
        "cy@beta.example": 3,
    }
    skills = one.observations[one.observations["item"] == "people_skills"]
    # the second one is the beginning of the third level
    assert skills["value"].tolist() == [4, 3, 5]


# Exports that others wrote, where the folder that holds them is beside the project


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with exports is not here")
def test_five_tables_of_a_software_company_become_one_portfolio():
    tables = [
        table
        for path in sorted((SHARED / "ravenstack").glob("*.csv"))
        for table in files.read(path.read_bytes(), path.name)
    ]
    found = mapping.propose(tables, shipped())
    day = mapping.newest_date(tables, found)
    parts = dict(zip([t.file.split("_", 1)[1] for t in tables],
                     mapping.apply(tables, found, shipped(), day), strict=True))  # fmt: skip
    assert day == date(2024, 12, 31)
    assert {m.date_order for m in found} == {"dmy"}
    assert all(p.rows == p.kept + p.refused + p.blank for p in parts.values())
    assert parts["accounts.csv"].kept == 500
    assert len(parts["accounts.csv"].outcomes) == 110
    money = parts["subscriptions.csv"].customers
    assert (money["as_of"] == pd.Timestamp(day)).sum() == 500
    # Contracts since Jan 2023: their money at the end of each of the seven quarters before, too
    assert money["as_of"].nunique() == 8
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
    found = mapping.apply(tables, mapping.propose(tables, shipped()), shipped(), DAY)[0]
    assert (found.rows, found.kept, found.problems) == (7043, 7043, ())
    first = found.customers.set_index("customer_id").loc["7590-VHVEG"]
    assert first["arr"] == pytest.approx(12 * 29.85)
    assert first["attributes"]["PaymentMethod"] == "Electronic check"
    assert set(found.observations["label"]) == {"Month to month", "One year", "Several years"}
    assert len(found.outcomes) == 1869
