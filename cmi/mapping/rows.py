"""Which measures a table of many rows per customer offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.layouts import kinds
from cmi.mapping.model import MONEY, Column, Measure, TableMapping, Where
from cmi.mapping.recognise import HALF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cmi.mapping.draft import Draft
    from cmi.mapping.model import How
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Driver, Methodology


def running(columns: Iterable[Column], shapes: Mapping[str, Shape]) -> Where | None:
    """Which rows stand for today: those whose status is active, or contracts that run.

    The status goes first, because the end may be that of a period which renews by itself.
    """
    known = vocabulary.shipped()
    again = next((h for h, s in shapes.items() if _some_recur(h, s)), "")
    also = Where(again, "true") if again else None
    for header, shape in shapes.items():
        active = shape.words & known.words("active", "words")
        if active and known.has(header, "active", "headers"):
            return Where(header, "is", min(active), also)
    by_role = {c.role: c.header for c in columns}
    if "start_date" in by_role and "end_date" in by_role:
        return Where(by_role["start_date"], "running", by_role["end_date"], also)
    return also


def _some_recur(header: str, shape: Shape) -> bool:
    """Whether a column says which lines of a contract are paid again and again."""
    told = shape.filled and shape.yes_no == 1
    return bool(told) and vocabulary.shipped().has(header, "recurring", "headers")


def propose(mapping: TableMapping, methodology: Methodology, draft: Draft) -> tuple[Measure, ...]:
    """The measures of the columns that mean money or a driver, and of the rows themselves."""
    shapes = draft.shapes
    columns = [c for c in mapping.of("driver", *MONEY) if shapes[c.header].filled]
    found = [measure_of(c, mapping, methodology, shapes[c.header]) for c in columns]
    found += _of_kinds(found, shapes, methodology)
    if draft.about == "invoices":
        found = [_of_open_invoices(m, shapes) if m.target == "days_overdue" else m for m in found]
    counted = vocabulary.shipped().counted(draft.about)
    drivers = {d.key: d for d in methodology.drivers}
    if counted in drivers and mapping.dated_by and counted not in {m.target for m in found}:
        found.append(_of_rows(drivers[counted], mapping))
    return tuple(found)


def _of_kinds(
    found: list[Measure], shapes: Mapping[str, Shape], methodology: Methodology
) -> list[Measure]:
    """A score that answers several questions: of each driver only the rows that answer it.

    The measure that is `found` already gets its condition in place.
    """
    header, words = kinds(shapes)
    drivers = {d.key: d for d in methodology.drivers if d.key in words}
    first = next((m for m in found if m.target in drivers and m.column), None)
    if first is None:
        return []
    found.remove(first)
    return [
        replace(
            first,
            target=key,
            how=driver.collect.rule,
            days=driver.collect.days if first.days is not None else None,
            where=Where(header, "is", words[key]),
        )
        for key, driver in drivers.items()
    ]


def _of_open_invoices(measure: Measure, shapes: Mapping[str, Shape]) -> Measure:
    """The longest that an invoice is overdue, without those whose status says paid."""
    known = vocabulary.shipped()
    for header, shape in shapes.items():
        paid = shape.words & known.words("paid", "words")
        if paid and known.has(header, "active", "headers"):
            return replace(measure, how="max", days=None, where=Where(header, "is_not", min(paid)))
    return replace(measure, how="max", days=None)  # what is owed longest is owed still


def _of_rows(driver: Driver, mapping: TableMapping) -> Measure:
    """The measure of a driver that looks at the rows alone: how many, or how long ago."""
    rule = driver.collect.rule
    if rule == "days_since":
        return Measure("driver", driver.key, rule, mapping.dated_by)
    return Measure("driver", driver.key, rule, "", driver.collect.days)


def measure_of(
    column: Column, mapping: TableMapping, methodology: Methodology, shape: Shape | None = None
) -> Measure:
    """The measure of one column: money is added up over what runs today, a driver by its rule."""
    if column.role != "driver":
        role = "arr" if column.role == "mrr" else column.role
        factor = column.factor * (12 if column.role == "mrr" else 1)
        return Measure(role, "", "sum", column.header, None, mapping.current, factor)  # type: ignore[arg-type]
    driver: Driver = methodology.item(column.target)  # type: ignore[assignment]
    rule, days = driver.collect.rule, driver.collect.days if mapping.dated_by else None
    if rule == "days_since":
        return Measure("driver", driver.key, rule, column.header)
    if driver.categories:
        days = None if mapping.current else days
        return Measure("driver", driver.key, rule, column.header, days, mapping.current)
    if rule in ("count", "share") and (shape is None or shape.yes_no >= shape.numeric):
        return Measure("driver", driver.key, rule, "", days, Where(column.header, "true"))
    how: How = rule
    if rule == "count":
        how = "sum"
    elif rule == "latest" and not mapping.dated_by:  # nobody knows which row is the last one
        how = "max" if (driver.worst or 0) > (driver.best or 0) else "mean"
    elif rule == "count_distinct" and shape is not None and shape.is_number:
        how = "latest" if mapping.dated_by else "max"
    elif rule == "nps" and shape is not None and shape.within(0, 10) <= HALF:
        how = "mean"
    return Measure("driver", driver.key, how, column.header, days, factor=column.factor)
