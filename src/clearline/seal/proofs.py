"""C2SP tlog-proof: a receipt that shows offline that an entry is in a log, and tlog-witness proofs of growth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from clearline.seal.checkpoints import Checkpoint, number
from clearline.seal.errors import Malformed
from clearline.seal.keys import base64_of, unbase64
from clearline.seal.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from clearline.seal.notes import Note, parse

HEADER = "c2sp.org/tlog-proof@v1"
_STEPS = 63  # hashes in the longest proof


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands, the hashes up to the root, the checkpoint; and extra bytes, which nothing vouches for."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        lines = [HEADER, *([f"extra {base64_of(self.extra)}"] if self.extra else []), f"index {self.index}"]
        return "\n".join([*lines, *map(base64_of, self.hashes), "", str(self.checkpoint)])

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Reads a receipt without believing it; Malformed for anything that is none."""
        what = "receipt"
        lines, note = _head(data, what)
        if lines[0] != HEADER:
            raise Malformed(what, f"its first line is not {HEADER}")
        extra = b""
        if lines[1:] and lines[1].startswith("extra "):
            extra = unbase64(lines.pop(1).removeprefix("extra "), what)
        if len(lines) < 2 or not lines[1].startswith("index "):
            raise Malformed(what, "there is no index")
        return cls(number(lines[1].removeprefix("index "), what), _hashes(lines[2:], what), note, extra)

    def verify(self, entry: bytes, checkpoint: Checkpoint) -> None:
        """NotVerified unless the entry stands at the index; the checkpoint must have been opened before."""
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.hashes, checkpoint.root)


class Growth(NamedTuple):
    """A claim that a log of `old_size` grew to a checkpoint; what a witness is asked to cosign."""

    old_size: int
    hashes: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        return "\n".join([f"old {self.old_size}", *map(base64_of, self.hashes), "", str(self.checkpoint)])

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Reads the body of a witness's add-checkpoint; Malformed for anything else."""
        what = "proof of growth"
        lines, note = _head(data, what)
        if not lines[0].startswith("old "):
            raise Malformed(what, "its first line must read: old, and a size")
        return cls(number(lines[0].removeprefix("old "), what), _hashes(lines[1:], what), note)


def _head(data: bytes, what: str) -> tuple[list[str], Note]:
    head, gap, rest = data.partition(b"\n\n")
    if not gap:
        raise Malformed(what, "there is no empty line before the checkpoint")
    try:
        return head.decode().split("\n"), parse(rest)
    except UnicodeDecodeError:
        raise Malformed(what, "it is not UTF-8") from None


def _hashes(lines: Sequence[str], what: str) -> tuple[bytes, ...]:
    hashes = tuple(unbase64(line, what) for line in lines[: _STEPS + 1])
    if len(hashes) > _STEPS or any(len(one) != HASH_SIZE for one in hashes):
        raise Malformed(what, f"it has more than {_STEPS} hashes, or one that has not {HASH_SIZE} bytes")
    return hashes
