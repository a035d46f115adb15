from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from handmade import DAY, PORTFOLIO, ROOT, in_a_process, scores, written
from openpyxl import load_workbook

from cmi import cli, methodology
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
        sheet.cell(2, 5 + n).value = 4  # level 4: CMI 75
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
