"""Who sends to an edge beside Django, by their token."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from asgiref.sync import sync_to_async

from clearline.people.models import Token
from clearline.people.tokens import allows, authenticate
from clearline.record.attempts import Attempt
from clearline.record.receiving import PATIENCE, Refusal, late, unwritable
from clearline.ui.clock import now

TRUST: Final = 1.0  # seconds for which a token is taken without being looked up again
_HELD: Final = 1_000  # tokens


class Senders:
    """Tokens that were shown a moment ago; one that is revoked is taken for a second more."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Token]] = {}
        self._asked: dict[str, asyncio.Task[Token | None]] = {}  # look-ups that run, one for all who show it

    async def token(self, headers: Mapping[str, str], scope: str) -> Token:
        """The token of a request; refused where there is none in force, or it was not made for this."""
        token = await self._token(headers.get("authorization", ""))
        if token is None:
            raise Refusal(
                401, "a token is needed: Authorization: Bearer cl_…", {"www-authenticate": "Bearer"}
            )
        if not allows(token, scope):
            raise Refusal(403, f"this token may not be used for {scope}")
        return token

    async def _token(self, header: str) -> Token | None:
        until, token = self._known.get(header, (0.0, None))
        if time.monotonic() < until:
            return token
        if header not in self._asked:
            self._asked[header] = asyncio.ensure_future(self._look_up(header))
            self._asked[header].add_done_callback(lambda _: self._asked.pop(header))
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(self._asked[header])
        except TimeoutError:
            raise late() from None

    async def _look_up(self, header: str) -> Token | None:
        token, error = await sync_to_async(_authenticated)(header)
        if error is not None:
            raise unwritable(error)
        if len(self._known) >= _HELD:
            self._known.clear()
        if token is not None:
            self._known[header] = (time.monotonic() + TRUST, token)
        return token


def _authenticated(header: str) -> tuple[Token | None, Exception | None]:
    token = None
    with Attempt() as attempt:
        token = authenticate(header, now())
    return token, attempt.error
