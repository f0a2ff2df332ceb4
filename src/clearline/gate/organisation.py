"""Whose lists, emergencies and rules these are: an installation has one organisation, with one timeline."""

from operator import attrgetter
from typing import Final

from clearline.evidence import many
from clearline.record.models import Timeline

KIND: Final = "organisation"
UNNAMED: Final = "shop"


def house() -> Timeline | None:
    """Its timeline: the first that was heard of; None before that."""
    return min(many.find(Timeline, kind=KIND), key=attrgetter("pk"), default=None)


def organisation() -> str:
    """The subject of its timeline: as its first events called it."""
    found = house()
    return UNNAMED if found is None else found.subject
