"""Grading, in templates: its sides, how a grade stands, and estimates with their intervals."""

from collections.abc import Iterable
from typing import Any, Final

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clearline.people.permissions import may
from clearline.review.scoring import Given
from clearline.statistics.intervals import Estimate
from clearline.ui.templatetags.ui import badge, tabs

register = template.Library()

SIDES: Final = (  # label, name of the address, what somebody must be allowed to see it
    ("Grades", "grades", "see grades"),
    ("Your queue", "queue", "grade calls"),
    ("Samples", "samples", "see samples"),
    ("Agreement", "agreement", "see agreement"),
    ("The rules' own judgement", "machine", "see agreement"),
    ("Scorecards", "scorecards", "see scorecards"),
)
STANDING: Final = {
    "waiting": ("due", "due", "graders are at it"),
    "apart": ("unknown", "unknown", "they differ"),
    "settled": ("open", "good", "settled"),
    "released": ("kept", "kept", "released"),
    "erased": ("", "", "erased"),
}
TONES: Final = {"yes": "kept", "no": "broken", "unknown": "unknown"}


@register.inclusion_tag("ui/parts/tabs.html", takes_context=True)
def grading_sides(context: Context) -> dict[str, Any]:
    """Links to the pages of grading that whoever asks may see."""
    return tabs(context, "Grading", list(_sides(context["request"].user)))


def _sides(person: Any) -> Iterable[tuple[str, str]]:
    return ((label, reverse(name)) for label, name, deed in SIDES if may(person, deed))


@register.simple_tag
def standing(word: str) -> SafeString:
    """How far a grade is."""
    tone, drawing, label = STANDING[word]
    return badge(label, tone, drawing)


@register.simple_tag
def said(answer: str) -> SafeString:
    """An answer as a word with a shape; steps of a scale have none."""
    tone = TONES.get(answer, "")
    return badge(answer, tone, tone)


@register.simple_tag
def score(given: Given | None) -> SafeString:
    """A score in percent; a failed card says so, and one that never applied has none."""
    if given is None:
        return format_html('<span class="soft">{}</span>', "none yet")
    share = given.score.share
    told = "nothing applied, no score" if share is None else f"{share * 100:.0f} %"
    if given.score.failed:
        return format_html('{} <span class="tabular">{}</span>', badge("failed", "broken", "broken"), told)
    return format_html('<span class="tabular">{}</span>', told)


@register.simple_tag
def coefficient(told: Estimate | None) -> SafeString:
    """A coefficient with its interval."""
    if told is None:
        return format_html('<span class="soft">{}</span>', "can't be told")
    if (
        told.low == told.high
    ):  # the bootstrap knows only what was seen: without a difference in it, no interval
        return format_html(
            '<span class="tabular">{}</span> <span class="soft">{}</span>', f"{told.value:.2f}", "no spread"
        )
    return _interval(f"{told.value:.2f}", f"{told.low:.2f} to {told.high:.2f}")


@register.simple_tag
def share(told: Estimate | None) -> SafeString:
    """A share with its interval, in percent."""
    if told is None:
        return format_html('<span class="soft">{}</span>', "too few graded")
    low, high = (f"{one * 100:.1f}" for one in (told.low, told.high))
    return _interval(f"{told.value * 100:.1f} %", f"{low} to {high} %")


@register.filter
def held(container: Any, key: Any) -> Any:
    """What a mapping holds under a key; the key itself where it holds nothing."""
    return container.get(key, key)


def _interval(value: str, between: str) -> SafeString:
    return format_html('<span class="tabular">{} <span class="soft">{}</span></span>', value, between)
