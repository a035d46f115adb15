"""The versions of the methodology: which held when, what differs between two, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from cmi.intake import Upload
from cmi.intake.rules import MOST_BYTES, methodology_of
from cmi.methodology import GridKey, Methodology, to_toml, versions
from cmi.problems import CmiError, Problem, problem_frame
from cmi.reports.rules import workbook
from cmi.store.versions import in_force
from cmi.ui import widgets
from cmi.ui.explore import migrating
from cmi.ui.markdown import plain
from cmi.ui.refine import versioning, weighing
from cmi.ui.session import Frame
from cmi.words import MISSING, count, day

EVER = "the beginning"
LONG = 60  # letters; where most texts are longer, rows are higher
OLD, NEW = "from_version", "to_version"


def headline(frame: Frame, kept: pd.DataFrame) -> str:
    """Which version is in force, and how many there are."""
    now = frame.store.methodology().version
    held = in_force(kept).set_index("version")["from"]
    since = held.get(now)
    said = f"since {day(since) if pd.notna(since) else EVER}"
    many = "It is the only one." if len(kept) == 1 else f"{count(len(kept), 'version')} are kept."
    return f"{now} is in force {said}. {many}"


def told(kept: pd.DataFrame) -> pd.DataFrame:
    """Every version, the newest first, with from and until when it is in force, in words."""
    held = in_force(kept)
    found = kept.merge(held, on="version", how="left").iloc[::-1]
    ends = {"from": EVER, "until": "further notice"}
    words = {c: [word if pd.isna(d) else day(d) for d in found[c]] for c, word in ends.items()}
    never = ~found["version"].isin(held["version"])
    found = found.assign(**words)
    found.loc[never, [*ends]] = "never"
    return found


def table(kept: pd.DataFrame) -> None:
    """Every version as a table."""
    st.dataframe(
        told(kept),
        key="versions",
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_order=["version", "from", "until", "author", "note", "name", "saved_at"],
        column_config={
            "version": st.column_config.TextColumn("Version", pinned=True),
            "name": "Name",
            "from": "In force from",
            "until": "until",
            "author": "Saved by",
            "note": st.column_config.TextColumn("Why", width="large"),
            "saved_at": st.column_config.DatetimeColumn("Saved (UTC)", format="D MMM YYYY, HH:mm"),
        },
    )


def pair(frame: Frame, kept: pd.DataFrame) -> tuple[Methodology, Methodology]:
    """Two versions, each chosen above what can be done with it: what was before, and today's."""
    names = kept["version"].tolist()[::-1]
    held = in_force(kept)["version"].tolist()
    now = frame.store.methodology().version
    before = held[held.index(now) - 1] if now in held and held.index(now) else names[-1]
    chosen = []
    for column, words, key, usual in zip(
        st.columns(2, gap="large"), ("From", "to"), (OLD, NEW), (before, now), strict=True
    ):
        with column:
            with widgets.bar():
                st.markdown(f"**{words}**", width="content")
                name = widgets.choice(words, names, usual if usual in names else names[0], key)
            rules = frame.store.methodology_called(name)
            with widgets.bar():
                take_along(rules, key)
                if rules.version != now:
                    note = f"Restores version {rules.version}."
                    label = f"Restore {plain(rules.version)}"
                    versioning.save_as_version(rules, note, label=label, key=key)
        chosen.append(rules)
    return chosen[0], chosen[1]


def take_along(rules: Methodology, key: str) -> None:
    """A version as a file to read and edit elsewhere, and to bring back."""
    forms: tuple[tuple[str, str, Callable[[Methodology], str | bytes]], ...]
    forms = (("TOML", "toml", to_toml), ("Excel", "xlsx", workbook))
    for form, ending, made in forms:
        st.download_button(
            f"{plain(rules.version)} as {form}",
            partial(made, rules),
            f"methodology {rules.version}.{ending}",
            key=f"{key}.{ending}",
            icon=":material/download:",
            on_click="ignore",
        )


def difference(changes: pd.DataFrame, key: str) -> None:
    """What differs, a row each."""
    lengths = changes[["was", "is"]].apply(lambda c: c.str.len()).max(axis=1)
    long = lengths.median() > LONG
    st.dataframe(
        changes,
        key=key,
        hide_index=True,
        row_height=64 if long else None,
        column_config={
            "what": st.column_config.TextColumn("What", width=100),
            "place": st.column_config.TextColumn("Where", width=280),
            "was": st.column_config.TextColumn("was", width=375 if long else 270),
            "is": st.column_config.TextColumn("is", width=375 if long else 270),
        },
    )


def whom_it_moves(frame: Frame, old: Methodology, new: Methodology, grid: GridKey) -> None:
    """Who stands elsewhere under the one than under the other, on the frame's day."""
    before, after = versioning.both_scores(frame, old, new, grid)
    if before.empty:
        st.caption("There is no customer to score by them.")
        return
    flow = weighing.flows(before, after, new, grid)
    names = migrating.place_names(old, grid) | migrating.place_names(new, grid)
    weighing.moves(before, after, flow, names)


def bring(frame: Frame) -> None:
    """A methodology that was edited elsewhere: what is wrong with it, or what it would change."""
    given = st.file_uploader(
        "A methodology as TOML, or the workbook as it was taken along and edited",
        type=["toml", "xlsx"],
        key="rules.file",
        max_upload_size=MOST_BYTES // 2**20,
    )
    if given is None:
        return
    upload = Upload(given.name, given.getvalue())
    try:
        brought, problems = _read(upload.digest, upload.name, _upload=upload)
    except CmiError as error:
        st.error(plain(error), icon=":material/error:")
        return
    if brought is None:
        _refused(problems)
        return
    for problem in problems:
        st.caption(plain(problem.message))
    base = frame.store.methodology()
    changes = versions.diff(base, brought)
    st.markdown(
        f"**Compared with {plain(base.version)}, in force.** {plain(versions.headline(changes))}"
    )
    if len(changes):
        difference(changes, "rules.brought")
        note = f"Brought as {upload.name}."
        versioning.save_as_version(brought, note, label="Save it as a version", key="brought")


@st.cache_resource(max_entries=4, show_spinner="Reading the file …")
def _read(
    digest: str, name: str, *, _upload: Upload
) -> tuple[Methodology | None, tuple[Problem, ...]]:
    del digest, name  # only part of the key
    return methodology_of(_upload)


def _refused(problems: tuple[Problem, ...]) -> None:
    """The cells that are wrong, each with a sentence."""
    st.error(
        f"{count(len(problems), 'entry', 'entries')} cannot be used, so nothing was taken over. "
        "Correct the workbook, and bring it again.",
        icon=":material/error:",
    )
    found = problem_frame(problems)
    st.dataframe(
        found,
        key="rules.problems",
        hide_index=True,
        placeholder=MISSING,
        column_order=["sheet", "row", "column", "value", "message"],
        column_config={
            "sheet": "Sheet",
            "row": st.column_config.NumberColumn("Row", format="%d"),
            "column": "Column",
            "value": st.column_config.TextColumn("What stands there", width="medium"),
            "message": st.column_config.TextColumn("What is wrong", width="large"),
        },
    )
    widgets.take_along(lambda: found, "what is wrong")
