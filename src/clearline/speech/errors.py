"""What stops a file from being heard. Nothing here needs the extra `[speech]`.

NotHeard
├── NotInstalled        the libraries that hear are not there
├── SpeechError         whoever is to hear can't: a setting, its weights, a service
└── BadRecording        the file has to be mended first
    ├── EmptyFile
    ├── NotSound        text, a PDF, an archive, a picture, samples without a header
    ├── NoSoundInside   a recording in form, without a single sample
    ├── UnknownCodec    the container is read, its codec is not
    ├── BadTracks       more tracks, more channels, or another rate than a call has
    ├── Broken          nothing in it can be decoded
    └── TooLong

Messages are one line and may be logged: names of recordings often hold a caller's number, so long runs of digits are hidden.
"""

import re

_LONG_DIGITS = re.compile(r"\d(?:[ .\-]?\d){6,}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def legible(text: str, limit: int = 200) -> str:
    """Text from a file made fit for a message: one line, short, no long run of digits."""
    line = _LONG_DIGITS.sub("•••", _UNPRINTABLE.sub(" ", text[: 4 * limit]))
    return line if len(line) <= limit else line[: limit - 1] + "…"


class NotHeard(Exception):  # noqa: N818 - an outcome to account for, not always an error
    """A recording ended as something else than sound: what is so, where, and how to mend it."""

    reason = "cannot be heard"  # in few words, by which files are counted

    def __init__(self, what: str, where: str, mend: str) -> None:
        super().__init__(what, where, mend)
        self.what, self.where, self.mend = legible(what), legible(where), legible(mend, 400)
        self.name = ""  # of the file, where the caller gives one

    def __str__(self) -> str:
        """Name of the file, then what is so."""
        told = f"{self.what} ({self.where}). {self.mend}"
        return f"{legible(self.name)}: {told}" if self.name else told


class NotInstalled(NotHeard):
    """The libraries that decode and hear recordings are an extra of their own."""

    reason = "needs the extra [speech]"


class SpeechError(NotHeard):
    """Nobody can hear it: what is wrong, and how to mend it. Never holds words, sound or keys."""

    reason = "without a recogniser"

    def __init__(self, told: str) -> None:
        super().__init__(told, "", "")
        self.told = told

    def __str__(self) -> str:
        return self.told


class BadRecording(NotHeard):
    """The file cannot be heard as it is."""


class EmptyFile(BadRecording):
    """There is nothing in the file."""

    reason = "empty"


class NotSound(BadRecording):
    """The file is no recording."""

    reason = "no recording"


class NoSoundInside(BadRecording):
    """A container without a sample of sound."""

    reason = "without sound"


class UnknownCodec(BadRecording):
    """Nothing here decodes what is in the container."""

    reason = "of no codec that is decoded"


class BadTracks(BadRecording):
    """Tracks, channels or a rate that a recording of a call does not have."""

    reason = "not recorded as calls are"


class Broken(BadRecording):
    """Nothing in the file can be decoded."""

    reason = "broken"


class TooLong(BadRecording):
    """More sound than is taken at once, or than any call lasts."""

    reason = "too long"
