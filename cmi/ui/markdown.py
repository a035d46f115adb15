"""Text from data, shown as it stands where Streamlit reads Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def plain(text: object) -> str:
    """The text with every sign escaped that Markdown would act on; line breaks become spaces."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split("\n")))
