"""Sound over Twilio's streams, AudioHook and AudioSocket: placed right however it is cut."""

import json
import uuid
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import BEGAN, heard

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import LargeFrameError, StreamError, UnsupportedError
from clearline.formats.streaming.audiohook import AudioHook
from clearline.formats.streaming.audiosocket import AudioSocket, Leg
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.told import Audio, Frame, Told
from clearline.formats.streaming.twilio import DIALECTS, MediaStream

NAME = uuid.UUID(int=7)
LINEAR = 2  # bytes of a sample


def pieces(told: list[Told]) -> dict[str, list[Audio]]:
    found: dict[str, list[Audio]] = {}
    for one in told:
        for audio in one.audio:
            found.setdefault(audio.by, []).append(audio)
    return found


def whole(told: list[Told]) -> dict[str, tuple[Instant, bytes]]:
    """Where each speaker's sound begins, and all of it; what follows must follow without a gap."""
    out = {}
    for by, some in pieces(told).items():
        at = some[0].at
        for audio in some:
            assert abs(audio.at - at) <= 1  # a microsecond of rounding
            size = LINEAR if audio.encoding == "s16le" else 1
            at = audio.at + round(len(audio.payload) / size / audio.rate * SECOND)
        out[by] = (some[0].at, b"".join(audio.payload for audio in some))
    return out


@st.composite
def cuts(draw: st.DrawFn, payload: bytes, unit: int) -> list[bytes]:
    out = []
    while payload:
        size = unit * draw(st.integers(1, max(1, len(payload) // unit)))
        out.append(payload[:size])
        payload = payload[size:]
    return out


def start(**more: Any) -> dict[str, Any]:
    form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    return {"event": "start", "streamSid": "MZ1", "start": {"callSid": "CA1", "mediaFormat": form, **more}}


def media(at: int, payload: bytes, track: str = "inbound", **more: Any) -> dict[str, Any]:
    told = {"track": track, "timestamp": str(at), "payload": b64encode(payload).decode()}
    return {"event": "media", "streamSid": "MZ1", "media": told, **more}


def lines(*told: dict[str, Any]) -> list[Frame]:
    return [json.dumps(one) for one in told]


@given(st.data(), st.binary(min_size=8, max_size=800).map(lambda b: b[: len(b) // 8 * 8]))
def test_a_media_stream_is_the_same_however_it_is_cut(data: st.DataObject, payload: bytes) -> None:
    told, at = [start()], 0
    for piece in data.draw(cuts(payload, 8)):  # whole milliseconds
        told.append(media(at, piece))
        at += len(piece) // 8
    assert whole(heard(MediaStream(Introduction()), lines(*told))) == {"customer": (BEGAN, payload)}


def test_lost_sound_leaves_a_gap_and_each_track_has_its_speaker() -> None:
    told = heard(
        MediaStream(Introduction()),
        lines(start(), media(0, b"a"), media(60, b"b"), media(20, b"c", "outbound")),
    )
    assert [audio.at - BEGAN for audio in pieces(told)["customer"]] == [0, 60_000]
    assert [audio.at - BEGAN for audio in pieces(told)["agent"]] == [20_000]
    turned = heard(
        MediaStream(Introduction()), lines(start(customParameters={"inbound": "agent"}), media(0, b"a"))
    )
    assert list(pieces(turned)) == ["agent"]


def test_frames_of_twilio_come_in_order_and_those_of_telnyx_need_not() -> None:
    told = lines(
        media(20, b"b", sequenceNumber="3"),
        {**start(), "sequenceNumber": "1"},
        media(0, b"a", sequenceNumber="2"),
    )
    with pytest.raises(StreamError):
        heard(MediaStream(Introduction()), told)
    with pytest.raises(StreamError):
        heard(MediaStream(Introduction()), [told[1], told[1]])
    with pytest.raises(StreamError):
        heard(MediaStream(Introduction()), [told[1], told[2], told[2]])
    mixed = MediaStream(Introduction("c-1"), DIALECTS["telnyx"])
    assert sorted(audio.payload for audio in pieces(heard(mixed, told))["customer"]) == [b"a", b"b"]


def test_keys_that_were_pressed_are_nowhere() -> None:
    told = heard(
        MediaStream(Introduction()),
        lines(start(), {"event": "dtmf", "dtmf": {"digit": "4"}, "streamSid": "MZ1"}),
    )
    assert told[-1] == Told()


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (start(mediaFormat={"encoding": "audio/opus"}), UnsupportedError),
        (start(mediaFormat={"channels": 2}), UnsupportedError),
        (start(mediaFormat={"sampleRate": 1}), UnsupportedError),
        (start(mediaFormat=1), StreamError),
        (start(callSid=""), StreamError),
        (media(0, b"a"), StreamError),
        ({"event": 1}, StreamError),
    ],
)
def test_a_stream_that_can_not_be_read_is_refused(frame: dict[str, Any], fault: type[StreamError]) -> None:
    with pytest.raises(fault):
        MediaStream(Introduction()).hear(json.dumps(frame), BEGAN)


@pytest.mark.parametrize(
    "frame",
    [
        media(-1, b"a"),
        media(90_000_000, b"a"),
        media(0, b""),
        media(0, b"a", streamSid="MZ2"),
        start(),
        {"event": "media", "media": {"payload": "%", "timestamp": 0}},
    ],
)
def test_sound_that_makes_no_sense_is_refused(frame: dict[str, Any]) -> None:
    stream = MediaStream(Introduction())
    heard(stream, lines(start()))
    with pytest.raises(StreamError):
        stream.hear(json.dumps(frame), BEGAN)


class Client:
    """Numbers the messages of an AudioHook client."""

    def __init__(self) -> None:
        self.seq = 0

    def say(self, type_: str, position: str = "PT0S", **parameters: Any) -> str:
        self.seq += 1
        told = {"version": "2", "id": "s-1", "type": type_, "seq": self.seq, "serverseq": 0}
        return json.dumps({**told, "position": position, "parameters": parameters})

    def open(self, *channels: list[str], **more: Any) -> str:
        forms = channels or (["external", "internal"],)
        media = [{"type": "audio", "format": "PCMU", "channels": each, "rate": 8000} for each in forms]
        return self.say(
            "open", **{"conversationId": "c-1", "participant": {"id": "p"}, "media": media, **more}
        )


@given(st.data(), st.binary(min_size=2, max_size=800).map(lambda b: b[: len(b) // 2 * 2]))
def test_audiohook_s_sound_is_the_same_however_it_is_cut(data: st.DataObject, payload: bytes) -> None:
    told = heard(AudioHook(Introduction()), [Client().open(), *data.draw(cuts(payload, 2))])
    assert whole(told) == {"customer": (BEGAN, payload[::2]), "agent": (BEGAN, payload[1::2])}


def test_what_was_discarded_took_its_time() -> None:
    client, stream = Client(), AudioHook(Introduction())
    heard(stream, [client.open(), b"ab" * 8000, client.say("paused", "PT1S")])
    assert stream.hear(b"ab", BEGAN).audio == ()  # what was under way
    heard(stream, [client.say("resumed", "PT1S", start="PT1S", discarded="PT2.5S")])
    heard(stream, [client.say("discarded", "PT3.5S", start="PT3.5S", discarded="PT0.5S")])
    assert [audio.at - BEGAN for audio in stream.hear(b"ab", BEGAN).audio] == [4 * SECOND, 4 * SECOND]


def test_a_deed_is_asked_for_and_its_answer_is_an_event() -> None:
    client, stream = Client(), AudioHook(Introduction())
    with pytest.raises(StreamError):
        stream.order("pause")
    heard(stream, [client.open()])
    (asked,) = stream.order("pause").replies
    assert json.loads(asked) == {
        "version": "2",
        "id": "s-1",
        "type": "pause",
        "seq": 2,
        "clientseq": 1,
        "parameters": {},
    }
    told = heard(stream, [client.say("paused", "PT1S"), client.say("paused", "PT1S")])
    assert [event.type for one in told for event in one.events] == ["recording.paused"]
    with pytest.raises(ValueError, match="delete"):
        stream.order("delete")


def test_only_sound_that_can_be_read_is_chosen() -> None:
    one = heard(AudioHook(Introduction()), [Client().open(["external"], ["internal"])])
    assert json.loads(str(one[0].replies[0]))["parameters"]["media"][0]["channels"] == ["external"]
    for media in ([], [{"type": "audio", "format": "L16", "channels": ["external"], "rate": 8000}], 1):
        with pytest.raises(StreamError):
            heard(AudioHook(Introduction()), [Client().open(media=media)])


@pytest.mark.parametrize(
    "spoilt",
    [
        {"version": "1"},
        {"id": "s-2"},
        {"seq": 5},
        {"seq": 1},
        {"serverseq": 9},
        {"position": "1s", "type": "paused"},
    ],
)
def test_a_message_out_of_its_place_is_refused(spoilt: dict[str, Any]) -> None:
    client, stream = Client(), AudioHook(Introduction())
    heard(stream, [client.open()])
    with pytest.raises(StreamError):
        stream.hear(json.dumps({**json.loads(client.say("ping")), **spoilt}), BEGAN)


def packet(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


def socket() -> AudioSocket:
    return AudioSocket({NAME: Leg("c-1", "agent")}.get)


@given(st.data(), st.binary(min_size=2, max_size=800).map(lambda b: b[: len(b) // 2 * 2]))
def test_an_audiosocket_is_the_same_however_its_bytes_are_cut(data: st.DataObject, payload: bytes) -> None:
    packets = [packet(0x10, piece) for piece in data.draw(cuts(payload, 2))]
    stream = packet(0x01, NAME.bytes) + b"".join(packets) + packet(0x00)
    line = socket()
    answers = [line.hear(piece, BEGAN) for piece in data.draw(cuts(stream, 1))]
    assert whole(answers) == {"agent": (BEGAN, payload)}
    assert [event.type for one in answers for event in one.events] == ["call.started", "call.ended"]
    assert answers[-1].closes


def test_a_pause_on_the_wire_is_a_pause_of_the_call() -> None:
    stream = socket()
    stream.hear(packet(0x01, NAME.bytes) + packet(0x10, b"\0" * 320), BEGAN)
    (late,) = stream.hear(packet(0x10, b"\0" * 320), BEGAN + 60 * SECOND).audio
    assert late.at == BEGAN + 60 * SECOND - 20_000


@pytest.mark.parametrize(
    "told", [packet(0x10, b"ab"), packet(0x01, b"short"), packet(0x01, uuid.UUID(int=8).bytes), b"GET / HTTP"]
)
def test_what_nobody_announced_is_not_heard(told: bytes) -> None:
    with pytest.raises(StreamError):
        socket().hear(told, BEGAN)


@pytest.mark.parametrize("told", [packet(0x10, b"abc"), packet(0x77), packet(0x01, NAME.bytes)])
def test_packets_that_make_no_sense_are_refused(told: bytes) -> None:
    with pytest.raises(StreamError):
        socket().hear(packet(0x01, NAME.bytes) + told, BEGAN)


def test_large_frames_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(LargeFrameError):
        MediaStream(Introduction()).hear("x" * 10_000_000, BEGAN)
    stream = AudioHook(Introduction())
    heard(stream, [Client().open()])
    with pytest.raises(LargeFrameError):
        stream.hear(b"x" * 70_000, BEGAN)
