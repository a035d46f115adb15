"""Which customers the plays are for, and whether they helped, through app.py."""

from __future__ import annotations

from datetime import date

from portfolios import customer, loaded, observation
from screens import heads, is_well, some, unescaped

from cmi.methodology import shipped
from cmi.store.decisions import Decision, NewPlay
from cmi.ui import session

PLAYS = "pages/prepare/playbooks.py"
RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
THEN, NOW = "2025-10-31", "2026-01-31"
WITH, WITHOUT = [f"w{n}" for n in range(10)], [f"o{n}" for n in range(10)]


def seen(who: str, level: float, on: str):
    levels = [observation(who, f.key, level, on=on) for f in RULES.factors]
    return [*levels, *(observation(who, key, value, on=on) for key, value in GOOD.items())]


# All stand at maturity 50 in autumn; in winter those with a play at 75.
TWENTY = loaded(
    [
        customer(who, name=f"Customer {who}", arr=100.0, currency="EUR",
                 Region="East" if who.endswith("0") else "West")
        for who in (*WITH, *WITHOUT)
    ],
    [row for who in (*WITH, *WITHOUT) for row in seen(who, 3, THEN)]
    + [row for who in WITH for row in seen(who, 4, NOW)]
    + [row for who in WITHOUT for row in seen(who, 3, NOW)],
)  # fmt: skip


def give(*customers: str) -> None:
    held = session.own_store().decisions
    for who in customers:
        autumn = date.fromisoformat(THEN)
        agreed = "expand_and_leverage"
        made = Decision(who, date(2025, 12, 31), autumn, "2x2", agreed, agreed, "Bo")
        held.decide(made, [NewPlay("case_study")], seen=0)


def drawn(at) -> list[str]:
    return [chart.proto.spec for chart in at.get("plotly_chart")]


def test_whoever_has_a_play_is_drawn_and_told_beside_similar_ones(app):
    app(TWENTY, page=PLAYS)
    give(*WITH)
    at = is_well(app(page=PLAYS, plays="Did they help?"))
    assert some(
        at,
        "10 customers with a play: maturity +25.0 points; similar ones without: ±0.0. Difference "
        "+25.0 (+25.0 to +25.0).",
    )
    (gained,) = drawn(at)  # no outcome was recorded, so that chart is not there
    assert "Health" in gained
    assert "Maturity" in gained
    assert some(at, "No outcome was recorded of anybody yet.")
    assert some(at, "This is not proof")


def test_before_the_first_play_the_question_leads_to_the_review(app):
    at = is_well(app(TWENTY, page=PLAYS, plays="Did they help?"))
    assert some(at, "No play was given yet.")
    assert [link.proto.label for link in at.get("page_link")].count("Review") == 1


def test_nothing_is_drawn_of_too_few(app):
    app(TWENTY, page=PLAYS)
    give(*WITH[:9])
    at = is_well(app(page=PLAYS, plays="Did they help?"))
    assert some(at, "9 customers with a play can be compared with similar ones, and 10 are needed.")
    assert drawn(at) == []


def test_a_playbook_lists_who_stands_there_of_those_that_the_filters_leave(app):
    asked = {"plays": "Playbooks", "playbook.2x2": "Expand and leverage"}
    at = is_well(app(TWENTY, page=PLAYS, **asked))
    assert some(at, "20 customers with 2,000 EUR ARR stand there now.")
    at = is_well(app(page=PLAYS, f_region="East", **asked))
    assert some(at, "2 customers with 200 EUR ARR stand there now.")
    (table,) = at.dataframe
    assert sorted(map(unescaped, table.value["name"])) == ["Customer o0", "Customer w0"]
    assert table.value["next_play"].notna().all()


def test_a_playbook_for_nobody_says_so_and_shows_no_table(app):
    asked = {"plays": "Playbooks", "playbook.2x2": "Let go"}
    at = is_well(app(TWENTY, page=PLAYS, **asked))
    assert some(at, "0 customers")
    assert len(at.dataframe) == 0
    assert "Which plays?" in heads(at)
