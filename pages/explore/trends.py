"""Is it getting better, and for whom?"""

import streamlit as st

from cmi import charts, cohorts, portfolio, trends
from cmi.ui import session, timing, widgets
from cmi.ui.markdown import plain

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    now = portfolio.present(session.scores(frame, grid))
    wanted = widgets.filters(now, rules)

st.header("Is it getting better?", anchor=False)
with widgets.bar():
    step = timing.steps()
    split = timing.split(now, rules)
    todays = timing.todays_rules()
history = portfolio.filtered(session.history(frame, grid, step, todays), wanted)
trend = trends.by_period(history, rules, grid, split)
said = [
    timing.in_words(trends.change(trend, measure), name)
    for measure, name in (("chs_median", "Median health"), ("cmi_median", "Median maturity"))
]
st.markdown(f"**{plain(' '.join(filter(None, said)) or 'One period is no trend yet.')}**")

for column, title, measure in zip(
    st.columns(2, gap="large"),
    ("How healthy are they?", "How mature are they?"),
    ("chs_median", "cmi_median"),
    strict=True,
):
    with column:
        st.subheader(title, anchor=False)
        shown = timing.series(trend, measure, "scored")
        axis = "median CHS" if measure == "chs_median" else "median CMI"
        widgets.figure(charts.lines(shown, session.look(), axis=axis, bounds=(0, 100)), measure)

if split is None:
    parts = trends.mix(trend, rules, grid)
    currency = portfolio.main_currency(history)
    for column, title, of, what in zip(
        st.columns(2, gap="large"),
        ("Where do the customers stand?", "Where does the money stand?"),
        ("share", "arr_share"),
        ("scored customers", "ARR of scored customers"),
        strict=True,
    ):
        with column:
            st.subheader(title, anchor=False)
            shown = timing.mix(parts, rules, grid, of, currency)
            widgets.figure(
                charts.mix(shown, rules.grid(grid), session.look(), what=what), f"mix.{of}"
            )

st.subheader("How much of it is known?", anchor=False)
known = trend.assign(known=(trend["cmi_coverage"] + trend["chs_coverage"]) * 50)
widgets.figure(
    charts.lines(
        timing.series(known, "known", "customers"),
        session.look(),
        axis="% of the weight observed",
        bounds=(0, 100),
    ),
    "coverage",
)
widgets.take_along(lambda: trend, "trend")

st.subheader("Do those who began together grow?", anchor=False)
measures = cohorts.measures(rules, grid)
with widgets.bar():
    by = timing.choice(
        "Cohorts", ["Start quarter", *portfolio.segment_columns(history, rules)], "cohort"
    )
    named = timing.choice("Shows", list(measures.values()), "cohort_shows")
    measure = next((key for key, name in measures.items() if name == named), "cmi")
since = "seen" if measure in ("retention", "nrr") else "start"
cells = cohorts.heat(history, rules, grid, by, measure, since)
if cells["value"].notna().any():
    factor = 1 if measure in ("cmi", "chs") else 100
    widgets.figure(
        charts.heat(
            cohorts.matrix(cells) * factor,
            cells.drop_duplicates("cohort").set_index("cohort")["size"],
            session.look(),
            unit=measures[measure] if factor == 1 else "%",
            bounds=(0, 100 if measure != "nrr" else 150),
        ),
        "cohorts",
    )
    st.caption(
        "A row per cohort with the number of its customers; periods before a customer began, and "
        "those still to come, are blank. Who left stays in the past of its cohort."
    )
    widgets.take_along(lambda: cells, "cohorts")
else:
    st.info("No cohort has a value yet: start dates and scores of a second period will show it.")
