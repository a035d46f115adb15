"""From bytes to text: what a person says, else the byte order mark, then UTF-8, then a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from cmi.files.grid import Issue, UnreadableError

ENCODINGS = {  # those worth offering; any other that Python knows is read too
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "iso8859-15": "ISO 8859-15 (Western Europe)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850 (Western Europe)",
    "cp932": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "Windows-949 (Korean)",
}
_MARKS = {  # the four-byte marks first: UTF-32 begins like UTF-16
    b"\xff\xfe\x00\x00": ("utf-32-le", "UTF-32"),
    b"\x00\x00\xfe\xff": ("utf-32-be", "UTF-32"),
    b"\xef\xbb\xbf": ("utf-8", "UTF-8"),
    b"\xff\xfe": ("utf-16-le", "UTF-16"),
    b"\xfe\xff": ("utf-16-be", "UTF-16"),
}
_ZEROS = {  # which bytes of Latin text are zero, as the text repeats
    "utf-32-le": (False, True, True, True),
    "utf-32-be": (True, True, True, False),
    "utf-16-le": (False, True),
    "utf-16-be": (True, False),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, its character set (`codec` for machines, `words` for people) and any doubt."""

    text: str
    codec: str
    words: str
    issues: tuple[Issue, ...] = ()


def decoded(content: bytes, codec: str = "") -> Decoded:
    """`content` as text, in `codec` when a person says so; no byte is replaced or left out."""
    if codec:
        return _as_told(content, codec)
    for mark, (marked, words) in _MARKS.items():
        if content.startswith(mark):
            return Decoded(_by_mark(content.removeprefix(mark), marked, words), marked, words)
    if unmarked := _unmarked(content):
        words = unmarked[:6].upper()
        return Decoded(_by_mark(content, unmarked, words), unmarked, f"{words} without a mark")
    try:
        # halves of characters pass here, and are reported cell by cell
        return Decoded(content.decode("utf-8", "surrogatepass"), "utf-8", "UTF-8")
    except UnicodeDecodeError:
        return Decoded(_western(content), "cp1252", "Windows-1252 (proposed)", (_PROPOSAL,))


def _as_told(content: bytes, codec: str) -> Decoded:
    words = ENCODINGS.get(codec, codec)
    try:
        text = content.decode(codec, "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"it is not in the character set {words}: byte {error.start + 1:,} has no meaning "
            "there. Choose another one."
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableError(f"the character set {words} is not known.") from error
    return Decoded(text, codec, f"{words}, as chosen")


def _by_mark(content: bytes, codec: str, words: str) -> str:
    try:
        return content.decode(codec, "surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"it says that it is {words}, but is not from byte {error.start:,} on."
        ) from error


def _unmarked(content: bytes) -> str | None:
    """The set of Latin text without a mark, told by where its zeros stand."""
    for codec, zeros in _ZEROS.items():
        width = len(zeros)
        sample = content[: min(4096, len(content) // width * width)]
        characters = len(sample) // width
        shares = [sample[i::width].count(0) / max(characters, 1) for i in range(width)]
        fits = (
            share > 0.6 if zero else share < 0.1 for share, zero in zip(shares, zeros, strict=True)
        )
        if characters > 1 and all(fits):
            return codec
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


_PROPOSAL = Issue(
    "encoding", "The file is not UTF-8; it was read as Windows-1252, used in Western Europe."
)
