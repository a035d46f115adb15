"""Real exports end to end, corrections by a person, and mappings kept as text."""

from __future__ import annotations

import pytest
from exports import (
    CHARTMOGUL,
    CHURNZERO,
    DEMO,
    GAINSIGHT,
    HUBSPOT,
    SALESFORCE,
    STRIPE,
    TYPEFORM,
    USAGE,
    VITALLY,
    ZENDESK,
)
from sheets import proposed, roles, sheet

from cmi import mapping
from cmi.mapping.vocabulary import compact
from cmi.mapping.vocabulary import shipped as vocabulary
from cmi.methodology import shipped
from cmi.problems import MappingError

RULES = shipped()


@pytest.mark.parametrize(
    ("export", "layout", "meaning", "questions"),
    [
        pytest.param(
            HUBSPOT,
            "wide",
            {
                "Record ID": "customer_id",
                "Company name": "name",
                "Company owner": "owner",
                "Last Activity Date": "days_since_contact",
                "Country/Region": "segment",
            },
            {},
            id="HubSpot companies",
        ),
        pytest.param(
            SALESFORCE,
            "wide",
            {
                "Last Activity": "days_since_contact",
                "Account Owner": "owner",
                "Account Name": "name",
                "Type": "segment",
                "Account ID": "customer_id",
            },
            {},
            id="Salesforce accounts report",
        ),
        pytest.param(
            STRIPE,
            "rows",
            {
                "Customer ID": "customer_id",
                "Customer Name": "name",
                "Amount": "mrr",
                "Interval": "commitment",
                "Start (UTC)": "start_date",
            },
            {"amount": "Amount, per month"},
            id="Stripe subscriptions",
        ),
        pytest.param(
            ZENDESK,
            "rows",
            {
                "Created at": "date",
                "Organization": "name",
                "Full resolution time in minutes": "resolution_hours",
            },
            {},
            id="Zendesk tickets",
        ),
        pytest.param(
            CHURNZERO,
            "wide",
            {
                "accountExternalId": "customer_id",
                "name": "name",
                "nextRenewalDate": "renewal_date",
                "totalContractAmount": "arr",
                "startDate": "start_date",
                "OwnerUserAccount": "owner",
            },
            {"amount": "totalContractAmount, per year"},
            id="ChurnZero accounts",
        ),
        pytest.param(
            VITALLY,
            "wide",
            {"externalId": "customer_id", "name": "name", "industry": "segment"},
            {},
            id="Vitally accounts",
        ),
        pytest.param(
            GAINSIGHT,
            "wide",
            {
                "Gsid": "customer_id",
                "Name": "name",
                "ARR": "arr",
                "LifecycleStage": "segment",
                "CSMName": "owner",
                "OriginalContractDate": "start_date",
                "RenewalDate": "renewal_date",
            },
            {},
            id="Gainsight companies",
        ),
        pytest.param(
            CHARTMOGUL,
            "rows",
            {
                "CUSTOMER_UUID": "customer_id",
                "CUSTOMER_NAME": "name",
                "MRR": "mrr",
                "CURRENCY": "currency",
                "INTERVAL_UNIT": "commitment",
            },
            {"cents": "In cents"},
            id="ChartMogul subscriptions in cents",
        ),
        pytest.param(
            DEMO,
            "wide",
            {
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
            {"nps:NPS": "Answers from 0 to 10"},
            id="a customer health sheet",
        ),
        pytest.param(
            TYPEFORM,
            "wide",
            {
                "What is the function there to do, and what does it leave to others?": (
                    "charter_mandate"
                ),
                "Submit Date (UTC)": "date",
            },
            {"customer": "Not used"},
            id="Typeform survey",
        ),
    ],
)
def test_a_real_export_is_understood_or_asked_about(export, layout, meaning, questions):
    found = proposed(export)
    assert found.layout == layout
    assert roles(found) == meaning
    assert {q.key: q.assumed for q in found.questions} == questions
    assert all(q.answer == "" for q in found.questions)


def test_keys_and_names_of_the_methodology_are_always_recognised():
    keys = [i.key for i in RULES.items]
    header = ",".join(["customer_id", "name", *keys])
    assert list(roles(proposed(f"{header}\nA,Acme" + ",x" * len(keys))).values())[2:] == keys


def test_a_remembered_mapping_is_used_for_the_same_header():
    table = sheet("customer_id,team\nA,x\nB,x\nC,y\nD,y\nE,y")
    chosen = mapping.with_column(mapping.propose([table], RULES)[0], "team", "owner")
    remembered = {mapping.fingerprint(table): chosen}
    newer = sheet("team,customer_id\nz,A\nz,B", "newer.csv")
    found = mapping.propose([newer], RULES, remembered)[0]
    assert (found.file, roles(found)["team"]) == ("newer.csv", "owner")


def test_a_remembered_order_of_dates_gives_way_to_what_the_file_proves():
    first = sheet("customer_id,start_date\nA,03/24/2025")
    remembered = {mapping.fingerprint(first): mapping.propose([first], RULES)[0]}
    second = sheet("customer_id,start_date\nA,24/03/2025")
    assert mapping.propose([second], RULES, remembered)[0].date_order == "dmy"


def test_choosing_a_meaning_takes_it_from_the_column_that_had_it():
    found = proposed("customer_id,Account Owner,Backup\nA,Jane,Jo\nB,Jo,Jane")
    changed = mapping.with_column(found, "Backup", "owner")
    assert roles(changed) == {"customer_id": "customer_id", "Backup": "owner"}
    assert roles(found)["Account Owner"] == "owner"


def test_choosing_a_driver_in_many_rows_per_customer_makes_its_measure():
    found = proposed(USAGE, "subscription_id,account_id\nS0,A\nS1,A\nS2,B\nS3,B")
    fewer = mapping.with_column(found, "usage_count", "ignore")
    assert [m.target for m in fewer.measures] == ["features_used"]
    back = mapping.with_column(fewer, "usage_count", "driver", "usage")
    assert set(back.measures) == set(found.measures)


@pytest.mark.parametrize(("role", "target"), [("king", ""), ("driver", "luck")])
def test_a_meaning_that_does_not_exist_is_refused(role, target):
    with pytest.raises(MappingError):
        mapping.with_column(proposed(VITALLY), "industry", role, target)


def test_an_answer_that_was_not_offered_is_refused():
    with pytest.raises(MappingError):
        mapping.with_answer(proposed(DEMO), "nps:NPS", "maybe")


def test_answering_that_it_is_a_real_nps_leaves_the_values_alone():
    changed = mapping.with_answer(proposed(DEMO), "nps:NPS", "NPS from -100 to 100")
    column = next(c for c in changed.columns if c.header == "NPS")
    assert (column.factor, column.offset) == (1, 0)


def test_answering_that_money_is_whole_changes_column_and_measure():
    found = proposed(CHARTMOGUL)
    assert [m.factor for m in found.measures if m.role == "arr"] == [0.12]
    changed = mapping.with_answer(found, "cents", "In whole units of the currency")
    assert [m.factor for m in changed.measures if m.role == "arr"] == [12]


@pytest.mark.parametrize("export", [STRIPE, DEMO, TYPEFORM, USAGE])
def test_a_mapping_survives_being_kept_as_text(export):
    found = proposed(export)
    assert mapping.from_json(mapping.to_json(found)) == found


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"file": "a", "layout": "round"}'])
def test_a_text_that_is_no_mapping_is_refused_in_a_sentence(text):
    with pytest.raises(MappingError, match="cannot be used"):
        mapping.from_json(text)


def test_every_meaning_has_one_label_and_is_found_again_by_it():
    labels = mapping.meanings(RULES)
    assert len(set(labels.values())) == len(labels)
    assert labels["Level: Charter · Mandate"] == ("factor", "charter_mandate")
    for label, (role, target) in labels.items():
        assert mapping.label_of(mapping.Column("x", role, target), RULES) == label


def test_the_vocabulary_speaks_only_of_what_the_methodology_has():
    document, drivers = vocabulary().document, {d.key: d for d in RULES.drivers}
    assert set(document["drivers"]) == set(drivers)
    assert {vocabulary().counted(s) for s in vocabulary().subjects} - {""} <= set(drivers)
    for driver, synonyms in document["categories"].items():
        assert set(synonyms) == {name for name, _ in drivers[driver].categories}


def test_a_header_means_one_thing_in_the_vocabulary():
    sections = [v for s in ("roles", "drivers", "outcomes", "not_used") for v in
                vocabulary().document[s].values()]  # fmt: skip
    forms = [compact(h) for headers in sections for h in dict.fromkeys(map(compact, headers))]
    assert sorted({f for f in forms if forms.count(f) > 1}) == []


@pytest.mark.parametrize("text", ["customer_id,arr", "customer_id\n\n", '"=1+1",<b>x</b>\n1,2'])
def test_tables_with_nothing_in_them_stop_nothing(text):
    assert proposed(text).layout == "wide"
