"""Clearline's own stream: numbered frames, marks, words that may change."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import Said, heard, names, partials, standing, talks

from clearline.formats.streaming.own import Mark, Own

HELLO = json.dumps({"hello": {"call": "c-1", "resume": True}})


def event(said: Said, n: int, **more: Any) -> dict[str, Any]:
    second = f"{said.start:09.6f}"
    data = {"by": ("agent", "customer")[said.channel], "text": " ".join(said.words)}
    time = f"2026-11-01T10:{int(said.start) // 60:02}:{float(second) % 60:09.6f}Z"
    told = {
        "specversion": "1.0",
        "id": f"u{n}",
        "source": "pbx",
        "type": "utterance",
        "time": time,
        "call": "c-1",
    }
    return {**told, "data": data, **more}


@given(st.data(), talks())
def test_the_same_talk_is_told_the_same_in_whatever_frames(data: st.DataObject, talk: list[Said]) -> None:
    whole = json.dumps({"n": 1, "events": [event(said, n) for n, said in enumerate(talk)]})
    plain = heard(Own({}), [HELLO, whole])
    events = []
    for n, said in enumerate(talk):
        if data.draw(st.booleans()):
            events.append(event(said, n, data={"by": "agent", "text": "um"}, partial=True))
        events.append(event(said, n))
    frames, number = [HELLO], 0
    while events:
        size, number = data.draw(st.integers(1, 3)), number + 1
        frames.append(json.dumps({"n": number, "events": events[:size]}))
        events = events[size:]
    other = heard(Own({}), frames)
    assert (standing(other), names(other)) == (standing(plain), names(plain))
    assert {one.id for one in partials(other)} <= set(names(other))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_wherever_the_connection_breaks_each_event_is_told_once_it_is_stored(breaks: list[int]) -> None:
    marks: dict[str, Mark] = {}
    sent = [json.dumps({"n": n, "events": [event(Said(0, n, ("w",)), n)]}) for n in range(1, 21)]
    told, stored = [], 0
    for size in [*breaks, 20]:
        stream = Own(marks)
        (hello,) = heard(stream, [HELLO])
        assert hello.replies == [json.dumps({"ack": stored}, separators=(",", ":"))]
        if some := sent[stored : stored + size]:
            told += heard(stream, some)
            stream.stored()
        stored = min(stored + size, 20)
    assert names(told) == [f"u{n}" for n in range(1, 21)]


def test_a_stream_that_begins_anew_is_not_confused_with_the_one_before() -> None:
    marks: dict[str, Mark] = {}
    old, new = Own(marks), Own(marks)
    heard(old, [HELLO, json.dumps({"n": 1, "events": []}), json.dumps({"n": 2, "events": []})])
    heard(new, [json.dumps({"hello": {"call": "c-1"}}), json.dumps({"n": 1, "events": []})])
    new.stored()
    old.stored()  # its commit came late
    (hello,) = heard(Own(marks), [HELLO])
    assert hello.replies == ['{"ack":1}']


def test_a_mark_does_not_go_back() -> None:
    marks: dict[str, Mark] = {}
    old, new = Own(marks), Own(marks)
    heard(old, [HELLO, json.dumps({"n": 1, "events": []})])
    heard(new, [HELLO, *(json.dumps({"n": n, "events": []}) for n in (1, 2))])
    new.stored()
    old.stored()  # its commit came late
    assert heard(Own(marks), [HELLO])[0].replies == ['{"ack":2}']


def test_what_is_no_event_is_refused_and_named() -> None:
    good = event(Said(0, 1.0, ("w",)), 1)
    bad = [
        1,
        {},
        {**good, "time": "2026-11-01T10:00:00"},
        {**good, "partial": "yes"},
        {**good, "partial": True, "type": "call.started", "data": {}},
        {**good, "source": "desk"},
        {**good, "Odd": "x"},
    ]
    (_, told) = heard(Own({}, "pbx"), [HELLO, json.dumps({"n": 1, "events": [*bad, good]})])
    (reply,) = told.replies
    assert [one["number"] for one in json.loads(reply)["refused"]] == list(range(1, len(bad) + 1))
    assert [one.id for one in told.events] == ["u1"]


def test_a_ping_is_answered_in_its_words() -> None:
    (told,) = heard(Own({}), ['{"ping": "x"}'])
    assert told.replies == ['{"pong":"x"}']
