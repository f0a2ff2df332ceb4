"""What the gate says, in templates: its sides, answers, facts, and times as they are where somebody may be."""

from collections.abc import Iterable
from typing import Any, Final

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from clearline.people.permissions import may
from clearline.ui.templatetags.ui import badge, tabs

register = template.Library()

SIDES: Final = (  # label, name of the address, what somebody must be allowed to see it
    ("Check a number", "gate", "check numbers"),
    ("Decisions", "decisions", "see decisions"),
    ("Campaigns", "campaigns", "see campaigns"),
    ("Consents", "consents", "see consents"),
    ("Overrides", "overrides", "see overrides"),
    ("Lists", "lists", "see lists"),
    ("Own list", "own_list", "keep the own list"),
    ("Scrubs", "scrubs", "scrub files"),
)
TONES: Final = {"allow": ("kept", "kept"), "deny": ("broken", "bad"), "not before": ("due", "due")}
WORDS: Final = {"allow": "allowed", "deny": "denied", "not before": "not before"}


@register.inclusion_tag("ui/parts/tabs.html", takes_context=True)
def sides(context: Context) -> dict[str, Any]:
    """Links to the pages of the gate that whoever asks may see."""
    return tabs(context, "Before the call", list(_sides(context["request"].user)))


def _sides(person: Any) -> Iterable[tuple[str, str]]:
    for label, name, deed in SIDES:
        if may(person, deed):
            try:
                yield label, reverse(name)
            except NoReverseMatch:  # not built in this installation
                continue


@register.simple_tag
def answered(answer: str) -> SafeString:
    """An answer of the gate as a word with a shape."""
    tone, drawing = TONES[answer]
    return badge(WORDS[answer], tone, drawing)


@register.filter
def spaced(name: str) -> str:
    """A name of ours as people write it."""
    return name.replace("_", " ")
