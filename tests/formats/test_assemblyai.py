"""AssemblyAI's transcripts: milliseconds, letters for speakers."""

import json
from pathlib import Path

import pytest

from clearline.formats.errors import Excluded
from clearline.formats.reading import read

WORDS = [
    {"text": "Hello.", "start": 100, "end": 400, "confidence": 0.9, "speaker": "A"},
    {"text": "Hi.", "start": 900, "end": 1200, "confidence": 0.8, "speaker": "B"},
]
UTTERANCES = [
    {
        "text": each["text"],
        "start": each["start"],
        "end": each["end"],
        "speaker": each["speaker"],
        "words": [each],
    }
    for each in WORDS
]


@pytest.mark.parametrize("utterances", [None, UTTERANCES])
def test_utterances_or_words_say_the_same(utterances: object) -> None:
    data = {"id": "t-1", "audio_url": "", "language_code": "en", "words": WORDS, "utterances": utterances}
    (call,) = read(json.dumps(data).encode(), speakers={"A": "agent", "B": "customer"})
    assert call.format == "AssemblyAI"
    assert call.events[0].data == {"language": "en"}
    assert [(event.at, event.data["by"], event.data["words"]) for event in call.events[2:-1]] == [
        (100_000, "agent", [["Hello.", 0.0, 0.3, 0.9]]),
        (900_000, "customer", [["Hi.", 0.0, 0.3, 0.8]]),
    ]


def test_text_alone_is_one_utterance() -> None:
    (call,) = read(b'{"audio_url": "", "text": "Hello."}')
    assert call.events[2].data == {"by": "unknown", "text": "Hello."}


def test_an_unfinished_transcript_is_excluded() -> None:
    with pytest.raises(Excluded, match="its status is error"):
        read(b'{"audio_url": "", "status": "error", "text": null}')


@pytest.mark.data
@pytest.mark.parametrize("name", ["assemblyai_transcription.json", "assemblyai_utterances.json"])
def test_published_transcripts_lose_no_word(shared: Path, name: str) -> None:
    data = (shared / "asr_json/deepgram-python-captions" / name).read_bytes()
    (call,) = read(data, name)
    said = call.events[2]
    assert said.at == 170_000
    assert len(said.data["words"]) == 60
    assert said.data["words"][0] == ["Yeah.", 0.0, 0.548, 0.9941]
    assert said.data["text"] == json.loads(data)["text"]
    assert call.events[-1].at == 25_140_000
