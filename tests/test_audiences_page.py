"""The Audiences page through app.py: each question with its list, over portfolios of any kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from portfolios import customer, loaded, observation, outcome
from screens import heads, is_well, popovers, some, unescaped

from cmi.methodology import shipped
from cmi.store.decisions import Decision, NewPlay
from cmi.ui import session
from cmi.ui.prepare.audience import asked

AUDIENCES = "pages/prepare/audiences.py"
RULES = shipped()
FIGURES = [d for d in RULES.drivers if not d.categories]
BEST, WORST = {d.key: d.best for d in FIGURES}, {d.key: d.worst for d in FIGURES}  # CHS 100, CHS 0
DAY = "2026-03-31"


def known(who: str, level: float, drivers: dict[str, Any]) -> list[dict[str, Any]]:
    levels = [observation(who, f.key, level, on=DAY) for f in RULES.factors]
    return [*levels, *(observation(who, key, value, on=DAY) for key, value in drivers.items())]


def portfolio(**customers: tuple[float, dict[str, Any], dict[str, Any]]):
    """Customers by id: the level of their answers, their drivers, their fields."""
    return loaded(
        [customer(who, DAY, **{"name": who, **f}) for who, (_, _, f) in customers.items()],
        [row for who, (level, d, _) in customers.items() for row in known(who, level, d)],
    )


def pays(software: float, services: float, **fields: Any) -> dict[str, Any]:
    more = {"software_revenue": software, "services_revenue": services, "currency": "USD"}
    return {**more, "arr": software, "owner": "Ana", "Region": "East", **fields}


# Level 2 is CMI 25 (Low, half services expected), level 4 is CMI 75 (High, a tenth).
FOUR = portfolio(
    loyal=(2, BEST, pays(90.0, 10.0, **{"Feature requests": "Export; Roles"})),
    star=(4, BEST, pays(60.0, 40.0, renewal_date="2026-04-30", owner="Bo", Region="West")),
    able=(4, WORST, pays(92.0, 8.0, **{"Feature requests": "Export"})),
    weak=(1, WORST, {"owner": "Bo", "Region": "West"}),
)
NASTY = "<img src=x>**[x](http://x)** :red[$1$]"
PORTFOLIOS = {
    "four": FOUR,
    "one": portfolio(only=(4, BEST, pays(1.0, 1.0))),
    "one of whom nothing is known": loaded([customer("a", DAY)]),
    "no revenue": portfolio(a=(4, BEST, {}), b=(2, BEST, {"arr": 5.0})),
    "no assessment": loaded(
        [customer("a", DAY, **pays(5.0, 5.0))], [observation("a", "usage", 30, on=DAY)]
    ),
    "services only": portfolio(a=(2, BEST, {"services_revenue": 5.0})),
    "names that mean harm": portfolio(
        a=(2, BEST, pays(9.0, 1.0, name=NASTY, owner=NASTY, **{NASTY: NASTY, "Region": "<b>"})),
        b=(4, BEST, pays(9.0, 1.0, name="` ~~ # \n|", owner="$x$", **{"Feature wish": NASTY})),
    ),
    "nobody but one who left": loaded(
        [customer("a", "2025-01-31")], None, [outcome("a", "churned", "2026-01-31")]
    ),
    "two currencies": portfolio(
        a=(2, BEST, pays(9.0, 1.0)), b=(2, BEST, pays(9.0, 1.0, currency="EUR"))
    ),
}


def listed(at, column: str) -> list[str]:
    """The names in the last table that has this column."""
    tables = [d.value for d in at.dataframe if column in d.value and "name" in d.value]
    return list(tables[-1]["name"])


@pytest.mark.parametrize("audience", asked.AUDIENCES)
@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_audience_is_answered_over(app, name: str, audience: str) -> None:
    at = is_well(app(PORTFOLIOS[name], page=AUDIENCES, **{"for": audience}))
    assert heads(at) or at.info


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize("audience", asked.AUDIENCES)
def test_every_audience_is_answered_over_the_sample(app, audience: str, grid: str) -> None:
    at = is_well(app(page=AUDIENCES, grid=grid, **{"for": audience}))
    assert heads(at)[0].endswith("?")


def test_a_hostile_segment_can_be_what_is_compared(app) -> None:
    given = PORTFOLIOS["names that mean harm"]
    is_well(app(given, page=AUDIENCES, **{"for": "product", "lacks_by": NASTY}))
    is_well(app(page=AUDIENCES, **{"for": "partners", "consulting_by": NASTY}))
    is_well(app(page=AUDIENCES, **{"for": "success", "whose": NASTY}))
    found = app(page=AUDIENCES, **{"for": "product", "group": "Low", "factor": "people_skills"})
    assert listed(is_well(found), "level") == [NASTY]


def test_an_audience_that_does_not_exist_shows_the_first(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "nobody"}))
    assert heads(at)[0] == "What do our best customers look like?"


def test_who_is_best_is_in_the_address(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "marketing", "best_2x2": ["Retain"]}))
    assert listed(at, "next_play") == ["loyal"]
    at = is_well(at.multiselect(key="best_2x2").set_value([]).run())
    assert some(at, "Nobody stands in these scenarios yet")


def test_sales_sees_who_is_ready_and_the_mix_for_everybody(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "sales"}))
    assert some(at, "1 customer is ready to expand, with 60 USD ARR; 1 renews within 120 days.")
    # 40 missing of services, 30 too many, 2 missing, not known
    assert listed(at, "offer") == ["loyal", "star", "able", "weak"]
    assert some(at, "both known of 3 of 4 customers")


def test_product_lists_who_is_behind_a_cell_and_counts_what_is_asked_for(app) -> None:
    wanted = {"for": "product", "group": "High", "factor": "people_skills"}
    at = is_well(app(FOUR, page=AUDIENCES, **wanted))
    assert sorted(listed(at, "level")) == ["able", "star"]
    assert some(at, "Export is asked for most, by 2 customers.")


def test_partners_see_a_volume_in_money_with_its_assumption(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "partners"}))
    assert some(at, "1 customer is healthy but immature; it has room for 40 USD of consulting")
    assert some(at, "An estimate: expected share × revenue − services bought now.")
    assert some(at, "50 % in Low (CMI 25–50)")


def test_a_percentage_set_on_the_page_changes_the_estimate_and_can_be_taken_back(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "partners", "services1": "80"}))
    assert some(at, "room for 70 USD of consulting")
    assert some(at, "80 % in Low (CMI 25–50)")
    (back,) = [b for b in at.button if b.label == "As in the methodology"]
    assert some(is_well(back.click().run()), "room for 40 USD of consulting")


def test_an_owner_sees_only_own_customers(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "success", "whose": "Bo"}))
    assert listed(at, "next_play") == ["star", "weak"]
    assert "2 customers and the next play of each" in heads(at)


def test_revenue_by_maturity_says_what_is_known_and_who_is_in_which_group(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "revenue"}))
    assert some(at, "Services are 10 % in Low (50 % expected) and 24 % in High (10 % expected)")
    assert some(at, "42 USD a year of services missing")  # 40 of loyal, 2 of able
    assert some(at, "30 USD a year to move to software")
    assert listed(at, "offer") == ["loyal", "able"]
    below = {"for": "revenue", "revenue_group": "Below the floor"}
    assert listed(is_well(app(page=AUDIENCES, **below)), "offer") == ["weak"]


def test_without_revenue_the_page_asks_for_it_and_reckons_nothing(app) -> None:
    at = is_well(app(PORTFOLIOS["no revenue"], page=AUDIENCES, **{"for": "revenue"}))
    assert "not known of anybody" in at.info[0].value
    assert not at.dataframe


@pytest.mark.parametrize("audience", ["marketing", "sales", "success"])
def test_filters_hold_for(app, audience: str) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, f_region="West", **{"for": audience}))
    shown = {name for d in at.dataframe if "name" in d.value for name in d.value["name"]}
    assert "star" in shown
    assert not shown & {"loyal", "able"}


def test_a_tick_opens_the_customer(app) -> None:
    at = app(FOUR, page=AUDIENCES, **{"for": "partners"})
    at.session_state["consulting"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    assert heads(is_well(at.run()))[0] == "loyal"


def test_the_owner_goes_along_to_the_review(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "success", "whose": "Bo"}))
    (review,) = [b for b in at.button if b.label == "Review them one by one"]
    at = is_well(review.click().run())
    assert unescaped(popovers(at)[1]) == "Owner: Bo"


def test_a_play_in_progress_stands_with_the_customers_of_its_owner(app) -> None:
    app(FOUR)
    held = session.own_store().decisions
    agreed = Decision("star", date(2026, 3, 31), date(2026, 1, 31), "2x2", "retain", "retain", "Bo")
    held.decide(agreed, [NewPlay("case_study", "Bo", date(2026, 3, 1))], seen=0)
    at = is_well(app(page=AUDIENCES, **{"for": "success", "whose": "Bo"}))
    assert "1 play in progress" in heads(at)
    at = is_well(app(page=AUDIENCES, **{"for": "success", "whose": "Ana"}))
    assert not [head for head in heads(at) if "in progress" in head]


def test_what_a_customer_would_see_is_seen_before_it_is_sent(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "customer"}))
    assert some(at, "4 of 4 customers have a maturity to show.")
    assert some(at, "What able would see")
    (table,) = at.dataframe
    at.session_state[table.key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at = is_well(at.run())
    assert some(at, "What loyal would see")
    (seen,) = at.get("iframe")
    assert "loyal" in seen.proto.srcdoc
    for never in ("able", "star", "weak", "Health", "USD"):
        assert f">{never}" not in seen.proto.srcdoc, never


def test_where_no_maturity_is_known_the_way_to_it_is_shown(app) -> None:
    at = is_well(app(PORTFOLIOS["no assessment"], page=AUDIENCES, **{"for": "customer"}))
    assert some(at, "No customer's maturity is known yet")
    assert len(at.dataframe) == 0


def test_a_column_in_which_nothing_is_known_is_left_out(app) -> None:
    at = is_well(app(PORTFOLIOS["no revenue"], page=AUDIENCES, **{"for": "sales"}))
    tables = {d.key: list(d.proto.column_order) for d in at.dataframe}
    assert tables["ready"] == ["name", "chs", "cmi", "expected"]
    assert tables["offered"] == ["name", "band", "cmi", "expected"]
    assert not some(at, "When do they renew?")
    at = is_well(app(page=AUDIENCES, **{"for": "partners"}))
    assert not some(at, "An estimate")


def test_a_mix_that_was_tried_leads_to_the_methodology_that_keeps_it(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "sales"}))
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert links["Change the methodology"] == "rules=Change+it"


def test_each_owner_stands_with_the_number_of_customers_that_are_scored(app) -> None:
    at = is_well(app(FOUR, page=AUDIENCES, **{"for": "success"}))
    (chart,) = [c.proto.spec for c in at.get("plotly_chart")]
    assert "Ana (2)" in chart
    assert "Bo (2)" in chart
