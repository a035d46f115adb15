"""How sure a placement is: worked out by hand, and against scoring again one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from placed import at, scored
from portfolios import ALL_FACTORS, levels, random_snapshot, rules

from cmi.evidence.stability import certainty, reassess_first, tornado
from cmi.methodology import CutOverride, Override, shipped
from cmi.scoring import score

SURE = dict.fromkeys(ALL_FACTORS, 0.0)
NEW = Override(
    columns=("Region",),
    values=("east",),
    why="x",
    weights=(("csat", 20.0), ("people", 60.0)),
    cuts=(("2x2", CutOverride(cmi=(35.0,))), ("3x3", CutOverride(chs=(20.0, 55.0)))),
)


def sureness(customers, off=None, methodology=None, grid="2x2"):
    methodology = methodology or rules()
    return certainty(scored(customers, methodology, grid), methodology, grid, off).set_index(
        "customer_id"
    )


def test_in_the_middle_of_a_cell_a_placement_is_sure():
    found = sureness({"a": at(100, 100), "b": at(0, 0), "c": at(100, 0)})
    assert found["certainty"].tolist() == [1, 1, 1]
    assert found.loc["c", "high_low"] == 1


def test_equal_parts_do_not_move_when_only_weights_vary():
    # every part is worth the same: the mean stays whatever the weights
    assert sureness({"a": at(51, 51)}, SURE).loc["a", "certainty"] == 1


def test_the_shares_of_a_customer_add_up_and_who_has_no_place_is_left_out():
    found = sureness({"a": at(52, 52), "b": at(49, 51), "none": {}})
    assert found.index.tolist() == ["a", "b"]
    keys = ["low_low", "low_high", "high_low", "high_high"]
    assert found[keys].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert found.loc["b", "certainty"] == found.loc["b", "low_high"] < 1


def test_one_level_off_with_a_stated_probability():
    """Only one factor is answered and counts, level 3 is CMI 50, on the cut: a level less falls."""
    ruled = replace(rules(), minimum_coverage=0.0)
    customers = {"a": {"charter_goals": 3, "logins": 50}}
    off = SURE | {"charter_goals": 0.4}
    found = sureness(customers, off, ruled)
    # one below in 0.2 of the draws; 1000 draws are within 0.04 of it
    assert found.loc["a", "low_high"] == pytest.approx(0.2, abs=0.04)
    assert found.loc["a", "certainty"] == pytest.approx(0.8, abs=0.04)
    assert sureness(customers, SURE, ruled).loc["a", "certainty"] == 1


def test_a_level_cannot_leave_its_scale():
    ruled = rules().with_weights({"people": 0, "process": 0, "technology": 0})
    # all at level 5: one more is 5 again, so that the mean only falls
    top = {"a": levels((5, 5, 5), None, None, None) | {"logins": 50, "tickets": 0, "csat": 5}}
    found = sureness(top, dict.fromkeys(ALL_FACTORS, 0.9), ruled)
    assert found.loc["a", "certainty"] == 1  # 4, 4, 4 is CMI 75


def test_weights_vary_by_about_five_points_where_they_are_a_quarter():
    """Charter at 5, the rest at a level that puts CMI a little above the cut of 50."""
    # CMI = 100 w + 34 (1 - w): with w = 0.25 it is 50.5; it falls under 50 when w < 0.2424
    quarter = 1 + 34 / 25
    answers = levels((5, 5, 5), *[(quarter,) * 3] * 3)
    found = sureness({"a": answers | {"logins": 50, "tickets": 0, "csat": 5}}, SURE)
    # w has a standard deviation of 0.05: 0.0076 under its mean is 0.15 of it, so 44 % fall
    assert found.loc["a", "low_high"] == pytest.approx(0.44, abs=0.05)


def test_the_figures_are_the_same_each_time():
    customers = {f"c{n}": at(45 + n, 55 - n) for n in range(10)}
    pd.testing.assert_frame_equal(sureness(customers), sureness(customers))


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize("methodology", [rules(), rules(overrides=(NEW,)), shipped()])
def test_a_draw_that_changes_nothing_leaves_everybody_where_scoring_puts_them(methodology, grid):
    from cmi.evidence import stability

    frame = score(random_snapshot(methodology, 3000, 4), methodology, grid)
    placed = frame[frame["scenario"].notna()]
    still = stability.Draws(
        np.ones((1, len(methodology.items))), np.zeros((1, len(methodology.factors)), dtype="int8")
    )
    keys = [s.key for s in methodology.grid(grid)]
    found = np.concatenate(
        [cells[:, 0] for _, cells in stability.placements(placed, methodology, grid, still)]
    )
    assert [keys[n] for n in found] == placed["scenario"].tolist()


# Where one more rating would decide most


def test_the_factor_that_decides_is_named_first():
    """Near the cut of CMI, with one factor that counts for a third and others that count little."""
    ruled = rules().with_weights(
        {"people": 1, "process": 1, "technology": 1, "charter": 97}
        | {"charter_mandate": 8, "charter_goals": 1, "charter_sponsorship": 1}
    )
    customers = {
        "close": at(50.5, 90, arr=10), "far": at(90, 90), "none": {},
    }  # fmt: skip
    scores = scored(customers, ruled)
    sure = certainty(scores, ruled, "2x2")
    first = reassess_first(scores, sure, ruled, "2x2")
    assert first["customer_id"].tolist() == ["close"]  # far is sure
    assert first.loc[0, "item"] == "charter_mandate"
    assert first.loc[0, "gain"] > 0.05
    assert first.loc[0, "certainty"] == sure.set_index("customer_id").loc["close", "certainty"]


def test_knowing_a_level_that_alone_decides_removes_all_doubt():
    ruled = replace(rules(), minimum_coverage=0.0)
    scores = scored({"a": {"charter_goals": 3, "logins": 50}}, ruled)
    off = SURE | {"charter_goals": 0.4}
    sure = certainty(scores, ruled, "2x2", off)
    first = reassess_first(scores, sure, ruled, "2x2", off)
    assert first.loc[0, ["item", "gain"]].tolist() == [
        "charter_goals", pytest.approx(1 - sure.loc[0, "certainty"]),
    ]  # fmt: skip


def test_no_more_than_asked_are_named():
    scores = scored({f"c{n}": at(50 + n / 20, 90) for n in range(20)})
    sure = certainty(scores, rules(), "2x2")
    first = reassess_first(scores, sure, rules(), "2x2", most=5)
    assert len(first) == 5
    assert first["gain"].is_monotonic_decreasing


# Which weight matters


def test_five_points_more_or_less_move_those_whom_scoring_again_moves():
    methodology = rules(overrides=(NEW,), minimum_coverage=0.0)
    scores = score(random_snapshot(methodology, 1500, 8), methodology)
    scores = scores.assign(
        arr=100.0, currency=pd.Series("EUR", index=scores.index, dtype="str"), left_on=pd.NaT
    )
    placed = scores[scores["scenario"].notna()]
    found = tornado(scores, methodology, "2x2")
    assert len(found) == 2 * (4 + 4)
    for row in found.to_dict("records"):
        if row["key"] not in ("logins", "charter"):
            continue
        group = methodology.drivers if row["key"] == "logins" else methodology.characteristics
        total = sum(p.weight for p in group)
        then = row["weight"] + row["by"]
        # the same by other means: each weight multiplied, overrides in the same proportion
        times = {
            p.key: then / row["weight"] if p.key == row["key"] else (1 - then) / (1 - row["weight"])
            for p in group
        }
        assert sum(times[p.key] * p.weight for p in group) == pytest.approx(total)
        held = replace(
            methodology.overrides[0],
            weights=tuple((k, w * times.get(k, 1)) for k, w in methodology.overrides[0].weights),
        )
        other = replace(
            methodology.with_weights({p.key: p.weight * times[p.key] for p in group}),
            overrides=(held,),
        )
        again = score(placed, other)
        moved = (again["scenario"] != placed["scenario"]).sum()
        assert row["customers"] == moved
        assert row["share"] == pytest.approx(moved / len(placed))
        assert row["arr"] == moved * 100


def test_a_weight_stays_between_nothing_and_all():
    ruled = rules().with_weights({"charter": 97, "people": 1, "process": 1, "technology": 1})
    scores = scored({"a": at(60, 60)}, ruled)
    found = tornado(scores, ruled, "2x2")
    assert found["customers"].tolist() == [0] * len(found)
    assert set(found["by"]) == {-0.05, 0.05}


def test_a_score_of_one_part_has_nothing_to_share():
    ruled = rules().with_weights({"people": 0, "process": 0, "technology": 0})
    found = tornado(scored({"a": at(60, 60)}, ruled), ruled, "2x2")
    assert set(found["key"]) == {"logins", "tickets", "sponsor", "csat"}


@pytest.mark.parametrize("customers", [{}, {"a": {}}, {"a": at(50, 50)}])
def test_nobody_and_one_are_no_difficulty(customers):
    scores = scored(customers) if customers else scored({"a": {}}).iloc[:0]
    sure = certainty(scores, rules(), "2x2")
    number = int(scores["scenario"].notna().sum())
    assert len(sure) == number
    assert len(reassess_first(scores, sure, rules(), "2x2")) <= number
    found = tornado(scores, rules(), "2x2")
    assert found["share"].between(0, 1).all()
    assert found["arr_share"].isna().all()
