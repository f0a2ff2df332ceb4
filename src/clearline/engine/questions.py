"""What only the strict run of a clause saw is a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from clearline.engine.events import UNHEARD
from clearline.engine.forms.form import Breach, Tally


class Question(NamedTuple):
    """A breach that only the strict run saw, and what was uncertain when it did."""

    breach: Breach
    doubts: tuple[str, ...]


def asked(harsh: Tally, mild: Tally, before: Sequence[Question], doubts: Sequence[str]) -> list[Question]:
    """The questions that a step leaves; of a hole one, however often and whenever in it something may have been said."""
    certain = [breach._replace(detail="") for breach in mild.breaches]
    known = {about for one in before if (about := _hole(one.breach)) is not None}
    found = []
    for breach in harsh.breaches:
        about = _hole(breach)
        if breach._replace(detail="") not in certain and (about is None or about not in known):
            found.append(Question(breach, tuple(doubts)))
            known |= {about} if about else set()
    return found


def _hole(breach: Breach) -> tuple[Any, ...] | None:
    """Which hole a breach is of, and how; None where something that is known to have happened shows it."""
    mark = breach.deed or breach.trigger
    if mark is None or mark.event.type != UNHEARD:
        return None
    return breach.how, breach.key, mark.event.id
