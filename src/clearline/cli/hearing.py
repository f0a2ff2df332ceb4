"""A recording as `clearline review` takes it: its words to be judged and, where it is asked for, a copy without secrets."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

from clearline.cli.files import Task
from clearline.cli.redacting import named
from clearline.formats.conversation import Conversation, conversation
from clearline.reports.listening import Ears, Listened
from clearline.reports.masked import masked_name
from clearline.reports.reviewed import Recording
from clearline.reports.summary import spoken_seconds
from clearline.speech import engines
from clearline.speech.channels import Speaker
from clearline.speech.muting import write
from clearline.speech.probing import about
from clearline.speech.redacting import Blocked

FORMAT = "recording"


class Hearing:
    """Hears recordings one after the other; the recogniser stays in memory."""

    def __init__(self, channels: Sequence[str], muted: str, speakers: Mapping[str, str]) -> None:
        self.channels, self.muted, self.speakers = (
            cast("tuple[Speaker, ...]", tuple(channels)),
            muted,
            speakers,
        )

    @cached_property
    def ears(self) -> Ears:
        """Made for the first file that can be heard at all: its model takes a while."""
        return Ears(engines.recogniser())

    def hear(self, task: Task) -> tuple[list[Conversation], Recording]:
        """What is said in it, and what became of it; NotHeard, or Excluded where nobody speaks."""
        source = Path(task.path) if task.data is None else task.data
        about(source)
        told = self.ears.listen(source, self.channels)
        talk = conversation(f"{FORMAT} ({told.about.codec})", told.transcript, self.speakers)
        return [talk], self._recording(task, told)

    def _recording(self, task: Task, told: Listened) -> Recording:
        seconds, by = round(told.about.seconds, 3), self.ears.recogniser.name
        if not self.muted:
            return Recording(seconds, list(told.speakers), by)
        done = self.ears.muted(told)
        muted, withheld = "", [_why(one) for one in done.blocked]
        if done.sound is not None:
            place = Path(self.muted, named(Path(task.place), flac=False))
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                write(done.sound, place)
                muted = masked_name(str(place))
            except OSError as error:
                withheld = [f"{masked_name(str(place))} can't be written ({(error.strerror or '').lower()})"]
        return Recording(
            seconds,
            list(told.speakers),
            by,
            secrets=sorted(kind.replace("_", " ") for kind in done.kinds),
            muted=muted,
            withheld=withheld,
            keeps_no_original=done.keeps_no_original,
        )


def _why(one: Blocked) -> str:
    where = f" at {spoken_seconds(one.span.start)}" if one.span is not None else ""
    return f"{one.kind.replace('_', ' ')} in channel {one.channel + 1}{where}: {one.reason}"
