"""From bytes to text: the byte order mark decides, then UTF-8, then a proposal."""

from __future__ import annotations

from cmi.files.grid import Issue, UnreadableError

_MARKS = {  # the four-byte marks first: UTF-32 begins like UTF-16
    b"\xff\xfe\x00\x00": ("utf-32-le", "UTF-32"),
    b"\x00\x00\xfe\xff": ("utf-32-be", "UTF-32"),
    b"\xef\xbb\xbf": ("utf-8", "UTF-8"),
    b"\xff\xfe": ("utf-16-le", "UTF-16"),
    b"\xfe\xff": ("utf-16-be", "UTF-16"),
}


def decoded(content: bytes) -> tuple[str, str, list[Issue]]:
    """The text, the character set in words, and a problem when the set is only a proposal."""
    for mark, (codec, words) in _MARKS.items():
        if content.startswith(mark):
            return _by_mark(content.removeprefix(mark), codec, words), words, []
    if unmarked := _unmarked_utf16(content):
        return _by_mark(content, unmarked, "UTF-16"), "UTF-16 without a mark", []
    try:
        # halves of characters pass here, and are reported cell by cell
        return content.decode("utf-8", "surrogatepass"), "UTF-8", []
    except UnicodeDecodeError:
        return _western(content), "Windows-1252 (proposed)", [_proposal()]


def _by_mark(content: bytes, codec: str, words: str) -> str:
    try:
        return content.decode(codec, "surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"it says that it is {words}, but is not from byte {error.start:,} on."
        ) from error


def _unmarked_utf16(content: bytes) -> str | None:
    """Latin text in UTF-16 has a zero in every other byte."""
    sample = content[: min(4096, len(content) // 2 * 2)]
    half = len(sample) // 2
    if half < 2:
        return None
    if sample[1::2].count(0) > 0.6 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _western(content: bytes) -> str:
    if b"\0" in content:
        raise UnreadableError("it is neither a workbook nor text.")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            "its character set is neither UTF-8 nor Windows-1252. Save it as UTF-8 "
            'in a spreadsheet program ("CSV UTF-8"), and upload it again.'
        ) from error


def _proposal() -> Issue:
    return Issue(
        "encoding", "The file is not UTF-8; it was read as Windows-1252, used in Western Europe."
    )
