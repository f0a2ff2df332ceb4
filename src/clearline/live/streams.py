"""What an open page is sent: parts of it, as they change. A reader that is slow gets fewer, never stale ones."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string

from clearline.live import wire
from clearline.live.hub import Hub, Live
from clearline.live.seeing import Sees, Shown, names_of, own, sees, shown
from clearline.people.models import Person
from clearline.people.needs import who
from clearline.people.permissions import may
from clearline.ui.clock import now

PATIENCE: Final = 10.0  # seconds without news, after which a word goes out so that nobody in between hangs up
APART: Final = 0.1  # seconds between two messages to a page, at the most: nobody reads quicker
EACH: Final = 0.02  # the same for each call that had changed, so that a page about one call hardly waits
CHECKED: Final = 10_000_000  # microseconds between looks whether somebody may still look
AT_ONCE: Final = 20  # calls that are drawn before others have their turn

Part = dict[str, Any]
Changed = Mapping[str, Live | None]
Parts = Callable[["Look", Changed], Iterator[Part]]


class Look:
    """Somebody's open page."""

    def __init__(self, who: Person, session: str, hub: Hub) -> None:
        self.who, self.session, self.hub = who, session, hub
        self.sees: Sees = sees(who)
        self.sent: dict[str, Any] = {}  # what was sent last, by the id of the part
        self._names: dict[str, str] = {}
        self._checked = now()

    async def still(self) -> bool:
        """Whether they are still logged in and may look; a new role or reach holds from now on."""
        if now() - self._checked < CHECKED:
            return True
        self._checked = now()
        who = await sync_to_async(logged_in)(self.session)
        if who is None or who.pk != self.who.pk or not may(who, "see calls"):
            return False
        self.who, self.sees = who, await sync_to_async(sees)(who)
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


def logged_in(session: str) -> Person | None:
    """Whose session it is; nobody's where it has ended, or the password is another since."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    who = get_user(request)
    return who if isinstance(who, Person) and who.is_active else None


def stream(
    request: HttpRequest, hub: Hub, parts: Parts, wants: Callable[[str], bool]
) -> StreamingHttpResponse:
    """Parts of a page for as long as it is open, as server-sent events; of the calls that it is about."""
    look = Look(who(request), request.session.session_key or "", hub)
    response = StreamingHttpResponse(_told(look, parts, wants), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy must not collect them
    return response


async def _told(look: Look, parts: Parts, wants: Callable[[str], bool]) -> AsyncIterator[bytes]:
    hub = look.hub
    yield b"retry: 1000\n\n"
    with hub.viewers.looking(["", *hub.calls], lambda call: not call or wants(call)) as viewer:
        while await look.still():
            changed = await viewer.news(PATIENCE)
            lives = {name: hub.calls.get(name) for name in changed if name}
            allowed = {name: live if live and look.sees.may(live) else None for name, live in lives.items()}
            await look.learn({live.agent for live in allowed.values() if live})
            made: list[Part] = []
            names = [*allowed]
            for start in range(0, len(names) or 1, AT_ONCE):
                made += parts(look, {name: allowed[name] for name in names[start : start + AT_ONCE]})
                await asyncio.sleep(0)
            if made or not changed or "" in changed:
                watched = hub.workers.watching is not None
                told: Part = {"now": now() // 1000, "parts": made, "watched": watched}
                yield f"data: {json.dumps(told)}\n\n".encode()
            await asyncio.sleep(min(APART, EACH * len(changed)))


def wall_parts(look: Look, changed: Changed) -> Iterator[Part]:
    """Cards of the wall, and whether sound is heard; a call that is over goes some time later."""
    yield from look.part("unheard", "live/unheard.html", {"unheard": look.hub.ears.deaf})
    for call, live in changed.items():
        if live is None:
            yield from look.gone(_id("call", call))
        else:
            one = look.shown(live)
            yield from look.part(
                _id("call", call), "live/card.html", {"one": one}, into="wall", near=one.near
            )


def panel_parts(look: Look, changed: Changed) -> Iterator[Part]:
    """An agent's own call, whichever it is now."""
    del changed
    mine = own(look.hub, look.who.agent or "")
    one = look.shown(mine) if mine and look.sees.may(mine) else None
    yield from look.part("panel", "live/lines.html", {"one": one, "agent": True})


def call_parts(look: Look, changed: Changed) -> Iterator[Part]:
    """One call: its panel, how its rules stand, and the talk line by line."""
    for call, live in changed.items():
        if live is None:
            if call not in look.hub.calls:
                yield from look.part("panel", "live/over.html", {"call": call})
            continue
        one = look.shown(live)
        yield from look.part("panel", "live/lines.html", {"one": one, "agent": False})
        yield from look.part("states", "live/states.html", {"one": one})
        lines = {_id("said", spoken.id): spoken for spoken in live.talk.values()}
        for name in [name for name in look.sent if name.startswith("said-") and name not in lines]:
            yield from look.gone(name)
        for spoken in lines.values():
            yield from _line(look, spoken)
        perhaps = live.picture.talk if live.picture else ()
        yield from look.part("perhaps", "live/perhaps.html", {"perhaps": perhaps})


def _line(look: Look, spoken: wire.Spoken) -> Iterator[Part]:
    name = _id("said", spoken.id)
    if name not in look.sent:
        yield from look.part(name, "live/said.html", {"one": spoken}, into="talk", near=spoken.at // 1000)


def _id(kind: str, name: str) -> str:
    return f"{kind}-{name}"
