"""Every page, opened through app.py as a browser would, over portfolios that are hardly any."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import APP, CUSTOMER, OURS, PORTFOLIO, heads, is_well, popovers, some, texts, unescaped

from cmi import intake, portfolio
from cmi.frames import Loaded
from cmi.intake import Upload
from cmi.methodology import shipped
from cmi.store import Store
from cmi.ui import session

PAGES = sorted(p.relative_to(APP.parent).as_posix() for p in APP.parent.glob("pages/*/*.py"))
RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}


def health(who: str) -> list[dict[str, Any]]:
    return [observation(who, key, value) for key, value in GOOD.items()]


def answers(who: str, level: float) -> list[dict[str, Any]]:
    return [observation(who, factor.key, level) for factor in RULES.factors]


def both(who: str, level: float = 4) -> list[dict[str, Any]]:
    return [*answers(who, level), *health(who)]


EAST = {"arr": 1000.0, "currency": "EUR", "owner": "Ana", "Region": "East"}
WEST = {"arr": 2000.0, "currency": "USD", "owner": "Bo", "Region": "West"}
TWO = loaded(
    [customer("a", name="Acme", **EAST), customer("b", name="Beta", **WEST)],
    [*both("a"), *both("b", level=1)],
)
PORTFOLIOS: dict[str, Loaded | None] = {
    "the sample": None,
    "one customer": loaded([customer("a", name="Acme", **EAST)], both("a")),
    "two customers": TWO,
    "a customer of whom nothing is known": loaded([customer("a")]),
    "customers of whom only answers came": loaded(None, [*answers("a", 2), *answers("b", 5)]),
    "nobody but one who left": loaded(
        [customer("a", "2025-01-31")], None, [outcome("a", "churned", "2026-01-31")]
    ),
    "no ARR": loaded([customer("a", Region="East"), customer("b")], [*both("a"), *both("b", 1)]),
    "no assessments": loaded([customer("a", **EAST), customer("b", **WEST)], health("a")),
    "no health": loaded([customer("a", **EAST), customer("b", **WEST)], answers("a", 3)),
    "all equal": loaded(
        [customer(c, name="Same", **EAST) for c in "abcdefgh"],
        [said for c in "abcdefgh" for said in both(c)],
    ),
    "no segment and no owner": loaded(
        [customer("a", arr=5.0), customer("b", arr=6.0)], [*both("a"), *both("b", 1)]
    ),
    "days to come": loaded(
        [customer("a", "2199-01-31", **EAST)], [observation("a", "usage", 3, on="2199-01-31")]
    ),
    "names that mean harm": loaded(
        [
            customer("a", name="<img src=x>**[x](http://x)** :red[$1$] <b>", **{"Plan-x": "<b>"}),
            customer("b", name="` ~~ # \n| a", **{"Plan x": ":material/home:", "%": "$x$"}),
        ],
        [*both("a"), *both("b", 1)],
    ),
}


# Every page over every portfolio


@pytest.mark.parametrize("screen", PAGES)
@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_page_is_well_over(app, name: str, screen: str) -> None:
    given = PORTFOLIOS[name]
    at = app(*([given] if given else []), page=screen, customer="a")
    assert len(texts(is_well(at))) > 1


@pytest.mark.parametrize("screen", PAGES)
@pytest.mark.parametrize("name", ["the sample", "two customers", "no ARR", "no assessments"])
def test_every_page_is_well_on_nine_places_over(app, name: str, screen: str) -> None:
    given = PORTFOLIOS[name]
    is_well(app(*([given] if given else []), page=screen, customer="a", grid="3x3"))


@pytest.mark.parametrize("screen", PAGES)
def test_every_page_is_well_when_every_row_of_an_import_was_refused(app, screen: str) -> None:
    store = Store(session.database.chosen())
    nobody = Upload("rows.csv", b"Customer ID,Date,ARR\n,2026-01-31,5\n,2026-01-31,6\n")
    _, (table,), _ = intake.load([nobody], store, RULES)
    assert (table.rows, table.refused) == (2, 2)
    store.close()
    at = is_well(app(page=screen))
    assert some(at, "Your portfolio")


@pytest.mark.parametrize("screen", PAGES)
def test_a_day_before_everything_is_not_taken(app, screen: str) -> None:
    at = is_well(app(TWO, page=screen, as_of="1999-12-31"))
    assert at.date_input(key="as_of").value == date(2026, 1, 31)
    assert popovers(at)[0] == "As of 31\N{NO-BREAK SPACE}Jan\N{NO-BREAK SPACE}2026"


@pytest.mark.parametrize("screen", PAGES)
def test_words_in_the_address_that_mean_nothing_do_no_harm(app, screen: str) -> None:
    at = app(TWO, page=screen, as_of="soon", grid="4x4", customer="nobody", f_region="Mars")
    is_well(at)


# The portfolio


def test_an_empty_database_shows_the_sample_and_says_so(app) -> None:
    at = is_well(app())
    assert some(at, "Sample portfolio")
    assert [str(m.label) for m in at.metric] == [
        "Retain", "Expand and leverage", "Let go", "Invest in health",
    ]  # fmt: skip
    assert some(at, "Talk to these first")


def test_a_portfolio_without_any_assessment_says_what_to_do_next(app) -> None:
    known = [customer("a", **EAST), customer("b", **WEST)]
    at = is_well(app(loaded(known, health("a") + health("b"))))
    assert not at.metric
    assert some(at, "A place needs both scores")
    assert some(at, "2 customers with health, 0 with maturity.")


def test_who_left_is_not_in_the_sample_portfolio(app) -> None:
    outcomes = pd.read_csv(APP.parent / "data" / "sample" / "outcomes.csv")
    left = set(outcomes.loc[outcomes["Outcome"] == "churned", "Customer id"])
    assert len(left) > 10
    shown = set(is_well(app()).dataframe[0].value["customer_id"])
    assert len(shown) > 200
    assert not shown & left


def test_an_own_portfolio_is_never_mixed_with_the_sample(app) -> None:
    at = is_well(app(TWO))
    assert some(at, "Your portfolio")
    assert not some(at, "Sample portfolio")
    assert set(at.dataframe[0].value["customer_id"]) == {"a", "b"}


def test_filters_in_the_address_choose_and_are_named_at_once(app) -> None:
    at = is_well(app(TWO, f_region="East"))
    assert popovers(at)[1] == "Region\\: East"
    assert list(at.dataframe[0].value["name"]) == ["Acme"]


def test_filters_that_leave_nobody_say_so_and_can_be_cleared(app) -> None:
    at = is_well(app(TWO, f_region="East", f_owner="Bo"))
    assert some(at, "No customer fits these filters.")
    (clear,) = [b for b in at.button if b.label == "Clear all filters"]
    at = is_well(clear.click().run())
    assert len(at.dataframe[0].value) == 2
    assert popovers(at)[1] == "All customers"


def test_segments_that_are_nearly_called_alike_are_two_filters(app) -> None:
    first = customer("a", **{"Plan type": "x", "Plan-type": "1"})
    second = customer("b", **{"Plan type": "y", "Plan-type": "2"})
    at = is_well(app(loaded([first, second])))
    assert [m.options for m in at.multiselect] == [["x", "y"], ["1", "2"]]


def test_a_filter_whose_value_is_gone_on_another_day_does_no_harm(app) -> None:
    before = [customer(c, "2025-01-31", **{**EAST, "Region": "North"}) for c in "ab"]
    at = is_well(app(loaded(before), TWO, f_region="East"))
    at = is_well(at.date_input(key="as_of").set_value(date(2025, 6, 30)).run())
    assert len(at.dataframe[0].value) == 2


def test_a_day_in_the_address_is_taken_and_named_at_once(app) -> None:
    before = loaded([customer("a", "2025-01-31", name="Old name")])
    at = is_well(app(before, TWO, as_of="2025-06-30"))
    assert popovers(at)[0] == "As of 30\N{NO-BREAK SPACE}Jun\N{NO-BREAK SPACE}2025"
    assert list(at.dataframe[0].value["name"]) == ["Old name"]
    at = is_well(at.button(key="as_of.newest").click().run())
    assert popovers(at)[0] == "As of 31\N{NO-BREAK SPACE}Jan\N{NO-BREAK SPACE}2026"


def test_customers_picked_on_the_plane_are_listed_alone(app) -> None:
    at = app(TWO)
    at.session_state["plane.2x2.0"] = {
        "selection": {
            "points": [{"customdata": ["b", "Beta"]}],
            "point_indices": [0],
            "box": [],
            "lasso": [],
        }
    }
    at = is_well(at.run())
    assert some(at, "1 customer selected: 2,000 USD ARR")
    assert list(at.dataframe[0].value["customer_id"]) == ["b"]


def test_the_line_between_two_customers_says_what_it_means(app) -> None:
    assert some(is_well(app(TWO)), "Dashed: same health, different maturity.")
    assert not some(is_well(app(f_region="East")), "Dashed")


def test_a_column_of_which_nothing_is_known_is_not_shown(app) -> None:
    known = is_well(app(TWO)).dataframe[0].proto.column_order
    assert {"owner", "weakest"} <= {*known}
    assert "renewal_date" not in known
    assert "customer_id" not in known


def test_money_in_another_currency_is_mentioned(app) -> None:
    assert some(is_well(app(TWO)), "ARR of 1 customer in USD is not added to EUR.")


def test_who_has_no_place_stands_below_with_the_reason(app) -> None:
    at = is_well(app(PORTFOLIOS["no assessments"]))
    assert "2 customers without a place on the plane" in heads(at)
    why = at.dataframe[1].value.set_index("customer_id")["why"]
    assert why["a"] == "No assessment yet."


# A customer


def test_a_link_opens_a_customer_with_its_twin(app) -> None:
    at = is_well(app(page=CUSTOMER, customer="C-0001", view="What to do"))
    assert heads(at)[0] == "Customer A – Alder & Finch Retail"
    assert "Same health, different maturity: who needs the opposite?" in heads(at)
    assert some(at, "Customer B – Brightwater Data Group")
    assert at.selectbox(key="customer.choice").value == "C-0001"


def test_another_customer_can_be_chosen_and_stays_chosen(app) -> None:
    at = is_well(app(TWO, page=CUSTOMER, customer="a"))
    assert heads(at)[0] == "Acme"
    at = is_well(at.selectbox(key="customer.choice").set_value("b").run())
    assert heads(at)[0] == "Beta"
    at = is_well(at.switch_page(PORTFOLIO).run())
    at = is_well(at.switch_page(CUSTOMER).run())
    assert heads(at)[0] == "Beta"


def test_the_figures_of_a_customer_are_those_of_its_scores(app) -> None:
    at = is_well(app(TWO, page=CUSTOMER, customer="a"))
    shown = {str(m.label): unescaped(str(m.value)) for m in at.metric}
    # every driver at its best; the first category of a table is not its best one here
    assert shown["Maturity (CMI)"] == "75"  # level 4
    assert shown["Weakest"] == "All at 4.0"
    assert shown["ARR"] == "1,000 EUR"
    assert shown["Owner"] == "Ana"


def test_without_a_customer_the_page_says_so_and_leads_back(app) -> None:
    at = is_well(app(TWO, page=CUSTOMER, customer="nobody"))
    assert "No customer is chosen" in at.info[0].value


def test_who_left_can_still_be_looked_at(app) -> None:
    at = is_well(app(PORTFOLIOS["nobody but one who left"], page=CUSTOMER, customer="a"))
    assert some(at, "Left on 31 Jan 2026")


# When something stops the work


def test_a_database_that_another_process_holds_is_a_sentence(app, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.duckdb"
    holding = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", holding, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        at = app()
        holder.communicate("\n")
    (error,) = at.error
    assert f"is in use by process {holder.pid}" in unescaped(error.value)
    assert OURS not in error.value
    path.unlink()  # it was never one of ours


def test_a_fault_of_ours_shows_a_number_and_nothing_else(app, monkeypatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("secret of the customer")

    monkeypatch.setattr(portfolio, "headline", broken)
    at = app(TWO)
    (error,) = at.error
    assert re.fullmatch(rf"{OURS}.* has it as error [0-9a-f]{{8}}\.", error.value)
    assert not any("secret" in text for text in texts(at))
    assert not at.exception


def test_a_customer_without_an_opposite_still_stands_on_the_plane_with_its_plays(app) -> None:
    alone = PORTFOLIOS["one customer"]
    at = is_well(app(alone, page=CUSTOMER, customer="a", view="What to do"))
    assert some(at, "No other customer has the same health")
    assert len(at.get("plotly_chart")) == 1
    assert len(at.expander) > 0
