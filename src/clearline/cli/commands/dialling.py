"""The demo's dialer: it asks the gate before each call, as of the call's own time; what is refused does not happen."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from clearline.cli.shop import overflow
from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.dice import Dice
from clearline.engine.events import Event, Instant
from clearline.gate.actions.deciding import Answered, Asking, LoggedGate
from clearline.gate.actions.placing import Placing, tell
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.models import Decision
from clearline.record.models import ContactPoint
from clearline.record.watching import Watches

PLACED: Final = "call.placed"
ACTOR: Final = "dialer"
OVERFLOW_AT: Final = 17 * HOUR  # of the day: when people are awake from California to Berlin
OVERFLOW: Final = 14  # attempts a day that the other house asks about
MOBILE: Final = ("3", "7")  # how the numbers of those end whom it takes for mobile ones
BINDING: Final = frozenset({"order.placed", "subscription.started"})  # what cannot be thought away


class Dialer:
    """Takes events in, and asks about the attempts among them."""

    def __init__(self, watches: Watches, first: int, take: Callable[[Sequence[Event]], None]) -> None:
        self._watches = watches
        self._first = first * DAY  # what was before is perhaps not known yet
        self._take = take
        self._gate = LoggedGate()
        self._attempts: dict[str, Event] = {}  # by call
        self._bound: set[str] = set()

    def plan(self, events: Iterable[Event]) -> None:
        """Learns which calls will be made; some of them something else depends on."""
        for event in events:
            call = event.subjects.get("call", "")
            if event.type == PLACED and "decision" in event.data and call:
                self._attempts[call] = event
            elif event.type in BINDING:
                self._bound.add(call)

    def go(self, events: Sequence[Event]) -> None:
        """Takes events in, in order; before the first of each call it asks whether that may be made."""
        answers = self._earlier(events)
        waiting: list[Event] = []
        for event in events:
            call = event.subjects.get("call", "")
            if call in self._attempts and call not in answers:
                self._take(waiting)
                waiting = []
                answers[call] = self._ask(self._attempts[call])
            if answers.get(call, True):
                waiting += [] if event is self._attempts.get(call) else [event]
            elif call in self._bound:  # made all the same, and the log shows that nobody allowed it
                waiting.append(_unasked(event) if event is self._attempts[call] else event)
        self._take(waiting)

    def overflow(self, day: int, until: Instant) -> None:
        """The attempts of the other house on one day, about people whom the shop knows; once."""
        at = day * DAY + OVERFLOW_AT
        if (
            at > until
            or Decision.objects.filter(campaign=overflow.CAMPAIGN, at__gte=at, at__lt=at + HOUR).exists()
        ):
            return
        dice = Dice(f"overflow/{day}")
        points = ContactPoint.objects.filter(
            kind=ContactPoint.Kind.PHONE, since__gte=self._first, since__lt=at - DAY
        )
        known = list(points.order_by("pk").values_list("value", "contact__subject"))
        chosen = [dice.pick(known) for _ in range(OVERFLOW if known else 0)]
        asking = [
            Asking(
                Attempt(
                    number=number,
                    contact=contact,
                    purpose="marketing",
                    technology="human_dialer",
                    campaign=overflow.CAMPAIGN,
                    line="mobile" if number.endswith(MOBILE) else "landline",
                    seller=world_once()["seller"],
                    caller_id=world_once()["line"],
                ),
                ACTOR,
            )
            for number, contact in dict(chosen).items()
        ]
        self._confirm(self._gate.decide(asking, at, self._watches), at)

    def _earlier(self, events: Sequence[Event]) -> dict[str, bool]:
        """What was answered before, where the same days are taken in again."""
        calls = {event.subjects.get("call", "") for event in events} & self._attempts.keys()
        rows = Decision.objects.filter(call__in=calls).values_list("call", "answer")
        return {call: answer == Answer.ALLOW for call, answer in rows}

    def _ask(self, event: Event) -> bool:
        told = event.data
        attempt = Attempt(
            number=told["number"],
            contact=event.subjects["contact"],
            purpose=told["purpose"],
            technology=told["technology"],
            campaign=event.subjects.get("campaign", ""),
            agent=event.subjects.get("agent", ""),
            call=event.subjects["call"],
            seller=world_once()["seller"],
            caller_id=world_once()["line"],
        )
        answered = self._gate.decide([Asking(attempt, ACTOR)], event.at, self._watches)
        return self._confirm(answered, event.at)

    def _confirm(self, answered: Sequence[Answered], at: Instant) -> bool:
        """Tells the gate that what it allowed was dialled; whether it allowed anything."""
        allowed = [one.decision for one in answered if one.decision.answer is Answer.ALLOW]
        placed = [Placing(one.uid, ACTOR, at=at, call=one.attempt.call) for one in allowed]
        tell(placed, at, self._watches)
        return bool(allowed)


def _unasked(event: Event) -> Event:
    """The attempt of somebody who did not wait for an answer."""
    kept = ("purpose", "number", "technology")
    return replace(event, data={name: event.data[name] for name in kept})
