"""Call records of switches: what telephony says which calls there were, whatever became of them here.

CSV with headers in the words of Asterisk, VICIdial, Twilio and their like; Asterisk's Master.csv, which has none; Contact Lens, a call a file.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import NotRead
from clearline.formats.text import decoded

ASTERISK: Final = [
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "uniqueid",
    "userfield",
]
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "call": (
        "call",
        "call_id",
        "callid",
        "uniqueid",
        "call_sid",
        "callsid",
        "sid",
        "contact_id",
        "contactid",
        "id",
    ),
    "at": (
        "start",
        "started",
        "start_time",
        "starttime",
        "call_date",
        "calldate",
        "date_created",
        "initiation_timestamp",
        "at",
        "time",
    ),
    "seconds": ("billsec", "talk_sec", "length_in_sec", "duration", "seconds", "call_duration"),
    "status": ("disposition", "status", "call_status", "status_name", "result"),
    "agent": ("agent", "user", "agent_id", "extension", "dstchannel"),
}
"""What columns are called, the surest name first."""
UNANSWERED: Final = frozenset(
    [
        "no answer",
        "no-answer",
        "noanswer",
        "busy",
        "failed",
        "canceled",
        "cancelled",
        "congestion",
        "na",
        "b",
        "ab",
        "adc",
        "drop",
        "abandoned",
        "not answered",
    ]
)
ANSWERED: Final = frozenset(["answered", "completed", "answer", "in-progress", "sale", "hangup", "connected"])
SHAPES: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S %p",
    "%Y-%m-%d %H:%M",
)


class CallRecord(NamedTuple):
    """One call as the switch has it; None where it does not say."""

    call: str
    at: Instant
    seconds: int | None
    answered: bool | None
    agent: str


class Faulty(NamedTuple):
    """A line that is no call record, and why."""

    line: int
    reason: str


def read_call_records(data: bytes, zone: str = "UTC") -> tuple[list[CallRecord], list[Faulty]]:
    """The records of a file, and every line that could not be read; NotRead where it is no such file.

    Times without a zone are taken for those of `zone`; an hour that comes twice when clocks change counts as the first.
    """
    text = decoded(data)
    if text.lstrip()[:1] in {"{", "["}:
        return _contact_lens(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text)))
    except csv.Error as error:
        raise NotRead(f"it is no CSV: {error}") from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise NotRead("it is empty")
    head, first = _head(rows[0])
    columns = {name: _column(head, NAMES[name]) for name in NAMES}
    if columns["call"] is None or columns["at"] is None:
        raise NotRead(
            f"no column says which call it is and when it began; there are: {', '.join(head)[:200]}. "
            "Name them call_id and start"
        )
    found, faulty = [], []
    for number, row in enumerate(rows[first:], first + 1):
        try:
            found.append(_record(row, columns, ZoneInfo(zone)))
        except ValueError as error:
            faulty.append(Faulty(number, str(error)))
    return found, faulty


def _record(row: Sequence[str], columns: Mapping[str, int | None], zone: ZoneInfo) -> CallRecord:
    def cell(name: str) -> str:
        place = columns[name]
        return row[place].strip() if place is not None and place < len(row) else ""

    call = cell("call")
    if not call or len(call) > 128:
        raise ValueError("it names no call")
    status, seconds = cell("status").casefold(), cell("seconds")
    if seconds and not seconds.replace(".", "", 1).isdecimal():
        raise ValueError(f"{seconds[:20]} is no number of seconds")
    answered = True if status in ANSWERED else False if status in UNANSWERED else None
    return CallRecord(
        call,
        _moment(cell("at"), zone),
        int(float(seconds)) if seconds else None,
        answered,
        cell("agent")[:64],
    )


def _moment(text: str, zone: ZoneInfo) -> Instant:
    if (
        text.replace(".", "", 1).isdecimal() and len(text) >= 10
    ):  # seconds since 1970, as some switches write it
        return int(float(text) * SECOND)
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        told = _shaped(text)
    return instant_of(told if told.tzinfo else told.replace(tzinfo=zone))


def _shaped(text: str) -> datetime:
    for shape in SHAPES:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 # the zone is the caller's
        except ValueError:
            continue
    raise ValueError(f"{text[:30] or 'nothing'} is no time")


def _head(row: Sequence[str]) -> tuple[list[str], int]:
    """The names of the columns, and the first line of data; Asterisk's own file has no head."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in row]
    known = {one for some in NAMES.values() for one in some}
    if not known & set(names) and len(row) >= len(ASTERISK) - 2:
        return list(ASTERISK), 0
    return names, 1


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _dialect(text: str) -> Any:
    try:
        return csv.Sniffer().sniff(text[:4_096], delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _contact_lens(data: bytes) -> tuple[list[CallRecord], list[Faulty]]:
    """A contact, or a list of them, by the members that Contact Lens and Connect's contact records have."""
    try:
        told = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise NotRead(f"it is no JSON: {error}") from None
    found, faulty = [], []
    for number, one in enumerate(told if isinstance(told, list) else [told], 1):
        try:
            found.append(_contact(one))
        except (ValueError, TypeError, KeyError) as error:
            faulty.append(Faulty(number, f"it is no contact record: {error}"))
    return found, faulty


def _contact(one: Any) -> CallRecord:
    meta = one.get("ContactMetadata") or one.get("CustomerMetadata") or one
    call = one.get("ContactId") or meta.get("ContactId")
    began = one.get("InitiationTimestamp") or one.get("Start") or (one.get("CreatedTime"))
    if not call or not began:
        raise ValueError("ContactId or InitiationTimestamp is missing")
    agent = one.get("Agent") or {}
    ended = one.get("DisconnectTimestamp")
    at = _moment(str(began).replace("Z", "+00:00"), ZoneInfo("UTC"))
    seconds = (_moment(str(ended).replace("Z", "+00:00"), ZoneInfo("UTC")) - at) // SECOND if ended else None
    return CallRecord(str(call), at, seconds, bool(agent) or None, str(agent.get("Username") or "")[:64])
