from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from portfolios import add, customer, observation
from test_words import contrast

from cmi import files, intake, methodology, scoring
from cmi.freshness import assess
from cmi.intake import Upload
from cmi.reports.template import COLOURS, EMPTY_ROWS, GREY, KNOWN, assessment
from cmi.store import Store

RULES = methodology.shipped()
DAY = date(2026, 3, 3)
CUSTOMERS = pd.DataFrame(
    {"customer_id": ["00123", "=1+1", "c3"], "name": ["Acme", "@Evil", None]}, dtype="str"
)
# Charter 4, 5, 3; People 2, 2, 2; Process 5, 4, 3; Technology 1, 1, 4:
# characteristics 4, 2, 4, 2, level 3, CMI 50.
REFERENCE = (4, 5, 3, 2, 2, 2, 5, 4, 3, 1, 1, 4)
FACTORS = [f.name for f in RULES.factors]
ABOUT = ["Customer id", "Name", "Role", "Rated by"]
NAUGHTY = Path("/work/shared/corpora/strings/blns.json")
# a: all twelve known, one of them as the mean of two raters; b: one known; c: none.
KNOWN_LEVELS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"],
        "name": ["Acme", "Beta", "Gamma"],
        **{
            f.key: [level, np.nan, np.nan]
            for f, level in zip(RULES.factors, REFERENCE, strict=True)
        },
        "charter_mandate": [3.5, 2, np.nan],
        "assessed_on": pd.to_datetime(["2025-11-30", "2024-01-31", None]),
        "role": ["sales", None, None],
        "rated_by": ["Jane Doe", None, None],
    }
)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def at(sheet: Worksheet, header: str) -> int:
    """The number of the column with this header."""
    return [cell.value for cell in sheet[1]].index(header) + 1


def letter(sheet: Worksheet, header: str) -> str:
    return sheet.cell(1, at(sheet, header)).column_letter


def answer(sheet: Worksheet, row: int, levels: tuple[int, ...]) -> None:
    for n, level in enumerate(levels, start=at(sheet, FACTORS[0])):
        sheet.cell(row, n).value = level


def allowed(sheet: Worksheet, header: str) -> DataValidation:
    """What may be typed below the header."""
    column = letter(sheet, header)
    (rule,) = [v for v in sheet.data_validations.dataValidation if f"{column}2" in v.sqref]
    return rule


def scores_of(content: bytes, day: date | None = None) -> pd.DataFrame:
    store = Store()
    as_of, _, failures = intake.load([Upload("a.xlsx", content)], store, RULES, day)
    assert not failures
    return scoring.score(store.snapshot(as_of, RULES), RULES).set_index("customer_id")


def test_the_header_names_every_factor_between_customer_and_note() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    header = [cell.value for cell in sheet[1]]
    assert header == [*ABOUT, "Date", *FACTORS, "Note"]


def test_each_customer_has_a_row_with_id_name_role_and_day_as_they_are() -> None:
    sheet = opened(assessment(RULES, CUSTOMERS, DAY))["Assessment"]
    rows = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=2)]
    when = datetime(2026, 3, 3)  # noqa: DTZ001 - a sheet knows no zone
    assert rows == [
        ["00123", "Acme", "csm", None, when, None],
        ["=1+1", "@Evil", "csm", None, when, None],
        ["c3", None, "csm", None, when, None],
    ]


def test_no_customer_becomes_a_formula() -> None:
    parts = zipfile.ZipFile(io.BytesIO(assessment(RULES, CUSTOMERS, DAY)))
    assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_customer_listed_twice_has_one_row() -> None:
    twice = pd.DataFrame({"customer_id": ["a", "a"], "name": ["Old", "New"]})
    sheet = opened(assessment(RULES, twice))["Assessment"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["New"]


def test_without_customers_there_are_empty_rows_whose_ids_stay_text() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == EMPTY_ROWS == 30
    assert all(cell.value is None for row in rows for cell in row)
    assert {row[0].number_format for row in rows} == {"@"}


def test_every_factor_offers_the_levels_and_refuses_others_with_a_sentence() -> None:
    sheet = opened(assessment(RULES, CUSTOMERS))["Assessment"]
    for name in FACTORS:
        rule = allowed(sheet, name)
        assert rule.formula1 == '"1,2,3,4,5"'
        assert rule.showErrorMessage
        assert "1 to 5" in rule.error
        assert f"{letter(sheet, name)}400" in rule.sqref  # rows added below are checked too


def test_the_role_is_chosen_from_the_raters_of_the_methodology_and_the_date_is_a_date() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    assert allowed(sheet, "Role").formula1 == '"csm,sales,marketing,customer"'
    assert allowed(sheet, "Date").type == "date"


def test_raters_that_only_have_a_weight_can_be_chosen_and_the_first_is_filled_in() -> None:
    document = methodology.to_document(RULES)
    document["raters"] = {"by": "mean", "order": [], "apart": [], "weights": {"coach": 2, "csm": 1}}
    other = methodology.from_document(document)
    sheet = opened(assessment(other, CUSTOMERS))["Assessment"]
    assert allowed(sheet, "Role").formula1 == '"coach,csm"'
    assert sheet.cell(2, at(sheet, "Role")).value == "coach"


def test_the_question_and_its_five_anchors_stand_on_the_header_of_each_factor() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    for factor, cell in zip(RULES.factors, sheet[1][5:-1], strict=True):
        assert all(text in cell.comment.text for text in (factor.question, *factor.levels))


def test_the_factors_of_a_characteristic_share_a_colour_that_no_other_has() -> None:
    sheet = opened(assessment(RULES, CUSTOMERS))["Assessment"]
    for row in (1, 2):
        colours = [cell.fill.fgColor.rgb for cell in sheet[row][5:-1]]
        threes = [set(colours[n : n + 3]) for n in (0, 3, 6, 9)]
        assert [len(three) for three in threes] == [1, 1, 1, 1]
        assert len(set(colours)) == 4


def test_the_guide_holds_every_question_with_its_anchors() -> None:
    sheet = opened(assessment(RULES))["Guide"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        [c.name, f.name, f.question, *f.levels] for c in RULES.characteristics for f in c.factors
    ]


@pytest.mark.parametrize("name", ["Assessment", "Guide"])
def test_header_and_names_stay_in_sight_on_screen_and_paper(name: str) -> None:
    sheet = opened(assessment(RULES))[name]
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_filled_in_workbook_is_scored_without_a_mapping() -> None:
    book = opened(assessment(RULES, CUSTOMERS, DAY))
    answer(book["Assessment"], 2, REFERENCE)
    scores = scores_of(saved(book))
    assert scores.loc["00123", "name"] == "Acme"
    assert scores.loc["00123", "cmi"] == pytest.approx(50)
    assert scores.loc["00123", "period"] == pd.Timestamp(DAY)
    assert scores.loc["=1+1", "cmi_coverage"] == 0  # has a row and no answer
    assert sorted(scores.index) == ["00123", "=1+1", "c3"]


def test_a_customer_typed_into_an_empty_row_is_scored_and_the_others_are_no_rows() -> None:
    book = opened(assessment(RULES))
    sheet = book["Assessment"]
    sheet["A2"], sheet["B2"] = "007", "Bond Ltd"
    answer(sheet, 2, REFERENCE)
    scores = scores_of(saved(book), DAY)
    assert list(scores.index) == ["007"]
    assert scores.loc["007", "cmi"] == pytest.approx(50)


def test_whoever_rated_is_kept_with_the_note() -> None:
    book = opened(assessment(RULES, CUSTOMERS.head(1), DAY))
    sheet = book["Assessment"]
    answer(sheet, 2, REFERENCE)
    sheet.cell(2, at(sheet, "Role")).value = "sales"
    sheet.cell(2, at(sheet, "Note")).value = "Said so on the phone."
    store = Store()
    as_of, *_ = intake.load([Upload("a.xlsx", saved(book))], store, RULES)
    ratings = store.ratings(as_of, "00123")
    assert set(ratings["rater"]) == {"sales"}
    assert set(ratings["note"]) == {"Said so on the phone."}


def test_a_workbook_for_other_rules_has_their_factors() -> None:
    document = methodology.to_document(RULES)
    document["characteristics"][0]["factors"][0]["name"] = "=Purpose"
    other = methodology.from_document(document)
    sheet = opened(assessment(other))["Assessment"]
    assert sheet["F1"].value == "=Purpose"
    assert sheet["F1"].data_type == "s"


# With the last levels


def prefilled() -> Worksheet:
    return opened(assessment(RULES, KNOWN_LEVELS, DAY))["Assessment"]


def test_the_last_levels_stand_in_the_workbook_and_their_rows_have_no_date() -> None:
    (table,) = intake.read([Upload("a.xlsx", assessment(RULES, KNOWN_LEVELS, DAY))]).tables
    assert list(table.frame.columns) == [*ABOUT, "Last assessed", "Date", *FACTORS, "Note"]
    assert table.frame.to_numpy().tolist() == [
        ["a", "Acme", "sales", "Jane Doe", "2025-11-30", "", "3.5", *"53222543114", ""],
        ["b", "Beta", "csm", "", "2024-01-31", "", "2", *[""] * 11, ""],
        ["c", "Gamma", "csm", "", "", "2026-03-03", *[""] * 12, ""],
    ]
    assert table.problems == ()


def test_levels_that_are_known_look_otherwise_until_their_row_has_a_date() -> None:
    sheet = prefilled()
    first, last = letter(sheet, FACTORS[0]), letter(sheet, FACTORS[-1])
    for name in (*FACTORS, "Last assessed"):
        known, new = (sheet[f"{letter(sheet, name)}{row}"].font for row in (2, 4))
        assert (known.i, known.color.rgb) == (True, f"00{KNOWN}")
        assert not new.i
    (where,) = sheet.conditional_formatting
    (rule,) = where.rules
    assert str(where.sqref) == f"{first}2:{last}504"
    assert rule.formula == [f'${letter(sheet, "Date")}2<>""']
    assert rule.dxf.font.color.rgb == "00000000"


def test_the_grey_of_known_levels_can_be_read_on_every_colour() -> None:
    for light in {GREY[1], *(light for _, light in COLOURS)}:
        assert contrast(f"#{KNOWN}", f"#{light}") >= 4.5


def test_the_workbook_opens_on_the_first_missing_date_and_says_what_it_does() -> None:
    new_first = KNOWN_LEVELS.iloc[[2, 1, 0]]
    sheet = opened(assessment(RULES, new_first, DAY))["Assessment"]
    assert sheet.sheet_view.selection[-1].activeCell == f"{letter(sheet, 'Date')}3"
    rule = allowed(sheet, "Date")
    assert rule.showInputMessage
    assert rule.prompt == (
        "Enter the day on which you assessed this customer. "
        "Rows without a date are left as they were."
    )


def test_nobody_can_type_into_last_assessed_by_mistake() -> None:
    rule = allowed(prefilled(), "Last assessed")
    assert (rule.type, rule.formula1, rule.showErrorMessage) == ("custom", "FALSE", True)


def test_customers_without_any_level_make_a_workbook_without_last_assessed() -> None:
    sheet = opened(assessment(RULES, KNOWN_LEVELS.tail(1), DAY))["Assessment"]
    assert "Last assessed" not in [cell.value for cell in sheet[1]]
    assert not allowed(sheet, "Date").prompt
    assert not sheet.conditional_formatting


def test_a_mean_that_never_ends_is_shown_short_and_kept_whole() -> None:
    thirds = KNOWN_LEVELS.head(1).assign(charter_mandate=10 / 3)
    content = assessment(RULES, thirds, DAY)
    cell = opened(content)["Assessment"]["G2"]
    assert cell.number_format == "0.0#"
    assert cell.value == pytest.approx(10 / 3)
    (table, _) = files.read(content, "a.xlsx")
    assert float(table.frame.loc[2, FACTORS[0]]) == pytest.approx(10 / 3)


def test_the_guide_says_how_to_go_about_it_and_is_still_no_table_to_load() -> None:
    content = assessment(RULES, KNOWN_LEVELS, DAY)
    sheet = opened(content)["Guide"]
    assert "then enter the Date" in sheet["A1"].value
    assert "Only rows with a date count" in sheet["A2"].value
    assert [cell.value for cell in sheet[4]] == list(intake.GUIDE_HEADER)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C5", "$4:$4")
    reading = intake.read([Upload("a.xlsx", content)])
    assert [table.sheet for table in reading.tables] == ["Assessment"]


def test_a_prefilled_workbook_with_every_date_filled_in_becomes_new_levels() -> None:
    book = opened(assessment(RULES, KNOWN_LEVELS, DAY))
    sheet = book["Assessment"]
    for row in (2, 3):
        sheet.cell(row, at(sheet, "Date")).value = date(2026, 6, 1)
    answer(sheet, 3, REFERENCE)
    scores = scores_of(saved(book))
    # a: Charter (3.5 + 5 + 3) / 3 instead of 4 is 1/6 lower, so the level is 3 - 1/24.
    assert scores.loc["a", "cmi"] == pytest.approx(50 - 25 / 24)
    assert scores.loc["b", "cmi"] == pytest.approx(50)
    assert set(scores.loc[["a", "b"], "charter_goals__age"]) == {0}


def test_rows_without_a_date_in_a_prefilled_workbook_are_left_as_they_were() -> None:
    store = Store()
    keys = [f.key for f in RULES.factors]
    said = [observation(who, key, 2, "2026-01-31") for who in ("a", "b") for key in keys]
    add(store, "before.csv", [customer("a", name="Acme"), customer("b", name="Beta")], said)
    known = assess.due(store.snapshot(DAY, RULES), RULES)
    book = opened(assessment(RULES, known, DAY))
    sheet = book["Assessment"]
    sheet.cell(2, at(sheet, "Date")).value = DAY  # a was assessed again
    answer(sheet, 2, REFERENCE)
    _, loaded, failures = intake.load([Upload("a.xlsx", saved(book))], store, RULES)
    assert not failures
    problems = intake.problems_of(loaded)
    assert [(p.kind, p.row) for p in problems] == [("not-assessed", 3)]
    after = store.snapshot(DAY, RULES).set_index("customer_id")
    assert after.loc["a", keys].tolist() == list(REFERENCE)
    assert set(after.loc["b", keys]) == {2}
    assert after.loc[["a", "b"], "charter_goals__age"].tolist() == [0, 31]  # since 31 January


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
def test_every_naughty_string_as_a_name_stays_a_text() -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    ids = [f"{n} {text}" for n, text in enumerate(strings)]
    raised = KNOWN_LEVELS.iloc[[0] * len(strings)]
    content = assessment(RULES, raised.assign(customer_id=ids, name=strings, rated_by=strings), DAY)
    sheet = opened(content)["Assessment"]
    cells = [[cell.value or "" for cell in row[:4]] for row in sheet.iter_rows(min_row=2)]
    shown = [[row[1], row[3]] for row in cells]
    changed = [(a, b) for a, (b, c) in zip(strings, shown, strict=True) if (b, c) != (a, a)]
    assert all("\ufffd" in b for _, b in changed)
    assert len(changed) <= 4  # those made of control characters
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
