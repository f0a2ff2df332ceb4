"""How long a review will take: transcripts next to nothing, recordings by how long they are."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from clearline.cli.files import Task
from clearline.reports.account import counted
from clearline.speech import installed
from clearline.speech.errors import NotHeard

FEW_FILES = 40  # of so many, those with nothing to tell are named too
A_TRANSCRIPT = 0.01  # seconds of work
STARTS = 8.0  # seconds until the first recording is heard
PACE = 0.06  # seconds of work for a second of a channel: bench/RESULTS.md


class Waits(NamedTuple):
    """The seconds of work that are expected of each task, and what a person who waits is told."""

    tasks: Mapping[str, float]
    told: str = ""

    def of(self, task: Task) -> float:
        return self.tasks[task.path]

    @property
    def whole(self) -> float:
        return sum(self.tasks.values())

    @property
    def long(self) -> bool:
        """So long that somebody wants to see how far it is."""
        return len(self.tasks) > FEW_FILES or bool(self.told)


def expected(tasks: Sequence[Task], *, twice: bool) -> Waits:
    """What is to be expected; `twice` where muted copies are heard again."""
    recordings = [task for task in tasks if task.heard]
    waits = {task.path: A_TRANSCRIPT for task in tasks}
    if not recordings or installed.missing():
        return Waits(waits)
    from clearline.speech.engines import ENGINE, is_local  # noqa: PLC0415 - an extra
    from clearline.speech.probing import about  # noqa: PLC0415

    sound, count = 0.0, 0
    for task in recordings:
        try:
            found = about(Path(task.path) if task.data is None else task.data)
        except (NotHeard, OSError):
            continue  # it is told when its turn comes
        sound, count = sound + found.seconds, count + 1
        waits[task.path] = found.seconds * found.channels * PACE * (2 if twice else 1)
    if not count:
        return Waits(waits)
    cores = min(os.cpu_count() or 1, count)
    work = STARTS + sum(waits.values()) / cores
    told = f"{counted(count, 'recording')}, {_spoken(sound)} of sound"
    if not is_local():
        return Waits(waits, f"{told} go to the service that {ENGINE} names; how long it takes is not known.")
    return Waits(waits, f"{told}: about {_spoken(work)}, nothing leaves this machine.")


def _spoken(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return counted(max(1, round(seconds)), "second")
    return f"{minutes:,} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
