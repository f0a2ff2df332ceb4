"""Charts of the record's pages."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import altair as alt

from clearline.engine.events import Instant
from clearline.record.queries.days import WEEK, Tally
from clearline.reports.account import SEVERITIES, counted
from clearline.ui.charts import TONES, Drawing, draw
from clearline.ui.wording import moment

WEEKS: Final = 8


def findings_by_week(tallies: Sequence[Tally], first: Instant) -> Drawing:
    """Findings of the last weeks by severity; a week is named by the day that it begins on."""
    names = [f"{moment(first + week * WEEK):%-d %b}" for week in range(WEEKS)]
    counts: Counter[tuple[int, str]] = Counter()
    for one in tallies:
        counts[one.week, one.severity] += one.findings
    values = [
        {"week": names[week], "severity": severity, "findings": counts[week, severity], "order": order}
        for week in range(WEEKS)
        for order, severity in enumerate(reversed(SEVERITIES))
        if counts[week, severity]
    ]
    bars = (
        alt.Chart(alt.InlineData(values), height=170)
        .mark_bar()
        .encode(
            x=alt.X(
                "week:O",
                scale=alt.Scale(domain=names),
                title=None,
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("findings:Q", title="findings", axis=alt.Axis(tickMinStep=1)),
            order="order:O",
            color=alt.Color(
                "severity:N",
                scale=alt.Scale(
                    domain=list(reversed(SEVERITIES)), range=[TONES[name] for name in reversed(SEVERITIES)]
                ),
            ),
        )
    )
    sums = [sum(counts[week, severity] for severity in SEVERITIES) for week in range(WEEKS)]
    worst = sums.index(max(sums))
    return draw(
        bars,
        title="Findings by week",
        told=f"{counted(sum(sums), 'finding')} up to last night; most, {sums[worst]:,}, in the week from {names[worst]}.",
        columns=("Week from", *SEVERITIES),
        rows=[(names[week], *(counts[week, severity] for severity in SEVERITIES)) for week in range(WEEKS)],
    )
