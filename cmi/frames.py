"""The frames that travel between floors: what an import holds, by its columns.

customers     customer_id str · as_of datetime · name, owner, domain str · start_date,
              renewal_date datetime · arr, software_revenue, services_revenue float (per year,
              in `currency`) · currency str · attributes dict[str, str] (segment and any further
              columns, only those that are filled)
observations  customer_id str · item str (factor or driver key) · date datetime · rater str
              · value float (level 1-5, or the driver's raw value in its unit; NaN for a category)
              · label str (the category of a categorical driver; otherwise the text as written)
              · note str · respondent str (who of the raters it was; missing when not told)
outcomes      customer_id str · date datetime · outcome str (churned, contracted, renewed,
              expanded) · amount float (money, NaN when not given)

Text is "" never, missing is NaN/NaT: a field that is not known is left out, not filled.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pandas.api.types import is_object_dtype

from cmi.problems import Problem

CUSTOMER_TEXT = ("name", "owner", "domain", "currency")
CUSTOMER_DATES = ("start_date", "renewal_date")
CUSTOMER_MONEY = ("arr", "software_revenue", "services_revenue")
CUSTOMER_COLUMNS = [
    "customer_id",
    "as_of",
    "name",
    "owner",
    "domain",
    "start_date",
    "renewal_date",
    "arr",
    "software_revenue",
    "services_revenue",
    "currency",
    "attributes",
]
OBSERVATION_COLUMNS = [
    "customer_id",
    "item",
    "date",
    "rater",
    "value",
    "label",
    "note",
    "respondent",
]
OUTCOME_COLUMNS = ["customer_id", "date", "outcome", "amount"]
# What the name of an attribute begins with that is the customer's id in another system: it finds
# the customer in files of that system and is no segment.
OTHER_ID = "id: "
# In a snapshot, beside an item's column: how many days ago it was observed.
AGE = "__age"
OUTCOMES = ("churned", "contracted", "renewed", "expanded")

_DTYPES = {
    "customer_id": "str",
    "as_of": "datetime64[us]",
    "start_date": "datetime64[us]",
    "renewal_date": "datetime64[us]",
    "date": "datetime64[us]",
    "attributes": "object",
    **dict.fromkeys(("arr", "software_revenue", "services_revenue", "value", "amount"), "float64"),
}


def shaped(frame: pd.DataFrame | None, columns: list[str]) -> pd.DataFrame:
    """`frame` with exactly `columns`, in order and in their types; columns it lacks are missing."""
    given = pd.DataFrame() if frame is None else frame
    shaped_frame = given.reindex(columns=columns)
    if "attributes" in columns:
        filled = [a if isinstance(a, dict) else {} for a in shaped_frame["attributes"]]
        shaped_frame["attributes"] = pd.Series(filled, index=shaped_frame.index, dtype="object")
    return shaped_frame.astype({c: _DTYPES.get(c, "str") for c in columns})


@dataclass(frozen=True)
class Loaded:
    """What one table became: the three frames, its problems, and the account of its rows.

    rows = kept + refused + blank, always. `left_out` are the rows of the table's frame that were
    refused, by their number in the file.
    """

    customers: pd.DataFrame
    observations: pd.DataFrame
    outcomes: pd.DataFrame
    problems: tuple[Problem, ...]
    rows: int
    kept: int
    refused: int
    blank: int
    left_out: tuple[int, ...] = ()


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """A text column without a single value comes as object: give it its type."""
    return frame.astype(dict.fromkeys(frame.columns[frame.dtypes.map(is_object_dtype)], "str"))
