"""What rooms above hand in: which entries they mean, and what opens those whose content may be seen."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Model, QuerySet

from clearline.evidence.models import Deed

Row = TypeVar("Row", bound=Model)
DAMAGED: Final = (b"", b"")
"""Key and payload of a row that can't be read: they open nothing, so that no check passes it over."""

_AT_ONCE: Final = 2_000  # rows in memory


class Opening(NamedTuple):
    """The key of one entry, and the payload that it committed to."""

    entry: int  # its index
    key: bytes
    payload: bytes


class Chosen(NamedTuple):
    """A part of the log, told below a size of it; both parts in rising order."""

    what: str  # as the entry about an export tells it: `call c-1`
    openings: Callable[[int], Iterator[Opening]]
    indices: Callable[[int], Iterator[int]] | None = None  # None: the whole log


def nothing(_size: int) -> Iterator[Opening]:
    """No content at all."""
    return iter(())


WHOLE = Chosen("the log without content", nothing)


def deeds(within: range) -> Iterator[Opening]:
    """What opens the entries about the log itself."""
    rows = Deed.objects.exclude(payload=None).exclude(key=None)
    for entry, row in rising(rows, "index", within):
        yield Opening(entry, *((bytes(row.key or b""), bytes(row.payload or b"")) if row else DAMAGED))


def rising(rows: QuerySet[Row], field: str, within: range) -> Iterator[tuple[int, Row | None]]:
    """Rows by the index of their entry, few in memory at a time; none where one, or what it belongs to, can't be read."""
    start = within.start
    while True:
        there = rows.filter(**{f"{field}__gte": start, f"{field}__lt": within.stop}).order_by(field)
        found = list(there.values_list(field, "pk")[:_AT_ONCE])
        if not found:
            return
        read = _read(rows, [pk for _, pk in found])
        yield from ((entry, read.get(pk)) for entry, pk in found)
        start = found[-1][0] + 1


def _read(rows: QuerySet[Row], keys: list[Any]) -> dict[Any, Row]:
    """The rows of these keys; ids and JSON that are damaged make a row unreadable, and only that one."""
    try:
        return {row.pk: row for row in rows.filter(pk__in=keys)}
    except ValueError:
        if len(keys) == 1:
            return {}
        half = len(keys) // 2
        return _read(rows, keys[:half]) | _read(rows, keys[half:])
