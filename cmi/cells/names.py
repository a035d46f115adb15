"""Headers and company names reduced to what makes them the same."""

from __future__ import annotations

import re
import unicodedata

from cmi.cells.values import tidy


def _without_accents(text: str) -> str:
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PUNCTUATION = re.compile(r"[\W_]+")


def text_key(text: str) -> str:
    """A header or name reduced to its words: "accountExternalId" gives "account external id"."""
    words = _without_accents(_HUMP.sub(" ", text))
    return _PUNCTUATION.sub(" ", words).strip()


_INITIALS = re.compile(r"(?<!\w)(\w)[./] ?(?=\w(?!\w))")
_LEGAL_FORMS = re.compile(
    r"(?: (?:inc|incorporated|llc|llp|lp|ltd|limited|corp|corporation|co|company|plc|and co|pty"
    r"|pte|pvt|private limited|gmbh|mbh|ag|kg|kgaa|ohg|ug|se|sa|sas|sarl|srl|spa|sl|slu|bv|nv"
    r"|ab|as|asa|aps|oy|oyj|kft|doo|sro|sp z oo|zrt|ltda|sa de cv|kk|sdn bhd|bhd)){1,4}$"
)


def company_key(name: str) -> str:
    """A company's name without its legal form, case, accents and punctuation, for comparing.

    "Müller & Söhne GmbH & Co. KG" gives "muller and sohne"; the first word always stays.
    """
    words = _without_accents(tidy(name)).replace("&", " and ").replace("'", "")
    plain = _PUNCTUATION.sub(" ", _INITIALS.sub(r"\1", words)).strip()
    return _LEGAL_FORMS.sub("", plain)
