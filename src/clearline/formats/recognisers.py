"""Which recogniser of speech wrote a JSON text, and its transcript."""

from collections.abc import Callable

import msgspec
from msgspec import UNSET, Raw, UnsetType

from clearline.formats import amazon, assemblyai, deepgram, whisper
from clearline.formats.text import parsed
from clearline.formats.turns import Transcript

_READERS: dict[str, Callable[[str | bytes], Transcript]] = {
    "Amazon Transcribe": amazon.transcript,
    "Deepgram": deepgram.transcript,
    "AssemblyAI": assemblyai.transcript,
    "Whisper": whisper.transcript,
}


class _Head(msgspec.Struct):
    """The members by which recognisers can be told apart."""

    Transcript: Raw | UnsetType = UNSET
    results: Raw | UnsetType = UNSET
    segments: Raw | UnsetType = UNSET
    utterances: Raw | UnsetType = UNSET
    words: Raw | UnsetType = UNSET
    audio_url: Raw | UnsetType = UNSET


class _Results(msgspec.Struct):
    channels: Raw | UnsetType = UNSET


def recogniser(json: str | bytes) -> str:
    """Name of the recogniser that wrote a JSON object; empty where none is known."""
    head = parsed(json, _Head)
    if head.Transcript is not UNSET:
        return "Amazon Transcribe"
    results = b"" if head.results is UNSET else bytes(head.results)
    if results.startswith(b"{") and parsed(results, _Results).channels is not UNSET:
        return "Deepgram"
    if head.audio_url is not UNSET or (head.utterances is not UNSET and head.words is not UNSET):
        return "AssemblyAI"
    return "Whisper" if head.segments is not UNSET else ""


def transcript(name: str, json: str | bytes) -> Transcript:
    """The transcript that the recogniser of this name wrote."""
    return _READERS[name](json)
