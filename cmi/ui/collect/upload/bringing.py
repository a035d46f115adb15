"""Step 1: the files, what each was read as, and another way to read it."""

from __future__ import annotations

import streamlit as st

from cmi.files import How, Table
from cmi.files.encoding import ENCODINGS
from cmi.intake import Reading, Upload
from cmi.methodology import Methodology
from cmi.store import Store
from cmi.ui.collect.upload import draft as drafts
from cmi.ui.collect.upload import history
from cmi.ui.collect.upload.draft import Draft, place
from cmi.ui.markdown import plain
from cmi.words import count

FORMS = ["csv", "tsv", "txt", "xlsx", "xlsm"]
FIND_OUT = "Find out"
DELIMITERS = {FIND_OUT: "", "Comma ,": ",", "Semicolon ;": ";", "Tab": "\t", "Bar |": "|"}


def step(number: int, question: str) -> None:
    """The head of one step of the conversation."""
    st.subheader(f"{number}. {question}", anchor=False)


def files(store: Store, methodology: Methodology) -> Draft | None:
    """The files in preparation, as a list; new ones are read as they are dropped."""
    held = drafts.current()
    if drafts.is_gone():
        st.info("The upload of this link is no longer kept. Drop the files again.")
    dropped = st.file_uploader(
        "Drop files here",
        type=FORMS,
        accept_multiple_files=True,
        key=drafts.uploader_key(),
        max_upload_size=100,
        label_visibility="collapsed",
    )
    if dropped:
        history.forget_news()
        held = held or drafts.begin()
        _read(held, [Upload(f.name, f.getvalue()) for f in dropped], store, methodology)
        drafts.empty_hands()
        st.rerun()
    if held is None or not held.uploads:
        return None
    for sentence in held.left_out:
        st.warning(plain(sentence), icon=":material/content_copy:")
    with st.container(border=True, gap="small"):
        for upload in held.uploads:
            _file(held, upload, store, methodology)
    return held


def _read(held: Draft, more: list[Upload], store: Store, methodology: Methodology) -> None:
    """Read the dropped files, and say how far it is."""
    with st.status(f"Reading {count(len(more), 'file')} …", expanded=True) as status:

        def told(upload: Upload, reading: Reading | None) -> None:
            if reading is None:
                status.update(label=f"Reading {plain(upload.name)} …")
            else:
                st.markdown(f"{_sign(reading)} {plain(upload.name)}: {_result(reading)}")

        drafts.bring(held, more, store, methodology, told)
        status.update(label="Recognising the columns …")


def _sign(reading: Reading) -> str:
    return ":material/error:" if reading.failures else ":material/check:"


def _result(reading: Reading) -> str:
    """What was found in one file, in a few words."""
    if reading.failures:
        return plain(reading.failures[0])
    rows = sum(t.rows for t in reading.tables)
    tables = f" in {len(reading.tables)} sheets" if len(reading.tables) > 1 else ""
    return f"{count(rows, 'row')}{tables}"


def _file(held: Draft, upload: Upload, store: Store, methodology: Methodology) -> None:
    """One file: how it was read, whether it is known, another way to read it, and away with it."""
    reading = held.readings[upload.name]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{_sign(reading)} **{plain(upload.name)}**", width="content")
        st.caption(_how_read(reading), width="stretch")
        if reading.tables:
            with st.popover("Read it differently", type="tertiary"):
                _differently(held, upload, reading.tables, store, methodology)
        away = f"away.{upload.digest}"
        if st.button("", icon=":material/close:", key=away, help="Put it away", type="tertiary"):
            drafts.remove(held, upload.name, store, methodology)
            st.rerun()
    for sentence in reading.failures:
        st.error(plain(sentence), icon=":material/error:")
    there = drafts.already_there(held, store)
    for sentence in dict.fromkeys(there[p] for p in map(place, reading.tables) if p in there):
        st.warning(plain(sentence), icon=":material/content_copy:")


def _how_read(reading: Reading) -> str:
    """Rows and notes of each table: "500 rows · header in row 3 · comma"."""
    said = []
    for table in reading.tables:
        parts = [count(table.rows, "row"), *table.notes]
        said.append((f"{table.sheet}: " if table.sheet else "") + " · ".join(parts))
    return plain("  |  ".join(said)) if len(said) < 4 else _result(reading)


def _differently(
    held: Draft, upload: Upload, tables: tuple[Table, ...], store: Store, methodology: Methodology
) -> None:
    """What a person may know better about the form of a file."""
    first, how, key = tables[0], upload.how, upload.digest
    encoding, delimiter = "", ""
    if not first.sheet:
        codes = ["", *ENCODINGS]
        encoding = st.selectbox(
            f"Character set (read as {ENCODINGS.get(first.encoding, first.encoding)})",
            codes,
            index=codes.index(how.encoding) if how.encoding in codes else 0,
            format_func=lambda code: ENCODINGS.get(code, FIND_OUT),
            key=f"encoding.{key}",
        )
        words = next((w for w, sign in DELIMITERS.items() if sign == how.delimiter), FIND_OUT)
        delimiter = DELIMITERS[
            st.selectbox("Cells are parted by", list(DELIMITERS), key=f"delimiter.{key}",
                         index=list(DELIMITERS).index(words))
        ]  # fmt: skip
    headers = tuple(
        (
            table.sheet,
            int(
                st.number_input(
                    f"Header in row{f' ({plain(table.sheet)})' if table.sheet else ''}",
                    min_value=0, value=table.header_row, key=f"header.{key}.{table.sheet}",
                    help="0: there is no header",
                )
            ),
        )
        for table in tables
    )  # fmt: skip
    on_offer = dict.fromkeys((*first.hidden_sheets, *how.hidden))
    hidden = st.multiselect(
        "Hidden sheets to read too", list(on_offer), default=how.hidden, key=f"hidden.{key}"
    ) if on_offer else []  # fmt: skip
    if st.button("Read it again", key=f"again.{key}", type="primary"):
        changed = tuple(
            pair for pair, table in zip(headers, tables, strict=True)
            if pair[1] != table.header_row or pair in how.header_row
        )  # fmt: skip
        new = How(encoding, delimiter, changed, tuple(hidden))
        drafts.read_again(held, upload.name, new, store, methodology)
        st.rerun()
