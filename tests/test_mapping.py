"""Real exports end to end, corrections by a person, and mappings kept as text."""

from __future__ import annotations

from datetime import date

import pytest
from exports import USAGE, text
from sheets import proposed, roles, sheet

from cmi import mapping
from cmi.mapping.vocabulary import compact
from cmi.mapping.vocabulary import shipped as vocabulary
from cmi.methodology import shipped
from cmi.problems import MappingError

RULES = shipped()
FURTHER = "Segment or further attribute"


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


def test_a_column_that_nobody_needs_can_be_kept_as_a_further_attribute():
    table = sheet(text("vitally_accounts.csv"))
    (found,) = mapping.propose([table], RULES)
    assert "badges" not in roles(found)
    changed = mapping.with_column(found, "badges", *mapping.meanings(RULES)[FURTHER])
    (loaded,) = mapping.apply([table], [changed], RULES, date(2026, 3, 31))
    assert loaded.customers["attributes"].iloc[0]["badges"] == '["green", "red"]'


@pytest.mark.parametrize(("role", "target"), [("king", ""), ("driver", "luck")])
def test_a_meaning_that_does_not_exist_is_refused(role, target):
    with pytest.raises(MappingError):
        mapping.with_column(proposed(text("vitally_accounts.csv")), "industry", role, target)


def test_an_answer_that_was_not_offered_is_refused():
    with pytest.raises(MappingError):
        mapping.with_answer(proposed(text("health_sheet.csv")), "nps:NPS", "maybe")


def test_answering_that_it_is_a_real_nps_leaves_the_values_alone():
    changed = mapping.with_answer(
        proposed(text("health_sheet.csv")), "nps:NPS", "NPS from -100 to 100"
    )
    column = next(c for c in changed.columns if c.header == "NPS")
    assert (column.factor, column.offset) == (1, 0)


def test_answering_that_money_is_whole_changes_column_and_measure():
    monthly_only = text("chartmogul_subscriptions.csv").replace("MRR,ARR", "MRR,other")
    found = proposed(monthly_only)
    assert [m.factor for m in found.measures if m.role == "arr"] == [0.12]
    changed = mapping.with_answer(found, "cents", "In whole units of the currency")
    assert [m.factor for m in changed.measures if m.role == "arr"] == [12]


@pytest.mark.parametrize(
    "export",
    [
        text("stripe_subscriptions.csv"),
        text("health_sheet.csv"),
        text("typeform_anonymous.csv"),
        USAGE,
    ],
)
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
