from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from cmi import cli, methodology, serve
from cmi.problems import CmiError
from cmi.store import Store

ROOT = Path(__file__).parent.parent
# Acme: Charter 4, 5, 3 -> 4; People 2, 2, 2 -> 2; Process 5, 4, 3 -> 4; Technology 1, 1, 4 -> 2.
#   Level (4 + 2 + 4 + 2) / 4 = 3, CMI 100 x (3 - 1) / 4 = 50: high at the cut of 50.
#   Use 30 of 0..60 -> 50 points, weight 15; breadth 10 of 1..10 -> 100, weight 10; seats 20 of
#   20..85 -> 0, weight 9; contact 7 days ago of 90..7 -> 100, weight 8; 15 tickets of 15..0 -> 0,
#   weight 8. CHS (15 x 50 + 10 x 100 + 8 x 100) / 50 = 51, of 50 of 100 weight: coverage 0.5.
# Beta: People unanswered: level (4 + 4 + 2) / 3 = 10/3, CMI 58.33, coverage 0.75. No health.
# Gamma: nothing is known.
ITEMS = (
    "charter_mandate,charter_goals,charter_sponsorship,people_roles,people_skills,"
    "people_collaboration,process_coverage,process_discipline,process_handoffs,"
    "technology_stack,technology_adoption,technology_integration,"
    "usage,features_used,seat_use,days_since_contact,tickets"
)
PORTFOLIO = f"""\
customer_id,name,owner,ARR,Region,{ITEMS}
001,Acme,Ana,120000,EMEA,4,5,3,2,2,2,5,4,3,1,1,4,30,10,20,7,15
002,Beta,Ben,5000,APAC,4,5,3,,,,5,4,3,1,1,4,,,,,
003,Gamma,,,,,,,,,,,,,,,,,,,,
"""
DAY = ("--as-of", "2026-03-31")


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CMI_DATABASE", str(tmp_path / "none.duckdb"))


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    return written(tmp_path / "portfolio.csv", PORTFOLIO)


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def scores(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"customer_id": str}).set_index("customer_id")


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cmi", *arguments], cwd=ROOT, capture_output=True, check=False
    )


# Scoring


def test_scores_are_those_worked_out_by_hand(portfolio: str, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    assert cli.main(["score", portfolio, "--out", str(out), *DAY]) == 0
    found = scores(out)
    acme, beta, gamma = (found.loc[key] for key in ("001", "002", "003"))
    assert acme[["charter", "people", "process", "technology"]].tolist() == [4, 2, 4, 2]
    assert acme[["cmi_level", "cmi", "cmi_coverage"]].tolist() == pytest.approx([3, 50, 1])
    assert acme[["chs", "chs_coverage"]].tolist() == pytest.approx([51, 0.5])
    assert acme[["scenario", "owner", "Region"]].tolist() == ["Expand and leverage", "Ana", "EMEA"]
    assert acme["decision"] == "Grow with them; let them speak."
    assert acme["as_of"] == "2026-03-31"
    assert beta["cmi"] == pytest.approx(100 * (10 / 3 - 1) / 4)
    assert beta["cmi_coverage"] == pytest.approx(0.75)
    assert beta[["people", "chs", "scenario", "decision"]].isna().all()
    assert gamma[["arr", "cmi", "cmi_level", "charter", "chs", "scenario"]].isna().all()
    assert gamma[["cmi_coverage", "chs_coverage"]].tolist() == [0, 0]


def test_the_columns_of_the_scores_stand_in_a_fixed_order(
    portfolio: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["score", portfolio, *DAY]) == 0
    header = capsysbinary.readouterr().out.splitlines()[0].decode()
    assert header == (
        "customer_id,name,as_of,arr,cmi,cmi_level,cmi_coverage,charter,people,process,technology,"
        "chs,chs_coverage,scenario,decision,owner,Region,currency,methodology"
    )


def test_every_format_holds_the_same_scores(portfolio: str, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx", "parquet"):
        assert cli.main(["score", portfolio, "--out", str(tmp_path / f"s.{suffix}"), *DAY]) == 0
    from_csv = pd.read_csv(tmp_path / "s.csv", dtype={"customer_id": str})
    from_xlsx = pd.read_excel(tmp_path / "s.xlsx", dtype={"customer_id": str}, engine="openpyxl")
    from_parquet = pd.read_parquet(tmp_path / "s.parquet")
    assert from_csv["customer_id"].tolist() == ["001", "002", "003"]
    for other in (from_xlsx, from_parquet):
        assert list(other.columns) == list(from_csv.columns)
        assert other["customer_id"].tolist() == ["001", "002", "003"]
        assert other["cmi"].tolist() == pytest.approx(from_csv["cmi"].tolist(), nan_ok=True)
        assert other["scenario"].fillna("").tolist() == ["Expand and leverage", "", ""]


def test_without_out_the_scores_are_printed_and_all_else_goes_to_standard_error(
    portfolio: str, tmp_path: Path
) -> None:
    out = tmp_path / "s.csv"
    to_file = in_a_process("score", portfolio, "--out", str(out), *DAY)
    printed = in_a_process("score", portfolio, *DAY)
    assert (to_file.returncode, printed.returncode) == (0, 0)
    assert to_file.stdout == b""
    assert printed.stdout == out.read_bytes()
    assert b"As of 31 Mar 2026, as asked." in printed.stderr


def test_the_summary_says_who_stands_where_with_how_much_and_why_others_do_not(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["score", portfolio, "--out", str(tmp_path / "s.csv"), *DAY])
    said = capsys.readouterr().err
    assert "portfolio.csv: 3 of 3 rows used." in said
    assert "ARR, Region = Segment" in said
    assert "12 factors" in said
    assert "3 customers: 1 with both scores, 1 with maturity only, 0 with health only" in said
    (expand,) = [line for line in said.splitlines() if "Expand and leverage" in line]
    assert expand.split() == ["Expand", "and", "leverage", "1", "customer", "120", "k", "ARR"]
    assert "1 × No health data yet." in said
    assert "1 × No assessment yet. No health data yet." in said


def test_other_weights_give_another_score(portfolio: str, tmp_path: Path) -> None:
    # 40/20/20/20: level (40 x 4 + 20 x 2 + 20 x 4 + 20 x 2) / 100 = 3.2, CMI 55.
    weights = {"charter": 40, "people": 20, "process": 20, "technology": 20}
    rules = replace(methodology.shipped().with_weights(weights), version="mine")
    for name, text in (
        ("m.toml", methodology.to_toml(rules)),
        ("m.json", methodology.to_json(rules)),
    ):
        file = written(tmp_path / name, text)
        out = tmp_path / "s.csv"
        assert cli.main(["score", portfolio, "--methodology", file, "--out", str(out), *DAY]) == 0
        assert scores(out).loc["001", "cmi"] == pytest.approx(55)
        assert scores(out).loc["001", "methodology"] == "mine"


def test_three_by_three_uses_its_own_scenarios(portfolio: str, tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    assert cli.main(["score", portfolio, "--grid", "3x3", "--out", str(out), *DAY]) == 0
    assert scores(out).loc["001", "scenario"] == "Build steadily"  # 50 and 51: in the middle


def test_files_are_put_together_and_rows_of_a_customer_become_one_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts = written(tmp_path / "accounts.csv", "account_id,account_name\nA1,Acme\nA2,Beta\n")
    # A1 has 6 tickets within 90 days of the newest, and one before: 100 x (15 - 6) / 15 = 60.
    days = ["2026-03-31", *["2026-03-01"] * 5, "2025-01-01"]
    rows = "".join(f"t{n},A1,{day},low\n" for n, day in enumerate(days))
    tickets = written(tmp_path / "tickets.csv", f"ticket_id,account_id,created_at,priority\n{rows}")
    rules = replace(methodology.shipped(), minimum_coverage=0.01)
    other = written(tmp_path / "m.json", methodology.to_json(rules))
    out = tmp_path / "s.csv"
    assert cli.main(["score", accounts, tickets, "--methodology", other, "--out", str(out)]) == 0
    assert scores(out).loc["A1", "chs"] == pytest.approx(60)
    said = capsys.readouterr().err
    assert "As of 31 Mar 2026, the newest date in the files." in said
    assert "Support tickets = number of rows per account_id" in said


def test_as_of_looks_at_what_was_known_then(tmp_path: Path) -> None:
    factors = [f.key for f in methodology.shipped().factors]
    file = written(
        tmp_path / "a.csv",
        f"customer_id,date,{','.join(factors)}\n"
        f"a,2025-06-30,{','.join('2' * 12)}\n"  # level 2: CMI 25
        f"a,2026-03-31,{','.join('4' * 12)}\n",  # level 4: CMI 75
    )
    out = tmp_path / "s.csv"
    for as_of, cmi in (([], 75), (["--as-of", "2025-12-31"], 25)):
        assert cli.main(["score", file, "--out", str(out), *as_of]) == 0
        assert scores(out).loc["a", "cmi"] == pytest.approx(cmi)


def test_hostile_names_command_neither_a_spreadsheet_nor_the_terminal(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    levels = ",".join("3" * 12)
    factors = ",".join(f.key for f in methodology.shipped().factors)
    file = written(
        tmp_path / "a.csv",
        f"customer_id,name,=Region,{factors}\n"
        f'=1+1,"=HYPERLINK(""http://a.example"")",@x,{levels}\n'
        f'b,"two\nlines",-1,{levels.replace("3", chr(27) + "[2J", 1)}\n',
    )
    assert cli.main(["score", file, *DAY]) == 0
    out, said = capsysbinary.readouterr()
    table = pd.read_csv(io.BytesIO(out), dtype=str)
    assert len(table) == 2
    assert "'=Region" in table.columns
    assert table.loc[0, ["customer_id", "'=Region"]].tolist() == ["'=1+1", "'@x"]
    assert table.loc[0, "name"] == '\'=HYPERLINK("http://a.example")'
    assert b"\x1b" not in said
    assert all(line.strip() for line in said.splitlines())


# What was wrong


def test_a_cell_that_is_not_understood_costs_that_cell_and_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "a.csv", PORTFOLIO.replace("EMEA,4,5,3", "EMEA,6,5,3"))
    out, problems = tmp_path / "s.csv", tmp_path / "problems.csv"
    assert cli.main(["score", file, "--out", str(out), "--problems", str(problems), *DAY]) == 0
    assert scores(out).loc["001", "charter"] == 4  # the mean of 5 and 3
    listed = pd.read_csv(problems)
    assert listed[["kind", "row", "column", "value"]].to_numpy().tolist() == [
        ["level", 2, "charter_mandate", 6]
    ]
    said = capsys.readouterr().err
    assert "Not a level from 1 to 5 (1)." in said
    assert "a.csv, row 2, charter_mandate:" in said


def test_many_problems_are_counted_after_the_first_and_all_are_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factors = [f.key for f in methodology.shipped().factors]
    good = "".join(f"g{n},{','.join('3' * 12)}\n" for n in range(200))
    bad = "".join(f"b{n},9,{','.join('3' * 11)}\n" for n in range(30))
    file = written(tmp_path / "a.csv", f"customer_id,{','.join(factors)}\n{good}{bad}")
    problems = tmp_path / "p.parquet"
    out = str(tmp_path / "s.csv")
    assert cli.main(["score", file, "--out", out, "--problems", str(problems), *DAY]) == 0
    said = capsys.readouterr().err
    assert said.count("is not a level") == 20
    assert "… and 10 more." in said
    assert len(pd.read_parquet(problems)) == 30


def test_a_file_that_cannot_be_read_costs_itself_only(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    files = [str(tmp_path / "picture.csv"), str(tmp_path / "missing.csv"), str(tmp_path), portfolio]
    out = tmp_path / "s.csv"
    assert cli.main(["score", *files, "--out", str(out), *DAY]) == 0
    assert len(scores(out)) == 3
    said = capsys.readouterr().err
    assert said.count("cannot be read") == 3
    assert "missing.csv cannot be read: No such file or directory." in said


def test_the_same_file_twice_counts_once(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = written(tmp_path / "copy.csv", PORTFOLIO)
    out = tmp_path / "s.csv"
    assert cli.main(["score", portfolio, portfolio, copy, "--out", str(out), *DAY]) == 0
    assert len(scores(out)) == 3
    assert capsys.readouterr().err.count("it counts once") == 2


def test_two_files_of_one_name_in_two_folders_both_count(tmp_path: Path) -> None:
    files = []
    for key in ("a", "b"):
        (tmp_path / key).mkdir()
        text = PORTFOLIO.replace("00", key)
        files.append(written(tmp_path / key / "export.csv", text))
    out = tmp_path / "s.csv"
    assert cli.main(["score", *files, "--out", str(out), *DAY]) == 0
    assert len(scores(out)) == 6


@pytest.mark.parametrize(
    "text", ["", "colour,weight\nred,1\n", "customer_id,name\n", "\x00\x01\x02"]
)
def test_without_a_customer_nothing_is_scored_and_one_sentence_says_so(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = written(tmp_path / "a.csv", text), tmp_path / "s.csv"
    assert cli.main(["score", file, "--out", str(out)]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("Nothing can be scored: ")
    assert not out.exists()


def test_customers_without_answers_are_listed_but_that_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = written(tmp_path / "a.csv", "customer_id,name\n1,Acme\n"), tmp_path / "s.csv"
    assert cli.main(["score", file, "--out", str(out)]) == 1
    assert scores(out)["name"].to_dict() == {"1": "Acme"}
    assert "Nothing can be scored: too little is known" in capsys.readouterr().err


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


def test_a_place_that_cannot_be_written_is_a_sentence(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["score", portfolio, "--out", str(tmp_path / "no" / "s.csv"), *DAY]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith("cannot be written: No such file or directory.")


@pytest.mark.parametrize(
    ("text", "why"),
    [("version = 1", "version"), ("= =", "not a readable document")],
)
def test_a_broken_methodology_is_a_sentence(
    text: str, why: str, portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "m.toml", text)
    assert cli.main(["score", portfolio, "--methodology", file]) == 1
    said = capsys.readouterr().err
    assert "The methodology cannot be used" in said
    assert why in said


# Mappings


def test_a_saved_mapping_can_be_changed_and_used_for_the_next_file(tmp_path: Path) -> None:
    first = written(tmp_path / "march.csv", PORTFOLIO)
    kept, out = tmp_path / "mapping.json", tmp_path / "s.csv"
    assert cli.main(["score", first, "--save-mapping", str(kept), "--out", str(out), *DAY]) == 0
    assert scores(out).loc["001", "arr"] == 120000
    (document,) = json.loads(kept.read_text(encoding="utf-8"))
    (column,) = [c for c in document["columns"] if c["header"] == "ARR"]
    column["role"] = "ignore"
    for name, saved in (("one.json", document), ("list.json", [document])):
        changed = written(tmp_path / name, json.dumps(saved))
        later = written(tmp_path / "april.csv", PORTFOLIO.replace("Acme", "Acme Ltd"))
        assert cli.main(["score", later, "--mapping", changed, "--out", str(out), *DAY]) == 0
        assert pd.isna(scores(out).loc["001", "arr"])
        assert scores(out).loc["001", "name"] == "Acme Ltd"


def test_a_mapping_for_another_table_is_not_used_and_said_to_be(
    portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = written(tmp_path / "other.csv", "customer_id,csat\n1,4\n")
    kept, out = str(tmp_path / "m.json"), str(tmp_path / "s.csv")
    cli.main(["score", other, "--save-mapping", kept, "--out", out])
    assert cli.main(["score", portfolio, "--mapping", kept, "--out", out, *DAY]) == 0
    said = capsys.readouterr().err
    assert f"The mapping of other.csv in {kept} fits none of the files: it is not used." in said


@pytest.mark.parametrize("text", ["{", '{"file": 1}', "[1]", "3"])
def test_a_mapping_that_is_none_is_a_sentence(
    text: str, portfolio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = written(tmp_path / "m.json", text)
    assert cli.main(["score", portfolio, "--mapping", kept]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("The mapping")
    assert "cannot be used" in last


def test_a_question_that_is_open_is_told_with_what_was_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "a.csv", "customer_id,renewal date\na,03/04/2026\nb,05/06/2026\n")
    cli.main(["score", file, *DAY])
    said = capsys.readouterr().err
    assert "Open: The dates in renewal date can be read in two ways." in said
    assert "Assumed: Day first" in said


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


# The program itself


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


# The dashboard

DASHBOARD = """
import sys
from functools import partial
from pathlib import Path
from cmi import cli, commands, serve
commands.serve = partial(serve.serve, app=Path(sys.argv[1]))
sys.exit(cli.main(["run", *sys.argv[2:]]))
"""


def dashboard(app: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DASHBOARD, str(app), *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "CI": "1", "PYTHONPATH": str(ROOT)},
    )


def test_the_dashboard_opens_on_a_free_port_says_where_and_stops_cleanly(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text("import streamlit as st\nst.write('hello')\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = dashboard(app, "--port", str(port), "--no-browser", "--theme.base=dark")
        assert child.stderr is not None
        try:
            first, second = child.stderr.readline(), child.stderr.readline()
            assert first.startswith(f"Port {port} is taken, ")
            where = second.partition("open at ")[2].split()[0]
            assert where.startswith("http://127.0.0.1:")
            assert not where.endswith(f":{port}")
            with urllib.request.urlopen(where, timeout=5) as page:
                assert page.status == 200
            os.killpg(child.pid, signal.SIGINT)  # what Ctrl+C does
            assert child.wait(timeout=20) == 0
            assert child.stderr.read() == "The dashboard is closed.\n"
        finally:
            child.kill()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(where, timeout=5)


def test_a_dashboard_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    missing = dashboard(app, "--no-browser")
    assert missing.stderr is not None
    assert "app.py is missing" in missing.stderr.read()
    assert missing.wait(timeout=20) == 1
    app.write_text("")
    refused = dashboard(app, "--no-browser", "--no.such.option=1")
    assert refused.stderr is not None
    assert "The dashboard cannot be started: it ended at once" in refused.stderr.read()
    assert refused.wait(timeout=20) == 1


def test_a_browser_is_opened_only_where_somebody_can_see_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve.sys, "platform", "linux")
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not serve.has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert serve.has_display()
    monkeypatch.setenv("CI", "true")
    assert not serve.has_display()


def test_no_port_in_range_is_a_sentence() -> None:
    with pytest.raises(CmiError, match="no port from 70000 on is free"):
        serve.free_port("127.0.0.1", 70000)
