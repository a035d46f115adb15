"""The Trends page through app.py: a small portfolio worked out by hand, and hardly any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import heads, is_well, some, texts, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped
from cmi.store import Store
from cmi.ui import session
from cmi.ui.explore import trending

RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
EAST = {"arr": 3000.0, "currency": "EUR", "Region": "East", "start_date": "2025-01-15"}
WEST = {"arr": 1000.0, "currency": "EUR", "Region": "West", "start_date": "2025-04-15"}
TRENDS, CUSTOMER = "pages/explore/trends.py", "pages/explore/customer.py"
VIEWS = ("Scores", "Mix", "Coverage", "Cohorts")
THEN, NOW = "2025-12-31", "2026-03-31"


def answered(who: str, on: str, level: float):
    return [observation(who, f.key, level, on=on) for f in RULES.factors]


def healthy(who: str, on: str):
    return [observation(who, key, value, on=on) for key, value in GOOD.items()]


def both(who: str, on: str, level: float):
    return [*answered(who, on, level), *healthy(who, on)]


# Levels 2 and 4 give 25 and 75. Acme goes from 25 to 75, Beta leaves with 75, Gamma comes with 25;
# of Delta nothing is ever known. Health is perfect.
ACME, BETA, GAMMA, DELTA = "abcd"
FEW = loaded(
    [
        customer(ACME, THEN, name="Acme", **EAST),
        customer(ACME, NOW, name="Acme", **{**EAST, "Region": "West"}),
        customer(BETA, THEN, name="Beta", **WEST),
        customer(GAMMA, NOW, name="Gamma", **WEST),
        customer(DELTA, THEN, name="Delta", **WEST),
    ],
    [
        *both(ACME, THEN, 2),
        *both(BETA, THEN, 4),
        *both(ACME, NOW, 4),
        *both(GAMMA, NOW, 2),
    ],
    [outcome(BETA, "churned", "2026-02-15")],
)
ONE = loaded([customer(ACME, NOW, name="Acme", **EAST)], both(ACME, NOW, 4))
TWO = loaded(
    [customer(ACME, NOW, name="Acme", **EAST), customer(GAMMA, NOW, name="Gamma", **WEST)],
    [*both(ACME, NOW, 4), *answered(GAMMA, NOW, 2)],
)
# Health of December alone, on a page of June: 181 days later.
OLD = loaded(
    [customer(ACME, THEN, name="Acme", **EAST)],
    [*both(ACME, THEN, 3), *answered(ACME, "2026-06-30", 3)],
)


FIRST_SEEN = {"cohort": "Region", "cohort_shows": "Retention"}


def listed(at):
    """The customers of the table that lists some."""
    return next(d.value for d in at.dataframe if "customer_id" in d.value)["name"].tolist()


# Of whom hardly anything is known


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("given", [None, ONE, TWO, FEW], ids=["nobody", "one", "two", "few"])
def test_each_view_is_well_over_hardly_anybody(app, given, view: str) -> None:
    """Nobody is an own portfolio of whom nothing but a name is known."""
    at = app(given or loaded([customer(ACME, NOW)]), page=TRENDS, show=view)
    assert len(texts(is_well(at))) > 1


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("periods", ["Quarters", "Months"])
def test_each_view_is_well_over_the_sample(app, view: str, periods: str) -> None:
    at = app(page=TRENDS, show=view, periods=periods, split="Region", behind="Q2 2026")
    assert len(texts(is_well(at))) > 1


@pytest.mark.parametrize("view", VIEWS)
def test_filters_that_leave_nobody_do_no_harm(app, view: str) -> None:
    is_well(app(FEW, page=TRENDS, show=view, f_region="East", as_of=NOW))


@pytest.mark.parametrize("view", VIEWS)
def test_names_that_mean_harm_are_only_names(app, view: str) -> None:
    evil = "![x](http://x) :red[$1$] <b>"
    rows = [
        customer(who, on, name=evil, arr=1.0, **{"Re-gion": f"{evil}{who}"})
        for who in "ab"
        for on in (THEN, NOW)
    ]
    table = loaded(rows, [said for who in "ab" for on in (THEN, NOW) for said in both(who, on, 3)])
    asked = {"split": "Re-gion", "cohort": "Re-gion", "behind": "Q1 2026", "cell": f"{evil}a · 1"}
    at = is_well(app(table, page=TRENDS, show=view, behind_of=f"{evil}a", **asked))
    assert not any("![x](" in text or ":red[" in text for text in texts(at))
    assert at.selectbox(key="cohort" if view == "Cohorts" else "split").value == "Re-gion"
    assert any(evil in head for head in heads(at))  # it is told, and only told


# Scores


def test_a_median_is_told_with_what_is_only_who_came_and_who_left(app) -> None:
    at = is_well(app(FEW, page=TRENDS))
    # 25 and 75, then 75 and 25: the median stayed at 50, but Acme alone rose by 50
    assert some(
        at,
        "Median maturity stayed at 50 between Q4 2025 and Q1 2026 (±0.0): +50.0 among the "
        "1 customer scored in both, −50.0 because others came, left or had no score.",
    )
    assert some(at, "Median health stayed at 100 between Q4 2025 and Q1 2026.")


def test_a_score_that_nobody_has_is_no_empty_chart_but_a_way_to_collect_it(app) -> None:
    given = loaded([customer(ACME, THEN, **EAST)], [*healthy(ACME, THEN), *healthy(ACME, NOW)])
    at = is_well(app(given, page=TRENDS))
    assert some(at, "Maturity is not known of anybody yet.")
    assert len(at.get("plotly_chart")) == 1
    links = [link.proto.label for link in at.get("page_link")]
    assert "Make the workbook that collects maturity" in links
    at = is_well(app(page=TRENDS, show="Mix"))
    assert some(at, "A place needs both scores")
    assert not at.get("plotly_chart")


def test_one_period_has_no_trend(app) -> None:
    at = is_well(app(ONE, page=TRENDS))
    assert some(at, "Median maturity is 75 (Q1 2026). No other period has it")


def test_health_that_nobody_heard_of_again_is_no_trend(app) -> None:
    at = is_well(app(OLD, page=TRENDS))
    assert some(at, "Median health stayed at 100 between Q4 2025 and Q2 2026.")
    assert some(at, "Nothing new was heard since 31 Dec 2025 and ")
    assert some(at, "of what it rests on is stale.")
    assert some(at, "Hollow and dotted: carried over")


def test_a_split_shows_what_each_segment_changed_by_itself(app) -> None:
    at = is_well(app(FEW, page=TRENDS, split="Region"))
    changes = next(d.value for d in at.dataframe if "chs_of_same" in d.value).set_index("label")
    # West: Beta 75, then Acme 75 and Gamma 25; nobody was there both times
    assert changes.loc["West", "cmi_change"] == -25
    assert changes.loc["West", "cmi_same"] == 0
    assert changes.loc["West", "cmi_of_others"] == -25


# Mix, coverage, cohorts


def test_the_mix_is_told_of_all_and_of_the_same(app) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Mix"))
    assert some(at, "Counting customers, no place grew or shrank between Q4 2025 and Q1 2026.")
    assert some(at, "Among the 1 customer placed at both ends, Expand and leverage grew from 0 %")
    assert {"Where do the customers stand?", "Where does the money stand?"} < set(heads(at))


@pytest.mark.parametrize("of", ["Customers", "ARR"])
def test_a_split_mix_is_one_picture_of_all_segments(app, of: str) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Mix", split="Region", mix_of=of))
    assert len(at.get("plotly_chart")) == 1
    assert "Where does each of them stand?" in heads(at)


def test_coverage_says_who_has_no_place(app) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Coverage"))
    # Acme and Gamma are known, Delta is not
    assert some(at, "Health: 67 % known, 0 % of that stale. Maturity: 67 % known")
    assert some(at, "1 of 3 customers has no place on the plane.")
    at = is_well(app(page=TRENDS, show="Coverage", behind="Q1 2026"))
    assert listed(at)[0] == "Delta"  # of whom least is known


def test_cohorts_need_a_second_period(app) -> None:
    at = is_well(app(ONE, page=TRENDS, show="Cohorts"))
    assert "there is only one yet" in at.info[0].value
    assert len(at.get("plotly_chart")) == 0


def test_links_to_cohorts_from_before_there_were_views_still_open_them(app) -> None:
    at = is_well(app(FEW, page=TRENDS, cohort="Region", cohort_shows="CHS"))
    assert "Do those who began together grow?" in heads(at)
    assert at.selectbox(key="cohort").value == "Region"
    assert at.selectbox(key="cohort_shows").value == "CHS"


def test_two_cohorts_are_compared_in_words(app) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Cohorts", **FIRST_SEEN, one="West", other="East"))
    # of Beta and Delta, first seen in the West, Beta left; Acme was first seen in the East
    assert some(
        at,
        "After 1 quarter, West stands at 50 % (2 customers), East stands at 100 % (1 customer): "
        "West has 50 points less.",
    )


def test_the_cohorts_say_who_has_data_from_before_its_start(app) -> None:
    early = [customer(ACME, day, **{**EAST, "start_date": "2026-06-01"}) for day in (THEN, NOW)]
    given = loaded(early, [*both(ACME, THEN, 2), *both(ACME, NOW, 4)])
    at = is_well(app(given, page=TRENDS, show="Cohorts"))
    assert some(at, "1 customer has data from before the start date, and began with the first")
    at = is_well(app(page=TRENDS, show="Cohorts", cohort="Region"))
    assert not some(at, "before the start date")


def test_months_have_cohorts_of_months(app) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Cohorts", periods="Months"))
    assert at.selectbox(key="cohort").options[:3] == ["Start month", "Start quarter", "Start year"]
    assert "2025-01" in at.selectbox(key="one").options


def test_a_column_that_is_called_like_a_start_can_still_be_a_cohort(app) -> None:
    odd = [customer(c, on, **{"Start year": "odd"}) for c in "ab" for on in (THEN, NOW)]
    table = loaded(odd, [*both("a", THEN, 2), *both("a", NOW, 2)])
    at = is_well(app(table, page=TRENDS, show="Cohorts", cohort="Column Start year"))
    assert at.selectbox(key="cohort").value == "Column Start year"


# Who is behind it


def test_a_period_in_the_address_lists_its_customers_as_they_were_then(app) -> None:
    at = is_well(app(FEW, page=TRENDS, behind="Q4 2025"))
    assert "Q4 2025: 3 customers" in heads(at)
    assert sorted(listed(at)) == ["Acme", "Beta", "Delta"]


def test_a_segment_and_a_place_narrow_it_down(app) -> None:
    asked = {"split": "Region", "behind": "Q1 2026", "behind_of": "West"}
    at = is_well(app(FEW, page=TRENDS, **asked))
    assert sorted(listed(at)) == ["Acme", "Delta", "Gamma"]  # Acme is West by now
    at = is_well(app(page=TRENDS, show="Mix", behind_at="Retain", **asked))
    assert "Q1 2026, West, Retain: 1 customer" in heads(at)
    assert listed(at) == ["Gamma"]


def test_what_a_click_hands_over_is_chosen_and_letting_go_chooses_nobody() -> None:
    def clicked() -> None:
        import streamlit as st

        from cmi.ui.explore import cohorting, timing

        for picked in (("Q4 2025", "West", "Retain"), ("Q4 2025", "West"), ()):
            timing.show(*picked)
            st.write(*(st.session_state[k] for k in ("behind", "behind_of", "behind_at")))
        for cell in (("2025 Q1", 3), ()):
            cohorting.show(*cell)
            st.write(st.session_state["cell"])

    assert [m.value for m in AppTest.from_function(clicked).run().markdown] == [
        "Q4 2025 West Retain",
        "Q4 2025 West Every place",
        "Click a mark, or choose Every segment Every place",
        "2025 Q1 · 3",
        "Click a cell",
    ]


def test_behind_a_cell_of_a_cohort_stands_also_who_left(app) -> None:
    at = is_well(app(FEW, page=TRENDS, show="Cohorts", **FIRST_SEEN, cell="West · 1"))
    table = next(d.value for d in at.dataframe if "Left" in d.value).set_index("name")["Left"]
    assert unescaped(table["Beta"]) == "15 Feb 2026"


def test_a_choice_that_means_nothing_is_left_out(app) -> None:
    at = is_well(app(FEW, page=TRENDS, behind="Q9 1999", split="Mars", show="Nothing"))
    assert at.selectbox(key="behind").value == "Click a mark, or choose"
    assert at.selectbox(key="split").value == "All together"


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([56, 61], (40, 80)),  # 50 to 70, and 10 more on either side
        ([95, 100], (60, 100)),  # not above 100
        ([0, 3], (0, 40)),
        ([5, 95], (0, 100)),
        ([None], (0, 100)),
    ],
)
def test_a_chart_shows_never_less_than_forty_points(values, ends) -> None:
    # else the smallest change would look like a great one
    assert trending.window(pd.Series(values, dtype="float64")) == ends


# By which rules


def test_the_page_says_by_which_methodology_each_period_is_scored(app, tmp_path) -> None:
    app(FEW, page=TRENDS)
    store: Store = session.own_store()
    first = replace(RULES, version="first", effective=date(2025, 1, 1))
    store.save_methodology(first, "Ana")
    store.save_methodology(replace(first, version="then", effective=date(2026, 2, 1)), "Ana")
    at = is_well(app(page=TRENDS))
    assert some(at, "methodology of then: first from Q4 2025 and then from Q1 2026.")
    at = is_well(app(page=TRENDS, todays_rules="true"))
    assert some(at, "by the methodology of today, then, in force since 1 Feb 2026.")
