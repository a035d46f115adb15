"""Which questions tell nothing of their own: worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from portfolios import rules
from test_raters import pairs, ratings

from cmi.evidence.questions import that_move_together, that_never_vary, that_raters_see_differently


def scores(**levels):
    return pd.DataFrame({key: pd.Series(values, dtype="float64") for key, values in levels.items()})


def test_a_factor_on_which_nine_of_ten_stand_alike_never_varies():
    found = that_never_vary(
        scores(people_roles=[3] * 36 + [4] * 4, people_skills=[3] * 35 + [4] * 5), rules()
    )
    assert found.to_numpy().tolist() == [["people_roles", 3, 0.9, 40]]


def test_answers_that_are_not_known_do_not_count():
    found = that_never_vary(scores(people_roles=[2] * 30 + [np.nan] * 70), rules())
    assert found.to_numpy().tolist() == [["people_roles", 2, 1.0, 30]]
    assert that_never_vary(scores(people_roles=[2] * 29 + [np.nan] * 70), rules()).empty


def test_two_factors_that_move_together_are_a_pair():
    base = [1, 2, 3, 4, 5] * 8
    found = that_move_together(
        scores(
            people_roles=base,
            people_skills=[*base[:-1], 4],  # one of forty is a level lower
            process_coverage=base[::-1],  # against each other
            process_handoffs=[3] * 40,  # never varies: moves with nobody
        ),
        rules(),
    )
    assert found[["item", "other", "customers"]].to_numpy().tolist() == [
        ["people_roles", "people_skills", 40]
    ]
    assert found.loc[0, "correlation"] == pytest.approx(0.994, abs=0.002)


def test_thirty_customers_with_both_answers_are_needed():
    half = [1.0, 2.0] * 20
    other = [np.nan] * 11 + half[11:]
    assert that_move_together(scores(people_roles=half, people_skills=other), rules()).empty


def test_raters_who_are_a_level_apart_see_a_question_differently():
    told = ratings(*pairs("people_roles", [1, -1] * 15), *pairs("people_skills", [0, 1] * 15))
    found = that_raters_see_differently(told, rules())
    assert found.to_numpy().tolist() == [["people_roles", "csm", "sales", 1.0, 0.0, 30]]
    assert that_raters_see_differently(ratings(*pairs("people_roles", [2] * 29)), rules()).empty


def test_without_answers_nothing_is_found():
    assert that_never_vary(scores(), rules()).empty
    assert that_move_together(scores(), rules()).empty
    assert that_raters_see_differently(ratings(), rules()).empty
