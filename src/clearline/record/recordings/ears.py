"""What it takes to hear a recording, and what is heard: the one place where the record meets recognition and muting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from clearline.engine.errors import ClearlineError
from clearline.formats.turns import Transcript
from clearline.speech.sound import Sound, Span

INSTALL: Final = "pip install 'clearline[speech]'"
_NEEDED: Final = ("av", "faster_whisper", "numpy")
_LISTENING: Final = "clearline.reports.listening"


class Unheard(ClearlineError):  # noqa: N818 - an outcome
    """A recording can't be heard; the reason says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording holds, with its sound muted where secrets were said."""

    transcript: Transcript
    muted: Sound
    hidden: Sequence[
        tuple[int, Span, str]
    ] = ()  # channel, from when to when, and the kind of what was said there
    kinds: frozenset[str] = frozenset()  # of all secrets that were heard
    blocked: str = ""  # why the muted sound may not be released all the same
    engine: str = ""
    notes: Sequence[str] = field(default=())


Ears = Callable[[Path, Sequence[str]], Heard]
"""Hears a file whose channels are these speakers'; Unheard where that can't be."""


def missing() -> list[str]:
    """The libraries that recordings can't be heard without, as far as they are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def hear(path: Path, speakers: Sequence[str]) -> Heard:
    """Hears it with what is installed."""
    if absent := missing():
        raise Unheard(
            f"recordings can't be heard here, {', '.join(absent)} is missing: {INSTALL}, and send it again"
        )
    if find_spec(_LISTENING) is None:
        raise Unheard("this version of Clearline does not hear recordings yet")
    listening: Any = import_module(_LISTENING)
    told = listening.listen(path, _ears(), speakers=speakers)
    return Heard(
        told.transcript,
        told.muted,
        told.hidden,
        frozenset(told.kinds),
        told.blocked or "",
        told.engine,
        told.notes,
    )


@cache
def _ears() -> Any:
    """The recogniser, whose model is loaded once a process."""
    return import_module(_LISTENING).ears()
