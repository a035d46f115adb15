"""The parts of the Evidence page: what is asked, and what its charts and sentences take."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cmi.evidence import cases, rates
from cmi.evidence.cases import BASELINES, LAGS, QUESTIONS, SCORES
from cmi.evidence.separation import Estimate
from cmi.evidence.suggestion import PRIOR, Axis, Suggestion
from cmi.methodology import GridKey, Methodology
from cmi.proposal import of_shares
from cmi.ui import session, widgets
from cmi.ui.markdown import plain
from cmi.ui.refine.trials import Asked, Trial
from cmi.words import count, listed, share

SHORT = {"chs": "CHS", "cmi": "CMI", "both": "both scores", "plane": "the plane"}
VIEWS = ("Evidence", "Suggested weights", "Certainty", "Questions")
NAMES: dict[Axis, str] = {"chs": "health (CHS)", "cmi": "maturity (CMI)"}
FITTED = (
    "Weights that would have foretold the outcomes better: never negative, summing to 100 %, "
    f"pulled towards those in force as if these rested on {PRIOR} outcomes; fitted on earlier "
    "quarters and judged on later ones. They are offered only when the gain is sure."
)


def view() -> str:
    """Which of the questions about the scores is asked."""
    return widgets.one_of("Show", VIEWS, "evidence")


def asked(todays_rules: bool) -> Asked:
    """What may happen, and how many quarters before it the scores are taken."""
    names = {q.name: key for key, q in QUESTIONS.items()}
    lags = {f"{count(lag, 'quarter')} before": lag for lag in LAGS}
    name = widgets.one_of("What happened", list(names), "outcome")
    before = widgets.one_of("Scores of", list(lags), "lag")
    return Asked(names[name], lags[before], todays_rules)


def score() -> str:
    """The score that is looked at closely: a key of SCORES."""
    names = {name: key for key, name in SCORES.items()}
    return names[widgets.one_of("Score", list(names), "score")]


# Evidence


def basis(tried: Trial, lag: int) -> str:
    """What the figures rest on, in one or two sentences."""
    found = tried.cases
    people = count(found["customer_id"].nunique(), "customer")
    if tried.looking_back:
        return (
            f"All scores are of one day, so nothing can be foretold yet: these are the scores of "
            f"{people} against {count(tried.outcomes, 'outcome')} from before them. Scores that "
            "know what has happened prove nothing when they separate; when they do not, that is "
            "something. Import what you have from before, or come back in a quarter."
        )
    quarters, rising = count(found["quarter"].nunique(), "quarter"), tried.question.rising
    return (
        f"{count(tried.outcomes, 'outcome')} of {people} over {quarters}, each set against the "
        f"scores of {count(lag, 'quarter')} before; nothing that was told later counts. AUC: of "
        "two customers of one quarter, one to whom it happened and one to whom it did not, how "
        f"often has the first the {'higher' if rising else 'lower'} score? "
        "0.5 is a coin, 1 a perfect order."
    )


def leak_words(tried: Trial, methodology: Methodology) -> str:
    """A warning about items that know the outcome, "" without any."""
    told = [
        f"{methodology.item(row['item']).name} "
        f"({'whether it is known' if row['how'] == 'known' else 'its value'}: AUC {row['auc']:.2f})"
        for row in tried.leaks.to_dict("records")
    ]
    if not told:
        return ""
    return (
        f"Probably a leak: {listed(told)} tells {tried.question.they} from {tried.question.others} "
        "too well to be foresight. Does it contain the outcome itself? It is not used to suggest "
        "weights, and the scores that contain it prove nothing."
    )


def separation_rows(tried: Trial, compared: dict[str, tuple[Estimate, Estimate]]) -> pd.DataFrame:
    """The AUC of the scores and of the simpler ones, as the chart of intervals takes them."""
    named = {SCORES[key]: one for key, one in tried.separations.items()}
    named |= {_capital(BASELINES[key]): one for key, (one, _) in compared.items() if key != "chs"}
    rows = [
        {
            "label": name,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "said": f"{one.value:.2f}",
            "hint": f"AUC {one.value:.2f}, interval {one.low:.2f}–{one.high:.2f}; "
            f"{one.outcomes:,} of {one.cases:,} cases",
        }
        for name, one in named.items()
        if one.known
    ]
    return pd.DataFrame(rows)


def rate_rows(counted: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Shares of cases in %, as the chart of intervals takes them."""
    hints = [
        f"{row['met']:,} of {row['cases']:,}: {share(row['share'])}, "
        f"interval {100 * row['low']:.0f}–{100 * row['high']:.0f} %"
        for row in counted.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "label": list(labels),
            "value": counted["share"] * 100,
            "low": counted["low"] * 100,
            "high": counted["high"] * 100,
            "hint": hints,
        }
    )


def by_score(tried: Trial, of: str) -> pd.DataFrame:
    """The rate of each tenth, lowest scores first."""
    counted = rates.by_score(tried.cases, of)
    labels = [
        f"{row['from']:.0f}–{row['to']:.0f}" if row["from"] < row["to"] else f"{row['to']:.0f}"
        for row in counted.to_dict("records")
    ]
    return rate_rows(counted, labels)


def by_scenario(tried: Trial, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The rate of each scenario where anybody stood."""
    counted = rates.by_scenario(tried.cases, methodology, grid)
    counted = counted[counted["cases"] > 0].reset_index(drop=True)
    names = {s.key: s.name for s in methodology.grid(grid)}
    rows = rate_rows(counted, [names[key] for key in counted["scenario"]])
    return rows.assign(scenario=counted["scenario"])


def foretold(tried: Trial, of: str) -> pd.DataFrame:
    """What earlier quarters foretold of the later ones, and what happened."""
    counted = rates.calibration(tried.cases, of)
    middle = [f"Fifth no. {n}" for n in range(2, len(counted))]
    labels = ["Least probable", *middle, "Most probable"][: len(counted)]
    return rate_rows(counted, labels).assign(expected=counted["foretold"] * 100)


def in_hand(tried: Trial, of: str) -> str:
    """What a team would have had in hand, in one sentence; "" without cases."""
    found = rates.in_hand(tried.cases, of, tried.question)
    if not found.picked:
        return ""
    side = "highest" if tried.question.rising else "lowest"
    return (
        f"With the {rates.LOWEST} {side} of each quarter in hand, it happened to {found.met:,} of "
        f"{found.picked:,}: {share(found.share)} (interval {100 * found.low:.0f}–"
        f"{100 * found.high:.0f} %), where of everybody it is {share(found.usual)}. That is "
        f"{found.met:,} of {found.outcomes:,} in all."
    )


def verdict(tried: Trial, of: str) -> str:
    """Whether a score separates, in one sentence."""
    said = cases.in_words(SCORES[of], tried.separations[of], tried.question)
    return f"Looking back only: {said}" if tried.looking_back else said


def auc_axis(rows: pd.DataFrame) -> tuple[float, float]:
    """From where to where the axis of AUC goes: what is near a coin shall look so."""
    return min(0.3, rows["low"].min() - 0.02), max(0.7, rows["high"].max() + 0.05)


def gain_words(of: str, compared: dict[str, tuple[Estimate, Estimate]]) -> list[str]:
    """Whether the score tells more than simpler ones, a sentence each."""
    told = [
        cases.gain_in_words(SCORES[of], BASELINES[key], better)
        for key, (_, better) in compared.items()
    ]
    return [sentence for sentence in told if sentence]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# Suggested weights


def suggestion(axis: Axis, found: Suggestion) -> None:
    """What is suggested for one score, or why nothing is."""
    if found.gain is not None and found.before is not None and found.after is not None:
        st.caption(
            f"On {found.gain.outcomes:,} later outcomes: AUC {found.before.value:.2f} by the "
            f"weights in force, {found.after.value:.2f} by weights fitted before; gain "
            f"{cases.gain_figures(found.gain)}."
        )
    if found.why_not:
        st.info(plain(found.why_not), icon=":material/block:")
        return
    shown = found.weights.assign(
        **{c: found.weights[c] * 100 for c in ("now", "suggested", "low", "high")}
    )
    percent = {
        "now": "In force",
        "suggested": "Suggested",
        "low": "From",
        "high": "To",
    }
    st.dataframe(
        shown,
        key=f"suggested.{axis}",
        hide_index=True,
        height="content",
        column_config={
            "key": None,
            "name": st.column_config.TextColumn("Weight", width="medium"),
            **{
                column: st.column_config.NumberColumn(name, format="%.0f %%")
                for column, name in percent.items()
            },
        },
    )


def to_the_sliders(found: dict[Axis, Suggestion], methodology: Methodology) -> None:
    """The button that hands what is suggested to the Weights page."""
    shares = {key: part for one in found.values() for key, part in one.shares.items()}
    if not shares:
        return
    if st.button("Put the suggestion on the sliders", icon=":material/tune:", type="primary"):
        session.take_suggestion(shares, of_shares(shares, methodology).as_message())
    if session.suggestion() == shares:
        st.success("It is on the sliders of the Weights page. Nothing is adopted by that.")
        st.page_link(
            "pages/refine/weights.py", label="Open Weights", icon=":material/arrow_forward:"
        )
