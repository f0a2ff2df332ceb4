"""What can be wrong with a rule, a phrase or an event.

ClearlineError
├── RuleError            a sentence, a condition or a span that can't be read: has a column
│   ├── SentenceError
│   ├── ConditionError
│   └── PhraseError
└── EventError           an event that can't stand on a timeline
"""

from __future__ import annotations


class ClearlineError(Exception):
    """Something is wrong; the message says what, where and how to mend it."""


class RuleError(ClearlineError):
    """A part of a rule can't be read."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column  # from 1, within the text that was read


class SentenceError(RuleError):
    """A rule's sentence can't be read."""


class ConditionError(RuleError):
    """A condition is not CEL, or uses a name that nobody teaches."""


class PhraseError(RuleError):
    """A phrase can't be read, or is too large to be compiled."""


class EventError(ClearlineError):
    """An event can't stand on a timeline."""
