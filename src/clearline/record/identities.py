"""By what the same thing is known again: findings and duties by what they say, entries by what they prove."""

from hashlib import sha256
from typing import Any

import msgspec

from clearline.engine.events import Event
from clearline.engine.forms.form import Mark
from clearline.engine.verdicts import Duty, Finding

NAMELESS = "tel:"
"""In front of a number: the subject of whoever has a number that no contact is known by."""

_ENCODER = msgspec.json.Encoder(order="deterministic")


def folded(name: str) -> str:
    """An id as people mean it: the telephony's `Dana` and `dana ` are one agent."""
    return name.strip().casefold()


def canonical(value: Any) -> bytes:
    """JSON in the one way in which it is stored and committed to."""
    return _ENCODER.encode(value)


def body(event: Event) -> bytes:
    """The event as it is stored."""
    return canonical(event)


def finding_uid(timeline: int, finding: Finding) -> str:
    """The same breach of the same version on the same timeline has the same, whenever it is judged."""
    breach = finding.breach
    return _digest(
        "finding",
        timeline,
        finding.rule.id,
        finding.rule.version,
        finding.rule.sentences.index(finding.sentence),
        breach.how.value,
        breach.at,
        _mark(breach.trigger),
        _mark(breach.deed),
        repr(breach.key),
        bool(finding.doubts),
    )


def duty_uid(timeline: int, duty: Duty) -> str:
    """The same duty has the same as long as its trigger stands."""
    sentence = duty.rule.sentences.index(duty.sentence)
    return _digest(
        "duty",
        timeline,
        duty.rule.id,
        duty.rule.version,
        sentence,
        duty.deadline,
        _mark(duty.trigger),
        repr(duty.key),
    )


def _mark(mark: Mark | None) -> tuple[Any, ...]:
    return () if mark is None else (mark.event.id, mark.first, mark.last)


def _digest(*parts: Any) -> str:
    return sha256(canonical(parts)).hexdigest()
