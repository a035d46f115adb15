"""The draft of a methodology: the one place where it is kept, with the way back.

It outlives reruns and visits to other pages; nobody's score follows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from cmi.methodology import Methodology
from cmi.methodology.places import Place, used_keys
from cmi.methodology.touched import touched
from cmi.store import Store
from cmi.words import listed

_KEPT, _CHOSEN, _REFUSED = "_draft_kept", "_draft_chosen", "_draft_refused"
MOST_STEPS = 200  # to go back


@dataclass(frozen=True)
class Draft:
    """The rules that it began with, and each edit: what it was, and the rules after it.

    `round` counts edits that did not come from an input: inputs are drawn anew after each.
    """

    base: Methodology
    steps: tuple[tuple[str, Methodology], ...] = ()
    round: int = 0

    @property
    def methodology(self) -> Methodology:
        """The rules as edited so far."""
        return self.steps[-1][1] if self.steps else self.base


def current(store: Store) -> Draft:
    """The draft; one of the rules in force today where nothing is edited yet, or where what was
    edited has come into force.
    """
    held: Draft | None = st.session_state.get(_KEPT)
    now = store.methodology()
    if held is None:
        return Draft(now)
    if held.steps and (now == held.base or touched(now, held.methodology)):
        return held
    return replace(held, base=now, steps=())


def keep(draft: Draft, methodology: Methodology, *, redraw: bool = False) -> None:
    """One edit more, where it changes something; `redraw` where it did not come from an input."""
    found = touched(draft.methodology, methodology)
    if found:
        what = listed([str(t) for t in found], 2)
        steps = (*draft.steps, (what, methodology))[-MOST_STEPS:]
        st.session_state[_KEPT] = Draft(draft.base, steps, draft.round + redraw)


def undo(store: Store) -> None:
    """Take the last edit back."""
    draft = current(store)
    st.session_state[_KEPT] = replace(draft, steps=draft.steps[:-1], round=draft.round + 1)


def throw_away() -> None:
    """Forget the draft: because nobody wants it, or because it was saved as a version."""
    held: Draft | None = st.session_state.get(_KEPT)
    if held is not None:
        st.session_state[_KEPT] = replace(held, steps=(), round=held.round + 1)


def earlier(store: Store) -> tuple[Methodology, ...]:
    """Every version that was ever kept, and the one that comes with the product: oldest first."""
    return tuple(map(store.methodology_called, store.methodologies()["version"]))


def saved_as(draft: Draft, store: Store) -> Methodology | None:
    """The newest version that says what the draft says."""
    kept = reversed(earlier(store))
    return next((m for m in kept if not touched(m, draft.methodology)), None)


def used(store: Store) -> frozenset[str]:
    """Keys that a new thing must not have."""
    return used_keys(earlier(store))


def chosen(section: str) -> Place:
    """What was chosen last in a section; a list, ("drivers",), where one more is being added."""
    return _all_chosen().get(section, ())


def _all_chosen() -> dict[str, Place]:
    held: dict[str, Place] = st.session_state.get(_CHOSEN, {})
    return held


def choose_instead(of: Place, place: Place) -> None:
    """Look at something else wherever `of` was looked at."""
    st.session_state[_CHOSEN] = {
        section: place if at == of else at for section, at in _all_chosen().items()
    }


def choose(section: str, place: Place) -> None:
    """Look at something, or add one more to a list."""
    st.session_state[_CHOSEN] = _all_chosen() | {section: place}


def refuse(where: str, field: str, sentence: str) -> None:
    """Keep why the last edit was not taken: by the inputs' name, and the field it belongs to."""
    st.session_state[_REFUSED] = where, field, sentence


def accept() -> None:
    """Nothing is refused any more."""
    st.session_state.pop(_REFUSED, None)


def refused(where: str) -> tuple[str, str]:
    """Field and sentence of what was refused there, both "" where nothing was."""
    kept: tuple[str, str, str] = st.session_state.get(_REFUSED, ("", "", ""))
    return kept[1:] if kept[0] == where else ("", "")


def forget_but(where: str) -> None:
    """What was refused elsewhere is gone with its inputs."""
    if st.session_state.get(_REFUSED, (where,))[0] != where:
        accept()
