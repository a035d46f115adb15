"""Evidence through app.py: what it says of nothing, of a little, and of a portfolio that tells."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import heads, is_well, some, unescaped

from cmi.methodology import shipped
from cmi.ui.refine.proving import VIEWS

EVIDENCE = "pages/refine/evidence.py"
RULES = shipped()
LINEAR = [d for d in RULES.drivers if not d.categories]
FIRST, SECOND = "2025-12-31", "2026-03-31"


def healthy(who: str, on: str, points: float):
    """Every measured driver worth so many points, and all answers on a level of as much."""
    values = [
        observation(who, d.key, d.worst + (d.best - d.worst) * points / 100, on=on) for d in LINEAR
    ]
    levels = [observation(who, f.key, round(1 + points / 25), on=on) for f in RULES.factors]
    return values + levels


ONE = loaded([customer("a", FIRST, name="Acme")], healthy("a", FIRST, 60))
TWO = loaded(
    [customer("a", FIRST, name="Acme"), customer("b", FIRST, name="Beta")],
    healthy("a", FIRST, 60) + healthy("b", FIRST, 20) + healthy("a", SECOND, 50),
    [outcome("b", "churned", "2026-02-01")],
)
NO_OUTCOMES = loaded([customer("a", FIRST)], healthy("a", FIRST, 60) + healthy("a", SECOND, 50))
ONE_DAY = loaded(
    [customer(c, FIRST) for c in "abc"],
    [o for c, points in zip("abc", (10, 50, 90), strict=True) for o in healthy(c, FIRST, points)],
    [outcome("a", "churned", "2025-06-01"), outcome("b", "renewed", "2025-06-01")],
)
NEVER_ASSESSED = loaded([customer("a", FIRST)], [observation("a", "csat", 4, on=FIRST)])


@pytest.mark.parametrize(
    ("tables", "view"),
    [
        *product([(ONE,), (TWO,), (NO_OUTCOMES,), (ONE_DAY,), (NEVER_ASSESSED,)], VIEWS),
        *(((), view) for view in VIEWS),  # the sample
    ],
)
def test_every_view_opens_over_any_portfolio(app, tables, view):
    assert heads(is_well(app(*tables, page=EVIDENCE, evidence=view)))[0] == "Does it predict?"


@pytest.mark.parametrize("tables", [(), (TWO,)])
@pytest.mark.parametrize(
    "asked",
    [
        {"outcome": "Grew"},
        {"outcome": "Renewed"},
        {"lag": "4 quarters before"},
        {"score": "The plane"},
        {"grid": "3x3"},
    ],
)
def test_every_question_opens_over_the_sample_and_over_two_customers(app, tables, asked):
    is_well(app(*tables, page=EVIDENCE, **asked))


def test_without_outcomes_it_says_so_and_shows_no_number(app):
    at = is_well(app(NO_OUTCOMES, page=EVIDENCE))
    assert some(at, "0 of at least 10 outcomes with a score that stood before")
    assert not some(at, "interval")
    assert not at.get("plotly_chart")


def test_scores_of_one_day_are_looked_back_from_and_foretell_nothing(app):
    at = is_well(app(ONE_DAY, page=EVIDENCE))
    assert some(at, "All scores are of one day, so nothing can be foretold yet")
    assert some(at, "Looking back only: ")


def test_the_sample_says_what_health_foretells(app):
    at = is_well(app(page=EVIDENCE))
    assert some(at, "Health (CHS) separates customers who left from those who stayed: AUC 0.8")
    assert some(at, "Health (CHS) tells more than ARR alone")
    assert some(at, "With the 20 lowest of each quarter in hand")
    assert some(at, "34 outcomes of 241 customers over 8 quarters")


def test_the_sample_says_that_maturity_does_not_foretell_who_leaves(app):
    at = is_well(app(page=EVIDENCE, score="Maturity (CMI)"))
    assert some(
        at, "Maturity (CMI) does not separate customers who left from those who stayed: AUC"
    )
    at = is_well(app(page=EVIDENCE, score="Both", outcome="Grew"))
    assert some(at, "Both tells more than CHS alone")


def test_under_a_hundred_outcomes_the_sample_gets_no_weights(app):
    at = is_well(app(page=EVIDENCE, evidence="Suggested weights"))
    assert some(at, "There are 34 so far.")
    assert not at.dataframe
    assert [b.label for b in at.button if "sliders" in b.label] == []


def test_certainty_names_whom_to_ask_again(app):
    at = is_well(app(page=EVIDENCE, evidence="Certainty"))
    assert some(at, "of 198 placed customers could as well stand elsewhere")
    assert len([p for p in at.get("page_link") if "Ask again" in unescaped(p.proto.label)]) == 5
    assert len(at.get("plotly_chart")) == 2


def test_nobody_placed_is_a_sentence(app):
    at = is_well(app(NEVER_ASSESSED, page=EVIDENCE, evidence="Certainty"))
    assert some(at, "Nobody has both scores yet.")
    assert not at.get("plotly_chart")


# A portfolio in which one driver tells who leaves


@pytest.fixture(scope="module")
def telling():
    """400 customers over five quarters; who escalates leaves, the other drivers are noise."""
    rng = np.random.default_rng(7)
    days = [d.date().isoformat() for d in pd.date_range("2024-12-31", periods=6, freq="QE")]
    here, observations, outcomes = [f"c{n:03}" for n in range(400)], [], []
    for n, day in enumerate(days):
        points = {d.key: rng.uniform(0, 100, len(here)) for d in LINEAR}
        observations += [
            observation(c, d.key, d.worst + (d.best - d.worst) * points[d.key][k] / 100, on=day)
            for k, c in enumerate(here)
            for d in LINEAR
        ]
        gone = rng.random(len(here)) < 0.35 * (points["escalations"] < 30)
        if n + 1 < len(days):
            after = pd.Timestamp(day) + pd.Timedelta(days=30)
            left = [c for c, g in zip(here, gone, strict=True) if g]
            outcomes += [outcome(c, "churned", after.date().isoformat()) for c in left]
            here = [c for c, g in zip(here, gone, strict=True) if not g]
    customers = [customer(f"c{n:03}", days[0], name=f"<b>{n}</b>") for n in range(400)]
    return loaded(customers, observations, outcomes)


def test_a_suggestion_waits_for_the_sliders_on_one_click_only(app, telling):
    at = is_well(app(telling, page=EVIDENCE, evidence="Suggested weights"))
    table = at.dataframe[0].value.set_index("key")
    assert table["suggested"].idxmax() == "escalations"
    assert table.loc["escalations", "low"] > table.loc["escalations", "now"]
    assert "suggested_weights" not in at.session_state
    (button,) = [b for b in at.button if b.label == "Put the suggestion on the sliders"]
    is_well(button.click().run())
    shares = at.session_state["suggested_weights"]
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.get) == "escalations"
    assert set(shares) <= {d.key for d in RULES.drivers}
    assert some(at, "Nothing is adopted by that.")


def test_a_leak_is_warned_of(app, telling):
    """A value that comes only from those who will leave."""
    gone = telling.outcomes
    before = gone["date"] - pd.offsets.QuarterEnd()
    rows = [
        observation(c, "nps", -90, on=day.date().isoformat())
        for c, day in zip(gone["customer_id"], before, strict=True)
    ]
    kept = telling.observations[telling.observations["item"] != "nps"]
    others = telling.customers["customer_id"]
    rows += [
        observation(c, "nps", 90, on="2024-12-31")
        for c in others
        if c not in set(gone.loc[gone["date"] < "2025-03-31", "customer_id"])
    ]
    bare = loaded(None, rows).observations
    planted = loaded()
    planted = type(planted)(
        telling.customers, pd.concat([kept, bare], ignore_index=True), gone, (), 1, 1, 0, 0
    )
    at = is_well(app(planted, page=EVIDENCE))
    (warning,) = at.warning
    assert "Probably a leak: Would recommend" in unescaped(warning.value)
    weights = is_well(app(page=EVIDENCE, evidence="Suggested weights"))
    table = weights.dataframe[0].value.set_index("key")
    assert table.loc["nps", "suggested"] == pytest.approx(table.loc["nps", "now"])
