"""Step 3: what will be new, changed, unchanged and refused, with examples; and the one button."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cmi import intake, mapping
from cmi.frames import Loaded
from cmi.intake.corrections import all_to_correct
from cmi.intake.preview import Preview
from cmi.methodology import Methodology
from cmi.store import Store
from cmi.ui import session
from cmi.ui.collect.upload import draft as drafts
from cmi.ui.collect.upload import history
from cmi.ui.collect.upload.draft import Draft
from cmi.ui.markdown import plain
from cmi.ui.widgets import take_along
from cmi.words import count, day, listed

SHOWN = 100  # rows of an example
LATER = ("unknown-customer", "unlinked")  # what the file that lists the customers would mend


def when_and_who(held: Draft) -> tuple[date, str]:
    """The day the files speak of, and the name under which they are imported."""
    left, right = st.columns(2)
    proposed = intake.as_of_of(held.reading, held.mappings)
    as_of = left.date_input(
        "These files show the state of",
        value=proposed,
        format="YYYY-MM-DD",
        key=f"upload.as_of.{held.token}",
        help="The newest date in the files, or today. Values without a date of their own get it.",
    )
    by_whom = right.text_input(
        "Imported by", key="upload.by", placeholder="Your name", persist_state="session"
    )
    return as_of or proposed, by_whom.strip() or "somebody"


def consequences(
    held: Draft, loaded: Sequence[Loaded], preview: Preview, methodology: Methodology
) -> None:
    """What the import would do, in numbers and examples."""
    refused = sum(one.refused for one in loaded)
    cells = st.columns(6)
    cells[0].metric("New customers", f"{preview.new_customers:,}")
    cells[1].metric("Known customers", f"{preview.known_customers:,}")
    cells[2].metric("New values", f"{preview.new_observations:,}")
    cells[3].metric("Changed values", f"{len(preview.changes):,}")
    cells[4].metric("Unchanged values", f"{preview.unchanged_observations:,}")
    cells[5].metric("Refused rows", f"{refused:,}")
    problems = intake.problems_of(loaded)
    rows, new, changed, remarks = st.tabs(
        [
            "Rows",
            f"New ({preview.new_customers:,})",
            f"Changes ({len(preview.changes):,})",
            f"Remarks ({len(problems):,})",
        ],
        key=f"what.{held.token}",
    )
    with rows:
        _account(held, loaded)
        _missing(held, preview)
    with new:
        _new(preview, loaded)
    with changed:
        _changes(preview, methodology)
    with remarks:
        reading = held.reading
        corrections = all_to_correct(reading.tables, held.mappings, loaded) if problems else {}
        history.problems(problems, corrections, "upload")


def _account(held: Draft, loaded: Sequence[Loaded]) -> None:
    """Every row of every table: kept, refused or blank, and what the kept ones brought."""
    tables = held.reading.tables
    account = pd.DataFrame(
        {
            "file": [t.file for t in tables],
            "sheet": [t.sheet for t in tables],
            "rows": [one.rows for one in loaded],
            "kept": [one.kept for one in loaded],
            "refused": [one.refused for one in loaded],
            "blank": [one.blank for one in loaded],
            "customers": [_customers(one) for one in loaded],
            "values": [len(one.observations) for one in loaded],
            "outcomes": [len(one.outcomes) for one in loaded],
        }
    )
    if not any(account["sheet"]):
        account = account.drop(columns="sheet")
    shown: dict[str, Any] = {c: c.capitalize() for c in account.columns}
    for figure in map(str, account.select_dtypes("number")):
        shown[figure] = st.column_config.NumberColumn(figure.capitalize(), format="localized")
    st.dataframe(account, hide_index=True, key="account", column_config=shown)
    st.caption("Rows in the file = kept + refused + blank, for every table.")


def _customers(*loaded: Loaded) -> int:
    """How many customers the tables say something of."""
    frames = [f for one in loaded for f in (one.customers, one.observations, one.outcomes)]
    return int(pd.concat([f["customer_id"] for f in frames]).nunique())


def _missing(held: Draft, preview: Preview) -> None:
    """Who is there and not in the files, where these speak of most customers."""
    missing = preview.missing
    if missing.empty or len(missing) >= preview.known_customers:
        return
    there = "in none of these files"
    who = count(len(missing), f"customer is {there}", f"customers are {there}")
    with st.expander(f":orange[{who}]", key=f"missing.{held.token}"):
        st.caption(
            "They are there today and stay as they are. Whoever has left is told by a column "
            "that says so, or by a list of who left."
        )
        st.dataframe(
            missing.head(SHOWN),
            hide_index=True,
            key="missing",
            column_config={"customer_id": "Customer id", "name": "Name"},
        )
        take_along(lambda: missing, "customers not in the files")


def _new(preview: Preview, loaded: Sequence[Loaded]) -> None:
    if preview.new.empty:
        st.caption("No customer is new.")
    else:
        st.dataframe(
            preview.new.head(SHOWN),
            hide_index=True,
            key="new",
            column_config={"customer_id": "Customer id", "name": "Name"},
        )
        if len(preview.new) > SHOWN:
            st.caption(f"The first {SHOWN} of {count(len(preview.new), 'new customer')}.")
        take_along(lambda: preview.new, "new customers")
    outcomes = pd.concat([one.outcomes["outcome"] for one in loaded]).value_counts()
    if len(outcomes):
        said = [f"{number:,} {what}" for what, number in outcomes.items()]
        st.caption(f"Outcomes: {listed(said)}.")


def _changes(preview: Preview, methodology: Methodology) -> None:
    if preview.changes.empty:
        st.caption("Nothing that is known reads differently afterwards.")
        return
    labels = mapping.meanings(methodology).items()
    names = {target or role: label.rpartition(": ")[2] for label, (role, target) in labels}
    names |= {i.key: i.name for i in methodology.items}

    def named(changes: pd.DataFrame) -> pd.DataFrame:
        return changes.assign(field=changes["field"].replace(names))

    changes = preview.changes
    counted = changes["field"].value_counts().rename(index=names)
    told = [f"{name} {number:,}" for name, number in counted.items()]
    st.caption(plain(f"How many of each: {listed(told, 8)}."))
    st.dataframe(
        named(changes.head(SHOWN)),
        hide_index=True,
        key="changes",
        column_config={
            "customer_id": "Customer id", "name": "Name", "field": "What",
            "date": st.column_config.DateColumn("As of", format="D MMM YYYY"),
            "old": "Reads now", "new": "Will read",
        },
    )  # fmt: skip
    if len(preview.changes) > SHOWN:
        st.caption(f"The first {SHOWN} of {count(len(changes), 'change')}.")
    take_along(lambda: named(changes), "changes")


def import_button(
    store: Store, held: Draft, loaded: Sequence[Loaded], as_of: date, by_whom: str
) -> None:
    """The one button that writes, and what it will write."""
    there = drafts.already_there(held, store)
    origins = intake.origins(held.reading, held.mappings, as_of, by_whom)
    fresh = [
        (origin, one)
        for origin, one in zip(origins, loaded, strict=True)
        if (origin.file, origin.sheet) not in there
    ]
    used = [(origin, one) for origin, one in fresh if one.kept]
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Import", type="primary", icon=":material/check:", disabled=not used, key="import"
        )
        st.caption(_promise(len(used), as_of), width="content")
        if remarks := len(intake.problems_of([one for _, one in used])):
            st.caption(
                f":orange[:material/warning: {count(remarks, 'remark')}: what was not understood "
                "is left out.]"
            )
    if pressed:
        reading = held.reading
        corrections = all_to_correct(reading.tables, held.mappings, loaded)
        with st.spinner("Importing …"):
            ids = store.add(fresh)
        names = dict.fromkeys(origin.file for origin, _ in used)
        sentence = f"{listed(list(names), 3)} imported: {_brought([one for _, one in used])}."
        history.leave_news(ids, sentence, corrections)
        drafts.end()
        session.show_day(None)
        st.rerun()


def _promise(tables: int, as_of: date) -> str:
    if not tables:
        return "There is nothing to import: no row is kept, or all of it is here already."
    what = "The table goes in" if tables == 1 else f"{tables:,} tables go in together, all or none,"
    return f"{what} as of {day(as_of)}. It can be undone at any time."


def _brought(loaded: Sequence[Loaded]) -> str:
    """500 customers, 2,000 values."""
    said = [count(_customers(*loaded), "customer")]
    said += [count(n, "value") for n in [sum(len(one.observations) for one in loaded)] if n]
    said += [count(n, "outcome") for n in [sum(len(one.outcomes) for one in loaded)] if n]
    return listed(said)
