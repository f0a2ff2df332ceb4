"""The stories that the shop lives on: who buys, asks, complains, leaves, is called."""

from collections.abc import Callable
from functools import cache

from clearline.cli.shop import orders
from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.tale import MINUTE, Tale, days_from
from clearline.engine.events import Instant

EXTRA = 400  # tales at most that a busy day brings on top
SPAN = 62  # days from the first deed of a story to its last
Story = Callable[[Tale], None]

CONSENT = "I agree that Heron Outfitters may call me about its offers at the number I gave. I can say no at any time."

CONSENT_TO_REMINDERS = (
    "Heron Outfitters may call me about my delivery at this number, also with an automated voice."
)


def buys_quietly(tale: Tale) -> None:
    tale.meet()
    if tale.dice.chance(orders.LATE * 2):
        orders.web_order(tale, ship_by=10)
        orders.ships_late(tale)
    else:
        orders.web_order(tale)
        orders.ships(tale, tale.order.placed)


def asks_where_it_is(tale: Tale) -> None:
    tale.meet()
    dice = tale.dice
    extra = list(_sometimes(tale, held=0.3, handover=0.15))
    if tale.contact.places[0] != "DE" and dice.chance(0.1):  # in Germany they are asked at the start
        extra.append("objects")
    if dice.chance(0.25):
        orders.web_order(tale, ship_by=10)
        leaves = orders.ships_late(tale)
        tale.call(min(9, (leaves - tale.order.placed) // DAY - 1), "where-is-my-order", "late", *extra)
        return
    status = dice.weighted([(0.2, "packing"), (0.6, "on-its-way"), (0.2, "arrived")])
    orders.web_order(tale)
    leaves, arrives = orders.ships(tale, tale.order.placed + (2 * DAY if status == "packing" else 0))
    days = {
        "packing": 1,
        "on-its-way": _between(tale, leaves, arrives),
        "arrived": _between(tale, arrives, arrives) + 2,
    }
    tale.call(days[status], "where-is-my-order", status, *extra)


def changes_an_order(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    orders.ships(tale, tale.order.placed + 2 * DAY)
    fails = _sometimes(tale, **{"order-fails": 0.2})
    tale.call(1, "change-order", *fails, done=() if fails else ("order.changed",))


def cancels_an_order(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    at = tale.call(1, "cancel-order", done=("order.cancelled",))
    orders.refunds_a_cancelled_order(tale, at)


def sends_it_back(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    _, arrives = orders.ships(tale, tale.order.placed)
    day = _between(tale, arrives, arrives) + tale.dice.between(2, 6)
    if tale.contact.area == "EU" and tale.dice.chance(0.7):
        at = tale.call(day, "withdrawal", done=("withdrawal.received",))
        orders.takes_back(tale, at)
        return
    tale.call(day, "return-and-refund", *_sometimes(tale, held=0.3, **{"final-sale": 0.2}))


def complains(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    orders.ships(tale, tale.order.placed)
    tale.call(10, "complaint", *_sometimes(tale, held=0.4, handover=0.2))
    if tale.dice.chance(0.6):
        tale.call(12, "call-back", "outbound")


def orders_by_phone(tale: Tale) -> None:
    tale.meet()
    extra = _sometimes(tale, extra=0.3, keypad=0.25, declined=0.1)
    at = tale.call(0, "order-by-phone", *extra, done=("order.placed",))
    orders.phone_order_ships(tale, at + HOUR, "inbound")


def joins_and_leaves(tale: Tale) -> None:
    tale.meet("US")
    if tale.dice.chance(0.6):
        at = tale.call(0, "join-members-box", "mixed", done=("subscription.started",))
    else:
        _agrees_to_calls(tale)
        done = ("call.placed", "subscription.started")
        at = tale.call(1, "offers-members-box", "outbound", "marketing", done=done)
    if tale.number % 3 == 0:  # paid by a debit card: they get the authorisation in writing
        if tale.dice.chance(orders.SLOPPY):
            tale.slip("debit-copy-before-first-charge", "subscription", at + 30 * DAY + HOUR)
        else:
            tale.deed(at + 3 * HOUR, "authorisation.copy_sent", {}, "subscription")
    charged = {"amount": orders.MONTHLY, "currency": tale.order.currency}
    tale.deed(at + 30 * DAY + HOUR, "subscription.charged", dict(charged), "subscription")
    if tale.dice.chance(0.6):
        left = tale.call(33, "leave-members-box", *_sometimes(tale, offer=0.6))
        tale.deed(left + 2 * HOUR, "subscription.cancelled", {"by": "agent"}, "subscription")
        if tale.dice.chance(orders.SLOPPY):
            tale.deed(at + 58 * DAY, "subscription.charged", dict(charged), "subscription")
            tale.slip("no-charge-after-cancelling", "subscription", at + 58 * DAY)


def writes_to_be_left_alone(tale: Tale) -> None:
    tale.meet()
    at = tale.order.placed
    tale.deed(at, "dnc.requested", {"channel": "mail"}, "contact")
    if tale.dice.chance(0.3):  # the letter lies in a drawer
        tale.slip("opt-out-reaches-the-list", "contact", at + 15 * DAY)
        tale.deed(at + 20 * DAY, "dnc.added", {"list": "own"}, "contact")
    else:
        tale.deed(at + tale.dice.between(1, 30) * HOUR, "dnc.added", {"list": "own"}, "contact")


def leaves_a_voicemail(tale: Tale) -> None:
    tale.meet("US-CA")
    at = tale.day * DAY + 18 * HOUR + tale.dice.between(0, 3600) * 1_000_000
    tale.deed(at, "voicemail.received", {"about": "cancellation", "seconds": 21}, "contact")
    late = tale.dice.chance(0.3)
    tale.deed(at + (5 * DAY if late else 3 * HOUR), "voicemail.answered", {}, "contact")
    if late and "US-CA" in tale.contact.places:
        tale.slip("california-cancel-voicemail", "contact", at + 4 * DAY)


def speaks_with_the_assistant(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    leaves, arrives = orders.ships(tale, tale.order.placed)
    if tale.dice.chance(0.6):
        tale.call(
            _between(tale, leaves, arrives), "voice-assistant", "ai", *_sometimes(tale, **{"asks-human": 0.5})
        )
    else:
        _agrees_to_the_assistant(tale)
        tale.call(_between(tale, arrives, arrives) - 1, "delivery-reminder", "ai", "outbound")


def calls_through_a_relay(tale: Tale) -> None:
    tale.meet("US")
    orders.web_order(tale)
    leaves, arrives = orders.ships(tale, tale.order.placed)
    tale.call(_between(tale, leaves, arrives), "relay-call")


def is_called(tale: Tale) -> None:
    """A campaign's call, with or without an answer; most people say no."""
    tale.meet(tale.dice.pick(("US", "US", "US", "GB", "EU")))
    _agrees_to_calls(tale)
    script, flags = tale.dice.weighted(
        [
            (0.24, ("no-answer", ())),
            (0.3, ("sales-call", _sometimes(tale, prize=0.2, boasts=0.3))),
            (0.1, ("sales-call", _sometimes(tale, leaves=1.0))),
            (0.2, ("sales-call", ("interested", *_sometimes(tale, prize=0.3, boasts=0.4, bank=0.2)))),
            (0.16, ("opts-out", _sometimes(tale, pitched=0.6))),
        ]
    )
    if tale.contact.area != "US":
        flags = tuple(flag for flag in flags if flag != "bank")
    done: tuple[str, ...] = ("dnc.requested", "dnc.added") if script == "opts-out" else ()
    if "interested" in flags:
        done = ("order.placed",)
    at = tale.call(3, script, "outbound", "marketing", *flags, done=("call.placed", *done))
    if "interested" in flags:
        orders.phone_order_ships(tale, at + HOUR, "outbound")
    if script == "opts-out":
        _called_again(tale, "no-answer")


def is_called_shortly(tale: Tale) -> None:
    tale.meet(tale.dice.pick(("US", "US", "US", "GB", "EU")))
    _agrees_to_calls(tale)
    script = tale.dice.weighted([(0.35, "no-answer"), (0.5, "short-sale"), (0.15, "short-opt-out")])
    done: tuple[str, ...] = ("dnc.added",) if script == "short-opt-out" else ()
    tale.call(3, script, "outbound", "marketing", "short", done=("call.placed", *done))
    if done:
        _called_again(tale, "no-answer")


def asks_shortly(tale: Tale) -> None:
    tale.meet()
    kind = tale.dice.weighted([(0.5, "short-question"), (0.3, "short-where"), (0.2, "short-refund")])
    if kind == "short-question":
        tale.call(1, kind, "short")
        return
    orders.web_order(tale)
    leaves, arrives = orders.ships(tale, tale.order.placed)
    day = _between(tale, arrives, arrives) + 1 if kind == "short-refund" else _between(tale, leaves, arrives)
    tale.call(day, kind, "short")


def changes_shortly(tale: Tale) -> None:
    tale.meet()
    orders.web_order(tale)
    if tale.dice.chance(0.5):
        orders.ships(tale, tale.order.placed + 2 * DAY)
        tale.call(1, "short-change", "short", done=("order.changed",))
        return
    at = tale.call(1, "short-cancel", "short", done=("order.cancelled",))
    orders.refunds_a_cancelled_order(tale, at)


FULL: tuple[tuple[float, Story], ...] = (
    (12, buys_quietly),
    (24, asks_where_it_is),
    (10, changes_an_order),
    (9, cancels_an_order),
    (11, sends_it_back),
    (6, complains),
    (12, orders_by_phone),
    (5, joins_and_leaves),
    (1, leaves_a_voicemail),
    (1, writes_to_be_left_alone),
    (6, speaks_with_the_assistant),
    (2, calls_through_a_relay),
    (22, is_called),
)
SHORT: tuple[tuple[float, Story], ...] = (
    (2, buys_quietly),
    (46, asks_shortly),
    (16, changes_shortly),
    (40, is_called_shortly),
)


def tell(seed: int, day: int, number: int, *, short: bool) -> Tale:
    """The tale with this number among those that begin on a day."""
    tale = Tale(seed, day, number)
    tale.dice.weighted(SHORT if short else FULL)(tale)
    return tale


def tell_more(seed: int, day: int, number: int, *, short: bool) -> Tale:
    """A tale that a busy day brings on top."""
    tale = Tale(seed, day, 2000 - EXTRA + number)
    if short:
        tale.meet()
        tale.call(0, "short-question", "short")
    else:
        orders_by_phone(tale)
    return tale


@cache
def calls_a_tale(*, short: bool) -> float:
    """How many calls a tale holds on average."""
    sample = 1500
    return sum(len(tell(0, 0, number, short=short).plans) for number in range(sample)) / sample


def _agrees_to_calls(tale: Tale) -> None:
    offer = tale.day % len(world_once()["goods"]["offers"])
    tale.campaign = f"m-{offer + 1}-{days_from(tale.day * DAY, 0)[:7]}"
    consent = {
        "kind": "express_written",
        "purpose": "marketing",
        "channel": "call",
        "technology": "dialled by an agent",
        "number": tale.contact.number,
        "seller": world_once()["seller"],
        "wording": CONSENT,
        "evidence": "web form",
    }
    tale.deed(tale.order.placed, "consent.given", consent, "contact")
    checked = {"number": tale.contact.number, "answer": "no"}
    tale.deed(tale.order.placed + HOUR, "number.checked", checked, "contact")


def _agrees_to_the_assistant(tale: Tale) -> None:
    consent = {
        "kind": "express",
        "purpose": "service",
        "channel": "call",
        "technology": "artificial voice",
        "number": tale.contact.number,
        "seller": world_once()["seller"],
        "wording": CONSENT_TO_REMINDERS,
        "evidence": "checkout page",
    }
    tale.deed(tale.order.placed, "consent.given", consent, "contact")


def _called_again(tale: Tale, script: str) -> None:
    """The consent is revoked; now and then a list that was loaded too early still brings a call."""
    at = tale.plans[-1].at
    tale.deed(at + 20 * MINUTE, "consent.revoked", {"purpose": "marketing", "channel": "call"}, "contact")
    if tale.dice.chance(0.12):
        again = tale.call(14, script, "outbound", "marketing", "unasked", done=("call.placed",))
        tale.slip("no-marketing-after-opt-out", "contact", again + HOUR)


def _between(tale: Tale, first: Instant, second: Instant) -> int:
    """The day of the tale that lies in the middle of two instants."""
    return (first + second) // 2 // DAY - tale.day


def _sometimes(tale: Tale, **shares: float) -> tuple[str, ...]:
    return tuple(name for name, share in shares.items() if tale.dice.chance(share))
