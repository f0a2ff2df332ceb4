"""Reads of the log; it holds no content, so that whoever may see that it exists may see all of it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from clearline.engine.events import Instant
from clearline.evidence.errors import EvidenceError
from clearline.evidence.models import Checkpoint, Entry, Head, Tile, Witness
from clearline.seal import entries, merkle, tiles
from clearline.seal.keys import VerifierKey, verifier_key
from clearline.seal.notes import parse
from clearline.seal.proofs import Receipt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 5_000  # rows in memory


def head_size() -> int:
    """How many entries there are."""
    head = Head.objects.filter(pk=1).first()
    return head.size if head else 0


def latest() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def entry(index: int) -> Entry | None:
    return Entry.objects.filter(index=index).first()


def leaf(row: Entry) -> bytes:
    """The bytes that the tree is made of."""
    return entries.Entry(row.index, moment(row.at), row.kind, row.actor, bytes(row.commitment)).line


def moment(at: Instant) -> datetime:
    """The instant as entries write it; exact to the microsecond."""
    return _EPOCH + timedelta(microseconds=at)


def rows(start: int, end: int) -> Iterator[Entry]:
    """Entries from one index up to another, a part of them in memory at a time."""
    for first in range(start, end, _AT_ONCE):
        yield from Entry.objects.filter(index__gte=first, index__lt=min(first + _AT_ONCE, end)).order_by(
            "index"
        )


def chosen(indices: Iterable[int]) -> Iterator[Entry]:
    """These entries, in rising order."""
    wanted = sorted(indices)
    for first in range(0, len(wanted), _AT_ONCE):
        yield from Entry.objects.filter(index__in=wanted[first : first + _AT_ONCE]).order_by("index")


def tree(size: int) -> merkle.HashAt:
    """The hashes of the tree of the first `size` entries, read from its tiles."""
    return tiles.hashes_from(tile, size)


def tile(wanted: tiles.Tile) -> bytes:
    """What a tile of hashes holds."""
    row = Tile.objects.filter(level=wanted.level, number=wanted.index).first()
    if row is None:
        raise EvidenceError(
            f"tile {wanted.index} of level {wanted.level} is missing: run clearline evidence check"
        )
    return bytes(row.hashes)[: wanted.width * merkle.HASH_SIZE]


def inclusion(index: int, size: int) -> list[bytes]:
    """Proof that an entry is in the log of that size."""
    return merkle.inclusion_proof(index, size, tree(size))


def consistency(old_size: int, size: int) -> list[bytes]:
    """Proof that the log of the old size is the beginning of that of the new one."""
    return merkle.consistency_proof(old_size, size, tree(size))


def receipt(index: int, checkpoint: Checkpoint) -> Receipt:
    """The proof that an entry is in the log of a checkpoint, to be checked offline."""
    return Receipt(index, tuple(inclusion(index, checkpoint.size)), parse(checkpoint.note.encode()))


def cosigners(checkpoint: Checkpoint) -> list[VerifierKey]:
    """The keys of the witnesses under a checkpoint."""
    known = {(key.name, key.id): key for key in witnesses()}
    found = (known.get((one.name, one.id)) for one in parse(checkpoint.note.encode()).signatures)
    return [key for key in found if key is not None]


def witnesses() -> list[VerifierKey]:
    """The keys of all witnesses that were ever asked."""
    return [verifier_key(text) for text in Witness.objects.order_by("vkey").values_list("vkey", flat=True)]
