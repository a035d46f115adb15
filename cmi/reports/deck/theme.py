"""What a deck is written onto: our own 16:9 look, or the master, layouts and colours of a team.

Of a team's file only those are taken. Its slides, and all that may tell of them (properties, a
picture of its first slide, comments, tags, data beside the slides), stay behind.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from cmi.problems import FileUnreadableError

MOST_UNPACKED = 200 * 2**20  # bytes
MOST_PARTS = 5000
TEMPLATE = "The PowerPoint template"

# Text, page, quiet text, cards; the accent, then what a person who adds a chart gets.
_COLOURS = {
    "dk1": "1F2733",
    "lt1": "FFFFFF",
    "dk2": "5B6675",
    "lt2": "F2F5F9",
    "accent1": "2B5FD9",
    "accent2": "5B6675",
    "accent3": "0B4A33",
    "accent4": "25A05A",
    "accent5": "C28404",
    "accent6": "BF2A1C",
}
_FONT = "Arial"  # on every machine, and with it the same line breaks
_KEPT = ("slideMaster", "slide", "theme", "presProps", "tableStyles", "notesMaster")
_KEPT_IN_PACKAGE = ("officeDocument", "core-properties")


def opened(template: bytes | None = None) -> Any:
    """A presentation without slides; FileUnreadableError when the template is none."""
    if template is None:
        return _ours()
    try:
        presentation = _read(_as_presentation(template))
        _forget(presentation)
        if not len(presentation.slide_layouts):
            raise FileUnreadableError(TEMPLATE, "it has no layout to write on.")
    except FileUnreadableError:
        raise
    except Exception as error:  # a broken file fails in as many ways as there are parts
        why = "it is no PowerPoint presentation or template, or it is damaged."
        raise FileUnreadableError(TEMPLATE, why) from error
    return presentation


def _read(content: bytes) -> Any:
    from pptx import Presentation

    return Presentation(io.BytesIO(content))


def _as_presentation(template: bytes) -> bytes:
    """The same file as a presentation: only that name of its content differs in a template."""
    packed = zipfile.ZipFile(io.BytesIO(template))
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
        raise FileUnreadableError(TEMPLATE, "it is too large.")
    if any("vbaProject" in p.filename for p in parts):
        raise FileUnreadableError(TEMPLATE, "it holds a program. Save it as .potx or .pptx first.")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        for part in parts:
            content = packed.read(part)
            if part.filename == "[Content_Types].xml":
                content = content.replace(b"presentationml.template.main+xml", _PRESENTATION)
            out.writestr(part.filename, content)
    return written.getvalue()


_PRESENTATION = b"presentationml.presentation.main+xml"


def _forget(presentation: Any) -> None:
    """Let go of the slides and of everything that is not the look."""
    slides = presentation.slides._sldIdLst
    for slide in list(slides):
        presentation.part.drop_rel(slide.rId)
        slides.remove(slide)
    root = presentation.part._element
    for child in list(root):  # sections and shows name the slides that are gone
        if child.tag.rpartition("}")[2] in ("extLst", "custShowLst", "custDataLst"):
            root.remove(child)
    _keep(presentation.part.rels, _KEPT)
    _keep(presentation.part.package._rels, _KEPT_IN_PACKAGE)
    for owner in (*presentation.slide_masters, *_layouts(presentation)):
        for relation in list(owner.part.rels.values()):
            if relation.is_external and not relation.reltype.endswith("/hyperlink"):
                why = "it shows something from outside the file. Save it with that embedded."
                raise FileUnreadableError(TEMPLATE, why)


def _layouts(presentation: Any) -> Iterator[Any]:
    for master in presentation.slide_masters:
        yield from master.slide_layouts


def _keep(relations: Any, kinds: tuple[str, ...]) -> None:
    for key, relation in list(relations.items()):
        if relation.reltype.rpartition("/")[2] not in kinds:
            relations.pop(key)


def _ours() -> Any:
    """The 4:3 presentation of the library, made 16:9, in our font and colours."""
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    _keep(presentation.part.package._rels, _KEPT_IN_PACKAGE)
    _keep(presentation.part.rels, _KEPT)
    wide = Inches(13.333) / presentation.slide_width
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    for owner in (presentation.slide_master, *_layouts(presentation)):
        for shape in owner.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = int(shape.left * wide), int(shape.width * wide)
    title = presentation.slide_master.placeholders[0]
    title.left, title.top = Inches(0.6), Inches(0.4)
    title.width, title.height = Inches(12.133), Inches(0.75)
    _dressed(presentation)
    return presentation


def _dressed(presentation: Any) -> None:
    """Our colours and font in the theme; titles bold, to the left, and below the top."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    master = presentation.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode()
    for name, colour in _COLOURS.items():
        found = rf"<a:{name}>.*?</a:{name}>"
        text = re.sub(found, f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>', text, flags=re.S)
    theme._blob = re.sub(
        r'<a:latin typeface="[^"]*"', f'<a:latin typeface="{_FONT}"', text
    ).encode()
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    style.find("{*}defRPr").set("sz", "2400")
    style.find("{*}defRPr").set("b", "1")
    anchor = master.placeholders[0].text_frame._txBody.bodyPr
    for name, value in (("anchor", "t"), ("lIns", "0"), ("rIns", "0"), ("tIns", "0")):
        anchor.set(name, value)
