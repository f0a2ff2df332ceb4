"""What people can be refused.

PeopleError
└── Refused    the deed is not allowed, or would leave nobody to do it
"""

from clearline.engine.errors import ClearlineError


class PeopleError(ClearlineError):
    """Something about people can't be done."""


class Refused(PeopleError):  # noqa: N818 # reads as what happened
    """The deed is not allowed to whom asks, or would leave nobody to do it; the message may be shown to them."""
