"""Charts."""

import re

import altair as alt
from tests.ui.reading import Reader

from clearline.ui.charts import WIDTHS, draw
from clearline.ui.samples import findings_by_day
from clearline.ui.templatetags.ui import chart

NASTY = '<script>alert("1")</script> style="x" & \'"'


def one(label: str) -> str:
    values = [{"who": label, "n": 1}]
    drawing = draw(
        alt.Chart(alt.InlineData(values)).mark_bar().encode(x="who:N", y="n:Q", href="who:N"),
        title=label,
        told="One.",
        columns=("who", "n"),
        rows=[(label, 1)],
    )
    return "".join(drawing.drawn)


def test_a_drawing_obeys_the_content_policy() -> None:
    svg = "".join(findings_by_day().drawn)
    assert Reader(svg)._inline() == []
    assert "<style" not in svg


def test_data_can_not_break_out() -> None:
    svg = one(NASTY)
    tags = Reader(svg)
    assert tags._inline() == []
    assert "script" not in {tag for tag, _, _ in tags.tags}


def test_it_follows_the_theme() -> None:
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', "".join(findings_by_day().drawn)))
    assert {colour for colour in colours if not colour.startswith("var(--")} <= {"none", "transparent"}


def test_it_speaks_as_one_image_with_its_figures_beside_it() -> None:
    drawing = findings_by_day()
    for svg in drawing.drawn:
        told = [attrs for _, attrs, _ in Reader(svg).tags if {"role", "aria-label"} & attrs.keys()]
        assert [one["aria-label"] for one in told] == [f"{drawing.title}. {drawing.told}"]
    assert len(drawing.rows) == 7
    assert chart(drawing) == {"chart": drawing}


def test_it_is_as_wide_as_it_says_and_drawn_once() -> None:
    drawing = findings_by_day()
    for svg, width in zip(drawing.drawn, WIDTHS.values(), strict=True):
        assert f'width="{width}"' in svg.split(">")[0]
    assert all(a is b for a, b in zip(drawing.drawn, findings_by_day().drawn, strict=True))
