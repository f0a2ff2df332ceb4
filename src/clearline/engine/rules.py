"""Rules, signals, states and kinds of timelines, as the engine is given them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clearline.engine.durations import Span
from clearline.engine.events import Instant
from clearline.engine.sentences import Sentence, Term


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of timeline and the event that ends it; some never end."""

    name: str
    ends: str | None = None


KINDS = (
    Kind("call", "call.ended"),
    Kind("order", "order.closed"),
    Kind("campaign", "campaign.ended"),
    Kind("report", "report.closed"),
    Kind("agent"),
    Kind("contact"),
    Kind("organisation"),
)


@dataclass(frozen=True, slots=True)
class Signal:
    """A named thing that an event shows: a phrase said, an entity heard, an action done."""

    name: str
    by: tuple[str, ...] = ()  # whose words count: agent, customer, system; anyone's if none is named
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # phrases that take a hit back where they share a word with it
    entity: str | None = None
    events: tuple[str, ...] = ()  # types of events
    where: str | None = None
    sets: Mapping[str, str] = field(default_factory=dict)  # fact, or fact[KEY] -> value; all in CEL


@dataclass(frozen=True, slots=True)
class StateDefinition:
    """A named interval: on from one term to another, or for as long as it lasts."""

    name: str
    starts: Term
    ends: Term | None = None
    lasts: Span | None = None
    key: str | None = None  # CEL over the event; the state is held for each of its values
    before: str = "off"  # what it is until the first start or end: off, on or unknown
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """The checkable form of an obligation; two are the same only if they are one."""

    id: str
    on: str  # the kind of timeline
    sentences: tuple[Sentence, ...]
    title: str = ""
    cites: tuple[str, ...] = ()
    when: str | None = None
    severity: str = "serious"
    prompt: str = ""
    version: str = ""
    since: Instant | None = None  # in force from
    until: Instant | None = None  # in force before
