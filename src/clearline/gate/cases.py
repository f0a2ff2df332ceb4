"""Attempts of a file, each as of its own time, with what the file says of lists, consent and history."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import IO, Any, Final, NamedTuple

from clearline.engine.durations import instant_of
from clearline.engine.errors import ClearlineError
from clearline.engine.events import Event, Instant
from clearline.gate.attempts import Attempt, Decision
from clearline.gate.deciding import refused
from clearline.gate.library import Gate
from clearline.gate.scrubs.leads import Leads, UnreadableLeads, bare, meaning, place_in_full

TEXTS: Final = (
    *("contact", "purpose", "technology", "voice", "campaign", "agent", "seller"),
    *("call", "caller_id", "line", "debt", "postcode", "place"),
)
ALIASES: Final[Mapping[str, str]] = {
    "phone": "number",
    "zip": "postcode",
    "country": "place",
    "at_utc": "at",
    "time": "at",
}
TRUTHS: Final = ("on_registry", "on_state_list", "on_litigator_list", "emergency", "objected")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "consent": ("none", "express", "written"),
    "reassigned": ("yes", "no", "no data"),
}
HISTORY: Final[Mapping[str, str]] = {
    "last_purchase": "order.placed",
    "last_inquiry": "contact.inquired",
    "dnc_requested": "dnc.requested",
}
"""Columns with times, several with `;` between them, and the events that they stand for."""
HOUSE: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "registry_loaded": ("list.loaded", {"list": "us-national"}),
    "emergencies_checked": ("emergencies.checked", {}),
}
ATTEMPTS: Final = "attempts"  # times of earlier ones that were like this
KNOWN: Final = {
    *("number", "at", "state", "abandoned_share", ATTEMPTS),
    *(*TEXTS, *ALIASES, *TRUTHS, *WORDS, *HISTORY, *HOUSE),
}
_LIKE: Final = 0.8  # of the letters in common: a column that is so much like a known one is one, misspelt
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


class BadCase(ClearlineError):  # noqa: N818 - a state of a line
    """A line that holds no attempt that can be decided."""


class Case(NamedTuple):
    """One attempt, and what its line says beside it."""

    attempt: Attempt
    at: Instant
    facts: dict[str, Any]
    contact: list[Event]
    before: list[Instant]
    house: list[Event]


class Line(NamedTuple):
    """The cells of a row by the names of their columns, empty ones left out; and why they can't be read, if so."""

    cells: Mapping[str, str]
    fault: str = ""


class Cases:
    """A file of attempts with a header, that is being read; UnreadableLeads where its columns can be mistaken."""

    def __init__(self, file: IO[bytes]) -> None:
        self._leads = Leads(file)
        if not self._leads.header:
            raise UnreadableLeads("the first row names no columns: write number, at, purpose, … above them")
        names = [cell.strip().lower() for cell in self._leads.header]
        self.strange = [name for name in names if name not in KNOWN]
        self._names = [ALIASES.get(name, name) for name in names]
        _unmistakable(names, self._names)

    def __iter__(self) -> Iterator[Line]:
        """Each row; one that has not as many cells as there are columns says so."""
        for rows in self._leads.blocks():
            for row in rows:
                told = [cell.strip() for cell in row]
                cells = {name: cell for name, cell in zip(self._names, told, strict=False) if cell}
                cell = "cell" if len(row) == 1 else "cells"
                ragged = len(row) != len(self._names)
                yield Line(
                    cells, f"it has {len(row)} {cell} under {len(self._names)} columns" if ragged else ""
                )


def _unmistakable(written: Sequence[str], names: Sequence[str]) -> None:
    """Refuses two columns for one thing, of which one would be passed over, and those that may be misspelt."""
    twice = next((name for name, count in Counter(filter(None, names)).items() if count > 1), "")
    if twice:
        told = ", ".join(repr(one) for one, name in zip(written, names, strict=True) if name == twice)
        raise UnreadableLeads(f"the columns {told} say the same thing: keep one of them, as {twice}")
    known = {bare(name): name for name in KNOWN}
    for name in written:
        if name in KNOWN or not name:
            continue
        like = get_close_matches(bare(name), known, 1, _LIKE)
        meant = known[like[0]] if like else meaning(name)
        if meant:
            raise UnreadableLeads(
                f"there is no column {name[:40]!r}: if it is {meant}, call it so; if not, leave it out"
            )


def decided(gate: Gate, line: Line) -> Decision:
    """The answer to a line; one that can't be read is refused, and says why."""
    try:
        found = None if line.fault else case(line.cells)
        fault = line.fault
    except BadCase as error:
        found, fault = None, str(error)
    if found is None:
        attempt = Attempt(number=line.cells.get("number", "")[:40])
        return refused(attempt, 0, f"The line can't be read: {fault}", "a line that says it as the others do")
    return gate.decide(
        found.attempt,
        found.at,
        facts=found.facts,
        contact=found.contact,
        before=found.before,
        house=found.house or None,
    )


def case(cells: Mapping[str, str]) -> Case:
    """The attempt of a line, strictly read; BadCase where a cell says nothing that is understood."""
    if "at" not in cells:
        raise BadCase("it does not say at which time, in UTC")
    at = _moment("at", cells["at"], whole=False)
    texts = {name: cells[name] for name in TEXTS if name in cells}
    if "state" in cells:
        texts["place"] = _state(cells["state"], texts.get("place", ""))
    facts: dict[str, Any] = {name: _truth(name, cells[name]) for name in TRUTHS if name in cells}
    for name, words in WORDS.items():
        if name in cells:
            if cells[name].lower() not in words:
                raise BadCase(f"{name} is one of {', '.join(words)}")
            facts[name] = cells[name].lower()
    if "abandoned_share" in cells:
        facts["abandoned_share"] = _share(cells["abandoned_share"])
    contact = _events({column: (kind, {}) for column, kind in HISTORY.items()}, cells, at)
    house = _events(HOUSE, cells, at)
    before = [one for one in _moments(ATTEMPTS, cells) if one < at]
    return Case(Attempt(number=cells.get("number", ""), at=at, **texts), at, facts, contact, before, house)


def _state(state: str, place: str) -> str:
    """The place of a state, beside a country that it lies in."""
    told = place_in_full(state)
    if place and told != place.upper() and not told.startswith(f"{place.upper()}-"):
        raise BadCase(f"state says {told[:40]}, and place or country {place[:40]}")
    return told


def _events(
    columns: Mapping[str, tuple[str, dict[str, Any]]], cells: Mapping[str, str], at: Instant
) -> list[Event]:
    """What cells with times stand for, in order, up to a moment."""
    found = [
        Event(f"{column}-{number}", kind, moment, data)
        for column, (kind, data) in columns.items()
        for number, moment in enumerate(_moments(column, cells))
        if moment <= at
    ]
    return sorted(found, key=lambda event: event.order)


def _moments(column: str, cells: Mapping[str, str]) -> list[Instant]:
    told = cells.get(column, "").split(";")
    return [_moment(column, one.strip(), whole=True) for one in told if one.strip()]


def _moment(column: str, text: str, *, whole: bool) -> Instant:
    """A time in UTC, or where a whole day will do the beginning of it."""
    try:
        if whole and len(text) == len("2026-11-23"):
            return instant_of(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC))
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) < len("2026-11-23T10:00"):
        raise BadCase(f"{column} is a time in UTC, as 2026-11-23T20:00:00Z")
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _truth(name: str, text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise BadCase(f"{name} is true or false")
    return text.lower() in _TRUE


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise BadCase("abandoned_share is a number from 0 to 1")
    return found
