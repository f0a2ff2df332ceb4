"""The demo's lists and papers: a made-up registry and what goes with it, a vendor, an override that waits."""

from pathlib import Path
from typing import Final

from django.conf import settings

from clearline.cli.commands.dialling import ACTOR
from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.dice import Dice
from clearline.engine.events import Instant
from clearline.gate.actions import overriding
from clearline.gate.attempts import Answer
from clearline.gate.lists.loading import Brought, load
from clearline.gate.models import Decision, Override, Snapshot, Vendor
from clearline.gate.own_list.actions import entered
from clearline.people.models import Person, Role
from clearline.record.watching import Watches

VENDOR: Final = "Kestrel Calling"
REGISTERED: Final = 0.3  # of the numbers that are kept for fiction
STATES: Final = ("US-IN", "US-MA", "US-TX")
WHY: Final = (
    "The customer wrote on 20 November and asked us to call about the offer; the letter is with her order. "
    "Her number stands on the list because of whoever had it before."
)


def bring_lists(at: Instant, watches: Watches) -> None:
    """Loads the lists as they were some days ago, once; and a vendor who holds a copy of the own list."""
    if Snapshot.objects.exists():
        return
    dice = Dice("registry")
    numbers = [number for number in _american() if dice.chance(REGISTERED)]
    _load("us-national", numbers, at - 17 * DAY, at, watches, subscription="00112233")
    british = [f"+447700900{line:03d}" for line in range(1_000) if dice.chance(REGISTERED)]
    _load("gb-national", british, at - 12 * DAY, at, watches)
    _load("litigators", [dice.pick(numbers) for _ in range(12)], at - 30 * DAY, at, watches)
    for state in STATES:
        _load(state, [dice.pick(numbers) for _ in range(300)], at - 9 * DAY, at, watches)
    if not Vendor.objects.exists():
        entered(VENDOR, ACTOR, at)


def bring_a_shrunken_one(at: Instant, watches: Watches) -> None:
    """A newer registry that lost a third of its numbers, which somebody has to look at."""
    if Snapshot.objects.filter(name="us-national").count() > 1:
        return
    dice = Dice("registry")
    numbers = [number for number in _american() if dice.chance(REGISTERED)]
    _load("us-national", numbers[: len(numbers) * 2 // 3], at - HOUR, at, watches, subscription="00112233")


def ask_for_an_override(at: Instant, watches: Watches) -> None:
    """A supervisor asks for one whom a list keeps from being called; an officer has to decide."""
    row = (
        Decision.objects.filter(answer=Answer.DENY, rule="registry-us")
        .exclude(contact="")
        .order_by("-at")
        .first()
    )
    asks = Person.objects.filter(role=Role.SUPERVISOR).order_by("pk").first()
    if row is None or asks is None or Override.objects.exists():
        return
    overriding.asked(asks, row, [row.rule], WHY, at + 7 * DAY, at=at, watches=watches)


def _american() -> list[str]:
    """All numbers of North America that the shop's people may have."""
    places = [one["numbers"] for code, one in world_once()["places"].items() if code.startswith("US")]
    patterns = sorted({pattern for some in places for pattern in some})
    return [pattern[:-2] + f"{line:02d}" for pattern in patterns for line in range(100)]


def _load(
    name: str, numbers: list[str], made: Instant, at: Instant, watches: Watches, subscription: str = ""
) -> None:
    path = Path(settings.HOME.path) / f"{name}.made-up.txt"
    path.write_text("".join(f"{number}\n" for number in numbers), encoding="ascii")
    try:
        load(Brought(name, path, made, subscription, actor=ACTOR), at, watches)
    finally:
        path.unlink()
