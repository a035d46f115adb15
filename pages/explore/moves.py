"""What moved, why, and who went where?"""

import streamlit as st

from cmi import causes, charts, migration, moves, portfolio
from cmi.ui import moving, session, widgets
from cmi.ui.markdown import plain
from cmi.words import count, day

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    now = session.scores(frame, grid)
    wanted = widgets.filters(portfolio.present(now), rules)

st.header("What moved?", anchor=False)
days = session.earlier_days(frame)
if not days:
    st.info("There is no earlier day to compare with: import what you have from before.")
    st.stop()
with widgets.bar():
    since = moving.since(days)
before, after = session.two_days(frame, since, grid)
chosen = portfolio.filtered(now, wanted)["customer_id"]
before = before[before["customer_id"].isin(chosen)]
after = after[after["customer_id"].isin(chosen)]
there = [portfolio.present(scores) for scores in (before, after)]
moved = session.causes_of_change(frame, since, grid)
why = causes.of_group(moved[moved["customer_id"].isin(chosen)])
st.markdown(f"**{plain(moves.in_words(why, rules) or 'No score is known on both days.')}**")
st.caption(
    f"The mean of the {count(len(there[0]), 'customer')} on {day(since)} and the "
    f"{count(len(there[1]), 'customer')} on {day(frame.as_of)}; the steps add up exactly."
)
for column, score, title in zip(
    st.columns(2, gap="large"),
    ("chs", "cmi"),
    ("Why did health move?", "Why did maturity move?"),
    strict=True,
):
    with column:
        st.subheader(title, anchor=False)
        mean = there[0][score].mean()
        steps = moving.steps(why, rules, score)
        if steps.empty:
            st.write("It did not.")
        else:
            ends = (f"Mean {score.upper()} then", float(mean)), f"Mean {score.upper()} now"
            widgets.figure(
                charts.waterfall(steps, session.look(), start=ends[0], end=ends[1], closely=True),
                score,
            )

st.subheader("Which moves matter most?", anchor=False)
listed = moves.that_matter(before, after, rules, grid)
if listed.empty:
    st.write("Nobody crossed a cut, fell by more than 10 points, went stale, came or left.")
else:
    st.caption("By ARR × change. Tick the box before a customer to open its page.")
    moving.move_table(listed, "matter")
    widgets.take_along(lambda: listed, "moves")

st.subheader("Who went where?", anchor=False)
names = moving.place_names(rules, grid)
flows = migration.flows(before, after, rules, grid)
with widgets.bar():
    by = moving.width()
scenarios = {s.key: s for s in rules.grid(grid)}
shown = moving.bands(flows, names, by, portfolio.main_currency(after))
if len(shown):
    widgets.figure(charts.sankey(shown, scenarios, names, session.look()), "flows")
st.caption("Click a number to see the customers behind it.")
flow = moving.matrix(flows, names, by)
widgets.take_along(lambda: flows, "flows")
if flow:
    who = migration.who(before, after, *flow)
    st.markdown(f"**{moving.flow_name(flow, names)}: {count(len(who), 'customer')}**")
    moving.move_table(who.assign(what="", detail=""), "who")
