"""Clients that flood, fall silent, never close, or jump with their clocks: each ends alone."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.intake.streams.conftest import House
from tests.intake.streams.test_own import ask, event
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection


def drained(line: ClientConnection) -> None:
    while True:
        line.recv(timeout=20)


def closed(line: ClientConnection) -> tuple[int, str]:
    """How the server closes."""
    with pytest.raises(ConnectionClosed) as told:
        drained(line)
    assert told.value.rcvd is not None
    return told.value.rcvd.code, told.value.rcvd.reason


def test_who_floods_is_let_go_and_others_are_not_held_up(house: House) -> None:
    with house.open("events") as bystander, house.open("twilio") as line:
        frame = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        with suppress(ConnectionClosed):
            for _ in range(50_000):
                line.send(frame)
        began = time.monotonic()
        assert ask(bystander, {"ping": 1}) == {"pong": 1}
        assert time.monotonic() - began < 2
        assert closed(line) == (1008, "too many frames a second for too long")


def test_large_frames_count_as_many(house: House) -> None:
    with house.open("deepgram?call=flood-2") as line:
        frame = json.dumps({"type": "Nothing", "filling": "x" * 900_000})
        with suppress(ConnectionClosed):
            for _ in range(200):
                line.send(frame)
        assert closed(line)[0] == 1008


def test_a_silent_client_is_asked_and_stays_if_it_answers(impatient: House) -> None:
    with impatient.open("events") as line:
        for _ in range(3):
            assert json.loads(line.recv(timeout=10)) == {"ping": 0}
            line.send(json.dumps({"pong": 0}))
        assert ask(line, {"ping": 1}) == {"pong": 1}


def test_a_silent_client_that_does_not_answer_is_let_go(impatient: House) -> None:
    with impatient.open("events") as line:
        assert closed(line)[0] == 1008
    with impatient.open("assemblyai?call=silent-1") as line:
        assert closed(line) == (1008, "nothing was heard for 1 seconds")


def test_a_client_that_never_closes_is_let_go_when_its_call_has_ended(house: House) -> None:
    with house.open("assemblyai?call=never-1") as line:
        line.send(json.dumps({"type": "Begin", "id": "s-1", "expires_at": 0}))
        line.send(json.dumps({"type": "Termination"}))
        assert closed(line)[0] == 1000


def test_a_call_that_never_ends_stays_open_and_its_words_are_kept(house: House) -> None:
    with house.open("assemblyai?call=never-2&by=agent") as line:
        line.send(json.dumps({"type": "Begin", "id": "s-1", "expires_at": 0}))
        turn = {"type": "Turn", "turn_order": 0, "end_of_turn": True, "transcript": "hello"}
        words = [{"text": "hello", "start": 100, "end": 400, "confidence": 0.9}]
        line.send(json.dumps({**turn, "words": words}))
        house.until("never-2", lambda found: len(found) == 3)
    types = [one["type"] for one in house.stored("never-2")]
    assert types == ["call.started", "call.answered", "utterance"]


def test_a_clock_that_runs_ahead_is_told_of(house: House) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()  # noqa: TID251 - the edge of the test
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "clock-1"}})
        told: dict[str, Any] = {**event("s", "call.started", 0, "clock-1"), "time": ahead}
        assert ask(line, {"n": 1, "events": [told]}) == {"ack": 1}
        assert "clock" in json.loads(line.recv(timeout=10))["refused"][0]["reason"]


def test_while_the_record_is_busy_what_was_heard_waits(impatient: House) -> None:
    with impatient.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "busy-2"}})
        assert ask(line, {"n": 1, "events": [event("s", "call.started", 0, "busy-2")]}) == {"ack": 1}
    assert len(impatient.stored("busy-2")) == 1


def test_where_it_stays_busy_the_sender_is_told_to_come_again(impatient: House) -> None:
    frame = {"n": 1, "events": [event("s", "call.started", 0, "busy-3")]}
    with impatient.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": "busy-3"}})
        line.send(json.dumps(frame))
        assert closed(line) == (1013, "the record can't be written now")
    with impatient.open("events?source=pbx") as line:
        assert ask(line, {"hello": {"call": "busy-3", "resume": True}}) == {"ack": 0}
        assert ask(line, frame) == {"ack": 1}
