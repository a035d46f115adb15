from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import ALL_FACTORS, add, customer, observation, outcome, rules

from cmi.frames import AGE
from cmi.freshness.assess import NobodyToAssessError, UnknownChoiceError, due, in_words
from cmi.methodology.parts import Validity
from cmi.store import Store

DAY = date(2026, 1, 31)
RULES = rules()  # a level is valid for 365 days


def assessed(who: str, on: str, level: float = 3, factors: list[str] = ALL_FACTORS) -> list[dict]:
    return [observation(who, factor, level, on) for factor in factors]


@pytest.fixture
def snapshot(store: Store) -> pd.DataFrame:
    """fresh and other are in date, old is not, half and none lack levels, gone has left."""
    add(
        store,
        "a.csv",
        [
            customer("fresh", name="Fresh", owner="Jane Doe", Region="EMEA", Size="Large"),
            customer("old", name="Old", owner="Jane Doe", Region="APAC"),
            customer("half", owner="Ben", Region="EMEA"),
            customer("none", owner=None, Region=None),
            customer("other", owner="Ben", Region="APAC"),
            customer("gone", owner="Jane Doe", Region="LATAM", as_of="2024-12-31"),
        ],
        [
            *assessed("fresh", "2025-11-30"),
            observation("fresh", ALL_FACTORS[0], 4, "2025-12-31"),
            *assessed("old", "2025-01-30"),  # 366 days ago
            *assessed("other", "2025-01-31"),  # 365 days ago
            *assessed("half", "2026-01-01", 5, ALL_FACTORS[:1]),
            *assessed("gone", "2024-11-30"),
        ],
    )
    add(store, "b.csv", [], [], [outcome("gone", "churned", "2025-06-30")])
    return store.snapshot(DAY, RULES)


def ids(frame: pd.DataFrame) -> list[str]:
    return frame["customer_id"].tolist()


def test_everybody_but_those_who_left_is_to_be_assessed_with_their_last_levels(
    snapshot: pd.DataFrame,
) -> None:
    found = due(snapshot, RULES)
    assert list(found.columns) == ["customer_id", "name", *ALL_FACTORS, "assessed_on"]
    assert ids(found) == ["fresh", "half", "none", "old", "other"]
    rows = found.set_index("customer_id")
    assert rows.loc["fresh", ALL_FACTORS].tolist() == [4, *[3] * 11]
    assert rows.loc["half", ALL_FACTORS].count() == 1
    assert rows.loc["none", ALL_FACTORS].count() == 0


def test_last_assessed_is_the_day_of_the_newest_level(snapshot: pd.DataFrame) -> None:
    days = due(snapshot, RULES).set_index("customer_id")["assessed_on"]
    assert days["fresh"] == pd.Timestamp("2025-12-31")
    assert days["old"] == pd.Timestamp("2025-01-30")
    assert pd.isna(days["none"])


def test_stale_only_keeps_who_lacks_a_level_or_has_one_that_is_too_old(
    snapshot: pd.DataFrame,
) -> None:
    assert ids(due(snapshot, RULES, stale_only=True)) == ["half", "none", "old"]


def test_one_level_that_is_too_old_is_enough(store: Store) -> None:
    one_old = [observation("a", ALL_FACTORS[-1], 3, "2025-01-30")]
    add(store, "a.csv", [], [*assessed("a", "2026-01-01", factors=ALL_FACTORS[:-1]), *one_old])
    assert ids(due(store.snapshot(DAY, RULES), RULES, stale_only=True)) == ["a"]


def test_owner_and_segment_are_found_in_whatever_case(snapshot: pd.DataFrame) -> None:
    assert ids(due(snapshot, RULES, owner=" jane DOE")) == ["fresh", "old"]
    assert ids(due(snapshot, RULES, segment=("region", "emea"))) == ["fresh", "half"]


def test_wishes_add_up(snapshot: pd.DataFrame) -> None:
    segment = ("Region", "APAC")
    assert ids(due(snapshot, RULES, owner="Jane Doe", segment=segment)) == ["old"]
    assert ids(due(snapshot, RULES, segment=segment, stale_only=True)) == ["old"]
    assert ids(due(snapshot, RULES, owner="Ben", segment=segment, stale_only=True)) == []


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (
            {"owner": "Jane Do"},
            'No customer has the owner "Jane Do" (did you mean "Jane Doe"?); '
            "there are Ben and Jane Doe.",
        ),
        ({"owner": "Zoe"}, 'No customer has the owner "Zoe"; there are Ben and Jane Doe.'),
        (
            {"segment": ("Regoin", "EMEA")},
            'No customer has the segment "Regoin" (did you mean "Region"?); '
            "there are Region and Size.",
        ),
        (
            {"segment": ("Region", "LATAM")},  # only gone was there
            'No customer has Region "LATAM"; there are APAC and EMEA.',
        ),
        ({"segment": ("Size", "Tiny")}, 'No customer has Size "Tiny"; there is Large.'),
    ],
)
def test_what_no_customer_has_is_refused_with_what_there_is(
    snapshot: pd.DataFrame, wish: dict, sentence: str
) -> None:
    with pytest.raises(UnknownChoiceError) as refused:
        due(snapshot, RULES, **wish)
    assert str(refused.value) == sentence


def test_accents_do_not_hide_what_was_meant() -> None:
    assert 'did you mean "Zoë Laurent"?' in str(
        UnknownChoiceError("the owner", "zoe", ["Zoë Laurent"])
    )


def test_where_nobody_has_an_owner_the_sentence_says_so(store: Store) -> None:
    add(store, "a.csv", [customer("a")])
    with pytest.raises(UnknownChoiceError, match=r'the owner "Ben", nor any other\.$'):
        due(store.snapshot(DAY, RULES), RULES, owner="Ben")


def test_an_empty_portfolio_has_nobody_to_assess(store: Store) -> None:
    found = due(store.snapshot(DAY, RULES), RULES, stale_only=True)
    assert len(found) == 0
    assert "assessed_on" in found


def test_a_wish_in_words() -> None:
    assert in_words(None, None, stale_only=False) == ""
    assert (
        in_words("Jane", ("Region", "EMEA"), stale_only=True)
        == "owner Jane; Region EMEA; stale only"
    )
    assert str(NobodyToAssessError("owner Jane")) == "There is no customer to assess (owner Jane)."
    assert str(NobodyToAssessError("")) == "There is no customer to assess."


ANSWERS = st.lists(
    st.one_of(st.none(), st.tuples(st.integers(2, 10), st.integers(0, 800))),
    min_size=12,
    max_size=12,
)


@given(st.lists(ANSWERS, min_size=1, max_size=5), st.integers(1, 700))
def test_who_is_stale_is_decided_by_each_answer_alone(answers: list[list], valid: int) -> None:
    """Answers are (twice the level, age in days) per factor, or None."""
    methodology = rules(validity=Validity(factor=valid))
    frame = pd.DataFrame(
        [
            {
                "period": pd.Timestamp(DAY),
                "customer_id": f"c{n}",
                "name": "Somebody",
                "owner": None,
                "left_on": pd.NaT,
                **{k: a[0] / 2 if a else np.nan for k, a in zip(ALL_FACTORS, row, strict=True)},
                **{k + AGE: a[1] if a else np.nan for k, a in zip(ALL_FACTORS, row, strict=True)},
            }
            for n, row in enumerate(answers)
        ]
    )
    stale = [
        f"c{n}" for n, row in enumerate(answers) if any(a is None or a[1] > valid for a in row)
    ]
    assert ids(due(frame, methodology, stale_only=True)) == stale
    for row, found in zip(answers, due(frame, methodology)["assessed_on"], strict=True):
        ages = [a[1] for a in row if a]
        assert (DAY - found.date()).days == min(ages) if ages else pd.isna(found)
