"""What an open page is sent: parts of it, as they change. A reader that is slow gets fewer, never stale ones."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string

from clearline.live import wire
from clearline.live.hub import Hub, Live
from clearline.live.seeing import Sees, Shown, names_of, own, sees, shown
from clearline.people.models import Person
from clearline.ui.clock import now

PATIENCE: Final = 10.0  # seconds without news, after which a word goes out so that nobody in between hangs up
CHECKED: Final = 30_000_000  # microseconds between looks whether somebody may still look

Part = dict[str, Any]
Parts = Callable[["Look", Live | None, str], Iterator[Part]]


class Look:
    """Somebody's open page."""

    def __init__(self, who: Person, hub: Hub) -> None:
        self.who, self.hub = who, hub
        self.sees: Sees = sees(who)
        self.sent: dict[str, Any] = {}  # what was sent last, by the id of the part
        self._names: dict[str, str] = {}
        self._checked = now()

    async def still(self) -> bool:
        """Whether they may still look; a new reach holds from now on."""
        if now() - self._checked < CHECKED:
            return True
        self._checked = now()
        who = await Person.objects.filter(pk=self.who.pk, is_active=True).afirst()
        if who is None:
            return False
        self.sees = await sync_to_async(sees)(who)
        return True

    async def learn(self, agents: set[str]) -> None:
        """Names of agents who have not been on this page."""
        if missing := agents - self._names.keys() - {""}:
            self._names |= dict.fromkeys(missing, "") | await sync_to_async(names_of)(self.who, missing)

    def shown(self, live: Live) -> Shown:
        return shown(live, self._names)

    def part(self, name: str, template: str, context: dict[str, Any], **more: Any) -> Iterator[Part]:
        """A part of the page, where it is otherwise than what was sent."""
        made = {"id": name, "html": render_to_string(template, context), **more}
        if self.sent.get(name) != made:
            self.sent[name] = made
            yield made

    def gone(self, name: str) -> Iterator[Part]:
        if self.sent.pop(name, None) is not None:
            yield {"id": name, "gone": True}


def stream(who: Person, hub: Hub, parts: Parts, call: str = "") -> StreamingHttpResponse:
    """Parts of a page for as long as it is open, as server-sent events."""
    response = StreamingHttpResponse(_told(Look(who, hub), parts, call), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy must not collect them
    return response


async def _told(look: Look, parts: Parts, call: str) -> AsyncIterator[bytes]:
    hub = look.hub
    yield b"retry: 1000\n\n"
    with hub.viewers.looking([*hub.calls, call]) as viewer:
        while await look.still():
            changed = await viewer.news(PATIENCE)
            lives = {name: hub.calls.get(name) for name in changed}
            allowed = {
                name: live if live and look.sees.may(live) else None
                for name, live in lives.items()
                if not call or name == call
            }
            await look.learn({live.agent for live in allowed.values() if live})
            made = [part for name, live in allowed.items() for part in parts(look, live, name)]
            told: Part = {"now": now() // 1000, "parts": made, "watched": hub.workers.watching is not None}
            yield f"data: {json.dumps(told)}\n\n".encode()


def wall_parts(look: Look, live: Live | None, call: str) -> Iterator[Part]:
    """A card of the wall; a call that is over goes some time later."""
    if not call:
        return
    if live is None:
        yield from look.gone(_id("call", call))
        return
    one = look.shown(live)
    yield from look.part(_id("call", call), "live/card.html", {"one": one}, into="wall", near=one.near)


def panel_parts(look: Look, live: Live | None, call: str) -> Iterator[Part]:
    """An agent's own call, whichever it is now."""
    del live, call
    mine = own(look.hub, look.who.agent or "")
    one = look.shown(mine) if mine else None
    yield from look.part("panel", "live/lines.html", {"one": one, "agent": True})


def call_parts(look: Look, live: Live | None, call: str) -> Iterator[Part]:
    """One call: its panel, how its rules stand, and the talk line by line."""
    if live is None:
        if call not in look.hub.calls:
            yield from look.part("panel", "live/over.html", {"call": call})
        return
    one = look.shown(live)
    yield from look.part("panel", "live/lines.html", {"one": one, "agent": False})
    yield from look.part("states", "live/states.html", {"one": one})
    for spoken in [*live.talk.values()]:
        yield from _line(look, spoken)
    perhaps = live.picture.talk if live.picture else ()
    yield from look.part("perhaps", "live/perhaps.html", {"perhaps": perhaps})


def _line(look: Look, spoken: wire.Spoken) -> Iterator[Part]:
    name = _id("said", spoken.id)
    if name not in look.sent:
        yield from look.part(name, "live/said.html", {"one": spoken}, into="talk", near=spoken.at // 1000)


def _id(kind: str, name: str) -> str:
    return f"{kind}-{name}"
