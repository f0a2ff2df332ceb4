"""What stops a file from becoming conversations.

NotRead
├── Excluded        nothing is wrong with the file, but it holds nothing that can be judged
└── Unreadable      the file has to be mended first
    ├── TooLarge
    ├── Empty
    ├── NotText
    ├── UnknownFormat
    ├── BadJson     the text is not JSON
    ├── BadShape    the JSON is not what its format promises
    ├── BadTime
    ├── BadCue
    ├── BadSignature
    ├── Encrypted
    └── StreamError     a frame of a live connection is not of its protocol
        ├── LargeFrameError
        └── UnsupportedError     a codec, or a kind of frame, that is not read

Messages are one line and may be logged: long runs of digits, which could be a card or a telephone number, are
masked wherever they come from. Positions carry commas (`byte 1,234,567`), so they stay legible.
"""

import re

_LONG_DIGITS = re.compile(r"\d(?:[ .\-]?\d){6,}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def masked(text: str, limit: int = 200) -> str:
    """Text from a file made fit for a message: one line, at most `limit` characters, no long run of digits."""
    line = _LONG_DIGITS.sub("•••", _UNPRINTABLE.sub(" ", text[: 4 * limit]))
    return line if len(line) <= limit else line[: limit - 1] + "…"


class NotRead(Exception):  # noqa: N818 - an outcome to account for, not always an error
    """A file ended as something else than conversations."""

    name = ""  # of the file, where the caller gave one

    def __str__(self) -> str:
        """Name of the file, then what is so."""
        told = self._told()
        return f"{masked(self.name)}: {told}" if self.name else told

    def _told(self) -> str:
        return masked(str(self.args[0]))


class Excluded(NotRead):
    """The file is in order, but holds nothing that can be judged: count it as excluded, with this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = masked(reason)


class Unreadable(NotRead):
    """The file cannot be read: what is wrong, where, and how to mend it."""

    def __init__(self, what: str, where: str, mend: str) -> None:
        super().__init__(what, where, mend)
        self.what, self.where, self.mend = masked(what), masked(where), masked(mend, 400)

    def _told(self) -> str:
        return f"{self.what} ({self.where}). {self.mend}"


class TooLarge(Unreadable):
    """More bytes than are read at once."""


class Empty(Unreadable):
    """There is nothing in the file."""


class NotText(Unreadable):
    """The bytes are not text in an encoding that can be told without guessing."""


class UnknownFormat(Unreadable):
    """The file is of a kind that is not read."""


class BadJson(Unreadable):
    """The text promises JSON and is not."""


class BadShape(Unreadable):
    """A member of the JSON is missing or of the wrong kind."""


class BadTime(Unreadable):
    """Somebody would have spoken at an impossible time."""


class BadCue(Unreadable):
    """A caption's line of times cannot be read."""


class BadSignature(Unreadable):
    """The file is signed, and the signature does not hold."""


class Encrypted(Unreadable):
    """The file is encrypted."""


class StreamError(Unreadable):
    """A frame of a live connection is not of its protocol."""


class LargeFrameError(StreamError):
    """A frame is larger than any that its protocol needs."""


class UnsupportedError(StreamError):
    """A codec, or a kind of frame, is none of those that are read."""
