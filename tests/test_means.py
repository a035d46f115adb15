"""Why the mean of a group changed: worked out by hand, and adding up for every pair of days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_days import odd_days
from portfolios import ALL_FACTORS, HEALTHY, add, customer, observation, outcome, rules, snapshot_of

from cmi.moves import means
from cmi.moves.causes import change
from cmi.portfolio import present
from cmi.scoring import score

# logins 50 points, tickets 50, csat 50 (weights 4, 2, 1 of 10): CHS 50
HALF = {"logins": 25, "tickets": 5, "csat": 3}
WORST = {"logins": 0, "tickets": 10, "sponsor": "None", "csat": 1}  # CHS 0


def of(before, after, then=None, now=None):
    """Group -> (kind, item) -> (points, customers) of health."""
    found = change(snapshot_of(before), snapshot_of(after), rules(), rules())
    groups = [None if g is None else pd.Series(g, dtype="str") for g in (then, now)]
    told = means.change(found, *groups)
    return {
        group: {(r["kind"], r["item"]): (r["points"], r["customers"]) for r in rows}
        for group, rows in ((name, part.to_dict("records")) for name, part in told.groupby("group"))
    }


def points(told):
    return {key: p for key, (p, _) in told.items()}


# Everybody in one group


def test_the_mean_changes_by_the_items_of_who_stayed_and_by_who_came_and_went():
    (told,) = of(
        {"a": HEALTHY, "b": HALF, "gone": HEALTHY, "empty": HALF, "never": {}},
        {
            "a": HEALTHY | {"logins": 25},  # 100 to 80
            "b": HALF | {"sponsor": "Advocate"},  # 50 to 65
            "empty": {},
            "never": WORST,
            "came": HALF,
        },
    ).values()
    # Who stayed: 75 to 72.5. All: (100 + 50 + 100 + 50) / 4 to (80 + 65 + 0 + 50) / 4
    assert told == {
        ("value", "logins"): (pytest.approx(-20 / 2), 1),
        ("coverage", "sponsor"): (pytest.approx(15 / 2), 1),
        ("stayed", ""): (0, 2),
        ("left", ""): (pytest.approx(-(100 - 75) / 4), 1),
        ("no longer scored", ""): (pytest.approx(-(50 - 75) / 4), 1),
        ("newly scored", ""): (pytest.approx((0 - 72.5) / 4), 1),
        ("newly known", ""): (pytest.approx((50 - 72.5) / 4), 1),
    }
    assert sum(points(told).values()) == pytest.approx(48.75 - 75)


def test_somebody_as_good_as_those_who_stayed_moves_nothing_by_coming_or_going():
    (told,) = of({"a": HALF, "gone": HALF}, {"a": HALF, "came": HALF}).values()
    assert points(told) == pytest.approx(
        {("stayed", ""): 0, ("left", ""): 0, ("newly known", ""): 0}
    )


def test_where_nobody_stayed_who_came_and_who_left_share_the_change():
    (told,) = of({"gone": HEALTHY}, {"came": HALF, "too": WORST}).values()
    # 100 to 25, the middle is 62.5
    assert points(told) == pytest.approx(
        {("stayed", ""): 0, ("left", ""): -37.5, ("newly known", ""): -37.5}
    )


def test_where_nothing_was_known_before_the_change_is_not_known_and_who_is_new_is_counted():
    (told,) = of({"a": {}}, {"a": HALF, "b": WORST}).values()
    assert told == {
        ("stayed", ""): (0, 0),
        ("newly scored", ""): (pytest.approx(np.nan, nan_ok=True), 1),
        ("newly known", ""): (pytest.approx(np.nan, nan_ok=True), 1),
    }


def test_where_nobody_is_scored_any_more_the_change_is_not_known():
    (told,) = of({"a": HALF}, {"a": {}}).values()
    assert np.isnan(told["no longer scored", ""][0])


def test_the_causes_of_the_items_come_first_the_largest_on_top():
    worse = HEALTHY | {"logins": 40, "tickets": 9}
    found = change(
        snapshot_of({"a": HEALTHY}), snapshot_of({"a": worse, "b": WORST}), rules(), rules()
    )
    told = means.change(found)
    assert told["item"].tolist() == ["tickets", "logins", "", ""]
    assert told["kind"].tolist() == ["value", "value", "stayed", "newly known"]
    assert means.total(told) == pytest.approx((100 - 18 - 8 + 0) / 2 - 100)


def test_without_causes_there_is_no_change():
    nobody = snapshot_of({"a": HALF}).iloc[:0]
    told = means.change(change(nobody, nobody, rules(), rules()))
    assert told.empty
    assert np.isnan(means.total(told))


# Several groups


def test_a_customer_who_changes_the_segment_parts_from_one_and_joins_the_other():
    told = of(
        {"mover": HEALTHY, "east": HALF, "west": HALF},
        {"mover": HEALTHY, "east": HALF, "west": HALF | {"logins": 50}},
        {"mover": "East", "east": "East", "west": "West"},
        {"mover": "West", "east": "East", "west": "West"},
    )
    # East: (100 + 50) / 2 to 50. West: 50 to (100 + 50 + 50 x 4/7) / 2; who stayed is at 78.57
    west = 50 + 200 / 7
    assert told["East"] == {("stayed", ""): (0, 1), ("parted", ""): (pytest.approx(-25), 1)}
    assert told["West"] == {
        ("value", "logins"): (pytest.approx(200 / 7), 1),
        ("stayed", ""): (0, 1),
        ("joined", ""): (pytest.approx((100 - west) / 2), 1),
    }


def test_who_is_in_no_group_counts_nowhere():
    told = of({"a": HALF, "b": WORST}, {"a": HALF, "b": WORST}, {"a": "East"}, {"a": "East"})
    assert told == {"East": {("stayed", ""): (0, 1)}}


def test_who_was_not_scored_in_the_other_segment_is_newly_scored_in_this():
    told = of({"a": {}, "b": HALF}, {"a": HALF, "b": HALF}, {"a": "East", "b": "West"},
              {"a": "West", "b": "West"})  # fmt: skip
    assert ("newly scored", "") in told["West"]
    assert "East" not in told  # nobody of it ever had a score


def test_a_portfolio_from_its_files_counts_as_worked_out_on_paper(store):
    """One moves to another segment, one churns, one is never assessed, one is rated twice a day."""
    known = [customer(c, Region="East") for c in ("stays", "moves", "churns", "never")]
    rated = {"stays": 3, "moves": 4, "churns": 5}
    said = [observation(c, item, level) for c, level in rated.items() for item in ALL_FACTORS]
    add(store, "january.csv", known, said)
    add(store, "february.csv", [], [], [outcome("churns", "churned", "2026-02-15")])
    two = [observation("stays", "charter_mandate", 5, on="2026-03-31")]
    two += [observation("stays", "charter_mandate", 1, on="2026-03-31", rater="sales")]
    add(store, "march.csv", [customer("moves", "2026-03-31", Region="West")], two)
    before, after = (
        present(store.snapshot(day, rules())) for day in (date(2026, 1, 31), date(2026, 3, 31))
    )
    then, now = (day.set_index("customer_id")["Region"] for day in (before, after))
    told = means.change(change(before, after, rules(), rules()), then, now).set_index("group")
    east = told.loc["East"].set_index("kind")["points"]
    # The CSM's 5 counts: 50 points with a twelfth. At first 50, 75 and 100: a mean of 75.
    assert east.to_dict() == pytest.approx(
        {"value": 50 / 12, "stayed": 0, "left": -(100 - 50) / 3, "parted": -(75 - 50) / 3}
    )
    assert means.total(told.loc["East"]) == pytest.approx(50 + 50 / 12 - 75)
    west = told.loc["West"].set_index("kind")["customers"]
    assert west.to_dict() == {"stayed": 0, "joined": 1}


# Who is behind a cause


def test_the_customers_behind_a_cause_are_listed_by_how_far_it_moved_them():
    found = change(
        snapshot_of({"a": HEALTHY, "b": HEALTHY, "c": HEALTHY, "d": HEALTHY}),
        snapshot_of(
            {
                "a": HEALTHY | {"logins": 40},
                "b": HEALTHY | {"logins": 0},
                "c": HEALTHY | {"tickets": 9},
                "new": HALF,
            }
        ),
        rules(),
        rules(),
    )
    told = means.change(found)
    moved = means.whom(found, told[told["item"] == "logins"])
    assert moved.to_numpy().tolist() == [["b", pytest.approx(-40)], ["a", pytest.approx(-8)]]
    assert means.whom(found, told[told["kind"] == "newly known"])["customer_id"].tolist() == ["new"]
    several = means.whom(found, told[(told["kind"] == "left") | (told["item"] == "tickets")])
    assert several["customer_id"].tolist() == ["c", "d"]
    assert several["points"].tolist() == pytest.approx([-18, np.nan], nan_ok=True)


def test_behind_a_cause_of_a_segment_stand_its_own_customers_only():
    days = {"a": HEALTHY, "b": HEALTHY}, {"a": HEALTHY | {"logins": 0}, "b": HALF}
    found = change(*(snapshot_of(day) for day in days), rules(), rules())
    groups = pd.Series({"a": "East", "b": "West"}), pd.Series({"a": "East", "b": "East"})
    told = means.change(found, *groups)
    east = told[told["group"] == "East"]
    logins = east[east["item"] == "logins"]
    assert means.whom(found, logins, *groups)["customer_id"].tolist() == ["a"]
    joined = east[east["kind"] == "joined"]
    assert means.whom(found, joined, *groups)["customer_id"].tolist() == ["b"]


# Whatever the rules and the portfolio


@settings(max_examples=5)
@given(seed=st.integers(0, 100_000), groups=st.integers(1, 3))
def test_the_causes_of_each_group_add_up_to_the_change_of_its_mean(seed, groups):
    before, after, old, new = odd_days(seed)
    rng = np.random.default_rng(seed)
    then, now = (
        pd.Series(rng.choice(list("ABC")[:groups], len(day)), index=day["customer_id"]).sample(
            frac=0.9, random_state=seed
        )
        for day in (before, after)
    )
    told = means.change(change(before, after, old, new), then, now)
    was, is_ = (score(*day).set_index("customer_id") for day in ((before, old), (after, new)))
    for axis in ("cmi", "chs"):
        for name in set(then) | set(now):
            here = told[(told["score"] == axis) & (told["group"] == name)]
            first, last = (
                day[axis].reindex(group.index[group == name])
                for day, group in ((was, then), (is_, now))
            )
            expected = last.mean() - first.mean()
            assert means.total(here) == pytest.approx(expected, abs=1e-9, nan_ok=True)
            same = (last - first.reindex(last.index)).dropna()
            items = here[~here["kind"].isin([*means.CAME, *means.WENT])]
            assert items["points"].sum() == pytest.approx(same.mean() if len(same) else 0, abs=1e-9)
            counted = here.groupby("kind")["customers"].sum()
            assert counted.reindex([means.STAYED, *means.CAME]).sum() == last.notna().sum()
            assert counted.reindex([means.STAYED, *means.WENT]).sum() == first.notna().sum()
