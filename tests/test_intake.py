"""From files to scores: read, propose, prepare, import."""

from __future__ import annotations

import io
import random
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from cmi import intake, mapping
from cmi.intake import Upload
from cmi.methodology import shipped
from cmi.problems import AlreadyImportedError, FileUnreadableError
from cmi.reports.template import assessment
from cmi.scoring import score
from cmi.store import Store

RULES = shipped()
DAY = date(2026, 3, 31)

ACCOUNTS = """\
Customer ID,Customer name,Region,ARR,Currency,Renewal date,Owner
A1,Acme,East,12000,EUR,2026-09-30,Ana
B2,Beta,West,8000,EUR,,Bo
"""
HEALTH = """\
Customer ID,Date,usage,csat
A1,2026-03-31,30,4.8
B2,2026-03-31,,2.5
"""


def upload(name, text):
    return Upload(name, text.encode())


def scores_of(store, day):
    return score(store.snapshot(day, RULES), RULES).set_index("customer_id")


# Read, propose, prepare, import


def test_small_exports_become_customers_and_values(store):
    reading = intake.read([upload("accounts.csv", ACCOUNTS), upload("health.csv", HEALTH)])
    assert [t.file for t in reading.tables] == ["accounts.csv", "health.csv"]
    mappings = intake.propose(reading, store, RULES)
    assert intake.as_of_of(reading, mappings) == DAY  # the newest date that is no renewal
    prepared = intake.prepare(reading, mappings, RULES, DAY, store)
    assert store.is_empty()  # nothing is written before it is imported
    store.add(list(zip(intake.origins(reading, mappings, DAY, "Ana"), prepared, strict=True)))

    scores = scores_of(store, DAY)
    assert scores.loc["A1", ["name", "Region", "arr", "owner"]].tolist() == [
        "Acme", "East", 12_000, "Ana",
    ]  # fmt: skip
    assert scores["usage"].to_dict() == pytest.approx({"A1": 30, "B2": np.nan}, nan_ok=True)
    assert scores["csat"].to_dict() == {"A1": 4.8, "B2": 2.5}


def test_every_import_keeps_where_it_came_from(store):
    intake.load([upload("accounts.csv", ACCOUNTS)], store, RULES, DAY, by_whom="Ana")
    (kept,) = store.imports().to_dict("records")
    assert (kept["file"], kept["by_whom"], kept["as_of"].date()) == ("accounts.csv", "Ana", DAY)
    assert (kept["rows"], kept["kept"], kept["refused"], kept["blank"]) == (2, 2, 0, 0)


def test_files_without_a_date_speak_of_today(store):
    reading = intake.read([upload("a.csv", "Customer ID,csat\nA1,4\n")])
    assert (
        intake.as_of_of(reading, intake.propose(reading, store, RULES))
        == pd.Timestamp.now("UTC").date()
    )


def test_a_file_that_cannot_be_read_costs_only_itself(store):
    uploads = [Upload("photo.xlsx", b"\x89PNG\r\n\x1a\n" * 9), upload("accounts.csv", ACCOUNTS)]
    reading = intake.read(uploads)
    assert [t.file for t in reading.tables] == ["accounts.csv"]
    assert len(reading.digests) == 1
    (sentence,) = reading.failures
    assert "photo.xlsx" in sentence
    _, loaded, failures = intake.load(uploads, store, RULES, DAY)
    assert (loaded[0].kept, failures) == (2, (sentence,))
    assert sorted(scores_of(store, DAY).index) == ["A1", "B2"]


def test_the_same_content_counts_once_in_an_upload_whatever_its_name():
    first = upload("a.csv", ACCOUNTS)
    kept, left_out = intake.added([first], [upload("copy.csv", ACCOUNTS), upload("b.csv", HEALTH)])
    assert [u.name for u in kept] == ["a.csv", "b.csv"]
    assert left_out == ["copy.csv has the same content as a.csv: it counts once."]


def test_files_of_one_name_are_told_apart():
    files = [upload("export.csv", text) for text in (ACCOUNTS, HEALTH, HEALTH + "A9,1,2\n")]
    kept, left_out = intake.added([], files)
    assert [u.name for u in kept] == ["export.csv", "export (2).csv", "export (3).csv"]
    assert left_out == []


def test_the_same_file_twice_is_refused_and_nothing_is_doubled(store):
    uploads = [upload("health.csv", HEALTH), upload("accounts.csv", ACCOUNTS)]
    intake.load(uploads, store, RULES, DAY, by_whom="Ana")
    before = scores_of(store, DAY)
    renamed = [upload("more.csv", HEALTH.replace("A1", "A3")), upload("copy.csv", ACCOUNTS)]
    with pytest.raises(AlreadyImportedError, match=r"copy\.csv .* by Ana"):
        intake.load(renamed, store, RULES, DAY)
    pd.testing.assert_frame_equal(scores_of(store, DAY), before)  # not even its other file
    assert len(store.imports()) == 2


def test_a_header_that_was_corrected_once_is_remembered(store):
    first = upload("march.csv", "Customer ID,Kundenwert,usage\nA1,12000,3\n")
    reading = intake.read([first])
    (proposed,) = intake.propose(reading, store, RULES)
    assert proposed.of("arr") == ()
    corrected = mapping.with_column(proposed, "Kundenwert", "arr", "", RULES)
    prepared = intake.prepare(reading, [corrected], RULES, DAY, store)
    origins = intake.origins(reading, [corrected], DAY, "Ana")
    store.add(list(zip(origins, prepared, strict=True)))

    intake.load(
        [upload("april.csv", "Customer ID,Kundenwert,usage\nA1,15000,4\n")],
        store,
        RULES,
        date(2026, 4, 30),
    )
    assert scores_of(store, date(2026, 4, 30)).loc["A1", "arr"] == 15_000


def test_problems_come_in_the_order_of_the_tables(store):
    bad = "Customer ID,Date,tickets\nA1,2026-03-31,{}\n"
    uploads = [upload("b.csv", bad.format("-4")), upload("a.csv", bad.format("-5"))]
    _, loaded, _ = intake.load(uploads, store, RULES, DAY)
    problems = intake.problems_of(loaded)
    assert [(p.file, p.row, p.value) for p in problems] == [
        ("b.csv", 2, "-4"),
        ("a.csv", 2, "-5"),
    ]


def test_files_on_disk_are_uploads_and_a_missing_one_is_a_sentence(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS)
    (found,) = intake.uploads_from([path])
    assert found == Upload("accounts.csv", ACCOUNTS.encode())
    with pytest.raises(FileUnreadableError, match=r"gone\.csv cannot be read"):
        intake.uploads_from([tmp_path / "gone.csv"])


# The assessment workbook comes back filled in


def filled(customers, day, seed=7):
    """The assessment workbook with a level in every cell, and these levels by customer."""
    book = load_workbook(io.BytesIO(assessment(RULES, customers, day)))
    sheet, draw, answers = book["Assessment"], random.Random(seed), {}
    for row in range(2, len(customers) + 2):
        levels = [draw.randint(1, 5) for _ in RULES.factors]
        answers[sheet.cell(row, 1).value] = levels
        for column, level in enumerate(levels, start=6):
            sheet.cell(row, column).value = level
    content = io.BytesIO()
    book.save(content)
    return Upload("assessment.xlsx", content.getvalue()), answers


def expected_cmi(levels):
    """Four characteristics of three factors, equal weights, level 1 is 0 and level 5 is 100."""
    means = [sum(levels[n : n + 3]) / 3 for n in (0, 3, 6, 9)]
    return 25 * (sum(means) / 4 - 1)


def test_the_filled_workbook_is_imported_without_touching_the_mapping(store):
    intake.load([upload("accounts.csv", ACCOUNTS)], store, RULES, DAY)
    customers = store.snapshot(DAY, RULES)[["customer_id", "name"]]
    workbook, answers = filled(customers, DAY)
    day, loaded, failures = intake.load([workbook], store, RULES)
    assert (day, failures, intake.problems_of(loaded)) == (DAY, (), ())
    scores = scores_of(store, DAY)
    assert sorted(scores.index) == ["A1", "B2"]
    for customer, levels in answers.items():
        assert scores.loc[customer, "cmi"] == pytest.approx(expected_cmi(levels))
        assert scores.loc[customer, "cmi_coverage"] == 1


# A whole software company: five exports, and the figures worked out again by other means

RAVENSTACK = Path(__file__).parents[1].parent / "shared" / "exports" / "ravenstack"
END = pd.Timestamp("2024-12-31")
there = pytest.mark.skipif(not RAVENSTACK.is_dir(), reason="the folder with exports is not here")


@pytest.fixture(scope="module")
def company():
    """The store with the five exports, loaded as they are."""
    store = Store()
    uploads = intake.uploads_from(sorted(RAVENSTACK.glob("*.csv")))
    day, _, failures = intake.load(uploads, store, RULES)
    assert (day, failures) == (END.date(), ())
    yield store
    store.close()


def export(name, *dates):
    frame = pd.read_csv(RAVENSTACK / f"ravenstack_{name}.csv", encoding="utf-8-sig")
    return frame.assign(**{d: pd.to_datetime(frame[d], format="%d-%m-%Y") for d in dates})


def last(frame, when, days):
    return frame[frame[when] > END - pd.Timedelta(days=days)]


def agree(found, expected):
    """The same numbers for the same customers, and nothing known where nothing was said."""
    both = pd.concat([found.rename("found"), expected.rename("expected")], axis=1)
    pd.testing.assert_series_equal(both["found"], both["expected"], check_names=False)


@there
def test_a_company_without_an_assessment_has_health_and_no_place(company):
    scores = scores_of(company, END.date())
    assert len(scores) == 500
    assert scores["cmi"].notna().sum() == 0
    assert scores["chs"].notna().sum() > 450
    assert scores["scenario"].isna().all()


@there
def test_arr_is_that_of_the_subscriptions_that_run(company):
    runs = export("subscriptions", "start_date", "end_date")
    runs = runs[(runs["start_date"] <= END) & ~(runs["end_date"] <= END)]
    agree(
        scores_of(company, END.date())["arr"], runs.groupby("account_id")["arr_amount"].sum() * 1.0
    )


@there
def test_tickets_and_escalations_are_those_of_90_days(company):
    tickets = export("supports_ticket", "submitted_at")
    recent, scores = last(tickets, "submitted_at", 90), scores_of(company, END.date())
    for key, rows in (("tickets", recent), ("escalations", recent[recent["escalation_flag"]])):
        counted = rows.groupby("account_id").size() * 1.0
        # who ever had a ticket and none of late has 0; of the others nothing is known
        agree(
            scores[key].dropna(), counted.reindex(sorted(set(tickets["account_id"])), fill_value=0)
        )


@there
def test_means_are_of_the_tickets_that_were_rated_or_solved(company):
    tickets, scores = export("supports_ticket", "submitted_at"), scores_of(company, END.date())
    for key, column, days in (
        ("csat", "satisfaction_score", 365),
        ("resolution_hours", "resolution_time_hours", 90),
    ):
        recent = last(tickets, "submitted_at", days)
        means = recent.groupby("account_id")[column].mean().dropna()
        agree(scores.loc[means.index, key], means)
        # who has none of late has what was known at the end of an earlier quarter, or nothing
        assert set(scores[key].drop(means.index).dropna().index) <= set(tickets["account_id"])


@there
def test_use_is_found_through_the_subscription_that_it_belongs_to(company):
    owners = export("subscriptions").drop_duplicates("subscription_id")
    usage = export("feature_usage", "usage_date").merge(
        owners[["subscription_id", "account_id"]], on="subscription_id"
    )
    scores = scores_of(company, END.date())
    features = last(usage, "usage_date", 90).groupby("account_id")["feature_name"].nunique()
    uses = last(usage, "usage_date", 30).groupby("account_id")["usage_count"].sum()
    everybody = scores.index
    agree(scores["features_used"], features.reindex(everybody, fill_value=0) * 1.0)
    agree(scores["usage"], uses.reindex(everybody, fill_value=0) * 1.0)


@there
def test_once_the_workbook_is_back_the_customers_are_placed(company):
    customers = company.snapshot(END.date(), RULES)[["customer_id", "name"]]
    workbook, answers = filled(customers, END.date())
    day, loaded, failures = intake.load([workbook], company, RULES)
    assert (day, failures, intake.problems_of(loaded)) == (END.date(), (), ())
    scores = scores_of(company, END.date())
    assert len(scores) == 500
    assert scores["cmi"].to_dict() == pytest.approx(
        {customer: expected_cmi(levels) for customer, levels in answers.items()}
    )
    assert (scores["scenario"].notna() == scores["chs"].notna()).all()
    assert scores["scenario"].notna().sum() > 450
    assert scores["scenario"].nunique() == 4
