"""What a mapping is: the meaning of each column of one table, as data that can be kept.

A mapping is proposed, corrected by a person, applied, and remembered by the table's header.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from cmi.problems import MappingError

if TYPE_CHECKING:
    from cmi.files import Table
    from cmi.methodology import Methodology

Role = Literal[
    "customer_id",
    "other_id",
    "name",
    "domain",
    "owner",
    "date",
    "start_date",
    "renewal_date",
    "end_date",
    "segment",
    "arr",
    "mrr",
    "software_revenue",
    "services_revenue",
    "currency",
    "factor",
    "driver",
    "outcome",
    "outcome_type",
    "amount",
    "rater",
    "respondent",
    "last_assessed",
    "characteristic",
    "index",
    "note",
    "item",
    "value",
    "link",
    "ignore",
]
How = Literal[
    "sum", "mean", "latest", "count", "count_distinct", "share", "days_since", "nps", "max"
]
Test = Literal["is", "is_not", "blank", "filled", "true", "running"]
Layout = Literal["wide", "long", "rows"]
DateOrder = Literal["ymd", "dmy", "mdy"]

MONEY = ("arr", "mrr", "software_revenue", "services_revenue")
DATES = ("date", "start_date", "renewal_date", "end_date")
_CHECKED = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Where:
    """Which rows count. `running`: `column` (start) <= as-of < `value` (the header of the end).

    `also` is a second condition that must hold with the first.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    column: str
    test: Test
    value: str = ""
    also: Where | None = None


@dataclass(frozen=True)
class Measure:
    """How many rows of a customer become one value.

    `target` is a driver key when `role` is "driver". `column` is "" where rows are counted.
    `days` is the window up to the as-of date; None takes every row up to it. `factor` turns the
    unit of the column into ours (12 for monthly revenue, 0.01 for cents).
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    role: Literal["driver", "arr", "software_revenue", "services_revenue"]
    target: str
    how: How
    column: str = ""
    days: int | None = None
    where: Where | None = None
    factor: float = 1.0

    def sentence(self, methodology: Methodology, mapping: TableMapping) -> str:
        """The measure in words: "Support tickets = number of rows per account_id, ..."."""
        named = {d.key: d.name for d in methodology.drivers}
        what = named.get(self.target, self.target) if self.role == "driver" else _MONEY[self.role]
        value = f"{_HOW[self.how]} {self.column}".strip() if self.column else _HOW[self.how]
        times = _times(self.factor)
        who = mapping.first("customer_id") or mapping.first("name") or mapping.first("domain")
        per = f" per {who or 'customer'}"
        if mapping.link:
            per += f" (found through {mapping.link.column})"
        when = ""
        if self.days is not None and mapping.dated_by:
            when = f", {mapping.dated_by} in the last {self.days} days"
        return f"{what} = {value}{times}{per}{when}{_condition(self.where)}"


_MONEY = {
    "arr": "ARR",
    "software_revenue": "Software revenue",
    "services_revenue": "Services revenue",
}
_HOW: dict[How, str] = {
    "sum": "sum of",
    "mean": "mean of",
    "latest": "latest",
    "count": "number of rows",
    "count_distinct": "number of different values of",
    "share": "percentage of rows",
    "days_since": "days since the latest",
    "nps": "share of 9 and 10 minus share of 0 to 6, in",
    "max": "highest",
}


def _times(factor: float) -> str:
    """What a value is multiplied with, as " × 12" or " ÷ 60"; nothing for 1."""
    parts = round(1 / factor) if 0 < abs(factor) < 1 else 0
    if parts and abs(parts * factor - 1) < 1e-9:
        return f" ÷ {parts}"
    return f" × {factor:g}" if factor != 1 else ""


def _condition(where: Where | None) -> str:
    if where is None:
        return ""
    said = {
        "is": f"is {where.value}",
        "is_not": f"is not {where.value}",
        "blank": "is empty",
        "filled": "is filled",
        "true": "is true",
        "running": f"has come and {where.value or 'no end'} has not",
    }
    also = _condition(where.also).replace(", where", " and", 1)
    return f", where {where.column} {said[where.test]}{also}"


@dataclass(frozen=True)
class Column:
    """What one column means, why we think so, and how sure we are (0 to 1).

    value = cell × factor + offset; `per` is the header of the column to divide by. `day` is the
    day that the header itself names ("Skills Q1 2025"), as 2025-03-31; "" when it names none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    header: str
    role: Role
    target: str = ""
    why: str = ""
    sure: float = 1.0
    factor: float = 1.0
    offset: float = 0.0
    per: str = ""
    day: str = ""


@dataclass(frozen=True)
class Question:
    """The one thing a person must decide. Until `answer` is given, `assumed` is used."""

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    key: str
    text: str
    options: tuple[str, ...]
    columns: tuple[str, ...]
    answer: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Link:
    """This table knows its customer only through another table: `column` is `other_column`."""

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    column: str
    file: str
    sheet: str
    other_column: str


@dataclass(frozen=True)
class TableMapping:
    """The meaning of one table.

    wide: one row per customer, or per customer and date. long: an item and a value per row.
    rows: many rows per customer, which the measures turn into one value each; `current` says
    which of them stand for today (running contracts, active subscriptions).

    `day` is the day of a table whose rows have none, from the name of its sheet or file; `same`
    holds pairs of a customer as written here and the id of the known one that it is. `earlier`: the
    measures are taken at the ends of earlier quarters too (cmi.mapping.earlier). `left`: every row
    is of a customer who has left, in a list of lost customers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKED
    file: str
    sheet: str
    layout: Layout
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...] = ()
    date_order: DateOrder = "ymd"
    decimal: Literal[".", ","] = "."
    currency: str = ""
    rater: str = "csm"
    link: Link | None = None
    questions: tuple[Question, ...] = field(default=())
    current: Where | None = None
    day: str = ""
    same: tuple[tuple[str, str], ...] = ()
    earlier: bool = False
    left: bool = False

    def first(self, role: str) -> str:
        """The header of the first column with this role, "" when there is none."""
        return next((c.header for c in self.columns if c.role == role), "")

    def of(self, *roles: str) -> tuple[Column, ...]:
        """The columns with one of these roles, in the order of the file."""
        return tuple(c for c in self.columns if c.role in roles)

    @property
    def names_customers(self) -> bool:
        """Whether its rows say which customer they are about."""
        return bool(self.link or self.of("customer_id", "name", "domain"))

    @property
    def respondents(self) -> tuple[str, ...]:
        """The headers that tell who answered, each where the one before is empty: the people, then
        an address or a time that is mapped to something else and tells it too.
        """
        also = (c for c in self.of("domain", "date") if c.target == "respondent")
        return tuple(c.header for c in (*self.of("respondent"), *also))

    @property
    def dated_by(self) -> str:
        """The header of the date that places a row in time, "" when the rows have none."""
        return self.first("date") or (self.first("start_date") if self.layout == "rows" else "")


_ADAPTER = TypeAdapter(TableMapping)


def fingerprint(table: Table) -> str:
    """What tells the header of a table from others; the order of the columns does not matter."""
    header = "\x1f".join(sorted(str(h).strip() for h in table.frame.columns))
    return sha256(header.encode("utf-8", "backslashreplace")).hexdigest()[:20]


def to_json(mapping: TableMapping) -> str:
    """The mapping as JSON text."""
    return dumps(asdict(mapping), ensure_ascii=False)


def from_json(text: str) -> TableMapping:
    """The mapping in JSON text; MappingError when it is none."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "text"
        raise MappingError(f'entry "{where}"', first["msg"]) from error
