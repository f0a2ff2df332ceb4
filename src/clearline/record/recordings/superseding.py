"""The words of a recording stand in place of those that were heard while the call lasted: heard with time, and whole.

What was heard first stays in the record and in the log; events that void it say that it does not stand any more.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from clearline.engine.events import UNHEARD, UTTERANCE, Event, Instant

HEARD_LIVE: Final = "ears"  # the source of what is heard here while a call lasts
PEOPLE: Final = frozenset(
    {"agent", "customer", "unknown"}
)  # whose words are a transcript; announcements are none
SUPERSEDED: Final = "words.superseded"
SPOKEN: Final = frozenset({UTTERANCE, UNHEARD})

Stretch = tuple[Instant, Instant]


def superseded(standing: Iterable[Event], found: Sequence[Event], whole: Stretch) -> list[Event] | None:
    """What of a call does not stand any more for what was found in its recording, and when that was made.

    None where the recording's words are not taken: another source told the call's words, or live hearing told more, for
    it knew who spoke.
    """
    spoken = [one for one in standing if one.type in SPOKEN]
    words = [one for one in spoken if one.type == UTTERANCE and one.data.get("by") in PEOPLE]
    if any(not _is_live(one) for one in words):
        return None
    told = [one for one in found if one.type == UTTERANCE]
    if words and (not told or (_strangers(told) and not _strangers(words))):
        return None
    stretches = list(_heard(found, *whole))
    return [one for one in spoken if _is_live(one) and any(a <= one.at <= b for a, b in stretches)]


def voiding(gone: Sequence[Event], name: str) -> list[Event]:
    """Events of the same source that void these, under ids that begin with a name."""
    return [
        Event(
            f"{name}-{number}",
            SUPERSEDED,
            one.at,
            subjects=one.subjects,
            voids=one.id.removeprefix(f"{HEARD_LIVE}/"),
        )
        for number, one in enumerate(gone)
    ]


def _is_live(event: Event) -> bool:
    return event.id.startswith(f"{HEARD_LIVE}/")


def _strangers(words: Iterable[Event]) -> bool:
    return any(one.data.get("by") == "unknown" for one in words)


def _heard(found: Iterable[Event], began: Instant, until: Instant) -> Iterator[Stretch]:
    """From when to when the recording holds sound: what was said in a pause of it, live hearing alone knows."""
    start: Instant | None = began
    for one in found:
        if one.type == "recording.resumed":
            start = one.at
        elif one.type == "recording.paused" and start is not None:
            yield start, one.at
            start = None
    if start is not None:
        yield start, until
