"""What moved, why, and who went where?"""

import streamlit as st

from cmi import charts, moves, portfolio
from cmi.moves import afterwards, means, migration, movement
from cmi.ui import opening, session, widgets
from cmi.ui.explore import migrating, moving
from cmi.ui.markdown import plain
from cmi.words import count, day, money

top = opening.line()
frame, rules, grid, everyone, wanted = top.frame, top.rules, top.grid, top.everyone, top.wanted

st.header("What moved?", anchor=False)
days = session.earlier_days(frame)
if not days:
    st.info("There is no earlier day to compare with: import what you have from before.")
    st.stop()
with widgets.bar():
    since = moving.since(days, frame.as_of)
two_days = session.two_days(frame, since, grid)
before, after = migration.between(*two_days, since, wanted)
moved = session.causes_of_change(frame, since)
groups = migration.groups(before), migration.groups(after)
why = means.change(moved, *groups)
for score in moving.AXES:
    st.markdown(f"**{plain(movement.headline(why, score, rules, since, frame.as_of))}**")
held = session.rules_on(frame, since)
st.caption(plain(movement.measured(held, rules, since, frame.as_of)))
names = migrating.place_names(rules, grid)
scenarios = {s.key: s for s in rules.grid(grid)}
question = moving.question()

if question == "why":
    for column, (score, name) in zip(st.columns(2, gap="large"), moving.AXES.items(), strict=True):
        with column:
            st.subheader(f"Why did {name.lower()} move?", anchor=False)
            if movement.unknown(why, score, since, frame.as_of):
                st.write("Without a score on both days no change can be told.")
                continue
            st.caption(movement.members(why, score))
            moving.why(why, rules, score, float(migration.there(before)[score].mean()))
    cause = moving.cause(why, rules)
    widgets.take_along(lambda: moving.causes_table(why, rules), "causes")
    if len(cause):
        who = movement.behind(moved, cause, before, after, *groups)
        migrating.behind(f"{count(len(who), 'customer')}.", who, names, "behind")

elif question == "segments":
    st.subheader("Where did it move most?", anchor=False)
    by = moving.split(everyone, rules)
    if by is None:
        st.info("There is no column to compare by yet: upload one, such as industry or region.")
        st.stop()
    split = migration.groups(before, by), migration.groups(after, by)
    table = movement.by_group(means.change(moved, *split), rules)
    st.caption(
        "Each customer counts in the segment that it was in on the day. Segments with fewer than "
        "five customers scored on both days come last. A tick shows the customers."
    )
    chosen = moving.group_table(table)
    widgets.take_along(lambda: table, "moved-segments")
    if chosen is not None:
        inside = movement.of_group(chosen, before, after, *split)
        migrating.behind(f"{chosen}: {count(len(inside), 'customer')}.", inside, names, "inside")

elif question == "customers":
    st.subheader("Which moves matter most?", anchor=False)
    with widgets.bar():
        fell = moving.fell()
        listed = moves.that_matter(before, after, rules, grid, fell)
        shown = moving.kinds(listed)
    if listed.empty:
        st.write(f"Nobody crossed a cut, fell by more than {fell:g} points, went stale or left.")
    else:
        st.caption(f"{moving.counted(shown)}; by ARR × change. A tick opens a customer.")
        moving.move_table(shown, "matter")
        widgets.take_along(lambda: migrating.named(shown, names), "moves")

elif question == "flows":
    st.subheader("Who went where?", anchor=False)
    flows = migration.flows(before, after, rules, grid)
    st.markdown(f"**{plain(migration.flows_in_words(flows))}**")
    by = migrating.width()
    shown = migrating.bands(flows, names, by, portfolio.main_currency(after))
    if set(flows["from"]) <= {migration.NEW}:
        st.write(f"Nobody was known on {day(since)}.")
    elif len(shown):
        say = money if by == "arr" else "{:,.0f}".format
        widgets.figure(charts.sankey(shown, scenarios, names, session.look(), say), "flows")
    st.caption("Click a number to see the customers behind it.")
    flow = migrating.matrix(flows, names, by)
    widgets.take_along(lambda: migrating.named(flows, names), "flows")
    if flow:
        who = migration.who(before, after, *flow)
        said = f"{migrating.flow_name(flow, names)}: {count(len(who), 'customer')}."
        migrating.behind(said, who, names, "flow-customers")

elif question == "rates":
    st.subheader("How often do they change place within a quarter?", anchor=False)
    (history,) = migration.of_segment([session.history(frame, grid, "quarter")], wanted)
    pairs = migration.quarterly(history)
    rates = migration.rates(pairs)
    if rates.empty:
        st.info("Two quarters that follow each other, and have both ended, will show it.")
        st.stop()
    st.markdown(f"**{plain(migration.in_words(rates, names))}**")
    asked = migrating.quarter(pairs)
    st.caption(
        "Of the customers of a row at the end of a quarter, the part that stood in a column at the "
        "end of the next; of fewer than five, their number. Click a cell to see who. "
        + migrating.scored_by(frame.todays_rules)
    )
    rate = migrating.rate_table(migration.rates(asked), names)
    widgets.take_along(lambda: migrating.named(rates, names), "rates")
    if rate:
        who = migration.movers(asked, history, *rate)
        said = f"{migrating.flow_name(rate, names)}: {count(len(who), 'time')}."
        migrating.behind(said, who, names, "rate-customers")

else:
    st.subheader("What became of them afterwards?", anchor=False)
    (history,) = migration.of_segment([session.history(frame, grid, "quarter")], wanted)
    outcomes = frame.store.outcomes(frame.as_of)
    within = migrating.within()
    found = afterwards.outcomes_after(history, outcomes)
    told = afterwards.in_words(found, names, within)
    st.markdown("  \n".join(plain(sentence) for sentence in told))
    known = found[(found["within"] == within) & found["share"].notna()]
    if len(known):
        shown = migrating.ahead(known)
        widgets.figure(charts.ranges(shown, scenarios, names, session.look()), "afterwards")
        st.caption(
            f"Of the customers who stood there when {within} quarters began that have passed, the "
            "part with the outcome in them; the lines show where the true share may lie (95 %). "
            f"Click a cell to see who. {migrating.scored_by(frame.todays_rules)}"
        )
        became = migrating.outcome_table(known, names)
        widgets.take_along(lambda: migrating.named(found, names), "afterwards")
        if became:
            who = afterwards.whom(history, outcomes, *became, within)
            said = f"{names.get(became[0], became[0])}, {became[1]}: {count(len(who), 'time')}."
            migrating.behind(said, who, names, "outcome-customers")
