"""A methodology goes into a workbook, is edited and comes back; every wrong cell is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest
from documents import changed
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import rules

from cmi.intake import Upload
from cmi.intake.rules import MOST_BYTES, methodology_of
from cmi.methodology import Methodology, from_document, sheets, shipped, to_toml, unsheeted
from cmi.problems import FileUnreadableError, MethodologyError, Problem
from cmi.reports.rules import workbook

NAUGHTY = [
    "=1+1",
    "@SUM(A1)",
    "+49 89",
    "-5",
    "'quoted",
    "\t=1",
    " space around ",
    "two\nlines",
    "_x0041_",
    "_x005F_x0041_",
    "<b>&amp;</b>",
    "00123",
    "1e5",
    "TRUE",
    "2026-01-01",
    "#N/A",
    "ünïcödé 🌍",
]


def back(content: bytes, name: str = "rules.xlsx") -> Methodology:
    methodology, problems = methodology_of(Upload(name, content))
    assert problems == ()
    assert methodology is not None
    return methodology


def edited(change: Callable[[Any], object], start: Methodology | None = None) -> bytes:
    """The workbook of a methodology (the shipped one) after somebody edited it."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(start or shipped())))
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def refused(change: Callable[[Any], object]) -> list[tuple[str, int | None, str, str, str]]:
    """What is wrong after the edit: sheet, row, column, value and sentence of each."""
    methodology, problems = methodology_of(Upload("rules.xlsx", edited(change)))
    assert methodology is None
    assert all(isinstance(p, Problem) and p.file == "rules.xlsx" for p in problems)
    return [(p.sheet, p.row, p.column, p.value, p.message) for p in problems]


def cell(sheet: str, at: str, value: object) -> Callable[[Any], object]:
    return lambda book: book[sheet].__setitem__(at, value)


# There and back


@pytest.mark.parametrize("methodology", [shipped(), rules()], ids=["shipped", "small"])
def test_what_is_written_comes_back_as_the_same_methodology(methodology) -> None:
    assert back(workbook(methodology)) == methodology
    assert back(to_toml(methodology).encode(), "rules.toml") == methodology


def test_what_a_program_saves_again_without_a_change_is_still_the_same() -> None:
    assert back(edited(lambda book: None)) == shipped()


def test_text_that_means_something_to_a_spreadsheet_stays_text() -> None:
    said = changed(
        (("name",), NAUGHTY[0]),
        (("version",), "2026.10"),
        (("drivers", 4, "categories"), dict.fromkeys(NAUGHTY, 50)),
        (("overrides", 0, "values"), NAUGHTY),
        (("plays", 0, "steps"), NAUGHTY),
    )
    methodology = from_document(said)
    content = workbook(methodology)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        written = [parts.read(n).decode() for n in parts.namelist() if "worksheets/sheet" in n]
    assert written
    assert not any("<f>" in text or "<f " in text or "hyperlink" in text for text in written)
    assert back(content) == methodology
    assert back(edited(lambda book: None, methodology)) == methodology


@pytest.mark.parametrize(
    "number", [1 / 3, 33.333333333333336, 0.1, 1e-9, 123456789012345680.0, 5e-324, 1e300]
)
def test_a_number_is_kept_to_its_last_digit(number: float) -> None:
    methodology = shipped().with_weights({"usage": number})
    again = back(workbook(methodology))
    assert again == methodology
    assert again.item("usage").weight == number


LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffd")
TEXT = st.text(LETTERS | st.sampled_from("\n\t"), min_size=1, max_size=40).filter(str.strip)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
SHARE = st.floats(0, 1)
KEYS = st.lists(st.sampled_from(["csm", "sales", "finance"]), unique=True)


@st.composite
def methodologies(draw: st.DrawFn) -> Methodology:
    """The shipped methodology with anything else in entries of every kind."""
    names = draw(st.lists(TEXT, min_size=2, max_size=5, unique_by=lambda t: t.strip().casefold()))
    low, high = sorted(draw(st.lists(st.floats(0.5, 99), min_size=2, max_size=2, unique=True)))
    worst, best = draw(st.lists(NUMBER, min_size=2, max_size=2, unique=True))
    return from_document(
        changed(
            (("version",), draw(TEXT)),
            (("effective",), draw(st.dates()).isoformat()),
            (("minimum_coverage",), draw(SHARE)),
            (("stale",), draw(st.sampled_from(["count", "drop"]))),
            (("validity", "factor"), draw(st.integers(1, 10**9))),
            (("raters", "by"), "mean"),
            (("raters", "order"), draw(KEYS)),
            (("raters", "apart"), draw(st.sampled_from([[], ["customer"]]))),
            (("raters", "weights"), draw(st.dictionaries(TEXT, st.floats(1, 1e9), max_size=3))),
            (("characteristics", 1, "weight"), draw(st.floats(0, 1e9))),
            (("characteristics", 1, "factors", 1, "levels"), draw(
                st.lists(TEXT, min_size=5, max_size=5, unique_by=lambda t: t.strip().casefold()),
            )),
            (("drivers", 0, "worst"), worst),
            (("drivers", 0, "best"), best),
            (("drivers", 0, "range"), draw(st.sampled_from([{}, {"min": 0}, {"max": 1e-7}]))),
            (("drivers", 4, "categories"), {n: draw(st.floats(0, 100)) for n in names}),
            (("cuts", "3x3", "cmi"), [low, high]),
            (("plays", 3, "steps"), draw(st.lists(TEXT, min_size=1, max_size=9))),
            (("overrides", 0, "columns"), draw(st.lists(TEXT, min_size=1, max_size=4))),
            (("overrides", 0, "values"), names),
            (("overrides", 0, "bounds", "usage"), {"worst": worst, "best": best}),
            (("overrides", 0, "cuts"), draw(st.sampled_from(
                [{}, {"3x3": {"cmi": [low, high]}}, {"2x2": {"cmi": [low], "chs": [high]}}],
            ))),
        )
    )  # fmt: skip


@given(methodologies())
@settings(max_examples=30)
def test_whatever_a_methodology_says_comes_back_from_its_sheets(methodology) -> None:
    frames = {}
    for part in (None, *sheets.PARTS):
        name = part.sheet if part else sheets.SETTINGS
        rows = sheets.rows_of(methodology)[name]
        named = [h for h, _ in sheets.headers(part, rows)] if part else ["Setting", "Value"]
        cells = [[as_text(row.get(header)) for header in named] for row in rows]
        frames[name] = pd.DataFrame([named, *cells], dtype="str", index=range(1, len(rows) + 2))
    assert unsheeted.read(frames) == (methodology, [])


def as_text(value: object) -> str:
    return "" if value is None else str(value)


@given(methodologies())
@settings(max_examples=5)
def test_whatever_a_methodology_says_comes_back_from_its_workbook(methodology) -> None:
    assert back(workbook(methodology)) == methodology


# Edited


def test_an_edit_in_a_spreadsheet_is_what_comes_back() -> None:
    def edit(book: Any) -> None:
        book["Methodology"]["B2"] = 2027.1  # a spreadsheet makes a number of what is typed
        book["Methodology"]["B4"] = datetime(2027, 1, 1)  # noqa: DTZ001
        book["Cuts"]["B2"] = 55
        book["Drivers"]["E2"] = 12
        book["Groups"].append(["partners", "Partners"])
        book["Drivers"].append(
            ["referrals", "Referrals", "partners", "per year", 5, "They tell others.", 0, 4]
        )
        book["Plays"]["J2"] = None  # a step in the middle

    new = back(edited(edit))
    assert new.version == "2027.1"
    assert new.effective == date(2027, 1, 1)
    assert new.cuts.of("2x2").cmi == (55,)
    assert new.item("seat_use").weight == 12
    added = new.item("referrals")
    assert (added.group, added.weight, added.worst, added.best) == ("partners", 5, 0, 4)
    before = shipped().plays[0].steps
    assert new.plays[0].steps == (before[0], before[1], before[3])


def test_blank_rows_and_a_sheet_of_notes_do_no_harm_and_the_notes_are_told() -> None:
    def edit(book: Any) -> None:
        book["Groups"].insert_rows(3)
        book.create_sheet("My notes")["A1"] = "Ask Ben"

    methodology, problems = methodology_of(Upload("rules.xlsx", edited(edit)))
    assert methodology == shipped()
    assert [(p.kind, p.sheet) for p in problems] == [("skipped", "My notes")]


# What is wrong is named by its cell

WRONG = {
    "a weight below zero": (
        cell("Drivers", "E3", -1),
        ("Drivers", 3, "Weight", "-1", "Weight must not be below 0, but is '-1'."),
    ),
    "an empty name": (
        cell("Groups", "B2", None),
        ("Groups", 2, "Name", "", "Name is missing."),
    ),
    "a name of nothing but space": (
        cell("Groups", "B2", "  "),
        ("Groups", 2, "Name", "", "Name is missing."),
    ),
    "a percentage": (
        lambda book: (
            cell("Methodology", "B5", 0.5)(book),
            setattr(book["Methodology"]["B5"], "number_format", "0%"),
        ),
        (
            "Methodology", 5, "Value", "50%",
            "Share of the weight to be known must be a number, but is '50%'.",
        ),
    ),
    "a day that is none": (
        cell("Methodology", "B4", "soon"),
        ("Methodology", 4, "Value", "soon", "In force from must be a day such as 2026-03-31."),
    ),
    "a setting that is not known": (
        cell("Methodology", "A6", "Colour"),
        ("Methodology", 6, "Setting", "Colour", "Colour is not a setting."),
    ),
    "a group that is not there": (
        cell("Drivers", "C3", "sales"),
        ("Drivers", 3, "Group", "sales", 'Drivers "usage" group names "sales", which is not a '
         "group."),
    ),
    "a factor of nothing": (
        cell("Factors", "A4", "spirit"),
        ("Factors", 4, "Characteristic", "spirit", "spirit does not stand in the sheet "
         "Characteristics."),
    ),
    "the same key twice": (
        cell("Drivers", "A3", "seat_use"),
        ("Drivers", 3, "Key", "seat_use", 'Items "seat_use" is there twice.'),
    ),
    "the same category twice": (
        cell("Categories", "B3", "None"),
        ("Categories", 3, "Category", "None", "None is there twice."),
    ),
    "points in words": (
        cell("Categories", "C3", "many"),
        ("Categories", 3, "Points", "many", "Points must be a number, but is 'many'."),
    ),
    "a cut outside of the plane": (
        cell("Cuts", "B2", 500),
        ("Cuts", 2, "CMI", "", "Cuts 2x2 cmi must lie between 0 and 100, not 500."),
    ),
    "a level without an anchor": (
        cell("Factors", "H3", None),
        ("Factors", 3, "Level", "", 'Characteristics "charter" factors "charter_goals" levels '
         "needs five anchors, but has 4."),
    ),
    "a play that is not there": (
        cell("Scenarios", "J3", "adoption_sprint, nothing"),
        ("Scenarios", 3, "Plays", "adoption_sprint, nothing", "Scenarios of 2x2 "
         '"invest_in_health" plays names "nothing", which is not a play.'),
    ),
    "an exception for an item that is not there": (
        cell("Exception weights", "B3", "nobody"),
        ("Exception weights", 3, "Item", "nobody", 'Overrides no. 1 weights names "nobody", '
         "which is no characteristic, factor or driver."),
    ),
    "an exception that is not there": (
        cell("Exception cuts", "A2", 7),
        ("Exception cuts", 2, "Exception", "7", "7 does not stand in the sheet Exceptions."),
    ),
    "a column that is not known": (
        cell("Groups", "B1", "Title"),
        ("Groups", 1, "Title", "", "The column Title is not known here: Key, Name are."),
    ),
    "a column without a header": (
        cell("Groups", "D3", "aside"),
        ("Groups", 3, "", "aside", "The cell stands in a column without a header."),
    ),
    "a formula that nobody computed": (
        cell("Drivers", "E3", "=E2+1"),
        ("Drivers", 3, "Weight", "", "The formula has no saved value; the cell counts as empty."),
    ),
    "an error value": (
        cell("Drivers", "E3", "#N/A"),
        ("Drivers", 3, "Weight", "#N/A", "The cell shows the error #N/A; it counts as empty."),
    ),
    "merged cells": (
        lambda book: book["Groups"].merge_cells("B2:B3"),
        ("Groups", 2, "Name", "", "Of merged cells only the first has the value."),
    ),
    "a sheet that is not there": (
        lambda book: book.remove(book["Exceptions"]),
        ("Exceptions", None, "", "", "The sheet is missing or hidden. Keep it, with its headers "
         "alone where it says nothing."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_cell_is_named_with_its_sheet_row_column_and_value(case: str) -> None:
    change, expected = WRONG[case]
    assert refused(change)[0] == expected


def test_everything_that_is_wrong_is_told_at_once() -> None:
    def edit(book: Any) -> None:
        book["Drivers"]["E3"] = -1
        book["Drivers"]["E4"] = "=1"
        book["Cuts"]["B2"] = "high"

    assert sorted((sheet, row) for sheet, row, *_ in refused(edit)) == [
        ("Cuts", 2),
        ("Drivers", 3),
        ("Drivers", 4),
    ]


def test_a_thousand_wrong_cells_are_not_all_told() -> None:
    def edit(book: Any) -> None:
        for row in range(2, 1002):
            book["Exception weights"].cell(row, 1, 99)

    assert len(refused(edit)) == 100


# Files that are no methodology


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.toml", b"a,b\n1,2\n", "a.toml cannot be read: it is no TOML file: "),
        ("a.toml", b"\xff\xfe\x00", "a.toml cannot be read: it is no TOML file: "),
        ("a.toml", b"a = " + b"[" * 100_000, "a.toml cannot be read: it is no TOML file: "),
        ("a.xlsx", b"a,b\n1,2\n", "a.xlsx cannot be read: it holds no methodology."),
        ("a.xlsx", b"%PDF-1.7", "a.xlsx cannot be read: it is a PDF document."),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx cannot be read: "),
        ("a.toml", b" " * (MOST_BYTES + 1), "a.toml cannot be read: a methodology has at most"),
    ],
)
def test_a_file_that_is_no_methodology_is_refused_in_a_sentence(name, content, sentence) -> None:
    with pytest.raises(FileUnreadableError) as refusal:
        methodology_of(Upload(name, content))
    assert str(refusal.value).startswith(sentence)


def test_a_workbook_of_something_else_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Customer"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(FileUnreadableError, match="it holds no methodology"):
        methodology_of(Upload("a.xlsx", content.getvalue()))


def test_a_toml_file_that_breaks_a_rule_is_refused_with_the_place() -> None:
    text = to_toml(shipped()).replace("weight = 25.0", "weight = -25.0", 1)
    with pytest.raises(MethodologyError, match='"charter" weight must not be below 0'):
        methodology_of(Upload("a.toml", text.encode()))


# What a methodology may hold, so that every file can hold it


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("   ", "must not be empty."),
        ("bell \x07", "holds a character that cannot be printed"),
        ("return\r", "holds a character that cannot be printed"),
        ("x" * 10_001, "must not be longer than 10,000 characters."),
    ],
)
def test_text_that_no_sheet_can_hold_is_refused_where_it_stands(text: str, sentence: str) -> None:
    with pytest.raises(MethodologyError) as refusal:
        from_document(changed((("drivers", 0, "why"), text)))
    assert f'drivers "seat_use" why {sentence}' in str(refusal.value)


def test_the_longest_text_fits_into_a_cell_however_it_is_written() -> None:
    for text in ("🌍" * 10_000, "_x0041_" * 1428):
        methodology = replace(shipped(), name=text)
        assert back(workbook(methodology)) == methodology
