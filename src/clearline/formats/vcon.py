"""vCon, the IETF's container of conversations: transcripts of recordings, written messages, what parties did."""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from clearline.engine.events import SECOND, Instant
from clearline.formats import mail, plain, recognisers
from clearline.formats.errors import BadShape, Excluded, masked
from clearline.formats.speakers import role_of
from clearline.formats.text import from_base64url, parsed
from clearline.formats.turns import Happening, Seconds, Transcript, Turn, instant

_HAPPENINGS = {
    "join": "party.joined",
    "drop": "party.left",
    "hold": "call.held",
    "unhold": "call.resumed",
    "mute": "party.muted",
    "unmute": "party.unmuted",
    "keydown": "key.pressed",  # which key is not read: it may be part of a card number
}
_EXTENSIONS = {"CC"}  # the contact centre's: role, campaign
_NO_BODY = Raw(b'""')


class _Party(msgspec.Struct):
    name: str | None = None
    role: str | None = None


class _PartyEvent(msgspec.Struct):
    event: str
    time: datetime
    party: int | None = None


class _Dialog(msgspec.Struct):
    type: str
    start: datetime | None = None
    parties: int | list[int | list[int]] | None = None
    originator: int | None = None
    mediatype: str = ""
    mimetype: str = ""  # as early drafts called it
    encoding: str | None = None
    body: Raw = _NO_BODY
    disposition: str = ""
    campaign: str = ""
    party_history: list[_PartyEvent] = []
    transferor: int | None = None
    transferee: int | None = None
    transfer_target: int | None = None


class _Analysis(msgspec.Struct):
    type: str
    dialog: int | list[int] | None = None
    vendor: str = ""
    encoding: str | None = None
    body: Raw = _NO_BODY


class _Piece(msgspec.Struct):
    """An utterance in a transcript that is a plain list."""

    text: str
    parties: int | None = None
    speaker: str | int | None = None
    start: datetime | float | None = None
    duration: float | None = None


class _Vcon(msgspec.Struct):
    uuid: str = ""
    parties: list[_Party] = []
    dialog: list[_Dialog] = []
    analysis: list[_Analysis] = []
    attachments: list[Raw] = []
    critical: list[str] = []


def transcript(json: str | bytes) -> Transcript:
    """What was said and done in all dialogs; Excluded where there is nothing but sound."""
    told = parsed(json, _Vcon)
    if needed := sorted(set(told.critical) - _EXTENSIONS):
        raise BadShape(
            f"this vCon may not be read without its extension {masked(needed[0], 40)}",
            "$.critical",
            "Ask its sender for one without it.",
        )
    return _Reader(told).read()


class _Reader:
    """One vCon being read: where times count from, and what has been left out."""

    def __init__(self, told: _Vcon) -> None:
        self.told = told
        self.labels = _labels(told.parties)
        self.transcripts = _transcripts(told)
        starts = [instant(each.start) for each in told.dialog if each.start]
        self.origin: Instant | None = min(starts, default=None)
        self.left: Counter[str] = Counter()
        self.notes: list[str] = []
        self.about: dict[str, Any] = {}

    def read(self) -> Transcript:
        turns: list[Turn] = []
        happenings: list[Happening] = []
        for n, dialog in enumerate(self.told.dialog):
            happenings += self._happenings(dialog)
            if dialog.type == "text":
                turns += self._written(dialog)
            elif dialog.type == "recording":
                turns += self._spoken(dialog, n)
            elif dialog.type not in {"transfer", "incomplete"}:
                self.left[f"dialogs of type {masked(dialog.type, 30)} left out"] += 1
        if not turns:
            raise Excluded(self._why_empty())
        self._describe()
        notes = self.notes + [f"{what}: {count:,}" for what, count in self.left.items()]
        return Transcript(turns, happenings, self.told.uuid, self.about, notes, self.origin)

    def _written(self, dialog: _Dialog) -> list[Turn]:
        """A written message as the turn of its writer."""
        media = dialog.mediatype or dialog.mimetype
        try:
            text, others = mail.said(_content(dialog.body, dialog.encoding).decode(), media)
        except (ValueError, RecursionError) as fault:
            raise BadShape(
                "a written message cannot be decoded",
                "$.dialog[...].body",
                "Check its encoding, media type and nesting.",
            ) from fault
        for other in others:
            self.left[f"parts of type {masked(other, 60)} left out"] += 1
        if not text.strip():
            return []
        return [Turn(text, self._party(_writer(dialog)), self._offset(dialog.start))]

    def _spoken(self, dialog: _Dialog, n: int) -> list[Turn]:
        """The turns of a recording's transcript; one with everything in it goes before a redacted one."""
        candidates = sorted(self.transcripts.get(n, []), key=lambda each: each.type != "transcript")
        for aside, candidate in enumerate(candidates, 1):
            turns = self._turns(candidate, self._offset(dialog.start) or 0.0)
            if turns:
                if candidate.type != "transcript":
                    self.about["redacted"] = True
                if aside < len(candidates):
                    self.left["further transcripts of the same recording left aside"] += (
                        len(candidates) - aside
                    )
                return turns
        self.left["recordings without a transcript left out"] += 1
        return []

    def _turns(self, analysis: _Analysis, offset: Seconds) -> list[Turn]:
        body = _content(analysis.body, analysis.encoding).lstrip()
        if body.startswith(b"["):
            return [self._piece(each, offset) for each in parsed(body, list[_Piece])]
        if not body.startswith(b"{"):
            return [_shifted(turn, offset) for turn in plain.transcript(body.decode(errors="replace")).turns]
        name = recognisers.recogniser(body)
        if not name:
            self.left[f"transcripts of an unknown kind ({masked(analysis.vendor, 40)}) left out"] += 1
            return []
        told = recognisers.transcript(name, body)
        self.notes += told.notes
        self.about |= told.about
        return [_shifted(turn, offset) for turn in told.turns]

    def _piece(self, piece: _Piece, offset: Seconds) -> Turn:
        labels = self._party(piece.parties) if piece.speaker is None else (str(piece.speaker),)
        if isinstance(piece.start, datetime):
            start = self._offset(piece.start)
        else:
            start = None if piece.start is None else piece.start + offset
        end = None if start is None or piece.duration is None else start + piece.duration
        return Turn(piece.text, labels, start, end)

    def _happenings(self, dialog: _Dialog) -> list[Happening]:
        happenings = []
        for each in dialog.party_history:
            if each.event in _HAPPENINGS:
                data = {} if each.party is None else {"party": each.party}
                happenings.append(Happening(_HAPPENINGS[each.event], self._offset(each.time) or 0.0, data))
            elif each.event != "keyup":
                self.left[f"party events of kind {masked(each.event, 30)} left out"] += 1
        if dialog.type == "transfer":
            parties = {"from": dialog.transferor, "party": dialog.transferee, "to": dialog.transfer_target}
            data = {key: value for key, value in parties.items() if value is not None}
            happenings.append(Happening("call.transferred", self._offset(dialog.start) or 0.0, data))
        return happenings

    def _describe(self) -> None:
        """What the file says of the call."""
        dialogs, parties = self.told.dialog, self.told.parties
        recorded = any(each.type == "recording" for each in dialogs)
        self.about["channel"] = "voice" if recorded else "text"
        self.about |= {"recorded": True} if recorded else {}
        campaign = next((each.campaign for each in dialogs if each.campaign), "")
        agents = [each.name for each in parties if each.name and role_of([each.role or ""], {}) == "agent"]
        self.about |= {"campaign": campaign} if campaign else {}
        self.about |= {"agent": agents[0]} if len(agents) == 1 else {}
        others = [each.type for each in self.told.analysis if not each.type.startswith("transcript")]
        self.left.update(f"analyses of type {masked(other, 30)} left aside" for other in others)
        if self.told.attachments:
            self.left["attachments left aside"] += len(self.told.attachments)
        if any(each.start and each.start.tzinfo is None for each in dialogs):
            self.notes.append("times without a zone were taken as UTC")

    def _why_empty(self) -> str:
        kinds = {each.type: each.disposition for each in self.told.dialog}
        if "recording" in kinds:
            return "holds a recording but no transcript (recordings are not read yet)"
        if "incomplete" in kinds:
            return f"the call was not completed: {kinds['incomplete'] or 'no disposition is given'}"
        return "holds a dialog but no words that could be read" if kinds else "holds no dialog"

    def _party(self, index: int | None) -> tuple[str, ...]:
        return self.labels[index] if index is not None and 0 <= index < len(self.labels) else ()

    def _offset(self, time: datetime | None) -> Seconds | None:
        return None if time is None else (instant(time) - (self.origin or 0)) / SECOND


def _labels(parties: list[_Party]) -> list[tuple[str, ...]]:
    """By what each party can be known: name, number, role; of two parties, the agent's other is the customer."""
    roles = [role_of([each.role or ""], {}) for each in parties]
    told = [[each.name or "", str(n), each.role or ""] for n, each in enumerate(parties)]
    if len(parties) == 2 and sorted(roles) == ["agent", "unknown"]:
        told[roles.index("unknown")].append("customer")
    return [tuple(filter(None, each)) for each in told]


def _writer(dialog: _Dialog) -> int | None:
    """The party that wrote a message: the originator where one is named, else the first."""
    if dialog.originator is not None:
        return dialog.originator
    first = dialog.parties[:1] if isinstance(dialog.parties, list) else [dialog.parties]
    for each in first:
        return (each[0] if each else None) if isinstance(each, list) else each
    return None


def _transcripts(told: _Vcon) -> dict[int, list[_Analysis]]:
    """The transcripts by number of their dialog; one that names none belongs to the only recording."""
    recordings = [n for n, each in enumerate(told.dialog) if each.type == "recording"]
    only = recordings if len(recordings) == 1 else []
    found: dict[int, list[_Analysis]] = {}
    for each in told.analysis:
        if each.type.startswith("transcript"):
            of = each.dialog
            for n in only if of is None else of[:1] if isinstance(of, list) else [of]:
                found.setdefault(n, []).append(each)
    return found


def _content(body: Raw, encoding: str | None) -> bytes:
    """The bytes of a body: a JSON value as it stands, a string as its text, decoded where it says so."""
    raw = bytes(body)
    if not raw.startswith(b'"'):
        return raw
    text = parsed(raw, str)
    if encoding != "base64url":
        return text.encode()
    try:
        return from_base64url(text)
    except ValueError as fault:
        raise BadShape("a body is not base64url as it says", "body", "Export the file again.") from fault


def _shifted(turn: Turn, offset: Seconds) -> Turn:
    """A turn whose recording begins later than the conversation."""
    if not offset:
        return turn
    words = [(text, _plus(start, offset), _plus(end, offset), sure) for text, start, end, sure in turn.words]
    return msgspec.structs.replace(
        turn, start=_plus(turn.start, offset), end=_plus(turn.end, offset), words=words
    )


def _plus(time: Seconds | None, offset: Seconds) -> Seconds | None:
    return None if time is None else time + offset
