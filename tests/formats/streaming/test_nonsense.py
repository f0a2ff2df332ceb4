"""Whatever comes over a connection, it is heard or refused in one line; no card number stands in that."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import BEGAN

from clearline.formats.errors import StreamError
from clearline.formats.streaming.assemblyai import AssemblyAI
from clearline.formats.streaming.audiohook import AudioHook
from clearline.formats.streaming.contact_lens import ContactLens
from clearline.formats.streaming.deepgram import Deepgram
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.own import Own
from clearline.formats.streaming.told import Stream, Told
from clearline.formats.streaming.twilio import DIALECTS, MediaStream

STREAMS: dict[str, Callable[[], Stream]] = {
    "own": lambda: Own({}),
    "contact lens": ContactLens,
    "deepgram": lambda: Deepgram(Introduction()),
    "assemblyai": lambda: AssemblyAI(Introduction()),
    "audiohook": lambda: AudioHook(Introduction()),
    "twilio": lambda: MediaStream(Introduction()),
    "telnyx": lambda: MediaStream(Introduction(), DIALECTS["telnyx"]),
}
KEYS = [
    "type",
    "event",
    "hello",
    "n",
    "events",
    "ping",
    "channel",
    "channel_index",
    "start",
    "duration",
    "is_final",
    "metadata",
    "request_id",
    "alternatives",
    "words",
    "transcript",
    "word",
    "end",
    "id",
    "turn_order",
    "end_of_turn",
    "text",
    "media",
    "payload",
    "timestamp",
    "track",
    "streamSid",
    "callSid",
    "mediaFormat",
    "encoding",
    "sampleRate",
    "channels",
    "ContactId",
    "EventType",
    "Segments",
    "Transcript",
    "Utterance",
    "Content",
    "Id",
    "TranscriptId",
    "Records",
    "records",
    "kinesis",
    "data",
    "version",
    "seq",
    "serverseq",
    "position",
    "parameters",
    "conversationId",
    "call",
    "resume",
    "sequence_number",
]
WORDS = [
    "Results",
    "Turn",
    "Begin",
    "Termination",
    "Metadata",
    "UtteranceEnd",
    "start",
    "media",
    "stop",
    "connected",
    "open",
    "paused",
    "resumed",
    "close",
    "ping",
    "SEGMENTS",
    "COMPLETED",
    "2",
    "PT1S",
    "AAAA",
    "audio/x-mulaw",
    "c-1",
    "-1",
    "1",
]
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(-(1 << 70), 1 << 70), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(WORDS),
)  # fmt: skip
VALUES = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)
FRAMES = st.one_of(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6).map(json.dumps),
    VALUES.map(json.dumps),
    st.text(max_size=20),
    st.binary(max_size=20),
)
streams = pytest.mark.parametrize("name", STREAMS)


@streams
@given(frames=st.lists(FRAMES, min_size=1, max_size=4))
def test_whatever_comes_is_heard_or_refused(name: str, frames: list[Any]) -> None:
    stream = STREAMS[name]()
    refusal = _refusal(stream, *frames)
    assert "\n" not in refusal
    assert isinstance(stream.lost(BEGAN), Told)


@streams
def test_no_card_number_stands_in_a_refusal(name: str) -> None:
    card = "4111 1111 1111 1111"
    for frame in (
        card,
        json.dumps({"type": card, "event": card, "n": card, "ContactId": card, "EventType": 1}),
    ):
        assert "1111" not in _refusal(STREAMS[name](), frame)


def _refusal(stream: Stream, *frames: Any) -> str:
    """Why one of the frames is refused; empty where all are heard."""
    try:
        for frame in frames:
            stream.hear(frame, BEGAN)
    except StreamError as fault:
        return str(fault)
    return ""
