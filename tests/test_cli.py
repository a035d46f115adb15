from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from handmade import DAY, PORTFOLIO, ROOT, in_a_process, scores, written
from openpyxl import load_workbook

from cmi import cli, intake, methodology
from cmi.intake import Upload
from cmi.store import Store


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    return written(tmp_path / "portfolio.csv", PORTFOLIO)


# The program itself


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["scores"],
        ["score"],
        ["score", "a.csv", "--grid", "4x4"],
        ["score", "a.csv", "--as-of", "31.03.2026"],
        ["score", "a.csv", "--out", "scores.docx"],
        ["score", "a.csv", "--unknown"],
        ["template"],
        ["template", "a.csv"],
        ["template", "a.xlsx", "--segment", "EMEA"],
        ["template", "a.xlsx", "--empty", "--customers", "a.csv"],
        ["template", "a.xlsx", "--empty", "--stale"],
        ["methodology", "--format", "xml"],
        ["run", "--port", "many"],
    ],
)
def test_wrong_usage_ends_with_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert "usage: cmi" in capsys.readouterr().err


# The workbook to fill in


def test_the_template_lists_the_customers_of_a_file_and_is_scored_when_filled_in(
    portfolio: str, tmp_path: Path
) -> None:
    book, out = tmp_path / "a.xlsx", tmp_path / "s.csv"
    assert cli.main(["template", str(book), "--customers", portfolio, *DAY]) == 0
    opened = load_workbook(book)
    sheet = opened["Assessment"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["001", "002", "003"]
    for n in range(12):
        sheet.cell(2, 6 + n).value = 4  # level 4: CMI 75
    opened.save(book)
    assert cli.main(["score", str(book), "--out", str(out)]) == 0
    assert scores(out).loc["001", ["cmi", "as_of"]].tolist() == [75, "2026-03-31"]
    assert len(scores(out)) == 3


def test_the_template_needs_no_customers_but_says_when_a_file_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "a.xlsx"
    assert cli.main(["template", str(book)]) == 0
    assert load_workbook(book).sheetnames == ["Assessment", "Guide"]
    for name, text, why in (
        ("none.csv", "colour,weight\nred,1\n", "it names no customer"),
        ("empty.csv", "", "cannot be read"),
    ):
        file = written(tmp_path / name, text)
        assert cli.main(["template", str(book), "--customers", file]) == 1
        assert why in capsys.readouterr().err.splitlines()[-1]


def own_database(path: Path, *tables: str) -> Path:
    """A database with these tables (CSV text), as of DAY."""
    store = Store(path)
    uploads = [Upload(f"{n}.csv", text.encode()) for n, text in enumerate(tables)]
    intake.load(uploads, store, methodology.shipped(), date(2026, 3, 31))
    store.close()
    return path


def listed(book: Path) -> list[str]:
    sheet = load_workbook(book)["Assessment"]
    return [row[0].value for row in sheet.iter_rows(min_row=2) if row[0].value]


def test_the_template_has_the_customers_of_the_database_with_their_last_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = own_database(tmp_path / "p.duckdb", PORTFOLIO)
    monkeypatch.setenv("CMI_DATABASE", str(database))
    book = tmp_path / "a.xlsx"
    assert cli.main(["template", str(book), "--as-of", "2026-04-30"]) == 0
    sheet = load_workbook(book)["Assessment"]
    shown = [[cell.value for cell in row[:9]] for row in sheet.iter_rows(min_row=2)]
    rated, today = datetime(2026, 3, 31), datetime(2026, 4, 30)  # noqa: DTZ001 - no zone
    assert shown == [
        ["001", "Acme", "csm", None, rated, None, 4, 5, 3],
        ["002", "Beta", "csm", None, rated, None, 4, 5, 3],
        ["003", "Gamma", "csm", None, None, today, None, None, None],
    ]
    said = capsys.readouterr().err
    assert f"The workbook for 3 customers is in {book}." in said
    assert "2 customers have their last levels in it: enter a date" in said


def test_the_template_can_be_for_one_owner_one_segment_or_the_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CMI_DATABASE", str(own_database(tmp_path / "p.duckdb", PORTFOLIO)))
    book = tmp_path / "a.xlsx"
    for wish, customers, words in (
        (["--owner", "ana"], ["001"], "for 1 customer (owner ana)"),
        (["--segment", "region=APAC"], ["002"], "for 1 customer (region APAC)"),
        (["--stale"], ["002", "003"], "for 2 customers (stale only)"),
        (["--owner", "Ben", "--stale"], ["002"], "for 1 customer (owner Ben; stale only)"),
    ):
        assert cli.main(["template", str(book), *DAY, *wish]) == 0
        assert listed(book) == customers
        assert f"The workbook {words} is in {book}." in capsys.readouterr().err


def test_no_template_is_made_where_nobody_is_left_to_assess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CMI_DATABASE", str(own_database(tmp_path / "p.duckdb", PORTFOLIO)))
    book = tmp_path / "a.xlsx"
    for wish, sentence in (
        (["--owner", "Anna"], 'No customer has the owner "Anna" (did you mean "Ana"?)'),
        (
            ["--owner", "Ana", "--stale"],
            "There is no customer to assess (owner Ana; stale only).",
        ),
    ):
        assert cli.main(["template", str(book), *DAY, *wish]) == 1
        assert sentence in capsys.readouterr().err
    monkeypatch.setenv("CMI_DATABASE", str(tmp_path / "none.duckdb"))
    assert cli.main(["template", str(book), "--owner", "Ana"]) == 1
    assert "There is no customer to assess (owner Ana)." in capsys.readouterr().err
    assert not book.exists()


def test_an_empty_template_needs_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMI_DATABASE", str(own_database(tmp_path / "p.duckdb", PORTFOLIO)))
    book = tmp_path / "a.xlsx"
    assert cli.main(["template", str(book), "--empty"]) == 0
    assert listed(book) == []


def test_a_file_of_customers_is_chosen_from_too_and_the_database_is_left_alone(
    portfolio: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = own_database(tmp_path / "p.duckdb", "customer_id,name\nX9,Elsewhere\n")
    monkeypatch.setenv("CMI_DATABASE", str(other))
    book = tmp_path / "a.xlsx"
    wish = ["--customers", portfolio, "--segment", "Region=EMEA"]
    assert cli.main(["template", str(book), *wish, *DAY]) == 0
    assert listed(book) == ["001"]
    assert "Last assessed" not in [cell.value for cell in load_workbook(book)["Assessment"][1]]


def test_levels_of_a_file_grow_old_until_the_day_of_the_assessment(tmp_path: Path) -> None:
    header, *rows = PORTFOLIO.splitlines()
    dated = [f"{header},Date", f"{rows[0]},2025-03-30"]  # 366 days before the day; valid for 365
    file, book = written(tmp_path / "old.csv", "\n".join(dated)), tmp_path / "a.xlsx"
    assert cli.main(["template", str(book), "--customers", file, "--stale", *DAY]) == 0
    assert listed(book) == ["001"]
    wish = ["--customers", file, "--stale", "--as-of", "2026-03-30"]
    assert cli.main(["template", str(book), *wish]) == 1


def test_a_database_in_use_stops_the_template_with_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = own_database(tmp_path / "p.duckdb", PORTFOLIO)
    monkeypatch.setenv("CMI_DATABASE", str(database))
    store = Store(database)  # this process holds it, the child cannot
    done = in_a_process("template", str(tmp_path / "a.xlsx"))
    store.close()
    assert done.returncode == 1
    assert done.stderr.count(b"is in use by") == 1
    assert not (tmp_path / "a.xlsx").exists()


# The methodology in force


def test_the_methodology_is_printed_whole_in_both_formats(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    documents = []
    for form, read in (("json", json.loads), ("toml", tomllib.loads)):
        assert cli.main(["methodology", "--format", form]) == 0
        documents.append(read(capsysbinary.readouterr().out.decode()))
    from_json, from_toml = documents
    assert methodology.from_document(from_json) == methodology.from_document(from_toml)
    assert {
        "version",
        "characteristics",
        "drivers",
        "cuts",
        "minimum_coverage",
        "scenarios",
    } <= set(from_json)
    for characteristic in from_json["characteristics"]:
        assert {"key", "name", "weight", "factors"} <= set(characteristic)
        for factor in characteristic["factors"]:
            assert {"key", "name", "question", "weight", "levels"} <= set(factor)
            assert len(factor["levels"]) == 5
    for driver in from_json["drivers"]:
        assert {"key", "name", "group", "unit", "weight"} <= set(driver)
        assert "categories" in driver or {"worst", "best"} <= set(driver)


def test_the_methodology_in_force_is_the_one_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    database = tmp_path / "p.duckdb"
    store = Store(database)
    rules = replace(methodology.shipped(), version="2026.9", effective=date(2026, 1, 2))
    store.save_methodology(rules, "Ana")
    store.close()
    monkeypatch.setenv("CMI_DATABASE", str(database))
    assert cli.main(["methodology"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["version"] == "2026.9"


def test_a_database_that_cannot_be_opened_is_said_and_the_shipped_methodology_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "p.duckdb"
    monkeypatch.setenv("CMI_DATABASE", str(database))
    store = Store(database)  # this process holds it, the child cannot
    busy = in_a_process("methodology")
    store.close()
    database.write_text("not a database")
    damaged = in_a_process("methodology")
    for done, why in ((busy, b"is in use by"), (damaged, b"cannot be opened")):
        assert done.returncode == 0
        assert json.loads(done.stdout)["version"] == methodology.shipped().version
        assert why in done.stderr
        assert b"comes with the product" in done.stderr


@pytest.mark.parametrize("command", [[], ["score"], ["template"], ["methodology"], ["run"]])
def test_help_is_there_for_every_command(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*command, "--help"]) == 0
    assert "usage: cmi" in capsys.readouterr().out


def test_help_loads_nothing_that_takes_time() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom cmi.cli import main\nmain(['--help'])\n"
            "sys.exit(bool({'pandas', 'duckdb', 'streamlit'} & set(sys.modules)))",
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert loaded.returncode == 0
    assert b"cmi score accounts.csv" in loaded.stdout


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m cmi methodology | head -c 1; exit ${{PIPESTATUS[0]}}',
        shell=True,
        executable="/bin/bash",
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{", b"")


def test_a_bug_stays_loud(portfolio: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cmi.scoring.score", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main(["score", portfolio, *DAY])
