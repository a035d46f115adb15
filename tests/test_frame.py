"""The line on top of every page: the day turns everything back, its rules too, and says which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from portfolios import customer, loaded, observation
from screens import CUSTOMER, PORTFOLIO, is_well, texts, unescaped

from cmi.methodology import shipped
from cmi.ui import session

RULES = shipped()
THEN, NOW = "2025-12-31", "2026-03-31"
LEVELS = {  # the characteristics are 4, 2, 4 and 2
    "charter": (4, 5, 3), "people": (2, 2, 2), "process": (5, 4, 3), "technology": (1, 1, 4),
}  # fmt: skip
FACTORS = {c.key: [f.key for f in c.factors] for c in RULES.characteristics}
SAID = [
    observation("a", key, float(level), on=THEN)
    for characteristic, levels in LEVELS.items()
    for key, level in zip(FACTORS[characteristic], levels, strict=True)
]
KNOWN = loaded([customer("a", THEN, name="Acme"), customer("a", NOW, name="Acme")], SAID)
NEW = replace(
    RULES.with_weights({"charter": 40.0, "people": 20.0, "process": 20.0, "technology": 20.0}),
    version="2026.2",
    effective=date(2026, 2, 1),
)


@pytest.fixture
def two_versions(app):
    """A portfolio whose rules changed between its two days, in the middle of what follows."""
    app(KNOWN, page=PORTFOLIO)
    session.own_store().save_methodology(NEW, "Ana")
    return app


def maturity(at) -> float:
    """Of the only customer, as the portfolio lists it."""
    table = next(d.value for d in at.dataframe if "cmi" in d.value)
    return float(table["cmi"].iloc[0])


def rules(at) -> str:
    return next(unescaped(p.proto.label) for p in at.get("page_link") if "Method" in p.proto.label)


def test_an_earlier_day_is_scored_by_the_rules_of_then_and_says_so(two_versions) -> None:
    at = is_well(two_versions(page=PORTFOLIO, as_of=THEN))
    assert maturity(at) == pytest.approx(50.0)
    assert rules(at) == "Methodology 2026.1, in force then"


def test_the_newest_day_is_scored_by_the_rules_of_today(two_versions) -> None:
    at = is_well(two_versions(page=PORTFOLIO))
    assert maturity(at) == pytest.approx(55.0)
    assert rules(at) == "Methodology 2026.2"


def test_an_earlier_day_is_scored_by_the_rules_of_today_on_request(two_versions) -> None:
    at = is_well(two_versions(page=PORTFOLIO, as_of=THEN))
    at = is_well(at.toggle(key="todays_rules").set_value(True).run())
    assert maturity(at) == pytest.approx(55.0)
    assert rules(at) == "Methodology 2026.2, of today"
    linked = is_well(two_versions(page=PORTFOLIO, as_of=THEN, todays_rules="true"))
    assert maturity(linked) == pytest.approx(55.0)


def test_the_customer_page_follows_and_names_both_rules(two_versions) -> None:
    at = is_well(two_versions(page=CUSTOMER, customer="a", as_of=THEN))
    assert {str(m.label): m.value for m in at.metric}["Maturity (CMI)"] == "50"
    at = is_well(two_versions(page=CUSTOMER, customer="a", since=THEN, view="What moved"))
    assert {str(m.label): m.value for m in at.metric}["Maturity (CMI)"] == "55"
    said = " ".join(map(unescaped, texts(at)))
    assert "Then by methodology 2026.1, now by 2026.2." in said


def test_rules_that_are_saved_today_count_at_once(app) -> None:
    app(KNOWN, page=PORTFOLIO)
    later = replace(NEW, effective=date(2026, 8, 1))  # after the last day that data speak of
    session.own_store().save_methodology(later, "Ana")
    at = is_well(app(page=PORTFOLIO))
    assert maturity(at) == pytest.approx(55.0)
