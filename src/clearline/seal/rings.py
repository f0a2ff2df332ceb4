"""The keys of a log over its life: each new one is signed for by the one before it."""

from itertools import pairwise
from typing import NamedTuple

from clearline.seal.checkpoints import number
from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, SignerKey, VerifierKey, base64_of, unbase64, verifier_key

_WHAT = "list of keys (log.vkey)"


class Link(NamedTuple):
    """A key, the size of the log from which it signs, and the signature of the key before it."""

    key: VerifierKey
    since: int
    vouched: bytes = b""


class Ring(NamedTuple):
    """All keys of a log, the first one first."""

    links: tuple[Link, ...]

    @property
    def origin(self) -> str:
        return self.links[0].key.name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return tuple(link.key for link in self.links)

    def key(self, size: int) -> VerifierKey:
        """The key that signs checkpoints of this size."""
        return [link.key for link in self.links if link.since <= size][-1]

    def rotated(self, old: SignerKey, new: VerifierKey, since: int) -> "Ring":
        """The ring with one key more, which signs from this size on; the key in use until now vouches for it."""
        if old.verifier != self.links[-1].key:
            raise NotVerified("only the newest key can vouch for the next one")
        vouched = old.sign(_statement(self.origin, new, since))
        return _checked(Ring((*self.links, Link(new, since, vouched))))

    def __str__(self) -> str:
        return "".join(
            f"{link.key} {link.since}{' ' * bool(link.vouched)}{base64_of(link.vouched)}\n"
            for link in self.links
        )

    @classmethod
    def of(cls, key: VerifierKey) -> "Ring":
        """The ring of a new log."""
        return _checked(cls((Link(key, 0),)))

    @classmethod
    def parse(cls, text: str) -> "Ring":
        """Reads log.vkey and checks that each key vouches for the next; Malformed or NotVerified if not."""
        lines = text.split("\n")
        if len(lines) < 2 or lines.pop():
            raise Malformed(_WHAT, "it needs a key on each line, and a newline at its end")
        ring = cls(tuple(map(_link, lines)))
        if str(ring) != text:
            raise Malformed(_WHAT, "there is a shorter way to write it")
        return _checked(ring)


def _checked(ring: Ring) -> Ring:
    if ring.links[0].since or ring.links[0].vouched:
        raise Malformed(_WHAT, "its first key must sign from size 0, and nobody vouches for it")
    if any(link.key.type != LOG or link.key.name != ring.origin for link in ring.links):
        raise Malformed(_WHAT, "all of its keys must be keys of a log (type 1) and have the same name")
    for before, link in pairwise(ring.links):
        if link.since < before.since:
            raise Malformed(_WHAT, "a key signs from a smaller size than the one before it")
        before.key.verify(_statement(ring.origin, link.key, link.since), link.vouched)
    return ring


def _link(line: str) -> Link:
    key, _, rest = line.partition(" ")
    since, gap, vouched = rest.partition(" ")
    return Link(verifier_key(key), number(since, _WHAT), unbase64(vouched, _WHAT) if gap else b"")


def _statement(origin: str, key: VerifierKey, since: int) -> str:
    """What the older key signs; its second line is no number, so that nobody can take it for a checkpoint."""
    return f"clearline/key/v1\n{origin}\n{since}\n{key}\n"
