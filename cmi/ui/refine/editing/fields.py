"""The inputs of one entry of the draft: each change is checked and kept at once, or told why not.

They are heard before the page is drawn anew, so that nothing typed is lost when the next click
comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from cmi.methodology import Methodology, editing
from cmi.methodology.places import Place, fault, new_place
from cmi.problems import MethodologyError
from cmi.store import Store
from cmi.ui.markdown import plain
from cmi.ui.refine.editing import draft as drafts

Fields = dict[str, Any]

_TABLE = "_draft_table"
_LABEL = 80  # letters of a name in a list


def _same(values: Fields, said: Fields) -> Fields:
    del said
    return values


@dataclass
class Inputs:
    """Inputs for the entry at `place`, or for one more of the list at `place` (`new`).

    `said` is what the entry says, `together` makes the values of all inputs into its fields; an
    input has the name by which the checkers call it ("weight", "levels 3").
    """

    store: Store
    place: Place
    said: Fields
    round: int
    new: bool = False
    together: Callable[[Fields, Fields], Fields] = _same
    readers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    told: bool = False

    @property
    def name(self) -> str:
        """Tells these inputs from others, and from themselves before an undo."""
        return f"edit.{self.round}.{'.'.join(map(str, self.place))}{'.new' * self.new}"

    def key(self, name: str) -> str:
        """The key of one input."""
        return f"{self.name}.{name}"

    def text(
        self, name: str, label: str, *, tall: int = 0, optional: bool = False, **more: Any
    ) -> None:
        """Words; `tall`: pixels of an input for several lines; `optional`: none where empty."""
        was = str(self.said.get(name) or "")
        given = {"value": was, **self._heard(name), **more}
        _ = st.text_area(label, height=tall, **given) if tall else st.text_input(label, **given)

        def read(said: str) -> str | None:
            now = was if said.strip() == was.strip() else said.strip()
            return None if optional and not now else now

        self._reads(name, read)
        self.tell(name)

    def lines(self, name: str, label: str, *, tall: int, **more: Any) -> None:
        """A list of words, one in each line."""
        was = list(self.said.get(name, []))
        st.text_area(label, value="\n".join(was), height=tall, **self._heard(name), **more)

        def read(said: str) -> list[str]:
            found = [line.strip() for line in said.splitlines() if line.strip()]
            return was if said == "\n".join(was) else found

        self._reads(name, read)
        self.tell(name)

    def number(
        self, name: str, label: str, *, whole: bool = False, optional: bool = False, **more: Any
    ) -> None:
        """A figure; empty where there is none."""
        said = self.said.get(name)
        value = said if whole or said is None else float(said)
        if optional and value is not None:  # a default of the input could never be emptied
            st.session_state.setdefault(self.key(name), value)
            value = None
        shown = {"step": 1 if whole else 1.0, "format": None if whole else "%.12g"}
        st.number_input(label, value=value, **{**shown, **self._heard(name), **more})
        self._reads(name, lambda said: said)
        self.tell(name)

    def one_of(self, name: str, label: str, options: Mapping[str, str], **more: Any) -> str:
        """One of the options (value -> name), as a list to choose from."""
        names = names_apart(options)
        was = self.said.get(name, "")
        index = list(options).index(was) if was in options else 0
        chosen = st.selectbox(
            label, list(options), index, names.__getitem__, **self._heard(name), **more
        )
        self._reads(name, lambda said: said)
        self.tell(name)
        return str(chosen)

    def buttons(self, name: str, label: str, options: Sequence[str]) -> str:
        """One of the options, as a row of buttons."""
        was = self.said.get(name, options[0])
        chosen = st.segmented_control(
            label, options, default=was, required=True, **self._heard(name)
        )
        self._reads(name, lambda said: said or was)
        self.tell(name)
        return str(chosen or was)

    def several(self, name: str, label: str, options: Mapping[str, str], **more: Any) -> None:
        """Any of the options (value -> name)."""
        names = names_apart(options)
        was = [v for v in self.said.get(name, []) if v in options]
        st.multiselect(
            label,
            list(options),
            was,
            format_func=lambda value: names.get(value, value),
            **self._heard(name),
            **more,
        )
        self._reads(name, list)
        self.tell(name)

    def table(self, name: str, frame: pd.DataFrame, **more: Any) -> None:
        """A table to type in; it is read as a frame."""
        key = self.key(name)
        if key not in st.session_state:
            st.session_state[_TABLE] = key, frame
        held, begun = st.session_state.get(_TABLE, (key, frame))
        begun = begun if held == key else frame  # what edits are told against must not move
        st.data_editor(begun, hide_index=True, **self._heard(name), **more)
        self._reads(name, lambda said: _edited(begun, said))
        self.tell(name)

    def swap(self, one: str, other: str, label: str) -> None:
        """A button that exchanges the values of two inputs."""
        st.button(label, icon=":material/swap_horiz:", on_click=self._swap, args=[one, other],
                  type="tertiary", key=self.key(f"{one}.swap"))  # fmt: skip

    def _swap(self, one: str, other: str) -> None:
        draft = drafts.current(self.store)
        said = editing.entry(draft.methodology, self.place)
        fields = {one: said[other], other: said[one]}
        drafts.keep(draft, editing.changed(draft.methodology, self.place, fields), redraw=True)

    def tell(self, name: str) -> None:
        """Why what stands in an input was not kept; with "", why the whole was not."""
        told, sentence = drafts.refused(self.name)
        base, _, number = told.partition(" ")
        if told == name and sentence:
            self._say(sentence)
        elif sentence and name == base and told not in self.readers:
            self._say(f"Entry {number}: {sentence}")

    def tell_rest(self) -> None:
        """After all inputs: why something was not kept, where no input has told it."""
        _, sentence = drafts.refused(self.name)
        if sentence and not self.told:
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.told = True
        st.markdown(f":red[:material/error: {plain(sentence)} Not kept until mended.]")

    def heard(self) -> None:
        """Something was typed or chosen: keep it, or keep why not."""
        draft = drafts.current(self.store)
        fields = self.values()
        try:
            if self.new:
                self._add(draft, fields)
            else:
                drafts.keep(draft, editing.changed(draft.methodology, self.place, fields))
            drafts.accept()
        except MethodologyError as error:
            place = self._place(draft, fields) if self.new else self.place
            told, sentence = fault(place, error)
            drafts.refuse(self.name, told, _named(sentence, draft.methodology))

    def values(self) -> Fields:
        """What stands in the inputs, as fields of the entry."""
        there = {n: r() for n, r in self.readers.items() if self.key(n) in st.session_state}
        return self.together(there, self.said)

    def _add(self, draft: drafts.Draft, fields: Fields) -> None:
        place = self._place(draft, fields)
        drafts.keep(draft, editing.added(draft.methodology, place, fields), redraw=True)
        drafts.choose_instead(self.place, place)

    def _place(self, draft: drafts.Draft, fields: Fields) -> Place:
        name = str(fields.get("name") or fields.get("title") or "")
        return new_place(draft.methodology, self.place, name, drafts.used(self.store))

    def _heard(self, name: str) -> dict[str, Any]:
        """What an input is given: of something new only its button is heard."""
        return {"key": self.key(name)} | ({} if self.new else {"on_change": self.heard})

    def _reads(self, name: str, read: Callable[[Any], Any]) -> None:
        self.readers[name] = lambda: read(st.session_state[self.key(name)])


def _named(sentence: str, methodology: Methodology) -> str:
    """A sentence with the names of items instead of their keys."""
    for part in (*methodology.characteristics, *methodology.items):
        sentence = sentence.replace(f'"{part.key}"', f'"{part.name}"')
    return sentence


def brief(name: str) -> str:
    """A name that fits into a line."""
    return name if len(name) <= _LABEL else f"{name[:_LABEL]}…"


def names_apart(names: Mapping[Any, str]) -> dict[Any, str]:
    """Names short enough for a list, no two alike."""
    apart: dict[Any, str] = {}
    for value, name in names.items():
        short, number = brief(name), 1
        while (shown := short if number == 1 else f"{short} ({number})") in apart.values():
            number += 1
        apart[value] = shown
    return apart


def _edited(frame: pd.DataFrame, said: Mapping[str, Any]) -> pd.DataFrame:
    """A table with what Streamlit says was typed into it."""
    rows: Sequence[Any] = frame.to_dict("records")
    for number, cells in said["edited_rows"].items():
        rows[int(number)].update(cells)
    kept = [row for n, row in enumerate(rows) if n not in set(said["deleted_rows"])]
    return pd.DataFrame([*kept, *said["added_rows"]], columns=frame.columns)
