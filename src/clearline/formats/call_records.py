"""Call records of switches: what telephony says which calls there were, whatever became of them here.

CSV with headers in the words of Asterisk, VICIdial, Twilio and their like; Asterisk's Master.csv, which has none; JSON with the
same names, as Twilio's API answers; contact records of Amazon Connect and Contact Lens.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import NotRead, masked
from clearline.formats.moments import Order, order_of, read_moment
from clearline.formats.phones import number_in_full
from clearline.formats.text import decoded

# fmt: off
ASTERISK: Final = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
    "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("call", "call_id", "callid", "uniqueid", "call_sid", "callsid", "sid", "contact_id", "contactid", "id"),
    "at": (
        "start", "started", "start_time", "starttime", "call_date", "calldate", "date_created", "datecreated",
        "initiation_timestamp", "initiationtimestamp", "at", "time",
    ),
    "seconds": ("billsec", "talk_sec", "length_in_sec", "duration", "seconds", "call_duration"),
    "status": ("disposition", "status", "call_status", "status_name", "result"),
    "agent": ("agent", "user", "agent_id", "extension", "dstchannel"),
    "direction": ("direction", "call_direction", "call_type", "initiationmethod"),
    "from": ("from", "src", "caller", "caller_number", "from_number"),
    "to": ("to", "dst", "callee", "called_number", "to_number", "phone_number_dialed", "phone_number", "number"),
}
"""What columns are called, the surest name first."""
UNANSWERED: Final = frozenset((
    "no answer", "no-answer", "noanswer", "busy", "failed", "canceled", "cancelled", "congestion", "na", "b", "ab", "adc",
    "drop", "abandoned", "not answered",
))
ANSWERED: Final = frozenset(("answered", "completed", "answer", "in-progress", "sale", "hangup", "connected"))
WAYS: Final[Mapping[str, str]] = {
    "inbound": "inbound", "incoming": "inbound", "in": "inbound",
    "outbound": "outbound", "outgoing": "outbound", "out": "outbound", "outbound-api": "outbound", "outbound-dial": "outbound",
}
# fmt: on
MUST: Final = ("call", "at")
DELIMITERS: Final = ",;\t|"
LISTS: Final = ("calls", "records", "items", "contacts")  # under which JSON has them
LONGEST: Final = 128  # characters of an id
MOST: Final = 7 * 86_400  # seconds; a call is no longer
NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)


class CallRecord(NamedTuple):
    """One call as the switch has it; None, or empty, where it does not say."""

    call: str
    at: Instant
    seconds: int | None
    answered: bool | None
    agent: str = ""
    direction: str = ""
    numbers: tuple[str, ...] = ()  # of whoever took part, in E.164


class Faulty(NamedTuple):
    """A line that is no call record, and why."""

    line: int
    reason: str


Cells = Mapping[str, str]
"""What a line says, by the names of a record's members."""


def read_call_records(
    data: bytes, zone: str = "UTC", order: Order | None = None
) -> tuple[list[CallRecord], list[Faulty]]:
    """The records of a file, and every line that could not be read; NotRead where it is no such file.

    Times without a zone are taken for those of `zone`. Whether 03/04 is in March or April is seen from the other dates of the file;
    where they don't say it, `order` does, and without it nothing is guessed.
    """
    text = decoded(data)
    lines = list(_json(data) if text.lstrip()[:1] in {"{", "["} else _csv(text))
    order = order or order_of(cells.get("at", "") for _, cells in lines)
    found, faulty = [], []
    for number, cells in lines:
        try:
            found.append(_record(cells, ZoneInfo(zone), order))
        except ValueError as error:
            faulty.append(Faulty(number, str(error)))
    return found, faulty


def _record(cells: Cells, zone: ZoneInfo, order: Order | None) -> CallRecord:
    call, seconds = cells.get("call", ""), cells.get("seconds", "")
    if not call or len(call) > LONGEST or "\0" in call:
        raise ValueError("it names no call")
    if seconds and (not NUMBER.fullmatch(seconds) or float(seconds) > MOST):
        raise ValueError(f"{masked(seconds, 30)} is no number of seconds that a call lasts")
    at = read_moment(cells.get("at", ""), zone, order)
    if not seconds and cells.get("ended"):
        seconds = str(max(0, read_moment(cells["ended"], zone, order) - at) // SECOND)
    status = cells.get("status", "").casefold()
    numbers = {number_in_full(cells[name]) for name in ("from", "to") if cells.get(name)} - {None}
    return CallRecord(
        call,
        at,
        math.floor(float(seconds)) if seconds else None,
        True if status in ANSWERED else False if status in UNANSWERED else None,
        cells.get("agent", "").replace("\0", "")[:64],
        WAYS.get(cells.get("direction", "").casefold(), ""),
        tuple(sorted(one for one in numbers if one)),
    )


def _csv(text: str) -> Iterator[tuple[int, Cells]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count))
    columns: Mapping[str, int] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                names = [_folded(cell) for cell in row]
                headless = not set(names) & _known() and len(row) >= len(ASTERISK) - 2
                columns = _columns(ASTERISK if headless else names)
                if not headless:
                    continue
            yield (
                reader.line_num,
                {name: row[place].strip() for name, place in columns.items() if place < len(row)},
            )
    except csv.Error as error:
        raise NotRead(f"it is no CSV: {error}") from None
    if columns is None:
        raise NotRead("it is empty")


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    """Where each member of a record stands."""
    found = {
        name: head.index(one)
        for name, names in NAMES.items()
        if (one := next((each for each in names if each in head), None))
    }
    if missing := [name for name in MUST if name not in found]:
        words = {"call": "which call it is (call_id)", "at": "when it began (start)"}
        told = masked(", ".join(head))
        raise NotRead(f"no column says {' and '.join(words[one] for one in missing)}; there are: {told}")
    return found


def _known() -> set[str]:
    return {one for some in NAMES.values() for one in some}


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def _json(data: bytes) -> Iterator[tuple[int, Cells]]:
    """An object or a list of them, also under the name by which an API answers with them."""
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotRead(f"it is no JSON: {masked(str(error))}") from None
    if isinstance(told, dict):
        told = next((told[name] for name in LISTS if isinstance(told.get(name), list)), [told])
    for number, one in enumerate(told, 1):
        yield number, _object(one) if isinstance(one, dict) else {}


def _object(one: Mapping[str, Any]) -> Cells:
    flat = {_folded(name): str(value).strip() for name, value in one.items() if _plain(value)}
    meta = one.get("ContactMetadata") or one.get("CustomerMetadata")
    if "ContactId" in one or isinstance(meta, dict):
        return _contact(one, flat, meta if isinstance(meta, dict) else {})
    return {
        name: flat[found]
        for name, names in NAMES.items()
        if (found := next((n for n in names if n in flat), ""))
    }


def _contact(one: Mapping[str, Any], flat: Cells, meta: Mapping[str, Any]) -> Cells:
    """A contact by the members that Amazon Connect's contact records and Contact Lens have."""
    agent, customer = one.get("Agent"), one.get("CustomerEndpoint")
    began = flat.get("initiationtimestamp") or flat.get("start") or flat.get("createdtime") or ""
    told = {"call": str(one.get("ContactId") or meta.get("ContactId") or ""), "at": began}
    told["direction"] = flat.get("initiationmethod", "")
    if isinstance(customer, dict) and isinstance(customer.get("Address"), str):
        told["from"] = customer["Address"]
    if isinstance(agent, dict) and agent:
        told["agent"], told["status"] = str(agent.get("Username") or ""), "answered"
    return told | {"ended": flat.get("disconnecttimestamp", "")}


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
