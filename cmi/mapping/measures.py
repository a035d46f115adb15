"""Many rows per customer: each measure makes one value of them.

A customer of the table without a row in a measure's window has 0 of what is counted or added up,
and no mean, latest value or share. A customer that the table does not hold has nothing, nor has
one that has left, unless a later row says that it is there again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.cells.dates import dates
from cmi.cells.values import blank, booleans
from cmi.mapping import earlier
from cmi.mapping.model import Column, Measure, Where
from cmi.mapping.money import currency_of, report_several
from cmi.mapping.said import Said, first_known, no_place_in_time
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from cmi.mapping.cells import Reader
    from cmi.methodology import Driver, Methodology


def load(reader: Reader, ids: pd.Series[str], methodology: Methodology) -> Said:
    """The customers, money and drivers of a table of many rows per customer, as of its day and,
    where the mapping says so, at the ends of the quarters before.
    """
    reader, when = _in_time(reader)
    ids = ids.loc[reader.frame.index]
    past = earlier.days(when, reader.as_of) if reader.mapping.earlier else ()
    readers = [*(earlier.as_of(reader, when, day) for day in past), reader]
    money, observations = zip(
        *(_of_day(each, ids, when, methodology) for each in readers), strict=True
    )
    customers = pd.concat([_named(reader, ids, when), *money])
    of_day = customers.groupby(["customer_id", "as_of"], as_index=False, sort=False).first()
    return Said(of_day, pd.concat(observations), None, reader.frame.index)


def _named(reader: Reader, ids: pd.Series[str], when: pd.Series[pd.Timestamp]) -> pd.DataFrame:
    """What the rows call their customers, as of the last row that does: a table that is brought
    later does not say that somebody was there until then.
    """
    named = first_known(reader, ids)
    named = named[named.drop(columns=["customer_id", "as_of"]).notna().any(axis=1)]
    last = when[when <= reader.day].groupby(ids).max()
    return named.assign(as_of=last.reindex(named["customer_id"]).fillna(reader.day).to_numpy())


def _of_day(
    reader: Reader, ids: pd.Series[str], when: pd.Series[pd.Timestamp], methodology: Methodology
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The money (customer_id, as_of, amounts, currency) and the observations of one day."""
    ids, when = ids.loc[reader.frame.index], when.loc[reader.frame.index]
    ids = ids[~_gone(reader, ids, when)]
    reader, when = replace(reader, frame=reader.frame.loc[ids.index]), when.loc[ids.index]
    amounts: dict[str, pd.Series[Any]] = {}
    drivers = {d.key: d for d in methodology.drivers}
    said: list[pd.DataFrame] = []
    for measure in reader.mapping.measures:
        if not _has_columns(reader, measure):
            continue
        part = replace(reader, frame=reader.frame[_counts(reader, measure, when)])
        if measure.role != "driver":
            amounts[measure.role], amounts["currency"] = _money(part, measure, ids)
        elif measure.target in drivers:
            driver = drivers[measure.target]
            observed = _driver(part, measure, driver, ids, when)
            note = measure.sentence(methodology, reader.mapping)
            said.append(observed.assign(item=driver.key, note=note))
    money = pd.DataFrame(amounts, index=ids.drop_duplicates().to_numpy()).dropna(how="all")
    observations = pd.concat(said, ignore_index=True) if said else pd.DataFrame()
    return (
        money.rename_axis("customer_id").reset_index().assign(as_of=reader.day),
        observations.assign(date=reader.day, rater="data"),
    )


def _gone(reader: Reader, ids: pd.Series[str], when: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
    """The rows of customers that left before the day of the reader and are not there again."""
    if not reader.left:
        return pd.Series(False, index=ids.index)
    left = pd.to_datetime(ids.map(dict(reader.left)))
    last = when.where(when <= reader.day).groupby(ids).transform("max")
    return (left < reader.day) & ~(last > left)


def _in_time(reader: Reader) -> tuple[Reader, pd.Series[pd.Timestamp]]:
    """The rows and their days; a row without a readable day is refused where windows need one."""
    header = reader.mapping.dated_by
    when, bad = dates(reader.text(header), reader.mapping.date_order)
    windows = any(m.days is not None for m in reader.mapping.measures)
    lost = when.isna() if windows and header else bad & False
    reader.report("date", header, lost, no_place_in_time)
    return replace(reader, frame=reader.frame[~lost]), when[~lost]


def _has_columns(reader: Reader, measure: Measure) -> bool:
    """Whether the table has what the measure needs; what it lacks is reported."""
    where = measure.where
    needed = [measure.column]
    while where:
        needed += [where.column, where.value if where.test == "running" else ""]
        where = where.also
    lacking = [h for h in needed if h and h not in reader.frame]
    for header in lacking:
        message = f'There is no column "{header}"; a measure that needs it was left out.'
        reader.report_column("header", header, message)
    return not lacking


def _counts(reader: Reader, measure: Measure, when: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
    """Which rows count: dated up to the as-of date, within the window, under the condition."""
    counts = when.isna() | (when <= reader.day)
    if measure.days is not None and reader.mapping.dated_by:
        counts &= when > reader.day - pd.Timedelta(days=measure.days)
    return counts & _holds(reader, measure.where) if measure.how != "share" else counts


def _holds(reader: Reader, where: Where | None) -> pd.Series[bool]:
    """Which rows fulfil a condition."""
    if where is None:
        return pd.Series(True, index=reader.frame.index)
    return _meets(reader, where) & _holds(reader, where.also)


def _meets(reader: Reader, where: Where) -> pd.Series[bool]:
    """Which rows fulfil a condition, whatever comes with it."""
    text = reader.text(where.column)
    match where.test:
        case "is" | "is_not":
            same = text.map({c: compact(c) == compact(where.value) for c in text.dropna().unique()})
            same = same.fillna(False).astype(bool)
            return same if where.test == "is" else ~same
        case "blank" | "filled":
            return text.isna() if where.test == "blank" else text.notna()
        case "true":
            return booleans(text)[0].fillna(False).astype(bool)
        case "running":
            start, end = reader.dates(where.column), reader.dates(where.value)
            return ~(start > reader.day) & ~(end <= reader.day)


def _driver(
    part: Reader,
    measure: Measure,
    driver: Driver,
    ids: pd.Series[str],
    when: pd.Series[pd.Timestamp],
) -> pd.DataFrame:
    """customer_id, value and label of one driver, for the customers that have a value."""
    rows = part.frame.index
    who = ids.loc[rows]
    if driver.categories:
        _, labels = part.item(Column(measure.column, "driver", driver.key), driver)
        label = _latest(labels, who, when.loc[rows])
        return pd.DataFrame({"customer_id": label.index, "label": label.to_numpy()})
    value = _value(part, measure, driver, who, when.loc[rows])
    if measure.how in earlier.COUNTED:
        nowhere = ids.drop_duplicates()[~ids.drop_duplicates().isin(who)]
        value = pd.concat([value, pd.Series(0.0, index=nowhere.to_numpy())])
    value = value.dropna()
    value = value[~_impossible(part, measure, driver, value)]
    return pd.DataFrame({"customer_id": value.index, "value": value.to_numpy()})


def _value(
    part: Reader,
    measure: Measure,
    driver: Driver,
    who: pd.Series[str],
    when: pd.Series[pd.Timestamp],
) -> pd.Series[float]:
    """One number per customer that has a row."""
    match measure.how:
        case "count":
            value = who.groupby(who).size().astype("float64")
        case "count_distinct":
            value = part.text(measure.column).groupby(who).nunique().astype("float64")
        case "share":
            value = _holds(part, measure.where).astype("float64").groupby(who).mean() * 100
        case "days_since":
            days = part.dates(measure.column)
            ago = part.day - days[days <= part.day].groupby(who).max()
            value = ago.dt.days.astype("float64")
        case _:
            value = _of_numbers(part, measure, driver, who, when)
    return value


def _of_numbers(
    part: Reader,
    measure: Measure,
    driver: Driver,
    who: pd.Series[str],
    when: pd.Series[pd.Timestamp],
) -> pd.Series[float]:
    """One number per customer from the numbers of a column."""
    column = Column(measure.column, "driver", driver.key, factor=measure.factor)
    cells = part.numbers(column, driver)
    if measure.how == "sum":
        return _sum(part, measure.column, cells, who)
    if measure.how == "nps":
        return _nps(part, measure.column, cells, who)
    cells = part.in_range(measure.column, driver, cells)
    if measure.how == "latest":
        return _latest(cells, who, when)
    grouped = cells.groupby(who)
    return grouped.max() if measure.how == "max" else grouped.mean()


def _sum(
    part: Reader, header: str, cells: pd.Series[float], who: pd.Series[str]
) -> pd.Series[float]:
    """The sums; one with a cell that cannot be read is not known, and so is one of blanks only."""
    unread = cells.isna() & ~blank(part.text(header))
    total = cells.groupby(who).sum(min_count=1)
    return total.mask(unread.groupby(who).any())


def _nps(
    part: Reader, header: str, cells: pd.Series[float], who: pd.Series[str]
) -> pd.Series[float]:
    """Percent of 9 and 10 minus percent of 0 to 6; only whole answers from 0 to 10 count."""
    out = cells.notna() & ~(cells.between(0, 10) & (cells % 1 == 0))
    part.report("range", header, out, lambda v: f'"{v}" is not an answer from 0 to 10.')
    answers = cells.mask(out)
    points = (answers >= 9).astype("float64") - (answers <= 6)
    return 100.0 * points.where(answers.notna()).groupby(who).mean()


def _latest(
    values: pd.Series[Any], who: pd.Series[str], when: pd.Series[pd.Timestamp]
) -> pd.Series[Any]:
    """The value of each customer's newest row that has one; of two on a day, the later row."""
    frame = pd.DataFrame({"who": who, "when": when, "value": values}).dropna(subset="value")
    newest = frame.sort_values("when", kind="stable", na_position="first")
    return newest.groupby("who")["value"].last()


def _impossible(
    part: Reader, measure: Measure, driver: Driver, value: pd.Series[float]
) -> pd.Series[bool]:
    """Which results lie outside the driver's range; they are reported by customer."""
    low, high = driver.range
    out = pd.Series(False, index=value.index)
    if low is not None:
        out |= value < low
    if high is not None:
        out |= value > high
    for customer, wrong in value[out].items():
        message = f"{driver.name} of {customer} comes to {wrong:g}, which is not possible."
        part.report_column("range", measure.column, message)
    return out


def _money(
    part: Reader, measure: Measure, ids: pd.Series[str]
) -> tuple[pd.Series[float], pd.Series[str]]:
    """Money and its currency per customer; none where a customer's rows mix currencies."""
    who = ids.loc[part.frame.index]
    cells = part.numbers(Column(measure.column, "arr", factor=measure.factor))
    total = _sum(part, measure.column, cells, who)
    currency = currency_of(part, measure.column)
    mixed = currency.groupby(who).agg("nunique") > 1
    for customer in mixed.index[mixed]:
        message = f"{measure.column} of {customer} is in more than one currency and not added up."
        part.report_column("currency", measure.column, message)
    none_today = ids.drop_duplicates()[~ids.drop_duplicates().isin(who)]
    total = pd.concat([total.mask(mixed), pd.Series(0.0, index=none_today.to_numpy())])
    named = currency.groupby(who).first().mask(mixed)
    report_several(part, measure.column, named)
    return total, named
