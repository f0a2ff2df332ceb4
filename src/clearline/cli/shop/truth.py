"""What the shop knows about itself: days with their events, what was done wrong in them, and what must never leak."""

import msgspec

from clearline.engine.events import Event, Instant


class Slip(msgspec.Struct, frozen=True):
    """A rule that is broken on a timeline, knowingly."""

    rule: str
    kind: str  # of timeline
    subject: str
    by: Instant  # from then on it must be found; before, it may be
    name: str  # of what went wrong
    agent: str = ""  # who did it; empty where it was nobody in particular


class Secret(msgspec.Struct, frozen=True):
    """A made-up card number or security code that somebody says, planted so that tests can look for it."""

    kind: str  # payment_card or security_code
    digits: str
    said: str  # the words of the utterance that carry it
    event: str


class Batch(msgspec.Struct):
    """One day of the shop: its events in order, a few follow-ups of the night included, and the truth about them."""

    day: str  # as 2026-11-23; `opening` for what the shop remembered on its first day
    events: list[Event] = []
    slips: list[Slip] = []
    questions: list[Slip] = []  # what nobody can know and a person has to judge
    secrets: list[Secret] = []
    calls: int = 0
