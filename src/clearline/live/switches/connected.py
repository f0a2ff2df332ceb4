"""The switch that an administrator has connected, as the hub asks it."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from asgiref.sync import sync_to_async

from clearline.engine.events import Instant
from clearline.live import wire
from clearline.live.deeds import BY_HAND, Acted, NoSwitch
from clearline.live.switches.actions import noted
from clearline.live.switches.asking import asked
from clearline.live.switches.queries import connected, peer

CLOSED = "The secret of the switch can't be opened with the keys of this home."


class _Asking(NamedTuple):
    deed: str
    work: asyncio.Task[Acted]


class Connected:
    """Reads who it is anew each time. For one call it is asked one thing at a time, and the same thing once."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._asking: dict[str, _Asking] = {}

    async def ask(self, deed: wire.Deed) -> Acted:
        while (before := self._asking.get(deed.call)) is not None:
            acted = await asyncio.shield(before.work)
            if before.deed == deed.deed:
                return acted
        work = asyncio.ensure_future(self._ask(deed))
        self._asking[deed.call] = _Asking(deed.deed, work)
        work.add_done_callback(lambda _: self._asking.pop(deed.call, None))
        return await asyncio.shield(work)

    async def _ask(self, deed: wire.Deed) -> Acted:
        row = await sync_to_async(connected)()
        if row is None:
            return await NoSwitch().ask(deed)
        one = peer(row, self._clock)
        if one is None:
            acted = Acted(trouble=f"{CLOSED} {BY_HAND[deed.deed]}")
        else:
            acted = await asked(one, deed, row.kind)
        await sync_to_async(noted)(row.pk, acted.trouble, self._clock())
        return acted
