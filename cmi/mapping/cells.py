"""The cells of one mapped column as values; what cannot be read costs its cell and is reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.cells.dates import dates
from cmi.cells.levels import levels, other_scale, points
from cmi.cells.values import amounts, blank, durations, numbers
from cmi.mapping import vocabulary
from cmi.mapping.model import MONEY
from cmi.mapping.vocabulary import compact
from cmi.methodology import Driver
from cmi.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from cmi.files import Table
    from cmi.mapping.model import Column, TableMapping
    from cmi.methodology import Factor


def filled(text: pd.Series[str]) -> pd.Series[str]:
    """The cells, stripped; missing where empty or a mere dash, which stands for nothing."""
    stripped = text.str.strip()
    return stripped.mask(stripped.isin(["", "-", "--", "–", "—"]))


def ids_alone(ids: pd.Series[str]) -> pd.Series[str]:
    """Ids without what an export writes before those of another system ("extid-A1" is A1)."""
    for prefix in vocabulary.shipped().document["ids"]["prefixes"]:
        ids = ids.str.removeprefix(prefix)
    return ids


@dataclass(frozen=True)
class Reader:
    """One table under one mapping; `frame` has only the rows that are kept so far.

    `left` says when customers have left (customer_id -> day), as far as the upload tells.
    """

    table: Table
    mapping: TableMapping
    as_of: date
    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    left: Mapping[str, pd.Timestamp] = field(default_factory=dict)

    @property
    def day(self) -> pd.Timestamp:
        """The as-of date as a timestamp."""
        return pd.Timestamp(self.as_of)

    def text(self, header: str) -> pd.Series[str]:
        """The cells of a column, stripped, missing where empty or where there is no such column."""
        if not header or header not in self.frame:
            return pd.Series(pd.NA, index=self.frame.index, dtype="str")
        return filled(self.frame[header])

    def report(
        self, kind: str, header: str, bad: pd.Series[bool], say: Callable[[str], str]
    ) -> None:
        """One problem per bad cell; `say` makes the sentence from what the cell says."""
        if not bad.any():
            return
        cells = self.text(header)[bad].fillna("")
        file, sheet = self.table.file, self.table.sheet
        self.problems.extend(
            Problem(kind, file, say(value), sheet, int(row), header, value)
            for row, value in zip(cells.index, cells, strict=True)
        )

    def report_column(self, kind: str, header: str, message: str) -> None:
        """One problem that speaks of a whole column, or of the table when `header` is ""."""
        self.problems.append(
            Problem(kind, self.table.file, message, self.table.sheet, None, header)
        )

    def numbers(self, column: Column, item: Driver | None = None) -> pd.Series[float]:
        """The numbers of a column in our unit; divided by the column `per` where there is one.

        For an `item` in hours a clock is read too, whatever unit the header names.
        """
        if item and "hours" in item.unit:
            hours, bad = durations(self.text(column.header))
            if not bad.any():
                return hours
        values = self._plain_numbers(column.header, column.role in (*MONEY, "amount"))
        if column.per:
            whole = self._plain_numbers(column.per)
            self.report(
                "range", column.per, whole == 0, lambda _: f"{column.header} of 0 has no share."
            )
            values = values / whole.mask(whole == 0)
        return values * column.factor + column.offset

    def _plain_numbers(self, header: str, money: bool = False) -> pd.Series[float]:
        text = self.text(header)
        values, bad = amounts(text) if money else numbers(text, self.mapping.decimal)
        self.report(
            "number", header, bad, lambda v: f'"{v}" is not a number; it counts as missing.'
        )
        return values

    def dates(self, header: str) -> pd.Series[pd.Timestamp]:
        """The days of a column."""
        values, bad = dates(self.text(header), self.mapping.date_order)
        self.report("date", header, bad, lambda v: f'"{v}" is not a date; it counts as missing.')
        return values

    def item(self, column: Column, item: Factor | Driver) -> tuple[pd.Series[Any], pd.Series[Any]]:
        """Value (float) and label (str, as written or the category) of a factor or driver."""
        text = self.text(column.header)
        if not isinstance(item, Driver):
            return self.levels(column, item.levels), text
        if item.categories:
            return self._categories(column.header, item)
        values = self._days_since(column) if _counts_days(item) else self.numbers(column, item)
        return self.in_range(column.header, item, values), text

    def levels(self, column: Column, anchors: Sequence[str]) -> pd.Series[float]:
        """The levels of a column, from 1 to 5, of whatever scale it is."""
        text = self.text(column.header)
        if (column.factor, column.offset) == (1.0, 0.0):
            if not self._said_ours(column.header) and (others := other_scale(text)):
                message = (
                    f"{column.header} is on another scale than 1 to 5 ({others}); nothing was read."
                )
                self.report_column("level", column.header, message)
                return pd.Series(float("nan"), index=text.index)
            values, bad = levels(text, anchors)
            self.report("level", column.header, bad, _no_level)
            return values
        if not column.factor:
            message = (
                f"Nobody has said on which scale {column.header} is; nothing was read from it."
            )
            self.report_column("level", column.header, message)
            return pd.Series(float("nan"), index=text.index)
        found, bad = points(text)
        values = found * column.factor + column.offset
        bad |= values.notna() & ~values.between(1 - 1e-9, 5 + 1e-9)
        self.report(
            "level", column.header, bad,
            lambda v: f'"{v}" does not lie on the scale of its column; it counts as missing.',
        )  # fmt: skip
        return values.mask(bad).clip(1, 5)

    def _said_ours(self, header: str) -> bool:
        """Whether a person said that a column is from 1 to 5, whatever it holds."""
        asked = [q for q in self.mapping.questions if header in q.columns]
        return any(q.key == "levels" and q.answer for q in asked)

    def _categories(self, header: str, driver: Driver) -> tuple[pd.Series[Any], pd.Series[Any]]:
        names = tuple(name for name, _ in driver.categories)
        known = vocabulary.shipped().categories(driver.key, names)
        text = self.text(header)
        labels = text.map(
            {cell: known.get(compact(cell)) for cell in text.dropna().unique()}
        ).astype("str")
        bad = labels.isna() & ~blank(text)
        listed = ", ".join(names)
        self.report("category", header, bad, lambda v: f'"{v}" is none of the answers {listed}.')
        return pd.Series(float("nan"), index=text.index), labels

    def _days_since(self, column: Column) -> pd.Series[float]:
        """Days before the as-of date, from numbers of days or from dates."""
        text = self.text(column.header)
        values, no_number = numbers(text, self.mapping.decimal)
        when, no_date = dates(text.where(no_number), self.mapping.date_order)
        self.report(
            "date", column.header, no_number & no_date,
            lambda v: f'"{v}" is neither a date nor a number of days.',
        )  # fmt: skip
        days = (self.day - when).dt.days.astype("float64")
        return days.fillna(values * column.factor + column.offset)

    def in_range(self, header: str, driver: Driver, values: pd.Series[float]) -> pd.Series[float]:
        """The values that are possible for a driver; others are reported and missing."""
        low, high = driver.range
        out = pd.Series(False, index=values.index)
        if low is not None:
            out |= values < low - 1e-9
        if high is not None:
            out |= values > high + 1e-9
        limits = _limits(low, high)
        self.report(
            "range", header, out,
            lambda v: f'"{v}" cannot be {driver.name} ({driver.unit}): {limits} is possible.',
        )  # fmt: skip
        return values.mask(out)


def _counts_days(driver: Driver) -> bool:
    return driver.collect.rule == "days_since"


def _no_level(value: str) -> str:
    return f'"{value}" is not a level from 1 to 5; it counts as missing.'


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return f"{high:g} or less"
    return f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
