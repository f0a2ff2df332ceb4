"""Deepgram's answers: utterances where there are some, else words by speaker or channel."""

import json
from pathlib import Path
from typing import Any

import pytest

from clearline.formats.reading import read


def word(text: str, start: float, **more: Any) -> dict[str, Any]:
    bare = text.strip(".,?").lower()
    return {
        "word": bare,
        "punctuated_word": text,
        "start": start,
        "end": start + 0.5,
        "confidence": 0.9,
        **more,
    }


def answer(*channels: list[dict[str, Any]], **results: Any) -> bytes:
    told = [{"alternatives": [{"transcript": "", "words": words}]} for words in channels]
    return json.dumps({"metadata": {"request_id": "r-1"}, "results": {"channels": told, **results}}).encode()


def test_words_become_turns_by_speaker() -> None:
    data = answer([word("Hello.", 0, speaker=0), word("Hi", 1, speaker=1), word("there.", 1.5, speaker=1)])
    (call,) = read(data, speakers={"0": "agent"})
    assert [(event.data["by"], event.data["text"]) for event in call.events[2:-1]] == [
        ("agent", "Hello."),
        ("unknown", "Hi there."),
    ]
    assert call.notes == ("it is not known who these are, agent or customer: 1",)
    assert call.events[2].subjects == {"call": "r-1"}


def test_several_channels_are_several_speakers() -> None:
    (call,) = read(answer([word("Hello.", 1)], [word("Hi.", 0)]), speakers={"0": "agent", "1": "customer"})
    assert [(event.data["by"], event.data["text"]) for event in call.events[2:-1]] == [
        ("customer", "Hi."),
        ("agent", "Hello."),
    ]


def test_utterances_go_before_words_and_one_sentence_is_one() -> None:
    utterances = [
        {
            "transcript": "This call is",
            "start": 0,
            "end": 1,
            "speaker": 0,
            "words": [word("This", 0)],
            "confidence": 0.9,
        },
        {"transcript": "recorded.", "start": 1.2, "end": 2, "speaker": 0, "words": [word("recorded.", 1.2)]},
    ]
    (call,) = read(answer([word("ignored", 0)], utterances=utterances))
    assert call.events[2].data["text"] == "This call is recorded."
    assert call.events[2].data["words"] == [["This", 0.0, 0.5, 0.9], ["recorded.", 1.2, 1.7, 0.9]]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "utterances", "words"),
    [
        ("dg_speakers.json", 17, 226),
        ("dg_speakers_no_utterances.json", 15, 226),
        ("dg_transcription.json", 1, 62),
        ("dg_utterances.json", 6, 62),
        ("dg_whisper_transcription.json", 1, 59),
    ],
)
def test_published_answers_lose_no_word(shared: Path, name: str, utterances: int, words: int) -> None:
    data = (shared / "asr_json/deepgram-python-captions" / name).read_bytes()
    (call,) = read(data, name)
    said = [event.data for event in call.events if event.type == "utterance"]
    told = json.loads(data)["results"]["channels"][0]["alternatives"][0]
    assert call.format == "Deepgram"
    assert sum(len(one["words"]) for one in said) == words == len(told["words"])
    assert len(said) <= utterances
    assert " ".join(one["text"] for one in said).split() == told["transcript"].split()
