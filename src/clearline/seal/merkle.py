"""RFC 6962 / RFC 9162 Merkle trees: hashes, roots, inclusion and consistency proofs, and their verification.

Everything is told through one function, `HashAt`: the hash of the complete subtree of 2**level leaves that is the
index-th of its level. A `Tree` in memory answers it, and so do tiles (`tiles.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from clearline.seal.errors import NotVerified, OutOfRange

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
HashAt = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash of an entry (RFC 9162 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees (RFC 9162 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps every complete subtree; 64 bytes a leaf."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        for one in leaf_hashes:
            self.append(one)

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf: bytes) -> int:
        """Adds the hash of a leaf; the index that it has from now on."""
        if len(leaf) != HASH_SIZE:
            raise OutOfRange(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}; hash the entry first")
        levels, level, index = self._levels, 0, self.size
        hashes = levels[0]
        hashes += leaf
        node = index
        while node & 1:
            parent = sha256(b"\x01" + hashes[-2 * HASH_SIZE :]).digest()
            level, node = level + 1, node >> 1
            if level == len(levels):
                levels.append(bytearray())
            hashes = levels[level]
            hashes += parent
        return index

    def at(self, level: int, index: int) -> bytes:
        """Hash of a complete subtree; OutOfRange where none stands."""
        start = index * HASH_SIZE
        found = self._levels[level][start : start + HASH_SIZE] if 0 <= level < len(self._levels) else b""
        if not found or index < 0:
            raise OutOfRange(f"a tree of {self.size} leaves has no subtree {index} on level {level}")
        return bytes(found)

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all by default."""
        return root(self._within(size), self.at)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that a leaf is in the tree of the first `size` leaves."""
        return inclusion_proof(index, self._within(size), self.at)

    def consistency(self, old_size: int, size: int | None = None) -> list[bytes]:
        """Proof that the tree of `old_size` leaves is the beginning of the tree of `size`."""
        return consistency_proof(old_size, self._within(size), self.at)

    def _within(self, size: int | None) -> int:
        wanted = self.size if size is None else size
        if not 0 <= wanted <= self.size:
            raise OutOfRange(f"the tree has {self.size} leaves, not {wanted}")
        return wanted


def root(size: int, at: HashAt) -> bytes:
    """Root of the tree of the first `size` leaves."""
    return _span(0, size, at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, at: HashAt) -> list[bytes]:
    """Hashes from the leaf's sibling up to the root's child (RFC 9162 2.1.3.1)."""
    if not 0 <= index < size:
        raise OutOfRange(f"a tree of {size} leaves has no leaf {index}")
    return [_span(start, end, at) for start, end in _siblings(index, 0, size)]


def consistency_proof(old_size: int, size: int, at: HashAt) -> list[bytes]:
    """Hashes that build both roots (RFC 9162 2.1.4.1); none are needed from nothing or from the same size."""
    if not 0 <= old_size <= size:
        raise OutOfRange(f"a tree of {size} leaves did not grow from {old_size}")
    if old_size in (0, size):
        return []
    level = _trailing_zeros(old_size)
    last = (old_size - 1) >> level
    seed = [] if last == 0 else [at(level, last)]
    return seed + [_span(start, end, at) for start, end in _siblings(old_size - 1, level, size)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """NotVerified unless the proof leads from the leaf at this index to the root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        raise NotVerified(f"a tree of {size} leaves has no leaf {index}")
    _whole([leaf, expected_root, *proof])
    steps = list(_siblings(index, 0, size))
    if len(proof) != len(steps):
        raise NotVerified(f"the inclusion proof has {len(proof)} hashes where {len(steps)} are needed")
    _, reached = _climb(leaf, index, steps, proof)
    if reached != expected_root:
        raise NotVerified(f"the inclusion proof of leaf {index} does not lead to the root of size {size}")


def verify_consistency(
    old_size: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """NotVerified unless the old tree is the beginning of the new one (RFC 9162 2.1.4.2; from nothing as in C2SP tlog-witness)."""
    _whole([old_root, new_root, *proof])
    if not 0 <= old_size <= size:
        raise NotVerified(f"a tree of {size} leaves did not grow from {old_size}: it went back")
    if old_size in (0, size):
        if proof:
            raise NotVerified("no hashes are needed from nothing or from the same size, and there are some")
        if old_root != (new_root if old_size == size else EMPTY_ROOT):
            raise NotVerified(f"two different roots are claimed for size {old_size}")
        if size == 0 and new_root != EMPTY_ROOT:
            raise NotVerified("an empty tree has another root")
        return
    level = _trailing_zeros(old_size)
    steps = list(_siblings(old_size - 1, level, size))
    seed = [old_root] if old_size == 1 << level else list(proof[:1])
    hashes = proof[0 if old_size == 1 << level else 1 :]
    if not seed or len(hashes) != len(steps):
        raise NotVerified(f"the consistency proof from {old_size} to {size} has the wrong length")
    old, new = _climb(seed[0], old_size - 1, steps, hashes)
    if old != old_root or new != new_root:
        raise NotVerified(f"the tree of size {size} is no continuation of the one of size {old_size}")


def _siblings(index: int, level: int, size: int) -> Iterator[tuple[int, int]]:
    """Leaves under each sibling of the path from a subtree up to the root, as (start, end)."""
    for height in range(level, (size - 1).bit_length()):
        start = (index >> height ^ 1) << height
        if start < size:
            end = start + (1 << height)
            yield start, min(size, end)


def _climb(
    seed: bytes, index: int, steps: Sequence[tuple[int, int]], hashes: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Root with the left siblings alone, which is the tree that ended at the index, and root with all."""
    old = new = seed
    for (start, _), sibling in zip(steps, hashes, strict=True):
        if start < index:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    return old, new


def _span(start: int, end: int, at: HashAt) -> bytes:
    """Hash over leaves start to end, where start is a multiple of the smallest power of two that holds them."""
    level = (end - start).bit_length() - 1
    reached, rest = at(level, start >> level), start + (1 << level)
    return reached if rest == end else node_hash(reached, _span(rest, end, at))


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _whole(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise NotVerified(f"a hash does not have {HASH_SIZE} bytes")
