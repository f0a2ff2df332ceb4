"""Addresses of things that other pages show; empty where this installation has no such page."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from clearline.record.models import Timeline
from clearline.record.queries.history import PLACES


def address(name: str, *args: Any) -> str:
    """The address of a page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def timeline_address(timeline: Timeline) -> str:
    """The page on which a timeline is shown."""
    if timeline.kind in PLACES:
        return address(timeline.kind, timeline.subject)
    if timeline.kind == "contact" and timeline.contact_id:
        return address("contact", timeline.contact_id)
    return ""


def proof(entry: int | None) -> str:
    """The page of an entry in the log; empty for none."""
    return "" if entry is None else address("evidence_entry", entry)
