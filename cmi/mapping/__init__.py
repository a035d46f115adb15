"""Which column of an upload is what, and what the upload says then.

`propose` reads headers and values; `with_column`, `with_measures`, `with_answer`, `with_customer`,
`with_day`, `with_earlier` and `with_same` are how a person corrects it; `apply` turns the tables
into customers, observations and outcomes. `near` and `nobody` say which customers are not certain;
`rivals` what else a column could mean.
"""

from cmi.mapping.apply import apply, newest_date
from cmi.mapping.correct import (
    with_answer,
    with_column,
    with_day,
    with_earlier,
    with_measures,
    with_same,
)
from cmi.mapping.meanings import label_of, meanings
from cmi.mapping.model import (
    Column,
    Link,
    Measure,
    Question,
    Role,
    TableMapping,
    Where,
    fingerprint,
    from_json,
    to_json,
)
from cmi.mapping.near import near, nobody
from cmi.mapping.periods import dated_why
from cmi.mapping.propose import propose, with_customer
from cmi.mapping.rivals import KEPT, UNUSED, rivals

__all__ = [
    "KEPT",
    "UNUSED",
    "Column",
    "Link",
    "Measure",
    "Question",
    "Role",
    "TableMapping",
    "Where",
    "apply",
    "dated_why",
    "fingerprint",
    "from_json",
    "label_of",
    "meanings",
    "near",
    "newest_date",
    "nobody",
    "propose",
    "rivals",
    "to_json",
    "with_answer",
    "with_column",
    "with_customer",
    "with_day",
    "with_earlier",
    "with_measures",
    "with_same",
]
