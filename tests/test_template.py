from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cmi import intake, methodology, scoring
from cmi.intake import Upload
from cmi.reports.template import EMPTY_ROWS, assessment
from cmi.store import Store

RULES = methodology.shipped()
DAY = date(2026, 3, 3)
CUSTOMERS = pd.DataFrame(
    {"customer_id": ["00123", "=1+1", "c3"], "name": ["Acme", "@Evil", None]}, dtype="str"
)
# Charter 4, 5, 3; People 2, 2, 2; Process 5, 4, 3; Technology 1, 1, 4:
# characteristics 4, 2, 4, 2, level 3, CMI 50.
REFERENCE = (4, 5, 3, 2, 2, 2, 5, 4, 3, 1, 1, 4)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def answer(sheet: Worksheet, row: int, levels: tuple[int, ...]) -> None:
    for n, level in enumerate(levels, start=5):
        sheet.cell(row, n).value = level


def scores_of(content: bytes, day: date | None = None) -> pd.DataFrame:
    store = Store()
    as_of, _, failures = intake.load([Upload("a.xlsx", content)], store, RULES, day)
    assert not failures
    return scoring.score(store.snapshot(as_of, RULES), RULES).set_index("customer_id")


def test_the_header_names_every_factor_between_customer_and_note() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    header = [cell.value for cell in sheet[1]]
    assert header[:4] == ["Customer id", "Name", "Rater", "Date"]
    assert header[4:-1] == [f.name for f in RULES.factors]
    assert header[-1] == "Note"


def test_each_customer_has_a_row_with_id_name_rater_and_day_as_they_are() -> None:
    sheet = opened(assessment(RULES, CUSTOMERS, DAY))["Assessment"]
    rows = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=2)]
    when = datetime(2026, 3, 3)  # noqa: DTZ001 - a sheet knows no zone
    assert rows == [
        ["00123", "Acme", "csm", when, None],
        ["=1+1", "@Evil", "csm", when, None],
        ["c3", None, "csm", when, None],
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
    for column in "EFGHIJKLMNOP":
        (rule,) = [v for v in sheet.data_validations.dataValidation if f"{column}2" in v.sqref]
        assert rule.formula1 == '"1,2,3,4,5"'
        assert rule.showErrorMessage
        assert "1 to 5" in rule.error
        assert f"{column}400" in rule.sqref  # rows that are added below are checked too


def test_the_rater_is_chosen_from_those_of_the_methodology_and_the_date_is_a_date() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    rules = {str(v.sqref)[0]: v for v in sheet.data_validations.dataValidation}
    assert rules["C"].formula1 == '"csm,sales,marketing,customer"'
    assert rules["D"].type == "date"


def test_the_question_and_its_five_anchors_stand_on_the_header_of_each_factor() -> None:
    sheet = opened(assessment(RULES))["Assessment"]
    for factor, cell in zip(RULES.factors, sheet[1][4:-1], strict=True):
        assert all(text in cell.comment.text for text in (factor.question, *factor.levels))


def test_the_factors_of_a_characteristic_share_a_colour_that_no_other_has() -> None:
    sheet = opened(assessment(RULES, CUSTOMERS))["Assessment"]
    for row in (1, 2):
        colours = [cell.fill.fgColor.rgb for cell in sheet[row][4:-1]]
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
    sheet["C2"], sheet["Q2"] = "sales", "Said so on the phone."
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
    assert sheet["E1"].value == "=Purpose"
    assert sheet["E1"].data_type == "s"
