"""Money and its currency: never added up or shown across two currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.cells.values import currencies
from cmi.mapping.model import MONEY
from cmi.words import listed

if TYPE_CHECKING:
    from cmi.mapping.cells import Reader


def currency_of(
    reader: Reader, header: str = "", signed: pd.Series[str] | None = None
) -> pd.Series[str]:
    """The currency of each row: of the currency column of `header`, else the one that belongs to no
    other column, of the sign in `header` (`signed`, where the caller has read it), of the table.
    """
    columns = {c.target: c.header for c in reversed(reader.mapping.of("currency"))}
    text = reader.text(columns.get(header) or columns.get("", ""))
    named = currencies(text).fillna(text.where(text.str.fullmatch("[A-Za-z]{3}", na=False)))
    if signed is None:
        signed = currencies(reader.text(header))
    return named.str.upper().fillna(signed).fillna(reader.mapping.currency or pd.NA)


def money_of(reader: Reader) -> dict[str, pd.Series[Any]]:
    """arr, software_revenue, services_revenue (per year) and currency of each row.

    A cell whose sign disagrees with the currency of its row is reported and missing.
    """
    money: dict[str, pd.Series[Any]] = {}
    columns = [c for c in reader.mapping.of(*MONEY) if c.header in reader.frame]
    signs = {c.header: currencies(reader.text(c.header)) for c in columns}
    currency = currency_of(reader)
    for header, signed in signs.items():
        currency = currency.fillna(currency_of(reader, header, signed))
    for column in columns:
        own = signs[column.header].fillna(_of_its_own(reader, column.header))
        other = own.notna() & currency.notna() & (own != currency)
        reader.report(
            "currency", column.header, other,
            lambda v: f'"{v}" is in another currency than the rest of the row.',
        )  # fmt: skip
        yearly = 12 if column.role == "mrr" else 1
        role = "arr" if column.role == "mrr" else column.role
        money[role] = reader.numbers(column).mask(other) * yearly
        report_several(reader, column.header, currency[money[role].notna()])
    return money | {"currency": currency}


def _of_its_own(reader: Reader, header: str) -> pd.Series[str]:
    """The currency that a column beside `header` gives for it alone."""
    column = next((c.header for c in reader.mapping.of("currency") if c.target == header), "")
    return currencies(reader.text(column))


def report_several(reader: Reader, header: str, currency: pd.Series[str]) -> None:
    """Say it once where the money of a column is in several currencies."""
    codes = sorted(currency.dropna().unique())
    if len(codes) > 1:
        message = f"{header} is in {listed(codes)}: amounts are added up only within one of them."
        reader.report_column("currency", header, message)
