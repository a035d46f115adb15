"""The Weights page through app.py: what Python says to a proposal, and what it keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from portfolios import customer, loaded, observation, outcome
from screens import is_well, some
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped
from cmi.store import Store

RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
WEIGHTS = "pages/refine/weights.py"
ARR = {"currency": "EUR"}


def levels(who: str, charter: float, others: float) -> list[dict[str, Any]]:
    """Perfect health; one level for the three factors of charter, one for all others."""
    answers = [
        observation(who, f.key, charter if c.key == "charter" else others)
        for c in RULES.characteristics
        for f in c.factors
    ]
    return [*answers, *(observation(who, key, value) for key, value in GOOD.items())]


# Level (5 + 3 x 2) / 4 = 2.75: CMI 43.75; with half of the weight on charter 3.5: CMI 62.5.
# Level (1 + 3 x 4) / 4 = 3.25: CMI 56.25; with half of the weight on charter 2.5: CMI 37.5.
THREE = loaded(
    [
        customer("a", name="Acme", arr=3000.0, **ARR),
        customer("b", name="Beta", arr=1000.0, **ARR),
        customer("c", name="Core", arr=9000.0, Stage="Onboarding", **ARR),
    ],
    [*levels("a", 5, 2), *levels("b", 1, 4), *levels("c", 4, 4)],
)
HALF = "charter-50~people-16.7~process-16.7~technology-16.6"


def cells(at: AppTest, *columns: str) -> list[list[Any]]:
    """The table on the page that has these columns."""
    table = next(d.value for d in at.dataframe if set(columns) <= set(d.value))
    return table[list(columns)].to_numpy().tolist()


def test_nothing_is_said_before_something_is_proposed(app) -> None:
    at = is_well(app(THREE, page=WEIGHTS))
    assert some(at, "Nothing differs from what is in force.")
    assert not at.dataframe


def test_a_link_says_who_would_stand_elsewhere(app) -> None:
    at = is_well(app(THREE, page=WEIGHTS, proposal=HALF))
    assert some(at, "2 customers of 3, 4,000 EUR ARR. On average maturity moves by 12.5 points.")
    assert cells(at, "name", "from", "to") == [
        ["Acme", "Retain", "Expand and leverage"],
        ["Beta", "Expand and leverage", "Retain"],
    ]
    assert some(at, "25 % of the weight of maturity lies elsewhere: Charter 50 % instead of 25 %")
    assert cells(at, "name", "cmi_rank_before", "cmi_rank_after") == [
        ["Acme", 3, 2],
        ["Beta", 2, 3],
    ]


def test_the_matrix_counts_everybody_once(app) -> None:
    at = app(THREE, page=WEIGHTS, proposal=HALF)
    matrix = next(d.value for d in at.dataframe if "corner" in d.value)
    assert matrix.drop(columns="corner").sum().sum() == 3


def test_a_cut_alone_is_a_proposal(app) -> None:
    at = is_well(app(THREE, page=WEIGHTS, proposal="2x2-60-50"))
    assert cells(at, "name", "from", "to") == [["Beta", "Expand and leverage", "Retain"]]
    assert some(at, "The maturity cut lies at 60 instead of 50.")
    assert some(at, "They do not.")  # nobody changes rank


def test_a_cut_of_the_other_grid_moves_nobody_on_this_one(app) -> None:
    at = is_well(app(THREE, page=WEIGHTS, proposal="3x3-20-30-40-50", grid="2x2"))
    assert some(at, "Nobody.")


def test_whom_the_sliders_do_not_move_is_said(app) -> None:
    at = app(THREE, page=WEIGHTS)
    assert some(at, "1 customer in onboarding or implementation keeps own weights of health")


def test_a_link_opens_both_proposals_to_compare(app) -> None:
    at = is_well(app(THREE, page=WEIGHTS, proposal=HALF, beside="2x2-60-50"))
    (compared,) = [c for c in at.segmented_control if c.label == "Compared with"]
    assert compared.options == ["What is in force", "Proposal B"]
    at = is_well(compared.set_value("Proposal B").run())
    assert some(at, "The maturity cut lies at 50 instead of 60.")
    assert at.query_params["beside"] == "2x2-60-50"


@pytest.mark.parametrize("link", ["charter-x", "nobody-3", "charter--5", "2x2-50", "2x2-0-50"])
def test_a_link_that_does_not_fit_is_told_and_left_out(app, link: str) -> None:
    at = app(THREE, page=WEIGHTS, proposal=link)
    assert [e.message for e in at.exception] == []
    assert not at.error
    assert some(at, "The link holds a proposal that does not fit")
    assert some(at, "Nothing differs from what is in force.")


def test_the_proposal_is_there_again_after_another_page(app) -> None:
    at = app(THREE, page=WEIGHTS, proposal=HALF)
    at.switch_page("pages/explore/portfolio.py").run()
    at.query_params.clear()
    at.switch_page(WEIGHTS).run()
    assert some(is_well(at), "2 customers of 3")
    assert at.query_params["proposal"] == HALF


def test_two_proposals_are_compared_with_each_other(app) -> None:
    at = app(THREE, page=WEIGHTS)
    weights = {"charter": 50.0, "people": 16.7, "process": 16.7, "technology": 16.6}
    at.session_state["_proposals"] = {
        "slot": "B",
        "A": {"weights": weights, "cuts": {}},
        "B": {"weights": {}, "cuts": {"2x2": {"cmi": [60], "chs": [50]}}},
        "locks": [],
    }
    at.run()
    assert some(is_well(at), "1 customer of 3")  # Beta, beneath the cut of 60
    at.segmented_control(key="weights.compared.A").set_value("Proposal A").run()
    # Under A Acme is high and Beta low; under B both are low.
    assert cells(is_well(at), "name", "from", "to") == [["Acme", "Expand and leverage", "Retain"]]
    assert some(at, "How far is it from what is proposed as A?")


def test_a_version_that_was_saved_for_later_can_be_put_on_the_sliders(app, tmp_path) -> None:
    store = Store(tmp_path / "portfolio.duckdb")
    later = replace(RULES.with_weights({"charter": 40}), version="next", effective=date(2199, 1, 1))
    store.save_methodology(later, "Ana")
    store.close()
    at = is_well(app(THREE, page=WEIGHTS))
    content = at.get("bidi_component")[0].proto.bytes
    presets = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["presets"]
    assert [p["name"] for p in presets] == ["In force", "Equal", "Last saved"]
    assert presets[2]["weights"] == {"charter": 40}
    assert presets[2]["hint"] == "As in version next"


@pytest.mark.parametrize("kept", [{}, {"slot": "C"}, {"slot": "A", "A": 3, "B": None}, "no"])
def test_what_was_kept_and_cannot_be_read_begins_anew(app, kept: Any) -> None:
    at = app(THREE, page=WEIGHTS)
    at.session_state["_proposals"] = kept
    at.run()
    assert some(is_well(at), "Nothing differs from what is in force.")


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize(
    "table",
    [
        None,
        loaded([customer("a")]),
        loaded([customer("a"), customer("b", arr=1.0)], levels("a", 3, 3)),
        loaded(None, [observation("a", f.key, 3) for f in RULES.factors]),
    ],
    ids=["the sample", "nothing known", "one scored", "nobody scored"],
)
def test_every_portfolio_can_be_weighed(app, table, grid: str) -> None:
    tables = () if table is None else (table,)
    link = "charter-70~people-10~process-10~technology-10~usage-0"
    is_well(app(*tables, page=WEIGHTS, proposal=link, grid=grid))


def test_without_customers_there_is_a_sentence(app) -> None:
    left = loaded([customer("a", "2025-01-31")], None, [outcome("a", "churned", "2026-01-31")])
    assert some(is_well(app(left, page=WEIGHTS)), "There is no customer to weigh")
