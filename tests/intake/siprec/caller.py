"""A sender of recording sessions, small enough to be told to do wrong."""

import json
import re
import socket
import sqlite3
import struct
import time
import uuid
import wave
from collections.abc import Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.test import override_settings
from numpy.typing import NDArray
from tests.formats.recording_sessions import KIND, SDP, XML, metadata, mixed, sdp

from clearline.config.home import Home
from clearline.formats.sip import Incoming, Message, datagram_of
from clearline.intake.siprec.wav import samples_of
from clearline.record.recordings.sealing import unsealed

STEP = 160  # samples of a packet
MULAW = np.argsort(samples_of("mulaw", bytes(range(256))), kind="stable")
VALUES = np.sort(samples_of("mulaw", bytes(range(256))))


def tone(frequency: float, seconds: float) -> bytes:
    """A tone in mu-law."""
    told = 12_000 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * 8000)) / 8000)
    return MULAW[np.clip(np.searchsorted(VALUES, told), 0, 255)].astype(np.uint8).tobytes()


class Caller:
    """One dialog, over UDP or TCP."""

    def __init__(self, port: int, *, tcp: bool = False, call: str = "") -> None:
        self.call, self.tag, self.to = call or f"c-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex, ""
        self.number, self.incoming, self.ports = 0, Incoming(), list[int]()
        self.line = socket.socket(type=socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
        self.line.settimeout(5)
        self.line.connect(("127.0.0.1", port))
        self.kind, self.heard = "TCP" if tcp else "UDP", list[Message]()
        self.sound = socket.socket(type=socket.SOCK_DGRAM)
        self.sent, self.origin = 0, time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self.sound.close()

    def written(self, method: str, body: bytes = b"", *, number: int = 0, **more: str) -> bytes:
        """A request; `more` are headers, an empty one is left out."""
        host, port = self.line.getsockname()
        headers = {
            "Via": f"SIP/2.0/{self.kind} {host}:{port};branch=z9hG4bK{uuid.uuid4().hex};rport",
            "From": f'"Recorder" <sip:sbc@sbc.example>;tag={self.tag}',
            "To": f"<sip:srs@clearline.example>{self.to}",
            "Call-ID": f"{self.call}@sbc",
            "CSeq": f"{number or self.number} {method}",
            "Contact": f"<sip:sbc@{host}:{port}>;+sip.src",
            "Require": "siprec" if method == "INVITE" else "",
            "Content-Type": KIND if body else "",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        first = f"{method} sip:srs@clearline.example SIP/2.0"
        return "\r\n".join([first, *lines, f"Content-Length: {len(body)}", "", ""]).encode() + body

    def send(self, told: bytes) -> None:
        self.line.sendall(told)

    def hear(self) -> Message:
        while not self.heard:
            piece = self.line.recv(65_536)
            assert piece, "the connection was closed"
            self.heard += self.incoming.hear(piece) if self.kind == "TCP" else [datagram_of(piece)]
        return self.heard.pop(0)

    def ask(self, method: str, body: bytes = b"", **more: Any) -> Message:
        """Sends a request and hears what it comes to."""
        self.number += 1
        self.send(self.written(method, body, **more))
        while (heard := self.hear()).status < 200:
            assert heard.status == 100
        return heard

    def ack(self) -> None:
        self.send(self.written("ACK"))

    def invite(self, body: bytes = b"", **more: Any) -> Message:
        """Opens or changes the recording, and acknowledges the answer."""
        heard = self.ask("INVITE", body or self.body(), **more)
        if heard.status == 200:
            self.to = ";" + heard.one("to").split(";", 1)[1]
            self.ports = [int(port) for port in re.findall(r"m=audio (\d+)", heard.body.decode())]
            self.ack()
        return heard

    def body(self, **told: Any) -> bytes:
        return mixed((SDP, sdp(**told)), (XML, metadata(session=self.call)))

    def speak(self, *lines: bytes, skip: Sequence[int] = (), pace: float = 0.02) -> None:
        """Sends sound on each line, packet by packet as time passes; those of `skip` get lost."""
        begins, before = time.monotonic(), self.sent
        for n in range(max(map(len, lines)) // STEP):
            for channel, told in enumerate(lines):
                payload = told[n * STEP : (n + 1) * STEP]
                if n not in skip and payload:
                    self.packet(channel, 0, before + n, payload)
            self.sent += 1
            time.sleep(max(0.0, begins + (n + 1) * pace - time.monotonic()))

    def packet(self, line: int, kind: int, number: int, payload: bytes, *, clock: int | None = None) -> None:
        clock = number * STEP if clock is None else clock
        head = struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, clock, 1000 + line)
        self.sound.sendto(head + payload, ("127.0.0.1", self.ports[line]))


class Kept:
    """A recording as the record has it: its row, and the samples that lie sealed."""

    def __init__(self, home: Path, row: sqlite3.Row) -> None:
        self.speakers, self.began, self.agent = json.loads(row["speakers"]), row["began"], row["agent"]
        with override_settings(HOME=Home(home)):
            sound = b"".join(unsealed(row["uid"], row["key"]))
        with wave.open(BytesIO(sound)) as file:
            assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
            told = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            self.samples: NDArray[np.int16] = told.reshape(-1, file.getnchannels()).T

    def loud(self, channel: int) -> list[tuple[float, float]]:
        """From when to when there is sound, in seconds; what is shorter than 15 ms is no silence."""
        places = np.flatnonzero(self.samples[channel])
        if not len(places):
            return []
        breaks = np.flatnonzero(np.diff(places) > 120)
        starts, ends = [places[0], *places[breaks + 1]], [*places[breaks], places[-1]]
        return [(float(a) / 8000, float(b + 1) / 8000) for a, b in zip(starts, ends, strict=True)]

    def pitch(self, channel: int, start: float, end: float) -> float:
        """The strongest frequency of a stretch."""
        told = self.samples[channel][int(start * 8000) : int(end * 8000)].astype(float)
        return float(np.argmax(np.abs(np.fft.rfft(told))) * 8000 / len(told))


def kept(home: Path, call: str) -> Kept:
    """The recording of a call, as soon as the record has it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{home / 'clearline.sqlite3'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            row = database.execute("SELECT * FROM record_recording WHERE call = ?", (call,)).fetchone()
        if row is not None:
            return Kept(home, row)
        time.sleep(0.05)
    raise AssertionError(f"no recording of {call} arrived")
