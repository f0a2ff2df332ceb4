"""Twilio's media streams, their dialects, and Genesys AudioHook, over real sockets and with their signatures."""

import hmac
import json
import subprocess
import sys
import time
import uuid
import wave
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.intake.streams.conftest import AUDIOHOOK, TWILIO, House
from tests.intake.streams.test_bad_clients import closed
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

SOUND = b64encode(b"\xff" * 160).decode()


def frames(call: str) -> list[dict[str, Any]]:
    """What Twilio sends for a call of 40 ms."""
    form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    start = {"accountSid": "AC1", "callSid": call, "streamSid": "MZ1", "mediaFormat": form}
    media = [
        {"track": track, "chunk": str(n), "timestamp": str(n * 20), "payload": SOUND}
        for n in (0, 1)
        for track in ("inbound", "outbound")
    ]
    told: list[dict[str, Any]] = [
        {"event": "start", "start": {**start, "tracks": ["inbound", "outbound"], "customParameters": {}}},
        *({"event": "media", "media": each} for each in media),
        {"event": "stop", "stop": {"accountSid": "AC1", "callSid": call}},
    ]
    numbered = [{"sequenceNumber": str(n), "streamSid": "MZ1", **one} for n, one in enumerate(told, 1)]
    return [{"event": "connected", "protocol": "Call", "version": "1.0.0"}, *numbered]


def signature(url: str, secret: str = TWILIO) -> dict[str, str]:
    mac = hmac.digest(secret.encode(), url.encode(), "sha1")
    return {"X-Twilio-Signature": b64encode(mac).decode()}


def test_twilio_signs_the_address_that_it_opens(house: House) -> None:
    with house.open("twilio", None, headers=signature(house.url("twilio"))) as line:
        for frame in frames("CA1"):
            line.send(json.dumps(frame))
        assert closed(line)[0] == 1000
    assert [one["type"] for one in house.ended("CA1")] == ["call.started", "call.ended"]


@pytest.mark.parametrize("loss", [0, 0.3])
def test_a_client_that_others_wrote_is_understood(house: House, tmp_path: Path, loss: float) -> None:
    recording = tmp_path / "speech.wav"
    with wave.open(str(recording), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\x00\x20" * 4000)
    call = f"double-{loss}"
    command = [
        *(str(Path(sys.executable).with_name("streamdouble")), "call", "--fork", "--track", "both"),
        *("--audio", str(recording), "--agent-audio", str(recording), "--param", f"call={call}"),
        *(
            "--packet-loss",
            str(loss),
            "--allow-no-audio",
            "--json",
            f"{house.url('twilio')}?token={house.token}",
        ),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    found = house.ended(call)
    assert [one["type"] for one in found] == ["call.started", "call.ended"]
    assert found[1]["at"] - found[0]["at"] >= 480_000  # of half a second at most the last piece is lost


def test_a_wrong_signature_opens_nothing(house: House) -> None:
    for headers in (signature(house.url("telnyx")), signature(house.url("twilio"), "another auth token")):
        with pytest.raises(InvalidStatus):
            house.open("twilio", None, headers=headers)


def test_telnyx_has_names_and_an_order_of_its_own(house: House) -> None:
    form = {"encoding": "PCMU", "sample_rate": 8000, "channels": 1}
    told: list[dict[str, Any]] = [
        {"event": "connected", "version": "1.0.0"},
        {
            "event": "media",
            "sequence_number": "3",
            "media": {"track": "inbound", "timestamp": "20", "payload": SOUND},
        },
        {
            "event": "start",
            "sequence_number": "1",
            "start": {"call_control_id": "v3:1", "media_format": form},
        },
        {
            "event": "media",
            "sequence_number": "2",
            "media": {"track": "inbound", "timestamp": "0", "payload": SOUND},
        },
        {"event": "stop", "sequence_number": "4", "stop": {"call_control_id": "v3:1"}},
    ]
    with house.open("telnyx") as line:
        for frame in told:
            line.send(json.dumps({"stream_id": "s-1", **frame}))
        assert closed(line)[0] == 1000
    house.ended("v3:1")


def test_a_codec_that_is_not_read_is_told_so(house: House) -> None:
    start = frames("CA2")[1]
    start["start"]["mediaFormat"]["encoding"] = "audio/opus"
    with house.open("twilio") as line:
        line.send(json.dumps(start))
        code, reason = closed(line)
    assert code == 1003
    assert "opus" in reason


class Genesys:
    """A client of AudioHook, as far as it is needed."""

    def __init__(self, line: ClientConnection, session: str) -> None:
        self.line, self.session = line, session
        self.seq, self.heard = 0, 0

    def send(self, type_: str, position: str = "PT0S", **parameters: Any) -> None:
        self.seq += 1
        told = {"version": "2", "id": self.session, "type": type_, "seq": self.seq, "serverseq": self.heard}
        self.line.send(json.dumps({**told, "position": position, "parameters": parameters}))

    def hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.line.recv(timeout=10))
        assert told["seq"] == self.heard + 1
        self.heard += 1
        return told

    def open(self, conversation: str, participant: str = "p-1", **more: Any) -> dict[str, Any]:
        person = {"id": participant, "ani": "", "aniName": "", "dnis": ""}
        media = [
            {"type": "audio", "format": "PCMU", "channels": channels, "rate": 8000}
            for channels in (["external"], ["external", "internal"])
        ]
        told = {
            "organizationId": "o-1",
            "conversationId": conversation,
            "participant": person,
            "media": media,
        }
        self.send("open", **{**told, **more})
        return self.hear()


@contextmanager
def genesys(
    house: House, secret: str = AUDIOHOOK, key: str = "genesys-eu", created: int = 0
) -> Iterator[Genesys]:
    """Signs and opens a session as Genesys does."""
    session, at = str(uuid.uuid4()), created or int(time.time())  # noqa: TID251 - the edge of the test
    headers = {
        "audiohook-organization-id": "o-1",
        "audiohook-session-id": session,
        "audiohook-correlation-id": "c-1",
        "x-api-key": key,
    }
    values = {"@request-target": "/live/in/audiohook", "@authority": f"127.0.0.1:{house.port}", **headers}
    parts = " ".join(f'"{name}"' for name in values)
    about = f'({parts});keyid="{key}";nonce="bm9uY2U=";alg="hmac-sha256";created={at};expires={at + 10}'
    lines = "\n".join(
        [*(f'"{name}": {value}' for name, value in values.items()), f'"@signature-params": {about}']
    )
    mac = b64encode(hmac.digest(b64decode(secret), lines.encode(), "sha256")).decode()
    signed = {"Signature-Input": f"sig1={about}", "Signature": f"sig1=:{mac}:", **headers}
    with house.open("audiohook", None, headers=signed) as line:
        yield Genesys(line, session)


def test_audiohook_from_open_to_close(house: House) -> None:
    with genesys(house) as client:
        opened = client.open("ah-1")
        assert opened["type"] == "opened"
        assert opened["parameters"]["media"][0]["channels"] == ["external", "internal"]
        for _ in range(5):
            client.line.send(b"\xff\x7f" * 1600)
        client.send("ping", "PT1S")
        assert client.hear()["type"] == "pong"
        client.send("paused", "PT1S")
        client.send("resumed", "PT1S", start="PT1S", discarded="PT4S")
        client.send("close", "PT5S", reason="end")
        told = client.hear()
        assert (told["type"], told["clientseq"]) == ("closed", client.seq)
        assert closed(client.line)[0] == 1000
    types = [one["type"] for one in house.ended("ah-1")]
    assert types == [
        *("call.started", "recording.started", "recording.paused"),
        *("recording.resumed", "recording.stopped", "call.ended"),
    ]
    at = {one["type"]: one["at"] for one in house.stored("ah-1")}
    assert at["recording.resumed"] - at["recording.paused"] == 4_000_000


def test_a_trial_of_the_connection_is_no_call(house: House) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    with genesys(house) as client:
        assert client.open(nobody, nobody)["type"] == "opened"
        client.send("ping")
        assert client.hear()["type"] == "pong"
        client.send("close", reason="end")
        assert client.hear()["type"] == "closed"
    assert house.stored(nobody) == []


def test_a_session_that_continues_another_is_the_same_call(house: House) -> None:
    with genesys(house) as client:
        client.open("ah-2")
        client.send("close", "PT2S", reason="reconnect")
        client.hear()
    with genesys(house) as client:
        client.open("ah-2", continuedSessions=[{"id": "s-0", "serverseq": 2, "clientseq": 2}])
        client.send("close", "PT4S", reason="end")
        client.hear()
    types = [one["type"] for one in house.ended("ah-2")]
    assert types.count("call.started") == types.count("call.ended") == 1


def test_whoever_does_not_sign_as_genesys_is_not_let_in(house: House) -> None:
    other = b64encode(b"another secret of the tests").decode()
    for more in ({"secret": other}, {"key": "genesys-us"}, {"created": 1_700_000_000}):
        with pytest.raises(InvalidStatus), genesys(house, **more):
            pass
    with pytest.raises(InvalidStatus):
        house.open("audiohook")  # a token is no signature


def test_a_number_left_out_ends_the_session(house: House) -> None:
    with genesys(house) as client:
        client.open("ah-3")
        client.seq += 1
        client.send("ping")
        code, reason = closed(client.line)
    assert code == 1007
    assert "message 3 came after message 1" in reason


def test_the_switch_is_asked_to_pause_and_what_it_does_is_stored(impatient: House) -> None:
    with genesys(impatient) as client:
        client.open("ah-4")
        assert [client.hear()["type"] for _ in range(2)] == ["pause", "resume"]
        client.send("paused", "PT1S")
        client.send("resumed", "PT1S", start="PT1S", discarded="PT2S")
        client.send("ping", "PT3S")
        assert client.hear()["type"] == "pong"
        client.send("close", "PT3S", reason="end")
        client.hear()
    types = [one["type"] for one in impatient.ended("ah-4")]
    assert types[2:4] == ["recording.paused", "recording.resumed"]
