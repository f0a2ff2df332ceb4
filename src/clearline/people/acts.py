"""Writes what people did into the record and, as a commitment, into the evidence log."""

from typing import Any, Final

from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence.actions import Entered, append
from clearline.people.models import Act, Person
from clearline.seal.commitments import canonical, commitment, entry_key

LOOK: Final = "look"
HOUSE: Final = "house"  # who acts when nobody is logged in: the command line


def done(*, kind: str, by: Person | None, about: Person | None, what: str, at: Instant) -> Act:
    """Writes both in one transaction, or neither; keyed by the secret of whom it is about, else of whoever did it."""
    with transaction.atomic():
        act = Act(index=0, at=at, kind=kind, by=by, about=about, what=what)
        entered = Entered(at=at, kind=kind, actor=str(by.uid) if by else HOUSE, commitment=committed(act))
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
    held = (person.secret for person in (act.about, act.by) if person and person.secret)
    secret = next(held, None)
    if secret is None:
        raise ValueError("the secret that opens this act was destroyed")
    return entry_key(bytes(secret), f"{act.kind} {act.at} {act.what}")
