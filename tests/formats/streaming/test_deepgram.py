"""Deepgram's results: partial, final, joined, taken back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import (
    BEGAN,
    WORD,
    Said,
    heard,
    merged,
    names,
    partials,
    standing,
    talks,
)

from clearline.engine.events import SECOND
from clearline.formats.errors import StreamError
from clearline.formats.streaming.deepgram import Deepgram
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.told import Frame

ABOUT = Introduction("c-1", speakers={"0": "agent", "1": "customer"}, began=BEGAN)
END = json.dumps({"type": "Metadata", "request_id": "r-1"})


def result(words: list[tuple[str, float, float]], start: float, channel: int = 0, **more: Any) -> str:
    told = [
        {"word": w.lower(), "punctuated_word": w, "start": s, "end": e, "confidence": 0.5}
        for w, s, e in words
    ]
    text = " ".join(word for word, _, _ in words)
    return json.dumps(
        {
            "type": "Results",
            "channel_index": [channel, 2],
            "start": start,
            "duration": 1.0,
            "is_final": True,
            "speech_final": True,
            "channel": {"alternatives": [{"transcript": text, "confidence": 0.5, "words": told}]},
            "metadata": {"request_id": "r-1"},
            **more,
        }
    )


@st.composite
def tellings(draw: st.DrawFn, talk: list[Said]) -> list[Frame]:
    """The talk in pieces, with guesses before each that were wrong."""
    rows: list[list[Frame]] = [[], []]
    for said in talk:
        left, start = said.times, said.start
        while left:
            size = draw(st.integers(1, len(left)))
            piece, left = left[:size], left[size:]
            for _ in range(draw(st.integers(0, 2))):
                guess = [(draw(WORD), s, e) for _, s, e in piece[: draw(st.integers(0, size))]]
                rows[said.channel].append(
                    result(guess, start, said.channel, is_final=False, speech_final=False)
                )
            rows[said.channel].append(result(piece, start, said.channel, speech_final=not left))
            start = piece[-1][2]
    return [*merged(draw, *rows), END]


@given(st.data(), talks())
def test_the_same_talk_is_told_the_same_however_it_comes(data: st.DataObject, talk: list[Said]) -> None:
    plain = heard(Deepgram(ABOUT), [*(result(one.times, one.start, one.channel) for one in talk), END])
    other = heard(Deepgram(ABOUT), data.draw(tellings(talk)))
    assert standing(other) == standing(plain)
    assert {one for one in names(other) if "answered" not in one} == {
        one for one in names(plain) if "answered" not in one
    }


@given(st.data(), talks())
def test_every_partial_is_taken_back_or_becomes_final(data: st.DataObject, talk: list[Said]) -> None:
    told = heard(Deepgram(ABOUT), data.draw(tellings(talk)))
    last = {event.id: event.data["text"] for event in partials(told)}
    assert {name for name, text in last.items() if text} <= set(names(told))


def test_words_carry_their_times_and_how_sure_they_are() -> None:
    told = heard(Deepgram(ABOUT), [result([("Hello", 1.5, 1.75), ("there.", 1.75, 2.0)], 1.0)])
    (_, _, spoken) = told[0].events
    assert spoken.at == BEGAN + 3 * SECOND // 2
    assert spoken.data == {
        "by": "agent",
        "text": "Hello there.",
        "seconds": 0.5,
        "words": [["Hello", 0.0, 0.25, 0.5], ["there.", 0.25, 0.5, 0.5]],
        "confidence": 0.5,
    }


def test_an_utterance_ends_where_deepgram_hears_its_end() -> None:
    stream = Deepgram(ABOUT)
    (first,) = heard(stream, [result([("one", 0, 0.2)], 0, speech_final=False)])
    assert [event.type for event in first.events] == ["call.started"]
    assert [event.data["text"] for event in first.partials] == ["one"]
    told = stream.hear(json.dumps({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": 0.2}), BEGAN)
    assert [event.data["text"] for event in told.events if event.type == "utterance"] == ["one"]
    assert told.events[-1].id == first.partials[0].id


def test_what_stays_is_kept_when_the_connection_breaks() -> None:
    stream = Deepgram(ABOUT)
    stream.hear(result([("one", 0, 0.2)], 0, speech_final=False), BEGAN)
    stream.hear(result([("to", 0.3, 0.4)], 0.2, is_final=False, speech_final=False), BEGAN)
    assert [event.data.get("text") for event in stream.lost(BEGAN).events] == [None, "one"]


def test_voices_on_one_channel_are_told_apart() -> None:
    about = Introduction("c-1", speakers={"0": "agent", "1": "customer"}, began=BEGAN)
    told = json.loads(result([("hello", 0, 0.2), ("hi", 0.5, 0.6)], 0))
    for n, word in enumerate(told["channel"]["alternatives"][0]["words"]):
        word["speaker"] = n
    (heard_,) = heard(Deepgram(about), [json.dumps(told)])
    assert [(e.data["by"], e.data["text"]) for e in heard_.events if e.type == "utterance"] == [
        ("agent", "hello"),
        ("customer", "hi"),
    ]


def test_a_final_that_is_corrected_replaces_the_one_before() -> None:
    first, again, other = heard(
        Deepgram(ABOUT),
        [result([("four", 0, 0.2)], 0), result([("four", 0, 0.2)], 0), result([("for", 0, 0.2)], 0)],
    )
    assert again.events == []
    assert [event.replaces for event in other.events] == [first.events[-1].id]


@pytest.mark.parametrize("ends", [False, True])
def test_a_guess_of_which_nothing_stays_is_taken_back(ends: bool) -> None:
    guess = result([("uh", 0, 0.2)], 0, is_final=False, speech_final=False)
    told = heard(Deepgram(ABOUT), [guess, result([], 0, speech_final=ends)])
    assert [event.data["text"] for event in partials(told)] == ["uh", ""]
    assert len({event.id for event in partials(told)}) == 1


@pytest.mark.parametrize(
    "frame",
    [
        result([("late", 90_000, 90_001)], 90_000),
        result([("early", -1, 0)], 0),
        json.dumps({"type": "Results", "channel": [1]}),
        json.dumps({"type": "Results", "channel": {"alternatives": [{"words": [{"word": 1}]}]}}),
    ],
)
def test_nonsense_is_refused(frame: str) -> None:
    with pytest.raises(StreamError):
        Deepgram(ABOUT).hear(frame, BEGAN)
