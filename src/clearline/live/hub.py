"""Where everything about running calls meets at the edge: what is heard goes to the writer and to the worker, pictures come back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from msgspec.structs import replace

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.streaming.told import Audio
from clearline.live import wire
from clearline.live.calls import Stored, running_calls, stored_events
from clearline.live.deeds import Switch
from clearline.live.running import NOTE, PANEL
from clearline.live.switches.asking import HAPPENED
from clearline.live.switches.lines import Lines, Order
from clearline.live.viewers import Viewers
from clearline.live.workers import Child, Workers
from clearline.record.actions.append import Answer, Outcome, Received, in_full
from clearline.record.receiving import written
from clearline.record.writer import Writer

SOURCE: Final = "live"
SHOWS: Final = 30 * SECOND  # how long a call that is over stays on the wall
SILENT: Final = 1800 * SECOND  # a call of which nothing was heard for so long is not running any more
MOST: Final = 5_000  # calls at once
PATIENCE: Final = 1.0  # seconds for an answer to a voice bot
BEAT: Final = 1.0
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
    version: int = 0  # grows with everything that can be seen


class Hub:
    """All running calls of this process. Its methods belong to the event loop, but for those that say otherwise."""

    def __init__(self, writer: Writer, clock: Callable[[], Instant], switch: Switch) -> None:
        self.calls: dict[str, Live] = {}
        self.viewers = Viewers()
        self.pieces = 0  # of sound
        self.switch, self.lines = switch, Lines()
        self.workers = Workers(self._hear, self._hand_over)
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
        answers = await written(lambda: self._writer.submit(received))
        for one, answer in zip(received, answers, strict=True):
            if answer.outcome in {Outcome.REFUSED, Outcome.CONFLICT}:
                self._refused(in_full(one), answer)
        return answers

    def attach(self, call: str, order: Order) -> Callable[[], None]:
        """A connection by which this call's recording can be switched; what comes back ends that."""
        return self.lines.attach(call, order)

    def sound(self, audio: Sequence[Audio]) -> None:
        """Pieces of sound: counted and let go, until somebody listens to them."""
        self.pieces += len(audio)

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
        live = self.calls.get(call)
        if live is None:
            if "call" not in event.subjects or event.type == "call.ended":
                return
            live = self._begin(call, event, at)
            if live is None:
                return
        live.heard = at
        self.lines.heard(event)
        if (deed := SEEN_TO.get(event.type)) in live.troubles:
            del live.troubles[deed]
        live.agent = event.subjects.get("agent", live.agent)
        if event.type == NOTE:
            live.notes = [*live.notes, wire.noted(event)][-wire.NOTES :]
            self._changed(live)
        self.workers.say(wire.Happened(call, event, at, stored))

    def _begin(self, call: str, event: Event, at: Instant) -> Live | None:
        """A call that was not running here: a new one, or one of which something comes long after it had ended."""
        if len(self.calls) >= MOST:
            _LOG.error("more than %d calls are running: %s is judged when it is over", MOST, call)
            return None
        live = self.calls[call] = Live(call, at)
        if event.type != "call.started":
            self._later(self._look_up(live))
        return live

    async def _look_up(self, live: Live) -> None:
        """What was stored of a call before anybody here knew of it."""
        found = (await sync_to_async(stored_events)([live.call])).get(live.call)
        if found is None:
            return
        if found.ended:
            self._forget(live)
        elif found.events:
            self.workers.say(wire.Known(live.call, tuple(found.events)))

    def _perhaps(self, event: Event, at: Instant) -> None:
        call = event.subjects.get("call", "")
        if call in self.calls and self.calls[call].ended is None:
            self.calls[call].heard = at
            self.workers.say(wire.Perhaps(call, event, at))

    def _refused(self, event: Event, answer: Answer) -> None:
        """What the record did not take does not count, and somebody has to know."""
        live = self.calls.get(event.subjects.get("call", ""))
        if live is not None:
            if answer.outcome is Outcome.REFUSED:  # of a conflict, the event that came first stands
                self.workers.say(wire.Void(live.call, event.id))
            live.troubles["record"] = f"Not recorded: {answer.reason}"
            self._changed(live)

    async def _hand_over(self, child: Child) -> None:
        """Another worker watches: it gets every running call, the one with the nearest deadline first."""
        running = sorted(
            (one for one in self.calls.values() if one.ended is None), key=lambda one: _nearest(one.picture)
        )
        for start in range(0, len(running), 50):
            some = [one.call for one in running[start : start + 50]]
            found: dict[str, Stored] = await sync_to_async(stored_events)(some)
            for call in some:
                child.say(wire.Known(call, tuple(found[call].events) if call in found else ()))

    def _hear(self, report: wire.Report) -> None:
        match report:
            case wire.Picture():
                self._take_picture(report)
            case wire.Shown(_, event):
                self._write([event])
            case wire.Deed():
                self._later(self._act(report))
            case wire.Said(number):
                if (asked := self._asked.get(number)) is not None and not asked.done():
                    asked.set_result(report)

    def _take_picture(self, picture: wire.Picture) -> None:
        live = self.calls.get(picture.call)
        if live is None:
            return
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
        answer = await (self.lines if deed.call in self.lines else self.switch).ask(deed)
        if answer.trouble:
            live.troubles[deed.deed] = answer.trouble
        else:
            live.troubles.pop(deed.deed, None)
        self._write(answer.events)
        self._changed(live)

    def _write(self, events: Sequence[Event]) -> None:
        """Stores what live itself has to say; that it could not is seen, and tried no more."""
        received = [Received(SOURCE, event, SOURCE) for event in events]
        if received:
            self._later(self._written(received))

    async def _written(self, received: Sequence[Received]) -> None:
        answers = await written(lambda: self._writer.submit(received))
        refused = next((one for one in answers if one.outcome is Outcome.REFUSED), None)
        if refused is not None:
            _LOG.error("what a call's agent was shown was not recorded: %s", refused.reason)

    def _changed(self, live: Live) -> None:
        live.version += 1
        self.viewers.tell(live.call)

    def _forget(self, live: Live) -> None:
        self.calls.pop(live.call, None)
        self.workers.say(wire.Forget(live.call))
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
        task.add_done_callback(partial(_done, self._tasks))


def _done(tasks: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
    tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("something of a running call was not done: %s", type(error).__name__, exc_info=error)


def _nearest(picture: wire.Picture | None) -> Instant:
    due = picture.due if picture else ()
    deadlines = [0 if line.at_once else line.deadline for line in due]
    return min((one for one in deadlines if one is not None), default=1 << 62)


def sorted_calls(calls: Iterable[Live]) -> list[Live]:
    """The one that is nearest to a breach first; those that are over last."""
    return sorted(calls, key=lambda one: (one.ended is not None, _nearest(one.picture), one.call))
