"""A campaign that another house rings for the shop; of its calls only the counts come in, and too many are abandoned of late."""

from collections.abc import Iterator
from typing import Final

from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.engine.events import SECOND, Event, Instant

CAMPAIGN: Final = "m-overflow"
LASTS: Final = 20  # days that it has gone on for, the last one included
ANSWERED: Final = 50  # calls a day that people answer
RINGS: Final = 3  # attempts for two that are answered, in halves
LATELY: Final = (4, 5, 4, 4, 2)  # abandoned on each of the last days; on two of three days before, one
OPENS, CLOSES = 14, 22  # hours in UTC


def counted(day: int, last: int) -> list[Event]:
    """Its events of one day: 29 abandoned of 1,000 answered by the end of the last one, and more each day."""
    age = day - (last - LASTS + 1)
    if not 0 <= age < LASTS:
        return []
    events = [_started(day)] if age == 0 else []
    events += [_event(day, number, "call.placed", 0) for number in range(ANSWERED * RINGS // 2)]
    events += [_event(day, number, "call.answered", 20) for number in range(ANSWERED)]
    events += [_event(day, number, "call.abandoned", 24) for number in _abandoned(last - day)]
    return sorted(events, key=lambda event: (event.at, event.id))


def before(first: int, last: int) -> Iterator[Event]:
    """All of it that lies before a day."""
    for day in range(last - LASTS + 1, first):
        yield from counted(day, last)


def _abandoned(left: int) -> list[int]:
    """Which of the answered calls nobody was free for, on a day with so many to come."""
    count = LATELY[-1 - left] if left < len(LATELY) else int((left - len(LATELY)) % 3 > 0)
    return [(number + 1) * ANSWERED // (count + 1) for number in range(count)]


def _started(day: int) -> Event:
    data = {
        "name": "Autumn sale, rung by Kestrel Calling",
        "purpose": "marketing",
        "technology": "human_dialer",
        "seller": world_once()["seller"],
        "caller_id": world_once()["line"],
    }
    return Event(
        f"{CAMPAIGN}.started", "campaign.started", day * DAY + 9 * HOUR, data, {"campaign": CAMPAIGN}
    )


def _event(day: int, number: int, kind: str, seconds: int) -> Event:
    """An event of one of the day's calls, which are spread evenly over its hours."""
    step = (CLOSES - OPENS) * HOUR // (ANSWERED * RINGS // 2)
    at: Instant = day * DAY + OPENS * HOUR + number * step + seconds * SECOND
    return Event(f"{CAMPAIGN}.{day}.{number}.{kind}", kind, at, {}, {"campaign": CAMPAIGN})
