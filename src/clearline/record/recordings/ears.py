"""What it takes to hear a recording, and what is heard: the one place where the record meets recognition and muting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

from clearline.engine.errors import ClearlineError
from clearline.engine.masking import plain
from clearline.formats.conversation import Conversation, conversation
from clearline.formats.errors import Excluded, NotRead
from clearline.formats.turns import Transcript
from clearline.speech import engines, installed
from clearline.speech.channels import Speaker
from clearline.speech.errors import NotHeard
from clearline.speech.sound import Seconds, Sound, Span

_FORMAT: Final = "recording"
_recogniser = cache(engines.recogniser)  # its model is loaded once a process


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


def hear(path: Path, speakers: Sequence[str]) -> Heard:
    """Hears it with what is installed and set."""
    try:
        installed.require()
        return _heard(path, cast("Sequence[Speaker]", speakers))
    except (NotHeard, NotRead) as reason:
        raise Unheard(str(reason)) from None


def _heard(path: Path, speakers: Sequence[Speaker]) -> Heard:
    from clearline.reports.listening import hidden, listen, muted  # noqa: PLC0415 - an extra
    from clearline.speech.decoding import opened  # noqa: PLC0415

    recording = opened(path)
    recogniser = _recogniser()
    told = listen(recording, recogniser, speakers)
    done = muted(told, recogniser)
    blocked = dict.fromkeys(f"{plain(one.kind)}: {one.reason}" for one in done.blocked)
    return Heard(
        conversation=_conversation(told.transcript),
        seconds=told.sound.seconds,
        channels=told.sound.channels,
        muted=done.sound,
        speakers=told.speakers,
        hidden=list(hidden(done)),
        kinds=frozenset(done.kinds),
        blocked="; ".join(blocked),
        engine=recogniser.name,
    )


def _conversation(told: Transcript) -> Conversation:
    try:
        return conversation(_FORMAT, told, {})
    except Excluded:
        return Conversation(_FORMAT, (), (*told.notes, "nobody says a word in it"))
