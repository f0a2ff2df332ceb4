"""Whisper's segments, with the names its relatives give to words and trust."""

import json
from pathlib import Path

import pytest

from clearline.formats.reading import read


@pytest.mark.parametrize(
    "word",
    [
        {"text": "Hello.", "confidence": 0.5},
        {"word": " Hello.", "probability": 0.5},
        {"word": "Hello.", "score": 0.5},
    ],
)
def test_its_relatives_are_read_alike(word: dict[str, object]) -> None:
    segment = {"start": 1.0, "end": 2.0, "text": " Hello.", "words": [{"start": 1.0, "end": 1.5, **word}]}
    (call,) = read(json.dumps({"text": "", "language": "en", "segments": [segment]}).encode())
    assert call.format == "Whisper"
    assert call.events[0].data == {"language": "en"}
    assert call.events[2].data == {
        "by": "unknown",
        "text": "Hello.",
        "seconds": 1.0,
        "words": [["Hello.", 0.0, 0.5, 0.5]],
    }
    assert call.notes == ("speakers are not named",)


def test_a_speaker_added_later_is_taken_over() -> None:
    segment = {"start": 1.0, "end": 2.0, "text": "Hello.", "speaker": "SPEAKER_00"}
    (call,) = read(json.dumps({"segments": [segment]}).encode(), speakers={"speaker_00": "agent"})
    assert call.events[2].data == {"by": "agent", "text": "Hello.", "seconds": 1.0}


@pytest.mark.data
def test_the_published_transcript_is_read_with_words_and_trust(shared: Path) -> None:
    data = (shared / "asr_json/deepgram-python-captions/whisper_timestamped.json").read_bytes()
    (call,) = read(data)
    said = [event for event in call.events if event.type == "utterance"]
    assert [event.at for event in said] == [120_000, 8_540_000, 12_980_000, 19_820_000]
    assert [len(event.data["words"]) for event in said] == [14, 13, 17, 15]
    assert said[0].data["words"][0] == ["Yeah,", 0.0, 0.26, 0.74]
    assert said[0].data["confidence"] == 0.89
