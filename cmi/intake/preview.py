"""What an import would change, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cmi.frames import CUSTOMER_DATES, CUSTOMER_MONEY, CUSTOMER_TEXT, Loaded
from cmi.methodology import Methodology
from cmi.store import Store


@dataclass(frozen=True)
class Preview:
    """What an import would do, before it does it; counts of customers, observations, outcomes.

    `new` has customer_id and name of those who are not known yet; `changes` has customer_id, name,
    field, old, new: what is known today and would read differently.
    """

    new: pd.DataFrame
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
    changed = compared.loc[compared["state"] == "changed", ["customer_id", "field", "old", "new"]]
    names = customers.dropna(subset="name").drop_duplicates("customer_id", keep="last")
    named = now["name"].to_dict() | dict(zip(names["customer_id"], names["name"], strict=True))
    new = pd.Series(ids, dtype="str")[~pd.Index(ids).isin(now.index)]
    changes = pd.concat([_attribute_changes(customers, now), changed], ignore_index=True)
    changes.insert(1, "name", changes["customer_id"].map(named).fillna(changes["customer_id"]))
    return Preview(
        new=pd.DataFrame({"customer_id": new, "name": new.map(named)}).reset_index(drop=True),
        known_customers=len(ids) - len(new),
        new_observations=int(states.get("new", 0)),
        changed_observations=len(changed),
        unchanged_observations=int(states.get("unchanged", 0)),
        outcomes=sum(len(one.outcomes) for one in loaded),
        changes=changes,
    )


def _attribute_changes(customers: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """customer_id, field, old, new: attributes of known customers that would read differently."""
    newest = customers[customers["customer_id"].isin(now.index)].sort_values("as_of")
    parts = [pd.DataFrame(columns=["customer_id", "field", "old", "new"])]
    for field in (*CUSTOMER_TEXT, *CUSTOMER_DATES, *CUSTOMER_MONEY):
        if field in now.columns:
            parts.append(_differing(newest.set_index("customer_id")[field], now[field]))
    pairs = [
        (customer, name, value)
        for customer, attributes in zip(newest["customer_id"], newest["attributes"], strict=True)
        for name, value in attributes.items()
    ]
    said = pd.DataFrame(pairs, columns=["customer_id", "field", "new"], dtype="str")
    for name, rows in said.groupby("field"):
        if name in now.columns:
            told = rows.set_index("customer_id")["new"].rename(str(name))
            parts.append(_differing(told, now[name]))
    return pd.concat(parts, ignore_index=True)


def _differing(new: pd.Series[Any], now: pd.Series[Any]) -> pd.DataFrame:
    """Where a known value would become another one; `new` is by customer, the last one counts."""
    said = new.dropna()
    said = said[~said.index.duplicated(keep="last")]
    old = now.reindex(said.index)
    differs = (old.notna() & (old.astype(str) != said.astype(str))).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": said.index[differs],
            "field": new.name,
            "old": old[differs].astype(str).to_numpy(),
            "new": said[differs].astype(str).to_numpy(),
        }
    )
