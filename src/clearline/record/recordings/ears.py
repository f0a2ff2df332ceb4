"""What it takes to hear a recording, and what is heard: the one place where the record meets recognition and muting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from clearline.engine.errors import ClearlineError
from clearline.formats.conversation import Conversation, conversation
from clearline.formats.errors import Excluded, NotRead
from clearline.formats.turns import Transcript
from clearline.speech.sound import Seconds, Sound, Span

INSTALL: Final = "pip install 'clearline[speech]'"
_NEEDED: Final = ("av", "faster_whisper", "numpy")
_LISTENING, _ENGINES = "clearline.reports.listening", "clearline.speech.engines"
_FORMAT: Final = "recording"


class Unheard(ClearlineError):  # noqa: N818 - an outcome
    """A recording can't be heard; the reason says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording holds, with its sound muted where secrets were said."""

    conversation: Conversation  # its times count from the first sample
    seconds: Seconds
    channels: int
    muted: Sound | None  # what may be kept
    speakers: Sequence[str] = ()  # who is on which channel
    hidden: Sequence[
        tuple[int, Span, str]
    ] = ()  # channel, from when to when, and the kind of what was said there
    kinds: frozenset[str] = frozenset()  # of all secrets that were heard
    blocked: str = ""  # why nothing of the sound may be kept, where that is so
    engine: str = ""


Ears = Callable[[Path, Sequence[str]], Heard]
"""Hears a file whose channels should be these speakers'; Unheard where that can't be."""


def missing() -> list[str]:
    """The libraries that recordings can't be heard without, as far as they are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def hear(path: Path, speakers: Sequence[str]) -> Heard:
    """Hears it with what is installed and set."""
    if absent := missing():
        raise Unheard(
            f"recordings can't be heard here, {', '.join(absent)} is missing: {INSTALL}, and send it again"
        )
    if find_spec(_LISTENING) is None:
        raise Unheard("this version of Clearline does not hear recordings yet")
    try:
        return _heard(path, speakers)
    except _faults() as reason:
        raise Unheard(str(reason)) from None


def _heard(path: Path, speakers: Sequence[str]) -> Heard:
    ears = _ears()
    told = ears.listen(path, speakers)
    done = ears.muted(told)
    blocked = dict.fromkeys(f"{one.kind.replace('_', ' ')}: {one.reason}" for one in done.blocked)
    return Heard(
        conversation=_conversation(told.transcript),
        seconds=told.sound.seconds,
        channels=told.sound.channels,
        muted=done.sound,
        speakers=told.speakers,
        hidden=list(import_module(_LISTENING).hidden(done)),
        kinds=frozenset(done.kinds),
        blocked="; ".join(blocked),
        engine=ears.recogniser.name,
    )


def _conversation(told: Transcript) -> Conversation:
    try:
        return conversation(_FORMAT, told, {})
    except Excluded:
        return Conversation(_FORMAT, (), (*told.notes, "nobody says a word in it"))


def _faults() -> tuple[type[Exception], ...]:
    """What is raised where a file can't be heard."""
    places = (("clearline.speech.errors", "NotHeard"), ("clearline.speech.recognising", "SpeechError"))
    found = [getattr(import_module(module), name, None) for module, name in places if find_spec(module)]
    return (NotRead, *(one for one in found if one is not None))


@cache
def _ears() -> Any:
    """Ears, whose model is loaded once a process."""
    return import_module(_LISTENING).Ears(import_module(_ENGINES).recogniser())
