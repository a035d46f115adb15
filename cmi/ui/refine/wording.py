"""The questions of the assessment that tell nothing of their own, in sentences."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi.evidence import questions
from cmi.methodology import Methodology
from cmi.ui.markdown import plain
from cmi.words import count, share


def never_vary(scores: pd.DataFrame, methodology: Methodology) -> None:
    """Factors on which nearly everybody stands alike."""
    found = questions.that_never_vary(scores, methodology)
    _said(
        [
            f"{_name(row['item'], methodology)}: {share(row['share'])} of "
            f"{count(row['customers'], 'customer')} are on level {row['level']}."
            for row in found.to_dict("records")
        ],
        "Every factor that enough customers answered tells them apart.",
    )


def move_together(scores: pd.DataFrame, methodology: Methodology) -> None:
    """Pairs of factors that ask the same."""
    found = questions.that_move_together(scores, methodology)
    _said(
        [
            f"{_name(row['item'], methodology)} and {_name(row['other'], methodology)}: "
            f"correlation {row['correlation']:.2f} over {count(row['customers'], 'customer')}."
            for row in found.to_dict("records")
        ],
        "No two factors always move together.",
    )


def raters_differ(ratings: pd.DataFrame, methodology: Methodology) -> None:
    """Factors that raters understand differently."""
    found = questions.that_raters_see_differently(ratings, methodology)
    _said(
        [
            f"{_name(row['item'], methodology)}: {row['rater']} and {row['other']} are "
            f"{row['apart']:.1f} levels apart on average over {count(row['pairs'], 'pair')}."
            for row in found.to_dict("records")
        ],
        "No two kinds of raters are a whole level apart where they rated the same.",
    )


def _said(sentences: list[str], otherwise: str) -> None:
    if not sentences:
        st.write(otherwise)
    for sentence in sentences:
        st.markdown(f"- {plain(sentence)}")


def _name(key: str, methodology: Methodology) -> str:
    return methodology.item(key).name
