"""Files that come with a report: cleaned in a child process, and given a name that says nothing."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from clearline.culture.speakup.cleaning import REFUSED
from clearline.culture.speakup.keys import SpeakUpError

MOST: Final = 5  # files of one letter
LARGEST: Final = 8 * 1024 * 1024  # bytes of one
PATIENCE: Final = 40  # seconds for one
TYPES: Final = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}
_CHILD: Final = (sys.executable, "-I", "-m", "clearline.culture.speakup.cleaning")


class FileError(SpeakUpError):
    """A file can't be taken; the message says which and why."""


class Attached(msgspec.Struct, frozen=True):
    """A clean file."""

    name: str
    content: bytes


def attached(contents: Sequence[bytes]) -> tuple[Attached, ...]:
    """All of them cleaned, or FileError: nothing is taken in part."""
    if len(contents) > MOST:
        raise FileError(f"five files at most come with a letter; these are {len(contents)}")
    return tuple(_clean(content, number) for number, content in enumerate(contents, 1))


def _clean(content: bytes, number: int) -> Attached:
    if len(content) > LARGEST:
        raise FileError(f"file {number} is larger than 8 MB")
    try:
        done = subprocess.run(  # noqa: S603 - our own module; what it reads is no argument
            _CHILD, input=content, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FileError(f"file {number} takes too long to clean; send it as a screenshot") from error
    if done.returncode == REFUSED:
        raise FileError(f"file {number}: {done.stderr.decode()}")
    if done.returncode != 0:
        raise FileError(f"file {number} is damaged, or too large to clean; send it as a screenshot")
    kind, _, clean = done.stdout.partition(b"\n")
    return Attached(f"file-{number}.{kind.decode()}", clean)
