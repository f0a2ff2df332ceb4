"""The writer writes together what waits together, and keeps nobody waiting who sends alone."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from clearline.engine.events import Instant
from clearline.record import writer as writing
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.record.writer import Writer


class Deed:
    """Notes what was done together."""

    def __init__(self) -> None:
        self.done: list[list[str]] = []

    def __call__(self, things: Sequence[str], _at: Instant, _watches: Watches) -> Sequence[str]:
        self.done.append(list(things))
        return [f"{one} done" for one in things]


@pytest.fixture
def writer(transactional_db: Any, shop: Judging) -> Iterator[Writer]:  # noqa: ARG001 # opens the database
    made = Writer(lambda: shop, lambda: 0)
    yield made
    made.stop()


def test_what_waits_is_written_together_and_everybody_gets_their_own_answer(writer: Writer) -> None:
    deed = Deed()
    waiting = [writer.submit([name], deed) for name in "abc"]
    writer.start()
    assert [one.result(30) for one in waiting] == [["a done"], ["b done"], ["c done"]]
    assert deed.done == [["a", "b", "c"]]


def test_who_sends_alone_does_not_wait_for_others(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "COLLECT", 3_600)
    deed = Deed()
    writer.start()
    assert [writer.submit([name], deed).result(30) for name in "ab"] == [["a done"], ["b done"]]
    assert deed.done == [["a"], ["b"]]


def test_who_came_together_is_waited_for(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "COLLECT", 3_600)
    deed = Deed()
    first = [writer.submit([name], deed) for name in "ab"]
    writer.start()
    assert [one.result(30) for one in first]
    again = writer.submit(["a"], deed)
    with pytest.raises(TimeoutError):
        again.result(0.3)
    writer.submit(["b"], deed)
    assert again.result(30) == ["a done"]
    assert deed.done == [["a", "b"], ["a", "b"]]
