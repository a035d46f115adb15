"""What exports call things: the header names and words of data/vocabulary.toml.

Names are compared in their compact form, so that case, spaces, accents, underscores and
camelCase make no difference.
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmi.cells.names import text_key

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).parents[2] / "data" / "vocabulary.toml"

_TAG = re.compile(r"<[^<>]*>|\{\{[^{}]*\}\}")
# Another value than today's; "Skills (target)" is not "Skills".
_NOT_NOW = re.compile(
    r"(?<![a-z])(?:target|goal|desired|plan|planned|forecast|budget|potential|benchmark|average"
    r"|previous|prior|prev|last year|last quarter|delta|change|trend|rank|weight|max|min|ziel|soll"
    r"|vorjahr)(?![a-z])",
    re.IGNORECASE,
)
_NOW = re.compile(r"[\s_-]+(?:current|now|today|as[ -]is|actual|ist)$", re.IGNORECASE)
_SUFFIX = re.compile(
    r"\s*\([^()]*\)\s*$|\s*\[[^\[\]]*\]\s*$|__c$|[\s_-]+(?:usd|eur|gbp|chf)$", re.IGNORECASE
)


# UTF-8 that was read as another character set on its way into a header
_BROKEN = {"Â\u00a0": " ", "â€™": "'", "â€œ": " ", "â€\u009d": " ", "â€“": "-", "â€”": "-"}
_NUMBERED = re.compile(r"^\W*(?:q(?:uestion)?\s*)?[0-9]{1,3}\s*[.:)\]–-]+\s*(?=\D)", re.IGNORECASE)
# The field of a record of which the file is a list: the owner in "Organization - Owner", the seats
# in "custom_attributes.seats".
_FIELD = re.compile(
    r"(?:organi[sz]ation|company|account|customer|client|deal|ticket|person) - (.+)"
    r"|custom field \((.+)\)"
    r"|(?:custom_attributes\.|attributes\.|properties\.|traits\.|gp:|company name:)\s*(.+)",
    re.IGNORECASE,
)
_REQUIRED = re.compile(r"\s*(?:\*+|\((?:required|optional)\))\s*$", re.IGNORECASE)


def plain(text: str) -> str:
    """The words of a header, without tags and placeholders: "Kündigung_am" is "kundigung am"."""
    if "&" in text:
        text = html.unescape(text)
    if "Â" in text or "â€" in text:
        for broken, whole in _BROKEN.items():
            text = text.replace(broken, whole)
    return text_key(_TAG.sub(" ", text))


def unnumbered(header: str) -> str:
    """A question as it was asked: without tags, a number before it and a star behind it."""
    return _REQUIRED.sub("", _NUMBERED.sub("", _TAG.sub(" ", header).strip()))


def compact(text: str) -> str:
    """`plain` without spaces: the form in which names are compared."""
    return plain(text).replace(" ", "")


@lru_cache(maxsize=4096)
def forms(header: str) -> tuple[str, ...]:
    """The compact forms to look up, best first: as it stands, then without "(UTC)" or "__c", then
    without the number of a question, and its option alone ("Contact: E-mail").
    """
    shorter = header if _NOT_NOW.search(header) else _SUFFIX.sub("", header)
    bare = re.sub(r"^cf_", "", shorter, flags=re.IGNORECASE)
    asked = unnumbered(header)
    option = asked.rpartition(": ")[2]
    field = found[1] or found[2] or found[3] if (found := _FIELD.fullmatch(header)) else ""
    today = _NOW.sub("", header)
    said = (compact(h) for h in (header, shorter, bare, asked, option, field, today))
    return tuple(dict.fromkeys(form for form in said if form))


@dataclass(frozen=True)
class Name:
    """A known header: what it means, and its place in its list (0 is the best name)."""

    role: str
    target: str
    rank: int
    phrase: str


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The document, with the lookups that proposing and applying need."""

    document: dict[str, Any]

    @cached_property
    def names(self) -> dict[str, Name]:
        """Compact header -> its meaning; where two lists hold a header, the first one counts."""
        found: dict[str, Name] = {}
        for name in self._listed():
            found.setdefault(compact(name.phrase), name)
        return found

    def _listed(self) -> Iterator[Name]:
        for reason, phrases in self.document["not_used"].items():
            yield from (Name("ignore", reason, n, p) for n, p in enumerate(phrases))
        for section, role in (("outcomes", "outcome"), ("drivers", "driver"), ("roles", "")):
            for key, phrases in self.document[section].items():
                target = key if role else ""
                yield from (Name(role or key, target, n, p) for n, p in enumerate(phrases))

    @cache  # noqa: B019 - there is one vocabulary per process
    def words(self, *path: str) -> frozenset[str]:
        """The compact forms of one list, such as words("seats", "active")."""
        at: Any = self.document
        for part in path:
            at = at.get(part, {})
        return frozenset(compact(word) for word in at)

    def rank(self, header: str, *path: str) -> int | None:
        """The place of a header in one list, None when it is not there."""
        at: Any = self.document
        for part in path:
            at = at[part]
        places = {compact(word): n for n, word in reversed(list(enumerate(at)))}
        return next((places[form] for form in forms(header) if form in places), None)

    def has(self, header: str, *path: str) -> bool:
        """Whether one list holds this header."""
        return any(form in self.words(*path) for form in forms(header))

    def lookup(self, header: str) -> Name | None:
        """What a header is known to mean."""
        return next((self.names[form] for form in forms(header) if form in self.names), None)

    @cache  # noqa: B019
    def tool(self, headers: tuple[str, ...]) -> str:
        """The tool that writes the most of these headers, "" when none is known for three."""
        given = {form for header in headers for form in forms(header)}
        found = {tool: len(given & self.words("tools", tool)) for tool in self.document["tools"]}
        best = max(found, key=lambda tool: found[tool])
        alone = sum(count == found[best] for count in found.values()) == 1
        return best if found[best] >= 3 and alone else ""

    def categories(self, driver: str, names: tuple[str, ...]) -> dict[str, str]:
        """Compact answer -> category of a driver, for its own names and their synonyms."""
        synonyms = self.document["categories"].get(driver, {})
        said = {compact(w): name for name in names for w in synonyms.get(name, ())}
        return said | {compact(name): name for name in names}

    @cached_property
    def outcome_words(self) -> dict[str, str]:
        """Compact word -> outcome, "none" where nothing happened."""
        lists = self.document["outcome_words"]
        return {compact(w): outcome for outcome, words in lists.items() for w in words}

    @cached_property
    def raters(self) -> dict[str, str]:
        """Compact name -> rater key."""
        return {compact(w): key for key, words in self.document["raters"].items() for w in words}

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the rows of a table can be about."""
        return tuple(self.document["subjects"])

    def counted(self, subject: str) -> str:
        """The driver that the mere rows of a subject feed, "" when there is none."""
        return str(self.document["subjects"].get(subject, {}).get("counts", ""))


@cache
def shipped() -> Vocabulary:
    """The vocabulary that comes with the product."""
    return Vocabulary(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
