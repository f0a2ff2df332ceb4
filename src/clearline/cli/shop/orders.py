"""What becomes of an order after it was placed, in time or not."""

from typing import Any

from clearline.cli.shop.contacts import DAY, HOUR
from clearline.cli.shop.tale import MINUTE, Tale, days_from
from clearline.engine.events import Instant

WRITTEN = ("FR", "SE")  # a sale by a call of the shop binds only when accepted in writing
MONTHLY = 19  # for the members' box
LATE = 0.06  # of orders are slow to ship
SLOPPY = 0.12  # of what a slow department does goes wrong


def placed(tale: Tale, channel: str = "web", direction: str = "inbound", ship_by: int = 0) -> dict[str, Any]:
    """The data of an order that is placed; `ship_by`: days until it was promised to leave."""
    order = tale.order
    data: dict[str, Any] = {
        "order_id": order.id,
        "channel": channel,
        "places": list(tale.contact.places),
        "item": order.item.removeprefix("the "),
        "amount": order.total,
        "currency": order.currency,
        "contact": tale.contact.id,
    }
    if channel == "phone":
        data["direction"] = direction
    if ship_by:
        data["ship_by"] = days_from(order.placed, ship_by)
    return data


def subscribed(tale: Tale) -> dict[str, Any]:
    """The data of a members' box that is begun."""
    return {
        "plan": "members' box",
        "amount": MONTHLY,
        "currency": tale.order.currency,
        "method": "debit_card" if tale.number % 3 == 0 else "credit_card",
        "places": list(tale.contact.places),
        "contact": tale.contact.id,
    }


def web_order(tale: Tale, *, ship_by: int = 0) -> None:
    """Placed and paid on the website; ends there."""
    at = tale.order.placed
    tale.deed(at, "order.placed", placed(tale, ship_by=ship_by), "order", "contact")
    tale.deed(at + MINUTE, "payment.captured", _money(tale), "order")


def ships(tale: Tale, at: Instant) -> tuple[Instant, Instant]:
    """Leaves in a few days and arrives some days later; both instants."""
    dice = tale.dice
    leaves = at + dice.between(20, 70) * HOUR + dice.between(0, 3599) * 1_000_000
    arrives = leaves + dice.between(40, 110) * HOUR
    tale.deed(leaves, "order.shipped", {"order_id": tale.order.id, "carrier": "Kestrel Parcel"}, "order")
    tale.deed(arrives, "order.delivered", {"order_id": tale.order.id}, "order")
    tale.deed(arrives + 28 * DAY, "order.closed", {"order_id": tale.order.id}, "order")
    return leaves, arrives


def ships_late(tale: Tale) -> Instant:
    """Promised for the tenth day and not there; told in time, or not. The instant of the notice or of the deadline."""
    order, dice = tale.order, tale.dice
    us = tale.contact.area == "US"
    deadline = (order.placed // DAY + 11) * DAY
    told = not dice.chance(SLOPPY * 2)
    in_time = not dice.chance(SLOPPY * 2)
    if told:
        at = order.placed + dice.between(5, 9) * DAY
        ship_by = days_from(order.placed, 20)
        tale.deed(at, "order.delay_notified", {"order_id": order.id, "ship_by": ship_by}, "order")
        deadline = (order.placed // DAY + 21) * DAY
        if us and not in_time:
            tale.slip("after-a-delay-notice", "order", deadline)
    elif us:
        tale.slip("ship-in-time", "order", deadline)
    leaves = (
        deadline - dice.between(20, 60) * HOUR if told and in_time else deadline + dice.between(2, 50) * HOUR
    )
    tale.deed(leaves, "order.shipped", {"order_id": order.id, "carrier": "Kestrel Parcel"}, "order")
    tale.deed(leaves + 3 * DAY, "order.delivered", {"order_id": order.id}, "order")
    tale.deed(leaves + 20 * DAY, "order.closed", {"order_id": order.id}, "order")
    return leaves


def phone_order_ships(tale: Tale, at: Instant, direction: str) -> None:
    """What was ordered in a call: confirmed, accepted where that is needed, paid, shipped."""
    dice, order = tale.dice, {"order_id": tale.order.id}
    if not tale.contact.places[0].startswith("US"):
        forgotten = dice.chance(SLOPPY)
        if not forgotten:
            tale.deed(at + dice.between(20, 300) * MINUTE, "order.confirmation_sent", dict(order), "order")
        if direction == "outbound" and tale.contact.places[0] in WRITTEN:
            if dice.chance(SLOPPY * 3):  # few there know of it
                tale.slip("written-acceptance-before-shipping", "order", at + 3 * DAY)
            else:
                tale.deed(at + 8 * HOUR, "order.accepted_in_writing", dict(order), "order")
        _, arrives = ships(tale, at)
        if forgotten:
            tale.slip("confirmation-before-delivery", "order", arrives)
    else:
        ships(tale, at)
    tale.deed(at + 16 * HOUR, "payment.captured", _money(tale), "order")


def refunds_a_cancelled_order(tale: Tale, at: Instant) -> None:
    """Money goes back within days, or far too late."""
    late = tale.dice.chance(SLOPPY)
    if late and tale.contact.area == "US":
        tale.slip("refund-in-7-working-days", "order", at + 12 * DAY)
    paid = at + (tale.dice.between(13, 18) if late else tale.dice.between(1, 4)) * DAY
    tale.deed(paid, "refund.issued", _money(tale), "order")
    tale.deed(paid + 10 * DAY, "order.closed", {"order_id": tale.order.id}, "order")


def takes_back(tale: Tale, at: Instant) -> None:
    """A withdrawal: acknowledged, sent back, refunded; each of it in time, or not."""
    dice, order = tale.dice, {"order_id": tale.order.id}
    slow_letter, slow_money = dice.chance(SLOPPY), dice.chance(SLOPPY)
    if slow_letter:
        tale.slip("withdrawal-acknowledged", "order", at + 4 * DAY)
    letter = at + (5 * DAY if slow_letter else dice.between(180, 600) * MINUTE)
    tale.deed(letter, "withdrawal.acknowledged", dict(order), "order")
    back = at + dice.between(4, 7) * DAY
    tale.deed(back, "return.received", dict(order), "order")
    if slow_money:
        tale.slip("withdrawal-refund-14-days", "order", back + 15 * DAY)
    paid = back + (dice.between(16, 20) if slow_money else dice.between(1, 9)) * DAY
    tale.deed(paid, "refund.issued", _money(tale), "order")


def _money(tale: Tale) -> dict[str, Any]:
    return {"order_id": tale.order.id, "amount": tale.order.total, "currency": tale.order.currency}
