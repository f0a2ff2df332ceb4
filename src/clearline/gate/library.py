"""The gate as a library call: the same rules and answers, without a record, for tests, audits and dialers in Python."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from clearline.engine.events import Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.gate.asked import PLACED, Asked
from clearline.gate.attempts import Attempt, Decision
from clearline.gate.deciding import Deciding, Question
from clearline.gate.dialled import in_full
from clearline.gate.facts import Known, Lookup
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

NOTHING: Final[Mapping[str, Any]] = {}
KEPT: Final = 256  # timelines of the house that are remembered


class Packs:
    """The rules of packs, compiled when they are first asked for."""

    def __init__(
        self, rulebook: Rulebook, packs: Iterable[str] | None, shop: Mapping[str, Any] = NOTHING
    ) -> None:
        self.rulebook = rulebook
        self.known = {**rulebook.known, "shop": shop}
        self._rules = rulebook.select(packs)
        self._programs: dict[str, Program | None] = {}

    def program(self, kind: str) -> Program | None:
        """The program for a kind of timeline; None where no rule speaks of it."""
        if kind not in self._programs:
            rules = [rule for rule in self._rules if rule.on == kind]
            made = self.rulebook.program(kind, rules, portable=True) if rules else None
            self._programs[kind] = made
        return self._programs[kind]


class Gate:
    """Decides attempts by rules and by what it is told; reserves nothing, and logs nothing."""

    def __init__(self, rules: Packs, lists: Lookup | None, house: Sequence[Event]) -> None:
        self.deciding = Deciding(rules, lists)
        self._rules = rules
        self._house = _events(house)
        self._houses: dict[tuple[Any, ...], Asked | None] = {}

    @classmethod
    def open(
        cls,
        *folders: Path,
        packs: Iterable[str] | None = None,
        shop: Mapping[str, Any] = NOTHING,
        lists: Lookup | None = None,
        house: Sequence[Event] = (),
    ) -> Self:
        """Reads the shipped packs and those in folders; `house` are the organisation's events: which lists it loaded when."""
        return cls(Packs(load(*folders), packs, shop), lists, house)

    def decide(
        self,
        attempt: Attempt,
        at: Instant,
        *,
        facts: Mapping[str, Any] = NOTHING,
        contact: Sequence[Event] = (),
        before: Iterable[Instant] = (),
        house: Sequence[Event] | None = None,
    ) -> Decision:
        """The answer as of a moment (microseconds), by facts that the caller vouches for and the contact's events.

        `before` are the times of earlier attempts that were like this one.
        """
        contact = [*contact, *self._like(attempt, at, facts, before)]
        found = self.house if house is None else self._organisation(_events(house))
        on = [
            self._timeline("contact", contact) if contact else self.deciding.fresh("contact"),
            self.deciding.fresh("campaign") if attempt.campaign else None,
            self.deciding.fresh("agent") if attempt.agent else None,
            found,
        ]
        return self.deciding.decide(
            Question(attempt, at, Known(stated=facts), [one for one in on if one is not None])
        )

    def _like(
        self, attempt: Attempt, at: Instant, facts: Mapping[str, Any], times: Iterable[Instant]
    ) -> Iterator[Event]:
        """Attempts at these times of which the same is known."""
        times = sorted(times)
        if times:
            told = self.deciding.looking.facts(attempt, in_full(attempt.number), at, Known(stated=facts))
            data = {"decision": "", **told.data}
            yield from (Event(f"before-{number}", PLACED, time, data) for number, time in enumerate(times))

    @cached_property
    def house(self) -> Asked | None:
        """The organisation's timeline as it was opened."""
        return self._organisation(self._house)

    def _organisation(self, events: tuple[Event, ...]) -> Asked | None:
        """The organisation's timeline; the same events give the same one."""
        key = tuple(
            (one.type, one.at, msgspec.json.encode(one.data, order="deterministic")) for one in events
        )
        if key not in self._houses:
            if len(self._houses) >= KEPT:
                self._houses.clear()
            self._houses[key] = self._timeline("organisation", events)
        return self._houses[key]

    def _timeline(self, kind: str, events: Sequence[Event]) -> Asked | None:
        program = self._rules.program(kind)
        if program is None or not events:
            return self.deciding.fresh(kind)
        monitor = Monitor(program, self._rules.known)
        for event in events:
            monitor.step(event)
        return Asked(kind, program, monitor, lasts=kind == "organisation")


def _events(house: Sequence[object]) -> tuple[Event, ...]:
    """The events of the organisation; TypeError where something else was handed in."""
    events = tuple(one for one in house if isinstance(one, Event))
    if len(events) < len(house):
        strange = next(one for one in house if not isinstance(one, Event))
        told = 'Event("l-1", "list.loaded", at, {"list": "us-national"}, {"organisation": "shop"})'
        raise TypeError(f"house holds events, as {told}, and no {type(strange).__name__}")
    return events
