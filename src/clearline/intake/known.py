"""Connections with their secrets, looked up for the edges: a change is heeded a second later."""

import asyncio
import time
from typing import Final

from asgiref.sync import sync_to_async

from clearline.intake.queries import Sender, senders
from clearline.record.attempts import Attempt
from clearline.record.receiving import PATIENCE, late, unwritable

TRUST: Final = 1.0  # seconds for which secrets are taken without being looked up again


class Known:
    """Who may send, by the kind of what they send."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, list[Sender]]] = {}

    async def of(self, kind: str) -> list[Sender]:
        """The senders of a kind; Refusal where the database does not say."""
        until, known = self._known.get(kind, (0.0, []))
        if time.monotonic() < until:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                found, error = await sync_to_async(_looked_up)(kind)
        except TimeoutError:
            raise late() from None
        if error is not None:
            raise unwritable(error)
        self._known[kind] = (time.monotonic() + TRUST, found)
        return found


def _looked_up(kind: str) -> tuple[list[Sender], Exception | None]:
    found: list[Sender] = []
    with Attempt() as attempt:
        found = senders(kind)
    return found, attempt.error
