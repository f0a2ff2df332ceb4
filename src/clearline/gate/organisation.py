"""Whose lists, emergencies and rules these are: an installation has one organisation, with one timeline."""

from typing import Final

from clearline.record.models import Timeline

KIND: Final = "organisation"
UNNAMED: Final = "shop"


def organisation() -> str:
    """The subject of its timeline: as its first events called it."""
    found = Timeline.objects.filter(kind=KIND).order_by("pk").values_list("subject", flat=True).first()
    return found or UNNAMED
