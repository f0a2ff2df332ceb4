"""A recording as `clearline review` takes it: its words to be judged and, where it is asked for, a copy without secrets."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

from clearline.cli.files import Task
from clearline.cli.redacting import named, saved
from clearline.engine.listed import Listed
from clearline.engine.masking import plain
from clearline.formats.conversation import Conversation, conversation
from clearline.formats.text import SIZE_LIMIT
from clearline.reports.listening import Listened, listen
from clearline.reports.masked import masked_name
from clearline.reports.reviewed import Recording
from clearline.reports.summary import spoken_seconds
from clearline.speech import engines
from clearline.speech.channels import Speaker
from clearline.speech.decoding import opened
from clearline.speech.errors import TooLong
from clearline.speech.recognising import Recogniser
from clearline.speech.redacting import Blocked, redacted

FORMAT = "recording"


class Hearing:
    """Hears recordings one after the other; the recogniser stays in memory."""

    def __init__(
        self, channels: Sequence[str], folder: str, speakers: Mapping[str, str], listed: Listed
    ) -> None:
        self.channels = cast("tuple[Speaker, ...]", tuple(channels))
        self.folder, self.speakers = folder, speakers  # for muted copies, and how speakers are called
        self.listed = listed  # what is muted in them beside secrets

    @cached_property
    def recogniser(self) -> Recogniser:
        """Made for the first file that can be heard at all: its model takes a while."""
        return engines.recogniser()

    def hear(self, task: Task) -> tuple[list[Conversation], Recording]:
        """What is said in it, and what became of it; NotHeard, or Excluded where nobody speaks."""
        if task.data is not None and len(task.data) > SIZE_LIMIT:
            raise TooLong(f"more than {SIZE_LIMIT:,} bytes", task.shown, "Save it, and name the file.")
        recording = opened(Path(task.path) if task.data is None else task.data)
        told = listen(recording, self.recogniser, self.channels)
        talk = conversation(f"{FORMAT} ({told.about.codec})", told.transcript, self.speakers)
        return [talk], self._recording(task, told)

    def _recording(self, task: Task, told: Listened) -> Recording:
        seconds, by = round(told.about.seconds, 3), self.recogniser.name
        if not self.folder:
            return Recording(seconds, list(told.speakers), by)
        done = redacted(told.sound, self.recogniser, told.said, tones=told.keys, listed=self.listed)
        place, withheld = (
            Path(self.folder, named(Path(task.place), flac=False)),
            list(map(_why, done.blocked)),
        )
        if done.sound is not None and (reason := saved(done.sound, place)):
            withheld = [reason]
        return Recording(
            seconds,
            list(told.speakers),
            by,
            secrets=sorted(plain(kind) for kind in done.kinds),
            muted="" if withheld else masked_name(str(place)),
            withheld=withheld,
            keeps_no_original=done.keeps_no_original,
        )


def _why(one: Blocked) -> str:
    where = f" at {spoken_seconds(one.span.start)}" if one.span is not None else ""
    return f"{plain(one.kind)} in channel {one.channel + 1}{where}: {one.reason}"
