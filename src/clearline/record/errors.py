"""What can be wrong with what the record is given.

RecordError
├── RefusedError     an event that can't be taken in, and never will be
├── ConflictError    the same id, another event
├── BusyError        the queue is full; try again in a moment
└── LostLease        the job in hand was given to another worker
"""

from clearline.engine.errors import ClearlineError


class RecordError(ClearlineError):
    """The record can't do what it is asked."""


class RefusedError(RecordError):
    """An event can't be taken in as it is."""


class ConflictError(RecordError):
    """An event with this id is stored, and says something else."""


class BusyError(RecordError):
    """More events wait than may wait; the sender keeps them and tries again."""


class LostLease(RecordError):  # noqa: N818 - an outcome
    """Somebody else has this job by now; what was done since must not be written."""
