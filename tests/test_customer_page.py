"""The customer's page through app.py: every view of it, of customers of whom hardly anything is
known, and with answers worked out by hand.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import CUSTOMER, heads, is_well, some, texts, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped
from cmi.ui.explore.explaining import VIEWS

RULES = shipped()
# Every driver at its best, without those of a category: 84 of 100 of the weight.
GOOD = {d.key: d.best for d in RULES.drivers if not d.categories}
SUMMER, AUTUMN, WINTER = "2025-06-30", "2025-09-30", "2025-12-31"
EAST = {"arr": 1000.0, "currency": "EUR", "owner": "Ana", "Region": "East"}
EVIL = "![x](http://x) <img src=x> **b** $1$ :red[a]"


def health(who: str, on: str = WINTER, **other: float) -> list[dict[str, Any]]:
    return [observation(who, key, value, on=on) for key, value in (GOOD | other).items()]


def levels(who: str, level: float, on: str = WINTER, rater: str = "csm") -> list[dict[str, Any]]:
    return [observation(who, f.key, level, on=on, rater=rater) for f in RULES.factors]


def metrics(at: AppTest) -> dict[str, tuple[str, str]]:
    return {str(m.label): (unescaped(str(m.value)), unescaped(str(m.delta))) for m in at.metric}


def charts(at: AppTest) -> list[Any]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def numbers(given: Any) -> list[Any]:
    """The numbers of a trace, which travel as bytes."""
    if isinstance(given, dict):
        return np.frombuffer(base64.b64decode(given["bdata"]), given["dtype"]).tolist()
    return list(given)


HARDLY = {
    "one customer on one day": loaded(
        [customer("a", WINTER, **EAST)], [*health("a"), *levels("a", 4)]
    ),
    "never assessed": loaded(
        [customer("a", SUMMER, **EAST)], [*health("a", SUMMER), *health("a", AUTUMN)]
    ),
    "only assessed": loaded([customer("a", SUMMER)], [*levels("a", 2, SUMMER), *levels("a", 3)]),
    "nothing is known of": loaded([customer("a", SUMMER), customer("b", WINTER)]),
    "left": loaded(
        [customer("a", SUMMER, **EAST)],
        [*health("a", SUMMER), *levels("a", 4, SUMMER)],
        [outcome("a", "churned", AUTUMN)],
    ),
    "came after the day to compare with": loaded(
        [customer("b", SUMMER), customer("a", WINTER, **EAST)], [*health("a"), *levels("a", 4)]
    ),
    "says things that mean harm": loaded(
        [customer("a", WINTER, name=EVIL, owner=EVIL, currency=EVIL, arr=5.0, Region=EVIL)],
        [
            *health("a"),
            *levels("a", 4),
            *levels("a", 1, rater=EVIL),
            observation("a", "sponsor", EVIL, on=WINTER),
        ],
    ),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("whom", HARDLY)
def test_every_view_is_well_of_a_customer_who(app, whom: str, view: str) -> None:
    at = is_well(app(HARDLY[whom], page=CUSTOMER, customer="a", view=view))
    assert len(texts(at)) > 4
    assert not any("http://x" in text and "\\(http" not in text for text in texts(at))


def test_a_view_that_there_is_not_shows_why(app) -> None:
    given = HARDLY["one customer on one day"]
    at = is_well(app(given, page=CUSTOMER, customer="a", view="Mars"))
    assert "Why is maturity 75?" in heads(at)


# Why


def test_both_scores_are_explained_from_0_to_the_score(app) -> None:
    # Contact of 90 days ago gives none of its 8 of 84 points: 76 / 84 = 90.5
    said = [*health("a", days_since_contact=90), *levels("a", 4)]
    at = is_well(app(loaded([customer("a", WINTER)], said), page=CUSTOMER, customer="a"))
    assert heads(at)[1:] == ["Why is health 90?", "Why is maturity 75?"]
    assert some(at, "Most to gain, in points: Last real conversation 9.5.")
    assert some(at, "Executive sponsor and Length of contract are not.")
    (why_health, _) = charts(at)
    (total,) = why_health["data"][2]["x"]
    assert total == pytest.approx(100 * 76 / 84)
    assert any("90 days ago" in text for text in why_health["layout"]["yaxis"]["ticktext"])


def test_a_score_that_is_not_known_has_a_sentence_and_a_next_step_and_no_chart(app) -> None:
    at = is_well(app(HARDLY["never assessed"], page=CUSTOMER, customer="a"))
    assert "Why is there no maturity score?" in heads(at)
    assert some(at, "Not one of the 12 answers is known yet.")
    assert len(charts(at)) == 1
    assert "Assess it" in [link.proto.label for link in at.get("page_link")]


# What moved


MOVED = loaded(
    [customer("a", SUMMER, **EAST)],
    [
        *health("a", SUMMER),
        *health("a", WINTER, days_since_contact=90),
        *levels("a", 2, SUMMER),
        *levels("a", 4, AUTUMN),
    ],
)


def test_what_moved_is_said_in_words_and_beside_the_scores(app) -> None:
    at = is_well(app(MOVED, page=CUSTOMER, customer="a", view="What moved", since=SUMMER))
    # level 2 is 25 and level 4 is 75; of 84 points of health 8 are lost
    assert some(at, "CHS −10: last real conversation −10")
    assert metrics(at)["Maturity (CMI)"] == ("75", "+50")
    assert metrics(at)["Health (CHS)"] == ("90", "−10")
    fell, rose = (metric.proto for metric in at.metric[:2])
    assert (fell.direction, fell.color) == (fell.MetricDirection.DOWN, fell.MetricColor.RED)
    assert (rose.direction, rose.color) == (rose.MetricDirection.UP, rose.MetricColor.GREEN)
    assert some(at, "Maturity went from 25.0 to 75.0.")
    why_health, why_maturity = charts(at)
    assert why_health["data"][0]["y"][1] == "Last real conversation: 7 → 90 days ago"
    assert why_health["data"][0]["x"][1] == pytest.approx(-100 * 8 / 84)
    assert sum(why_maturity["data"][0]["x"][1:-1]) == pytest.approx(50)


def test_the_day_to_compare_with_is_the_readers(app) -> None:
    at = is_well(app(MOVED, page=CUSTOMER, customer="a", view="What moved", since=AUTUMN))
    assert metrics(at)["Maturity (CMI)"] == ("75", "±0")
    assert some(at, "Maturity stayed at 75.0.")
    assert len(charts(at)) == 1


def test_a_score_that_was_not_known_then_is_newly_known(app) -> None:
    given = loaded([customer("a", SUMMER)], [*health("a", SUMMER), *levels("a", 4)])
    at = is_well(app(given, page=CUSTOMER, customer="a", view="What moved", since=SUMMER))
    assert metrics(at)["Maturity (CMI)"] == ("75", "newly known")
    assert some(at, "Maturity is newly known: 75.")
    assert not some(at, "CMI unchanged")


def test_who_came_since_then_is_newly_known(app) -> None:
    given = HARDLY["came after the day to compare with"]
    at = is_well(app(given, page=CUSTOMER, customer="a", view="What moved", since=SUMMER))
    assert metrics(at)["Health (CHS)"] == ("100", "newly known")
    assert some(at, "Health is newly known: 100.")
    assert charts(at) == []


def test_what_went_stale_is_named(app) -> None:
    given = loaded([customer("a", SUMMER), customer("a", WINTER)], health("a", SUMMER))
    at = is_well(app(given, page=CUSTOMER, customer="a", view="What moved", since=SUMMER))
    # satisfaction is valid for longer than the half year
    assert some(at, "CHS unchanged; 8 items went stale")
    assert some(at, "Went stale: Seats in use, Product use")


def test_without_an_earlier_day_nothing_is_compared(app) -> None:
    given = HARDLY["one customer on one day"]
    at = is_well(app(given, page=CUSTOMER, customer="a", view="What moved"))
    assert some(at, "There is no earlier day to compare with")
    assert metrics(at)["Health (CHS)"] == ("100", "")


# Compared


SIX = loaded(
    [
        *(customer(c, SUMMER, **EAST, Size="Large" if c in "ab" else "Small") for c in "abcdef"),
        customer("g", SUMMER, Region="West"),
    ],
    [
        *(said for n, c in enumerate("abcdef") for said in levels(c, 3 + (c == "a"), AUTUMN)),
        *levels("a", 3, SUMMER),
        *levels("a", 5, WINTER)[9:],  # its three answers on technology
        *levels("g", 5, AUTUMN),
    ],
)


def test_the_shape_of_maturity_stands_beside_before_and_beside_its_segment(app) -> None:
    at = is_well(app(SIX, page=CUSTOMER, customer="a", view="Compared", peers="Region"))
    assert some(at, "hides Charter, People and Process at 4.0; the others: 5.0.")
    (radar,) = charts(at)
    shapes = {unescaped(trace["name"]): trace["r"][:4] for trace in radar["data"]}
    assert shapes == {
        "Now, assessed 31 Dec 2025": [4, 4, 4, 5],
        "Before, 30 Sep 2025": [4, 4, 4, 4],
        "Median of East (5 others)": [3, 3, 3, 3],
    }
    table = at.dataframe[0].value.set_index("name")
    # in the East all five others are below; overall g is above, but for technology, where equal
    assert table.loc[["CMI", "Charter", "Technology"], "percentile"].tolist() == [100, 100, 100]
    assert table.loc["Charter", "overall"] == pytest.approx(100 * 5 / 6)
    assert table.loc["Technology", "overall"] == pytest.approx(100 * 5.5 / 6)


def test_percentiles_are_rounded_as_in_the_words_and_not_cut(app) -> None:
    at = is_well(app(SIX, page=CUSTOMER, customer="a", view="Compared", peers="Region"))
    shown = json.loads(at.dataframe[0].proto.columns)
    # 91.7 is told as 92, and %d would show 91
    assert shown["percentile"]["type_config"]["format"] == "%.0f"
    assert shown["overall"]["type_config"]["format"] == "%.0f"


def test_with_fewer_than_five_peers_nobody_is_ranked(app) -> None:
    at = is_well(app(SIX, page=CUSTOMER, customer="a", view="Compared", peers="Size"))
    assert some(at, "Too few to compare with: 1 other in Large, and 5 are needed.")
    assert at.dataframe[0].value["percentile"].isna().all()
    assert not any("Median" in trace["name"] for trace in charts(at)[0]["data"])


# Over time


def test_the_way_leads_over_the_quarters_and_beneath_stands_what_happened(app) -> None:
    at = is_well(app(MOVED, page=CUSTOMER, customer="a", view="Over time"))
    assert some(at, "Since 30 Jun 2025 health went from 100 to 90 and maturity went from 25 to 75.")
    assert some(at, "It went from Retain to Expand and leverage by 30 Sep 2025.")
    assert some(at, "2 assessments, the newest 92 days old.")
    path, timeline = charts(at)
    assert numbers(path["data"][0]["x"]) == [25, 75, 75]
    lanes = {trace.get("yaxis"): trace["x"] for trace in timeline["data"]}
    assert [day[:10] for day in lanes["y2"]] == [SUMMER, AUTUMN]


def test_who_left_has_no_quarter_after_it(app) -> None:
    given = loaded(
        [customer("a", SUMMER, **EAST), customer("b", WINTER)],
        [*health("a", SUMMER), *levels("a", 4, SUMMER), *levels("b", 1)],
        [outcome("a", "churned", "2025-11-15")],
    )
    at = is_well(app(given, page=CUSTOMER, customer="a", view="Over time"))
    assert some(at, "Left on 15 Nov 2025")
    assert some(at, "Last outcome: churned on 15 Nov 2025.")
    path, _ = charts(at)
    assert len(numbers(path["data"][0]["x"])) == 2  # the ends of June and September


def test_one_quarter_is_no_way(app) -> None:
    given = HARDLY["one customer on one day"]
    at = is_well(app(given, page=CUSTOMER, customer="a", view="Over time"))
    assert some(at, "at the end of one quarter only")


# What to do


def test_who_left_has_no_play_left_to_make(app) -> None:
    at = is_well(app(HARDLY["left"], page=CUSTOMER, customer="a", view="What to do"))
    assert some(at, "It left on 30 Sep 2025: no play is left to make.")
    assert charts(at) == []


def test_who_has_no_place_is_told_what_is_missing(app) -> None:
    at = is_well(app(HARDLY["only assessed"], page=CUSTOMER, customer="a", view="What to do"))
    assert some(at, "No health data yet.")
    links = [link.proto.label for link in at.get("page_link")]
    assert "Upload what is known of it" in links
    assert "Assess it" not in links


# All answers


def test_the_levels_of_all_raters_stand_beside_each_other(app) -> None:
    said = [
        *levels("a", 5),
        *levels("a", 4, rater="sales"),
        *levels("a", 2, "2025-11-30", rater="customer"),
    ]
    given = loaded([customer("a", WINTER)], said)
    at = is_well(app(given, page=CUSTOMER, customer="a", view="All answers"))
    assert some(at, "Raters are two or more levels apart on Mandate (3), Goals and measures (3)")
    assert some(at, "csm on 31 Dec 2025, sales on 31 Dec 2025, customer on 30 Nov 2025.")
    table = next(d.value for d in at.dataframe if "by csm" in d.value)
    shown = table.set_index("factor").loc["Mandate", ["level", "by csm", "by sales", "by customer"]]
    assert shown.tolist() == ["5", "5", "4", "2"]
    assert table["apart"].unique().tolist() == ["⚠ 3"]
