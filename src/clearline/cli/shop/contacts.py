"""The people whom the shop deals with, each made from the dice of their own story."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from clearline.cli.shop.dice import Dice
from clearline.cli.shop.scripts import world
from clearline.engine.events import Instant

HOUR: Instant = 3_600_000_000
DAY = 24 * HOUR
UNION = frozenset({"DE", "FR", "SE"})


class Place(NamedTuple):
    """Where people live, and the numbers they have there."""

    code: str
    zone: str
    hours: int  # from UTC
    numbers: tuple[str, ...]
    towns: tuple[str, ...]


class Contact(NamedTuple):
    """Somebody who buys, or might."""

    id: str
    first: str
    last: str
    places: tuple[str, ...]  # where they may be
    zone: str
    hours: int
    number: str
    email: str
    house: int
    street: str
    town: str

    @property
    def flags(self) -> frozenset[str]:
        """What the scripts may ask about where they are."""
        found = set(self.places)
        for place in self.places:
            area = place[:2]
            found.add("EU" if area in UNION else area)
            if area == "GB" or place in _asking():
                found.add("asks-all")
        return frozenset(found)

    @property
    def area(self) -> str:
        """Whose agents they speak with."""
        return "US" if self.places[0].startswith("US") else "EU"


def contact(dice: Dice, name: str, area: str = "") -> Contact:
    """Somebody new of that id; an area (US, GB, EU or a place) where they have to live there."""
    place = dice.weighted(_places(area))
    names = world_once()["names"][place.code[:2]]
    first, last = dice.pick(names["first"]), dice.pick(names["last"])
    places: tuple[str, ...] = (place.code,)
    if place.code[:2] == "US" and dice.chance(0.1):  # the number is of another state than the address
        other = dice.weighted(_places("US")).code
        places = places if other == place.code else (place.code, other)
    number = "".join(dice.digits(1) if sign == "x" else sign for sign in dice.pick(place.numbers))
    mail = f"{_plain(first)}.{_plain(last)}{dice.between(1, 99)}@example.com"
    return Contact(
        name,
        first,
        last,
        places,
        place.zone,
        place.hours,
        number,
        mail,
        dice.between(1, 240),
        dice.pick(names["streets"]),
        dice.pick(place.towns),
    )


@cache
def world_once() -> Mapping[str, Any]:
    """The world's tables; read, never changed."""
    return world("world")


@cache
def _asking() -> frozenset[str]:
    return frozenset(world_once()["asks_all"])


@cache
def _places(area: str) -> tuple[tuple[float, Place], ...]:
    """Places with their weights; all, or those of an area."""
    found = []
    for code, one in world_once()["places"].items():
        if not area or code.startswith(area) or (area == "EU" and code in UNION):
            place = Place(code, one["zone"], one["hours"], tuple(one["numbers"]), tuple(one["towns"]))
            found.append((float(one["weight"]), place))
    return tuple(found)


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("èéêöåäüç", "eeeoaauc"))
