"""Writes what people did into the record and, as a commitment, into the evidence log."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence.actions import Entered, append
from clearline.evidence.openings import DAMAGED, Opening, rising
from clearline.people.models import Act, Person
from clearline.seal.commitments import canonical, commitment, entry_key

LOOK: Final = "look"
HOUSE: Final = "house"  # who acts when nobody is logged in: the command line


def done(*, kind: str, by: Person | None, about: Person | None, what: str, at: Instant) -> Act:
    """Writes both in one transaction, or neither; keyed by the secret of whom it is about, else of whoever did it."""
    with transaction.atomic():
        act = Act(index=0, at=at, kind=kind, by=by, about=about, what=what)
        entered = Entered(at=at, kind=kind, actor=actor(act), commitment=committed(act))
        act.index = append([entered]).start
        act.save(force_insert=True)
        return act


def committed(act: Act) -> bytes:
    """What the log holds of an act; a ValueError where the key was destroyed."""
    return commitment(key(act), payload(act))


def payload(act: Act) -> bytes:
    """The words that the log commits to."""
    told: dict[str, Any] = {
        "about": str(act.about.uid) if act.about else None,
        "at": act.at,
        "by": str(act.by.uid) if act.by else None,
        "kind": act.kind,
        "what": act.what,
    }
    return canonical(told)


def key(act: Act) -> bytes:
    """The key of this act alone; a ValueError where the secret that it comes from was destroyed."""
    secret = _secret(act)
    if secret is None:
        raise ValueError("the secret that opens this act was destroyed")
    return entry_key(secret, f"{act.kind} {act.at} {act.what}")


def actor(act: Act) -> str:
    """Through whom it was done, as its entry says."""
    return str(act.by.uid) if act.by else HOUSE


def acts(within: range) -> Iterator[tuple[int, Act | None]]:
    """What people did, by the index of its entry; none for a damaged row."""
    return rising(Act.objects.select_related("by", "about"), "index", within)


def openings(within: range) -> Iterator[Opening]:
    """What opens these entries; where the words or the secret are gone there is nothing."""
    for entry, act in acts(within):
        if act is None:
            yield Opening(entry, *DAMAGED)
        elif act.what and _secret(act) is not None:
            yield Opening(entry, key(act), payload(act))


def _secret(act: Act) -> bytes | None:
    held = (person.secret for person in (act.about, act.by) if person and person.secret)
    return next(map(bytes, held), None)
