"""Charts of the gate's pages."""

from itertools import accumulate
from typing import Any, Final

import altair as alt

from clearline.record.models import CampaignDay
from clearline.record.queries.campaigns import DAY, LENGTH, LIMIT, Window
from clearline.ui.charts import TONES, Drawing, draw
from clearline.ui.wording import moment, written

SO_FAR, AT_THIS_PACE, ALLOWED = "share so far", "at this pace", "3 % are allowed"
KINDS: Final = {SO_FAR: TONES["accent"], AT_THIS_PACE: TONES["serious"], ALLOWED: TONES["broken"]}
LIMITED: Final = float(LIMIT * 100)


def abandoned(window: Window) -> Drawing:
    """The share of abandoned calls day by day, against what is allowed, and where it leads at the pace of the last days."""
    rows = _rows(window)
    so_far = [{"day": day, "share": share, "kind": SO_FAR} for day, _, _, share in rows]
    ahead = _forecast(window, rows[-1][0] if rows else 0)
    allowed = [{"day": day, "share": LIMITED, "kind": ALLOWED} for day in (1, LENGTH)]
    top = max([4.0, *(one["share"] * 1.15 for one in (*so_far, *ahead))])
    lines = alt.LayerChart(
        layer=[
            _line(allowed, top, strokeDash=[8, 4]),
            _line(ahead, top, strokeDash=[3, 3]),
            _line(so_far, top, point={"size": 18, "filled": True}),
        ],
        height=220,
    )
    return draw(
        lines,
        title="Abandoned of the calls that people answered",
        told=f"{window.share * 100:.2f} % since {written(window.since, 'day')}; "
        f"at most 3 % are allowed until {written(window.until, 'day')}.",
        columns=("Day", "Answered", "Abandoned", "Share so far"),
        rows=[
            (
                f"{moment((window.first + day - 1) * DAY):%-d %b}",
                one.answered,
                one.abandoned,
                f"{share:.2f} %",
            )
            for day, one, _, share in rows
        ],
    )


def _line(values: list[dict[str, Any]], top: float, **mark: Any) -> alt.Chart:
    """One line; all of them share their scales and their legend."""
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values))
        .mark_line(**mark)
        .encode(
            x=alt.X(
                "day:Q",
                title="day of the period",
                scale=alt.Scale(domain=[1, LENGTH]),
                axis=alt.Axis(tickMinStep=1, format="d"),
            ),
            y=alt.Y("share:Q", title="abandoned, percent", scale=alt.Scale(domain=[0, min(top, 100.0)])),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())),
                legend=alt.Legend(columns=2, symbolType="stroke"),
            ),
        )
    )
    return chart


def _rows(window: Window) -> list[tuple[int, CampaignDay, int, float]]:
    """Each day with calls: its number in the period, its counts, all answered and the share up to its end."""
    answered = accumulate(one.answered for one in window.days)
    lost = accumulate(one.abandoned for one in window.days)
    return [
        (one.day - window.first + 1, one, total, 100 * gone / max(total, gone, 1))
        for one, total, gone in zip(window.days, answered, lost, strict=True)
    ]


def _forecast(window: Window, last: int) -> list[dict[str, Any]]:
    """Where the share leads at the pace of the last days, from the last day with calls to the end of the period."""
    answered, lost = window.pace()
    if not answered or not last:
        return []
    points = []
    for day in range(last, LENGTH + 1):
        more = day - last
        total = max(float(window.answered + answered * more), 1.0)
        points.append(
            {"day": day, "share": 100 * float(window.abandoned + lost * more) / total, "kind": AT_THIS_PACE}
        )
    return points
