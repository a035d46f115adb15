"""Methodology documents for tests: the shipped one with changes, and what refuses it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cmi import methodology as method
from cmi.problems import MethodologyError

GONE = object()
Change = tuple[tuple[Any, ...], Any]


def changed(*changes: Change) -> dict[str, Any]:
    """The shipped document with other values (or GONE) at some paths."""
    document = copy.deepcopy(method.to_document(method.shipped()))
    for path, value in changes:
        *way, last = path
        at: Any = document
        for step in way:
            at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
        if value is GONE:
            del at[last]
        else:
            at[last] = value
    return document


def refusal(document: Any) -> str:
    """The sentence that refuses a document."""
    with pytest.raises(MethodologyError) as refused:
        method.from_document(document)
    return str(refused.value)
