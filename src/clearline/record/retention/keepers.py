"""What rooms above the record keep by a class of record of their own, and hand in by its name in the settings."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.retention.classes import Klass
from clearline.record.retention.keeping import Keeping, Schedule, keepings


class Keeper(NamedTuple):
    """Whoever keeps a class of record that stands on no timeline."""

    klass: str
    keepings: Callable[[Schedule, Instant], Iterator[Keeping]]
    """Everything whose chosen time may be over; its timeline is a stand-in, with the key of what is meant."""
    deleted: Callable[[Sequence[int], Schedule, Instant, Person, Instant], int]
    """Deletes what is still due among these keys, in a transaction with an entry in the log; how many there were."""
    swept: tuple[type[Model], ...]  # whose tables are to forget what was deleted


@cache
def keepers() -> dict[str, Keeper]:
    """All of them, by their class."""
    found: list[Keeper] = [import_string(name) for name in settings.KEEPERS]
    return {one.klass: one for one in found}


def all_keepings(schedule: Schedule, now: Instant, klass: Klass) -> Iterator[Keeping]:
    """Everything of a class whose chosen time may be over, on timelines or elsewhere."""
    keeper = keepers().get(klass.id)
    return keeper.keepings(schedule, now) if keeper else keepings(schedule, now, klass)
