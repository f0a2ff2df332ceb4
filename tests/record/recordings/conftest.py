"""A spoken call made of tones, and a house that has taken it in: what was heard in it is said by the test."""

import math
import uuid
import wave
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from tests.record.conftest import LATER, NOON

from clearline.engine.events import SECOND, Instant
from clearline.formats.conversation import conversation
from clearline.formats.turns import Happening, Transcript, Turn
from clearline.record import jobs
from clearline.record.models import Recording
from clearline.record.recordings import actions
from clearline.record.recordings.ears import Ears, Heard
from clearline.record.recordings.hearing import hearing
from clearline.record.recordings.sealing import Incoming
from clearline.speech.sound import Sound, Span

RATE = 8_000
TURNS = (
    Turn("Thank you for calling Northwind, how can I help?", ("agent",), 1.0, 4.0),
    Turn("Where is my tent?", ("customer",), 5.0, 7.0),
    Turn("I refund you twenty dollars today.", ("agent",), 8.0, 11.0),
)
HIDDEN = ((1, Span(5.5, 6.5), "payment_card"),)
Add = Callable[..., Recording]
Hear = Callable[..., Recording]


def sound(seconds: float = 12.0) -> Sound:
    """Agent and customer as two tones that take turns, quiet where something is muted."""
    time = np.arange(int(seconds * RATE)) / RATE
    samples = np.zeros((2, len(time)), np.float32)
    for turn in TURNS:
        channel = 0 if turn.labels == ("agent",) else 1
        spoken = (time >= (turn.start or 0)) & (time < (turn.end or 0))
        samples[channel, spoken] = 0.5 * np.sin(2 * math.pi * 300 * time[spoken])
    for channel, span, _ in HIDDEN:
        samples[channel, int(span.start * RATE) : int(span.end * RATE)] = 0
    return Sound(samples, RATE)


def wav(seconds: float = 12.0) -> bytes:
    """The same as a file."""
    made, out = sound(seconds), BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((made.samples.T * 32_000).astype("<i2").tobytes())
    return out.getvalue()


def heard(
    turns: Sequence[Turn] = TURNS,
    kinds: Sequence[str] = ("payment_card",),
    blocked: str = "",
    happenings: Sequence[tuple[str, float]] = (),
) -> Heard:
    """What a recogniser would tell of it."""
    made = sound()
    told = Transcript(
        [Turn(one.text, one.labels, one.start, one.end) for one in turns],
        [Happening(*one) for one in happenings],
        about={"recorded": True},
    )
    return Heard(
        conversation("recording", told, {}),
        made.seconds,
        made.channels,
        None if blocked else made,
        ("agent", "customer"),
        HIDDEN,
        frozenset(kinds),
        blocked,
        "tones 1",
    )


def ears(told: Heard) -> Ears:
    """Ears that have heard this, once they could read the file."""

    def hear(path: Path, speakers: Sequence[str]) -> Heard:
        assert path.read_bytes()[:4] == b"RIFF"
        assert set(speakers) <= actions.SPEAKERS
        return told

    return hear


@pytest.fixture
def add(db: None) -> Add:  # noqa: ARG001 # opens the database
    def add(
        call: str = "c-1", data: bytes | None = None, began: Instant | None = NOON, at: Instant = LATER
    ) -> Recording:
        coming = Incoming(str(uuid.uuid4()))
        coming.take(wav() if data is None else data)
        coming.end()
        try:
            row, _ = actions.received(
                coming, call, began=began, speakers=["agent", "customer"], agent="a-1", actor="token-1", at=at
            )
        finally:
            coming.discard()
        return row

    return add


@pytest.fixture
def hear() -> Hear:
    """Does the job that waits for a recording, with what was heard in it."""

    def hear(
        row: Recording,
        told: Heard | None = None,
        *,
        until: Instant | None = None,
        at: Instant = LATER + SECOND,
    ) -> Recording:
        kind = hearing(ears(told or heard()), lambda _call, _at: until)
        assert jobs.work(lambda: at, {actions.HEAR: kind})
        row.refresh_from_db()
        return row

    return hear
