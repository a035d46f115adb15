"""The Segments page through app.py: what is compared, who stands behind it, what is mixed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import heads, is_well, some
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped

SEGMENTS = "pages/explore/segments.py"
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
        [customer(who, DAY, name=who, **fields) for who, (_, _, fields) in customers.items()],
        [
            row
            for who, (level, drivers, _) in customers.items()
            for row in known(who, level, drivers)
        ],
    )


# East has one customer in each scenario and one more at the best place; West has two.
PLACES = {
    "worst": (2, WORST),
    "mature": (4, WORST),
    "healthy": (2, BEST),
    "best": (4, BEST),
    "better": (5, BEST),
}
EAST = {who: (*place, {"Region": "East", "arr": 10.0}) for who, place in PLACES.items()}
WEST = {
    "west1": (4, BEST, {"Region": "West", "arr": 7.0, "Stage": "Onboarding"}),
    "west2": (2, WORST, {"Region": "West", "arr": 1.0, "Stage": "Live"}),
}
SEVEN = portfolio(**EAST, **WEST)


def table(at: AppTest) -> pd.DataFrame:
    return next(d.value for d in at.dataframe if "cmi_median" in d.value)


def behind(at: AppTest) -> list[str]:
    """The customers that are listed below the segments."""
    return [name for d in at.dataframe if "weakest" in d.value for name in d.value["name"]]


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_the_scenarios_stand_from_the_worst_to_the_best(app, grid: str) -> None:
    at = is_well(app(SEVEN, page=SEGMENTS, by="Region", grid=grid))
    order = next(d.proto.column_order for d in at.dataframe if "cmi_median" in d.value)
    shown = [name.removeprefix("share.") for name in order if name.startswith("share.")]
    bands = {"low": 0, "mid": 1, "high": 2}
    places = {s.key: (bands[s.chs], bands[s.cmi]) for s in RULES.grid(grid)}
    assert [places[key] for key in shown] == sorted(places.values())


def test_a_tick_lists_the_customers_of_the_segment_and_stands_in_the_address(app) -> None:
    at = is_well(app(SEVEN, page=SEGMENTS, by="Region", segment="West"))
    assert "West: 2 customers" in heads(at)
    assert behind(at) == ["west1", "west2"]
    assert at.query_params["segment"] == "West"
    assert not behind(is_well(app(page=SEGMENTS, by="Region")))


def test_a_part_of_a_bar_lists_those_who_stand_in_it_and_leads_back_to_all(app) -> None:
    high = next(s for s in RULES.grid("2x2") if (s.cmi, s.chs) == ("high", "high"))
    at = is_well(app(SEVEN, page=SEGMENTS, by="Region", segment="East", scenario=high.key))
    assert f"East, {high.name}: 2 customers" in heads(at)
    assert behind(at) == ["best", "better"]
    (whole,) = [b for b in at.button if b.label == "All of East"]
    at = is_well(whole.click().run())
    assert "East: 5 customers" in heads(at)
    assert len(behind(at)) == 5


def test_a_segment_that_the_filter_takes_away_is_not_ticked_any_more(app) -> None:
    at = is_well(app(SEVEN, page=SEGMENTS, by="Region", segment="West"))
    at = is_well(at.multiselect(key="f_region").set_value(["East"]).run())
    assert table(at)["label"].tolist() == ["East"]
    assert not behind(at)
    assert "segment" not in at.query_params


def test_a_column_of_which_the_filter_leaves_one_value_is_not_compared_first(app) -> None:
    people = {
        "north": (4, BEST, {"Region": "North", "arr": 9.0, "Size": "Large"}),
        "south": (4, BEST, {"Region": "South", "arr": 9.0, "Size": "Large"}),
        "small": (4, BEST, {"Region": "South", "arr": 9.0, "Size": "Small"}),
    }
    at = is_well(app(portfolio(**people), page=SEGMENTS))
    assert sorted(table(at)["label"]) == ["North", "South"]
    at = is_well(app(page=SEGMENTS, f_region="South"))
    assert sorted(table(at)["label"]) == ["Large", "Small"]


def test_where_nobody_has_a_place_no_empty_planes_are_drawn(app) -> None:
    levels = [observation("a", f.key, 4) for f in RULES.factors]
    at = is_well(app(loaded([customer("a", Region="East")], levels), page=SEGMENTS))
    assert some(at, "A place needs both scores")
    assert some(at, "0 customers with health, 1 with maturity.")
    assert not at.get("plotly_chart")
    assert table(at)["label"].tolist() == ["East"]


def test_a_segment_stays_ticked_when_its_row_moves(app) -> None:
    first = {"x": (4, BEST, {"Region": "North", "arr": 99.0, "Size": "Large"})}
    at = is_well(
        app(portfolio(**first, **EAST, **WEST), page=SEGMENTS, by="Region", segment="West")
    )
    assert table(at)["label"].tolist() == ["North", "East", "West"]
    at = is_well(at.multiselect(key="f_region").set_value(["West", "East"]).run())
    assert table(at)["label"].tolist() == ["East", "West"]
    assert behind(at) == ["west1", "west2"]


def test_a_click_on_a_small_plane_opens_the_customer(app) -> None:
    at = app(SEVEN, page=SEGMENTS, by="Region")
    points = [{"customdata": ["West One", "west1"]}]
    at.session_state["planes"] = {
        "selection": {"points": points, "point_indices": [0], "box": [], "lasso": []}
    }
    assert heads(is_well(at.run()))[0] == "west1"


def test_a_segment_with_enough_customers_is_compared_with_the_others(app) -> None:
    five = {f"w{n}": (2, WORST, {"Region": "West"}) for n in range(5)}
    at = is_well(app(portfolio(**EAST, **five), page=SEGMENTS, by="Region", segment="West"))
    # East: health 0, 0, 100, 100, 100; maturity 25, 75, 25, 75, 100
    assert some(
        at,
        "Beside the other 5 customers: median health 0 instead of 100; median maturity 25 instead "
        "of 75;",
    )


def test_where_a_segment_mixes_rules_the_split_is_one_click_away(app) -> None:
    at = is_well(app(SEVEN, page=SEGMENTS, by="Region"))
    assert some(at, "1 customer with Stage Onboarding is measured by other rules than the other 6")
    at = is_well(at.button(key="split.Stage").click().run())
    assert sorted(table(at)["label"]) == ["East · No Stage", "West · Live", "West · Onboarding"]
    assert not table(at)["mixed"].any()
    assert not some(at, "measured by other rules")


def test_no_warning_stands_where_no_segment_mixes(app) -> None:
    at = is_well(app(SEVEN, page=SEGMENTS, by="Stage"))
    assert not some(at, "measured by other rules")


def test_where_every_segment_is_small_none_is_ranked_and_the_page_says_so(app) -> None:
    at = is_well(app(portfolio(**WEST), page=SEGMENTS, by="Stage"))
    assert some(at, "All 2 segments have fewer than five customers: too few to be ranked.")
    assert table(at)["rank"].isna().all()
    assert some(at, "Segments with fewer than five customers have no rank.")


@pytest.mark.parametrize(
    "given",
    [
        portfolio(one=(4, BEST, {"Region": "East"})),
        portfolio(one=(4, BEST, {"Region": "East"}), two=(2, WORST, {"Region": "East"})),
        loaded([customer("a", DAY, Region="East")]),
    ],
)
def test_one_and_two_customers_and_one_without_scores_can_be_looked_at(app, given) -> None:
    at = is_well(app(given, page=SEGMENTS, by="Region", segment="East"))
    assert some(at, "The only segment has fewer than five customers: too few to be ranked.")
    assert len(behind(at)) == table(at)["customers"].sum()


def test_without_anybody_there_is_nothing_to_compare(app) -> None:
    gone = loaded([customer("a", "2025-01-31", Region="E")], None, [outcome("a", "churned", DAY)])
    assert "There is no column to compare by yet" in is_well(app(gone, page=SEGMENTS)).info[0].value
