"""Clearline's event lines: what is written is read back, what does not fit is told by its line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.events import Event
from clearline.formats import event_lines
from clearline.formats.errors import BadJson, BadShape
from clearline.formats.reading import detect, read

WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)  # the years 1 to 9999
KINDS = st.sampled_from(["call", "contact", "order", "agent", "campaign", "report", "organisation"])
SUBJECTS = st.dictionaries(KINDS, WORDS, max_size=3)
HAPPENINGS = st.builds(
    Event,
    id=NAMES,
    type=NAMES.filter(lambda name: name != "utterance"),
    at=TIMES,
    data=st.dictionaries(WORDS, VALUES, max_size=3),
    subjects=SUBJECTS,
    seq=st.integers(-(2**63), 2**63),
    replaces=WORDS,
    voids=WORDS,
)
UTTERANCES = st.builds(
    Event,
    id=NAMES,
    type=st.just("utterance"),
    at=TIMES,
    data=st.fixed_dictionaries(
        {"by": st.sampled_from(["agent", "customer", "system", "unknown"]), "text": WORDS},
        optional={"seconds": st.floats(0, 100), "words": st.just([["a", 0, 0.5], ["b", 0.5, 1.0, 0.9]])},
    ),
    subjects=SUBJECTS,
)


def line(**changes: Any) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": "1",
        "source": "pbx",
        "type": "call.held",
        "time": "2026-01-02T03:04:05Z",
    }
    return json.dumps({**whole, **changes}).encode() + b"\n"


@given(st.lists(HAPPENINGS | UTTERANCES, max_size=5))
def test_what_is_written_is_read_back(events: list[Event]) -> None:
    assert event_lines.parse(event_lines.write(events).decode()) == tuple(events)


@given(st.lists(TIMES, min_size=1, max_size=5))
def test_a_call_written_and_read_is_the_same_call(times: list[int]) -> None:
    events = [Event(str(n), "call.held", at, {}, {"call": "c-1"}) for n, at in enumerate(times)]
    events.sort(key=lambda event: event.order)
    (call,) = read(event_lines.write(events))
    assert call.events == tuple(events)


def test_a_line_is_a_cloud_event_with_its_timelines_as_attributes() -> None:
    event = Event("7", "order.paid", 1_500_000, {"amount": 5}, {"call": "c-17", "order": "1001"}, 2)
    assert json.loads(event_lines.write([event])) == {
        "specversion": "1.0",
        "id": "7",
        "source": "clearline",
        "type": "order.paid",
        "time": "1970-01-01T00:00:01.500000Z",
        "call": "c-17",
        "order": "1001",
        "seq": 2,
        "data": {"amount": 5},
    }


def test_lines_of_several_calls_and_orders_become_several_conversations() -> None:
    data = (
        line(id="1", call="a", time="2026-01-02T03:04:06+00:00")
        + line(id="2", call="b", order="9")
        + b"\n"
        + line(id="3", call="a")
        + line(id="4", type="order.paid", order="9")
    )
    assert detect(data) == "Clearline event lines"
    conversations = read(data)
    assert [[event.id for event in one.events] for one in conversations] == [["3", "1"], ["2"], ["4"]]
    assert "events did not stand in order and were sorted" in conversations[0].notes
    assert conversations[1].notes == ("no call.started event", "no call.ended event")
    assert conversations[2].notes == ()
    assert all(one.dated for one in conversations)


def test_times_counted_from_zero_are_not_dates() -> None:
    (call,) = read(line(call="a", time="1970-01-01T00:00:05Z"))
    assert call.events[0].at == 5_000_000
    assert not call.dated


def test_the_same_line_twice_is_one_event() -> None:
    (call,) = read(line(call="a") * 2)
    assert len(call.events) == 1
    assert "in the whole file, lines that say the same event again left out: 1" in call.notes


def test_two_events_may_not_share_an_id() -> None:
    with pytest.raises(BadShape, match="two events have the id 1"):
        read(line(call="a") + line(call="a", type="call.resumed"))


def test_attributes_that_are_no_timelines_are_noted_and_never_subjects() -> None:
    (call,) = read(line(call="a", traceparent="00-1", subject="x", attempt=3, orderId="9"))
    assert call.events[0].subjects == {"call": "a"}
    assert {
        "in the whole file, attributes `traceparent` not taken over: 1",
        "in the whole file, attributes `subject` not taken over: 1",
        "in the whole file, attributes `attempt` not taken over: 1",
        "in the whole file, attributes `orderId` not taken over: 1",
    } <= set(call.notes)


def test_control_characters_are_kept_out_of_what_was_said() -> None:
    (call,) = read(line(call="a", type="utterance", data={"by": "agent", "text": "He\x00llo"}))
    assert call.events[0].data["text"] == "Hello"
    assert "in the whole file, control characters taken out of the text: 1" in call.notes


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, r"\$\.id"),
        ({"id": 7}, r"\$\.id"),
        ({"type": None}, r"\$\.type"),
        ({"time": "yesterday"}, "RFC3339"),
        ({"time": "2026-01-02T03:04:05"}, "no zone"),
        ({"data": [1]}, r"\$\.data"),
        ({"seq": "2"}, r"\$\.seq"),
        ({"data": {"a": json.loads("[" * 50 + "]" * 50)}}, "nested too deeply"),
        ({"type": "utterance"}, "missing required field `by`"),
        ({"type": "utterance", "data": {"by": "boss", "text": "a"}}, r"\$\.by"),
        ({"type": "utterance", "data": {"by": "agent", "text": 1}}, r"\$\.text"),
        ({"type": "utterance", "data": {"by": "agent", "text": "a", "seconds": -1}}, r"\$\.seconds"),
        ({"type": "utterance", "data": {"by": "agent", "text": "a", "confidence": 2}}, r"\$\.confidence"),
        ({"type": "utterance", "data": {"by": "agent", "text": "a", "words": [["a", 1]]}}, r"\$\.words"),
        ({"type": "utterance", "data": {"by": "agent", "text": "a", "words": [["a", "b", 1]]}}, "is not"),
    ],
)
def test_a_line_that_does_not_fit_is_told_by_number_and_member(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadShape, match=told) as fault:
        read(line(call="a", id="0") + line(**changes))
    assert "line 2" in str(fault.value)


def test_a_broken_line_is_told_by_line_and_column() -> None:
    with pytest.raises(BadJson, match="line 3, column 8"):
        read(line(call="a") + b'\n{"id": x}\n')


@pytest.mark.parametrize(
    "event",
    [
        Event("1", "a", 0, {}, {"type": "x"}),
        Event("1", "a", 0, {}, {"Two Words": "x"}),
        Event("", "a", 0),
        Event("1", "", 0),
        Event("1", "a", 10**18),
    ],
)
def test_it_refuses_to_write_what_could_not_be_read_back(event: Event) -> None:
    with pytest.raises(ValueError, match=r"CloudEvent|years"):
        event_lines.write([event])
