from __future__ import annotations

import pytest
from portfolios import DAY, add, customer, observation, rules

from cmi.scoring import score
from cmi.store.snapshot import segment_names

NAUGHTY = [
    'a"; DROP TABLE customer; --',
    "$s0",
    "{region}",
    "%s",
    "Robert'); --",
    "<img src=x onerror=alert(1)>",
    "=1+1",
    "../../etc/passwd",
    "🙂 \N{ZERO WIDTH JOINER} \N{RIGHT-TO-LEFT OVERRIDE} reversed",
    "İıŞß ΣΑΣ",
    "\x01\t\r\nline",
    "undefined",
    "NULL",
    "attributes",
    "said_on",
    "_turn",
    "last_seen",
    "_last_seen",
    "last_heard",
    "churned_on",
    "import_id",
    "domain",
    "period",
    "x" * 5000,
]


def snapshot(store, on=DAY, methodology=None):
    return store.snapshot(on, methodology or rules()).set_index("customer_id")


def test_hostile_names_of_segments_and_values_survive(store):
    segments = {name: f"{name} value" for name in NAUGHTY}
    add(
        store, "a.csv", [{**customer("a"), "attributes": segments}], [observation("a", "logins", 5)]
    )
    found = snapshot(store).loc["a"]
    held = found[[c for c in found.index if str(found[c]).endswith(" value")]]
    assert sorted(held) == sorted(segments.values())
    assert found["logins"] == 5
    assert len(score(store.snapshot(DAY, rules()), rules())) == 1


@pytest.mark.parametrize(
    "name", ["name", "cmi", "People", "USAGE__AGE", "a__age", "_holds.0", "customer_id", "Logins"]
)
def test_a_segment_called_like_a_column_of_ours_is_set_apart(store, name):
    add(store, "a.csv", [{**customer("a", name="Acme"), "attributes": {name: "theirs"}}])
    found = snapshot(store).loc["a"]
    assert found[f"Segment {name}"] == "theirs"
    assert found["name"] == "Acme"
    scored = score(store.snapshot(DAY, rules()), rules())
    assert scored[f"Segment {name}"].tolist() == ["theirs"]


def test_spellings_of_one_segment_become_one_column(store):
    add(store, "1.csv", [customer("a", Region="East"), customer("b", region="West")])
    add(store, "2.csv", [customer("c", **{" REGION ": "North"})])
    found = snapshot(store)
    assert found["REGION"].to_dict() == {"a": "East", "b": "West", "c": "North"}
    assert [c for c in found.columns if c.casefold().strip() == "region"] == ["REGION"]


def test_a_segment_without_a_name_is_called_segment():
    assert segment_names(["", "  "], rules()) == {"Segment": ["", "  "]}


def test_naughty_ids_and_names_of_customers_survive(store):
    rows = [customer(f"{n} {text}", name=text, owner=text) for n, text in enumerate(NAUGHTY)]
    add(store, "a.csv", rows)
    found = snapshot(store)
    for n, text in enumerate(NAUGHTY):
        assert found.loc[f"{n} {text}", ["name", "owner"]].tolist() == [text, text]
    assert sorted(store.known()["name"]) == sorted(NAUGHTY)
