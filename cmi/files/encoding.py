"""From bytes to text: what a person says, else the byte order mark, then UTF-8, then a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


_SAMPLE = 1 << 16  # bytes
_FEW = 5  # different bytes
_LETTERS, _UNUSUAL = re.compile(rb"[A-Za-z\x80-\xff]"), re.compile(rb"[\x80-\xff]")
_SCRIPTS = {"cp1251", "koi8_r", "cp866", "cp1253", "cp932", "gb18030", "big5", "cp949", "euc_jp"}
_ALIKE = {"shift_jis": "cp932", "gbk": "gb18030", "gb2312": "gb18030", "euc_kr": "cp949",
          "koi8_u": "koi8_r", "iso8859_7": "cp1253", "big5hkscs": "big5"}  # fmt: skip


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
        return _mixed(content) or _proposed(content)


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


def _mixed(content: bytes) -> Decoded | None:
    """UTF-8 with a few lines from elsewhere, each read as Windows-1252 with a problem."""
    lines = content.split(b"\n")
    foreign = [n for n, line in enumerate(lines) if not _is_utf8(line)]
    unusual = sum(1 for line in lines if not line.isascii())
    if b"\0" in content or 2 * len(foreign) > unusual:
        return None
    texts: list[str] = []
    issues: list[Issue] = []
    for n, line in enumerate(lines):
        if foreign and n == foreign[0]:
            foreign.pop(0)
            try:
                texts.append(line.decode("cp1252"))
            except UnicodeDecodeError:
                return None
            message = "The line is not UTF-8, as others are; it was read as Windows-1252."
            issues.append(Issue("encoding", message, n + 1))
        else:
            texts.append(line.decode("utf-8", "surrogatepass"))
    return Decoded("\n".join(texts), "utf-8", "UTF-8 and Windows-1252", tuple(issues))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _proposed(content: bytes) -> Decoded:
    """In the set of another script when its letters follow one another, else in Windows-1252."""
    if b"\0" in content:
        raise UnreadableError("it is neither a workbook nor text.")
    for codec, words in _other_script(content):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if text.encode(codec) == content:  # some sets write a character in two ways
            return Decoded(text, codec, f"{words} (proposed)", _proposal(words))
    raise UnreadableError(
        "its character set is neither UTF-8 nor Windows-1252. Save it as UTF-8 "
        'in a spreadsheet program ("CSV UTF-8"), and upload it again.'
    )


def _other_script(content: bytes) -> Iterator[tuple[str, str]]:
    """Character sets to try: a guess where few letters are Latin ones, then the usual one."""
    sample = b"\n".join(line for line in content[:_SAMPLE].splitlines() if not line.isascii())
    unusual = _UNUSUAL.findall(sample)
    if len({*unusual}) > _FEW and 2 * len(unusual) > len(_LETTERS.findall(sample)):
        from charset_normalizer import from_bytes  # only such files need it

        guess = from_bytes(sample).best()
        codec = _ALIKE.get(guess.encoding, guess.encoding) if guess else ""
        if codec in _SCRIPTS:
            yield codec, ENCODINGS.get(codec, codec.upper())
    yield "cp1252", "Windows-1252"


def _proposal(words: str) -> tuple[Issue]:
    more = ", used in Western Europe" if words == "Windows-1252" else ""
    return (Issue("encoding", f"The file is not UTF-8; it was read as {words}{more}."),)
