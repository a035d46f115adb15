"""Money and its currency: never added up or shown across two currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.mapping.model import MONEY
from cmi.values import currencies

if TYPE_CHECKING:
    from cmi.mapping.cells import Reader


def currency_of(reader: Reader, header: str = "") -> pd.Series[str]:
    """The currency of each row: of its currency column, of the sign in `header`, of the table."""
    text = reader.text(reader.mapping.first("currency"))
    named = currencies(text).fillna(text.where(text.str.fullmatch("[A-Za-z]{3}", na=False)))
    signed = currencies(reader.text(header))
    return named.str.upper().fillna(signed).fillna(reader.mapping.currency or pd.NA)


def money_of(reader: Reader) -> dict[str, pd.Series[Any]]:
    """arr, software_revenue, services_revenue (per year) and currency of each row.

    A cell whose sign disagrees with the currency of its row is reported and missing.
    """
    money: dict[str, pd.Series[Any]] = {}
    columns = [c for c in reader.mapping.of(*MONEY) if c.header in reader.frame]
    currency = currency_of(reader)
    for column in columns:
        currency = currency.fillna(currencies(reader.text(column.header)))
    for column in columns:
        own = currencies(reader.text(column.header))
        other = own.notna() & currency.notna() & (own != currency)
        reader.report(
            "currency", column.header, other,
            lambda v: f'"{v}" is in another currency than the rest of the row.',
        )  # fmt: skip
        yearly = 12 if column.role == "mrr" else 1
        role = "arr" if column.role == "mrr" else column.role
        money[role] = reader.numbers(column).mask(other) * yearly
    return money | {"currency": currency}
