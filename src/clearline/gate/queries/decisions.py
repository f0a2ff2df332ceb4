"""Decisions of the gate, as far as somebody's role reaches: the list, one of them, and how a campaign fared."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from django.db.models import Q, QuerySet

from clearline.engine.events import Instant
from clearline.gate.attempts import Answer
from clearline.gate.attempts import Decision as Told
from clearline.gate.models import Decision
from clearline.people.models import Person
from clearline.people.permissions import reach as reaches
from clearline.record.models import Contact
from clearline.record.queries import reach
from clearline.record.queries.parts import Order, Part, cursor, part

NEWEST: Final = Order("-at", "at", "at")
FOUND: Final = 50  # decisions that a search for a number or a contact shows
_INDEXED: Final = ("campaign", "rule", "answer")  # each has an index by time


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks the list for; what is empty is not asked for. Times are microseconds; until is not included."""

    since: Instant | None = None
    until: Instant | None = None
    answer: str = ""
    state: str = ""
    rule: str = ""
    campaign: str = ""
    purpose: str = ""
    agent: str = ""
    place: str = ""  # a cursor


class Fared(NamedTuple):
    """What the gate answered to the attempts of a campaign, and which rules refused them."""

    asked: int
    allowed: int
    refused: Mapping[str, int]  # by the weightiest rule
    more: bool = False  # there were others before these


def reachable(who: Person) -> QuerySet[Decision]:
    """An agent's own attempts, those of the teams that somebody leads, or all; and what they checked themselves."""
    if reaches(who, "see decisions") is None:
        return Decision.objects.none()
    within = reach.agents(who, "see decisions")
    if within is None:
        return Decision.objects.all()
    return Decision.objects.filter(Q(agent__in=within) | Q(actor=str(who.uid)))


def decisions(who: Person, wanted: Wanted) -> Part[Decision]:
    """The newest first."""
    asked = {
        name: value
        for name in ("answer", "state", "rule", "campaign", "purpose", "agent")
        if (value := getattr(wanted, name))
    }
    rows = _between(reachable(who).filter(**asked), wanted)
    whole = _between(Decision.objects.all(), wanted)
    narrow = next((name for name in _INDEXED if name in asked), None)
    whole = whole.filter(**{narrow: asked[narrow]}) if narrow else whole
    return part(rows, whole, NEWEST, cursor(wanted.place, NEWEST))


def about(who: Person, words: str, numbers: Iterable[str]) -> list[Decision]:
    """The newest decisions about a number, in E.164, or a contact by the shop's id."""
    rows = reachable(who).filter(Q(number__in=[one for one in numbers if one]) | Q(contact=words))
    return list(rows.order_by("-at", "-pk")[:FOUND])


def decision(who: Person, uid: str) -> Decision:
    """One that they may see; Decision.DoesNotExist for all others, there or not."""
    return reachable(who).get(uid=uid)


def checked(who: Person) -> QuerySet[Decision]:
    """What somebody has checked themselves, the newest first."""
    rows = Decision.objects.filter(actor=str(who.uid), state=Decision.State.CHECKED)
    return rows.order_by("-asked", "-pk")


def told(row: Decision) -> Told | None:
    """What it says; None once it was erased."""
    return None if row.body is None else msgspec.json.decode(bytes(row.body), type=Told)


def contacts(who: Person, rows: Iterable[Decision]) -> dict[str, Contact]:
    """The contacts that decisions name, as far as they may be seen."""
    subjects = {row.contact for row in rows} - {""}
    return {one.subject: one for one in reach.contacts(who).filter(subject__in=subjects)} if subjects else {}


def fared(campaign: str, since: Instant, until: Instant, most: int) -> Fared:
    """How the newest attempts of a campaign fared between two times; checks that reserved nothing do not count."""
    rows = Decision.objects.filter(campaign=campaign, at__gte=since, at__lt=until)
    newest = rows.exclude(state=Decision.State.CHECKED).order_by("-at", "-pk")
    found = list(newest.values_list("answer", "rule")[: most + 1])
    refused = Counter(rule for answer, rule in found[:most] if answer != Answer.ALLOW)
    asked = len(found[:most])
    return Fared(asked, asked - refused.total(), refused, more=len(found) > most)


def _between(rows: QuerySet[Decision], wanted: Wanted) -> QuerySet[Decision]:
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    return rows if wanted.until is None else rows.filter(at__lt=wanted.until)
