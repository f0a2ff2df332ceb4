"""What rooms above hand in: which entries they mean, and what opens those whose content may be seen."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from clearline.evidence.models import Deed


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


def deeds(size: int) -> Iterator[Opening]:
    """What opens the entries about the log itself."""
    rows = Deed.objects.filter(index__lt=size).exclude(payload=None).exclude(key=None).order_by("index")
    for row in rows.iterator():
        yield Opening(row.index, bytes(row.key or b""), bytes(row.payload or b""))
