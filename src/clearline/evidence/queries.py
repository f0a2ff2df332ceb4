"""Reads of the log; it holds no content, so that whoever may see that it exists may see all of it."""

from clearline.evidence.errors import EvidenceError
from clearline.evidence.models import Checkpoint, Entry, Head, Tile
from clearline.seal import merkle, tiles


def head_size() -> int:
    """How many entries there are."""
    head = Head.objects.filter(pk=1).first()
    return head.size if head else 0


def latest() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def entry(index: int) -> Entry | None:
    return Entry.objects.filter(index=index).first()


def tree(size: int) -> merkle.HashAt:
    """The hashes of the tree of the first `size` entries, read from its tiles."""
    return tiles.hashes_from(_read, size)


def inclusion(index: int, size: int) -> list[bytes]:
    """Proof that an entry is in the log of that size."""
    return merkle.inclusion_proof(index, size, tree(size))


def consistency(old_size: int, size: int) -> list[bytes]:
    """Proof that the log of the old size is the beginning of that of the new one."""
    return merkle.consistency_proof(old_size, size, tree(size))


def _read(tile: tiles.Tile) -> bytes:
    row = Tile.objects.filter(level=tile.level, number=tile.index).first()
    if row is None:
        raise EvidenceError(f"tile {tile.index} of level {tile.level} is missing: run clearline doctor")
    return bytes(row.hashes)[: tile.width * merkle.HASH_SIZE]
