"""What recognisers hear, sent over real sockets as they send it."""

import json
from typing import Any

import pytest
from tests.intake.streams.conftest import House
from tests.intake.streams.test_bad_clients import closed
from tests.intake.streams.test_own import ask, event


def result(text: str, start: float, channel: int = 0, *, final: bool = True, **more: Any) -> str:
    words = [
        {"word": word, "start": start + n * 0.3, "end": start + n * 0.3 + 0.25, "confidence": 0.9}
        for n, word in enumerate(text.split())
    ]
    told = {
        "type": "Results",
        "channel_index": [channel, 2],
        "start": start,
        "duration": max(0.3 * len(words), 0.1),
        "is_final": final,
        "speech_final": final,
        "channel": {"alternatives": [{"transcript": text, "confidence": 0.9, "words": words}]},
        "metadata": {"request_id": "r-1"},
    }
    return json.dumps({**told, **more})


def told(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["data"]["by"], one["data"]["text"]) for one in found if one["type"] == "utterance"]


def test_deepgram_on_both_channels_with_words_that_change(house: House) -> None:
    address = "deepgram?call=dg-1&speakers=0:agent,1:customer"
    with house.open(address) as line:
        line.send(result("this car is", 0.5, final=False))
        line.send(result("hello", 0.4, 1))
        line.send(result("this call is recorded", 0.5))  # came later, and was said a little earlier
        line.send(json.dumps({"type": "Metadata", "request_id": "r-1", "duration": 3.0}))
        assert closed(line)[0] == 1000
    found = house.ended("dg-1")
    assert [one["type"] for one in found] == [
        "call.started",
        "call.answered",
        "utterance",
        "utterance",
        "call.ended",
    ]
    assert told(found) == [("customer", "hello"), ("agent", "this call is recorded")]
    assert found[1]["at"] == found[2]["at"]


def test_deepgram_goes_on_after_the_connection_broke(house: House) -> None:
    address = "deepgram?call=dg-2&by=agent"
    with house.open(address) as line:
        line.send(result("one", 1))
        house.until("dg-2", lambda found: len(found) == 3)
        line.socket.close()
    with house.open(address) as line:
        line.send(result("one", 1))  # sent again
        line.send(result("two", 2))
        line.send(json.dumps({"type": "Metadata"}))
        closed(line)
    found = house.ended("dg-2")
    assert told(found) == [("agent", "one"), ("agent", "two")]
    spoken = [one["at"] for one in found if one["type"] == "utterance"]
    assert spoken[1] - spoken[0] == 1_000_000


def test_two_sessions_of_assemblyai_are_one_call_which_ends_with_the_last(house: House) -> None:
    def turn(n: int, text: str, *, ends: bool) -> str:
        words = [
            {"text": word, "start": 1000 * n + 300 * k, "end": 1000 * n + 300 * k + 200, "confidence": 0.8}
            for k, word in enumerate(text.split())
        ]
        shown = text if ends else " ".join(text.split()[:-1])
        body = {"turn_order": n, "end_of_turn": ends, "transcript": shown, "words": words}
        return json.dumps({"type": "Turn", "turn_is_formatted": False, **body})

    with (
        house.open("assemblyai?call=aai-1&by=agent&leg=agent") as agent,
        house.open("assemblyai?call=aai-1&by=customer&leg=customer") as customer,
    ):
        agent.send(json.dumps({"type": "Begin", "id": "s-agent"}))
        customer.send(json.dumps({"type": "Begin", "id": "s-customer"}))
        agent.send(turn(0, "this call is", ends=False))
        agent.send(turn(0, "this call is recorded", ends=True))
        customer.send(turn(2, "all right", ends=True))
        house.until("aai-1", lambda found: len(told(found)) == 2)
        agent.send(json.dumps({"type": "Termination"}))
        closed(agent)
        assert all(one["type"] != "call.ended" for one in house.stored("aai-1"))
        customer.send(json.dumps({"type": "Termination"}))
        closed(customer)
    found = house.ended("aai-1")
    assert sorted(told(found)) == [("agent", "this call is recorded"), ("customer", "all right")]


def test_the_older_version_of_assemblyai_is_told_so(house: House) -> None:
    with house.open("assemblyai?call=aai-2") as line:
        line.send(json.dumps({"message_type": "PartialTranscript", "text": "hello"}))
        assert closed(line)[0] == 1003


def record(contact: str, type_: str = "SEGMENTS", **segments: Any) -> dict[str, Any]:
    told = {"Version": "1.0.0", "Channel": "VOICE", "ContactId": contact, "LanguageCode": "en-US"}
    return {**told, "EventType": type_, "Segments": [{name: one} for name, one in segments.items()]}


def words(name: str, begin: int, role: str = "AGENT", **text: str) -> dict[str, Any]:
    return {
        "ParticipantId": role,
        "ParticipantRole": role,
        "BeginOffsetMillis": begin,
        "EndOffsetMillis": begin + 900,
        **text,
        **({"TranscriptId": name, "Id": f"p-{name}"} if "PartialContent" in text else {"Id": name}),
    }


def test_contact_lens_over_http(house: House) -> None:
    first = house.post("contact-lens", record("cl-1", "STARTED"))
    assert first.status_code == 202
    assert first.json()["results"] == [{"id": "cl-1-started", "status": "stored"}]
    partial = record("cl-1", Utterance=words("t1", 1_000, PartialContent="this car"))
    assert house.post("contact-lens", partial).json() == {"results": []}
    some = [
        record("cl-1", Transcript=words("t1", 1_000, Content="This call is recorded.")),
        record("cl-1", Transcript=words("t2", 2_500, "CUSTOMER", Content="Fine."), Categories={}),
        record("cl-1", "COMPLETED"),
    ]
    assert {one["status"] for one in house.post("contact-lens", some).json()["results"]} == {"stored"}
    again = house.post("contact-lens", some[:2]).json()
    assert {one["status"] for one in again["results"]} <= {"known"}
    assert told(house.stored("cl-1")) == [("agent", "This call is recorded."), ("customer", "Fine.")]


def test_contact_lens_over_a_websocket(house: House) -> None:
    with house.open("contact-lens") as line:
        line.send(json.dumps(record("cl-2", "STARTED")))
        line.send(json.dumps(record("cl-2", Transcript=words("t1", 500, Content="Hello."))))
        line.send(json.dumps(record("cl-2", "COMPLETED")))
        assert told(house.ended("cl-2")) == [("agent", "Hello.")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 422),
        (b"\xff\xfe", 400),
        (b'{"ContactId": "c"}', 422),
        (b'{"Records": [{"kinesis": {"data": "%%%"}}]}', 422),
        (b" " * 2_000_000, 413),
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(house: House, body: bytes, status: int) -> None:
    answer = house.post("contact-lens", body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_records_need_a_token(house: House) -> None:
    headers = {"authorization": "Bearer cl_nobody"}
    assert house.post("contact-lens", record("cl-3"), headers=headers).status_code == 401
    assert house.post("contact-lens", record("cl-3"), headers={}).status_code == 401


def started_before(house: House, call: str) -> int:
    """A call whose start the record knows, and this process's streams do not, as after a restart."""
    with house.open("events?source=pbx") as line:
        ask(line, {"hello": {"call": call}})
        ask(line, {"n": 1, "events": [event("started", "call.started", 0, call)]})
    return int(house.stored(call)[0]["at"])


def test_what_the_record_knows_of_a_call_s_course_is_not_told_again(house: House) -> None:
    began = started_before(house, "restart-1")
    with house.open("deepgram?call=restart-1&by=agent&source=pbx") as line:
        line.send(result("one", 1))
        found = house.until("restart-1", lambda found: len(found) == 3)
    assert [one["at"] for one in found if one["type"] == "call.started"] == [began]


def test_a_contact_keeps_its_clock_over_a_restart(house: House) -> None:
    began = started_before(house, "restart-2")
    told = record("restart-2", Transcript=words("t1", 2_000, Content="Hello."))
    house.post("contact-lens?source=pbx", told)
    assert house.stored("restart-2")[-1]["at"] == began + 2_000_000
