"""Where everything about running calls meets at the edge: what is heard goes to the writer and to the worker, pictures come back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error
from msgspec.structs import replace

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.streaming.told import Audio
from clearline.live import ears, wire
from clearline.live.calls import Stored, running_calls, stored_events
from clearline.live.deeds import BY_HAND, Acted, Switch
from clearline.live.running import NOTE, PANEL
from clearline.live.switches.asking import HAPPENED
from clearline.live.switches.lines import Lines, Order
from clearline.live.viewers import Viewers
from clearline.live.workers import Child, Workers, done
from clearline.record.actions.append import Answer, Outcome, Received, in_full
from clearline.record.receiving import Refusal, written
from clearline.record.writer import Writer

SOURCE: Final = "live"
SHOWS: Final = 30 * SECOND  # how long a call that is over stays on the wall
SILENT: Final = 1800 * SECOND  # a call of which nothing was heard for so long is not running any more
LEFT: Final = 60 * SECOND  # of silence, after which a call is over whose agent takes another
MOST: Final = 5_000  # calls at once
PATIENCE: Final = 1.0  # seconds for an answer to a voice bot
BEAT: Final = 1.0
ACTS: Final = 4.0  # seconds for the switch and all that is asked before it
AHEAD: Final = 300 * SECOND  # as far as the record lets clocks differ
AGAIN: Final = (0.5, 2.0, 8.0)  # seconds until something is written again that could not be
NOTHING: Final = Stored(ended=False, events=[])  # what the record has of a call that it does not know
SEEN_TO: Final = {kind: deed for deed, kind in HAPPENED.items()}  # the trouble that is over once it happened

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Live:
    """A running call as the edge knows it."""

    call: str
    heard: Instant
    agent: str = ""
    picture: wire.Picture | None = None
    talk: dict[str, wire.Spoken] = field(default_factory=dict)  # what stays, by id
    notes: list[wire.Note] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)  # what a person has to see to, by what it is about
    ended: Instant | None = None
    stored: bool = False  # whether the record has anything of it
    asks: bool = False  # whether the record is being asked what it has


class Hub:
    """All running calls of this process. Its methods belong to the event loop, but for those that say otherwise."""

    def __init__(self, writer: Writer, clock: Callable[[], Instant], switch: Switch) -> None:
        self.calls: dict[str, Live] = {}
        self.viewers = Viewers()
        self.pieces = 0  # of sound
        self.switch, self.lines = switch, Lines()
        self.workers = Workers(self._hear, self._hand_over)
        self.ears = ears.Ears(self._spoken, self._troubled, hears=settings.HEAR)
        self._writer, self._clock = writer, clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: dict[int, asyncio.Future[wire.Said]] = {}
        self._questions = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._writer.watches.told = self.stored
        for one in await sync_to_async(running_calls)(self._clock() - SILENT):
            self.calls[one.call] = Live(one.call, one.last, one.agent)
        await self.workers.start()
        self._later(self._sweep())

    async def stop(self) -> None:
        self._writer.watches.told = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ears.stop()
        await self.workers.stop()

    async def take(
        self, actor: str, source: str, events: Sequence[Event], partials: Sequence[Event] = ()
    ) -> list[Answer]:
        """Hands on what a connection heard: the worker has it at once, the answers come when it is on disk."""
        at = self._clock()
        received = [Received(source, event, actor) for event in events]
        for one in received:
            self._pass_on(in_full(one), at, stored=False)
        for event in partials:
            self._perhaps(in_full(Received(source, event, actor)), at)
        if not received:
            return []
        try:
            answers = await written(lambda: self._writer.submit(received))
        except Refusal as refusal:
            for call in {one.event.subjects.get("call", "") for one in received}:
                self._not_recorded(call, str(refusal))
            raise
        for one, answer in zip(received, answers, strict=True):
            if answer.outcome in {Outcome.REFUSED, Outcome.CONFLICT}:
                self._not_recorded(one.event.subjects.get("call", ""), answer.reason)
        return answers

    def attach(self, call: str, order: Order) -> Callable[[], None]:
        """A connection by which this call's recording can be switched; what comes back ends that."""
        return self.lines.attach(call, order)

    def sound(self, audio: Sequence[Audio]) -> None:
        """Pieces of sound: those of calls that run are heard, and none is kept."""
        self.pieces += len(audio)
        self.ears.hear([one for one in audio if one.call in self.calls])

    def stored(self, events: Sequence[Event]) -> None:
        """Events that are on disk, from whatever edge they came. Called in the writer's thread."""
        told = [event for event in events if "call" in event.subjects or PANEL in event.subjects]
        if told and self._loop is not None:
            self._loop.call_soon_threadsafe(self._take_stored, told)

    def tell(self, event: Event) -> None:
        """An event of a page: a note, something set aside. May be called in any thread, once it is on disk."""
        self.stored([event])

    async def may_say(self, call: str, event: Event) -> wire.Said:
        """Whether a voice bot may say these words, or do this deed, now; in doubt, and without an answer, it may not."""
        self._questions += 1
        number = self._questions
        answer: asyncio.Future[wire.Said] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            if call not in self.calls or not self.workers.say(wire.Say(number, call, event)):
                return wire.Said(number, known=False)
            async with asyncio.timeout(PATIENCE):
                return await answer
        except TimeoutError:
            return wire.Said(number, known=False)
        finally:
            del self._asked[number]

    def _take_stored(self, events: Sequence[Event]) -> None:
        at = self._clock()
        for event in events:
            self._pass_on(event, at, stored=True)

    def _pass_on(self, event: Event, at: Instant, *, stored: bool) -> None:
        call = event.subjects.get("call") or event.subjects.get(PANEL, "")
        if event.at > at + AHEAD and not stored:
            return  # the record will refuse it
        live = self.calls.get(call) or self._begun(call, event, at)
        if live is None:
            return
        live.stored = live.stored or stored
        self.lines.heard(event)
        self.ears.happened(event)
        if (deed := SEEN_TO.get(event.type)) in live.troubles:
            del live.troubles[deed]
        if "call" in event.subjects:
            live.heard = at
            agent = event.subjects.get("agent", live.agent)
            if agent and agent != live.agent:
                live.agent = agent
                self._left_behind(live, at)
        if event.type == NOTE:
            live.notes = [*live.notes, wire.noted(event)][-wire.NOTES :]
            self._changed(live)
        self.workers.say(wire.Happened(call, event, at, stored))

    def _begun(self, call: str, event: Event, at: Instant) -> Live | None:
        """A call that is new here. What is told of calls of long ago, or of those that are over, makes none run."""
        if "call" not in event.subjects or event.type == "call.ended" or not call.isprintable():
            return None
        if not call or at - event.at > SILENT:
            return None
        if len(self.calls) >= MOST:
            _LOG.error("more than %d calls are running: %s is judged when it is over", MOST, call)
            return None
        live = self.calls[call] = Live(call, at)
        if event.type != "call.started":
            self._look_up(live)
        return live

    def _left_behind(self, live: Live, at: Instant) -> None:
        """Nobody is in two calls: one that fell silent and was not told to end leaves the wall when its agent takes another."""
        for other in [*self.calls.values()]:
            if other is not live and other.agent == live.agent and at - other.heard > LEFT:
                self._forget(other)

    def _look_up(self, live: Live) -> None:
        """Has a call watched anew from what the record has of it; until that is told, all else waits."""
        self.workers.say(wire.Forget(live.call, awaits=True))
        if not live.asks:
            live.asks = True
            self._later(self._looked_up(live))

    async def _looked_up(self, live: Live) -> None:
        while self.calls.get(live.call) is live:
            live.asks = False  # whoever asks for it from now on is not answered by this
            try:
                found = (await sync_to_async(stored_events)([live.call])).get(live.call, NOTHING)
            except Error as error:
                live.troubles["record"] = f"The record does not answer ({type(error).__name__})."
                self._changed(live)
                await asyncio.sleep(BEAT)
                continue
            if found.ended:
                self._forget(live)
            else:
                self._known(self.workers.say, live, found)
            return

    def _known(self, say: Callable[[wire.Order], object], live: Live, found: Stored) -> None:
        if not live.notes:
            live.notes = [wire.noted(event) for event in found.events if event.type == NOTE][-wire.NOTES :]
        live.talk.clear()
        for event in found.events:
            self.ears.happened(event)
        say(wire.Known(live.call, tuple(found.events)))

    def _perhaps(self, event: Event, at: Instant) -> None:
        call = event.subjects.get("call", "")
        if call in self.calls and self.calls[call].ended is None:
            self.calls[call].heard = at
            self.ears.happened(event)
            self.workers.say(wire.Perhaps(call, event, at))

    def _not_recorded(self, call: str, reason: str) -> None:
        """What the record did not take does not count, and somebody has to know."""
        live = self.calls.get(call)
        if live is None:
            return
        if not live.stored:
            self._forget(live)
            return
        live.troubles["record"] = f"Not recorded: {reason}"
        self._look_up(live)
        self._changed(live)

    async def _hand_over(self, child: Child) -> None:
        """Another worker watches: it gets every running call, the one with the nearest deadline first."""
        running = sorted(
            (one for one in self.calls.values() if one.ended is None), key=lambda one: _nearest(one.picture)
        )
        for live in running:
            child.say(wire.Forget(live.call, awaits=True))
        for start in range(0, len(running), 50):
            some = [one.call for one in running[start : start + 50]]
            found = await sync_to_async(stored_events)(some)
            for call in some:
                if (one := self.calls.get(call)) is not None:
                    self._known(child.say, one, found.get(call, NOTHING))

    def _hear(self, report: wire.Report) -> None:
        match report:
            case wire.Picture():
                self._take_picture(report)
            case wire.Shown(_, event):
                self._write([event])
            case wire.Deed():
                self._later(self._act(report))
            case wire.Lost(call, why):
                self._cannot(call, why)
            case wire.Said(number):
                if (asked := self._asked.get(number)) is not None and not asked.done():
                    asked.set_result(report)

    def _take_picture(self, picture: wire.Picture) -> None:
        live = self.calls.get(picture.call)
        if live is None:
            return
        for name in picture.unsaid:
            live.talk.pop(name, None)
        for one in picture.talk:
            if not one.partial:
                live.talk[one.id] = one
        while len(live.talk) > wire.REMEMBERED:
            del live.talk[next(iter(live.talk))]
        live.picture = replace(picture, talk=tuple(one for one in picture.talk if one.partial))
        live.agent = picture.agent or live.agent
        if picture.ended and live.ended is None:
            live.ended = self._clock()
        self._changed(live)

    async def _act(self, deed: wire.Deed) -> None:
        """The switch is asked, and what it says is what happened; no answer in time is shown loudly."""
        live = self.calls.get(deed.call)
        if live is None:
            return
        try:
            async with asyncio.timeout(ACTS):
                answer = await (self.lines if deed.call in self.lines else self.switch).ask(deed)
        except (TimeoutError, Error):
            answer = Acted(trouble=f"The switch could not be asked in time. {BY_HAND[deed.deed]}")
        if answer.trouble:
            live.troubles[deed.deed] = answer.trouble
        else:
            live.troubles.pop(deed.deed, None)
        self._write(answer.events)
        self._changed(live)

    def _cannot(self, call: str, why: str) -> None:
        live = self.calls.get(call)
        if live is not None:
            live.troubles["watch"] = f"This call can't be watched ({why}). The record judges it."
            self._changed(live)

    def _write(self, events: Sequence[Event]) -> None:
        """Stores what live itself has to say; where the record is busy, again after a while."""
        received = [Received(SOURCE, event, SOURCE) for event in events]
        if received:
            self._later(self._stored(lambda: written(lambda: self._writer.submit(received))))

    def _spoken(self, events: Sequence[Event], partials: Sequence[Event]) -> None:
        """What was heard in the sound of a call goes the way of all that connections tell."""
        self._later(self._stored(lambda: self.take(ears.SOURCE, ears.SOURCE, events, partials)))

    async def _stored(self, store: Callable[[], Awaitable[Sequence[Answer]]]) -> None:
        for pause in (*AGAIN, None):
            try:
                answers = await store()
            except Refusal as refusal:
                if pause is None:
                    _LOG.error("something of a running call was not recorded: %s", refusal)
                    return
                await asyncio.sleep(pause)
            else:
                refused = next((one for one in answers if one.outcome is Outcome.REFUSED), None)
                if refused is not None:
                    _LOG.error("something of a running call was refused: %s", refused.reason)
                return

    def _troubled(self, call: str, about: str, trouble: str) -> None:
        """What a person has to know of a call's sound, or no more; without a call, all pages are told."""
        live = self.calls.get(call)
        if live is None:
            self.viewers.tell(call)
        elif live.troubles.get(about, "") != trouble:
            live.troubles = {name: told for name, told in live.troubles.items() if name != about}
            live.troubles |= {about: trouble} if trouble else {}
            self._changed(live)

    def _changed(self, live: Live) -> None:
        self.viewers.tell(live.call)

    def _forget(self, live: Live) -> None:
        self.calls.pop(live.call, None)
        self.workers.say(wire.Forget(live.call))
        self.ears.forget(live.call)
        self.viewers.tell(live.call)

    async def _sweep(self) -> None:
        """Calls leave the wall: some time after they ended, or when nothing was heard of them for hours."""
        while True:
            await asyncio.sleep(BEAT)
            at = self._clock()
            for live in [*self.calls.values()]:
                over = live.ended is not None and at - live.ended > SHOWS
                if over or at - live.heard > SILENT:
                    self._forget(live)

    def _later(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(partial(done, self._tasks))


def _nearest(picture: wire.Picture | None) -> Instant:
    due = picture.due if picture else ()
    deadlines = [0 if line.at_once else line.deadline for line in due]
    return min((one for one in deadlines if one is not None), default=1 << 62)


def sorted_calls(calls: Iterable[Live]) -> list[Live]:
    """The one that is nearest to a breach first; those that are over last."""
    return sorted(calls, key=lambda one: (one.ended is not None, _nearest(one.picture), one.call))
