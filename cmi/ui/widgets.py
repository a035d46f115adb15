"""Controls that return domain values: one of several, a customer, what was picked on a plane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from cmi.reports import tables
from cmi.ui import session
from cmi.ui.markdown import plain

SEARCHED = 3000  # more customers than this are searched by typing, not listed


def bar() -> Any:
    """The line on top of every page; `frame()` goes into it, and the page's own controls."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


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


def key_of_rows(name: str, ids: Iterable[object]) -> str:
    """The key of a table in which a row can be ticked: a tick is the number of a row, and once
    others stand in the rows it means nobody.
    """
    return f"{name}.{crc32('/'.join(map(str, ids)).encode())}"


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
