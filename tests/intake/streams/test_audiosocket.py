"""Asterisk's AudioSocket over TCP."""

import socket
import uuid

import pytest
from tests.intake.streams.conftest import House


def packet(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


def announced(house: House, call: str, by: str = "customer") -> uuid.UUID:
    name = uuid.uuid4()
    told = house.post("audiosocket", {"uuid": str(name), "call": call, "by": by})
    assert told.status_code == 202
    return name


def is_closed(line: socket.socket) -> bool:
    line.settimeout(8)
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_call_comes_in_however_its_packets_are_cut(house: House) -> None:
    name = announced(house, "as-1")
    told = packet(0x01, name.bytes) + packet(0x10, b"\0" * 320) * 10 + packet(0x03, b"5") + packet(0x00)
    with socket.create_connection(("127.0.0.1", house.audiosocket)) as line:
        for byte in told[:60]:
            line.sendall(bytes([byte]))
        line.sendall(told[60:])
        assert is_closed(line)
    assert [one["type"] for one in house.ended("as-1")] == ["call.started", "call.ended"]


def test_a_call_of_two_legs_ends_with_the_last(house: House) -> None:
    names = [announced(house, "as-2", by) for by in ("agent", "customer")]
    with (
        socket.create_connection(("127.0.0.1", house.audiosocket)) as one,
        socket.create_connection(("127.0.0.1", house.audiosocket)) as other,
    ):
        one.sendall(packet(0x01, names[0].bytes))
        other.sendall(packet(0x01, names[1].bytes))
        house.until("as-2", lambda found: len(found) == 1)
        one.sendall(packet(0x00))
        assert is_closed(one)
        assert len(house.stored("as-2")) == 1
        other.sendall(packet(0x00))
        assert is_closed(other)
    house.ended("as-2")


@pytest.mark.parametrize(
    "told",
    [
        packet(0x01, uuid.uuid4().bytes),
        packet(0x10, b"\0" * 320),
        b"GET / HTTP/1.1\r\n\r\n",
        b"",
    ],
    ids=["announced by nobody", "sound first", "another protocol", "nothing at all"],
)
def test_what_was_not_announced_is_cut_off(house: House, told: bytes) -> None:
    with socket.create_connection(("127.0.0.1", house.audiosocket)) as line:
        line.sendall(told)
        assert is_closed(line)


def test_a_uuid_is_good_for_one_connection(house: House) -> None:
    name = announced(house, "as-3")
    with socket.create_connection(("127.0.0.1", house.audiosocket)) as line:
        line.sendall(packet(0x01, name.bytes))
        house.until("as-3", lambda found: len(found) == 1)
        with socket.create_connection(("127.0.0.1", house.audiosocket)) as thief:
            thief.sendall(packet(0x01, name.bytes))
            assert is_closed(thief)


def test_an_announcement_needs_a_token_and_sense(house: House) -> None:
    assert house.post("audiosocket", {"uuid": "x", "call": "c"}).status_code == 422
    assert house.post("audiosocket", {"uuid": str(uuid.uuid4()), "call": "c d"}).status_code == 422
    assert house.post("audiosocket", {}, headers={}).status_code == 401
