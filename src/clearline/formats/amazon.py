"""Amazon Transcribe Call Analytics and Amazon Connect Contact Lens, after the call.

Their scores of feeling are not read: Clearline watches words and deeds.
"""

from typing import Any

import msgspec

from clearline.formats.errors import Excluded, masked
from clearline.formats.text import parsed
from clearline.formats.turns import Transcript, Turn, Word, seconds


class _Item(msgspec.Struct, rename="pascal", gc=False):  # flat, and there are many
    content: str
    type: str = "pronunciation"
    begin_offset_millis: float | None = None
    end_offset_millis: float | None = None
    confidence: float | None = None


class _Turn(msgspec.Struct, rename="pascal"):
    content: str = ""
    participant_role: str = ""
    participant_id: str = ""
    begin_offset_millis: float | None = None
    end_offset_millis: float | None = None
    items: list[_Item] = []


class _Participant(msgspec.Struct, rename="pascal"):
    participant_id: str = ""
    participant_role: str = ""


class _Categories(msgspec.Struct, rename="pascal"):
    matched_categories: list[str] = []


class _Content(msgspec.Struct, rename="pascal"):
    output: str = ""


class _Customer(msgspec.Struct, rename="pascal"):
    contact_id: str = ""


class _Call(msgspec.Struct, rename="pascal"):
    transcript: list[_Turn]
    job_status: str = "COMPLETED"
    job_name: str = ""
    language_code: str = ""
    channel: str = ""
    participants: list[_Participant] = []
    categories: _Categories | None = None
    content_metadata: _Content | None = None
    customer_metadata: _Customer | None = None


def transcript(json: str | bytes) -> Transcript:
    """The turns of one call, with roles as the file gives them."""
    call = parsed(json, _Call)
    if call.job_status != "COMPLETED":
        raise Excluded(f"the recogniser did not finish: its job is {call.job_status}")
    roles = {each.participant_id: each.participant_role for each in call.participants if each.participant_id}
    about: dict[str, Any] = {"channel": {"CHAT": "text"}.get(call.channel, call.channel.lower())}
    about["language"] = call.language_code
    about["redacted"] = call.content_metadata is not None and call.content_metadata.output == "Redacted"
    notes = []
    if call.categories and call.categories.matched_categories:
        names = masked(", ".join(call.categories.matched_categories))
        notes.append(f"categories matched by the other system were not taken over: {names}")
    return Transcript(
        [_turn(each, roles) for each in call.transcript],
        call=(call.customer_metadata and call.customer_metadata.contact_id) or call.job_name,
        about={key: value for key, value in about.items() if value},
        notes=notes,
    )


def _turn(told: _Turn, roles: dict[str, str]) -> Turn:
    role = told.participant_role or roles.get(told.participant_id, "")
    start, end = seconds(told.begin_offset_millis), seconds(told.end_offset_millis)
    labels = tuple(filter(None, (role, told.participant_id)))
    return Turn(told.content, labels, start, end, _words(told.items))


def _words(items: list[_Item]) -> list[Word]:
    """Words as they stand in the text: marks of punctuation belong to the word before."""
    words: list[Word] = []
    for item in items:
        if item.type == "punctuation" and words:
            text, start, end, confidence = words[-1]
            words[-1] = (text + item.content, start, end, confidence)
        else:
            times = seconds(item.begin_offset_millis), seconds(item.end_offset_millis)
            words.append((item.content, *times, item.confidence))
    return words
