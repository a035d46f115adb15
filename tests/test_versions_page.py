"""The versions of the methodology on screen: saved, compared, restored, brought, and followed."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from portfolios import customer, loaded, observation, origin
from screens import PORTFOLIO, is_well, texts, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import Methodology, shipped, to_toml
from cmi.reports.rules import workbook
from cmi.ui import session

RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
METHODOLOGY, WEIGHTS = "pages/refine/methodology.py", "pages/refine/weights.py"
TRENDS = "pages/explore/trends.py"
TODAY = datetime.now(UTC).date()
ARR = {"currency": "EUR"}


def levels(who: str, charter: float, others: float) -> list[dict[str, Any]]:
    """Perfect health; one level for the three factors of charter, one for all others."""
    answers = [
        observation(who, f.key, charter if c.key == "charter" else others)
        for c in RULES.characteristics
        for f in c.factors
    ]
    return [*answers, *(observation(who, key, value) for key, value in GOOD.items())]


# Level (5 + 3 x 2) / 4 = 2.75: CMI 43.75; with half of the weight on charter 3.5: CMI 62.5.
# Level (1 + 3 x 4) / 4 = 3.25: CMI 56.25; with half of the weight on charter 2.5: CMI 37.5.
TWO = loaded(
    [customer("a", name="Acme", arr=3000.0, **ARR), customer("b", name="Beta", arr=1000.0, **ARR)],
    [*levels("a", 5, 2), *levels("b", 1, 4)],
)
HALF = "charter-50~people-16.7~process-16.7~technology-16.6"
HALVED = replace(
    RULES.with_weights({"charter": 50, "people": 16.7, "process": 16.7, "technology": 16.6}),
    version="half",
    effective=date(2026, 1, 15),
)
MOVED = "2 customers of 2, 4,000 EUR ARR. On average maturity moves by 18.8 points."


def save(methodology: Methodology, author: str = "Ana", note: str = "") -> None:
    session.own_store().save_methodology(methodology, author, note)


def kept() -> list[str]:
    return session.own_store().methodologies()["version"].tolist()


def some(at: AppTest, words: str) -> bool:
    """Whether the page says so, bold or not."""
    return any(words in unescaped(text.replace("**", "")) for text in texts(at))


def field(at: AppTest, label: str) -> Any:
    """A field of the form, by its label."""
    fields = [*at.text_input, *at.text_area, *at.date_input]
    return next(f for f in fields if f.label == label)


def press(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if unescaped(b.label) == label).click().run()


def button(at: AppTest, label: str) -> Any:
    return next((b for b in at.button if unescaped(b.label) == label), None)


def table(at: AppTest, *columns: str) -> list[list[Any]]:
    found = next(d.value for d in at.dataframe if set(columns) <= set(d.value))
    return [
        [unescaped(c) if isinstance(c, str) else c for c in row]
        for row in found[list(columns)].to_numpy().tolist()
    ]


def versions(app, *tables: Any, **asked: str) -> AppTest:
    return is_well(app(*tables, page=METHODOLOGY, rules="Versions", **asked))


@pytest.fixture
def two_versions(app):
    """Two customers, and a version with half of the weight on charter since 15 January."""
    app(TWO, page=PORTFOLIO)
    save(HALVED, note="Charter tells most")
    return app


# The list, and two of them side by side


def test_the_shipped_methodology_is_the_only_version_at_first(app) -> None:
    at = versions(app, TWO)
    assert some(at, "2026.1 is in force since the beginning. It is the only one.")
    assert table(at, "version", "from", "until") == [["2026.1", "the beginning", "further notice"]]
    assert some(at, "There is nothing to compare yet.")


def test_every_version_is_listed_with_the_days_on_which_it_is_in_force(two_versions) -> None:
    at = versions(two_versions)
    assert some(at, "half is in force since 15 Jan 2026. 2 versions are kept.")
    assert table(at, "version", "from", "until", "author", "note") == [
        ["half", "15 Jan 2026", "further notice", "Ana", "Charter tells most"],
        ["2026.1", "the beginning", "14 Jan 2026", "the product", ""],
    ]


def test_a_version_that_another_of_the_same_day_replaced_is_never_in_force(two_versions) -> None:
    save(replace(HALVED, version="half again", name="Other"))
    at = versions(two_versions)
    assert [row for row in table(at, "version", "from", "until") if row[0] == "half"] == [
        ["half", "never", "never"]
    ]


def test_the_version_before_is_compared_with_the_one_in_force(two_versions) -> None:
    at = versions(two_versions)
    assert some(at, "Different: 4 weights.")
    assert table(at, "what", "place", "was", "is")[0] == [
        "Weight",
        "Maturity · Charter",
        "25 %",
        "50 %",
    ]
    assert some(at, MOVED)
    assert table(at, "name", "from", "to") == [
        ["Acme", "Retain", "Expand and leverage"],
        ["Beta", "Expand and leverage", "Retain"],
    ]


def test_the_pair_of_the_address_is_compared_and_can_be_the_same(two_versions) -> None:
    at = versions(two_versions, from_version="half", to_version="2026.1")
    assert table(at, "what", "place", "was", "is")[0][2:] == ["50 %", "25 %"]
    same = versions(two_versions, from_version="half", to_version="half")
    assert some(same, "Nothing differs.")
    nonsense = versions(two_versions, from_version="mine", to_version="<b>")
    assert some(nonsense, "Different: 4 weights.")


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_versions_of_a_portfolio_without_anybody_can_be_compared(app, grid: str) -> None:
    left = loaded([customer("a", "2025-01-31")], None, [
        {"customer_id": "a", "date": "2026-01-31", "outcome": "churned", "amount": float("nan")},
    ])  # fmt: skip
    app(left, page=PORTFOLIO)
    save(HALVED)
    at = versions(app, grid=grid)
    assert some(at, "Different: 4 weights.")
    assert some(at, "There is no customer to score by them.")


def test_the_rules_explained_show_the_expected_mix_and_the_exceptions_beside_what_holds_for_all(
    app,
) -> None:
    """Of the exception that ships: seats in use weigh 5 of 100 instead of 9 of 100."""
    at = is_well(app(page=METHODOLOGY))
    assert some(at, "an assumption of the team, not a measurement")
    mix = next(t.value for t in at.dataframe if "services" in t.value)
    assert mix[["band", "services", "software"]].to_numpy().tolist() == [
        ["Immature", 70, 30],
        ["Low", 50, 50],
        ["Medium", 30, 70],
        ["High", 10, 90],
    ]
    beside = next(t.value for t in at.dataframe if "for_them" in t.value).set_index("what")
    seats = beside.loc["Weight in Health · Seats in use"]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in seats] == ["9 %", "5 %"]


def test_the_other_two_views_are_there_too(two_versions) -> None:
    at = is_well(two_versions(page=METHODOLOGY))
    assert some(at, "Version half of 15 Jan 2026.")
    is_well(two_versions(page=METHODOLOGY, rules="Change it"))


# Saving what stands on the sliders


def opened(app, *tables: Any) -> AppTest:
    """The form over a proposal with half of the weight on charter."""
    at = press(is_well(app(*tables, page=WEIGHTS, proposal=HALF)), "Save this as a version")
    assert [e.message for e in at.exception] == []
    return at


def test_nothing_can_be_saved_before_something_is_proposed(app) -> None:
    assert button(app(TWO, page=WEIGHTS), "Save this as a version") is None


def test_a_proposal_is_saved_as_a_version_and_everything_follows(app) -> None:
    at = opened(app, TWO)
    assert field(at, "Version").value == "2026.2"
    assert field(at, "In force from").value == TODAY
    assert some(at, "Compared with 2026.1. Different: 4 weights.")
    assert some(at, MOVED)
    assert some(at, "It counts from today on.")
    field(at, "Version").set_value("2026.2 half")
    field(at, "Saved by").set_value("Ana")
    field(at, "Why").set_value("Charter tells most")
    at = is_well(press(at, "Save"))
    assert some(at, "Version 2026.2 half is saved.")
    assert some(at, "Nothing differs from what is in force.")
    last = session.own_store().methodologies().iloc[-1]
    assert list(last[["version", "author", "note"]]) == [
        "2026.2 half", "Ana", "Charter tells most",
    ]  # fmt: skip
    assert dict(table(is_well(app(page=PORTFOLIO)), "name", "cmi")) == {
        "Acme": pytest.approx(62.5, abs=0.1),
        "Beta": pytest.approx(37.5, abs=0.1),
    }
    assert not some(app(page=WEIGHTS), "is saved.")  # told once


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2026.1", "2026.1 is kept already and never changes. Choose another name."),
        ("", "The version must not be empty."),
    ],
)
def test_a_name_that_the_file_would_refuse_is_refused_at_its_field(app, name, sentence) -> None:
    at = opened(app, TWO)
    at = field(at, "Version").set_value(name).run()
    assert [unescaped(e.value) for e in at.error] == [sentence]
    assert button(at, "Save").disabled
    assert kept() == ["2026.1"]


def test_a_version_can_begin_later_or_earlier_and_the_form_says_what_that_means(app) -> None:
    at = opened(app, TWO)
    at = field(at, "In force from").set_value(TODAY + timedelta(days=30)).run()
    assert some(at, "It will count from")
    at = field(at, "In force from").set_value(date(2026, 1, 1)).run()
    assert some(at, "Every period from 1 Jan 2026 on will be scored by it.")


def test_what_is_in_force_already_is_not_saved_again(two_versions) -> None:
    # As it stood on the first day the old rules hold, and by these the proposal is a change.
    at = two_versions(page=METHODOLOGY, rules="Versions", from_version="2026.1", to_version="half")
    at = press(at, "Restore 2026.1")
    assert not button(at, "Save").disabled
    at = field(at, "In force from").set_value(date(2026, 1, 2)).run()
    assert some(at, "Nothing differs from 2026.1, which is in force then.")
    assert button(at, "Save").disabled


# The sample


def test_the_sample_is_scored_by_what_is_saved_and_so_is_what_is_imported_later(app) -> None:
    at = opened(app)
    assert some(at, "the sample portfolio is scored by it, and what you import will be too.")
    at = is_well(press(at, "Save"))
    assert some(at, "Sample portfolio")
    labels = [unescaped(p.proto.label) for p in at.get("page_link")]
    assert "Methodology 2026.2" in labels
    assert session.own_store().is_empty()
    assert some(is_well(app(page=TRENDS)), "2026.2 from ")  # in the last period
    session.own_store().add([(origin("own.csv"), TWO)])
    at = is_well(app(page=PORTFOLIO))
    assert some(at, "Your portfolio")
    assert dict(table(at, "name", "cmi"))["Acme"] == pytest.approx(62.5, abs=0.1)


# The way back


def test_restoring_saves_what_an_old_version_says_as_a_new_one_from_today(two_versions) -> None:
    at = versions(two_versions)
    assert button(at, "Restore half") is None  # it is in force
    at = press(at, "Restore 2026.1")
    assert field(at, "Version").value == "2026.2"
    assert field(at, "Why").value == "Restores version 2026.1."
    is_well(press(at, "Save"))
    assert kept() == ["2026.1", "half", "2026.2"]
    again = session.own_store().methodology()
    assert replace(again, version=RULES.version, effective=RULES.effective) == RULES
    assert again.effective == TODAY


# From a file


def bring(at: AppTest, name: str, content: bytes) -> AppTest:
    return at.file_uploader(key="rules.file").upload(name, content, "").run()


@pytest.mark.parametrize("name", ["rules.toml", "rules.xlsx"])
def test_a_file_that_was_edited_elsewhere_is_compared_and_saved(app, name: str) -> None:
    content = workbook(HALVED) if name.endswith("xlsx") else to_toml(HALVED).encode()
    at = is_well(bring(versions(app, TWO), name, content))
    assert some(at, "Compared with 2026.1, in force. Different: 4 weights.")
    at = press(at, "Save it as a version")
    assert field(at, "Version").value == "half"  # its own name is free
    assert field(at, "Why").value == f"Brought as {name}."
    is_well(press(at, "Save"))
    assert kept() == ["2026.1", "half"]
    assert session.own_store().methodology() == replace(HALVED, effective=TODAY)


def test_a_file_that_changes_nothing_cannot_be_saved(app) -> None:
    at = is_well(bring(versions(app, TWO), "rules.toml", to_toml(RULES).encode()))
    assert some(at, "Compared with 2026.1, in force. Nothing differs.")
    assert button(at, "Save it as a version") is None


def test_a_wrong_cell_is_told_where_it_stands_and_nothing_is_taken_over(app) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(HALVED)))
    book["Drivers"]["E3"] = "much"
    content = io.BytesIO()
    book.save(content)
    at = bring(versions(app, TWO), "rules.xlsx", content.getvalue())
    assert some(at, "1 entry cannot be used, so nothing was taken over.")
    assert table(at, "sheet", "row", "column", "value", "message") == [
        ["Drivers", 3, "Weight", "much", "Weight must be a number, but is 'much'."]
    ]
    assert button(at, "Save it as a version") is None
    assert kept() == ["2026.1"]


def test_a_file_that_is_no_methodology_is_refused_in_a_sentence(app) -> None:
    at = bring(versions(app, TWO), "rules.toml", b"customer,arr\nAcme,12\n")
    assert [unescaped(e.value).startswith("rules.toml cannot be read") for e in at.error] == [True]
    assert [e.message for e in at.exception] == []


def test_names_that_mean_harm_do_none(app) -> None:
    evil = "<img src=x> **[x](http://x)** :red[$1$] {y}"
    harmful = replace(HALVED, version=evil, name=evil)
    app(TWO, page=PORTFOLIO)
    save(harmful, evil, evil)
    at = versions(app)
    assert some(at, f"{evil} is in force since")
    assert [t for t in texts(at) if re.search(r"(?<!\\)(<img|\[x|:red)", t)] == []
    labels = [str(b.label) for b in (*at.button, *at.get("download_button"))]
    assert [t for t in labels if re.search(r"(?<!\\)(<img|\[x|:red)", t)] == []
    is_well(press(at, "Restore 2026.1"))
    is_well(app(page=TRENDS))
