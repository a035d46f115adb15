from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from portfolios import DAY, add, customer, loaded, observation, origin, outcome, rules, state

from cmi.problems import AlreadyImportedError, Problem
from cmi.scoring import score
from cmi.store import Store

ACME = customer("a", name="Acme", domain="acme.example", arr=100.0, Size="S")


# The same content, and all or nothing


def test_the_same_content_is_refused_with_a_sentence_and_nothing_is_added(store):
    add(store, "a.csv", [ACME])
    before, version = state(store), store.version()
    again = origin("copy of a.csv", sha256=origin("a.csv").sha256)
    sentence = str(store.twice(again))
    with pytest.raises(AlreadyImportedError, match="has the same content") as refused:
        store.add([(origin("new.csv"), loaded([customer("n")])), (again, loaded([ACME]))])
    assert str(refused.value) == sentence
    assert sentence.startswith("copy of a.csv has the same content as an import by Ana on ")
    assert state(store) == before
    assert store.version() == version
    assert len(store.imports()) == 1
    add(store, "new.csv", [customer("n")])


def test_the_same_content_twice_in_one_upload_is_refused(store):
    with pytest.raises(AlreadyImportedError):
        store.add([(origin("a.csv"), loaded([ACME])), (origin("a.csv"), loaded([ACME]))])
    assert store.is_empty()


def test_two_sheets_of_one_workbook_are_two_imports(store):
    sheets = [origin("a.xlsx", sheet="Accounts"), origin("a.xlsx", sheet="Usage")]
    tables = (loaded([ACME]), loaded(None, [observation("a", "logins", 5)]))
    assert store.add(list(zip(sheets, tables, strict=True))) == [1, 2]


def test_an_import_that_fails_midway_leaves_nothing(store):
    add(store, "good.csv", [ACME])
    before, version = state(store), store.version()
    broken = loaded([customer("b")], [{**observation("b", "logins", 1), "rater": None}])
    with pytest.raises(duckdb.ConstraintException):
        store.add([(origin("first.csv"), loaded([customer("c")])), (origin("b.csv"), broken)])
    assert state(store) == before
    assert store.version() == version
    assert store.imports()["file"].tolist() == ["good.csv"]
    # The door is not locked behind it.
    assert store.twice(origin("first.csv")) is None
    assert add(store, "first.csv", [customer("c")]) == 2


def test_rows_that_do_not_add_up_are_not_imported(store):
    with pytest.raises(duckdb.ConstraintException):
        store.add([(origin("a.csv"), replace(loaded([ACME]), rows=2))])
    assert store.is_empty()


# Taking back


def test_a_withdrawn_import_is_as_if_it_had_never_come(store):
    add(store, "a.csv", [ACME], [observation("a", "logins", 10)])
    before = state(store)
    wrong = add(
        store,
        "b.csv",
        [customer("a", name="Wrong", Other="x"), customer("b")],
        [observation("a", "logins", 50), observation("a", "csat", 1, "2025-01-01")],
        [outcome("a", "churned", "2026-01-31")],
    )
    after = state(store)
    assert after != before
    store.withdraw(wrong)
    assert state(store) == before
    assert store.imports().loc[0, "withdrawn_at"] is not pd.NaT
    store.restore(wrong)
    assert state(store) == after
    assert store.imports()["withdrawn_at"].isna().all()


def test_withdrawing_the_only_import_empties_the_store(store):
    number = add(store, "a.csv", [ACME])
    store.withdraw(number)
    assert store.is_empty()
    assert store.snapshot(DAY, rules()).empty
    assert score(store.snapshot(DAY, rules()), rules()).empty


def test_an_older_import_can_be_withdrawn_after_later_ones(store):
    old = add(store, "old.csv", [customer("a", "2026-01-01", name="Acme", owner="Ana")])
    add(store, "new.csv", [customer("a", "2026-01-20", name="Acme Ltd")])
    store.withdraw(old)
    found = store.snapshot(DAY, rules()).iloc[0]
    assert found["name"] == "Acme Ltd"
    assert pd.isna(found["owner"])


def test_withdrawn_content_may_be_imported_again_and_then_not_restored(store):
    first = add(store, "a.csv", [ACME])
    store.withdraw(first)
    again = add(store, "a.csv", [customer("a", name="Acme, mapped better")])
    with pytest.raises(AlreadyImportedError):
        store.restore(first)
    assert store.known()["name"].tolist() == ["Acme, mapped better"]
    store.withdraw(again)
    store.restore(first)
    assert store.known()["name"].tolist() == ["Acme"]
    with pytest.raises(AlreadyImportedError):
        store.restore(again)


def test_withdrawing_or_restoring_twice_is_the_same_as_once(store):
    first, second = add(store, "a.csv", [ACME]), add(store, "b.csv", [customer("b")])
    store.withdraw(first)
    when = store.imports().loc[1, "withdrawn_at"]
    store.withdraw(first)
    assert store.imports().loc[1, "withdrawn_at"] == when
    store.restore(first)
    store.restore(first)
    store.restore(second)
    assert store.known()["customer_id"].tolist() == ["a", "b"]


# Any sequence of imports, undos and redos


def sheet(*rows, problems=()):
    """A table with one row that was refused and one that is blank."""
    table = loaded(*rows, problems=problems)
    return replace(table, rows=table.rows + 2, refused=1, blank=1)


# Uploads by their sheets; a name that comes twice is the same content in two uploads.
UPLOADS = (
    {
        "crm": sheet(
            [customer("a", "2026-01-01", name="Acme", owner="Ana", arr=100.0, Region="East")],
            problems=(Problem("level", "crm", "6 is no level.", row=3, value="6"),),
        )
    },
    {
        "accounts": sheet(
            [
                customer("a", "2026-01-20", name="Acme Ltd", currency="EUR", region="West"),
                customer("b", "2026-01-20", domain="b.example", Stage="Live"),
            ]
        ),
        "leavers": sheet(
            None,
            None,
            [outcome("a", "churned", "2026-01-25"), outcome("b", "renewed", "2026-01-03")],
        ),
    },
    {
        "usage": sheet(
            [customer("a", "2026-01-20", name="Acme Inc", Region="North")],
            [observation("a", "logins", 7, "2026-01-20"), observation("c", "sponsor", "Named")],
            [outcome("c", "expanded", "2026-01-20", 500.0)],
            problems=(Problem("ignored", "usage", "Column x was not used.", column="x"),),
        )
    },
    {
        "survey": sheet(
            None,
            [
                observation("a", "people_roles", 2, "2026-01-02"),
                observation("a", "people_roles", 5, "2026-01-20", "sales", respondent="Sam"),
                observation("a", "people_roles", 4, "2026-01-20", "sales", respondent="Kim"),
                observation("b", "people_roles", 3, "2026-01-25", note="by phone"),
            ],
        ),
        "newer usage": sheet(None, [observation("a", "logins", 9), observation("b", "csat", 4)]),
    },
    # Another workbook that holds one sheet of an earlier one.
    {
        "contacts": sheet([customer("c", "2026-01-25", name="Cog", owner="Ben", Stage="New")]),
        "leavers": sheet(None, None, [outcome("a", "churned", "2026-01-25")]),
    },
)
SHEETS = tuple((upload, name) for upload, sheets in enumerate(UPLOADS) for name in sheets)
DAYS = (date(2026, 1, 20), DAY)
PROBE = loaded(
    None,
    [
        observation("a", "logins", 7, "2026-01-20"),
        observation("a", "people_roles", 3, "2026-01-20", "sales", respondent="Sam"),
    ],
).observations


def table_of(upload, name):
    where = origin(name, sheet=name, fingerprint=name, mapping=f"{upload}", sha256=name)
    return where, UPLOADS[upload][name]


def rows_in_force(store):
    """Every row that reading sees, table by table.

    An import is told by its place among those in force: numbers of withdrawn ones are not reused.
    """
    live = "(SELECT id, row_number() OVER (ORDER BY id) AS place FROM live)"
    tables = {
        "live_customer": ", newest",
        "live_observation": ", newest",
        "live_outcome": "",
        "problem": "",
        "content": "",
    }
    with store._reading() as cursor:
        found = {
            table: cursor.execute(
                f"SELECT place, * EXCLUDE (place, id, import_id{order}) "
                f"FROM {table} JOIN {live} ON import_id = id ORDER BY ALL"
            ).fetchall()
            for table, order in tables.items()
        }
        found["order"] = cursor.execute(
            "SELECT customer_id, item, rank() OVER (ORDER BY newest) FROM live_observation "
            "UNION ALL SELECT customer_id, name, rank() OVER (ORDER BY newest) "
            "FROM live_customer ORDER BY ALL"
        ).fetchall()
    return found


def everything(store):
    """Every row that is read, and what the product's functions make of them."""
    compared = store.compare(PROBE).sort_values(["customer_id", "field"])
    frames = [compared, *(store.ratings(DAY, customer_id) for customer_id in "abc")]
    return (
        rows_in_force(store),
        [frame.to_csv(index=False) for frame in frames],
        state(store, *DAYS),
        [store.mapping_for(name) for _, name in SHEETS],
        [store.twice(table_of(*one)[0]) is not None for one in SHEETS],
        store.is_empty(),
    )


def kept(store):
    """Rows per import of what is never thrown away, and what an undo has no business with."""
    tables = ("customer", "observation", "outcome", "problem")
    counts = [f"(SELECT count(*) FROM {table} WHERE import_id = id)" for table in tables]
    with store._reading() as cursor:
        imports = cursor.execute(
            f"SELECT id, file, rows, kept, refused, blank, {', '.join(counts)} FROM import "
            "ORDER BY id"
        ).fetchall()
        return imports, [
            cursor.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
            for table in ("methodology", "decision")
        ]


def expected(what, asked, ever, in_force):
    """What a step should do: the sheets that come, the ids that it changes, and whether it may."""
    if what == "import":
        coming = [(asked, name) for name in UPLOADS[asked]]
        ids = list(range(len(ever) + 1, len(ever) + 1 + len(coming)))
    else:
        known = [number for number in dict.fromkeys(asked) if number <= len(ever)]
        coming, ids = [], [n for n in known if (n in in_force) == (what == "undo")]
    contents = [(ever + coming)[number - 1][1] for number in [*in_force, *ids]]
    return coming, ids, what == "undo" or len(set(contents)) == len(contents)


some_ids = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)
a_step = st.one_of(
    st.tuples(st.just("import"), st.integers(0, len(UPLOADS) - 1)),
    st.tuples(st.sampled_from(["undo", "redo"]), some_ids),
)


@settings(max_examples=30)
@given(steps=st.lists(a_step, max_size=16))
@example([("import", 0), ("undo", (1,)), ("import", 0), ("redo", (1,))])
@example([("import", 1), ("import", 3), ("undo", (1, 2)), ("import", 4), ("redo", (1, 2))])
@example([("import", 0), ("undo", (1,)), ("import", 0), ("undo", (2,)), ("redo", (1, 2))])
def test_after_any_sequence_the_state_is_as_if_what_was_withdrawn_had_never_come(steps):
    store, fresh = Store(), Store()
    store.save_methodology(rules(), "Ana")
    ever: list[tuple[int, str]] = []  # upload and sheet of each import, by its id - 1
    in_force: set[int] = set()
    for what, asked in steps:
        coming, ids, allowed = expected(what, asked, ever, in_force)
        work = {
            "import": lambda: store.add([table_of(*one) for one in coming]),  # noqa: B023
            "undo": lambda: store.withdraw(*asked),  # noqa: B023
            "redo": lambda: store.restore(*asked),  # noqa: B023
        }[what]
        if not allowed:
            before = store.version(), rows_in_force(store)
            with pytest.raises(AlreadyImportedError):
                work()
            assert (store.version(), rows_in_force(store)) == before
            continue
        work()
        ever += coming
        in_force = in_force - set(ids) if what == "undo" else in_force | set(ids)
    for number in sorted(in_force):
        fresh.add([table_of(*ever[number - 1])])
    assert everything(store) == everything(fresh)
    # Nothing was thrown away, and the rest was left alone.
    imports, others = kept(store)
    for (_, file, *counts), (upload, name) in zip(imports, ever, strict=True):
        table = UPLOADS[upload][name]
        parts = (table.customers, table.observations, table.outcomes, table.problems)
        assert (file, counts) == (name, [table.rows, table.kept, 1, 1, *map(len, parts)])
    assert [len(rows) for rows in others] == [1, 0]
    history = store.imports()
    assert set(history.loc[history["withdrawn_at"].isna(), "id"]) == in_force
    store.close()
    fresh.close()


# The version, for caches


def test_the_version_changes_with_everything_that_is_written(store):
    seen = [store.version()]

    def changed():
        seen.append(store.version())
        return len(set(seen)) == len(seen)

    assert store.version() == seen[0]
    first = add(store, "a.csv", [ACME])
    assert changed()
    store.withdraw(first)
    assert changed()
    store.restore(first)
    assert changed()
    add(store, "b.csv", [customer("b")])
    assert changed()
    store.save_methodology(rules(), "Ana")
    assert changed()
    store.snapshot(DAY, rules())
    assert store.version() == seen[-1]


def test_two_stores_never_share_a_version(store):
    other = Store()
    assert other.version() != store.version()
    add(store, "a.csv", [ACME])
    add(other, "a.csv", [customer("z")])
    assert other.version() != store.version()
    other.close()
