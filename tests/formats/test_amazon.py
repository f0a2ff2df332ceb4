"""Amazon's calls: roles, words with their marks, categories as a note, feelings not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from clearline.formats.errors import Excluded
from clearline.formats.reading import read

CALL: dict[str, Any] = {
    "JobStatus": "COMPLETED",
    "LanguageCode": "en-US",
    "Channel": "VOICE",
    "JobName": "call-7",
    "ContentMetadata": {"Output": "Redacted"},
    "Categories": {"MatchedCategories": ["NoGreeting"]},
    "ConversationCharacteristics": {"Sentiment": {"OverallSentiment": {"AGENT": 1}}},
    "Transcript": [
        {
            "ParticipantRole": "AGENT",
            "BeginOffsetMillis": 500,
            "EndOffsetMillis": 1500,
            "Content": "Good day.",
            "Sentiment": "POSITIVE",
            "Items": [
                {
                    "Type": "pronunciation",
                    "Content": "Good",
                    "BeginOffsetMillis": 500,
                    "EndOffsetMillis": 800,
                    "Confidence": 0.9,
                },
                {
                    "Type": "pronunciation",
                    "Content": "day",
                    "BeginOffsetMillis": 900,
                    "EndOffsetMillis": 1500,
                    "Confidence": 0.8,
                },
                {"Type": "punctuation", "Content": ".", "Confidence": 0.0},
            ],
        },
        {
            "ParticipantRole": "CUSTOMER",
            "BeginOffsetMillis": 2000,
            "EndOffsetMillis": 2500,
            "Content": "Hello.",
        },
    ],
}


def test_it_reads_turns_roles_and_words() -> None:
    (call,) = read(json.dumps(CALL).encode())
    assert call.format == "Amazon Transcribe"
    assert call.events[0].data == {"channel": "voice", "language": "en-US", "redacted": True}
    assert call.events[2].data == {
        "by": "agent",
        "text": "Good day.",
        "seconds": 1.0,
        "words": [["Good", 0.0, 0.3, 0.9], ["day.", 0.4, 1.0, 0.8]],
    }
    assert call.events[3].data["by"] == "customer"
    assert call.events[2].subjects == {"call": "call-7"}
    assert call.notes == ("categories matched by the other system were not taken over: NoGreeting",)


def test_nothing_about_feelings_is_taken_over() -> None:
    (call,) = read(json.dumps(CALL).encode())
    assert "ositiv" not in repr(call).lower()
    assert "sentiment" not in repr(call).lower()


def test_contact_lens_names_roles_among_the_participants() -> None:
    lens = {
        "Channel": "CHAT",
        "CustomerMetadata": {"ContactId": "contact-1"},
        "Participants": [{"ParticipantId": "p1", "ParticipantRole": "AGENT"}],
        "Transcript": [
            {"ParticipantId": "p1", "Content": "Hello.", "BeginOffsetMillis": 0, "EndOffsetMillis": 900}
        ],
    }
    (call,) = read(json.dumps(lens).encode())
    assert call.events[0].data == {"channel": "text"}
    assert call.events[2].data["by"] == "agent"
    assert call.events[2].subjects == {"call": "contact-1"}


def test_a_failed_job_is_excluded_with_its_reason() -> None:
    with pytest.raises(Excluded, match="its job is FAILED"):
        read(json.dumps({"JobStatus": "FAILED", "Transcript": []}).encode())


@pytest.mark.data
def test_the_published_example_is_read_word_for_word(shared: Path) -> None:
    data = (shared / "asr_json/aws_call_analytics/example-call.json").read_bytes()
    (call,) = read(data)
    said = [event for event in call.events if event.type == "utterance"]
    assert len(said) == 37
    assert {event.data["by"] for event in said} == {"agent", "customer"}
    assert sum(len(event.data["words"]) for event in said) == 462
    assert said[0].at == 40_000
    assert said[0].data["words"][-1] == ["you?", 4.57, 5.01, 1.0]
    assert call.events[-1].at == 182_890_000
    assert all(
        " ".join(word[0] for word in event.data["words"]).split() == event.data["text"].split()
        for event in said
    )
