"""Charts: an Altair chart becomes SVG that follows the page's colours, with its figures as a table beside it."""

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import vl_convert
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTHS = {"narrow": 280, "middling": 440, "wide": 640}
"""In pixels: the page shows the one that has room, because the letters of a chart made small can't be read."""

# A colour of a chart is a variable of the stylesheet: one drawing serves both themes, and no style attribute is needed.
TONES = {
    word: f"var(--{word})"
    for word in ("kept", "open", "due", "broken", "unknown", "accent", "soft", "agent", "customer", "system")
} | {word: f"var(--{word}-fill)" for word in ("minor", "serious", "critical")}
LETTERS = "system-ui, sans-serif"
CONFIG: dict[str, Any] = {
    "background": None,
    "font": LETTERS,
    "view": {"stroke": None},
    "bar": {"color": TONES["accent"], "stroke": "var(--card)"},
    "line": {"color": TONES["accent"], "strokeWidth": 2},
    "area": {"color": TONES["accent"]},
    "point": {"color": TONES["accent"]},
    "rule": {"color": "var(--edge)"},
    "text": {"color": "var(--text)"},
    "axis": {
        "labelColor": "var(--soft)",
        "titleColor": "var(--soft)",
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": "var(--line)",
        "domainColor": "var(--edge)",
        "tickColor": "var(--edge)",
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {
        "orient": "top",
        "title": None,
        "labelColor": "var(--text)",
        "labelFontSize": 12,
        "symbolType": "square",
    },
}
VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
LIGHT = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}),")
TAG = re.compile(r"<[^>]*>")
# The drawing speaks as one image; and a policy without inline styles would refuse the last one.
UNWANTED = re.compile(r' (?:role|aria-[a-z]+|style)="[^"]*"')


class Drawing(NamedTuple):
    """A chart ready for `{% chart %}`: what it is, what it shows in a sentence, drawn in three widths, and its figures."""

    title: str
    told: str
    drawn: tuple[SafeString, ...]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def draw(
    chart: alt.Chart | alt.LayerChart,
    *,
    title: str,
    told: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> Drawing:
    """Draws the chart; `told` says in a sentence what it shows, `rows` are the figures under `columns`."""
    spec = json.dumps(chart.to_dict(), sort_keys=True)
    label = f"{title}. {told}"
    return Drawing(title, told, tuple(_svg(spec, kind, label) for kind in WIDTHS), columns, rows)


@lru_cache(maxsize=256)
def _svg(spec: str, kind: str, label: str) -> SafeString:
    whole = json.loads(spec)
    whole |= {
        "width": WIDTHS[kind],
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG | {key: value for key, value in whole.get("config", {}).items() if key != "view"},
    }
    drawn = vl_convert.vegalite_to_svg(whole)
    head, inside = drawn.split(">", 1)
    box = re.search(r'width="(\d+)" height="(\d+)" viewBox="[^"]*"', head)
    if box is None:
        raise ValueError("vl-convert has drawn an SVG without a size; is its version the one that is locked?")
    inside = TAG.sub(lambda tag: UNWANTED.sub("", tag.group()), inside)
    opening = f'<svg class="{kind}" role="img" aria-label="{escape(label)}" {box.group()}>'
    return mark_safe(opening + inside)  # noqa: S308 # Vega escapes what it writes; a test tries to break it


def printed(drawing: Drawing) -> str:
    """The chart for paper: a file of its own in the colours of the light theme, in the width that a page has room for."""
    widest = drawing.drawn[-1].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return VARIABLE.sub(lambda found: _light()[found.group(1)], widest)


@cache
def _light() -> dict[str, str]:
    """Colours of the light theme by their names in the stylesheet."""
    return dict(LIGHT.findall((Path(__file__).parent / "static/ui/ui.css").read_text(encoding="utf-8")))
