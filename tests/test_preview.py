"""What an import would change, before it does."""

from __future__ import annotations

from datetime import date

import pytest
from portfolios import DAY, customer, loaded, observation, origin, outcome, rules

from cmi.intake.preview import preview

LATER = date(2026, 2, 28)


@pytest.fixture
def known(store):
    """A store that knows Acme and Beta, with a count of logins each."""
    customers = [
        customer("a", name="Acme", arr=12_000.0, currency="EUR", Region="East"),
        customer("b", name="Beta"),
    ]
    store.add([(origin("first.csv"), loaded(customers, [seen("a", 10), seen("b", 20)]))])
    return store


def seen(who, logins, on="2026-01-31"):
    return observation(who, "logins", logins, on=on)


def changes(found):
    said = found.changes.assign(date=found.changes["date"].astype(str))
    return set(said.itertuples(index=False, name=None))


def test_everything_is_new_to_an_empty_portfolio(store):
    brought = loaded(
        [customer("a"), customer("b")], [seen("a", 1)], [outcome("a", "renewed", "2026-01-01")]
    )
    found = preview([brought], DAY, store, rules())
    assert (found.new_customers, found.known_customers) == (2, 0)
    assert (found.new_observations, found.changed_observations) == (1, 0)
    assert found.outcomes == 1
    assert found.changes.empty


def test_the_same_again_changes_nothing(known):
    again = loaded(
        [customer("a", name="Acme", arr=12_000.0, currency="EUR", Region="East")],
        [seen("a", 10), seen("b", 20)],
    )
    found = preview([again], DAY, known, rules())
    assert (found.new_customers, found.known_customers) == (0, 2)
    assert (found.new_observations, found.changed_observations) == (0, 0)
    assert found.unchanged_observations == 2
    assert found.changes.empty


def test_another_value_of_the_same_day_is_shown_from_old_to_new(known):
    found = preview([loaded(None, [seen("a", 11), seen("b", 20)])], DAY, known, rules())
    assert found.changed_observations == 1
    assert found.unchanged_observations == 1
    assert changes(found) == {("a", "Acme", "logins", "2026-01-31", "10", "11")}


def test_another_category_of_the_same_day_is_shown_from_old_to_new(known):
    known.add([(origin("s.csv"), loaded(None, [observation("a", "sponsor", "Named")]))])
    found = preview([loaded(None, [observation("a", "sponsor", "None")])], DAY, known, rules())
    assert changes(found) == {("a", "Acme", "sponsor", "2026-01-31", "Named", "None")}


def test_a_value_of_another_day_or_rater_is_new_and_changes_nothing_that_was_said(known):
    brought = [seen("a", 99, on="2026-02-28"), observation("a", "logins", 99, rater="sales")]
    found = preview([loaded(None, brought)], LATER, known, rules())
    assert found.new_observations == 2
    assert found.changes.empty


def test_attributes_that_would_read_differently_are_shown(known):
    brought = customer("a", "2026-02-28", name="Acme Ltd", arr=15_000.0, Region="West")
    found = preview([loaded([brought])], LATER, known, rules())
    assert changes(found) == {
        ("a", "Acme Ltd", "name", "2026-02-28", "Acme", "Acme Ltd"),
        ("a", "Acme Ltd", "arr", "2026-02-28", "12,000", "15,000"),
        ("a", "Acme Ltd", "Region", "2026-02-28", "East", "West"),
    }


def test_an_attribute_that_was_not_known_is_no_change(known):
    brought = customer("b", arr=5.0, Region="East", owner="Ana", renewal_date="2026-12-31")
    assert preview([loaded([brought])], DAY, known, rules()).changes.empty


def test_an_attribute_that_is_not_mentioned_stays(known):
    assert preview([loaded([customer("a", name="Acme")])], DAY, known, rules()).changes.empty


def test_a_new_date_is_shown_as_a_day(known):
    first = loaded([customer("a", renewal_date="2026-12-31")])
    known.add([(origin("renewal.csv"), first)])
    brought = loaded([customer("a", renewal_date="2027-12-31")])
    found = preview([brought], DAY, known, rules())
    assert changes(found) == {
        ("a", "Acme", "renewal_date", "2026-01-31", "2026-12-31", "2027-12-31")
    }
    assert preview([first], DAY, known, rules()).changes.empty


def test_a_segment_that_looks_like_a_number_stays_as_it_is_written(known):
    known.add([(origin("zip.csv"), loaded([customer("a", Zip="01067")]))])
    found = preview([loaded([customer("a", Zip="01099")])], DAY, known, rules())
    assert changes(found) == {("a", "Acme", "Zip", "2026-01-31", "01067", "01099")}


def test_who_is_there_and_in_none_of_the_files_is_named(known):
    found = preview([loaded([customer("a")]), loaded(None, [seen("c", 1)])], DAY, known, rules())
    assert found.missing.to_dict("records") == [{"customer_id": "b", "name": "Beta"}]
    earlier = preview([loaded([customer("a")])], date(2026, 1, 30), known, rules())
    assert earlier.missing.empty
    gone = loaded(None, None, [outcome("b", "churned", "2026-01-31")])
    assert preview([loaded([customer("a")]), gone], DAY, known, rules()).missing.empty
    known.add([(origin("churn.csv"), gone)])
    assert preview([loaded([customer("a")])], LATER, known, rules()).missing.empty


def test_several_tables_of_one_upload_count_each_customer_once(known):
    tables = [loaded([customer("a"), customer("c")]), loaded(None, [seen("c", 1), seen("b", 20)])]
    found = preview(tables, DAY, known, rules())
    assert (found.new_customers, found.known_customers) == (1, 2)


def test_a_table_of_which_nothing_could_be_read_changes_nothing(known):
    found = preview([loaded()], DAY, known, rules())
    assert (found.new_customers, found.known_customers, found.new_observations) == (0, 0, 0)
    assert found.changes.empty


def test_looking_ahead_writes_nothing(known):
    before = known.version(), len(known.imports())
    preview([loaded([customer("z")], [seen("a", 11)])], DAY, known, rules())
    assert (known.version(), len(known.imports())) == before
