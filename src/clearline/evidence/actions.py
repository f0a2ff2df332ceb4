"""Appends to the log and signs it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from clearline.engine.events import Instant
from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint, Entry, Head, Tile
from clearline.evidence.queries import head_size, tree
from clearline.seal import checkpoints, entries, merkle, tiles

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entered(NamedTuple):
    """What is to be appended: when, what kind, through whom (an opaque id), and a commitment to the rest."""

    at: Instant
    kind: str
    actor: str
    commitment: bytes


def append(entered: Sequence[Entered]) -> range:
    """Appends entries in the caller's transaction; the indices that they have from now on."""
    if not connection.in_atomic_block:
        raise EvidenceError("append stands in a transaction with what it proves; open one around both")
    head = lock()
    indices = range(head.size, head.size + len(entered))
    leaves = []
    rows = []
    for index, one in zip(indices, entered, strict=True):
        leaf = entries.Entry(index, moment(one.at), one.kind, one.actor, one.commitment)
        leaves.append(merkle.leaf_hash(leaf.line))
        rows.append(Entry(index=index, **one._asdict()))
    Entry.objects.bulk_create(rows, batch_size=5_000)
    _grow(0, head.size, leaves)
    Head.objects.filter(pk=1).update(size=indices.stop)
    return indices


def lock() -> Head:
    """The head of the log, held until the transaction ends: appends come one after the other."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.bulk_create([Head()], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=1)
    return head


def checkpoint(keys: Keys, at: Instant) -> Checkpoint:
    """Signs the log as it stands, unless that was done; RolledBack where it is no continuation of what was signed."""
    with transaction.atomic():
        size = head_size()
        found = Checkpoint.objects.filter(size=size).first()
        if found is not None:
            return found
        at_place = tree(size)
        keys.last.follow(size, lambda old: merkle.root(old, at_place))
        root = merkle.root(size, at_place)
        told = checkpoints.Checkpoint(keys.ring.origin, size, root)
        note = checkpoints.signed(told, keys.signer)
        keys.last.keep(size, root)
        return Checkpoint.objects.create(size=size, at=at, note=str(note))


def moment(at: Instant) -> datetime:
    """The instant as entries write it; exact to the microsecond."""
    return _EPOCH + timedelta(microseconds=at)


def _grow(level: int, first: int, hashes: Sequence[bytes]) -> None:
    """Adds hashes to a level from place `first` on, and what they complete to the level above."""
    if not hashes:
        return
    number, held = divmod(first, tiles.WIDTH)
    row = Tile.objects.filter(level=level, number=number).first() if held else None
    before = bytes(row.hashes)[: held * merkle.HASH_SIZE] if row else b""
    if len(before) != held * merkle.HASH_SIZE:
        raise EvidenceError(f"tile {number} of level {level} is shorter than the log: run clearline doctor")
    whole = before + b"".join(hashes)
    size = tiles.WIDTH * merkle.HASH_SIZE
    grown = [whole[start : start + size] for start in range(0, len(whole), size)]
    Tile.objects.bulk_create(
        [Tile(level=level, number=number + place, hashes=held_now) for place, held_now in enumerate(grown)],
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["hashes"],
    )
    above = [_subtree(one) for one in grown if len(one) == size]
    _grow(level + 1, number, above)


def _subtree(hashes: bytes) -> bytes:
    """Root of a full tile."""
    row: Iterable[bytes] = (
        hashes[at : at + merkle.HASH_SIZE] for at in range(0, len(hashes), merkle.HASH_SIZE)
    )
    level = list(row)
    while len(level) > 1:
        level = [merkle.node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]
