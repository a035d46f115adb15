"""Does it predict? The scores as they stood before, against what happened."""

import streamlit as st

from cmi import charts, portfolio
from cmi.ui import opening, session, widgets
from cmi.ui.markdown import plain
from cmi.ui.refine import doubting, proving, trials, wording

with widgets.bar():
    frame = opening.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = opening.grid_choice()

st.header("Does it predict?", anchor=False)
with widgets.bar():
    view = proving.view()
look = session.look()

if view in ("Evidence", "Suggested weights"):
    with widgets.bar():
        asked = proving.asked(todays_rules=view != "Evidence" or frame.todays_rules)
        score = proving.score() if view == "Evidence" else "both"
    tried = trials.trial(frame, grid, asked)
    if leak := proving.leak_words(tried, rules):
        st.warning(plain(leak), icon=":material/water_drop:")

if view == "Evidence":
    st.markdown(f"**{plain(proving.verdict(tried, score))}**")
    st.caption(plain(proving.basis(tried, asked.lag)))
    compared = trials.gains(tried, score)
    known, of_cases = tried.separations[score].known, "% of the cases"
    left, right = st.columns(2, gap="large")
    with left:
        rows = proving.separation_rows(tried, compared)
        if len(rows):
            st.subheader("Which score separates best?", anchor=False)
            bounds = proving.auc_axis(rows)
            drawn = charts.intervals(rows, look, axis="AUC", middle=0.5, bounds=bounds)
            widgets.figure(drawn, "separations")
            for sentence in proving.gain_words(score, compared):
                st.markdown(f"- {plain(sentence)}")
    with right:
        if known:
            st.subheader(f"How often, by {proving.SHORT[score]} then?", anchor=False)
            rows = proving.by_score(tried, score)
            widgets.figure(charts.intervals(rows, look, axis=of_cases), "deciles")
            if not tried.looking_back:
                st.write(plain(proving.in_hand(tried, score)))
    left, right = st.columns(2, gap="large")
    with left:
        rows = proving.foretold(tried, score)
        if len(rows):
            st.subheader("Did it keep its word?", anchor=False)
            widgets.figure(charts.intervals(rows, look, axis=of_cases), "foretold")
            st.caption(
                "◇ foretold for the later quarters by the earlier ones, ● what happened; "
                "the cases in fifths."
            )
    with right:
        rows = proving.by_scenario(tried, rules, grid)
        if known and len(rows):
            st.subheader("How often, by scenario then?", anchor=False)
            named = {s.key: s for s in rules.grid(grid)}
            drawn = charts.intervals(rows, look, axis=of_cases, scenarios=named)
            widgets.figure(drawn, "scenarios")
    if known:
        widgets.take_along(lambda: proving.by_score(tried, score), "evidence")

if view == "Suggested weights":
    st.caption(plain(proving.FITTED))
    found = trials.suggested(frame, grid, asked)
    for column, (axis, one) in zip(st.columns(2, gap="large"), found.items(), strict=True):
        with column:
            st.subheader(f"For {proving.NAMES[axis]}", anchor=False)
            proving.suggestion(axis, one)
    proving.to_the_sliders(found, rules)

if view == "Certainty":
    sure = trials.certainty(frame, grid)
    scores = session.scores(frame, grid)
    st.markdown(f"**{plain(doubting.certainty_words(sure))}**")
    st.caption(plain(doubting.assumptions(sure)))
    if len(sure.sure):
        left, right = st.columns([2, 1], gap="large")
        with left:
            st.subheader("Where is it doubtful?", anchor=False)
            drawn = charts.certain(scores, sure.sure["certainty"], rules, grid, look)
            widgets.figure(drawn, "certain")
            st.caption("The fuller a mark, the less certain its place.")
        with right:
            st.subheader("Re-assess these first", anchor=False)
            doubting.reassess(sure, rules)
        st.subheader("Which weight matters?", anchor=False)
        by = widgets.one_of("By", ("Customers", "ARR"), "moved")
        rows = doubting.tornado_rows(sure, "share" if by == "Customers" else "arr_share")
        if len(rows):
            of = "the placed customers" if by == "Customers" else "ARR"
            drawn = charts.tornado(rows, look, axis=f"% of {of} that would move")
            widgets.figure(drawn, "tornado")
        else:
            st.write("Five points of any weight more or less would move nobody.")
        widgets.take_along(lambda: sure.sure, "certainty")

if view == "Questions":
    scores = portfolio.present(session.scores(frame, grid))
    st.caption("Candidates to reword or to drop. Nothing is said of what under 30 answered.")
    st.subheader("Which never vary?", anchor=False)
    wording.never_vary(scores, rules)
    st.subheader("Which move together?", anchor=False)
    wording.move_together(scores, rules)
    st.subheader("About which do raters disagree?", anchor=False)
    wording.raters_differ(trials.ratings(frame), rules)
