"""C2SP tlog-checkpoint: how large a log was and which root it had, as the text of a signed note."""

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, WITNESS, SignerKey, VerifierKey, base64_of, unbase64
from clearline.seal.merkle import HASH_SIZE
from clearline.seal.notes import Note, parse, sign

_WHAT = "checkpoint"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """A tree head: the log's name, its number of leaves, its root, and lines that only the log vouches for."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64_of(self.root), *self.extensions]
        if not all(lines) or any("\n" in line for line in lines):
            raise Malformed(_WHAT, "no line of it may be empty or hold a newline")
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the text of a note; Malformed unless it is written as `text` writes it."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise Malformed(
                _WHAT, "it needs an origin, a size and a root, each on a line, and no empty lines"
            )
        size, root = number(lines[1], _WHAT), unbase64(lines[2], _WHAT)
        if len(root) != HASH_SIZE:
            raise Malformed(_WHAT, f"its root has {len(root)} bytes, not {HASH_SIZE}")
        return cls(lines[0], size, root, tuple(lines[3:]))


class Opened(NamedTuple):
    """A checkpoint whose log has signed it, and who cosigned it at which Unix second."""

    checkpoint: Checkpoint
    note: Note
    cosigned: dict[VerifierKey, int]


def signed(checkpoint: Checkpoint, *signers: SignerKey) -> Note:
    """The checkpoint as a note, signed by the log."""
    return sign(checkpoint.text, *signers)


def opened(data: bytes, origin: str, keys: Iterable[VerifierKey]) -> Opened:
    """Reads a checkpoint of a log under its keys and those of witnesses; NotVerified without the log's own signature."""
    note = parse(data)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise NotVerified("the checkpoint is of another log")
    by = note.signed_by(keys)
    if not any(key.type == LOG and key.name == origin for key in by):
        raise NotVerified("the log itself has not signed its checkpoint")
    times = {k: int.from_bytes(one.signature[:8], "big") for k, one in by.items() if k.type == WITNESS}
    return Opened(checkpoint, note, times)


def number(text: str, what: str) -> int:
    """A decimal below 2**63 without leading zeros."""
    if not _NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise Malformed(what, "a size or index is a decimal number without leading zeros")
    return int(text)
