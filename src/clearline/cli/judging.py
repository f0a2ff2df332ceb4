"""Judges files, in one process or on all cores, in the order in which they were found."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from clearline.cli.files import Task, excluded, failed, unreadable
from clearline.engine.errors import ClearlineError
from clearline.engine.events import Instant
from clearline.engine.listed import NOBODY, Listed
from clearline.formats.errors import Excluded, Unreadable
from clearline.formats.reading import read
from clearline.formats.text import SIZE_LIMIT
from clearline.reports.account import reason_of
from clearline.reports.drawing import Review
from clearline.reports.masked import masked_text
from clearline.reports.reviewed import NotReviewed
from clearline.reports.reviewing import Reviewer
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook
from clearline.speech import installed, kinds
from clearline.speech.errors import NotHeard

if TYPE_CHECKING:
    from clearline.cli.hearing import Hearing

Outcome = list[Review] | list[NotReviewed]

SPREAD_BYTES = 500_000  # with so many, another process is worth its start
HYPERSCAN_BYTES = 12_000_000  # with so many, preparing Hyperscan is worth it: see `judged`
CHUNK_FILES, CHUNK_BYTES = 16, 500_000
AHEAD = 3  # chunks that wait for each process: enough to keep it busy, few enough to keep in memory


class Order(msgspec.Struct, frozen=True):
    """How files are to be judged; it travels to other processes."""

    rules: tuple[str, ...] = ()  # folders of packs beside the shipped ones
    packs: tuple[str, ...] | None = None
    facts: Mapping[str, Mapping[str, Any]] = {}
    speakers: Mapping[str, str] = {}
    on: Instant = 0
    drawn: bool = False
    channels: tuple[str, ...] = ()  # who is on which channel of a recording
    muted: str = ""  # the folder for muted copies of recordings
    listed: Listed = NOBODY  # names and addresses to be hidden


class Judge:
    """Judges files one by one."""

    def __init__(self, order: Order, rulebook: Rulebook, *, portable: bool) -> None:
        self.order = order
        self.reviewer = Reviewer(
            rulebook,
            packs=order.packs,
            facts=order.facts,
            on=order.on,
            drawn=order.drawn,
            portable=portable,
            listed=order.listed,
        )

    def judge(self, task: Task) -> Outcome:
        """The timelines of a file, or the one line that says why there are none."""
        try:
            if task.heard or kinds.recording(task.read(kinds.HEAD)):
                found, recording = self._hearing.hear(task)
            else:
                found, recording = read(task.read(), speakers=self.order.speakers), None
            reviews = list(self.reviewer.review(task.shown, found, recording))
        except Excluded as outcome:
            return [excluded(task.shown, outcome.reason)]
        except Unreadable as error:
            return [failed(task.shown, reason_of(error), masked_text(str(error)))]
        except NotHeard as error:
            return [failed(task.shown, error.reason, masked_text(str(error)))]
        except OSError as error:
            return [unreadable(task.shown, error)]
        except ClearlineError as error:
            return [failed(task.shown, "cannot be judged", masked_text(str(error)))]
        return reviews or [excluded(task.shown, "of no timeline that a rule speaks of")]

    @cached_property
    def _hearing(self) -> Hearing:
        """Made for the first recording: its model takes seconds and memory, and is an extra."""
        installed.require()
        from clearline.cli.hearing import Hearing  # noqa: PLC0415 - an extra

        return Hearing(self.order.channels, self.order.muted, self.order.speakers, self.order.listed)


def judged(order: Order, rulebook: Rulebook, tasks: list[Task]) -> Iterator[tuple[Task, Outcome]]:
    """Every file with what came of it, in order.

    The portable search is ready in 0.3 seconds, Hyperscan in 5, for 500 phrases; but with it a short call takes 1.5 ms
    less of 8. In two processes that pays from 6,000 calls of 2 KB on.
    """
    read = sum(
        task.size for task in tasks if task.size <= SIZE_LIMIT and not task.heard
    )  # larger ones are refused
    size = read + SPREAD_BYTES * sum(task.heard for task in tasks)
    cores = os.cpu_count() or 1
    portable = read < HYPERSCAN_BYTES
    if size < SPREAD_BYTES or cores == 1 or len(tasks) == 1:
        judge = Judge(order, rulebook, portable=portable)
        yield from ((task, judge.judge(task)) for task in tasks)
        return
    pool = ProcessPoolExecutor(cores, get_context("spawn"), _start, (order, portable))
    try:
        yield from _spread(pool, cores, tasks)
    finally:
        pool.shutdown(cancel_futures=True)


def _spread(pool: ProcessPoolExecutor, cores: int, tasks: list[Task]) -> Iterator[tuple[Task, Outcome]]:
    waiting: deque[tuple[list[Task], Future[list[Outcome]] | None]] = deque()
    for chunk in chunks(tasks):
        waiting.append((chunk, _submitted(pool, chunk)))
        if len(waiting) > AHEAD * cores:
            yield from _results(*waiting.popleft())
    while waiting:
        yield from _results(*waiting.popleft())


def _submitted(pool: ProcessPoolExecutor, chunk: list[Task]) -> Future[list[Outcome]] | None:
    try:
        return pool.submit(_judge, chunk)
    except BrokenProcessPool:
        return None


def _results(chunk: list[Task], future: Future[list[Outcome]] | None) -> Iterator[tuple[Task, Outcome]]:
    try:
        outcomes = future.result() if future is not None else None
    except BrokenProcessPool:
        outcomes = None
    if outcomes is None:
        told = "the process that judged it ended; it may have run out of memory. Review it alone."
        outcomes = [[failed(task.shown, "process ended", told)] for task in chunk]
    yield from zip(chunk, outcomes, strict=True)


def chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """The files in runs that are worth sending to another process."""
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += CHUNK_BYTES if task.heard else task.size
        if len(chunk) == CHUNK_FILES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


_here: list[Judge] = []  # of a process of the pool; the pool offers no other place


def _start(order: Order, portable: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once, without a traceback
    _here.append(Judge(order, load(*map(Path, order.rules)), portable=portable))


def _judge(chunk: list[Task]) -> list[Outcome]:
    return [_here[0].judge(task) for task in chunk]
