"""Four ways in which other tools of this kind go wrong, and how this one does not.

Each test takes the whole way: the bytes of a CSV file, the import, the score.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cmi import intake
from cmi.intake import Upload
from cmi.methodology import shipped
from cmi.scoring import score
from cmi.store import Store

RULES = shipped()
DAY = date(2026, 3, 31)
DRIVERS = [d for d in RULES.drivers if not d.categories]
CATEGORIES = {d.key: max(d.categories, key=lambda pair: pair[1])[0]
              for d in RULES.drivers if d.categories}  # fmt: skip
# A customer for whom nothing is left to wish: CHS 100, CMI 100.
BEST = {
    **{d.key: f"{d.best:g}" for d in DRIVERS},
    **CATEGORIES,
    **{f.key: "5" for f in RULES.factors},
}
# One in the middle of everything that is a number: CHS 50 for these, CMI 50.
MIDDLE = {
    **{d.key: f"{(d.best + d.worst) / 2:g}" for d in DRIVERS},
    **{f.key: "3" for f in RULES.factors},
}
MISSING = ["", "-", "n/a", "NULL", " "]


def table(rows, columns=None):
    """The CSV of customers (id -> cells), every cell in quotes."""
    columns = columns or sorted({c for cells in rows.values() for c in cells})
    lines = [["Customer ID", *columns]]
    lines += [[who, *(cells.get(c, "") for c in columns)] for who, cells in rows.items()]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\n"


def scored(*texts):
    """The scores after an import, its problems, and that no row of it was lost."""
    store = Store()
    uploads = [Upload(f"{n}.csv", text.encode()) for n, text in enumerate(texts)]
    _, loaded, failures = intake.load(uploads, store, RULES, DAY)
    assert failures == ()
    assert all(one.rows == one.kept for one in loaded)
    scores = score(store.snapshot(DAY, RULES), RULES).set_index("customer_id")
    store.close()
    return scores, intake.problems_of(loaded)


# 1. Money that is written as people write it is never read as 0.


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$450,000", 450_000, "USD"),
        ("1.234,56 €", 1234.56, "EUR"),
        ("(1,200)", -1200, ""),
        ("£ 1,234,567.89", 1_234_567.89, "GBP"),
        ("CHF 1'200.50", 1200.50, "CHF"),
        ("$1.2M", 1_200_000, "USD"),
        ("450k", 450_000, ""),
        ("1 234 567", 1_234_567, ""),
    ],
)
def test_money_as_people_write_it_is_read_as_they_mean_it(text, amount, currency):
    scores, problems = scored(table({"A": {"ARR": text}, "B": {"ARR": text}}))
    assert scores["arr"].tolist() == pytest.approx([amount, amount])
    assert scores["currency"].fillna("").tolist() == [currency] * 2
    assert problems == ()


@pytest.mark.parametrize("text", ["free", "ask Ana", "$", "12 or 13"])
def test_money_that_is_no_number_is_missing_and_said_to_be(text):
    rows = {"A": {"ARR": text}, **{f"C{n}": {"ARR": "1000"} for n in range(9)}}
    scores, problems = scored(table(rows))
    assert np.isnan(scores.loc["A", "arr"])
    (problem,) = problems
    assert (problem.kind, problem.row, problem.value) == ("number", 2, text)


# 2. A blank is never counted as 0.


@pytest.mark.parametrize("blank", MISSING)
def test_a_blank_in_any_item_leaves_the_score_as_if_it_had_not_been_asked(blank):
    rows = {"whole": BEST}
    rows |= {f"no {item.key}": BEST | {item.key: blank} for item in RULES.items}
    scores, problems = scored(table(rows))
    # A zero would pull the score of whoever has it down; what is left is worth 100.
    assert scores["chs"].tolist() == pytest.approx([100.0] * len(rows))
    assert scores["cmi"].tolist() == pytest.approx([100.0] * len(rows))
    weights = {d.key: d.weight for d in RULES.drivers}
    for d in RULES.drivers:
        left = 1 - d.weight / sum(weights.values())
        assert scores.loc[f"no {d.key}", "chs_coverage"] == pytest.approx(left)
        assert pd.isna(scores.loc[f"no {d.key}", d.key])
    for f in RULES.factors:
        assert scores.loc[f"no {f.key}", "cmi_coverage"] == pytest.approx(11 / 12)
    assert problems == ()


@pytest.mark.parametrize("blank", MISSING)
def test_blank_money_is_not_known_and_zero_is_zero(blank):
    rows = {"A": {"ARR": blank}, "B": {"ARR": "0"}, "C": {"ARR": "5"}}
    scores, _ = scored(table(rows))
    assert np.isnan(scores.loc["A", "arr"])
    assert scores.loc["B", "arr"] == 0


def test_a_customer_with_nothing_but_blanks_has_no_score_instead_of_the_worst():
    scores, _ = scored(table({"full": BEST, "empty": dict.fromkeys(BEST, "")}))
    assert scores.loc["empty", ["cmi", "chs", "scenario"]].isna().all()
    assert scores.loc["empty", ["cmi_coverage", "chs_coverage"]].tolist() == [0, 0]


def test_a_zero_that_was_measured_does_count():
    scores, _ = scored(table({"idle": BEST | {"usage": "0"}, "whole": BEST}))
    usage = next(d for d in RULES.drivers if d.key == "usage")
    expected = 100 * (1 - usage.weight / sum(d.weight for d in RULES.drivers))
    assert scores.loc["idle", "chs"] == pytest.approx(expected)


# 3. An outlier moves nobody else.


def test_a_giant_moves_no_other_customer():
    rng = np.random.default_rng(11)
    others = {
        f"C{n}": MIDDLE
        | {"usage": f"{rng.integers(0, 60)}", "tickets": f"{rng.integers(0, 15)}", "ARR": f"{n}000"}
        for n in range(1, 13)
    }
    giant = {"giant": BEST | {"usage": "1000000000", "tickets": "1000000", "ARR": "1000000000000"}}
    columns = [*sorted(BEST), "ARR"]
    before, _ = scored(table(others, columns))
    after, _ = scored(table(others | giant, columns))
    assert after.loc["giant", "arr"] == 1e12
    assert after.loc["giant", "chs"] <= 100
    assert before["chs"].nunique() > 6  # there is something to move
    pd.testing.assert_frame_equal(after.loc[before.index], before)


# 4. A column that is not there stops nothing.


@pytest.mark.parametrize(
    "column", ["", "usage", "sponsor", "nps", "commitment", "charter_goals", "people_skills"]
)
def test_without_any_one_column_everybody_is_scored_by_the_others(column):
    cells = {key: value for key, value in BEST.items() if key != column}
    scores, problems = scored(table({"A": cells, "B": cells}))
    assert scores["chs"].tolist() == pytest.approx([100, 100])
    assert scores["cmi"].tolist() == pytest.approx([100, 100])
    assert scores["scenario"].tolist() == ["expand_and_leverage"] * 2
    assert problems == ()


def test_a_file_that_only_lists_customers_is_a_portfolio_without_scores():
    scores, _ = scored("Customer ID,Customer name\nA,Acme\nB,Beta\n")
    assert scores["name"].tolist() == ["Acme", "Beta"]
    assert scores["scenario"].isna().all()


def test_a_column_that_went_missing_since_last_month_is_said_and_stops_nothing():
    store = Store()
    march = table({"A": {"usage": "60", "tickets": "0", "csat": "4.8"}})
    april = table({"A": {"usage": "30", "csat": "4.8"}})
    intake.load([Upload("march.csv", march.encode())], store, RULES, DAY)
    reading = intake.read([Upload("april.csv", april.encode())])
    remembered = intake.propose(intake.read([Upload("m.csv", march.encode())]), store, RULES)
    later = date(2026, 4, 30)
    (loaded,) = intake.prepare(reading, remembered, RULES, later, store)
    assert (loaded.rows, loaded.kept) == (1, 1)
    assert [(p.kind, p.column) for p in loaded.problems] == [("header", "tickets")]
    origins = intake.origins(reading, remembered, later, "Ana")
    store.add([(origins[0], loaded)])
    now = store.snapshot(later, RULES).iloc[0]
    assert (now["usage"], now["tickets"], now["tickets__age"]) == (30, 0, 30)
    store.close()
