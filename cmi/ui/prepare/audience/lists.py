"""Lists of customers with the columns of one audience, and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cmi.portfolio import main_currency
from cmi.ui import tables, widgets
from cmi.ui.session import Frame

OPEN = "Tick the box before a customer to open its page."
NAME = st.column_config.TextColumn("Customer", pinned=True)
CMI, CHS = tables.SCORE["cmi"], tables.SCORE["chs"]
OWNER = st.column_config.TextColumn("Owner")
SCENARIO = st.column_config.TextColumn("Scenario")
RENEWAL = st.column_config.DateColumn("Renewal", format="D MMM YYYY")


def customers(frame: pd.DataFrame, key: str, columns: Mapping[str, Any]) -> None:
    """Customers (with a customer_id) as a table of those of these columns in which anything is
    known; choosing a row opens one.
    """
    tables.openable(frame, key, {"name": NAME, **columns})


def percents(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Those columns (0-1) as percentages."""
    return frame.assign(**{column: frame[column] * 100 for column in columns})


def percent(title: str, text: str = "") -> Any:
    """A column of percentages."""
    return st.column_config.NumberColumn(title, format="%.0f %%", help=text or None)


def money(title: str, currency: str, text: str = "Per year") -> Any:
    """A column of money in the main currency."""
    return st.column_config.NumberColumn(f"{title} {currency}".strip(), format="compact", help=text)


def number(title: str, text: str = "") -> Any:
    """A column of whole numbers."""
    return st.column_config.NumberColumn(title, format="localized", help=text or None)


NOW = percent("Services now", "Of the revenue")
EXPECTED = percent("Services expected", "Of the revenue, for this maturity")


def take_along(
    made: Callable[[], pd.DataFrame], name: str, frame: Frame, scores: pd.DataFrame
) -> None:
    """The buttons that hand over what `made` makes, with its currency, day and methodology."""
    widgets.take_along(
        lambda: made().assign(
            currency=main_currency(scores) or None,
            as_of=pd.Timestamp(frame.as_of),
            methodology=frame.methodology.version,
        ),
        name,
    )
