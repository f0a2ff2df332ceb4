"""Contact Lens in real time: partial and final words joined by their id."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import BEGAN, WORD, Said, heard, names, partials, standing, talks

from clearline.engine.events import SECOND
from clearline.formats.errors import StreamError
from clearline.formats.streaming.contact_lens import ContactLens

ROLES = ("AGENT", "CUSTOMER")


def record(*segments: dict[str, Any], type_: str = "SEGMENTS") -> dict[str, Any]:
    told = {"Version": "1.0.0", "Channel": "VOICE", "ContactId": "c-1", "LanguageCode": "en-US"}
    return {**told, "EventType": type_, "Segments": list(segments)}


def segment(said: Said, n: int, guess: str = "") -> dict[str, Any]:
    about = {
        "ParticipantId": ROLES[said.channel],
        "ParticipantRole": ROLES[said.channel],
        "BeginOffsetMillis": round(said.start * 1000),
        "EndOffsetMillis": round(said.times[-1][2] * 1000),
    }
    if guess:
        return {"Utterance": {**about, "Id": f"p{n}", "TranscriptId": f"t{n}", "PartialContent": guess}}
    return {"Transcript": {**about, "Id": f"t{n}", "Content": " ".join(said.words), "Sentiment": "NEGATIVE"}}


@given(st.data(), talks())
def test_the_same_talk_is_told_the_same_however_it_comes(data: st.DataObject, talk: list[Said]) -> None:
    start, end = record(type_="STARTED"), record(type_="COMPLETED")
    plain = heard(ContactLens(), [json.dumps([start, record(*(segment(s, n) for n, s in enumerate(talk)))])])
    segments = []
    for n, said in enumerate(talk):
        guesses = data.draw(st.lists(WORD, max_size=2))
        segments += [*(segment(said, n, guess) for guess in guesses), segment(said, n)]
    late = data.draw(st.permutations(segments[-3:]))  # some hundred milliseconds out of order
    frames = [json.dumps(start), *(json.dumps(record(one)) for one in [*segments[:-3], *late])]
    other = heard(ContactLens(), frames)
    assert standing(other) == standing(plain)
    assert {event.id for event in partials(other)} <= set(names(other))
    assert names(heard(ContactLens(), [json.dumps(end)]))[-1] == "c-1-ended"


def test_as_a_function_or_a_firehose_delivers_them() -> None:
    inner = b64encode(json.dumps(record(type_="STARTED")).encode()).decode()
    seconds = BEGAN / SECOND - 7
    function = {"Records": [{"kinesis": {"data": inner, "approximateArrivalTimestamp": seconds}}]}
    firehose = {"requestId": "r", "timestamp": seconds * 1000, "records": [{"data": inner}]}
    for envelope in (function, firehose):
        (told,) = heard(ContactLens(), [json.dumps(envelope)])
        assert [event.at for event in told.events] == [BEGAN - 7 * SECOND]


def test_a_contact_that_began_before_us_keeps_its_clock() -> None:
    known = ContactLens()
    known.began("c-1", BEGAN - 60 * SECOND)
    (told,) = heard(known, [json.dumps(record(segment(Said(0, 61.0, ("late",)), 9)))])
    assert [event.type for event in told.events] == ["call.answered", "utterance"]
    assert told.events[-1].at == BEGAN + SECOND


def test_feelings_and_categories_are_not_taken_over() -> None:
    (told,) = heard(
        ContactLens(), [json.dumps(record(segment(Said(0, 0.0, ("so",)), 1), {"Categories": {}}))]
    )
    assert "entiment" not in repr(told)


@pytest.mark.parametrize(
    "frame",
    ["", "[]x", "{}", json.dumps(record({"Transcript": {"Content": "x"}})), '{"Records": [{"kinesis": 1}]}'],
)
def test_nonsense_is_refused(frame: str) -> None:
    with pytest.raises(StreamError):
        ContactLens().hear(frame, BEGAN)
