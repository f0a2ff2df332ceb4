"""What reports say, in templates: code, times, and the marks of a drawing."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clearline.engine.durations import instant_of
from clearline.reports import page
from clearline.reports.card import Dot
from clearline.ui import wording

register = template.Library()
register.filter("coded", page.coded)

_SHAPES = {  # of what is drawn on a lane, around its middle
    "breach": '<path class="breach" d="M0-7.5 7.5 0 0 7.5-7.5 0Z"/>',
    "question": '<circle class="ask" r="6.5"/><text class="asked" y="4" text-anchor="middle">?</text>',
    "done": '<circle class="done" r="6"/><path class="cut" d="M-2.8 0-.6 2.4 3-2.2"/>',
    "event": '<circle class="event" r="3.5"/>',
}


@register.filter
def reported(at: str) -> SafeString:
    """A time as reports write it, in the reader's zone."""
    moment = instant_of(datetime.fromisoformat(at))
    return format_html('<time datetime="{}">{}</time>', at, wording.written(moment, "second"))


@register.simple_tag
def shape(kind: str) -> SafeString:
    """A mark as lanes have it."""
    return SafeString(_SHAPES[kind])


@register.simple_tag
def mark(dot: Dot) -> SafeString:
    """A mark on a lane; one of a finding leads to it."""
    shape = format_html("<g><title>{}</title>{}</g>", dot.told, SafeString(_SHAPES[dot.kind]))
    linked = format_html('<a href="#f{}">{}</a>', dot.finding, shape) if dot.finding >= 0 else shape
    return format_html('<svg x="{}%" y="10" overflow="visible">{}</svg>', dot.x, linked)
