"""Amazon Contact Lens while a contact lasts: the records of its real-time stream, as Kinesis carries them.

Its scores of feeling and its categories are not read: Clearline watches words and deeds.
"""

from collections import OrderedDict
from typing import Any

import msgspec

from clearline.engine.events import Event, Instant
from clearline.formats.errors import StreamError
from clearline.formats.streaming.frames import call_of, json_of, later, payload_of, text_of
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Frame, Told
from clearline.formats.turns import Turn

_HELD = 10_000  # contacts; the one that was heard of longest ago is forgotten first


class _Spoken(msgspec.Struct, rename="pascal"):
    id: str = ""
    transcript_id: str = ""  # of a partial: the id that the words will have
    participant_id: str = ""
    participant_role: str = ""
    content: str = ""
    partial_content: str = ""
    begin_offset_millis: float = 0
    end_offset_millis: float = 0


class _Segment(msgspec.Struct, rename="pascal"):
    utterance: _Spoken | None = None
    transcript: _Spoken | None = None


class Record(msgspec.Struct, rename="pascal"):
    """One record of the stream; `came` is when Kinesis took it, where an envelope tells."""

    contact_id: str
    event_type: str
    channel: str = ""
    language_code: str = ""
    segments: list[_Segment] = []
    came: Instant | None = None


class _Kinesis(msgspec.Struct, rename="camel"):
    data: str
    approximate_arrival_timestamp: float | None = None  # seconds


class _OfFunction(msgspec.Struct):
    kinesis: _Kinesis


class _OfFirehose(msgspec.Struct):
    data: str


class _Envelope(msgspec.Struct):
    function: list[_OfFunction] = msgspec.field(name="Records", default=[])
    firehose: list[_OfFirehose] = msgspec.field(name="records", default=[])
    delivered: float | None = msgspec.field(name="timestamp", default=None)  # milliseconds


def records(frame: Frame) -> list[Record]:
    """The records in a frame: one, an array, or as a function or a Firehose delivers them."""
    head = text_of(frame).lstrip()[:1]
    if head == "[":
        return json_of(frame, list[Record])
    told = json_of(frame, dict[str, msgspec.Raw])
    if "Records" not in told and "records" not in told:
        return [json_of(frame, Record)]
    envelope, found = json_of(frame, _Envelope), list[Record]()
    for each in envelope.function:
        record = _inner(each.kinesis.data)
        came = each.kinesis.approximate_arrival_timestamp
        record.came = None if came is None else round(came * 1_000_000)
        found.append(record)
    for one in envelope.firehose:
        record = _inner(one.data)
        record.came = None if envelope.delivered is None else round(envelope.delivered * 1_000)
        found.append(record)
    return found


class ContactLens:
    """All contacts of one sender; a record says itself which it is about."""

    call = ""

    def __init__(self, about: Introduction = Introduction()) -> None:  # noqa: B008 - it can't be changed
        self.about = about
        self._contacts: OrderedDict[str, tuple[Talk, Instant]] = OrderedDict()

    def knows(self, contact: str) -> bool:
        return contact in self._contacts

    def began(self, contact: str, at: Instant) -> None:
        """A contact whose beginning was told before this process began."""
        self._contacts[contact] = (Talk(contact), at)

    def hear(self, frame: Frame, at: Instant) -> Told:
        return self.take(records(frame), at)

    def take(self, some: list[Record], at: Instant) -> Told:
        events, partials = list[Event](), list[Event]()
        for record in some:
            told = self._heard(record, at if record.came is None else record.came)
            events += told.events
            partials += told.partials
        return Told(events, partials)

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the next record comes by another connection
        return Told()

    def _heard(self, record: Record, at: Instant) -> Told:
        contact, spoken = call_of(record.contact_id), list(_spoken(record))
        events, partials = list[Any](), list[Any]()
        if contact not in self._contacts:
            ends = (each.end_offset_millis for each, _ in spoken)
            began = at - later(0, max(ends, default=0.0) / 1000)  # the words came just now
            self.began(contact, began)
            language = {"channel": record.channel.lower(), "language": record.language_code}
            events.append(self._contacts[contact][0].started(began, **language))
            while len(self._contacts) > _HELD:
                self._contacts.popitem(last=False)
        self._contacts.move_to_end(contact)
        talk, origin = self._contacts[contact]
        for each, final in spoken:
            words = each.content if final else each.partial_content
            turn = Turn(words, (), each.begin_offset_millis / 1000, each.end_offset_millis / 1000)
            by = self.about.role(each.participant_role, each.participant_id)
            name = each.id if final else each.transcript_id
            if final:
                events += talk.final(origin, turn, by, name)
            else:
                partials += talk.partial(origin, turn, by, name)
        if record.event_type == "COMPLETED":
            events.append(talk.ended(at))
        return Told(events, partials)


def _spoken(record: Record) -> Any:
    """What was said in a record, and whether it stays."""
    for segment in record.segments:
        for told, final in ((segment.utterance, False), (segment.transcript, True)):
            if told is not None:
                if not (told.id if final else told.transcript_id):
                    raise StreamError("words without an id", "Segments", "Send the records as they came.")
                yield told, final


def _inner(data: str) -> Record:
    try:
        text = payload_of(data).decode()
    except UnicodeDecodeError as fault:
        raise StreamError("a record is not UTF-8", "data", "Send the records as they came.") from fault
    return json_of(text, Record)
