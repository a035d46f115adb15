"""Is it getting better, and for whom?"""

import streamlit as st

from cmi import charts, portfolio, trends
from cmi.freshness import resting
from cmi.trends import cohorts
from cmi.ui import cards, opening, session, widgets
from cmi.ui.explore import cohorting, timing, trending
from cmi.words import period

top = opening.line()
frame, rules, grid, everyone, wanted = top.frame, top.rules, top.grid, top.everyone, top.wanted

st.header("Is it getting better?", anchor=False)
with widgets.bar():
    view = timing.view()
    st.space("stretch")
    step = timing.steps()
    history = portfolio.filtered(session.history(frame, grid, step), wanted)
    split = timing.split(history, rules) if view != "Cohorts" else None
months, look = step == "month", session.look()
rests = session.rests(frame, step)
then = session.rules_then(frame, step)
changed = timing.changed_rules(then)
places = {s.key: s.name for s in rules.grid(grid)}

if view != "Cohorts":
    whole = resting.by_period(history, rests)
    known = whole if split is None else resting.by_period(history, rests, split)
    trend = trending.joined(trends.by_period(history, rules, grid, split), known, then)

if view == "Scores":
    moved, shown = {}, {}
    for column, score, title in zip(
        st.columns(2, gap="large"),
        trending.SCORES.values(),
        ("How healthy are they?", "How mature are they?"),
        strict=True,
    ):
        changes = trends.change(trend, f"{score}_median")
        moved[score] = trends.composition(history, changes, score, split)
        shown[score] = trending.medians(trend, history, score, split, months)
        with column:
            st.subheader(title, anchor=False)
            timing.say(trending.told(moved[score], whole, score, split, months))
    for column, (score, values) in zip(st.columns(2, gap="large"), shown.items(), strict=True):
        with column:
            if values["value"].isna().all():
                cards.collect(score)
                continue
            drawn = charts.lines(
                values,
                look,
                axis=f"median {score.upper()}",
                bounds=trending.window(values["value"]),
                months=months,
                rules=changed,
            )
            widgets.clickable(drawn, f"{score}.{step}.{split}", timing.show)
    st.caption(trending.legend(known, any("beside" in values for values in shown.values())))
    widgets.take_along(lambda: trend, "trend")
    if split is not None:
        table = trending.change_table(moved)
        timing.change_table(table)
        widgets.take_along(lambda: table, "changes")

if view == "Mix" and history["scenario"].isna().all():
    cards.first_steps(top.scores)
elif view == "Mix":
    parts = trends.mix(trend, rules, grid)
    currency = portfolio.main_currency(history)
    others = [period(end, months=months) for end in changed]
    if split is None:
        timing.say(trending.mix_told(history, parts, rules, grid, months))
        for column, title, of, what in zip(
            st.columns(2, gap="large"),
            ("Where do the customers stand?", "Where does the money stand?"),
            ("share", "arr_share"),
            ("scored customers", "ARR of scored customers"),
            strict=True,
        ):
            with column:
                st.subheader(title, anchor=False)
                bars = trending.mix(parts, trend, of, places, currency, months)
                drawn = charts.mix(bars, rules.grid(grid), look, what=what, rules=others)
                widgets.clickable(drawn, f"mix.{of}.{step}", timing.show)
    else:
        st.subheader("Where does each of them stand?", anchor=False)
        of, what = timing.money_or_heads()
        bars = trending.mix(parts, trend, of, places, currency, months)
        drawn = charts.mixes(bars, rules.grid(grid), look, what=what, rules=others)
        widgets.clickable(drawn, f"mix.{of}.{step}.{split}", timing.show)
    st.caption(trending.hatched(known, others))
    widgets.take_along(lambda: parts, "mix")

if view == "Coverage":
    timing.say(trending.known_told(history, whole, rules, grid))
    of_score = timing.score() if split is not None else None
    for column, title, of, axis in zip(
        st.columns(2, gap="large"),
        ("How much is known?", "How much of that is stale?"),
        ("coverage", "stale"),
        ("% of the weight observed", "% of the observed weight"),
        strict=True,
    ):
        with column:
            st.subheader(title, anchor=False)
            values = trending.parts(trend, of, of_score, months)
            drawn = charts.lines(
                values,
                look,
                axis=axis,
                bounds=(0, 100),
                months=months,
                rules=changed,
            )
            widgets.clickable(drawn, f"{of}.{step}.{split}", timing.show)
    widgets.take_along(lambda: trend, "coverage")

if view == "Cohorts":
    st.subheader("Do those who began together grow?", anchor=False)
    with widgets.bar():
        by, measure = cohorting.chosen(history, rules, grid, step)
    cells, unit, bounds = cohorting.read(
        cohorts.heat(history, rules, grid, by, measure, rests), measure
    )
    if cohorts.grows(cells):
        few = cohorts.most(cells.dropna(subset="value"), by, cohorting.DRAWN)
        ages = cohorting.ages(by, step)
        drawn = charts.heat(few, look, unit=unit, bounds=bounds, ages=ages)
        widgets.clickable(drawn, f"cohorts.{measure}.{step}.{by.column}.{by.start}", cohorting.show)
        st.caption(cohorting.legend(cells, few, by, cohorts.start_later(history)))
        widgets.take_along(lambda: cells, "cohorts")
        cohorting.behind(history, cells, by, then, grid)
        cohorting.compare(cells, by, cohorts.measures(rules, grid)[measure], unit, step)
    else:
        st.info(cohorting.needed(history))
else:
    who = timing.behind(history, split, months, places if view == "Mix" else {})
    if who and view == "Coverage":
        timing.how_known(*who, rests)
    elif who:
        timing.customers(*who, then, grid)

widgets.small_print(trends.rules_in_words(then, todays=frame.todays_rules, months=months))
widgets.small_print(portfolio.other_currencies(everyone))
