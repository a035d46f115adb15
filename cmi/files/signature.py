"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

import re
from typing import Literal

from cmi.files import limits
from cmi.files.grid import UnreadableError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "a SQLite database",
    b"{\\rtf": "a formatted text",
    b"\x7fELF": "a program",
}
_MARKUP = {
    rb"<(!doctype html|!--|(html|head|body|div|meta|style|script|table)\b)": "a web page",
    rb"<\?xml": "an XML file",
    rb'\{\s*"': "a JSON file",
    rb'\[\s*[\[{"]': "a JSON file",
}


def form(content: bytes) -> Literal["workbook", "text"]:
    """Which reader `content` needs; what is neither a workbook nor text is refused."""
    if len(content) > limits.BYTES:
        megabytes = len(content) / 2**20
        raise UnreadableError(
            f"it has {megabytes:,.0f} MB; the most that can be read are {limits.BYTES // 2**20} MB."
        )
    if content.startswith(_ZIP):
        return "workbook"
    if content.startswith(_OLE):
        raise UnreadableError(_ole(content))
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    markup = (words for magic, words in _MARKUP.items() if re.match(magic, start))
    foreign = (words for magic, words in _FOREIGN.items() if content.startswith(magic))
    if words := next(foreign, None) or next(markup, None):
        raise UnreadableError(f"it is {words}. Export the table as CSV or XLSX.")
    return "text"


def _ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "it is protected by a password. Save it without one, and upload it again."
    return (
        "it has the format of Excel before 2007 (.xls). Open it, save it as .xlsx, "
        "and upload it again."
    )
