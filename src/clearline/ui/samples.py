"""What the style page shows: each component's template as it is written, and made-up values to fill it."""

from typing import Any, NamedTuple

import altair as alt
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString

from clearline.engine.events import SECOND, Instant
from clearline.ui.charts import TONES, Drawing, draw

HOUR = 3_600 * SECOND

# File in templates/ui/style, title, and whether it is shown in both themes (what has an id is shown once).
SHOWN = (
    ("badges", "States and severities", True),
    ("buttons", "Buttons", True),
    ("notices", "Notices", True),
    ("stats", "Figures", True),
    ("facts", "Facts, times and values", True),
    ("table", "Table", False),
    ("pages", "Pages of a list", False),
    ("filters", "Filters", False),
    ("tabs", "Tabs", True),
    ("cards", "Cards and findings", True),
    ("moments", "Timeline", True),
    ("citation", "Citation", True),
    ("chart", "Charts", True),
    ("progress", "Progress and waiting", True),
    ("form", "Form", False),
    ("dialog", "Dialog", False),
    ("nothing", "Nothing to show", True),
    ("people", "People", True),
    ("icons", "Icons", True),
)
ICONS = (
    *("home", "gate", "phone", "flag", "clock", "contact", "law", "scales", "seal", "people", "hand", "shop"),
    *("settings", "order", "key", "lock", "door", "look", "menu", "search", "eye", "copy", "info", "good"),
    *("warning", "bad", "kept", "open", "due", "broken", "unknown", "minor", "serious", "critical", "empty"),
)


class Sample(NamedTuple):
    """One component on the style page."""

    name: str
    title: str
    source: str
    shown: SafeString
    both: bool


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name of the campaign", help_text="As the dialer knows it.")
    purpose = forms.ChoiceField(label="Purpose", choices=[("sale", "Sale"), ("service", "Service")])
    channel = forms.ChoiceField(
        label="Channel", choices=[("phone", "Phone"), ("text", "Text message")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    recorded = forms.BooleanField(label="Calls are recorded", required=False)


def samples(request: HttpRequest, now: Instant) -> list[Sample]:
    """Every component, rendered."""
    values = _values(now)
    made = []
    for name, title, both in SHOWN:
        template = get_template(f"ui/style/{name}.html")
        source = template.template.source  # type: ignore[attr-defined] # the stubs know engines in general
        made.append(Sample(name, title, source.strip(), SafeString(template.render(values, request)), both))
    return made


def _values(now: Instant) -> dict[str, Any]:
    calls = [
        {
            "id": "c-1042",
            "at": now - HOUR,
            "agent": "Ada Moreno",
            "lasted": 272 * SECOND,
            "worst": "critical",
        },
        {
            "id": "c-1041",
            "at": now - 2 * HOUR,
            "agent": "Ben Okafor",
            "lasted": 61 * SECOND,
            "worst": "serious",
        },
        {"id": "c-1040", "at": now - 26 * HOUR, "agent": "Ada Moreno", "lasted": 1_804 * SECOND, "worst": ""},
    ]
    return {
        "now": now,
        "soon": now + 252 * SECOND,
        "past": now - 2 * HOUR,
        "day": now + 27 * HOUR,
        "calls": calls,
        "list": Paginator(range(480), 25).page(7),
        "sides": [
            ("Findings", "/style/", 3),
            ("Transcript", "/style/?side=words"),
            ("Proof", "/style/?side=proof"),
        ],
        "digest": "9f2c41d7a0b35e8864c1f0de77a92b1c5d3e6f80a1b2c3d4e5f60718293a4b5c",
        "chart": findings_by_day(),
        "week": [3, 5, 2, 8, 6, 4, 9],
        "form": SampleForm({"name": "", "purpose": "sale", "channel": "phone", "note": "", "recorded": "on"}),
        "icons": ICONS,
    }


def findings_by_day() -> Drawing:
    """A chart as pages draw theirs: bars of three severities."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    counts = {
        "minor": (4, 6, 3, 5, 2, 1, 0),
        "serious": (2, 1, 3, 2, 4, 0, 1),
        "critical": (1, 0, 0, 2, 0, 0, 0),
    }
    values = [
        {"day": day, "severity": name, "findings": counts[name][i], "order": order}
        for order, name in enumerate(counts)
        for i, day in enumerate(days)
    ]
    bars = (
        alt.Chart(alt.InlineData(values), height=180)
        .mark_bar()
        .encode(
            x=alt.X("day:O", sort=list(days), title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("findings:Q", title="findings", axis=alt.Axis(tickMinStep=1)),
            order="order:O",
            color=alt.Color(
                "severity:N", scale=alt.Scale(domain=list(counts), range=[TONES[name] for name in counts])
            ),
        )
    )
    return draw(
        bars,
        title="Findings by day",
        told="Most fall on Thursday: nine, two of them critical.",
        columns=("Day", *counts),
        rows=[(day, *(counts[name][i] for name in counts)) for i, day in enumerate(days)],
    )
