"""What an import would change, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from cmi.frames import CUSTOMER_DATES, CUSTOMER_MONEY, CUSTOMER_TEXT, Loaded
from cmi.methodology import Methodology
from cmi.store import Store

_CHANGED = ["customer_id", "field", "date", "old", "new"]


@dataclass(frozen=True)
class Preview:
    """What an import would do, before it does it; counts of customers, observations, outcomes.

    `new` has customer_id and name of those who are not known yet, `missing` of those who are there
    and in none of the tables (of nobody, where the tables are older than what is known); `changes`
    has customer_id, name, field, date, old, new: what would read differently from that date on.
    """

    new: pd.DataFrame
    missing: pd.DataFrame
    known_customers: int
    new_observations: int
    changed_observations: int
    unchanged_observations: int
    outcomes: int
    changes: pd.DataFrame

    @property
    def new_customers(self) -> int:
        """How many customers would be added."""
        return len(self.new)


def preview(loaded: Sequence[Loaded], as_of: date, store: Store, rules: Methodology) -> Preview:
    """What adding `loaded` would change, compared with what is known on the day."""
    now = store.snapshot(as_of, rules).set_index("customer_id")
    customers = pd.concat([one.customers for one in loaded], ignore_index=True)
    observations = pd.concat([one.observations for one in loaded], ignore_index=True)
    ids = pd.unique(pd.concat([customers["customer_id"], observations["customer_id"]]))
    compared = store.compare(observations)
    states = compared["state"].value_counts()
    changed = compared.loc[compared["state"] == "changed", _CHANGED]
    changed = changed.assign(old=_figures(changed["old"]), new=_figures(changed["new"]))
    names = customers.dropna(subset="name").drop_duplicates("customer_id", keep="last")
    named = now["name"].to_dict() | dict(zip(names["customer_id"], names["name"], strict=True))
    new = pd.Series(ids, dtype="str")[~pd.Index(ids).isin(now.index)]
    told = {*ids}.union(*(one.outcomes["customer_id"] for one in loaded))
    missing = now.loc[now["left_on"].isna() & ~now.index.isin(list(told)), "name"]
    today = datetime.now(UTC).date()
    is_older = any(as_of < day <= today for day in store.days())
    changes = pd.concat([_attribute_changes(customers, now), changed], ignore_index=True)
    changes["date"] = pd.to_datetime(changes["date"])
    changes.insert(1, "name", changes["customer_id"].map(named).fillna(changes["customer_id"]))
    return Preview(
        new=pd.DataFrame({"customer_id": new, "name": new.map(named)}).reset_index(drop=True),
        missing=missing.reset_index()[: 0 if is_older else None],
        known_customers=len(ids) - len(new),
        new_observations=int(states.get("new", 0)),
        changed_observations=len(changed),
        unchanged_observations=int(states.get("unchanged", 0)),
        outcomes=sum(len(one.outcomes) for one in loaded),
        changes=changes,
    )


def _attribute_changes(customers: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Attributes of known customers that would read differently, as `_CHANGED` has them."""
    newest = customers[customers["customer_id"].isin(now.index)].sort_values("as_of")
    by_customer = newest.set_index(["customer_id", "as_of"])
    columns = (newest[c] for c in ("customer_id", "as_of", "attributes"))
    parts = [pd.DataFrame(columns=_CHANGED)]
    for field in (*CUSTOMER_TEXT, *CUSTOMER_DATES, *CUSTOMER_MONEY):
        if field in now.columns:
            parts.append(_differing(by_customer[field], now[field]))
    pairs = [
        (customer, as_of, name, value)
        for customer, as_of, attributes in zip(*columns, strict=True)
        for name, value in attributes.items()
    ]
    said = pd.DataFrame(pairs, columns=["customer_id", "as_of", "field", "new"])
    for name, rows in said.groupby("field"):
        if name in now.columns:
            told = rows.set_index(["customer_id", "as_of"])["new"].rename(str(name))
            parts.append(_differing(told, now[name]))
    found = pd.concat(parts, ignore_index=True)
    money = found["field"].isin(CUSTOMER_MONEY)
    sides = ["old", "new"]
    found.loc[money, sides] = found.loc[money, sides].apply(_figures)
    return found


def _differing(new: pd.Series[Any], now: pd.Series[Any]) -> pd.DataFrame:
    """Where a known value would become another one; `new` is by customer and day, the last one of
    a customer counts.
    """
    said = new.dropna().reset_index("as_of", name="new")
    said = said[~said.index.duplicated(keep="last")]
    old = now.reindex(said.index)
    differs = (old.notna() & (old.astype(str) != said["new"].astype(str))).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": said.index[differs],
            "field": new.name,
            "date": said["as_of"][differs].to_numpy(),
            "old": old[differs].astype(str).to_numpy(),
            "new": said["new"][differs].astype(str).to_numpy(),
        }
    )


def _figures(said: pd.Series[str]) -> pd.Series[str]:
    """Figures as they are read: 12000.0 is 12,000; words stay."""
    numbers = pd.to_numeric(said, errors="coerce")
    return said.mask(numbers.notna(), numbers.map("{:,.12g}".format))
