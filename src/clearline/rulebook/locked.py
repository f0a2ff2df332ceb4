"""What the lock of a folder of packs holds of each rule and course."""

from typing import Final

import msgspec

COURSE: Final = "course:"  # before the name of a course, so that a rule may be called alike


class Locked(msgspec.Struct, forbid_unknown_fields=True):
    """A version, and the hash of what it means."""

    version: int
    hash: str


def of_course(name: str) -> str:
    """The name of a course in the lock."""
    return COURSE + name
