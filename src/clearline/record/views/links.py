"""Addresses of things that other pages show; empty where this installation has no such page."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from clearline.record.models import Timeline


def address(name: str, *args: Any) -> str:
    """The address of a page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def timeline_address(timeline: Timeline) -> str:
    """The page on which a timeline is shown."""
    return address("call", timeline.subject) if timeline.kind == "call" else ""
