"""How controls stand, in templates: a word, a mark and a tint; and the sides of this room."""

from typing import Any, Final

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from clearline.audits.programme.matrix import Standing
from clearline.people.permissions import may
from clearline.ui.templatetags.ui import badge

register = template.Library()
LOOKS: Final = {  # tint, drawing
    Standing.BROKEN: ("broken", "broken"),
    Standing.MISSING: ("critical", "empty"),
    Standing.STALE: ("serious", "clock"),
    Standing.IN_PLACE: ("kept", "kept"),
    Standing.NOT_NEEDED: ("", ""),
}
SIDES: Final = (
    ("Programme", "programme", "see programme"),
    ("Safe harbour", "safe_harbour", "see programme"),
    ("Changing law", "changing_law", "see programme"),
    ("Audits", "audits", "see audits"),
    ("Corrective actions", "actions", "keep an account"),
)


@register.simple_tag
def standing(one: Standing) -> SafeString:
    """A standing as a badge."""
    return badge(one.value, *LOOKS[one])


@register.inclusion_tag("ui/parts/tabs.html", takes_context=True)
def sides(context: Context) -> dict[str, Any]:
    """The pages of this room, as far as they are somebody's business."""
    request = context["request"]
    items = [(word, reverse(name)) for word, name, deed in SIDES if may(request.user, deed)]
    return {"label": "Audits", "items": [(word, url, None, url == request.path) for word, url in items]}
