"""What the past says when questions change: retired items keep theirs, new ones start uncovered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from portfolios import add, customer, loaded, observation, rules
from screens import is_well, some

from cmi.history import by_version, score_history
from cmi.methodology import Methodology, shipped
from cmi.methodology.editing import added, brought_back, changed, retired
from cmi.methodology.places import new_place
from cmi.moves.causes import change
from cmi.scoring import score
from cmi.store import Store

OLD, NEW, SEEN = date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)
FIRST = rules(version="first", effective=date(2025, 1, 1))
TRAINING = {
    "name": "Training",
    "group": "all",
    "unit": "hours",
    "why": "Because.",
    "worst": 0,
    "best": 10,
}


def second(former: Methodology = FIRST) -> Methodology:
    """Goals are no longer asked, logins no longer counted; training is new."""
    place = new_place(former, ("drivers",), "Training", ())
    drawn = added(retired(retired(former, "charter_goals"), "tickets"), place, TRAINING)
    return replace(drawn, version="second", effective=date(2026, 1, 1))


SECOND = second()
# Charter 5, 1 (goals), 5: 11/3 before, 5 after. Everything else is 3, so CMI is
# 100 x (3 x 3 + 11/3 - 4) / 16 = 54.1667 before and 100 x (9 + 5 - 4) / 16 = 62.5 after.
LEVELS = dict.fromkeys((f.key for f in FIRST.factors), 3.0) | {
    "charter_mandate": 5.0,
    "charter_goals": 1.0,
    "charter_sponsorship": 5.0,
}
# Logins 25 of 50 are 50 points, weight 4; tickets 10 are 0, weight 2; "Named" is 40, weight 3; CSAT
# 5 is 100, weight 1. Before (200 + 0 + 120 + 100) / 10 = 42; after (200 + 120 + 100) / 8 = 52.5.
DRIVERS = {"logins": 25.0, "tickets": 10.0, "sponsor": "Named", "csat": 5.0}


@pytest.fixture
def kept(store):
    """A store with both versions, and a customer assessed under the first one only."""
    store.save_methodology(FIRST, "Ana")
    add(
        store,
        "old.csv",
        [customer("a", "2025-12-31", name="Acme")],
        [observation("a", k, v, "2025-12-31") for k, v in (LEVELS | DRIVERS).items()],
    )
    return store


def scores_on(store, *days: date) -> pd.DataFrame:
    """As the pages score the past: each day by the rules of then."""
    held = by_version({day: store.methodology(day) for day in days})
    return score_history([(m, store.history(of, m)) for m, of in held]).set_index("period")


def causes(store, since: date, until: date) -> pd.DataFrame:
    """As the pages ask why scores changed."""
    then, now = store.methodology(since), store.methodology(until)
    return change(
        score(store.snapshot(since, then), then),
        score(store.snapshot(until, now), now),
        then,
        now,
        store.snapshot(since, now),
    )


def test_the_scores_of_earlier_periods_stay_when_questions_change(kept) -> None:
    before = scores_on(kept, OLD).loc["2025-12-31"]
    assert before["cmi"] == pytest.approx(54.1667, abs=1e-4)
    assert before["chs"] == 42
    kept.save_methodology(SECOND, "Ana")
    again = scores_on(kept, OLD, NEW).loc["2025-12-31"]
    scored = ["cmi", "chs", "cmi_coverage", "chs_coverage", "scenario", "methodology"]
    assert again[scored].to_dict() == before[scored].to_dict()
    assert (again["charter_goals"], again["tickets"]) == (1, 10)


def test_a_new_driver_starts_uncovered_and_costs_its_share_until_it_is_observed(kept) -> None:
    kept.save_methodology(SECOND, "Ana")
    # Training weighs as the rest does on average: (4 + 3 + 1) / 3, a quarter of the new total.
    later = scores_on(kept, OLD, NEW).loc["2026-03-31"]
    assert later["chs_coverage"] == pytest.approx(0.75)
    assert later["cmi_coverage"] == 1
    assert (later["cmi"], later["chs"]) == (62.5, 52.5)
    add(kept, "new.csv", None, [observation("a", "training", 10.0, "2026-06-30")])
    seen = scores_on(kept, OLD, NEW, SEEN).loc["2026-06-30"]
    assert seen["chs_coverage"] == 1
    assert seen["chs"] == pytest.approx(0.75 * 52.5 + 0.25 * 100)


@pytest.mark.parametrize("until", [NEW, SEEN])
def test_why_scores_changed_adds_up_across_a_change_of_questions(kept, until) -> None:
    kept.save_methodology(SECOND, "Ana")
    add(
        kept,
        "new.csv",
        None,
        [
            observation("a", "training", 4.0, "2026-06-30"),
            observation("a", "logins", 50.0, "2026-06-30"),
        ],
    )
    told = causes(kept, OLD, until)
    for _, of_score in told.groupby("score"):
        whole = of_score["after"].iloc[0] - of_score["before"].iloc[0]
        assert of_score["points"].sum() == pytest.approx(whole)
    by_rules = told[(told["kind"] == "methodology") & (told["score"] == "cmi")]
    assert by_rules["points"].sum() == pytest.approx(62.5 - 54.16666667)
    assert "charter_goals" in set(by_rules["item"])


def test_a_driver_that_becomes_a_word_starts_anew_and_the_past_keeps_its_figure(kept) -> None:
    worded = {"worst": None, "best": None, "categories": {"Low": 0, "High": 100}}
    other = changed(SECOND, ("drivers", "logins"), worded)
    kept.save_methodology(other, "Ana")
    both = scores_on(kept, OLD, NEW)
    assert both.loc["2025-12-31", "chs"] == 42
    # Known are sponsor (3) and CSAT (1), of 4 + 3 + 1 + 8/3: under half.
    assert both.loc["2026-03-31", "chs_coverage"] == pytest.approx(0.375)
    assert pd.isna(both.loc["2026-03-31", "chs"])
    told = causes(kept, OLD, NEW)
    assert set(told.loc[told["score"] == "chs", "kind"]) == {"no longer scored"}


def test_what_is_brought_back_on_purpose_counts_with_its_past(kept) -> None:
    kept.save_methodology(SECOND, "Ana")
    third = brought_back(SECOND, FIRST, "tickets")
    kept.save_methodology(replace(third, version="third", effective=date(2026, 5, 1)), "Ana")
    later = scores_on(kept, OLD, NEW, SEEN)
    assert pd.isna(later.loc["2026-03-31", "tickets"])
    assert later.loc["2026-06-30", "tickets"] == 10
    assert later.loc["2026-06-30", "chs"] == 42


# Every page, once questions have changed


@pytest.mark.parametrize(("day", "todays"), [("2025-12-31", "true"), ("2026-03-31", "false")])
@pytest.mark.parametrize(
    "where",
    ["explore/portfolio", "explore/customer", "explore/segments", "explore/trends",
     "explore/moves", "collect/assess", "refine/weights", "refine/evidence", "refine/methodology"],
)  # fmt: skip
def test_every_page_is_well_when_questions_have_changed(app, tmp_path, where, day, todays) -> None:
    changed_rules = retired(retired(shipped(), "people_skills"), "usage")
    words = {"worst": None, "best": None, "categories": {"Few": 100, "Many": 0}}
    changed_rules = changed(changed_rules, ("drivers", "tickets"), words)
    training = {
        "name": "Training",
        "group": "usage",
        "unit": "h",
        "why": "w",
        "worst": 0,
        "best": 9,
    }
    changed_rules = added(changed_rules, ("drivers", "training"), training)
    store = Store(tmp_path / "portfolio.duckdb")
    store.save_methodology(replace(shipped(), version="1", effective=date(2025, 1, 1)), "Ana")
    store.save_methodology(replace(changed_rules, version="2", effective=date(2026, 1, 1)), "Ana")
    store.close()
    good = {d.key: d.categories[-1][0] if d.categories else d.best for d in shipped().drivers}
    values = good | {f.key: 4 for f in shipped().factors}
    table = loaded(
        [customer(who, "2025-12-31", name=who, Region="East") for who in "abcdef"],
        [
            *(observation(w, k, v, "2025-12-31") for w in "abcdef" for k, v in values.items()),
            *(observation(w, "training", 5.0, "2026-03-31") for w in "abc"),
            *(observation(w, "tickets", "Few", "2026-03-31") for w in "abc"),
        ],
    )
    asked = {"customer": "a"} if where.endswith("customer") else {}
    is_well(app(table, page=f"pages/{where}.py", as_of=day, todays_rules=todays, **asked))


def test_trends_say_by_which_rules_each_period_is_scored(app, tmp_path) -> None:
    store = Store(tmp_path / "portfolio.duckdb")
    store.save_methodology(FIRST, "Ana")
    store.save_methodology(SECOND, "Ana")
    store.close()
    table = loaded(
        [customer("a", "2025-12-31", name="Acme")],
        [
            *(observation("a", k, v, "2025-12-31") for k, v in (LEVELS | DRIVERS).items()),
            observation("a", "training", 4.0, "2026-03-31"),
        ],
    )
    at = is_well(app(table, page="pages/explore/trends.py", as_of="2026-03-31"))
    assert some(at, "Each period is scored by the methodology of then: first ")
