"""The chart of a back-test: breaches by week."""

from collections.abc import Sequence

import altair as alt

from clearline.review.policy.back_testing import Share
from clearline.ui.charts import TONES, Drawing, draw


def by_week(weeks: Sequence[Share]) -> Drawing:
    """Calls that would have been flagged, week by week."""
    rows = [(one.name, one.broken, one.tried) for one in weeks]
    values = [{"week": week, "calls": broken} for week, broken, _ in rows]
    chart = (
        alt.Chart(alt.InlineData(values))
        .mark_bar(color=TONES["broken"])
        .encode(
            x=alt.X("week:O", title="week from", axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("calls:Q", title="calls flagged", axis=alt.Axis(tickMinStep=1)),
        )
        .properties(height=150)
    )
    told = f"{sum(broken for _, broken, _ in rows):,} calls in {len(rows)} weeks."
    return draw(
        chart,
        title="Calls that it would have flagged",
        told=told,
        columns=("Week from", "Flagged", "Came up"),
        rows=rows,
    )
