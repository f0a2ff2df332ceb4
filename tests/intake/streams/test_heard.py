"""A call that only sound tells of: spoken over a media stream, heard while it lasts, and judged by its words."""

import json
import os
import re
import signal
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.intake.streams.conftest import House, free_port, made, running
from tests.intake.streams.test_bad_clients import closed
from tests.intake.streams.test_media import frames
from tests.speech.spoken import CARD, call, telephone

from clearline.engine import topics

RATE, PIECE = 8_000, 160
TRACKS = {"outbound": telephone(call().channel(0)), "inbound": telephone(call().channel(1))}
KILLED = 22.0  # seconds into the call at the earliest: the card number was said, and heard


class Played(NamedTuple):
    """What became of the call."""

    house: House
    events: list[dict[str, Any]]
    children: list[int]  # who heard before the one that was killed, and after it
    closed: int

    def words(self, by: str) -> str:
        return " ".join(one["data"]["text"] for one in self.spoken(by)).lower()

    def spoken(self, by: str = "") -> list[dict[str, Any]]:
        return [one for one in self.events if one["type"] == "utterance" and by in one["data"]["by"]]


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    serve = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    yield from running(home, made(home), serve, port, CLEARLINE_HEAR="yes")


def child(house: House) -> int | None:
    """The process of the server that hears."""
    home = f"CLEARLINE_HOME={house.database.parent}".encode()
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it is gone, or somebody else's
            if (
                b"clearline.live.ear\0" in (one / "cmdline").read_bytes()
                and home in (one / "environ").read_bytes()
            ):
                return int(one.name)
    return None


def until_child(house: House, before: int | None = None) -> int:
    deadline = time.monotonic() + 60
    while (found := child(house)) in {None, before}:
        assert time.monotonic() < deadline, "nobody hears"
        time.sleep(0.1)
    assert found is not None
    return found


def spoken(line: Any, name: str, at: Any) -> None:
    """Both tracks in real time; `at` is called with the seconds that were sent."""
    connected, start, *_, stop = frames(name)
    line.send(json.dumps(connected))
    line.send(json.dumps(start))
    begun = time.monotonic()
    for place in range(0, len(TRACKS["inbound"]), PIECE):
        time.sleep(max(0.0, begun + place / RATE - time.monotonic()))
        for track, sound in TRACKS.items():
            media = {
                "track": track,
                "timestamp": str(place // 8),
                "payload": b64encode(sound[place : place + PIECE]).decode(),
            }
            line.send(json.dumps({"event": "media", "streamSid": "MZ1", "media": media}))
        at(place / RATE)
    line.send(json.dumps(stop))


@pytest.fixture(scope="module")
def played(hearing: House) -> Played:
    """The demo's call over Twilio's protocol; whoever hears it is killed in its midst."""
    assert child(hearing) is None, "somebody listens before there is sound"
    children: list[int] = []

    def kill(second: float) -> None:
        if second >= KILLED and second % 0.5 == 0 and not children and topics.CARD in told():
            children.append(until_child(hearing))
            os.kill(children[0], signal.SIGKILL)

    def told() -> str:
        return json.dumps(hearing.stored("CA-heard"))

    with hearing.open("twilio") as line:
        spoken(line, "CA-heard", kill)
        code, _ = closed(line)
    assert children, "the card number was not heard while the call lasted"
    children.append(until_child(hearing, children[0]))
    hearing.ended("CA-heard")
    deadline = time.monotonic() + 60
    while "cancel" not in told():
        assert time.monotonic() < deadline, told()
        time.sleep(0.2)
    return Played(hearing, hearing.stored("CA-heard"), children, code)


def test_what_is_spoken_is_the_transcript_of_the_call(played: Played) -> None:
    assert "harbor" in played.words("agent")
    assert "is recorded" in played.words("agent")
    assert "order 17" in played.words("customer")
    first = played.spoken("agent")[0]["data"]
    assert first["seconds"] > 3
    assert all(len(word) == 4 and 0 <= word[1] <= word[2] and 0 <= word[3] <= 1 for word in first["words"])


def test_a_spoken_card_number_is_nowhere_in_the_database(played: Played) -> None:
    (said,) = [one["data"] for one in played.spoken("customer") if topics.CARD in json.dumps(one["data"])]
    assert "xxxx" in said["text"]
    assert "xxxx" in [word[0] for word in said["words"]]
    for part in played.house.database.parent.glob("clearline.sqlite3*"):
        told = re.sub(rb"[\s,.\-]|\\n", b"", part.read_bytes())
        assert CARD[:10].encode() not in told, part
        assert b"fiveonezerofive" not in told.lower(), part


def test_who_hears_may_die_and_neither_the_connection_nor_the_rest_of_the_call_does(played: Played) -> None:
    before, after = played.children
    assert before != after
    assert played.closed == 1000
    assert "went through" in played.words("agent")
