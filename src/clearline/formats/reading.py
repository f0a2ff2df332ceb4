"""The one door in: bytes of any format that is read, out come conversations."""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import UNSET, Raw, UnsetType

from clearline.formats import captions, event_lines, plain, recognisers, signed, vcon
from clearline.formats.conversation import Conversation, conversation
from clearline.formats.errors import Encrypted, NotRead, UnknownFormat
from clearline.formats.speakers import checked
from clearline.formats.text import decoded, parsed
from clearline.formats.turns import Transcript

_READ = (
    "vCon, Amazon Transcribe Call Analytics or Contact Lens, Deepgram, AssemblyAI, Whisper, WebVTT, SRT, "
    "plain text `Speaker: words`, Clearline event lines"
)
_KNOWN_BYTES = {
    b"RIFF": "a WAV recording",
    b"ID3": "an MP3 recording",
    b"OggS": "an Ogg recording",
    b"fLaC": "a FLAC recording",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\x1f\x8b": "a gzip archive",
    b"<?xml": "XML",
    b"<!DOCTYPE": "a page of HTML",
}
_JSON = re.compile(r"(?:\{|\[\s*(?:[\[{\"\]]|-?\d[\d.eE+-]*\s*[,\]]|true\b|false\b|null\b))")
_SRT = re.compile(r"(?:\d+ *\r?\n)?[\d:]+[.,]\d+ *-->")
_TEXTS: dict[str, Callable[[str], Transcript]] = {
    "WebVTT": captions.transcript,
    "SRT": captions.transcript,
    "plain text": plain.transcript,
    "vCon": vcon.transcript,
}


class _Head(msgspec.Struct):
    """The members by which kinds of JSON can be told apart."""

    specversion: Raw | UnsetType = UNSET
    vcon: Raw | UnsetType = UNSET
    parties: Raw | UnsetType = UNSET
    dialog: Raw | UnsetType = UNSET
    payload: Raw | UnsetType = UNSET
    signatures: Raw | UnsetType = UNSET
    ciphertext: Raw | UnsetType = UNSET


def read(data: bytes, name: str = "", speakers: Mapping[str, str] | None = None) -> list[Conversation]:
    """The conversations in a file; NotRead says why there are none.

    `speakers` names those whom the file does not, label to agent, customer, system or unknown.
    """
    named = checked(speakers or {})
    try:
        text = _text(data)
        form = _form(text)
        if form == event_lines.FORMAT:
            return event_lines.read(text)
        return [conversation(form, _transcript(form, text), named)]
    except NotRead as outcome:
        outcome.name = name
        raise


def detect(data: bytes) -> str:
    """Name of the format, by content."""
    return _form(_text(data))


def _text(data: bytes) -> str:
    for mark, what in _KNOWN_BYTES.items():
        if data.startswith(mark):
            raise UnknownFormat(
                f"this is {what}",
                "first bytes",
                f"Transcripts are read: {_READ}.",
            )
    return decoded(data)


def _form(text: str) -> str:
    if text.startswith("WEBVTT"):
        return "WebVTT"
    head = text.lstrip()[:1000]
    if _SRT.match(head):
        return "SRT"
    return _json_form(text) if _JSON.match(head) else "plain text"


def _json_form(text: str) -> str:
    first = text.lstrip().partition("\n")[0].rstrip()
    if first.endswith("}") and '"specversion"' in first and parsed(first, _Head).specversion is not UNSET:
        return event_lines.FORMAT
    an_object = first.startswith("{")
    head = parsed(text, _Head) if an_object else _Head()
    if head.specversion is not UNSET:
        raise UnknownFormat(
            "this event is spread over several lines", "first line", "Write each event on one line."
        )
    if head.ciphertext is not UNSET:
        return "encrypted vCon"
    if head.payload is not UNSET and head.signatures is not UNSET:
        return "signed vCon"
    if head.vcon is not UNSET or (head.parties is not UNSET and head.dialog is not UNSET):
        return "vCon"
    if name := recognisers.recogniser(text) if an_object else "":
        return name
    parsed(text, object)  # broken JSON is told as such
    raise UnknownFormat("this JSON is of no format that is known", "top level", f"These are read: {_READ}.")


def _transcript(form: str, text: str) -> Transcript:
    if form == "encrypted vCon":
        raise Encrypted("the vCon is encrypted", "whole file", "Decrypt it first; keys are not held here.")
    if form == "signed vCon":
        payload, note = signed.verified(text)
        inner = _form(payload)
        if not inner.endswith("vCon"):
            raise UnknownFormat(f"a signed {inner}", "payload", "Of signed files only vCons are read.")
        told = _transcript(inner, payload)
        told.notes = [note, *told.notes]
        return told
    read_as = _TEXTS.get(form)
    return read_as(text) if read_as else recognisers.transcript(form, text)
