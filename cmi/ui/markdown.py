"""Text from data, shown as it stands where Streamlit reads Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
# Addresses, icons, smileys and arrows are found in the text after the escapes were taken out: a
# space of no width inside them keeps them from being found.
_FOUND = re.compile(r"(?<=:)(?=[\w/+-])|(?<=www)(?=\.)|(?=@)|(?<=-)(?=[->])|(?<=<)(?=-)", re.I)
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"


def plain(text: object) -> str:
    """The text with every sign escaped that Markdown would act on; line breaks become spaces."""
    return _SPECIAL.sub(r"\\\1", _FOUND.sub(_NO_WIDTH, " ".join(str(text).split("\n"))))
