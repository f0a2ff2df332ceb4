"""The classes of record, and what the law says of how long each is kept."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from clearline.engine.conditions import Condition, Conditions
from clearline.engine.durations import Calendar, Span, parse_span, reach
from clearline.engine.events import Instant
from clearline.rulebook.in_force import covers

CALENDAR = Calendar()
AREAS = {
    "US": "United States",
    "EU": "European Union",
    "UK": "United Kingdom",
    "else": "elsewhere",
    "several": "in several of these",
    "unknown": "not known",
}
SALES = {"marketing", "mixed", ""}  # a purpose that nobody told may be one


@dataclass(frozen=True, slots=True)
class Limit:
    """What one law asks of a class: to keep it at least, or at most, so long."""

    id: str
    cite: str
    law: str
    places: tuple[str, ...]
    status: str
    least: Span | None = None
    most: Span | None = None  # with neither, the law leaves the figure to the shop
    sales: bool = False
    when: Condition | None = None

    def concerns(self, facts: "Facts") -> bool:
        """Whether it holds for such a timeline; where something is not known, it does."""
        if self.sales and facts.purpose not in SALES:
            return False
        if self.when is not None and self.when.truth({"shop": facts.shop})[0] is False:
            return False
        return not facts.places or any(
            covers(law, place, facts.union) for law in self.places for place in facts.places
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What limits read of a timeline."""

    places: tuple[str, ...]
    purpose: str
    shop: Mapping[str, Any]
    union: Collection[str]  # member states of the European Union

    @property
    def area(self) -> str:
        """One of AREAS."""
        found = {area_of(place, self.union) for place in self.places}
        if len(found) == 1:
            return found.pop()
        return "several" if found else "unknown"


@dataclass(frozen=True, slots=True)
class Klass:
    """A class of record: the events of some types on one kind of timeline."""

    id: str
    title: str
    about: str
    on: str
    events: tuple[str, ...]
    limits: tuple[Limit, ...]

    def takes(self, event_type: str) -> bool:
        return any(fnmatchcase(event_type, pattern) for pattern in self.events)

    def kept_by(self, facts: Facts, anchor: Instant) -> dict[str, Instant]:
        """The limits that ask to keep it, by id, and until when."""
        return {
            one.id: reach(anchor, one.least, CALENDAR)
            for one in self.limits
            if one.least is not None and one.concerns(facts)
        }


@cache
def classes() -> Mapping[str, Klass]:
    """All classes by id, in their order."""
    told = tomllib.loads((files(__package__) / "classes.toml").read_text(encoding="utf-8"))
    conditions = Conditions(["shop"])
    return {
        one["id"]: Klass(
            one["id"],
            one["title"],
            one["about"],
            one["on"],
            tuple(one["events"]),
            tuple(_limit(limit, conditions) for limit in one["limit"]),
        )
        for one in told["class"]
    }


def class_of(event_type: str, kinds: Iterable[str]) -> Klass | None:
    """The one class that an event on timelines of these kinds belongs to; None where it is about nobody."""
    on = set(kinds)
    return next((one for one in classes().values() if one.on in on and one.takes(event_type)), None)


def area_of(place: str, union: Collection[str]) -> str:
    """The area, for which the shop chooses, that a place lies in."""
    if place.startswith("US"):
        return "US"
    if place.startswith("GB"):
        return "UK"
    return "EU" if place in union else "else"


def _limit(told: Mapping[str, Any], conditions: Conditions) -> Limit:
    return Limit(
        told["id"],
        told["cite"],
        told["law"],
        tuple(told["places"]),
        told["status"],
        parse_span(told["least"]) if "least" in told else None,
        parse_span(told["most"]) if told.get("most") else None,
        told.get("sales", False),
        conditions.compile(told["when"]) if "when" in told else None,
    )
