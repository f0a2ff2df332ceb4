"""What can be wrong with the log.

EvidenceError
├── NotThere      nothing in it is about what was asked for
└── RolledBack    it is shorter than, or other than, what was signed
"""

from clearline.engine.errors import ClearlineError


class EvidenceError(ClearlineError):
    """The log can't do what it is asked."""


class NotThere(EvidenceError):  # noqa: N818 - it says what happened
    """There is nothing of that name to show."""


class RolledBack(EvidenceError):  # noqa: N818 - it says what happened
    """The log went back, or was changed, since it was last signed: nothing is signed until a person has looked."""
