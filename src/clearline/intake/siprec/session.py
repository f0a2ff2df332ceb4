"""One recording: its lines, its sound on disk and for whoever listens, and what is told of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.rtp import RATE, Piece, packet_of
from clearline.formats.sdp import KEYS, MULAW, SOUND, MediaLine
from clearline.formats.siprec import Metadata
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Audio
from clearline.intake.siprec.arriving import ARRIVING, About, announce
from clearline.intake.siprec.bringing import ACTOR
from clearline.intake.siprec.lines import Line, Lines
from clearline.intake.siprec.ports import Ports
from clearline.intake.siprec.settings import Settings
from clearline.intake.siprec.wav import Wav, samples_of
from clearline.intake.streams.knocking import Who
from clearline.intake.streams.storing import Storing
from clearline.record.actions.append import Outcome
from clearline.record.receiving import Refusal

LONGEST: Final = 64  # characters of an agent's id
KEYS_TOLD: Final = 1_000  # presses of a call that are told
_LOG = logging.getLogger(__name__)


class Session:
    """From the first INVITE to the end. `name` tells several recordings of one call apart."""

    def __init__(
        self,
        call: str,
        name: str,
        home: Path,
        settings: Settings,
        storing: Storing,
        clock: Callable[[], Instant],
    ) -> None:
        self.talk, self._name = Talk(call), name
        self._home, self._settings, self._storing, self._clock = home, settings, storing, clock
        self._who = Who(ACTOR, settings.source)
        self.began = self.heard = clock()
        self.lines = Lines(settings)
        self.failed = ""  # why nothing more can be recorded
        self.paused: Instant | None = None
        self.over = False
        self._agent = ""
        self._untold: list[Event] = []
        self._metadata = Metadata()
        self._wav: Wav | None = None
        self._answered, self._pressed, self._changes, self._deeds = False, 0, 0, 0
        self._waiting: asyncio.Queue[list[Event]] = asyncio.Queue()
        self._telling: asyncio.Task[None] | None = None

    async def begin(
        self, offered: Sequence[MediaLine], metadata: Metadata, caller: str, ports: Ports
    ) -> None:
        """Opens ports and a file, and has it stored that the call is recorded; Refusal where any of it fails."""
        self._metadata = metadata
        if not await self.lines.offered(offered, ports, self._came):
            raise Refusal(503, "no port is free for sound")
        self.lines.described(metadata, caller)
        channels = self.lines.arrange()
        try:
            self._wav = Wav(self._home / ARRIVING / f"{self._name}.wav", channels)
            first = self._first()
            await asyncio.to_thread(announce, self._wav.path, self._about())
            await self._store(first)
        except OSError as error:
            self.drop()
            raise Refusal(503, f"the disk does not take it ({type(error).__name__})") from None
        except Refusal:
            self.drop()
            raise
        self._telling = asyncio.create_task(self._tell_on())
        if not self.lines.sending:
            self._pause(self.began)

    async def changed(
        self, offered: Sequence[MediaLine] | None, metadata: Metadata | None, caller: str, ports: Ports
    ) -> bool:
        """Takes what is new: lines come, go, fall silent; people, too. Whether there was a port for each line."""
        known = {line: line.media.sends for line in self.lines.open}
        done = offered is None or await self.lines.offered(offered, ports, self._came)
        if self.over:  # meanwhile
            self.lines.close()
            return False
        if metadata is not None:
            self._described(metadata, caller)
        self.lines.arrange()
        at = self._clock()
        self.heard = at
        for line, sent in known.items():
            if sent and not (line.port and line.media.sends):
                self._take(line, line.track.rest())
        if self.lines.sending and self.paused is not None:
            self._resume(at)
        elif not self.lines.sending and self.paused is None:
            self._pause(at)
        return done

    def _described(self, metadata: Metadata, caller: str) -> None:
        before = {one.key: one for one in self._metadata.participants if not one.left}
        self._metadata = metadata.after(self._metadata)
        now = {one.key: one for one in self._metadata.participants if not one.left}
        self.lines.described(self._metadata, caller)
        self._changes += 1
        at = self._clock()
        for key, type_ in (
            *((key, "call.party_joined") for key in now if key not in before),
            *((key, "call.party_left") for key in before if key not in now),
        ):
            who = now.get(key) or before[key]
            party = (who.address or who.name or key)[:64]
            self._tell(self.talk.event(type_, at, type_, self._name, self._changes, key, party=party))

    async def end(self, at: Instant, *, call_too: bool) -> None:
        """Closes all; the end is stored, and the file is whole, when this is over."""
        if self.over:
            return
        self.over = True
        for line in self.lines.every:
            self._take(line, line.track.rest())
        self.lines.close()
        self._tell(self._recording("stopped", at))
        if call_too:
            self._tell(self.talk.ended(at))
        await self._waiting.join()  # so whoever hears the file finds all that was told of it
        if self._telling is not None:
            self._telling.cancel()
        if self._wav is not None:
            try:
                await asyncio.to_thread(announce, self._wav.path, self._about())
                await asyncio.to_thread(self._wav.close)
            except OSError as error:
                _LOG.error("%s: the recording could not be closed: %s", self._name, type(error).__name__)

    def drop(self) -> None:
        """It never began."""
        self.over = True
        self.lines.close()
        if self._wav is not None:
            self._wav.drop()
            self._wav.path.with_suffix(".json").unlink(missing_ok=True)

    def _first(self) -> list[Event]:
        people = [
            {"by": by, "address": who.address, "name": who.name}
            for by, who in self.lines.people(self._metadata)
        ]
        started = self.talk.started(self.began, channel="voice", recorded=True, participants=people)
        agents = [one["address"].partition("@")[0] for one in people if one["by"] == "agent"]
        if len(agents) == 1 and 0 < len(agents[0]) <= LONGEST:
            self._agent = agents[0]
            started = msgspec.structs.replace(started, subjects={**started.subjects, "agent": agents[0]})
        return [started, self._recording("started", self.began)]

    def _came(self, line: Line, datagram: bytes, host: str) -> None:
        if self.over or self.failed or not line.media.sends:
            return  # what comes while a line is paused is not looked at
        if host != line.media.address and not self._settings.lets_in(host):
            return
        packet = packet_of(datagram)
        if packet is None:
            return
        at = self._clock()
        self.heard = at
        self._take(line, line.track.hear(packet, max(at - self.began, 0) * RATE // SECOND))

    def _take(self, line: Line, pieces: Sequence[Piece]) -> None:
        audio = []
        for piece in pieces:
            at = self.began + piece.start * SECOND // RATE
            if not self._answered:
                self._answered = True
                self._tell(self.talk.event("call.answered", at, "answered"))
            if piece.codec == KEYS:
                self._key(line, at)
            elif piece.codec in SOUND and piece.payload and line.channel is not None:
                sound = self._write(line.channel, piece)
                if sound and not piece.late:
                    encoding = MULAW if piece.codec == MULAW else "s16le"
                    audio.append(Audio(self.talk.call, line.role, at, encoding, RATE, sound))
        if audio:
            self._storing.hub.sound(audio)

    def _write(self, channel: int, piece: Piece) -> bytes:
        """Puts a piece where it belongs on disk; the bytes in which it is told, none where the disk is full."""
        assert self._wav is not None
        samples = samples_of(piece.codec, piece.payload)
        try:
            self._wav.put(channel, piece.start, samples)
        except OSError as error:
            self.failed = self.failed or f"the disk does not take it ({type(error).__name__})"
            return b""
        return piece.payload if piece.codec == MULAW else samples.tobytes()

    def _key(self, line: Line, at: Instant) -> None:
        self._pressed += 1
        if self._pressed <= KEYS_TOLD:
            self._tell(self.talk.event("key.pressed", at, "key", self._name, self._pressed, by=line.role))

    def _pause(self, at: Instant) -> None:
        self.paused = at
        self._tell(self._recording("paused", at))

    def _resume(self, at: Instant) -> None:
        self.paused = None
        self._tell(self._recording("resumed", at))

    def _recording(self, what: str, at: Instant) -> Event:
        self._deeds += 1  # what happens at one instant keeps its order
        return self.talk.event(f"recording.{what}", at, what, self._name, self._deeds, seq=self._deeds)

    def _about(self) -> About:
        return About(
            self.talk.call,
            self._settings.source,
            self.began,
            self.lines.channels(),
            self._agent,
            self._untold,
        )

    def _tell(self, event: Event) -> None:
        self._waiting.put_nowait([event])

    async def _tell_on(self) -> None:
        while True:
            events = await self._waiting.get()
            try:
                await self._store(events)
            except Refusal as refusal:
                self._untold += events
                _LOG.error("%s: %s is not stored yet: %s", self._name, events[0].type, refusal.reason)
            finally:
                self._waiting.task_done()

    async def _store(self, events: Sequence[Event]) -> None:
        for event, answer in await self._storing.store(self._who, events, ()):
            if answer.outcome not in {Outcome.STORED, Outcome.KNOWN}:
                _LOG.warning("%s: %s was not taken: %s", self._name, event.type, answer.reason)
