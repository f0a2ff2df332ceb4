"""What the formats of shops and desks share: a delivery, people, addresses and money in the words of the house."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from clearline.engine.events import Event, Instant
from clearline.formats.errors import BadShape, BadTime, masked
from clearline.formats.phones import number_in_full
from clearline.formats.text import cleaned
from clearline.formats.turns import instant

Id: TypeAlias = int | str
Text: TypeAlias = str | None
When: TypeAlias = datetime | None

_BY_STATE = frozenset({"US", "CA"})  # where rules differ by state or province
_STATE = re.compile(r"[A-Z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NAME = 128  # characters of the id of an event
_LONGEST = 100  # characters of an id, so that what is put around it fits


class Delivery(msgspec.Struct):
    """What one delivery says: events, and what was left out and why."""

    events: tuple[Event, ...] = ()
    ignored: tuple[str, ...] = ()


class Address(msgspec.Struct):
    """Where somebody is, with the number that stands beside it."""

    lines: tuple[Text, ...] = ()
    town: Text = None
    postcode: Text = None
    state: Text = None  # by its code
    country: Text = None  # by its code
    phone: Text = None

    @property
    def place(self) -> str:
        """The jurisdiction, as US-FL or DE; empty where no country is told."""
        country, state = (self.country or "").strip().upper(), (self.state or "").strip().upper()
        if not _COUNTRY.fullmatch(country):
            return ""
        return f"{country}-{state}" if country in _BY_STATE and _STATE.fullmatch(state) else country

    @property
    def text(self) -> str:
        """As it would stand on a letter; empty where only a country is known."""
        parts = [*self.lines, " ".join(filter(None, [self.postcode, self.town]))]
        told = ", ".join(part.strip() for part in parts if part and part.strip())
        return f"{told}, {self.place}" if told and self.place else told


def event(
    name: str, type_: str, at: datetime | Instant, data: dict[str, Any], **subjects: str | None
) -> Event:
    """An event without what is empty in it, and without characters that no text may hold."""
    when = instant(at) if isinstance(at, datetime) else at
    if when < 0:
        raise BadTime("the time lies before 1970", masked(type_), "Look at the clock of the sender.")
    if len(name) > _NAME:
        name = f"{name[: _NAME - 25]}-{sha256(name.encode()).hexdigest()[:24]}"
    return Event(name, type_, when, _clean(data), {kind: one for kind, one in subjects.items() if one})


def subject(prefix: str, name: Id) -> str:
    """The id of a thing of the sender's, as its timeline is called here."""
    told = str(name).strip()
    if not 0 < len(told) <= _LONGEST:
        raise BadShape(
            f"an id is empty or longer than {_LONGEST} characters", "at the top", "Send the sender's own id."
        )
    return prefix + told


def details(
    name: Iterable[Text],
    emails: Iterable[Text],
    phones: Iterable[Text],
    addresses: Iterable[Address],
    **more: Any,
) -> dict[str, Any]:
    """What is told of a contact: each number in full where its country is known, each place, once."""
    known = [one for one in addresses if one != Address()]
    home = next((one.country for one in known if one.country), None)
    numbers = [(phone, home) for phone in phones] + [(one.phone, one.country or home) for one in known]
    full = [number_in_full(phone, country) or phone.strip() for phone, country in numbers if phone]
    return {
        "name": " ".join(part.strip() for part in name if part and part.strip()),
        "number": _once(full),
        "email": _once(one.strip() for one in emails if one),
        "address": _once(one.text for one in known),
        "postcode": _once(one.postcode.strip() for one in known if one.postcode),
        "places": _once(one.place for one in known),
        **more,
    }


def seen(about: str, at: datetime | Instant, told: dict[str, Any], contact: str) -> Event:
    """That a contact was seen with these details; the same details under the same id, however often they come."""
    digest = sha256(msgspec.json.encode(_clean(told), order="deterministic")).hexdigest()[:12]
    return event(f"{about}-seen-{digest}", "contact.seen", at, told, contact=contact)


def nameless(told: dict[str, Any]) -> str:
    """The timeline of somebody of whom only a number is known; empty where not even that is."""
    number = next((one for one in told.get("number", ()) if one.startswith("+")), "")
    return f"tel:{number}" if number else ""


def amount(text: Text) -> float | None:
    """Money that is written as text."""
    if not text:
        return None
    try:
        told = float(text)
    except ValueError:
        told = float("nan")
    if not abs(told) < 1e15:
        raise BadShape("an amount is no number", "amount", "Send amounts like 12.50.")
    return told


def told_ignored(what: str) -> Delivery:
    """A delivery of which nothing is taken."""
    return Delivery(ignored=(what,))


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, values)))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)[0]
    if isinstance(value, dict):
        inner = {name: _clean(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one not in (None, "", [], {})}
    return [_clean(one) for one in value] if isinstance(value, list) else value
