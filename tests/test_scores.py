from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from handmade import DAY, PORTFOLIO, in_a_process, scores, written

from cmi import cli, methodology


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    return written(tmp_path / "portfolio.csv", PORTFOLIO)


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
