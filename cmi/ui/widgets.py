"""Controls that return domain values: day, grid, filters, customer, what was picked on a plane."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import segment_columns
from cmi.reports import tables
from cmi.ui import ahead, session
from cmi.ui.markdown import plain
from cmi.ui.session import Frame
from cmi.words import day, listed

MOST_VALUES = 60  # a column with more different values is no segment to filter by


SEARCHED = 3000  # more customers than this are searched by typing, not listed


def bar() -> Any:
    """The line on top of every page; `frame()` goes into it, and the page's own controls."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def frame() -> Frame:
    """What every page stands in: which portfolio, which day, which rules."""
    store, is_sample = session.portfolio()
    newest = session.newest_day(store)
    days = (datetime.now(UTC).date(), *store.days())
    session.turn_to_day(newest)
    if is_sample:
        st.badge("Sample portfolio", icon=":material/science:", color="orange")
    else:
        st.badge("Your portfolio", icon=":material/database:", color="blue")
    with st.popover(
        f"As of {day(_chosen_day(newest, days))}", icon=":material/calendar_today:", type="tertiary"
    ):
        as_of = st.date_input(
            "Show everything as it stood on",
            value=newest,
            min_value=min(days),
            max_value=max(days),
            format="YYYY-MM-DD",
            key="as_of",
            bind="query-params",
            persist_state="session",
        )
        st.button("Newest day", on_click=session.show_day, args=[None], key="as_of.newest")
        todays = st.toggle(
            "By today's rules throughout",
            key="todays_rules",
            bind="query-params",
            persist_state="session",
            help="Otherwise each day is scored by the methodology that was in force then.",
        )
    today, held = store.methodology(), session.rules_in_force(store, as_of or newest)
    methodology = today if todays else held
    then = "" if held == today else ", of today" if todays else ", in force then"
    st.page_link(
        "pages/refine/methodology.py",
        label=f"Methodology {plain(methodology.version)}{then}",
        icon=":material/rule_settings:",
    )
    if is_sample:
        st.page_link("pages/collect/upload.py", label="Upload your own", icon=":material/upload:")
    found = Frame(store, is_sample, as_of or newest, methodology, todays)
    ahead.ask(found)
    return found


def _chosen_day(newest: date, days: Sequence[date]) -> date:
    """The day that the control below will hold: on the first visit the address knows it."""
    if held := st.session_state.get("as_of"):
        return held  # type: ignore[no-any-return]
    with suppress(ValueError):
        asked = date.fromisoformat(st.query_params.get("as_of", ""))
        return asked if min(days) <= asked <= max(days) else newest
    return newest


def one_of(label: str, options: Sequence[str], key: str, usual: str = "") -> str:
    """A row of buttons of which one is always chosen, the first unless another is `usual`; kept in
    the address. The label is only heard.
    """
    usual = usual or options[0]
    chosen = st.segmented_control(
        label,
        options,
        default=usual,
        required=True,
        key=key,
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    return chosen if chosen in options else usual


def grid_choice() -> GridKey:
    """2x2 or 3x3."""
    return "3x3" if one_of("Grid", ["2x2", "3x3"], "grid") == "3x3" else "2x2"


def filters(scores: pd.DataFrame, methodology: Methodology) -> dict[str, list[str]]:
    """The wanted values per column: owner and every segment column."""
    columns = ["owner", *segment_columns(scores, methodology)]
    choices = {c: sorted(scores[c].dropna().unique()) for c in columns}
    choices = {c: v for c, v in choices.items() if 1 < len(v) <= MOST_VALUES}
    keys = _keys(choices)
    chosen = {c: _chosen(keys[c], values) for c, values in choices.items()}
    active = [f"{c.capitalize()}: {listed(v, 2)}" for c, v in chosen.items() if v]
    label = " · ".join(active) if active else "All customers"
    with st.popover(plain(label), icon=":material/filter_alt:"):
        if not choices:
            st.write("There is no column to filter by yet.")
        for column, values in choices.items():
            chosen[column] = st.multiselect(
                plain(column.capitalize() if column == "owner" else column),
                values,
                key=keys[column],
                bind="query-params",
                persist_state="session",
                placeholder="All",
            )
        if active and st.button("Clear all filters", on_click=_clear, args=[list(keys.values())]):
            st.rerun()
    return chosen


def only_of(owner: str) -> None:
    """From the next page on, the filters leave the customers of this owner; for a callback."""
    st.session_state["f_owner"] = [owner]


def _keys(columns: Iterable[str]) -> dict[str, str]:
    """A name for each column that can stand in the address; no two are alike."""
    keys: dict[str, str] = {}
    for column in columns:
        key = "f_" + re.sub(r"\W+", "_", column.casefold())
        keys[column] = f"{key}_{len(keys)}" if key in keys.values() else key
    return keys


def _chosen(key: str, values: list[str]) -> list[str]:
    """What a filter will hold: on the first visit the address knows it."""
    wanted = st.session_state.get(key, st.query_params.get_all(key))
    return [value for value in wanted if value in values]


def _clear(keys: list[str]) -> None:
    for key in keys:
        st.session_state[key] = []


def choice(label: str, options: Sequence[str], usual: str, key: str) -> str:
    """One of the options, such as a column; kept in the address, `usual` where it is no option."""
    asked = st.session_state.get(key, st.query_params.get(key))
    if asked in options or key in st.session_state:
        st.session_state[key] = asked if asked in options else usual
    return st.selectbox(
        label,
        options,
        index=options.index(usual),
        format_func=lambda c: "Owner" if c == "owner" else c,
        key=key,
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
        width=220,
    )


def customer_choice(scores: pd.DataFrame) -> str | None:
    """One customer, by name; its id stands in the address."""
    names = dict(zip(scores["customer_id"], scores["name"], strict=True))
    asked = st.query_params.get("customer") or session.last_customer()
    if len(names) > SEARCHED:
        sought = st.text_input(
            "Find a customer",
            key="customer.search",
            placeholder="Find a customer",
            label_visibility="collapsed",
            width=200,
        ).casefold()
        found = [i for i, n in names.items() if sought and sought in f"{n} {i}".casefold()][:50]
        names = {i: names[i] for i in dict.fromkeys([*found, *([asked] if asked in names else [])])}
    if asked in names:
        st.session_state["customer.choice"] = asked
    chosen = st.selectbox(
        "Customer",
        list(names),
        index=None,
        key="customer.choice",
        format_func=lambda i: str(names.get(i, i)),
        placeholder="Choose a customer",
        label_visibility="collapsed",
        on_change=_choose_customer,
        width=340,
    )
    if chosen:
        st.query_params["customer"] = chosen
        session.remember_customer(chosen)
    return chosen


def _choose_customer() -> None:
    chosen = st.session_state["customer.choice"]
    session.remember_customer(chosen)
    if chosen:
        st.query_params["customer"] = chosen


def plane(figure: Any, key: str) -> list[str]:
    """Draw a plane and return the ids of the customers that were clicked or lassoed."""
    event = st.plotly_chart(
        figure,
        key=key,
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        theme=None,
        config={
            "displayModeBar": True,
            "displaylogo": False,
            "modeBarButtonsToRemove": ["zoom2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "toImage"],
        },
    )
    picked = event["selection"]["points"] if event else []
    return [str(point["customdata"][0]) for point in picked if point.get("customdata")]


def clear_selection() -> None:
    """The button that lets go of what was picked."""
    st.button("Clear selection", icon=":material/close:", on_click=session.clear_selection)


def figure(drawn: Any, key: str) -> None:
    """A chart that is only looked at."""
    st.plotly_chart(drawn, key=key, theme=None, config={"displayModeBar": False})


def clickable(drawn: Any, key: str, clicked: Callable[..., None]) -> None:
    """A chart whose points hand over what stands in their customdata, after the first of it.

    `clicked` is called with that before the page is drawn again, with nothing when it is let go.
    """

    def hand_over() -> None:
        points = st.session_state[key]["selection"]["points"]
        clicked(*(points[0].get("customdata", [])[1:] if points else ()))

    st.plotly_chart(
        drawn,
        key=key,
        on_select=hand_over,
        selection_mode="points",
        theme=None,
        config={"displayModeBar": False},
    )


def take_along(frame: Callable[[], pd.DataFrame], name: str) -> None:
    """Buttons that hand over what is shown, as CSV and as a workbook."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "CSV",
            lambda: tables.to_csv(frame(), for_excel=True),
            f"{name}.csv",
            "text/csv",
            key=f"{name}.csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Excel",
            lambda: tables.to_xlsx({name: frame()}),
            f"{name}.xlsx",
            key=f"{name}.xlsx",
            icon=":material/download:",
            on_click="ignore",
        )


def small_print(sentence: str) -> None:
    """A remark under a page, where there is one."""
    if sentence:
        st.caption(plain(sentence))
