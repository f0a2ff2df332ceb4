"""Entries in the evidence log for what people decide: each row carries the secret that opens its own."""

import secrets
from typing import Any

from clearline.engine.events import Instant
from clearline.evidence.actions import Entered, append
from clearline.people.models import Person
from clearline.record.identities import canonical
from clearline.seal.commitments import check, commitment, entry_key

HOUSE = "house"  # who acts when nobody is logged in


def new_secret() -> bytes:
    return secrets.token_bytes(32)


def enter(kind: str, by: Person | None, told: Any, secret: bytes, at: Instant) -> int:
    """Enters a deed in the caller's transaction; its index."""
    return append([entered(kind, by, told, secret, at)]).start


def entered(kind: str, by: Person | None, told: Any, secret: bytes, at: Instant) -> Entered:
    """A deed, to be appended with others at once."""
    return Entered(
        at, kind, str(by.uid) if by else HOUSE, commitment(entry_key(secret, kind), canonical(told))
    )


def verify(kind: str, told: Any, secret: bytes, committed: bytes) -> None:
    """NotVerified unless this deed is what was committed to."""
    check(committed, entry_key(secret, kind), canonical(told))
