"""Which column of an upload is what, and what the upload says then.

`propose` reads headers and values, `with_column`, `with_measures` and `with_answer` are how a
person corrects it, `apply` turns the tables into customers, observations and outcomes.
"""

from cmi.mapping.apply import apply, newest_date
from cmi.mapping.correct import with_answer, with_column, with_measures
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
from cmi.mapping.propose import propose

__all__ = [
    "Column",
    "Link",
    "Measure",
    "Question",
    "Role",
    "TableMapping",
    "Where",
    "apply",
    "fingerprint",
    "from_json",
    "label_of",
    "meanings",
    "newest_date",
    "propose",
    "to_json",
    "with_answer",
    "with_column",
    "with_measures",
]
