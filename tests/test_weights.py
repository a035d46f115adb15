"""Proposals of other weights and cuts, and the block of bytes that the live plane is made of."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import FACTORS, REFERENCE, levels, random_snapshot, rules

from cmi import proposal
from cmi.methodology import CutOverride, Cuts, Override, shipped
from cmi.problems import MethodologyError
from cmi.proposal import IN_FORCE, Proposal
from cmi.scoring import points_of, score
from cmi.ui.refine.live.block import block

HEALTHY = {"logins": 50, "tickets": 0, "csat": 5}
FORTY = Proposal((("charter", 40.0), ("people", 20.0), ("process", 20.0), ("technology", 20.0)))
AT_55 = Proposal((), (("2x2", Cuts(cmi=(55.0,), chs=(50.0,))),))
ONBOARDING = Override(
    columns=("Stage",), values=("Onboarding",), why="Own.",
    weights=(("logins", 9.0), ("charter", 1.0)), cuts=(("2x2", CutOverride(chs=(40.0,))),),
)  # fmt: skip


def message(**weights: Any) -> dict[str, Any]:
    return {"weights": weights, "cuts": {}}


# A proposal


def test_a_proposal_changes_weights_and_cuts_and_leaves_what_is_in_force_as_it_is() -> None:
    before = rules()
    proposed = replace(FORTY, cuts=AT_55.cuts).applied(before)
    assert [c.weight for c in proposed.characteristics] == [40, 20, 20, 20]
    assert proposed.cuts.two.cmi == (55,)
    assert proposed.cuts.three == before.cuts.three
    assert proposed.drivers == before.drivers
    assert [c.weight for c in before.characteristics] == [25, 25, 25, 25]


def test_what_is_as_in_force_is_no_part_of_a_proposal() -> None:
    same = {"weights": {"charter": 25, "logins": 4.0, "people": 30}, "cuts": {
        "2x2": {"cmi": [50], "chs": [50]}, "3x3": {"cmi": [30, 60], "chs": [100 / 3, 200 / 3]},
    }}  # fmt: skip
    found = proposal.from_message(same, rules())
    assert found.weights == (("people", 30.0),)
    assert [grid for grid, _ in found.cuts] == ["3x3"]
    assert not proposal.from_message(message(charter=25.0), rules())
    assert not IN_FORCE
    assert FORTY


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "weights",
        [],
        {},
        {"weights": []},
        {"weights": {}, "cuts": {"2x2": {"cmi": [50]}}},
        {"weights": {}, "cuts": {"2x2": {"cmi": "x", "chs": [50]}}},
        {"weights": {}, "cuts": {"4x4": {"cmi": [50], "chs": [50]}}},
        {"weights": {}, "cuts": {"2x2": {"cmi": [50, 60], "chs": [50]}}},
        {"weights": {}, "cuts": {"2x2": {"cmi": [100], "chs": [50]}}},
        {"weights": {}, "cuts": {"2x2": {"cmi": [float("nan")], "chs": [50]}}},
        {"weights": {}, "cuts": {"3x3": {"cmi": [60, 40], "chs": [30, 60]}}},
        message(charter="much"),
        message(charter=-1),
        message(charter=float("nan")),
        message(charter=float("inf")),
        message(nobody=3),
        message(charter=0, people=0, process=0, technology=0),
        message(**dict.fromkeys(FACTORS["people"], 0)),
    ],
)
def test_what_a_browser_says_wrongly_is_refused_with_a_sentence(wrong: Any) -> None:
    with pytest.raises(MethodologyError):
        proposal.from_message(wrong, rules())


def test_a_proposal_under_which_an_exception_would_leave_nothing_is_refused() -> None:
    only_logins = Override(
        columns=("Stage",), values=("New",), why="Own.", weights=(("logins", 0.0),)
    )
    with pytest.raises(MethodologyError, match="nothing would count"):
        proposal.from_message(
            message(tickets=0, sponsor=0, csat=0), rules(overrides=(only_logins,))
        )


def test_two_proposals_are_read_with_the_letter_of_the_one_beside() -> None:
    told = {"slot": "B", "A": message(charter=40), "B": IN_FORCE.as_message(), "locks": []}
    assert proposal.both(told, rules()) == (IN_FORCE, Proposal((("charter", 40.0),)), "A")
    assert proposal.both({**told, "slot": "A", "B": None}, rules())[1:] == (None, "B")


@pytest.mark.parametrize("wrong", [None, {}, {"slot": "C"}, {"slot": []}, {"slot": "A", "B": 1}])
def test_a_pair_of_proposals_that_cannot_be_read_is_refused(wrong: Any) -> None:
    with pytest.raises(MethodologyError):
        proposal.both(wrong, rules())


def test_equal_weights_keep_the_sum_of_each_family() -> None:
    # The drivers weigh 4, 2, 3 and 1: 2.5 each. Characteristics and factors are equal already.
    weights = dict(proposal.equal(rules()).weights)
    assert weights == dict.fromkeys(("logins", "tickets", "sponsor", "csat"), 2.5)


# Its link


def test_a_proposal_stands_in_an_address_in_few_letters() -> None:
    both = replace(FORTY, cuts=AT_55.cuts)
    link = proposal.as_link(both)
    assert link == "charter-40~people-20~process-20~technology-20~2x2-55-50"
    assert proposal.from_link(link, rules()) == both
    assert proposal.from_link("", rules()) == IN_FORCE
    assert proposal.as_link(IN_FORCE) == ""


_weight = st.floats(min_value=1e-7, max_value=1e6)
_cut = st.floats(min_value=1e-7, max_value=99.9)


@given(weights=st.dictionaries(st.sampled_from(["charter", "logins", "csat"]), _weight), cut=_cut)
def test_every_proposal_comes_back_from_its_link(weights: dict[str, float], cut: float) -> None:
    given_ = {"weights": weights, "cuts": {"2x2": {"cmi": [cut], "chs": [50]}}}
    asked = proposal.from_message(given_, rules())
    assert proposal.from_link(proposal.as_link(asked), rules()) == asked


@pytest.mark.parametrize(
    "text", ["x", "charter", "charter-", "charter-x", "2x2-50", "2x2-a-b", "~-~", "charter--3"]
)
def test_a_link_that_was_cut_or_changed_is_refused(text: str) -> None:
    with pytest.raises(MethodologyError):
        proposal.from_link(text, rules())


# What would move

WORTH = {"arr": 100.0, "currency": "EUR"}
PORTFOLIO = {
    "reference": {**REFERENCE, **HEALTHY, **WORTH},  # CMI 50; 55 with 40/20/20/20
    "steady": at(80, 80, **{**WORTH, "arr": 900.0}),
    "on charter": {**levels((5,) * 3, (2,) * 3, (2,) * 3, (2,) * 3), **HEALTHY, **WORTH},
    "unknown": {"arr": 5.0, "currency": "EUR"},
}
# "on charter": (5 + 2 + 2 + 2) / 4 = 2.75, CMI 43.75; with 40/20/20/20 level 3.2, CMI 55.


def test_other_weights_give_the_scores_that_the_other_methodology_gives() -> None:
    before = scored(PORTFOLIO)
    kept = before.copy()
    after = proposal.rescored(before, FORTY.applied(rules()), "2x2")
    pd.testing.assert_frame_equal(before, kept)
    assert after.set_index("customer_id")["cmi"].round(6).to_dict() == pytest.approx(
        {"reference": 55.0, "steady": 80.0, "on charter": 55.0, "unknown": np.nan}, nan_ok=True
    )
    direct = scored(PORTFOLIO, FORTY.applied(rules()))
    pd.testing.assert_frame_equal(after, direct[after.columns])


def test_who_crosses_a_cut_is_listed_with_the_largest_first() -> None:
    before = scored(PORTFOLIO)
    after = proposal.rescored(before, FORTY.applied(rules()), "2x2")
    found = proposal.changes(before, after)
    assert found[["customer_id", "from", "to"]].to_numpy().tolist() == [
        ["on charter", "low_high", "high_high"]
    ]
    higher = proposal.rescored(before, AT_55.applied(rules()), "2x2")
    assert proposal.changes(before, higher)["customer_id"].tolist() == ["reference"]
    assert proposal.changes(before, before).empty


def test_the_mean_step_is_told_for_the_axes_that_move() -> None:
    before = scored(PORTFOLIO)
    after = proposal.rescored(before, FORTY.applied(rules()), "2x2")
    # 5, 0 and 11.25 points: 5.4
    assert proposal.mean_steps(before, after) == "On average maturity moves by 5.4 points."
    assert proposal.mean_steps(before, before) == ""


def test_ranks_are_those_among_the_largest_and_only_changes_are_listed() -> None:
    before = scored(PORTFOLIO)
    charter = Proposal((("charter", 100.0), ("people", 0.0), ("process", 0.0), ("technology", 0.0)))
    after = proposal.rescored(before, charter.applied(rules()), "2x2")
    # CMI 80, 50, 43.75; then 80, 75 and 100: the last one becomes the first
    found = proposal.ranks(before, after)
    assert found[["customer_id", "cmi_rank_before", "cmi_rank_after"]].to_numpy().tolist() == [
        ["on charter", 3, 1],
        ["steady", 1, 2],
        ["reference", 2, 3],
    ]
    assert (found["chs_rank_before"] == found["chs_rank_after"]).all()
    assert proposal.ranks(before, before).empty


def test_a_customer_with_arr_in_another_currency_is_not_ranked() -> None:
    people = {**PORTFOLIO, "dollars": at(10, 10, arr=9e9, currency="USD")}
    before = scored(people)
    after = proposal.rescored(before, FORTY.applied(rules()), "2x2")
    assert "dollars" not in set(proposal.ranks(before, after)["customer_id"])


def test_nobody_is_ranked_where_no_arr_is_known() -> None:
    before = scored({"a": at(40, 40), "b": at(60, 60)})
    assert proposal.ranks(before, before).empty


# How far it is


def test_the_distance_is_told_in_shares_and_cuts() -> None:
    proposed = replace(FORTY, cuts=AT_55.cuts).applied(rules())
    assert [said(s) for s in proposal.distance(rules(), proposed, "2x2")] == [
        "15 % of the weight of maturity lies elsewhere: Charter 40 % instead of 25 %, People 20 % "
        "instead of 25 %, Process 20 % instead of 25 % and Technology 20 % instead of 25 %.",
        "The maturity cut lies at 55 instead of 50.",
    ]
    assert proposal.distance(rules(), rules(), "2x2") == []


def test_the_distance_names_the_factors_and_drivers_that_count_more() -> None:
    # Factors 1, 1, 1 become 2, 1, 1: 50, 25, 25. Drivers 4, 2, 3, 1 become 4, 0, 3, 1 of 8.
    proposed = rules().with_weights({"people_roles": 2, "tickets": 0})
    people, health = (said(s) for s in proposal.distance(rules(), proposed, "2x2"))
    assert people.startswith(
        "16.7 % of the weight of People lies elsewhere: people_roles 50 % instead of 33.3 %"
    )
    assert health.startswith("20 % of the weight of health lies elsewhere: Tickets 0 % instead of")


def test_whom_an_exception_keeps_from_moving_is_said() -> None:
    methodology = rules(overrides=(ONBOARDING,))
    new = {"a": at(40, 40, Stage=" onboarding"), "b": at(60, 60, Stage="Live")}
    assert proposal.exceptions(scored(new, methodology), methodology, "2x2") == [
        "1 customer in onboarding keeps an own weight of Charter, an own weight of Logins and "
        "an own health cut, which nothing here moves."
    ]
    assert proposal.exceptions(scored({"b": new["b"]}, methodology), methodology, "2x2") == []
    assert proposal.exceptions(scored({"a": at(4, 4)}, methodology), methodology, "2x2") == []


# The block


def opened(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head of a block, and its columns as they were."""
    length = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + length])
    body = content[8 + length :]

    def array(place: dict[str, Any]) -> Any:
        assert (8 + length + place["at"]) % 8 == 0
        kind = np.dtype("<" + place["kind"])
        return np.frombuffer(body, kind, place["of"], place["at"])

    columns = {
        name: array(place["values"])[array(place["codes"])]
        if "codes" in place
        else array(place["values"])
        for name, place in head["columns"].items()
    }
    return head, columns


def drawn(customers: int, seed: int = 1) -> pd.DataFrame:
    frame = random_snapshot(shipped(), customers, seed)
    arr = np.random.default_rng(seed).uniform(0, 1e6, customers)
    frame["arr"] = np.where(frame.index % 7 == 0, np.nan, arr)
    frame["currency"] = pd.Series("EUR", frame.index, dtype="str")
    return score(frame, shipped())


@pytest.mark.parametrize("customers", [1, 2, 300, 70_000])
def test_every_point_travels_exactly_as_it_is_with_its_holes(customers: int) -> None:
    scores = drawn(customers)
    head, columns = opened(block(scores, shipped(), "2x2"))
    points = points_of(scores, shipped())
    for item in points:
        np.testing.assert_array_equal(columns[item], points[item].to_numpy())
    np.testing.assert_array_equal(columns["arr"], scores["arr"].to_numpy())
    assert head["rows"] == len(head["names"]) == customers


def test_levels_travel_as_one_byte_each() -> None:
    head, _ = opened(block(drawn(300), shipped(), "2x2"))
    assert head["columns"]["charter_mandate"]["codes"]["kind"] == "u1"


def test_a_block_of_nobody_has_no_rows() -> None:
    head, columns = opened(block(drawn(3).iloc[:0], shipped(), "3x3"))
    assert head["rows"] == 0
    assert {len(column) for column in columns.values()} == {0}


def test_each_customer_carries_the_exceptions_that_hold_for_it() -> None:
    methodology = rules(overrides=(ONBOARDING,))
    people = {"a": at(40, 40, Stage="Onboarding"), "b": at(60, 60, Stage="Live")}
    head, columns = opened(block(scored(people, methodology), methodology, "2x2"))
    kinds = [head["kinds"][int(n)] for n in columns["kind"]]
    assert kinds == [
        {
            "label": "Onboarding",
            "weights": {"logins": 9.0, "charter": 1.0},
            "cuts": {"chs": [40.0]},
        },
        {"label": "", "weights": {}, "cuts": {}},
    ]


def test_the_content_is_another_when_a_customer_is_and_the_same_whatever_was_proposed() -> None:
    scores = scored(PORTFOLIO)
    first, again, fewer = (
        opened(block(s, rules(), "2x2", proposal=p))[0]["content"]
        for s, p in ((scores, 1), (scores, 2), (scores.iloc[:2], 1))
    )
    assert first == again
    assert first != fewer


@pytest.mark.parametrize("name", ["<script>", "\0", "名前", None])
def test_any_name_travels(name: str | None) -> None:
    scores = scored({"a": at(40, 40, name=name)})
    head, _ = opened(block(scores, rules(), "2x2"))
    assert head["names"] == [name or "a"]
