"""Clearline's own stream, spoken over a real socket."""

import json
import socket
from typing import Any

import pytest
from tests.intake.streams.conftest import House
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection


def event(name: str, type_: str, second: int, call: str, **more: Any) -> dict[str, Any]:
    time = f"2026-11-01T10:{second // 60:02}:{second % 60:02}Z"
    return {
        "specversion": "1.0",
        "id": f"{call}-{name}",
        "source": "pbx",
        "type": type_,
        "time": time,
        "call": call,
        **more,
    }


def said(name: str, second: int, call: str, by: str, text: str, **more: Any) -> dict[str, Any]:
    return event(name, "utterance", second, call, data={"by": by, "text": text}, **more)


def ask(line: ClientConnection, told: Any) -> Any:
    line.send(json.dumps(told))
    return json.loads(line.recv(timeout=10))


def told_and_drained(line: ClientConnection, frames: list[str | bytes]) -> None:
    for frame in frames:
        line.send(frame)
    while True:
        line.recv(timeout=10)


def test_events_are_acknowledged_once_they_are_stored(house: House) -> None:
    with house.open("events?source=pbx") as line:
        assert ask(line, {"hello": {"call": "own-1"}}) == {"ack": 0}
        assert ask(line, {"n": 1, "events": [event("s", "call.started", 0, "own-1")]}) == {"ack": 1}
        assert [one["type"] for one in house.stored("own-1")] == ["call.started"]


def test_words_that_may_change_are_not_stored(house: House) -> None:
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "own-2"}})
        ask(line, {"n": 1, "events": [said("u", 3, "own-2", "agent", "this is", partial=True)]})
        assert house.stored("own-2") == []
        ask(line, {"n": 2, "events": [said("u", 3, "own-2", "agent", "this call is recorded")]})
        assert [one["data"]["text"] for one in house.stored("own-2")] == ["this call is recorded"]


def test_after_a_reconnect_the_sender_goes_on_where_it_was(house: House) -> None:
    frames = [{"n": n, "events": [said(f"u{n}", n, "own-3", "agent", f"word {n}")]} for n in range(1, 8)]
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "own-3"}})
        for frame in frames[:4]:
            ask(line, frame)
        line.socket.shutdown(socket.SHUT_RDWR)  # the network is gone, and nobody said goodbye
    with house.open("events?source=pbx") as line:
        assert ask(line, {"hello": {"call": "own-3", "resume": True}}) == {"ack": 4}
        assert ask(line, frames[3]) == {"ack": 4}  # sent again, which changes nothing
        for frame in frames[4:]:
            ask(line, frame)
    assert [one["data"]["text"] for one in house.stored("own-3")] == [f"word {n}" for n in range(1, 8)]


def test_a_fault_in_one_event_leaves_the_others(house: House) -> None:
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "own-4"}})
        bad = {"id": "x", "specversion": "1.0"}
        told = ask(line, {"n": 1, "events": [bad, event("s", "call.started", 0, "own-4")]})
        assert told["ack"] == 1
        assert [one["number"] for one in told["refused"]] == [1]
        assert len(house.stored("own-4")) == 1


def test_the_record_s_refusal_is_told(house: House) -> None:
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "own-5"}})
        ask(line, {"n": 1, "events": [said("u", 3, "own-5", "agent", "yes")]})
        ask(line, {"n": 2, "events": [said("u", 3, "own-5", "agent", "no")]})
        told = json.loads(line.recv(timeout=10))
        assert told["refused"][0]["status"] == "conflict"


def test_a_ping_is_answered(house: House) -> None:
    with house.open("events") as line:
        assert ask(line, {"ping": "a"}) == {"pong": "a"}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([b"\x00\x01"], 1003),
        (["no json"], 1007),
        (["{}"], 1007),
        (['{"n": 1, "events": []}'], 1007),
        (['{"hello": {"call": "own-6"}}', '{"n": 1, "events": []}', '{"n": 3, "events": []}'], 1007),
        (['{"hello": {"call": "own-6"}}', '{"hello": {"call": "own-6"}}'], 1007),
        (['{"hello": {"call": ""}}'], 1007),
        (["[" * 100_000], 1007),
        (["x" * 10_000_000], 1009),
        ([b"x" * 10_000_000], 1009),
    ],
)
def test_nonsense_ends_its_connection_with_a_reason_and_no_other(
    house: House, frames: list[str | bytes], code: int
) -> None:
    with house.open("events") as bystander, house.open("events") as line:
        with pytest.raises(ConnectionClosed) as closed:
            told_and_drained(line, frames)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code
        assert closed.value.rcvd.reason
        assert ask(bystander, {"ping": 1}) == {"pong": 1}


def test_a_newer_connection_takes_over(house: House) -> None:
    with (
        house.open("events?source=pbx") as old,
        house.open("events?source=pbx") as new,
        house.open("events?source=desk", house.other) as elsewhere,
    ):
        ask(old, {"hello": {"call": "own-7"}})
        ask(elsewhere, {"hello": {"call": "own-7"}})
        ask(new, {"hello": {"call": "own-7", "resume": True}})
        with pytest.raises(ConnectionClosed) as closed:
            old.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        assert ask(elsewhere, {"ping": 1}) == {"pong": 1}
        assert ask(new, {"ping": 1}) == {"pong": 1}


def test_whoever_may_not_write_is_not_let_in(house: House) -> None:
    for token, more in (
        (None, {}),
        ("cl_nobody", {}),
        (house.reader, {}),
        (house.token, {"headers": {"Origin": "https://shop.example"}}),
    ):
        with pytest.raises(InvalidStatus) as refused:
            house.open("events", token, **more)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["nothing", "events?call=a%20b", "events?nonsense=1", "events?by=nobody"])
def test_an_address_that_means_nothing_is_refused(house: House, path: str) -> None:
    with pytest.raises(InvalidStatus):
        house.open(path)


def test_clients_that_can_set_no_header_show_their_token_elsewhere(house: House) -> None:
    with house.open(f"events?token={house.token}", None) as line:
        assert ask(line, {"ping": 1}) == {"pong": 1}
    with house.open("events", None, subprotocols=["clearline", house.token]) as line:
        assert line.subprotocol == "clearline"
        assert ask(line, {"ping": 1}) == {"pong": 1}
