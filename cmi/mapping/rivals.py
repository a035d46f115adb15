"""What else a column could mean: what its values allow, and of that what its name is closest to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from cmi.mapping import vocabulary
from cmi.mapping.meanings import meanings
from cmi.mapping.recognise import Guess, misfit
from cmi.mapping.shapes import Shape, shape
from cmi.mapping.vocabulary import plain

if TYPE_CHECKING:
    import pandas as pd

    from cmi.methodology import Methodology

MOST = 3  # likely meanings, besides keeping the column or leaving it out
LOOKED_AT = 1000  # rows
SIMILAR = 60  # points of 100 from which a name tells more than what is usual
KEPT, UNUSED = "Segment or further attribute", "Not used"
_USUAL = ("Customer name", "Renewal date", "ARR", "Owner", "Start date", "MRR")  # likeliest first
_RARE = ("rater", "respondent", "note", "item", "value", "outcome_type", "amount", "index",
         "last_assessed", "characteristic", "end_date", "ignore", "segment")  # fmt: skip


def rivals(header: str, values: pd.Series[str], methodology: Methodology) -> tuple[str, ...]:
    """The labels of `meanings` that compete for a column, likeliest first.

    At most MOST that fit its values ("" or missing: empty), then to keep it as a further attribute
    where it tells customers apart, then not to use it.
    """
    few = values.head(LOOKED_AT)
    seen = shape(few)
    likely = {
        label: _likeness(header, label, role, target)
        for label, (role, target) in meanings(methodology).items()
        if _fits(role, target, seen, few, methodology)
    }
    usual = {label: len(_USUAL) - n for n, label in enumerate(_USUAL)}
    ranked = sorted(likely, key=lambda label: (-likely[label], -usual.get(label, 0)))
    similar = [label for label in ranked if likely[label]]
    told = similar or [label for label in ranked if label in usual]
    return (*told[:MOST], *[KEPT] * (seen.distinct > 1), UNUSED)


def _fits(
    role: str, target: str, seen: Shape, values: pd.Series[str], methodology: Methodology
) -> bool:
    """Whether the values allow a meaning; names and ids tell rows apart."""
    if role in _RARE or not seen.filled:
        return False
    if role in ("customer_id", "other_id"):
        return seen.unique and not seen.is_date
    if role == "name" and 2 * seen.distinct < seen.filled:
        return False  # again and again the same
    if role == "currency" and any(len(word) != 3 for word in seen.words or ("",)):
        return False
    if role == "domain" and not all("." in text for text in seen.examples):
        return False
    return not misfit(Guess(role, target, "", spelled=False), seen, values, methodology)


def _likeness(header: str, label: str, role: str, target: str) -> float:
    """Points of 100 to the closest name of a meaning, 0 where none is similar."""
    known = vocabulary.shipped().names.values()
    names = [n.phrase for n in known if (n.role, n.target) == (role, target)]
    sought = plain(header)
    best = max(fuzz.ratio(sought, name) for name in [*names, plain(label.rpartition(": ")[2])])
    return best if best >= SIMILAR else 0.0
