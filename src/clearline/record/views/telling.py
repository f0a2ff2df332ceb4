"""What lists say of themselves, and what of a contact may stand in them."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.models import Call, Contact, ContactPoint, Event, Timeline
from clearline.record.queries.call import Remembered
from clearline.record.queries.history import Happened
from clearline.record.queries.parts import COUNTED, LOOKED, Part
from clearline.record.views.links import address, proof, timeline_address
from clearline.record.views.players import spoken
from clearline.record.watching import read
from clearline.reports.card import Row
from clearline.ui.wording import masked, written

LISTS: Final = {  # the words for what lies before and after a part, by how the list is sorted
    "-at": ("Newer", "Older"),
    "at": ("Older", "Newer"),
    "deadline": ("Sooner", "Later"),
    "": ("Before", "After"),
}

DETAILS: Final = ("item", "plan", "amount", "currency", "method", "carrier", "ship_by", "channel")


def told(part: Part[Any], name: str, names: str = "") -> str:
    """How many there are, as exactly as it was counted."""
    names = names or f"{name}s"
    if not part.first:
        return ""
    if part.count > COUNTED:
        return f"more than {COUNTED:,} {names}"
    count = f"{part.count:,} {name if part.count == 1 else names}"
    if part.edge is None:
        return count
    return f"{count} among {LOOKED:,}, back to {written(part.edge, 'day')}"


def masked_contact(contact: Contact | None) -> tuple[str, str]:
    """As much of a contact as tells two apart, and the address of their page."""
    if contact is None:
        return "", ""
    if contact.erased is not None:
        return "erased", ""
    number = next((one.value for one in contact.points.all() if one.kind == ContactPoint.Kind.PHONE), "")
    initials = " ".join(f"{word[0]}." for word in contact.name.split()[:2])
    shown = " ".join(filter(None, [initials, masked(number) if number else ""]))
    return shown or f"contact {contact.pk}", address("contact", contact.pk)


def lasted(call: Call) -> Instant | None:
    """How long a call was, from when it was answered; None as long as it runs."""
    began = call.started if call.answered is None else call.answered
    return None if call.ended is None else call.ended - began


def place(timeline: Timeline) -> tuple[str, str]:
    """What a finding or a duty is on, and the address of its page where it has one."""
    if timeline.kind == "person":
        found = Person.objects.filter(uid=timeline.subject).first()
        return (found.name, address("person", found.uid)) if found else ("somebody", "")
    url = timeline_address(timeline)
    named = timeline.kind in {"call", "contact"} and url  # by names that tell nobody anything
    return timeline.kind if named else f"{timeline.kind} {timeline.subject}", url


class Told(NamedTuple):
    """Something that happened, as pages list it."""

    event: Event
    words: str
    details: list[tuple[str, str]]
    on: list[tuple[Timeline, str]]
    proof: str


def happened(rows: Iterable[Happened]) -> list[Told]:
    """Events in words, with what is no secret of the contact's, and links to where else they stand."""
    return [
        Told(
            one.event,
            plain(one.event.type),
            _details(one.event),
            [(on, timeline_address(on)) for on in one.on],
            proof(one.event.entry),
        )
        for one in rows
    ]


def plain(name: str) -> str:
    """The name of a type or of a datum, in words."""
    return name.replace(".", " ").replace("_", " ")


def _details(event: Event) -> list[tuple[str, str]]:
    if event.body is None:
        return []
    data = read(bytes(event.body)).data
    return [
        (plain(name), str(data[name])) for name in DETAILS if isinstance(data.get(name), str | int | float)
    ]


class Words(NamedTuple):
    """A run of text; where it belongs to a finding, its number and how grave that is."""

    text: str
    finding: int | None = None
    tone: str = ""


class Line(NamedTuple):
    """A row of a talk as the page shows it, with its entry in the log."""

    row: Row
    words: list[Words]
    entry: int | None
    said: tuple[str, str] | None = None  # from when until when, in seconds since 1970


def lines(shown: Remembered) -> list[Line]:
    """The talk, row by row."""
    if shown.card is None:
        return []
    tones = ["unknown" if one.question else one.finding.severity for one in shown.card.findings]
    titles = [one.finding.title for one in shown.card.findings]
    made, said = [], spoken(shown)
    for row in shown.card.rows():
        if row.what == "missed":
            words = [Words(titles[row.finding], row.finding, tones[row.finding])]
        else:
            words = [
                Words(one.text, one.findings[0], tones[one.findings[0]]) if one.findings else Words(one.text)
                for one in row.pieces
            ]
        made.append(Line(row, words, shown.entries.get(row.id), said.get(row.id)))
    return made
