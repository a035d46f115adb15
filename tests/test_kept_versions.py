"""The versions that the store keeps: never changed, and which of them held when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from portfolios import DAY, add, customer, rules

from cmi.methodology import shipped
from cmi.problems import MethodologyError
from cmi.store import Store
from cmi.store.versions import PRODUCT, in_force, when_in_words

COLUMNS = ["version", "name", "effective", "author", "note", "saved_at"]


def version(version: str, effective: str, **changes: object):
    return replace(rules(), version=version, effective=date.fromisoformat(effective), **changes)


def held(store: Store) -> list[tuple[str, str, str]]:
    """Version, from and until of each that is in force at some time."""
    found = in_force(store.methodologies())
    assert list(found.columns) == ["version", "from", "until"]
    days = {c: found[c].dt.strftime("%Y-%m-%d").fillna("") for c in ("from", "until")}
    return list(zip(found["version"], days["from"], days["until"], strict=True))


def test_before_anything_is_saved_there_is_the_one_that_comes_with_the_product(store) -> None:
    (only,) = store.methodologies().to_dict("records")
    assert list(only) == COLUMNS
    assert only["version"] == shipped().version
    assert only["author"] == PRODUCT
    assert only["note"] == ""
    assert pd.isna(only["saved_at"])
    assert held(store) == [(shipped().version, "", "")]


def test_a_version_is_listed_with_who_saved_it_when_and_why(store) -> None:
    store.save_methodology(version("b", "2026-06-01", name="Other"), "Ana", "because")
    last = store.methodologies().iloc[-1]
    assert list(last[["version", "name", "author", "note"]]) == ["b", "Other", "Ana", "because"]
    assert last["effective"] == pd.Timestamp("2026-06-01")
    assert pd.notna(last["saved_at"])


def test_each_version_holds_from_its_day_until_the_day_before_the_next(store) -> None:
    store.save_methodology(version("june", "2026-06-01"), "Ana")
    store.save_methodology(version("march", "2026-03-01"), "Ben")  # saved later, holds earlier
    assert store.methodologies()["version"].tolist() == [shipped().version, "march", "june"]
    assert held(store) == [
        (shipped().version, "", "2026-02-28"),
        ("march", "2026-03-01", "2026-05-31"),
        ("june", "2026-06-01", ""),
    ]


def test_of_two_with_the_same_day_the_first_that_was_saved_never_holds(store) -> None:
    for name in ("first", "second"):
        store.save_methodology(version(name, "2026-03-01"), "Ana")
    assert len(store.methodologies()) == 3
    assert held(store) == [(shipped().version, "", "2026-02-28"), ("second", "2026-03-01", "")]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_of_all_days_can_be_an_effective_day(store, day: str) -> None:
    store.save_methodology(version("edge", day), "Ana")
    assert ("edge", day, "") in held(store)
    assert store.methodology(date.fromisoformat(day)).version == "edge"


def test_what_is_in_force_on_a_day_and_the_list_of_when_agree(store) -> None:
    for name, day in (("c", "2026-05-01"), ("a", "2026-02-01"), ("b", "2026-05-01")):
        store.save_methodology(version(name, day), "Ana")
    for name, first, last in held(store):
        for day in filter(None, (first, last)):
            assert store.methodology(date.fromisoformat(day)).version == name


def test_a_version_is_found_by_its_name_as_it_was_saved(store) -> None:
    kept = version("b", "2026-06-01", minimum_coverage=0.25)
    store.save_methodology(kept, "Ana")
    assert store.methodology_called("b") == kept
    assert store.methodology_called(shipped().version) == shipped()
    with pytest.raises(MethodologyError, match='version "c" is not kept here'):
        store.methodology_called("c")


@pytest.mark.parametrize("name", ["b", " B ", shipped().version])
def test_a_name_that_is_taken_is_refused_also_that_of_the_shipped_one(store, name: str) -> None:
    store.save_methodology(version("b", "2026-06-01"), "Ana")
    with pytest.raises(MethodologyError, match="is kept already and never changes"):
        store.save_methodology(version(name, "2026-07-01"), "Ben")
    assert len(store.methodologies()) == 2


def test_a_shipped_version_of_the_name_of_one_that_was_saved_before_is_told_apart(
    store, monkeypatch
) -> None:
    store.save_methodology(version("2031.1", "2026-06-01"), "Ana")
    newer = replace(shipped(), version="2031.1", name="Of a later release")
    monkeypatch.setattr("cmi.methodology.shipped", lambda: newer)
    assert store.methodologies()["version"].tolist() == [f"2031.1 of {PRODUCT}", "2031.1"]
    assert store.methodology_called("2031.1").name == rules().name
    assert store.methodology_called(f"2031.1 of {PRODUCT}") == newer


def test_a_quotation_mark_in_name_or_note_is_kept_as_it_is(store) -> None:
    name = "b'; DROP TABLE methodology; --"
    store.save_methodology(version(name, "2026-06-01", name='"$.name"'), name, name)
    last = store.methodologies().iloc[-1]
    assert list(last[["version", "name", "author", "note"]]) == [name, '"$.name"', name, name]


# A portfolio under the rules that another store keeps


def test_a_portfolio_can_be_ruled_by_what_another_store_keeps(store) -> None:
    own, ours = Store(), version("b", "2026-01-01")
    add(store, "a.csv", [customer("a")])
    view, before = store.ruled_by(own), store.ruled_by(own).version()
    view.save_methodology(ours, "Ana")
    assert own.methodology(DAY) == view.methodology(DAY) == ours
    assert store.methodology(DAY) == shipped()
    assert view.known()["customer_id"].tolist() == ["a"]
    assert own.known().empty
    assert view.version() != before  # so that every cache is made anew
    own.close()


# In words

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-06-15", "It counts from today on."),
        ("2026-07-01", "It will count from 1 Jul 2026 on."),
        ("2026-06-01", "Every period from 1 Jun 2026 on will be scored by it."),
        (
            "2026-03-01",
            "Every period from 1 Mar 2026 on until may takes over on 1 May 2026 will be scored by "
            "it.",
        ),
        (
            "2026-05-01",
            "Every period from 1 May 2026 on will be scored by it. It takes the place of may, of "
            "the same day.",
        ),
    ],
)
def test_what_the_effective_day_means_is_said_before_it_is_saved(store, day, words) -> None:
    store.save_methodology(version("may", "2026-05-01"), "Ana")
    told = when_in_words(store.methodologies(), date.fromisoformat(day), TODAY)
    assert told.replace("\N{NO-BREAK SPACE}", " ") == words


def test_a_version_for_later_is_followed_by_one_for_even_later(store) -> None:
    store.save_methodology(version("next year", "2027-01-01"), "Ana")
    told = when_in_words(store.methodologies(), date(2026, 7, 1), TODAY)
    assert told.replace("\N{NO-BREAK SPACE}", " ") == (
        "It will count from 1 Jul 2026 on until next year takes over on 1 Jan 2027."
    )
