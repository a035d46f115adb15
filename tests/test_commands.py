from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from handmade import DAY, PORTFOLIO, scores, written

from cmi import cli, methodology


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    return written(tmp_path / "portfolio.csv", PORTFOLIO)


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
    assert (
        "Open: The dates in renewal date can be read in two ways (03/04/2026, 05/06/2026)." in said
    )
    assert "Assumed: Day first" in said
