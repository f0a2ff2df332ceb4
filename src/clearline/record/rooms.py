"""What rooms above the record hand in by their name in the settings, so that whoever checks, exports or erases reaches all of it."""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from clearline.evidence.openings import Opening
from clearline.record.models import Timeline

Timelines = QuerySet[Timeline] | None
"""Those that something has to be about; all, and what is about none, where it is None."""


class Room(NamedTuple):
    """The entries of a room: which they are, what opens them, and how what they say is destroyed."""

    indices: Callable[[range, Timelines], Iterator[int]]  # in rising order, like the openings
    openings: Callable[[range, Timelines], Iterator[Opening]]
    faults: Callable[[], Iterator[str]]  # rows that say something else than what was entered
    scrubbed: Callable[[Collection[int]], None]  # these events lost their content
    erased: Callable[[str, Collection[str]], None]  # a contact by the shop's id, and their numbers


@cache
def rooms() -> tuple[Room, ...]:
    """All rooms above."""
    return tuple(import_string(name) for name in settings.ROOMS)
