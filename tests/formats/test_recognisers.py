"""Recognisers are told apart by what they wrote, not by the file's name."""

import pytest

from clearline.formats.recognisers import recogniser


@pytest.mark.parametrize(
    ("json", "name"),
    [
        ('{"Transcript": []}', "Amazon Transcribe"),
        ('{"results": {"channels": []}}', "Deepgram"),
        ('{"results": {"channel_labels": {"channels": []}}}', ""),
        ('{"results": ["channels"]}', ""),
        ('{"utterances": null, "words": []}', "AssemblyAI"),
        ('{"audio_url": ""}', "AssemblyAI"),
        ('{"segments": []}', "Whisper"),
        ("{}", ""),
    ],
)
def test_a_recogniser_is_known_by_its_members(json: str, name: str) -> None:
    assert recogniser(json) == name
