"""Any other switch, by an address of the shop's own: a signed request, sent again once where it got lost.

The signature is the one that `t=…,v1=…` schemes share: HMAC-SHA256 over the seconds, a dot and the body.
"""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import msgspec

from clearline.engine.events import SECOND, Instant
from clearline.live import wire
from clearline.live.switches.asking import LOOK, SwitchError
from clearline.live.switches.over_http import Answer, request

STATE: Final = {"pause": "paused", "resume": "resumed"}
FIRST: Final = 0.9  # seconds for the first of two attempts


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address. An answer of 204 says that it is done, one of 200 says what the recording is now."""

    address: str
    secret: str = field(repr=False)
    clock: Callable[[], Instant]  # its receiver refuses what was signed long ago

    async def act(self, deed: wire.Deed) -> None:
        body = {"deed": deed.deed, "call": deed.call, "rule": deed.rule, "at": deed.at // SECOND}
        answer = await self._twice(msgspec.json.encode({"id": uuid4().hex, **body}))
        if answer.status == 200 and answer.told("recording") != STATE[deed.deed]:
            raise SwitchError(f"The switch's answer does not say that the recording is {STATE[deed.deed]}.")

    async def greet(self) -> None:
        await self._twice(msgspec.json.encode({"id": uuid4().hex, "deed": "test"}))

    async def _twice(self, body: bytes) -> Answer:
        """The same delivery may arrive twice, and has the same id."""
        first: Answer | None = None
        try:
            async with asyncio.timeout(FIRST):
                first = await self._once(body)
        except (TimeoutError, SwitchError):
            first = None  # it got lost; what comes of the second attempt is told
        if first is None or first.status >= 500:
            first = await self._once(body)
        return self._taken(first)

    async def _once(self, body: bytes) -> Answer:
        seconds = str(self.clock() // SECOND)
        mac = hmac.digest(self.secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
        headers = {"content-type": "application/json", "clearline-signature": f"t={seconds},v1={mac}"}
        return await request("POST", self.address, content=body, headers=headers)

    def _taken(self, answer: Answer) -> Answer:
        if answer.status in {401, 403}:
            raise SwitchError(f"The switch does not take our signature: {LOOK}.")
        if answer.status == 404:
            raise SwitchError("The switch knows of no recording of this call that runs.")
        if answer.status not in {200, 204}:
            raise SwitchError(f"The switch refused (status {answer.status}).")
        return answer
