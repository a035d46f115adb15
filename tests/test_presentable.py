"""Whose maturity can be shown to them; a level is valid for 365 days."""

from __future__ import annotations

from histories import LEFT
from placed import said, scored
from portfolios import rules
from test_freshness import aged, ago

from cmi.audiences import customers
from cmi.portfolio import present

RULES = rules()
CUSTOMERS = {
    "Zeta": aged(*[365] * 11, 10, owner="Ana"),  # the last day of validity
    "Acme": aged(*[366] * 11, 20),
    "half": aged(*[50] * 3),  # a quarter of the answers is too little for a score
    "never": {},
    "gone": aged(*[10] * 12, left_on=LEFT),
}


def shown(portfolio):
    scores = present(scored({k: {"name": k, **v} for k, v in portfolio.items()}))
    return customers.presentable(scores, RULES), len(scores)


def test_who_has_a_maturity_can_be_shown_it_with_the_day_of_its_newest_answer():
    rows, _ = shown(CUSTOMERS)
    assert rows["name"].tolist() == ["Acme", "Zeta"]
    assert rows["assessed_on"].tolist() == [ago(20), ago(10)]
    assert rows["due"].tolist() == [True, False]
    assert rows["cmi"].tolist() == [50, 50]  # all at level 3


def test_it_is_said_of_how_many_and_who_should_be_asked_again_first():
    assert said(customers.headline(*shown(CUSTOMERS))) == (
        "2 of 4 customers have a maturity to show; 1 of them is due for an assessment first."
    )
    assert said(customers.headline(*shown({"Zeta": CUSTOMERS["Zeta"]}))) == (
        "1 of 1 customer has a maturity to show."
    )
    assert said(customers.headline(*shown({"never": {}}))) == (
        "No customer's maturity is known yet, so there is nothing to show them."
    )
