"""What happens to one contact over some weeks: deeds, calls that are planned, and what is wrong with the deeds."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from clearline.cli.shop.contacts import DAY, HOUR, Contact, contact, world_once
from clearline.cli.shop.dice import Dice
from clearline.cli.shop.staff import teams
from clearline.cli.shop.truth import Slip
from clearline.engine.events import Instant

MINUTE = HOUR // 60
SUNDAY = 6
CURRENCIES = {"US": ("dollars", "USD"), "GB": ("pounds", "GBP")}


class Order(NamedTuple):
    """What is bought, or may be."""

    id: str
    number: str
    item: str
    price: int
    total: int
    money: str
    currency: str
    placed: Instant


class Deed(NamedTuple):
    """Something that happens outside of calls."""

    at: Instant
    type: str
    data: dict[str, Any]
    kinds: tuple[str, ...]  # of timelines, the first one names it


class Plan(NamedTuple):
    """A call that will be made at some time of a day, by whoever is free."""

    at: Instant
    script: str
    flags: frozenset[str]
    tale: "Tale"
    done: tuple[str, ...]  # what it does to the order or the contact

    @property
    def order(self) -> tuple[Instant, str]:
        return (self.at, self.tale.id)


class Tale:
    """One contact's weeks, from their own dice alone; `add_…` write it."""

    def __init__(self, seed: int, day: int, number: int) -> None:
        self.id = f"{seed}/{day}/{number}"
        self.dice = Dice(f"tale/{self.id}")
        self.day = day  # since 1970
        self.number = (day * 2000 + number) % 10_000_000
        self.deeds: list[Deed] = []
        self.plans: list[Plan] = []
        self.slips: list[Slip] = []
        self.contact: Contact
        self.order: Order
        self.campaign = ""

    def meet(self, area: str = "") -> None:
        """The contact comes into being, with something that they may buy."""
        dice = self.dice
        self.contact = contact(dice, f"k-{self.number:07d}", area)
        at = self.day * DAY + dice.between(8 * 3600, 22 * 3600) * 1_000_000
        money, currency = CURRENCIES.get(self.contact.places[0][:2], ("euros", "EUR"))
        item, price = dice.pick(world_once()["goods"]["items"])
        number = f"{self.number:07d}"
        self.order = Order(f"HB-{number}", number, str(item), int(price), int(price) + 6, money, currency, at)
        early = self.day * DAY + dice.between(0, 7 * 3600) * 1_000_000  # before any call of the day
        self.deed(early, "contact.created", self.card(), "contact")

    def card(self) -> dict[str, Any]:
        """What the shop knows of the contact."""
        who = self.contact
        return {
            "name": f"{who.first} {who.last}",
            "number": who.number,
            "email": who.email,
            "address": f"{who.house} {who.street}, {who.town}",
            "places": list(who.places),
            "zone": who.zone,
        }

    def deed(self, at: Instant, what: str, data: dict[str, Any], *kinds: str) -> None:
        self.deeds.append(Deed(at, what, data, kinds))

    def subjects(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """The subjects of these kinds that the tale is about."""
        ids = {
            "contact": self.contact.id,
            "order": self.order.id,
            "subscription": f"s-{self.number:07d}",
            "campaign": self.campaign,
        }
        return {kind: ids[kind] for kind in kinds if ids.get(kind)}

    def slip(self, rule: str, kind: str, by: Instant) -> None:
        """What is wrong with the deeds, and from when on it shows."""
        self.slips.append(Slip(rule, kind, self.subjects((kind,))[kind], by, rule))

    def call(self, day: int, script: str, *flags: str, done: tuple[str, ...] = ()) -> Instant:
        """A call some days into the tale, when both sides are awake and the shop is open; the instant planned."""
        date = self.day + day
        if (date + 3) % 7 == SUNDAY:  # 1970-01-01 was a Thursday
            date += -1 if day > 1 and self.dice.chance(0.5) else 1
        sort = "sales" if "marketing" in flags and self.contact.area == "US" else "service"
        team = next(one for one in teams() if (one.sort, one.area) == (sort, self.contact.area))
        opens = max(team.opens * 60, (9 - self.contact.hours) * 60)
        closes = min(team.closes * 60 - 40, (18 - self.contact.hours) * 60)
        at = date * DAY + self.dice.between(opens * 60, closes * 60) * 1_000_000
        known = self.contact.flags | {script, *flags}
        recorded = self.dice.chance(0.93)
        silent = {"short", "outbound"} <= known or ("DE" in known and not known.isdisjoint({"ai", "short"}))
        if "objects" in known or (recorded and not silent):
            known |= {"recorded"}
        if self.dice.chance(0.4):
            known |= {"agent-tells"}
        self.plans.append(Plan(at, script, frozenset(known), self, done))
        return at


def days_from(at: Instant, days: int) -> str:
    """The date some days later, as 2026-11-23."""
    return datetime.fromtimestamp((at + days * DAY) // 1_000_000, UTC).date().isoformat()
