"""The questions of the assessment that tell nothing of their own, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from cmi.evidence import questions
from cmi.methodology import Methodology
from cmi.ui.markdown import plain
from cmi.words import count, share


def never_vary(scores: pd.DataFrame, methodology: Methodology) -> None:
    """Factors on which nearly everybody stands alike."""
    _said(
        questions.that_never_vary(scores, methodology),
        lambda row: (
            f"{methodology.item(row['item']).name}: {share(row['share'])} of "
            f"{count(row['customers'], 'customer')} are on level {row['level']}."
        ),
        "Every factor that enough customers answered tells them apart.",
    )


def move_together(scores: pd.DataFrame, methodology: Methodology) -> None:
    """Pairs of factors that ask the same."""
    _said(
        questions.that_move_together(scores, methodology),
        lambda row: (
            f"{methodology.item(row['item']).name} and {methodology.item(row['other']).name}: "
            f"correlation {row['correlation']:.2f} over {count(row['customers'], 'customer')}."
        ),
        "No two factors always move together.",
    )


def raters_differ(ratings: pd.DataFrame, methodology: Methodology) -> None:
    """Factors that raters understand differently."""
    _said(
        questions.that_raters_see_differently(ratings, methodology),
        lambda row: (
            f"{methodology.item(row['item']).name}: {row['rater']} and {row['other']} are "
            f"{row['apart']:.1f} levels apart on average over {count(row['pairs'], 'pair')}."
        ),
        "No two kinds of raters are a whole level apart where they rated the same.",
    )


def _said(found: pd.DataFrame, sentence: Callable[[dict[Any, Any]], str], otherwise: str) -> None:
    """A sentence for each row that was found, or one where there is none."""
    if found.empty:
        st.write(otherwise)
    for row in found.to_dict("records"):
        st.markdown(f"- {plain(sentence(row))}")
