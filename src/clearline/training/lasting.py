"""How long a certificate counts: as long as the rules' state `certified` lasts."""

from typing import Final

from clearline.engine.durations import Calendar, reach
from clearline.engine.events import SECOND, Instant
from clearline.rulebook.rulebook import Rulebook

STATE: Final = "certified"
DAY: Final = 86_400 * SECOND
AHEAD: Final = 28 * DAY  # so long before it ends a course is assigned again


def until(rulebook: Rulebook, passed: Instant) -> Instant:
    """The instant from which a certificate of that instant counts no more."""
    for pack in rulebook.packs.values():
        state = pack.states.get(STATE)
        if state is not None and state.lasts is not None:
            return reach(passed, state.lasts, Calendar())
    raise LookupError(f"no pack says how long somebody is {STATE}; packs/dialling/states.toml does")


def gates(rulebook: Rulebook) -> frozenset[str]:
    """The courses that a rule of the gate reads: without them an agent of whom they are required does not sell."""
    return frozenset(
        name
        for name in rulebook.courses
        if any(f"{STATE}['{name}']" in text for rule in rulebook.select() for text in rule.sentences)
    )
