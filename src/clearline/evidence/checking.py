"""Computes the whole log anew from its rows and compares it with tiles, checkpoints and content: each fault one line."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from django.db import connection
from django.db.models import Q

from clearline.evidence import queries
from clearline.evidence.clearline_verify import Tree
from clearline.evidence.errors import RolledBack
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint, Entry, Head, Tile
from clearline.evidence.openings import Opening
from clearline.seal import checkpoints, commitments, merkle
from clearline.seal.errors import Malformed, NotVerified, Unproven
from clearline.seal.tiles import WIDTH

_AT_ONCE: Final = 2_000  # rows in memory
_GAP: Final = 10_000  # entries that may be missing in a row before the head is not believed
_NONE: Final = bytes(merkle.HASH_SIZE)


def check(keys: Keys, openings: Iterable[Opening]) -> Iterator[str]:
    """Every fault of the log in the database, and of the content that is still there."""
    with readable():
        yield from _Log(keys).faults()
        yield from unopened(openings)


@contextmanager
def readable() -> Iterator[None]:
    """Text that is no UTF-8 any more is read, too, and is then not what it was; SQLite would refuse it."""
    connection.ensure_connection()
    native = connection.connection
    if connection.vendor != "sqlite":
        yield
        return
    before, native.text_factory = native.text_factory, lambda data: data.decode(errors="replace")
    try:
        yield
    finally:
        native.text_factory = before


def unopened(openings: Iterable[Opening]) -> Iterator[str]:
    """Content that is not what its entry committed to."""
    waiting = iter(openings)
    while some := list(islice(waiting, _AT_ONCE)):
        rows = Entry.objects.filter(index__in=[one.entry for one in some])
        committed = dict(rows.values_list("index", "commitment"))
        for one in some:
            if one.entry not in committed:
                yield f"entry {one.entry}: there is content of it, and no entry"
                continue
            try:
                commitments.check(bytes(committed[one.entry]), one.key, one.payload)
            except NotVerified:
                yield f"entry {one.entry}: its content is not what was entered"


class _Log:
    """One pass over all entries, in which every tile and every checkpoint is met."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.known = [*keys.ring.keys, *queries.witnesses()]
        self.found: list[str] = []
        self.size = self._size()
        self.roots = {0: merkle.EMPTY_ROOT}
        self.tree = Tree(self._compare)

    def faults(self) -> Iterator[str]:
        signed = list(Checkpoint.objects.order_by("size"))
        cuts = sorted({row.size for row in signed} | {self._last()}, reverse=True)
        for hashes in self._hashes():
            done = 0
            while cuts and cuts[-1] <= self.tree.size + len(hashes) - done:
                end = done + max(cuts.pop() - self.tree.size, 0)
                self.tree.add(hashes[done:end])
                self.roots[self.tree.size] = self.tree.root()
                done = end
            self.tree.add(hashes[done:])
            yield from self._said()
        for level, row in enumerate(self.tree.open):
            if row:
                self._compare(level, self.tree.done[level], row)
        self._other_tiles()
        yield from self._said()
        for one in signed:
            yield from self._unsigned(one)
        try:
            self.keys.last.follow(self.size, lambda old: self.roots.get(old, b""))
        except (RolledBack, ValueError) as fault:
            yield f"what was last signed: {fault}"

    def _said(self) -> Iterator[str]:
        yield from self.found
        self.found.clear()

    def _size(self) -> int:
        """How long the log is; the head may lie, but not by much without being found out."""
        heads = list(Head.objects.values_list("pk", "size"))
        told = heads[0][1] if heads else 0
        count = Entry.objects.count()
        if len(heads) > 1 or (heads and heads[0][0] != 1) or told != count:
            self.found.append(f"head: there are {count:,} entries, and it tells of {told:,}")
        return told if count <= told <= count + _GAP else count

    def _last(self) -> int:
        try:
            return int(self.keys.last.path.read_text(encoding="ascii").split()[0])
        except (OSError, ValueError, IndexError):
            return 0

    def _hashes(self) -> Iterator[list[bytes]]:
        """Leaf hashes in order; where an entry is missing nothing stands for it."""
        expected, after, hashes = 0, -(1 << 63), list[bytes]()
        while rows := list(Entry.objects.filter(index__gt=after).order_by("index")[:_AT_ONCE]):
            for row in rows:
                if not 0 <= row.index < self.size:
                    self.found.append(f"entry {row.index}: the log has no such place")
                    continue
                for index in range(expected, row.index):
                    self.found.append(f"entry {index}: it is missing")
                    hashes.append(_NONE)
                hashes.append(self._hash(row))
                expected = row.index + 1
            after = rows[-1].index
            yield hashes
            hashes = []
        for index in range(expected, self.size):
            self.found.append(f"entry {index}: it is missing")
        yield [_NONE] * (self.size - expected)

    def _hash(self, row: Entry) -> bytes:
        try:
            return merkle.leaf_hash(queries.leaf(row))
        except (Malformed, ValueError, OverflowError):
            self.found.append(f"entry {row.index}: no entry was ever written like this")
            return _NONE

    def _compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        """A tile of the tree as it must be, with the row that there is."""
        row = Tile.objects.filter(level=level, number=number).first()
        held = bytes(row.hashes) if row else b""
        if held == b"".join(hashes):
            return
        parts = [held[at : at + merkle.HASH_SIZE] for at in range(0, len(held), merkle.HASH_SIZE)]
        differ = [n for n, (one, other) in enumerate(zip(hashes, parts, strict=False)) if one != other]
        if level == 0 and differ and len(parts) == len(hashes):
            self.found += [f"entry {number * WIDTH + n}: it and its tile do not agree" for n in differ]
        else:
            self.found.append(f"tile {number} of level {level}: it is not what its entries give")

    def _other_tiles(self) -> None:
        """Tiles that stand for nothing."""
        there = [done + bool(row) for done, row in zip(self.tree.done, self.tree.open, strict=True)]
        fits = Q()
        for level, count in enumerate(there):
            fits |= Q(level=level, number__gte=0, number__lt=count)
        for level, number in Tile.objects.exclude(fits).values_list("level", "number")[:_AT_ONCE]:
            self.found.append(f"tile {number} of level {level}: it stands for entries that are not there")

    def _unsigned(self, row: Checkpoint) -> Iterator[str]:
        """What is wrong with a checkpoint: its form, its root, or one of its signatures."""
        where, ring = f"checkpoint {row.size}", self.keys.ring
        try:
            opened = checkpoints.opened(row.note.encode(), ring.origin, self.known)
            told = opened.checkpoint
            if len(opened.note.signed_by(self.known)) != len(opened.note.signatures):
                yield f"{where}: somebody signed it whom nobody knows"
            opened.note.signed_by([ring.key(told.size)])
        except (Unproven, ValueError) as fault:
            yield f"{where}: {fault}"
            return
        if told.size != row.size or str(opened.note) != row.note:
            yield f"{where}: it is not the one that was signed for this size"
        elif self.roots.get(told.size) != told.root:
            yield f"{where}: the log has another root than was signed"
