from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from portfolios import DAY, add, customer, loaded, observation, origin, outcome, rules

from cmi.frames import OBSERVATION_COLUMNS, shaped
from cmi.methodology import shipped
from cmi.problems import (
    AlreadyImportedError,
    MethodologyError,
    Problem,
)

ACME = customer("a", name="Acme", domain="acme.example", arr=100.0, Size="S")


# An empty store


def test_every_reading_works_before_anything_was_imported(store):
    assert store.is_empty()
    assert store.days() == ()
    assert store.mapping_for("header") is None
    assert store.twice(origin("a.csv")) is None
    assert store.methodology() == shipped()
    columns = {
        "imports": "upload id file sheet by_whom loaded_at as_of rows kept refused blank "
        "withdrawn_at",
        "problems": "kind file sheet row column value message",
        "known": "customer_id name domain other_ids",
        "ratings": "customer_id item rater respondent date value label note",
        "outcomes": "customer_id date outcome amount",
        "compare": "customer_id field date old new state",
    }
    found = {
        "imports": store.imports(),
        "problems": store.problems(1),
        "known": store.known(),
        "ratings": store.ratings(DAY, "a"),
        "outcomes": store.outcomes(DAY),
        "compare": store.compare(shaped(None, OBSERVATION_COLUMNS)),
    }
    assert {name: " ".join(frame.columns) for name, frame in found.items()} == columns
    assert all(frame.empty for frame in found.values())


def test_taking_back_what_is_not_there_does_nothing(store):
    store.withdraw(7)
    store.restore(7)
    assert store.imports().empty


# Importing and reading back


def test_one_customer_is_read_back_as_it_was_imported(store):
    number = add(
        store,
        "a.csv",
        [{**ACME, "owner": "Ana", "start_date": "2024-05-01", "currency": "EUR"}],
        [observation("a", "logins", 20.5, note="by hand"), observation("a", "sponsor", "Named")],
        [outcome("a", "renewed", "2026-01-02", 5000.0)],
    )
    assert number == 1
    assert not store.is_empty()
    assert store.known().to_dict("records") == [
        {"customer_id": "a", "name": "Acme", "domain": "acme.example", "other_ids": np.nan}
    ]
    found = store.snapshot(DAY, rules()).iloc[0]
    expected = {
        "name": "Acme",
        "owner": "Ana",
        "arr": 100.0,
        "currency": "EUR",
        "Size": "S",
        "start_date": pd.Timestamp("2024-05-01"),
        "logins": 20.5,
        "sponsor": "Named",
    }
    assert found[list(expected)].to_dict() == expected
    assert store.outcomes(DAY)["amount"].tolist() == [5000]
    assert store.outcomes(date(2026, 1, 1)).empty
    assert store.ratings(DAY, "a")["note"].dropna().tolist() == ["by hand"]
    assert store.days() == (date(2026, 1, 2), DAY)  # the renewal, and what was seen


def test_the_history_tells_what_came_from_where(store):
    table = replace(loaded([ACME]), rows=4, kept=1, refused=2, blank=1)
    store.add([(origin("a.xlsx", sheet="Accounts", by_whom="Ben"), table)])
    add(store, "b.csv", [customer("b")])
    history = store.imports()
    assert history["id"].tolist() == [2, 1]
    first = history.iloc[1]
    assert first[["file", "sheet", "by_whom", "rows", "kept", "refused", "blank"]].tolist() == [
        "a.xlsx",
        "Accounts",
        "Ben",
        4,
        1,
        2,
        1,
    ]
    assert history["withdrawn_at"].isna().all()


def test_problems_are_kept_with_their_import(store):
    problems = (
        Problem("level", "a.csv", "6 is no level.", row=3, column="Skills", value="6"),
        Problem("ignored", "a.csv", "Column x was not used.", column="x"),
    )
    number = store.add([(origin("a.csv"), loaded([ACME], problems=problems))])[0]
    found = store.problems(number)
    assert found["kind"].tolist() == ["level", "ignored"]
    assert found["row"].isna().tolist() == [False, True]
    assert found.loc[0, ["row", "value", "message"]].tolist() == [3, "6", "6 is no level."]
    assert store.problems(number + 1).empty


def test_customers_are_known_by_their_newest_name_also_those_who_were_only_observed(store):
    add(store, "1.csv", [customer("a", "2026-02-01", name="Acme"), customer("b", name="Bolt")])
    add(store, "2.csv", [customer("a", "2026-01-01", name="Acme old", domain="acme.example")])
    add(store, "3.csv", None, [observation("c", "logins", 1)])
    known = store.known().set_index("customer_id")
    assert known["name"].to_dict() == {"a": "Acme", "b": "Bolt", "c": np.nan}
    assert known.loc["a", "domain"] == "acme.example"


def test_ratings_show_everybodys_latest_answer(store):
    said = [
        observation("a", "people_roles", 2, "2026-01-01", "csm"),
        observation("a", "people_roles", 3, "2026-01-20", "csm", note="better"),
        observation("a", "people_roles", 5, "2026-01-10", "customer"),
        observation("a", "people_roles", 1, "2026-03-01", "csm"),
        observation("b", "people_roles", 1, "2026-01-01", "csm"),
    ]
    add(store, "a.csv", None, said)
    found = store.ratings(DAY, "a").set_index("rater")
    assert found["value"].to_dict() == {"csm": 3, "customer": 5}
    assert found.loc["csm", "date"] == pd.Timestamp("2026-01-20")
    assert found.loc["csm", "note"] == "better"


def test_a_header_seen_before_brings_its_newest_mapping(store):
    add(store, "1.csv", [ACME], fingerprint="crm", mapping="first")
    add(store, "2.csv", [ACME], fingerprint="crm", mapping="second")
    add(store, "3.csv", [ACME], fingerprint="survey", mapping="other")
    again, when = store.mapping_for("crm")
    assert (again, when) == ("second", datetime.now(UTC).date())
    assert store.mapping_for("unknown") is None


def test_a_mapping_that_was_taken_back_is_not_proposed_again(store):
    add(store, "1.csv", [ACME], fingerprint="crm", mapping="first")
    store.withdraw(add(store, "2.csv", [ACME], fingerprint="crm", mapping="second"))
    assert store.mapping_for("crm")[0] == "first"


def test_tables_that_came_together_go_and_come_back_together(store):
    both = [(origin("a.csv"), loaded([ACME])), (origin("b.csv"), loaded([customer("b")]))]
    ids = store.add(both)
    alone = add(store, "c.csv", [customer("c")])
    uploads = store.imports().set_index("id")["upload"]
    assert uploads[ids[0]] == uploads[ids[1]] != uploads[alone]
    store.withdraw(*ids)
    assert store.known()["customer_id"].tolist() == ["c"]
    store.restore(*ids)
    assert store.known()["customer_id"].tolist() == ["a", "b", "c"]


def test_tables_come_back_all_or_none(store):
    both = [(origin("a.csv"), loaded([ACME])), (origin("b.csv"), loaded([customer("b")]))]
    ids = store.add(both)
    store.withdraw(*ids)
    store.add(both[1:])
    with pytest.raises(AlreadyImportedError, match=r"b\.csv"):
        store.restore(*ids)
    assert store.known()["customer_id"].tolist() == ["b"]


# What an import would change


def test_observations_are_compared_with_what_is_known_for_the_same_day_and_rater(store):
    known = [
        observation("a", "logins", 10),
        observation("a", "csat", 4),
        observation("a", "sponsor", "Named"),
        observation("b", "sponsor", "Named"),
        observation("a", "people_roles", 2, rater="csm"),
        observation("a", "tickets", 3, "2026-01-01"),
    ]
    add(store, "a.csv", None, known)
    coming = [
        observation("a", "logins", 10),
        observation("a", "csat", 5),
        observation("a", "sponsor", "Named"),
        observation("b", "sponsor", "Advocate"),
        observation("a", "people_roles", 2, rater="sales"),
        observation("a", "tickets", 3, "2026-01-02"),
        observation("z", "logins", 1),
    ]
    found = store.compare(loaded(None, coming).observations)
    states = found.set_index(["customer_id", "field"])["state"].to_dict()
    assert states == {
        ("a", "logins"): "unchanged",
        ("a", "csat"): "changed",
        ("a", "sponsor"): "unchanged",
        ("b", "sponsor"): "changed",
        ("a", "people_roles"): "new",
        ("a", "tickets"): "new",
        ("z", "logins"): "new",
    }
    changed = found[found["state"] == "changed"].set_index("field")[["old", "new"]]
    assert changed.loc["csat"].tolist() == ["4.0", "5.0"]
    assert changed.loc["sponsor"].tolist() == ["Named", "Advocate"]
    assert store.days() == (date(2026, 1, 1), DAY)  # nothing was written


def test_the_days_follow_every_import_and_its_undo(store):
    assert store.days() == ()
    number = add(store, "a.csv", [ACME])
    assert store.days() == (date(2026, 1, 31),)
    store.withdraw(number)
    assert store.days() == ()


# Methodologies


def test_the_methodology_in_force_is_the_newest_that_is_effective_on_the_day(store):
    march = replace(rules(), version="m", effective=date(2026, 3, 1))
    june = replace(rules(), version="j", effective=date(2026, 6, 1), minimum_coverage=0.25)
    store.save_methodology(june, "Ana", "stricter")
    store.save_methodology(march, "Ben")
    assert store.methodology(date(2026, 2, 28)) == shipped()
    assert store.methodology(date(2026, 3, 1)) == march
    assert store.methodology(date(2026, 5, 31)) == march
    assert store.methodology(date(2030, 1, 1)) == june


def test_of_two_versions_effective_on_one_day_the_one_saved_last_is_in_force(store):
    store.save_methodology(rules(), "Ana")
    corrected = replace(rules(), version="test, corrected")
    store.save_methodology(corrected, "Ana")
    assert store.methodology(rules().effective) == corrected


def test_a_version_is_never_changed(store):
    store.save_methodology(rules(), "Ana")
    with pytest.raises(MethodologyError, match='version "test" is kept already'):
        store.save_methodology(replace(rules(), minimum_coverage=0.1), "Ben")
    assert store.methodology(rules().effective) == rules()
