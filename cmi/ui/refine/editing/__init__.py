"""Editing the methodology in the page: a draft, one section and one thing at a time."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cmi.methodology import Methodology
from cmi.methodology.editing import (
    brought_back,
    consequences,
    entry,
    former_items,
    retired,
    without,
)
from cmi.methodology.places import Place, of_item
from cmi.methodology.touched import touched
from cmi.problems import MethodologyError
from cmi.store import Store
from cmi.ui import widgets
from cmi.ui.markdown import plain
from cmi.ui.refine.editing import draft as drafts
from cmi.ui.refine.editing import exceptions, health, maturity, mix, plays, saving, scenarios
from cmi.ui.refine.editing.draft import Draft
from cmi.ui.refine.editing.fields import Inputs, brief, names_apart
from cmi.ui.session import Frame
from cmi.words import count, listed

SECTIONS: dict[str, Any] = {
    "Maturity": maturity,
    "Health": health,
    "Cuts and scenarios": scenarios,
    "Plays": plays,
    "Expected mix": mix,
    "Exceptions": exceptions,
}
GOES = {
    "items": "It is not asked or measured any more. What was observed of it stays, and scores by "
    "earlier versions go on counting it.",
    "plays": "Scenarios no longer propose it. Earlier versions keep it.",
    "overrides": "Its customers are measured as all others are.",
}
BUTTON = "_editing"  # where a button's refusal is told


@st.fragment
def editor(frame: Frame) -> None:
    """Change the methodology: what is typed becomes part of the draft once it fits the rules."""
    draft = drafts.current(frame.store)
    _standing(draft, frame.store)
    section = widgets.one_of("Section", list(SECTIONS), "edit")
    part = SECTIONS[section]
    place = _choice(section, part, draft, frame.store)
    if place in part.places(draft.methodology):
        inputs = Inputs(frame.store, place, entry(draft.methodology, place), draft.round)
        part.form(inputs, draft.methodology, frame)
        inputs.tell_rest()
        drafts.forget_but(inputs.name)
    elif place:
        drafts.forget_but(_new(part, place, section, draft, frame))


def _standing(draft: Draft, store: Store) -> None:
    """What the draft differs in, and the ways out of it."""
    version = draft.base.version
    found = touched(draft.base, draft.methodology)
    with st.container(border=True):
        if not draft.steps:
            st.markdown(
                plain(
                    f"Version {version} is in force. What you change here becomes a draft: "
                    "nobody's score follows it before it is saved as a version."
                )
            )
            return
        parts = listed([f"{brief(t.name)} ({t.what})" for t in found], 4)
        differs = f"{count(len(found), 'part')}: {parts}." if found else "nothing."
        st.markdown(f"**Draft.** {plain(f'It differs from version {version} in {differs}')}")
        saved = drafts.saved_as(draft, store) if found else None
        if saved:
            st.caption(plain(f"It is kept as version {saved.version}; nothing is left to save."))
        elif (now := store.methodology()) != draft.base:
            st.caption(plain(f"Meanwhile version {now.version} is in force; the draft is older."))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Undo the last change",
                icon=":material/undo:",
                on_click=drafts.undo,
                args=[store],
                help=plain(brief(draft.steps[-1][0])),
            )
            if saved:
                st.button("Begin anew", on_click=drafts.throw_away, type="primary")
                return
            with st.popover("Throw the draft away", icon=":material/delete:"):
                st.write(f"{count(len(draft.steps), 'change')} would be gone for good.")
                st.button("Throw it away", on_click=drafts.throw_away, type="primary")
            saving.save(draft.methodology, parts)


def _choice(section: str, part: Any, draft: Draft, store: Store) -> Place:
    """What is edited: chosen from a list, with the ways to add one more and to retire it."""
    names = names_apart(part.places(draft.methodology))
    place = drafts.chosen(section)
    lists = part.lists(draft.methodology)
    adding = place in lists
    if not adding and place not in names:
        place = next(iter(names), ())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = f"choice.{section}.{draft.round}.{hash(tuple(names.values()))}.{place}"
        st.selectbox(
            "What",
            list(names),
            index=None if place not in names else list(names).index(place),
            format_func=names.__getitem__,
            key=key,
            on_change=_chosen,
            args=[section, key],
            placeholder="Choose what to change",
            label_visibility="collapsed",
            width=420,
        )
        if adding:
            st.button("Cancel", on_click=drafts.choose, args=[section, ()])
        elif lists:
            near = [where for where in lists if where[:2] == place[:2]]
            where = next(iter(near or lists))
            label = plain(f"Add {'an' if lists[where][0] in 'aeiou' else 'a'} {lists[where]}")
            st.button(label, icon=":material/add:", on_click=drafts.choose, args=[section, where])
        if place in names and part.can_go(place):
            _going(place, draft, store)
    _, sentence = drafts.refused(BUTTON)
    if sentence:
        st.warning(plain(sentence), icon=":material/block:")
    return place


def _chosen(section: str, key: str) -> None:
    if (place := st.session_state[key]) is not None:
        drafts.choose(section, place)


def _going(place: Place, draft: Draft, store: Store) -> None:
    """The button that retires an item, or removes a play or an exception, and what follows."""
    is_item = place[0] in ("characteristics", "drivers")
    with st.popover("Retire it" if is_item else "Remove it", icon=":material/archive:"):
        st.write(GOES["items" if is_item else str(place[0])])
        if is_item:
            for sentence in consequences(draft.methodology, str(place[-1])):
                st.markdown(f"- {plain(sentence)}")
        st.button(
            "Retire" if is_item else "Remove", on_click=_go, args=[store, place], type="primary"
        )


def _go(store: Store, place: Place) -> None:
    draft = drafts.current(store)
    try:
        is_item = place[0] in ("characteristics", "drivers")
        methodology, key = draft.methodology, str(place[-1])
        rest = retired(methodology, key) if is_item else without(methodology, place)
    except MethodologyError as error:
        drafts.refuse(BUTTON, "", f"{error.place} {error.why}")
    else:
        drafts.keep(draft, rest, redraw=True)
        drafts.choose_instead(place, place[:2])  # of a factor: its characteristic


def _new(part: Any, where: Place, section: str, draft: Draft, frame: Frame) -> str:
    """The inputs of one more, kept together by their button; or one that was retired comes back.
    Their name.
    """
    _former(where, section, draft, frame.store)
    inputs = Inputs(frame.store, where, {**part.SAID}, draft.round, new=True)
    with st.container(border=True):
        st.markdown(f"**A new {plain(part.lists(draft.methodology)[where])}**")
        part.form(inputs, draft.methodology, frame)
        inputs.tell_rest()
        st.button("Add it to the draft", type="primary", on_click=inputs.heard)
    return inputs.name


def _former(where: Place, section: str, draft: Draft, store: Store) -> None:
    """What was retired from here can come back, with all that was observed of it."""
    former = {
        key: m
        for key, m in former_items(draft.methodology, drafts.earlier(store)).items()
        if of_item(m, key)[:-1] == where
    }
    if not former:
        return
    names = names_apart({key: m.item(key).name for key, m in former.items()})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = st.selectbox(
            "Or bring back one that was retired, with what was observed of it",
            list(former),
            format_func=names.__getitem__,
            key=f"back.{draft.round}",
            width=420,
        )
        st.button("Bring it back", on_click=_back, args=[store, former[key], key, section])


def _back(store: Store, former: Methodology, key: str, section: str) -> None:
    draft = drafts.current(store)
    try:
        whole = brought_back(draft.methodology, former, key)
    except MethodologyError as error:
        drafts.refuse(BUTTON, "", f"{error.place} {error.why}")
    else:
        drafts.keep(draft, whole, redraw=True)
        drafts.choose(section, of_item(whole, key))
