"""Why an entry of a document is refused, and where it stands, in words."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

from cmi.methodology.parts import COLOUR_FORM, KEY_FORM

Loc = tuple[int | str, ...]


def place(document: Any, loc: Loc) -> str:
    """A path in words: `drivers "nps" weight`; an entry of a list is named by its own key."""
    words: list[str] = []
    at = document
    for part in loc:
        match at, part:
            case Mapping(), str():
                words.append(part)
                at = at.get(part)
            case Mapping(), int():  # a table kept as pairs: its entry, then key or value
                at = list(at.items())[part]
                words.append(f'"{at[0]}"')
            case list(), int():
                at = at[part]
                key = at.get("key") if isinstance(at, Mapping) else None
                words.append(f'"{key}"' if key else f"no. {part + 1}")
            case tuple(), int():
                at = at[part]
            # anything else is pydantic's own (a branch of a union), not a place in the document
    return " ".join(words) or "the document"


_REASONS = {
    "missing": "is missing.",
    "extra_forbidden": "is not a known entry.",
    "unexpected_keyword_argument": "is not a known entry.",
    "greater_than_equal": "must not be below {ge:g}, but is {value}.",
    "less_than_equal": "must not be above {le:g}, but is {value}.",
    "finite_number": "must be a finite number, but is {value}.",
    "float_type": "must be a number, but is {value}.",
    "float_parsing": "must be a number, but is {value}.",
    "int_type": "must be a whole number, but is {value}.",
    "int_parsing": "must be a whole number, but is {value}.",
    "int_from_float": "must be a whole number, but is {value}.",
    "string_type": "must be text, but is {value}.",
    "blank": "must not be empty.",
    "string_too_long": "must not be longer than {max_length:,} characters.",
    "unprintable": "holds a character that cannot be printed: it is {value}.",
    "tuple_type": "must be a list, but is {value}.",
    "dataclass_type": "must be a table of named entries, but is {value}.",
    "named_tuple_type": "must be a table with min and max, but is {value}.",
    "literal_error": "must be {expected}, but is {value}.",
    "string_pattern_mismatch": "must be {form}, but is {value}.",
}
_FORMS = {
    KEY_FORM: "a key of small letters, digits and _",
    COLOUR_FORM: "a colour such as #17693A",
}


def reason(error: Any) -> str:
    """Why one entry is refused, as the end of a sentence about it; `error` is pydantic's."""
    context, given = error.get("ctx", {}), error.get("input")
    return _REASONS.get(error["type"], "is not valid ({msg}): it is {value}.").format(
        **context,
        form=_FORMS.get(context.get("pattern"), ""),
        value=f"{given:.12g}" if isinstance(given, float) else reprlib.repr(given),
        msg=error["msg"],
    )
