"""How long each timeline is kept: what the laws ask, what the shop chose, and where they disagree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from clearline.engine.durations import FIXED, parse_span, reach
from clearline.engine.events import Instant
from clearline.record.answers.facts import shop_facts
from clearline.record.models import Deleted, RetentionChoice, Timeline
from clearline.record.retention.classes import AREAS, CALENDAR, Facts, Klass, Limit, area_of, classes
from clearline.record.retention.holds import held
from clearline.record.retention.scrubbing import Part
from clearline.rulebook.in_force import european_union
from clearline.rulebook.rulebook import Rulebook

Item = TypeVar("Item")
AT_ONCE = 200  # timelines that are looked at together
DAYS = {"bd": 1, "mo": 28, "y": 365}  # at least


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long one class of one timeline is kept, and why."""

    part: Part
    area: str
    anchor: Instant
    until: Instant | None  # by the shop's choice; None where it has chosen nothing
    laws: Mapping[str, Instant]  # limits that the choice does not overrule -> until when they ask to keep it
    hold: str = ""  # the reason of a hold

    @property
    def asked(self) -> Instant:
        """Until when a law asks for it, at most."""
        return max(self.laws.values(), default=0)

    def state(self, now: Instant) -> str:
        """`kept`, `due`, `held`, `undecided`, or `disputed`: the choice says delete, a law says keep."""
        if self.until is None:
            return "undecided"
        if self.until >= now:
            return "kept"
        if self.hold:
            return "held"
        return "disputed" if self.asked >= now else "due"


class Schedule:
    """The choices in force, read once for a run over many timelines."""

    def __init__(self, rulebook: Rulebook, places: Sequence[str] = ()) -> None:
        self._places = tuple(places)  # of whoever it is about, where a call does not say
        self._union = european_union(rulebook)
        self._shop = shop_facts()
        self.choices: dict[tuple[str, str], RetentionChoice] = {
            (one.klass, one.area): one for one in RetentionChoice.objects.select_related("by").order_by("pk")
        }

    @cached_property
    def shortest(self) -> dict[str, int]:
        """The shortest time, at most, for which each class is kept anywhere; classes without a choice are missing."""
        found: dict[str, int] = {}
        for (klass, _), choice in self.choices.items():
            span = parse_span(choice.span)
            least = span.amount if span.unit == "us" else span.amount * DAYS[span.unit] * FIXED["d"]
            found[klass] = min(found.get(klass, least), least)
        return found

    @cached_property
    def areas(self) -> set[str]:
        """Those where the shop has customers, and whatever was decided on; all, where it has not said."""
        if "customers" not in self._shop:
            return set(AREAS)
        found = {area_of(place, self._union) for place in self._shop["customers"]}
        more = {"several"} if len(found) > 1 else set()
        return {*found, *more, "unknown", *(area for _, area in self.choices)}

    def facts(self, timeline: Timeline) -> Facts:
        """What limits read of it."""
        call = getattr(timeline, "call", None) if timeline.kind == "call" else None
        places = call.places if call and call.places else self._places
        if not places and timeline.contact is not None:
            places = timeline.contact.places
        return self.facts_of(places, call.purpose if call else "")

    def facts_of(self, places: Iterable[str], purpose: str) -> Facts:
        """The same of what stands on no timeline."""
        return Facts(tuple(map(str, places)), purpose, self._shop, self._union)

    def span(self, klass: Klass, facts: Facts, anchor: Instant) -> tuple[Instant | None, dict[str, Instant]]:
        """Until when the shop chose to keep it, and until when each law asks that the choice does not overrule."""
        choice = self.choices.get((klass.id, facts.area))
        overruled = set(choice.overruled) if choice else set()
        laws = {k: v for k, v in klass.kept_by(facts, anchor).items() if k not in overruled}
        return reach(anchor, parse_span(choice.span), CALENDAR) if choice else None, laws

    def keeping(self, timelines: Iterable[Timeline], klass: Klass) -> Iterator[Keeping]:
        """How long each is kept."""
        timelines = list(timelines)
        standing = held(timelines)
        for one in timelines:
            facts = self.facts(one)
            anchor = one.ended if one.ended is not None else one.last or 0
            until, laws = self.span(klass, facts, anchor)
            hold = standing.by[one.pk].reason if one.pk in standing else ""
            yield Keeping(Part(one, klass), facts.area, anchor, until, laws, hold)


def keepings(schedule: Schedule, now: Instant, klass: Klass) -> Iterator[Keeping]:
    """Everything of a class whose chosen time may be over, the oldest first."""
    shortest = schedule.shortest.get(klass.id)
    if shortest is None:
        return
    for some in chunks(_old(klass, now - shortest).iterator(chunk_size=2_000), AT_ONCE):
        for one in schedule.keeping(some, klass):
            if one.state(now) != "kept":
                yield one


def due(schedule: Schedule, now: Instant) -> Iterator[Keeping]:
    """What is to be deleted now: its time is over, no law asks for it, no hold stands on it."""
    for klass in classes().values():
        yield from (one for one in keepings(schedule, now, klass) if one.state(now) == "due")


def disagreements(klass: Klass, area: str, span: str, schedule: Schedule, now: Instant) -> list[Limit]:
    """The limits that a span would go against, for a record of today from anywhere in the area."""
    until = reach(now, parse_span(span), CALENDAR)
    found = []
    for one in in_area(klass, area, schedule):
        too_short = one.least is not None and until < reach(now, one.least, CALENDAR)
        too_long = one.most is not None and until > reach(now, one.most, CALENDAR)
        if too_short or too_long:
            found.append(one)
    return found


def in_area(klass: Klass, area: str, schedule: Schedule) -> list[Limit]:
    """The limits that may concern somebody in an area."""
    facts = schedule.facts(Timeline())
    return [one for one in klass.limits if _may_be(one, area) and (not one.when or one.concerns(facts))]


def chunks(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    """So many at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _may_be(limit: Limit, area: str) -> bool:
    if area in {"several", "unknown"}:
        return True
    heads = {place.split("-")[0] for place in limit.places}
    return bool(heads & {area} if area != "else" else heads - {"US", "EU", "UK"})


def _old(klass: Klass, before: Instant) -> QuerySet[Timeline]:
    """Timelines of the class that came to their end before, and have not been deleted since."""
    rows = Timeline.objects.filter(kind=klass.on, length__gt=0).annotate(anchor=Coalesce("ended", "last"))
    gone = Deleted.objects.filter(klass=klass.id, batch__at__gte=F("timeline__last"))
    related = ("contact", "call") if klass.on == "call" else ("contact",)
    return (
        rows.filter(Q(anchor__lt=before))
        .exclude(pk__in=gone.values("timeline"))
        .select_related(*related)
        .order_by("anchor", "pk")
    )
