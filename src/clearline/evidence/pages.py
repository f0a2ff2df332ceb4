"""What the pages of evidence show, worked out."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from clearline.evidence import queries
from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Checkpoint, Entry, Witness
from clearline.evidence.openings import Chosen
from clearline.evidence.witnesses import FILE, configured
from clearline.seal import merkle
from clearline.seal.checkpoints import Checkpoint as Told
from clearline.seal.errors import Unproven
from clearline.seal.keys import VerifierKey
from clearline.seal.notes import parse

PAGE: Final = 50
NEAR: Final = 5_000  # entries that a page is looked for in, before it is in all of the log


class Above(NamedTuple):
    """What rooms above know: which entries somebody may know of, and what opens a part of the log."""

    seen: Callable[..., Q]  # of a person; singly=True: quick for a few entries, instead of for all of the log
    chosen: Callable[[str, str], Chosen]


class Watched(NamedTuple):
    """A witness and how it stands."""

    key: VerifierKey
    url: str
    row: Witness | None


class Step(NamedTuple):
    """A hash of a proof, on which side it stands, and what the two give together."""

    left: bool
    sibling: str
    reached: str


class Part(NamedTuple):
    """A part of a long list, newest first, and where the parts beside it begin."""

    entries: Sequence[Entry]
    newer: str
    older: str

    @property
    def told(self) -> str:
        """Which part it is."""
        return (
            f"Entries {self.entries[-1].index:,} to {self.entries[0].index:,}"
            if self.entries
            else "No entries"
        )


def keys() -> Keys:
    """Those of this installation."""
    return open_keys(settings.HOME.keys, settings.ORIGIN)


def fingerprint(key: VerifierKey) -> str:
    """SHA-256 of the public key in groups that can be read out."""
    digest = sha256(key.public).hexdigest()
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def watched() -> list[Watched]:
    """The witnesses that are asked, and what came of it."""
    rows = {row.vkey: row for row in Witness.objects.order_by("vkey")}
    asked = configured(settings.HOME.path / FILE)
    return [Watched(one.key, one.url, rows.get(str(one.key))) for one in asked]


def wrong() -> str:
    """Why the log can't be signed or its witnesses not be asked; empty where all is well."""
    try:
        size = queries.head_size()
        tree = queries.tree(size)
        keys().last.follow(size, lambda old: merkle.root(old, tree))
        configured(settings.HOME.path / FILE)
    except (EvidenceError, Unproven, ValueError) as fault:
        return str(fault)
    return ""


def part(above: Above, who: Any, kind: str, start: int | None) -> Part:
    """A page of the entries that somebody may know of, from one index downwards."""
    rows = Entry.objects.filter(kind=kind) if kind else Entry.objects.all()
    top = queries.head_size() if start is None else start + 1
    older = rows.filter(index__lt=top).order_by("-index")
    found = _seen(above, who, older, Q(index__gte=top - NEAR), PAGE + 1)
    shown, rest = found[:PAGE], found[PAGE:]
    newer: list[Entry] = []
    if shown and start is not None:
        end = shown[0].index
        rising = rows.filter(index__gt=end).order_by("index")
        newer = _seen(above, who, rising, Q(index__lte=end + NEAR), PAGE)
    return Part(shown, str(newer[-1].index) if newer else "", str(rest[0].index) if rest else "")


def _seen(above: Above, who: Any, rows: QuerySet[Entry], near: Q, most: int) -> list[Entry]:
    """The first of these that they may know of."""
    found = list(rows.filter(near).filter(above.seen(who, singly=True))[:most])
    return found if len(found) == most else list(rows.filter(above.seen(who))[:most])


def kinds() -> Iterator[str]:
    """Every kind of entry, each found by one step through the index."""
    last = ""
    while (
        found := Entry.objects.filter(kind__gt=last).order_by("kind").values_list("kind", flat=True).first()
    ):
        yield found
        last = found


def climb(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> Iterator[Step]:
    """The way from a leaf's hash to the root, hash by hash (RFC 9162 2.1.3.2)."""
    reached, place, last = leaf, index, size - 1
    for sibling in proof:
        left = place & 1 == 1 or place == last
        reached = merkle.node_hash(sibling, reached) if left else merkle.node_hash(reached, sibling)
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
        yield Step(left, sibling.hex(), reached.hex())


def grown(old: Told, new: Checkpoint) -> tuple[list[str], str]:
    """The proof that the newer checkpoint continues the older one, and why it does not, if so."""
    newer = told(new)
    if old.size > newer.size:
        return [], f"ROLLBACK: there were {old.size:,} entries, and now there are {newer.size:,}"
    proof = queries.consistency(old.size, newer.size)
    try:
        merkle.verify_consistency(old.size, old.root, newer.size, newer.root, proof)
    except Unproven as fault:
        return [one.hex() for one in proof], f"SPLIT VIEW: {fault}"
    return [one.hex() for one in proof], ""


def told(signed: Checkpoint) -> Told:
    """What a checkpoint says."""
    return Told.parse(parse(signed.note.encode()).text)
