"""Revenue by maturity: does what customers pay fit how mature they are?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import revenue
from cmi.audiences import offers
from cmi.charts.split import split
from cmi.methodology import MaturityBand
from cmi.portfolio import main_currency
from cmi.ui import session, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import MISSING, count, money

UNSERVED, UNDER_PRICED, BELOW = "Unserved services", "Under-priced maturity", "Below the floor"


def shown(frame: Frame, scores: pd.DataFrame, bands: tuple[MaturityBand, ...]) -> None:
    """The mix of each band beside the expected one, and three groups to talk about."""
    st.header("Does the revenue fit the maturity?", anchor=False)
    mixed = revenue.mix(scores, bands)
    table = revenue.by_band(mixed, bands)
    currency = main_currency(scores)
    if mixed[["software", "services"]].isna().all(axis=None):
        st.info(
            "Software and services revenue are not known of anybody. Bring a list of customers "
            "with both columns; ARR alone does not say what it is made of."
        )
        st.page_link("pages/collect/upload.py", label="Upload it", icon=":material/upload:")
        st.caption(plain(revenue.assumption(bands)))
        return
    st.markdown(f"**{plain(revenue.headline(table))}**")
    st.caption(plain(revenue.known_in_words(scores, mixed)))
    left, right = st.columns([3, 2], gap="large")
    with left:
        drawn = table[table["mixed"] > 0]
        if drawn.empty:
            st.write("A mix can be drawn once both are known of the same customer.")
        else:
            axis = f"% of revenue, and {currency} a year".replace("and  a", "and money a")
            widgets.figure(split(_columns(drawn), session.look(), axis=axis), "split")
    with right:
        groups = _groups(scores, mixed, frame)
        _tiles(groups, mixed, currency)
    st.caption(plain(revenue.assumption(bands)))
    _table(table, currency)
    lists.take_along(lambda: table, "revenue by maturity", frame, scores)
    _customers(groups, scores, bands, frame)


def _columns(table: pd.DataFrame) -> pd.DataFrame:
    """The bands as the chart takes them."""
    return pd.DataFrame(
        {
            "label": table["band"],
            "under": [
                [*([scores] if scores else []), _known(known, n)]
                for scores, known, n in zip(
                    table["span"], table["mixed"], table["customers"], strict=True
                )
            ],
            "actual": table["actual"],
            "expected": table["expected"],
            "services": [money(amount) for amount in table["services"]],
            "software": [money(amount) for amount in table["software"]],
            "hint": [
                f"{band}: mix known of {known:,} of {count(n, 'customer')}"
                for band, known, n in zip(
                    table["band"], table["mixed"], table["customers"], strict=True
                )
            ],
        }
    )


def _known(known: int, customers: int) -> str:
    return f"{known:,} of {customers:,}" if known < customers else count(customers, "customer")


def _groups(scores: pd.DataFrame, mixed: pd.DataFrame, frame: Frame) -> dict[str, pd.Series[bool]]:
    return {
        UNSERVED: revenue.unserved(mixed),
        UNDER_PRICED: revenue.under_priced(mixed, scores, frame.methodology),
        BELOW: revenue.below_floor(mixed),
    }


_MEANINGS = {
    UNSERVED: "They buy fewer services than their maturity asks for.",
    UNDER_PRICED: "Mature, and yet part of what they pay for services should be software.",
    BELOW: "In the lowest band: as prospects they would not be qualified yet.",
}
_COUNTED = {UNSERVED: "services_short", UNDER_PRICED: "software_short", BELOW: "software"}
_OF = {UNSERVED: "of services missing", UNDER_PRICED: "to move to software", BELOW: "of software"}


def _tiles(groups: dict[str, pd.Series[bool]], mixed: pd.DataFrame, currency: str) -> None:
    """Each group with its money and what it means."""
    for name, members in groups.items():
        amounts = mixed.loc[members, _COUNTED[name]]
        total = money(amounts.sum(min_count=1), currency)
        known, number = int(amounts.count()), int(members.sum())
        of = f", known of {known:,}" if 0 < known < number else ""
        with st.container(border=True, gap=None):
            st.markdown(f"**{name}** · {count(number, 'customer')}")
            if total != MISSING:
                st.markdown(f"{plain(total)} a year {_OF[name]}{of}")
            st.caption(_MEANINGS[name])


def _table(table: pd.DataFrame, currency: str) -> None:
    st.dataframe(
        lists.percents(table, "actual", "expected"),
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_order=[
            *("band", "span", "customers", "software", "services", "mixed", "actual", "expected"),
            *("services_short", "short_of_services", "software_short", "short_of_software"),
        ],
        column_config={
            "band": st.column_config.TextColumn("Maturity", pinned=True),
            "span": st.column_config.TextColumn("Band"),
            "customers": lists.number("Customers"),
            "software": lists.money("Software", currency, "Per year, of those who are known"),
            "services": lists.money("Services", currency, "Per year, of those who are known"),
            "mixed": lists.number("Mix known", "Customers of whom both are known"),
            "actual": lists.percent("Services", "Of the revenue, where both are known"),
            "expected": lists.percent("Expected", "Assumed share of services"),
            "services_short": lists.money(
                "Services missing", currency, "A year, to the expected mix"
            ),
            "short_of_services": lists.number("Short of services", "Customers"),
            "software_short": lists.money(
                "Software missing", currency, "A year, to the expected mix"
            ),
            "short_of_software": lists.number("Short of software", "Customers"),
        },
    )


def _customers(
    groups: dict[str, pd.Series[bool]],
    scores: pd.DataFrame,
    bands: tuple[MaturityBand, ...],
    frame: Frame,
) -> None:
    """The customers of one of the groups."""
    name = widgets.one_of("Which customers", list(groups), "revenue_group")
    found = offers.offered(scores, bands)
    found = found[groups[name].loc[found.index]].sort_values(
        [_COUNTED[name], "name"], ascending=[False, True], na_position="last"
    )
    st.subheader(f"{name}: {count(len(found), 'customer')}", anchor=False)
    if found.empty:
        st.write("Nobody.")
        return
    currency = main_currency(scores)
    st.caption(f"{_MEANINGS[name]} {lists.OPEN}")
    columns = {
        "services_short": lists.money("Services missing", currency),
        "software_short": lists.money("Software missing", currency),
    }
    if name != BELOW:
        columns = {_COUNTED[name]: columns[_COUNTED[name]]}
    lists.customers(
        lists.percents(found, "expected", "actual"),
        "behind.revenue",
        {
            "band": st.column_config.TextColumn("Maturity"),
            "cmi": lists.CMI,
            **columns,
            "software": lists.money("Software", currency),
            "services": lists.money("Services", currency),
            "actual": lists.NOW,
            "expected": lists.EXPECTED,
            "owner": lists.OWNER,
        },
    )
    lists.take_along(lambda: found, name.lower(), frame, scores)
