"""The shop day by day: any day can be asked for alone, and is the same whenever it is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from clearline.cli.shop import orders, overflow, stories
from clearline.cli.shop.contacts import DAY, HOUR
from clearline.cli.shop.filling import dialled
from clearline.cli.shop.housekeeping import brought_along, of_the_day
from clearline.cli.shop.slips import slipping
from clearline.cli.shop.staff import Agent, staff
from clearline.cli.shop.tale import Deed, Plan, Tale, days_from
from clearline.cli.shop.talk import Talk
from clearline.cli.shop.truth import Batch
from clearline.engine.events import SECOND, Event, Instant

SIZES: dict[str, dict[str, Any]] = {
    "small": {"days": 21, "agents": 8, "calls_a_day": 40},
    "year": {"days": 365, "agents": 50, "calls_a_day": 1370, "short": True},
}
ORDER = attrgetter("at", "seq", "id")
BUSY = 5  # days before the last one: a sale had been announced
MORE = 0.8  # share of calls that come on top on that day
WEEK = 7
WRAP_UP = 20 * SECOND


@dataclass
class Begun:
    """The tales that begin on one day, and what they bring on which day."""

    tales: list[Tale] = field(default_factory=list)
    plans: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    events: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))


class Shop:
    """A call centre over some days up to `until`; `short` calls have four to eight events.

    `slips`: how many times as often as usual the agents slip.
    """

    def __init__(
        self,
        seed: int,
        *,
        days: int,
        agents: int,
        calls_a_day: int,
        until: Instant,
        short: bool = False,
        slips: float = 1.0,
    ) -> None:
        self.seed, self.until, self.short, self.slips = seed, until, short, slips
        self.first, self.last = until // DAY - days + 1, until // DAY
        self.staff = staff(agents, days)
        self.tales = round(calls_a_day / stories.calls_a_tale(short=short))
        self._begun: dict[int, Begun] = {}

    def days(self) -> range:
        """Its days, as days since 1970."""
        return range(self.first, self.last + 1)

    def newest_first(self) -> list[int]:
        """Its days so that today and last week come first, then week by week what was before."""
        days = list(self.days())
        recent = days[-WEEK - 1 :]
        older = days[: -WEEK - 1]
        weeks = [older[max(0, end - WEEK) : end] for end in range(len(older), 0, -WEEK)]
        return [*recent, *(day for week in weeks for day in week)]

    def opening(self) -> Batch:
        """What it brings along on its first day: staff, contacts and orders of the weeks before, but no calls."""
        batch = Batch("opening", events=brought_along(self.staff, self.first))
        batch.events += overflow.before(self.first, self.last)
        for born in range(self.first - stories.SPAN, self.first):
            begun = self._of(born)
            for tale in begun.tales:
                batch.slips += tale.slips
            for day, found in begun.events.items():
                batch.events += found if day < self.first else []
            for day, plans in begun.plans.items():
                batch.events += [one for plan in plans if day < self.first for one in _remembered(plan)]
        batch.events.sort(key=ORDER)
        return batch

    def day(self, day: int) -> Batch:
        """One day: calls that are over by `until`, what happened beside them, and the truth."""
        batch = Batch(days_from(day * DAY, 0), events=of_the_day(self.staff, day, self.first))
        batch.events += overflow.counted(day, self.last)
        plans: list[Plan] = []
        for born in range(day - stories.SPAN, day + 1):
            begun = self._of(born)
            plans += begun.plans.get(day, [])
            batch.events += begun.events.get(day, [])
        batch.slips += [slip for tale in self._of(day).tales for slip in tale.slips]
        for talk in self._played(day, plans):
            batch.events += talk.events
            batch.secrets += talk.secrets
            batch.calls += 1
            truth = talk.truth()
            if talk.slip and talk.slip.asks:
                batch.questions += truth
            else:
                batch.slips += truth
        batch.events = [event for event in batch.events if event.at <= self.until]
        batch.events.sort(key=ORDER)
        return batch

    def _played(self, day: int, plans: list[Plan]) -> Iterator[Talk]:
        """The day's calls that are over, each by an agent who was free."""
        free: dict[str, Instant] = {}
        date = days_from(day * DAY, 0).replace("-", "")
        busy = 2.0 if day == self.last - BUSY else 1.0
        agents = len(self.staff)
        for number, plan in enumerate(sorted(plans, key=lambda plan: plan.order)):
            agent = self._free(plan, day, free)
            at = max(plan.at, free.get(agent.id, 0))
            name = f"c-{date}-{number:04d}"
            slip = slipping(plan, agent, agent.share(day - self.first) * self.slips * busy, name)
            talk = Talk(plan, agent, name, at, agents, slip).play()
            if agent.team:
                free[agent.id] = talk.end + WRAP_UP
            if talk.end <= self.until:
                yield talk

    def _free(self, plan: Plan, day: int, free: dict[str, Instant]) -> Agent:
        """Somebody of the right team who is free, or is so first."""
        if "ai" in plan.flags:
            return self.staff[-1]
        area = plan.tale.contact.area
        sort = "sales" if "marketing" in plan.flags and area == "US" else "service"
        able = [
            one
            for one in self.staff
            if one.team and (one.team.sort, one.team.area) == (sort, area) and one.since <= day - self.first
        ]
        idle = [one for one in able if free.get(one.id, 0) <= plan.at]
        if idle:
            return idle[(plan.at // SECOND + plan.tale.number) % len(idle)]
        return min(able, key=lambda one: (free[one.id], one.id))

    def _of(self, born: int) -> Begun:
        found = self._begun.get(born)
        if found is None:
            for far in [one for one in self._begun if abs(one - born) > stories.SPAN]:
                del self._begun[far]
            found = self._begun[born] = self._told(born)
        return found

    def _told(self, born: int) -> Begun:
        begun = Begun()
        tales = [stories.tell(self.seed, born, number, short=self.short) for number in range(self.tales)]
        if born == self.last - BUSY:
            more = min(int(self.tales * MORE), stories.EXTRA)
            tales += [stories.tell_more(self.seed, born, number, short=self.short) for number in range(more)]
        for tale in tales:
            begun.tales.append(tale)
            for plan in tale.plans:
                begun.plans[plan.at // DAY].append(plan)
            for number, deed in enumerate(tale.deeds):
                begun.events[deed.at // DAY].append(_event(tale, deed, f"t-{tale.number:07d}.{number}"))
        return begun


def generate(
    seed: int,
    *,
    days: int,
    agents: int,
    calls_a_day: int,
    until: Instant,
    short: bool = False,
    slips: float = 1.0,
) -> Iterator[Batch]:
    """The opening, then every day in order."""
    shop = Shop(
        seed, days=days, agents=agents, calls_a_day=calls_a_day, until=until, short=short, slips=slips
    )
    yield shop.opening()
    yield from map(shop.day, shop.days())


def _event(tale: Tale, deed: Deed, name: str) -> Event:
    return Event(name, deed.type, deed.at, deed.data, tale.subjects(deed.kinds))


def _remembered(plan: Plan) -> Iterator[Event]:
    """What a call of before the first day left on the timelines of the order and the contact."""
    tale = plan.tale
    for number, kind in enumerate(plan.done):
        data: dict[str, Any] = {}
        on: tuple[str, ...] = ("order",)
        if kind == "order.placed":
            data = orders.placed(tale, "phone", "outbound" if "outbound" in plan.flags else "inbound")
            on = ("order", "contact")
        elif kind == "call.placed":
            data, on = dialled(plan, f"t-{tale.number:07d}.{plan.at // HOUR}"), ("contact", "campaign")
        elif kind.startswith("dnc."):
            data, on = {"channel": "call"}, ("contact",)
        elif kind == "subscription.started":
            data, on = orders.subscribed(tale), ("subscription", "contact")
        else:
            data = {"order_id": tale.order.id}
        deed = Deed(plan.at + number * SECOND, kind, data, on)
        yield _event(tale, deed, f"t-{tale.number:07d}.{plan.at // HOUR}.{number}")
