"""Packs as files: PowerPoint, Excel or HTML, under names that any system takes, one or zipped."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Literal

from cmi.reports import deck, paper
from cmi.reports.packs import (
    internal,
    internal_pages,
    portfolio,
    portfolio_pages,
    shared,
    telling,
)
from cmi.reports.packs.page import Pack
from cmi.reports.packs.setting import Known, Setting
from cmi.reports.tables import to_xlsx

Reader = Literal["internal", "shared"]
Form = Literal["pptx", "xlsx", "html"]
File = tuple[str, bytes]  # its name, its content

LONGEST = 60  # letters of a customer's name in that of a file
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def of_portfolio(found: portfolio.Found, form: Form, template: bytes | None = None) -> File:
    """The portfolio pack as a file."""
    if form == "xlsx":
        content = to_xlsx(portfolio.sheets(found))
    else:
        content = _written(portfolio_pages.pack(found), form, template)
    return f"portfolio internal {found.setting.as_of}.{form}", content


def of_customer(
    setting: Setting,
    known: Known,
    reader: Reader,
    form: Form,
    segment: str | None = None,
    template: bytes | None = None,
) -> File:
    """The pack of one customer, for the team or for the customer itself, as a file."""
    name = str(known.row["name"].iloc[0])
    if reader == "shared":
        told = telling.told(setting, known, segment)
        pack = to_xlsx(telling.sheets(told)) if form == "xlsx" else (
            _written(shared.pack(told), form, template)
        )  # fmt: skip
    else:
        found = internal.found(setting, known, segment)
        pack = to_xlsx(internal.sheets(found)) if form == "xlsx" else (
            _written(internal_pages.pack(found), form, template)
        )  # fmt: skip
    return file_name(name, reader, setting.as_of, form), pack


def _written(pack: Pack, form: Form, template: bytes | None) -> bytes:
    return paper.write(pack) if form == "html" else deck.write(pack, template)


def file_name(customer: str, reader: Reader, as_of: date, form: Form) -> str:
    """Such that nobody mistakes one kind for the other: `Acme internal 2026-09-30.pptx` and
    `for Acme 2026-09-30.pptx`.
    """
    name = safe(customer)
    said = f"for {name}" if reader == "shared" else f"{name} internal"
    return f"{said} {as_of}.{form}"


def safe(name: str) -> str:
    """A name as part of a file's: no path, nothing invisible, not too long."""
    seen = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C"
    )
    clean = _UNSAFE.sub(" ", seen).strip(" .'~$-")[:LONGEST].strip(" .")
    return clean or "customer"


def zipped(files: Sequence[File]) -> bytes:
    """All files in one; of names that are alike (whatever their case) each after the first gets a
    number.
    """
    content = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out:
        for name, file in files:
            out.writestr(_unique(name, taken), file)
    return content.getvalue()


def _unique(name: str, taken: set[str]) -> str:
    stem, _, suffix = name.rpartition(".")
    found, number = name, 1
    while unicodedata.normalize("NFKC", found).casefold() in taken:
        number += 1
        found = f"{stem} ({number}).{suffix}"
    taken.add(unicodedata.normalize("NFKC", found).casefold())
    return found
