"""Appends to the log and signs it."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Max

from clearline.engine.events import SECOND, Instant
from clearline.evidence import many
from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import Keys, alone, read_keys, rotated
from clearline.evidence.models import Checkpoint, Deed, Entry, Head, Tile
from clearline.evidence.queries import head_size, latest, moment, tree
from clearline.seal import checkpoints, entries, merkle, tiles
from clearline.seal.commitments import KEY_SIZE, canonical, commitment

HOUR: Final = 3_600 * SECOND


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
    if not entered:
        return range(0)
    size = lock()
    indices = range(size, size + len(entered))
    lines = (
        entries.Entry(index, moment(one.at), *one[1:]).line
        for index, one in zip(indices, entered, strict=True)
    )
    leaves = [merkle.leaf_hash(line) for line in lines]
    many.insert(
        Entry,
        ("index", *Entered._fields),
        [(index, *one) for index, one in zip(indices, entered, strict=True)],
    )
    _grow(0, size, leaves)
    many.update(Head, ["size"], [(indices.stop, 1)])
    return indices


def lock() -> int:
    """The size of the log, whose head is held until the transaction ends: appends come one after the other."""
    found = many.select(Head, ["size"], id=1, locked=True)
    if not found:
        Head.objects.bulk_create([Head()], ignore_conflicts=True)
        found = many.select(Head, ["size"], id=1, locked=True)
    size: int = found[0][0]
    return size


def keep(made: Checkpoint) -> Checkpoint:
    """Stores what was signed."""
    with transaction.atomic():
        before = latest()
        made.save(force_insert=True)
        if before and before.at // HOUR != made.at // HOUR:
            _thin(made.at)
    return made


def checkpoint(keys: Keys, at: Instant, stored: Callable[[Checkpoint], Checkpoint] = keep) -> Checkpoint:
    """Signs the log as it stands, unless that was done; RolledBack where it is no continuation of what was signed.

    Entries never change, so that reading them takes no transaction: whoever writes waits for `stored` alone.
    """
    with alone(keys.folder):
        keys = read_keys(keys.folder)
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
        return stored(Checkpoint(size=size, at=at, note=str(note)))


def rotate(keys: Keys, actor: str, at: Instant) -> Keys:
    """A new key for the log: the old one vouches for it, and an entry tells of it. Keys that others have in hand stay valid."""
    with alone(keys.folder):
        keys = read_keys(keys.folder)
        with transaction.atomic():
            index = done("evidence.key_rotated", actor, {"by": actor, "old": str(keys.signer.verifier)}, at)
        return rotated(keys, index + 1)


def done(kind: str, actor: str, told: dict[str, Any], at: Instant, about: str = "") -> int:
    """Enters what was done with the log itself, in the caller's transaction, and keeps what opens that; its index."""
    key, payload = secrets.token_bytes(KEY_SIZE), canonical(told)
    index = append([Entered(at, kind, actor, commitment(key, payload))]).start
    Deed.objects.create(index=index, about=about, key=key, payload=payload)
    return index


def forget(about: str) -> None:
    """Erases what the log's own deeds say about somebody: that their content went out, and to whom."""
    Deed.objects.filter(about=about).update(about="", key=None, payload=None)


def _thin(at: Instant) -> None:
    """Of each hour that is over the last checkpoint stays; a proof of growth can be made from any size."""
    over = Checkpoint.objects.filter(at__lt=at // HOUR * HOUR - HOUR)
    last = over.annotate(hour=F("at") / HOUR).values("hour").annotate(last=Max("size")).values("last")
    over.exclude(size__in=list(last.values_list("last", flat=True))).delete()


def _grow(level: int, first: int, hashes: Sequence[bytes]) -> None:
    """Adds hashes to a level from place `first` on, and what they complete to the level above."""
    if not hashes:
        return
    number, held = divmod(first, tiles.WIDTH)
    last = many.select(Tile, ["id", "hashes"], level=level, number=number)
    before = bytes(last[0][1])[: held * merkle.HASH_SIZE] if last else b""
    if len(before) != held * merkle.HASH_SIZE:
        raise EvidenceError(f"tile {number} of level {level} is shorter than the log: run clearline doctor")
    whole = before + b"".join(hashes)
    size = tiles.WIDTH * merkle.HASH_SIZE
    grown = [whole[start : start + size] for start in range(0, len(whole), size)]
    many.update(Tile, ["hashes"], [(grown[0], key) for key, _ in last])
    made = [(level, number + place, one) for place, one in enumerate(grown)]
    many.insert(Tile, ["level", "number", "hashes"], made[len(last) :])
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
