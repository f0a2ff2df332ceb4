from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import BAD, GOOD, Writing

from clearline.cli import judging
from clearline.cli.files import Task, find
from clearline.cli.judging import CHUNK_BYTES, CHUNK_FILES, Judge, Order, Outcome, chunks, judged
from clearline.reports.account import Ledger
from clearline.reports.drawing import Review
from clearline.reports.reviewed import AnyLine, NotReviewed
from clearline.rulebook.reading import load

RULEBOOK = load()
ORDER = Order(packs=("opt-out",))
JUDGE = Judge(ORDER, RULEBOOK, portable=True)
NO_CALL = '{"vcon":"0.4.0","uuid":"1","parties":[],"dialog":[]}'


def lines(outcome: Outcome) -> list[AnyLine]:
    return [one.line if isinstance(one, Review) else one for one in outcome]


def task(content: str | bytes) -> Task:
    data = content if isinstance(content, bytes) else content.encode()
    return Task("a file", "", len(data), data)


@given(st.lists(st.sampled_from([*GOOD.values(), *BAD.values(), NO_CALL])))
def test_every_file_is_accounted_for_once(contents: list[str | bytes]) -> None:
    ledger = Ledger()
    for content in contents:
        ledger.file(lines(JUDGE.judge(task(content))))
    account = ledger.account()
    bad, none = (sum(one in group for one in contents) for group in (BAD.values(), [NO_CALL]))
    assert account.read == len(contents)
    assert sum(account.failed.values()) == bad
    assert sum(account.excluded.values()) == none
    assert account.evaluated == len(contents) - bad - none


def test_a_file_that_is_gone_or_too_large_is_told(tmp_path: Path) -> None:
    (gone,) = lines(JUDGE.judge(Task("gone.txt", str(tmp_path / "gone.txt"), 1)))
    assert isinstance(gone, NotReviewed)
    assert gone.told.startswith("gone.txt: it can't be opened (no such file or directory).")
    (large,) = lines(JUDGE.judge(task(b" " * (64 * 1024 * 1024 + 1))))
    assert isinstance(large, NotReviewed)
    assert (large.outcome, large.reason) == ("failed", "too large")


@given(st.lists(st.integers(0, 2 * CHUNK_BYTES), max_size=60))
def test_chunks_hold_every_file_in_order(sizes: list[int]) -> None:
    tasks = [Task(str(n), "", size) for n, size in enumerate(sizes)]
    made = list(chunks(tasks))
    assert [one for chunk in made for one in chunk] == tasks
    assert all(0 < len(chunk) <= CHUNK_FILES for chunk in made)


def test_several_processes_say_what_one_says_in_the_same_order(
    folder: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder({f"{n}-{name}": content for n in range(6) for name, content in {**GOOD, **BAD}.items()})
    tasks = [one for one in find([str(root)]) if isinstance(one, Task)]
    alone = [(one.shown, lines(outcome)) for one, outcome in judged(ORDER, RULEBOOK, tasks)]
    monkeypatch.setattr(judging, "SPREAD_BYTES", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert [(one.shown, lines(outcome)) for one, outcome in judged(ORDER, RULEBOOK, tasks)] == alone


class BrokenPool:
    """A pool whose process has died."""

    def __init__(self, *_: object) -> None:
        self.used = 0

    def submit(self, _: Callable[..., object], __: object) -> Future[object]:
        self.used += 1
        if self.used > 1:
            raise BrokenProcessPool
        future: Future[object] = Future()
        future.set_exception(BrokenProcessPool())
        return future

    def shutdown(self, *, cancel_futures: bool) -> None:
        assert cancel_futures


def test_files_of_a_process_that_died_are_failures_and_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "SPREAD_BYTES", 0)
    monkeypatch.setattr(judging, "ProcessPoolExecutor", BrokenPool)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    tasks = [Task(str(n), "", 1) for n in range(3 * CHUNK_FILES)]
    outcomes = [lines(outcome)[0] for _, outcome in judged(ORDER, RULEBOOK, tasks)]
    assert [isinstance(one, NotReviewed) and one.reason for one in outcomes] == ["process ended"] * len(tasks)
