"""Which customer a row is about: as a person said, else by id, by domain, by name.

An id may be that of another system, where an earlier file gave both.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.names import company_key
from cmi.cells.values import tidy
from cmi.mapping import vocabulary
from cmi.mapping.cells import filled, ids_alone
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cmi.files import Table
    from cmi.mapping.model import TableMapping

_TELLING = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])[\w.:-]{6,}")
_DOMAIN = re.compile(r"(?:[a-z]+://)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s]+\.[^/:?#\s]+)")


def domain_of(text: pd.Series[str]) -> pd.Series[str]:
    """The bare domain in a web or e-mail address ("acme.com").

    Missing where there is none, and for the mail services that anybody can write from.
    """
    found = {cell: _DOMAIN.match(cell.strip().casefold()) for cell in text.dropna().unique()}
    bare = {cell: hit[1] for cell, hit in found.items() if hit}
    anybody = vocabulary.shipped().document["mail_services"]["domains"]
    return text.map({c: d for c, d in bare.items() if d not in anybody}).astype("str")


@dataclass(frozen=True)
class Directory:
    """The customers that are known: keys of a customer -> its id, only where it is the only one.

    `others` are ids in other systems, by the system and by the id alone where that can be no mere
    number.
    """

    ids: frozenset[str] = frozenset()
    names: tuple[tuple[str, str], ...] = ()
    domains: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    def plus(self, customers: pd.DataFrame) -> Directory:
        """With more customers: columns customer_id, name, domain, other_ids (JSON text of system
        -> id), missing where not known.
        """
        columns = ["customer_id", "name", "domain", "other_ids"]
        given = customers.reindex(columns=columns).astype("str")
        given = given.dropna(subset="customer_id")
        names = given.dropna(subset="name").drop_duplicates(["customer_id", "name"])
        domains = given.assign(domain=domain_of(given["domain"])).dropna(subset="domain")
        other = given.dropna(subset="other_ids")
        return Directory(
            self.ids | frozenset(given["customer_id"]),
            (*self.names, *_pairs(names, "name")),
            (*self.domains, *_pairs(domains, "domain")),
            (
                *self.others,
                *(
                    (key, customer)
                    for text, customer in _pairs(other, "other_ids")
                    for system, found in json.loads(text).items()
                    for key in _keys(system, found)
                ),
            ),
        )

    def by_id(self, ids: pd.Series[str], header: str) -> pd.Series[str]:
        """The ids of the customers with these ids here or in the system that `header` speaks of."""
        known = ids.where(ids.isin(self.ids))
        if not self.others or known.notna().all():
            return known
        other = _only(self.others)
        sought = ids[known.isna()].dropna().unique()
        found = {i: next(filter(None, map(other.get, _keys(header, i))), None) for i in sought}
        return known.fillna(ids.map(found).astype("str"))

    def by_name(self, names: pd.Series[str], apart: bool = False) -> pd.Series[str]:
        """The ids of the customers with these names: as written, else without legal form.

        `apart`: two names in different words are two customers, so neither is found loosely.
        """
        exact = {i.casefold(): i for i in self.ids}
        exact |= _only((tidy(name).casefold(), i) for name, i in self.names)
        found = {n: exact.get(tidy(n).casefold()) for n in names.dropna().unique()}
        if None in found.values():
            loose = _only((company_key(name), i) for name, i in self.names)
            keys = Counter(company_key(n) for n in found) if apart else Counter[str]()
            found = {
                n: i or (loose.get(company_key(n)) if keys[company_key(n)] < 2 else None)
                for n, i in found.items()
            }
        return names.map(found).astype("str")

    def by_domain(self, text: pd.Series[str]) -> pd.Series[str]:
        """The ids of the customers whose web or e-mail addresses these are."""
        return domain_of(text).map(_only(self.domains)).astype("str")


def _pairs(customers: pd.DataFrame, column: str) -> Iterator[tuple[str, str]]:
    return zip(customers[column].tolist(), customers["customer_id"].tolist(), strict=True)


def _keys(system: str, other: str) -> tuple[str, ...]:
    """What finds an id of another system: any file of that system, or a telling id anywhere.

    "17" may be somebody else's number; "001Qy00000AbCdE" is nobody else's.
    """
    own = f"{compact(system)}\x1f{other}"
    return (own, other) if _TELLING.fullmatch(other) else (own,)


def _only(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Key -> id, without the keys that belong to two customers."""
    found: dict[str, set[str]] = {}
    for key, customer in pairs:
        if key:
            found.setdefault(key, set()).add(customer)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}


def customers_of(
    tables: Sequence[Table], mappings: Sequence[TableMapping], known: pd.DataFrame | None
) -> tuple[tuple[pd.Series[str], ...], Directory]:
    """Per table, the customer id of each row (missing: none found), and all known customers.

    `known` has customer_id, name, domain and other_ids (see Directory.plus). Tables that list
    customers with ids come first, so that names elsewhere find them. In a wide table a name that
    nobody knows is a new customer, whose id is the name; elsewhere only where no customer is known
    at all. So is an id elsewhere, unless some file lists the customers: then it is nobody's.
    """
    directory = Directory() if known is None else Directory().plus(known)
    found: dict[int, pd.Series[str]] = {}
    listed = any(map(_lists, mappings)) or (known is not None and bool(known["name"].notna().any()))
    for n in _in_turn(mappings):
        table, mapping = tables[n], mappings[n]
        ids = _linked(tables, mappings, found, n) if mapping.link else None
        if ids is None:
            new = mapping.layout == "wide" or not directory.ids
            ids = _identified(table, mapping, directory, new, listed)
        found[n] = ids
        if mapping.layout == "wide" or _cell(table, mapping, "customer_id").notna().any():
            directory = directory.plus(_listed(table, mapping, ids))
    return tuple(found[n] for n in range(len(tables))), directory


def _lists(mapping: TableMapping) -> bool:
    """Whether a table is a list of customers: one row each, with id and name, of no single day."""
    listing = mapping.layout == "wide" and mapping.first("customer_id") and mapping.first("name")
    return bool(listing) and not mapping.of("date", "outcome_type", "rater", "respondent")


def _in_turn(mappings: Sequence[TableMapping]) -> list[int]:
    """Lists of customers with ids, then other tables with ids, then names, then links."""

    def turn(n: int) -> tuple[bool, bool, bool]:
        m = mappings[n]
        return bool(m.link), not m.first("customer_id"), m.layout != "wide"

    return sorted(range(len(mappings)), key=turn)


def _cell(table: Table, mapping: TableMapping, role: str) -> pd.Series[str]:
    header = mapping.first(role)
    if not header or header not in table.frame:
        return pd.Series(pd.NA, index=table.frame.index, dtype="str")
    cells = filled(table.frame[header])
    return ids_alone(cells) if role == "customer_id" else cells


def _identified(
    table: Table, mapping: TableMapping, directory: Directory, new: bool, listed: bool
) -> pd.Series[str]:
    """As a person said, else by id, domain or name; a wide table's own id always counts, that of
    another one only where the customers are not `listed`.
    """
    ids, domain, name = (_cell(table, mapping, r) for r in ("customer_id", "domain", "name"))
    found = _said(table, mapping).fillna(directory.by_id(ids, mapping.first("customer_id")))
    if mapping.layout == "wide":
        found = found.fillna(ids)
    if found.isna().any():
        found = found.fillna(directory.by_domain(domain))
        apart = mapping.layout == "wide"
        found = found.fillna(directory.by_name(name, apart))
        found = found if listed else found.fillna(ids)
    return found.fillna(_first_spelling(name)) if new else found


def _said(table: Table, mapping: TableMapping) -> pd.Series[str]:
    """The customers that a person said, row by row."""
    said = {tidy(written).casefold(): customer for written, customer in mapping.same}
    cells = written(table, mapping) if said else _cell(table, mapping, "")
    keys = cells.map({c: tidy(c).casefold() for c in cells.dropna().unique()})
    return keys.map(said).astype("str")


def called(table: Table, mapping: TableMapping) -> pd.Series[str]:
    """What each row calls its customer: the name, else the domain."""
    return _cell(table, mapping, "name").fillna(domain_of(_cell(table, mapping, "domain")))


def written(table: Table, mapping: TableMapping) -> pd.Series[str]:
    """How each row names its customer: by name, else by domain, else by id or by link."""
    link = mapping.link.column if mapping.link else ""
    linked = filled(table.frame[link]) if link in table.frame else _cell(table, mapping, "")
    return called(table, mapping).fillna(_cell(table, mapping, "customer_id")).fillna(linked)


def _first_spelling(names: pd.Series[str]) -> pd.Series[str]:
    """New customers by name: spaces and case do not make two of one."""
    keys = names.map({n: tidy(n).casefold() for n in names.dropna().unique()}).astype("str")
    first = names.groupby(keys).first()
    return keys.map(first).astype("str")


def _listed(table: Table, mapping: TableMapping, ids: pd.Series[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ids,
            "name": _cell(table, mapping, "name"),
            "domain": _cell(table, mapping, "domain"),
            "other_ids": _other_ids(table, mapping),
        }
    ).drop_duplicates()


def _other_ids(table: Table, mapping: TableMapping) -> pd.Series[str]:
    """JSON text of system -> id for each row, missing where it has none."""
    columns = [c.header for c in mapping.of("other_id") if c.header in table.frame]
    cells = {h: filled(table.frame[h]) for h in columns}
    rows = pd.DataFrame(cells, index=table.frame.index).to_dict("records")
    told = [{h: i for h, i in row.items() if pd.notna(i)} for row in rows] if columns else []
    texts = [json.dumps(row) if row else None for row in told] or pd.NA
    return pd.Series(texts, index=table.frame.index, dtype="str")


def _linked(
    tables: Sequence[Table],
    mappings: Sequence[TableMapping],
    found: dict[int, pd.Series[str]],
    n: int,
) -> pd.Series[str]:
    """The customers of a table that knows them through another one; missing where it does not."""
    table, link = tables[n], mappings[n].link
    nobody = pd.Series(pd.NA, index=table.frame.index, dtype="str")
    if link is None or link.column not in table.frame:
        return nobody
    for m, ids in found.items():
        other = tables[m]
        same = (other.file, other.sheet) == (link.file, link.sheet)
        if same and link.other_column in other.frame:
            keys = other.frame[link.other_column].str.strip()
            there = ids.set_axis(keys).dropna()
            there = there[~there.index.duplicated(keep=False) & (there.index != "")]
            return table.frame[link.column].str.strip().map(there).astype("str")
    return nobody
