"""What it takes to hear a recording, and what is heard: the one place where the record meets recognition and muting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from clearline.engine.errors import ClearlineError
from clearline.formats.conversation import Conversation
from clearline.formats.errors import NotRead
from clearline.speech.sound import Seconds, Sound, Span

INSTALL: Final = "pip install 'clearline[speech]'"
_NEEDED: Final = ("av", "faster_whisper", "numpy")
_LISTENING, _ENGINES = "clearline.reports.listening", "clearline.speech.engines"
_ALL: Final = "secret"  # the kind of what was muted, where several were heard


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
    listening: Any = import_module(_LISTENING)
    try:
        return _taken(listening.listen(path, _recogniser(), expected=speakers))
    except _faults() as reason:
        raise Unheard(str(reason)) from None


def _faults() -> tuple[type[Exception], ...]:
    """What is raised where a file can't be heard, or holds no words."""
    places = (("clearline.speech.errors", "NotHeard"), ("clearline.speech.recognising", "SpeechError"))
    found = [getattr(import_module(module), name, None) for module, name in places if find_spec(module)]
    return (NotRead, *(one for one in found if one is not None))


def _taken(told: Any) -> Heard:
    redaction = told.redaction
    kind = next(iter(redaction.kinds)) if len(redaction.kinds) == 1 else _ALL
    return Heard(
        conversation=told.conversation,
        seconds=told.about.seconds,
        channels=told.about.channels,
        muted=redaction.sound,
        speakers=told.speakers,
        hidden=[(number, span, kind) for number, spans in enumerate(redaction.spans) for span in spans],
        kinds=frozenset(redaction.kinds),
        blocked="; ".join(dict.fromkeys(f"{one.kind}: {one.reason}" for one in redaction.blocked)),
        engine=told.engine,
    )


@cache
def _recogniser() -> Any:
    """The recogniser, whose model is loaded once a process."""
    return import_module(_ENGINES).recogniser()
