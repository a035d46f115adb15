"""Customers that look like another one: proposed to a person, never merged silently.

Names are alike when their long words are the same but for a slip, in any order. Numbers and short
words must be the same: Firm 0012 is not Firm 0013, nor is Acme UK Acme US. A domain looks like the
name that it holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cmi.cells.names import company_key
from cmi.mapping.match import called, customers_of, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cmi.files import Table
    from cmi.mapping.model import TableMapping

LONG, VERY_LONG = 5, 10  # letters from which a word may have one slip, and two
ALIKE = 80  # points of 100 for the words: one slip in the shortest word that may have one
LOOSE = 5  # points less where words were left out or joined, or a domain stands for a name
APART = 5  # points to the next best customer, or nobody knows which of them is meant
MOST = 20  # customers of one name; a name of more tells nobody
LAST = 1 << 31  # the turn of what finds nobody: after all customers
_words = str.split
_FILLING = frozenset(_words("the of and und et de la le les der die das"))
# what companies add to their names, and to their domains
_USUAL = frozenset(
    _words(
        """group gruppe groupe grupo holding holdings international intl global worldwide
        technologies technology tech software systems solutions services labs online app get try use
        inc corp gmbh"""
    )
)
_UMLAUT = re.compile("(?<=[aou])e")
_DOMAIN = re.compile(r"(?:[\w-]+\.)*?([\w-]+)(?:\.(?:com?|org|net|ac|gov))?\.[a-z]{2,4}", re.I)


@dataclass(frozen=True)
class Look:
    """What a name is compared by.

    `long` are the words that may have a slip, `fixed` the numbers and short words, both in order
    of the alphabet. `joined` are all words without spaces, in each way in which a domain may hold
    them. `loose`: words were left out.
    """

    long: tuple[str, ...]
    fixed: tuple[str, ...]
    joined: tuple[str, ...]
    loose: bool

    @property
    def words(self) -> str:
        """All words, in order of the alphabet."""
        return " ".join((*self.long, *self.fixed))

    @property
    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """Where alike names meet: they share the first letters of long words, numbers and short
        words, and the beginning or the end, as one slip cannot be in both.
        """
        if not self.long:
            return ()
        shared = ("".join(word[0] for word in self.long), *self.fixed)
        return (*shared, f"{self.long[0][:2]}…"), (*shared, f"…{self.long[-1][-2:]}")


def look(name: str) -> Look:
    """The look of a name or a domain: without legal form, accents and what many names have."""
    domain = _DOMAIN.fullmatch(name.strip())
    key = company_key(domain[1].replace("-", " ") if domain else name)
    words = _UMLAUT.sub("", key).split()
    own = [w for w in words if w not in _FILLING and w not in _USUAL] or words
    long = tuple(sorted(w for w in own if len(w) >= LONG and w.isalpha()))
    fixed = tuple(sorted(w for w in own if len(w) < LONG or not w.isalpha()))
    joined = "".join(own)
    bare = _bare(joined) if domain else ()
    return Look(long, fixed, (joined, *bare), bool(domain) or own != words)


def _bare(label: str) -> tuple[str, ...]:
    """What a domain may be about: "getacme" and "acmegroup" about acme."""
    ends = [label.removeprefix(w) for w in _USUAL] + [label.removesuffix(w) for w in _USUAL]
    return tuple(sorted({end for end in ends if LONG - 1 <= len(end) < len(label)}))


@dataclass(frozen=True)
class Entry:
    """What a customer is called: `cell` as written, `name` for a person; known ones have turn 0.

    New ones have the turn in which they first came; what found nobody has no customer.
    """

    customer_id: str
    name: str
    cell: str
    turn: int = 0
    table: int = 0
    rows: int = 0


@dataclass(frozen=True)
class _Index:
    """Customers by how they look; `words` and `joined` are the same, those of a block may be."""

    looks: dict[str, Look]
    words: dict[str, list[Entry]]
    joined: dict[str, list[Entry]]
    blocks: dict[tuple[str, ...], tuple[list[str], list[Entry]]]

    def common(self, seen: Look) -> bool:
        """Whether so many customers are called this that it tells nobody."""
        alike = (self.words.get(seen.words, ()), *(self.joined.get(j, ()) for j in seen.joined))
        return any(len(entries) > MOST for entries in alike)


def near(
    tables: Sequence[Table], mappings: Sequence[TableMapping], known: pd.DataFrame | None
) -> pd.DataFrame:
    """The names and domains that find no known customer, and the one that each looks like.

    Columns: file, sheet, customer (as written there), customer_id and name of the other one (of
    the first of two new ones), alike (0 to 100), rows. What looks like several is left out.
    """
    ids, _ = customers_of(tables, mappings, known)
    old = list(_known(known))
    new = list(_new(tables, mappings, ids, {entry.customer_id for entry in old}))
    index = _indexed([*old, *(entry for entry in new if entry.customer_id)])
    found = [
        (tables[e.table].file, tables[e.table].sheet, e.cell, best.customer_id, best.name, alike,
         e.rows)
        for e in new
        if (choice := _best(e, index))
        for best, alike in (choice,)
    ]  # fmt: skip
    columns = ["file", "sheet", "customer", "customer_id", "name", "alike", "rows"]
    return pd.DataFrame(found, columns=columns).astype({"alike": "int64", "rows": "int64"})


def nobody(
    tables: Sequence[Table], mappings: Sequence[TableMapping], known: pd.DataFrame | None
) -> pd.DataFrame:
    """What found no customer at all and will be refused: file, sheet, customer (as written), rows.

    Near ones are in it until a person has said who they are.
    """
    ids, _ = customers_of(tables, mappings, known)
    parts = []
    for table, mapping, found in zip(tables, mappings, ids, strict=True):
        rows = written(table, mapping)[found.isna()].value_counts(sort=False)
        listed = pd.DataFrame({"customer": rows.index, "rows": rows.to_numpy()})
        parts.append(listed.assign(file=table.file, sheet=table.sheet))
    columns = ["file", "sheet", "customer", "rows"]
    together = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return together[columns].astype({"customer": "str", "rows": "int64"})


def _known(known: pd.DataFrame | None) -> Iterator[Entry]:
    """The known customers by name and by domain."""
    if known is None:
        return
    given = known.reindex(columns=["customer_id", "name", "domain"])
    for customer, name, domain in given.itertuples(index=False):
        shown = customer if pd.isna(name) else name
        yield Entry(customer, shown, shown)
        if pd.notna(domain):
            yield Entry(customer, shown, domain)


def _new(
    tables: Sequence[Table],
    mappings: Sequence[TableMapping],
    ids: Sequence[pd.Series[str]],
    known: set[str],
) -> Iterator[Entry]:
    """What finds no known customer, as each table writes it, with its number of rows."""
    turns: dict[str, int] = {}
    for n, (table, mapping, found) in enumerate(zip(tables, mappings, ids, strict=True)):
        said = {cell for cell, _ in mapping.same}
        cells = pd.DataFrame({"customer": found.fillna(""), "cell": called(table, mapping)})
        counted = cells.value_counts(sort=False).reset_index(name="rows")
        for customer, cell, rows in counted.itertuples(index=False):
            if customer not in known and cell not in said:
                turn = turns.setdefault(customer, len(turns) + 1) if customer else LAST
                yield Entry(customer, cell, cell, turn, n, rows)


def _indexed(entries: Iterable[Entry]) -> _Index:
    index = _Index({}, defaultdict(list), defaultdict(list), defaultdict(lambda: ([], [])))
    for entry in entries:
        seen = index.looks.setdefault(entry.cell, look(entry.cell))
        index.words[seen.words].append(entry)
        for joined in seen.joined:
            index.joined[joined].append(entry)
        for key in seen.blocks:
            words, block = index.blocks[key]
            words.append(seen.words)
            block.append(entry)
    return index


def _best(entry: Entry, index: _Index) -> tuple[Entry, int] | None:
    """The customer that a name looks like, and how much; None when there is none, or two."""
    seen = index.looks.get(entry.cell) or look(entry.cell)
    if not seen.words or index.common(seen):  # "???" is a name that was lost on its way
        return None
    best: dict[str, tuple[float, Entry]] = {}
    for other, points in _alike(seen, index):
        if other.customer_id != entry.customer_id and other.turn < entry.turn:
            as_written = fuzz.ratio(entry.cell.casefold(), other.cell.casefold())
            score = (4 * points + as_written) / 5
            best[other.customer_id] = max(
                best.get(other.customer_id, (0.0, other)), (score, other), key=lambda pair: pair[0]
            )
    ranked = sorted(best.values(), key=lambda pair: -pair[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < APART):
        return None
    return ranked[0][1], round(ranked[0][0])


def _alike(seen: Look, index: _Index) -> Iterator[tuple[Entry, float]]:
    """The customers that look alike, with the points for their words."""
    for other in index.words.get(seen.words, ()):
        yield other, 100 - LOOSE * (seen.loose or index.looks[other.cell].loose)
    for joined in seen.joined:
        for other in index.joined.get(joined, ()):
            yield other, 100 - LOOSE
    for key in seen.blocks:
        words, block = index.blocks.get(key, ((), ()))
        for _, points, n in process.extract(
            seen.words, words, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST
        ):
            found = index.looks[block[n].cell]
            if _slip(seen.long, found.long):
                yield block[n], points - LOOSE * (seen.loose or found.loose)


def _slip(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether each word is the other's but for a slip, or for two where it is very long."""
    left = list(two)
    for word in one:
        pairs = ((OSA.distance(word, other), other) for other in left if other[0] == word[0])
        distance, other = min(pairs, default=(VERY_LONG, ""))
        if distance > 1 + (min(len(word), len(other)) >= VERY_LONG):
            return False
        left.remove(other)
    return True
