"""Decisions as the evidence log holds them: each row carries the secret that opens its own entry."""

import secrets
from typing import Final

from clearline.evidence.actions import Entered
from clearline.evidence.openings import Opening
from clearline.gate.models import Decision
from clearline.seal.commitments import KEY_SIZE, commitment, entry_key

KIND: Final = "decision"


def new_secret() -> bytes:
    return secrets.token_bytes(KEY_SIZE)


def entered(row: Decision) -> Entered:
    """The entry of a decision that is to be appended."""
    opened = opening(row)
    assert opened is not None  # it is new
    return Entered(row.asked, KIND, row.actor, commitment(opened.key, opened.payload))


def opening(row: Decision) -> Opening | None:
    """What opens its entry; nothing once its contact was erased."""
    if row.body is None or row.secret is None:
        return None
    return Opening(row.entry, entry_key(bytes(row.secret), f"{KIND} {row.uid}"), bytes(row.body))
