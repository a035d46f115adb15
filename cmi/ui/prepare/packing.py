"""The parts of the page of QBR packs: what goes into one, who reads it, and what is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.methodology import GridKey, Methodology
from cmi.reports.packs import files
from cmi.segments import ALL, FEWEST
from cmi.ui import widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import making
from cmi.ui.session import Frame
from cmi.words import count

MOST = 500  # customers in one go
HEIGHT = 640  # pixels of the pack that is looked through
FORMS: dict[str, files.Form] = {"PowerPoint": "pptx", "Excel": "xlsx", "HTML": "html"}
PORTFOLIO, CUSTOMERS = "The portfolio", "Customers"
INTERNAL, SHARED = "Internal, for the team", "To share with the customer"
_READERS: dict[str, files.Reader] = {INTERNAL: "internal", SHARED: "shared"}

_IN = {
    INTERNAL: "Both scores and why · what moved · place among its peers · its way and outcomes · "
    "plays · decisions · what is open · ARR, owner",
    SHARED: "Its maturity and each answer's level · an anonymous benchmark of five peers or more · "
    "its development · recommendations written for customers",
}
_INSIDE: dict[files.Form, str] = {
    "pptx": "In PowerPoint each page is a slide, and its charts can be edited.",
    "xlsx": "The workbook has the same numbers as sheets.",
    "html": "Printed, each page is a sheet of paper.",
}
_NOT_IN = {
    INTERNAL: "Names of other customers. Even so, it is not for a customer to read.",
    SHARED: "Health (CHS) and its drivers · scenarios · any money · other customers · owners, "
    "raters and notes · decisions · plays as the team reads them",
}


def about() -> str:
    """What the pack is about: PORTFOLIO or CUSTOMERS."""
    return widgets.one_of("What the pack is about", [PORTFOLIO, CUSTOMERS], "about")


def customers(scores: pd.DataFrame) -> list[str]:
    """The ids of the customers that get a pack each, in the order of their names."""
    ordered = scores.sort_values("name", kind="stable")
    names = dict(zip(ordered["customer_id"], ordered["name"].astype("str"), strict=True))
    asked = [i for i in st.query_params.get_all("customer") if i in names]
    every = st.toggle(
        f"All {count(len(names), 'customer')} that fit the filters", key="packs.all",
        disabled=len(names) > MOST,
        help=f"At most {MOST} at a time: use the filters." if len(names) > MOST else None,
    )  # fmt: skip
    if every and len(names) <= MOST:
        return list(names)
    held = st.session_state.get("packs.customers", [])
    if asked and asked != st.session_state.get("_packs_asked"):  # a link names others
        held = st.session_state["_packs_asked"] = asked
    st.session_state["packs.customers"] = [i for i in held if i in names]
    return st.multiselect(
        "Customers",
        list(names),
        format_func=lambda i: names.get(i, i),
        key="packs.customers",
        max_selections=MOST,
        placeholder="Choose one customer or several",
        label_visibility="collapsed",
    )


def reader() -> files.Reader:
    """For whom the pack is, and in words what is in it and what is not."""
    chosen = st.radio(
        "Who reads it?",
        [INTERNAL, SHARED],
        captions=["File names end in “internal”.", "File names begin with “for”."],
        key="reader",
        horizontal=True,
        bind="query-params",
        persist_state="session",
    )
    chosen = chosen if chosen in _READERS else INTERNAL
    with st.container(border=True):
        inside, outside = st.columns(2, gap="large")
        inside.markdown(f":material/check: **In it**  \n{_IN[chosen]}")
        outside.markdown(f":material/block: **Not in it**  \n{_NOT_IN[chosen]}")
    return _READERS[chosen]


def peers(scores: pd.DataFrame, rules: Methodology, who: files.Reader) -> str | None:
    """The column in which a customer's peers are alike; None for everybody."""
    columns = portfolio.segment_columns(scores, rules)
    if not columns:
        return None
    with widgets.bar():
        st.caption("Beside customers of the same", width="content")
        usual = ALL if who == "shared" else columns[0]
        chosen = widgets.choice(
            "Compare within",
            [ALL, *columns],
            usual,
            "peers" if who == "internal" else "peers_shared",
        )
    if who == "shared" and chosen != ALL:
        st.caption(
            f"The customer reads its own {plain(chosen)} in the pack. Where fewer than {FEWEST} "
            "others have the same, no benchmark is shown."
        )
    return None if chosen == ALL else chosen


def form() -> files.Form:
    """In which program it opens."""
    return FORMS[widgets.one_of("Format", list(FORMS), "format")]


def template() -> bytes | None:
    """The team's own look, where one was dropped."""
    with st.expander("Your own PowerPoint look", icon=":material/palette:"):
        dropped = st.file_uploader(
            "A template (.potx) or a presentation (.pptx): its master, layouts and colours are "
            "used, its slides are not.",
            type=["potx", "pptx"],
            key="packs.template",
            max_upload_size=50,
        )
    return None if dropped is None else dropped.getvalue()


def build(frame: Frame, grid: GridKey, wish: making.Wish, wanted: Mapping[str, list[str]]) -> None:
    """The button that makes the packs, how far it is, and the button that hands them over.

    What was made is kept until something else is chosen. Any other click while it is being made
    stops it; what was ready by then is handed over.
    """
    number = len(wish.customers) or 1
    versions = (frame.store.version(), frame.store.decisions.version())
    key = (versions, frame.as_of, frame.methodology, grid, wish, repr(wanted))
    stopped, done = st.session_state.pop("_packs_begun", (None, []))
    if stopped == key and done:
        st.session_state["_packs"] = (key, *_one(done, wish, frame.as_of), b"")
    kept = st.session_state.get("_packs")
    ready = kept is not None and kept[0] == key
    label = "Make the pack" if number == 1 else f"Make {number:,} packs"
    if st.button(label, type="secondary" if ready else "primary", icon=":material/slideshow:"):
        with st.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0, text="Looking up the numbers …")
            st.button("Stop", icon=":material/stop:", key="packs.stop")
        done = []
        st.session_state["_packs_begun"] = (key, done)
        for file in making.made(frame, grid, wish, wanted):
            done.append(file)
            bar.progress(len(done) / number, text=f"{len(done)} of {number}: {plain(file[0])}")
        page = making.page(frame, grid, wish, wanted) if number == 1 else b""
        del st.session_state["_packs_begun"]
        st.session_state["_packs"] = (key, *_one(done, wish, frame.as_of), page)
        st.rerun()
    if stopped == key:
        st.info(f"Stopped after {len(done):,} of {count(number, 'pack')}.")
    if kept and ready:
        _hand_over(wish, *kept[1:])


def look_inside(page: bytes) -> None:
    """A pack in a window of its own: HTML that runs nothing and loads nothing."""
    st.iframe(page.decode("utf-8"), height=HEIGHT)


def _hand_over(wish: making.Wish, name: str, content: bytes, page: bytes) -> None:
    st.success(f"Ready: {plain(name)}", icon=":material/check:")
    if wish.reader == "shared":
        st.caption(
            "Look through it before you send it: the customer's name and segment stand in it as "
            "they were uploaded."
        )
    st.download_button(
        "Download",
        content,
        name,
        key="packs.download",
        icon=":material/download:",
        on_click="ignore",
        type="primary",
    )
    if page:
        st.caption(f"A look inside. {_INSIDE[wish.form]}")
        look_inside(page)


def _one(ready: list[files.File], wish: making.Wish, as_of: date) -> files.File:
    """The one file, or all in one."""
    if len(ready) == 1:
        return ready[0]
    kind = "for customers" if wish.reader == "shared" else "internal"
    return f"{len(ready)} packs {kind} {as_of}.zip", files.zipped(ready)
