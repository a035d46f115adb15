"""Scores on another scale than ours are asked about, and turned into ours."""

from __future__ import annotations

from datetime import date

import pytest
from sheets import sheet

from cmi import mapping
from cmi.methodology import shipped

TABLE = sheet("customer_id,CSAT\nA,10\nB,1\nC,5.5")


def test_a_satisfaction_out_of_ten_is_a_question_and_not_taken_for_percent() -> None:
    found = mapping.propose([TABLE], shipped())
    assert [q.text for q in found[0].questions] == [
        "The values in CSAT go up to 10. What are they?"
    ]
    (loaded,) = mapping.apply([TABLE], found, shipped(), date(2026, 1, 1))
    # 10 of 10 is 5, 1 of 10 is 1, the middle 5.5 is 3
    assert loaded.observations["value"].tolist() == pytest.approx([5, 1, 3])


def test_the_answer_percent_turns_them_into_very_low_scores() -> None:
    found = mapping.propose([TABLE], shipped())[0]
    answered = mapping.with_answer(found, "csat:CSAT", "Percent")
    (loaded,) = mapping.apply([TABLE], [answered], shipped(), date(2026, 1, 1))
    # 0 % is 1 and 100 % is 5, so 10 % is 1.4
    assert loaded.observations["value"].tolist() == pytest.approx([1.4, 1.04, 1.22])


def test_scores_from_one_to_five_are_no_question() -> None:
    found = mapping.propose([sheet("customer_id,CSAT\nA,5\nB,1.5")], shipped())
    assert found[0].questions == ()
