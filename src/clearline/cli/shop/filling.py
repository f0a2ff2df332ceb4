"""What is filled into the words of a script, and what the events of a call tell."""

from collections.abc import Callable
from typing import Any

from clearline.cli.shop import numbers, orders
from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.scene import Scene
from clearline.cli.shop.staff import staff
from clearline.cli.shop.tale import Plan, days_from

WEEKDAYS = (
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
)  # from 1970-01-01 on
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NTH = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
MEMBERS = {
    "join-members-box",
    "offers-members-box",
}  # calls in which a subscription is paid for, and no order


class Filling(dict[str, str]):
    """The words for the places in a script, made when they are first asked for and then kept."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    def __missing__(self, name: str) -> str:
        found = self[name] = FILLED[name](self.scene)
        return found


def _price(scene: Scene, amount: int) -> str:
    return f"{amount} {scene.tale.order.money}"


def _amount(scene: Scene) -> int:
    """What is to be paid in this call."""
    if scene.script in MEMBERS:
        return 0
    return scene.tale.order.total + (scene.extra[1] if "extra" in scene.flags else 0)


def _weekday(scene: Scene, days: int) -> str:
    return WEEKDAYS[(scene.at // DAY + days) % 7]


def _date(scene: Scene, days: int) -> str:
    _, month, day = days_from(scene.at, days).split("-")
    return f"{MONTHS[int(month) - 1]} {int(day)}{NTH.get(int(day), 'th')}"


def _daytime(scene: Scene) -> str:
    hour = (scene.at // HOUR + scene.tale.contact.hours) % 24
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


def _card(scene: Scene) -> str:
    scene.card = numbers.card(scene.dice)
    return scene.secret("payment_card", scene.card, numbers.said(scene.dice, scene.card))


def _card_again(scene: Scene) -> str:
    return scene.secret("payment_card", scene.card, numbers.said(scene.dice, scene.card))


def _code(scene: Scene) -> str:
    code = scene.dice.digits(4 if scene.card[:2] == "37" else 3)
    return scene.secret("security_code", code, numbers.spelled(code) if scene.dice.chance(0.6) else code)


def _phone(scene: Scene) -> str:
    return numbers.spelled(scene.tale.contact.number[-10:])


def _misread(scene: Scene) -> str:
    return numbers.spelled(scene.tale.order.number[:3] + scene.dice.digits(1))


FILLED: dict[str, Callable[[Scene], str]] = {
    "agent": lambda scene: scene.agent.first,
    "other": lambda scene: (
        scene.dice.pick([one for one in staff(scene.agents, 21)[:-1] if one.id != scene.agent.id]).first
    ),
    "customer": lambda scene: f"{scene.tale.contact.first} {scene.tale.contact.last}",
    "first": lambda scene: scene.tale.contact.first,
    "last": lambda scene: scene.tale.contact.last,
    "email": lambda scene: scene.tale.contact.email,
    "street": lambda scene: f"{scene.tale.contact.house} {scene.tale.contact.street}",
    "house": lambda scene: str(scene.tale.contact.house),
    "town": lambda scene: scene.tale.contact.town,
    "phone": _phone,
    "order": lambda scene: numbers.spelled(scene.tale.order.number),
    "misread": _misread,
    "item": lambda scene: scene.tale.order.item,
    "money": lambda scene: scene.tale.order.money,
    "price": lambda scene: _price(scene, scene.tale.order.price),
    "total": lambda scene: _price(scene, _amount(scene)),
    "extra": lambda scene: scene.extra[0],
    "extra-price": lambda scene: _price(scene, scene.extra[1]),
    "monthly": lambda scene: _price(scene, orders.MONTHLY),
    "offer": lambda scene: scene.dice.pick(world_once()["goods"]["offers"]),
    "ticket": lambda scene: scene.dice.digits(4),
    "ago": lambda scene: scene.dice.pick(("last week", "a few days ago", "the other day", "some time ago")),
    "daytime": _daytime,
    "shipped": lambda scene: _weekday(scene, -2),
    "due": lambda scene: _weekday(scene, 2 if "arrived" not in scene.flags else -2),
    "weekday": lambda scene: _weekday(scene, 3),
    "cancel-date": lambda scene: _date(scene, 27),
    "charge-date": lambda scene: _date(scene, 30),
    "card": _card,
    "card-again": _card_again,
    "last-four": lambda scene: scene.card[-4:] if scene.card else scene.dice.digits(4),
    "four": lambda scene: numbers.spelled(scene.dice.digits(4)),
    "expiry": lambda scene: f"{scene.dice.between(1, 12):02d} {scene.dice.between(27, 31)}",
    "code": _code,
}


def _started(scene: Scene) -> dict[str, Any]:
    """What is known of a call when it begins; also what the read models show of it."""
    who, agent = scene.tale.contact, scene.agent
    data: dict[str, Any] = {
        "direction": "outbound" if "outbound" in scene.flags else "inbound",
        "purpose": _purpose(scene.flags),
        "places": list(who.places),
        "recorded": "recorded" in scene.flags,
        "agent_kind": agent.kind,
        "contact": who.id,
        "agent": agent.id,
        "team": agent.team.name if agent.team else "",
        "number": who.number,
        "line": world_once()["line"],
        "topic": scene.script,
    }
    if "outbound" in scene.flags:
        data["requested"] = scene.script == "call-back"
    if scene.tale.campaign:
        data["campaign"] = scene.tale.campaign
    return data


def _purpose(flags: frozenset[str]) -> str:
    return next((one for one in ("marketing", "mixed") if one in flags), "service")


def _dialled(scene: Scene) -> dict[str, Any]:
    return dialled(Plan(scene.at, scene.script, scene.flags, scene.tale, ()), scene.id)


def dialled(plan: Plan, call: str) -> dict[str, Any]:
    """What a dialer tells of an attempt: what was decided and looked up before, unless nobody asked."""
    who = plan.tale.contact
    ai = "ai" in plan.flags
    told: dict[str, Any] = {
        "purpose": _purpose(plan.flags),
        "number": who.number,
        "technology": "prerecorded_or_artificial" if ai else "human_dialer",
    }
    if "unasked" in plan.flags:
        return told
    return told | {
        "decision": f"d-{call}",
        "places": list(who.places),
        "zones": [who.zone],
        "in_hours": True,
        "in_state_hours": True,
        "emergency": False,
        "on_registry": False,
        "on_state_list": False,
        "consent": "express" if ai else "written",
        "reassigned": "no",
        "abandoned_share": 0.0,
    }


def _ended(scene: Scene) -> dict[str, Any]:
    if "hangs-up" in scene.flags:
        return {"by": "agent"}
    return {"by": scene.dice.pick(("customer", "agent"))}


def _read(scene: Scene) -> dict[str, Any]:
    states = {"late": "delayed", "packing": "pending", "on-its-way": "shipped", "arrived": "delivered"}
    status = next((states[one] for one in states if one in scene.flags), "")
    status = status or ("pending" if scene.script in {"change-order", "cancel-order"} else "shipped")
    return {"order_id": scene.tale.order.id, "status": status, "refundable": "final-sale" not in scene.flags}


def _ordered(scene: Scene) -> dict[str, Any]:
    return orders.placed(scene.tale, "phone", "outbound" if "outbound" in scene.flags else "inbound")


def _of_order(scene: Scene) -> dict[str, Any]:
    if scene.script in MEMBERS:
        return {}
    return {"order_id": scene.tale.order.id}


def _paid(scene: Scene) -> dict[str, Any]:
    account = {"account": "given", "method": "card"}
    return _of_order(scene) | {"amount": _amount(scene), "currency": scene.tale.order.currency} | account


# What an event of a call tells, and the timelines that it is on beside the call's.
TOLD: dict[str, tuple[Callable[[Scene], dict[str, Any]] | None, tuple[str, ...]]] = {
    "call.started": (_started, ("contact", "agent")),
    "call.placed": (_dialled, ("contact", "agent", "campaign")),
    "call.answered": (None, ("campaign",)),
    "call.ended": (_ended, ()),
    "call.transferred": (lambda _: {"to": "shipping"}, ()),
    "order.read": (_read, ()),
    "order.placed": (_ordered, ("order", "contact")),
    "order.changed": (lambda scene: _of_order(scene) | {"field": "address"}, ("order",)),
    "order.cancelled": (_of_order, ("order",)),
    "order.failed": (_of_order, ("order",)),
    "order.upsold": (
        lambda scene: _of_order(scene) | {"item": scene.extra[0], "amount": scene.extra[1]},
        ("order",),
    ),
    "payment.authorised": (_paid, ("order",)),
    "payment.declined": (_paid, ("order",)),
    "refund.opened": (lambda scene: _of_order(scene) | {"amount": scene.tale.order.total}, ("order",)),
    "withdrawal.received": (_of_order, ("order",)),
    "subscription.started": (lambda scene: orders.subscribed(scene.tale), ("subscription", "contact")),
    "subscription.cancelled": (None, ("subscription", "contact")),
    "dnc.requested": (lambda _: {"channel": "call"}, ("contact",)),
    "dnc.added": (lambda _: {"list": "own"}, ("contact",)),
}
