"""The children that watch: there are always two, whatever happens to them or to the rules, and none is ended without need."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.alone import alone
from tests.live.conftest import until

from clearline.live import workers
from clearline.live.workers import Child, Workers

Story = Callable[[], Awaitable[None]]


class Edge:
    """Whoever keeps workers, and by which rules."""

    def __init__(self) -> None:
        self.rules = object()
        self.handed: list[Child] = []
        self.workers = Workers(lambda _: None, self._hand_over, lambda: self.rules)

    async def _hand_over(self, child: Child) -> None:
        self.handed.append(child)

    @property
    def pids(self) -> set[int]:
        return {child.process.pid for child in self.workers.children}

    def tells(self, story: Story) -> None:
        async def told() -> None:
            await self.workers.start()
            try:
                await story()
            finally:
                await self.workers.stop()

        alone(told())

    def are_ready(self) -> bool:
        """Both watch, or could at once, by the rules that hold."""
        children = self.workers.children
        return len(children) == 2 and all(one.ready and one.rules is self.rules for one in children)


@pytest.fixture
def edge(home: None) -> Edge:  # noqa: ARG001 # where the workers live
    return Edge()


@pytest.fixture
def _long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that whoever waits for one is not there in time."""
    monkeypatch.setattr(workers, "AGAIN", 3_600.0)
    monkeypatch.setattr(workers, "HELD", 3_600.0)


@pytest.mark.usefixtures("_long_pauses")
def test_other_rules_do_not_make_calls_wait_for_a_worker(edge: Edge) -> None:
    async def story() -> None:
        await until(lambda: len(edge.workers.children) == 2)
        edge.rules = object()  # while both are still starting
        await until(edge.are_ready)
        first, edge.rules = edge.workers.watching, object()
        with at_most_two(edge):
            while not edge.are_ready():
                assert edge.workers.watching is not None
                await asyncio.sleep(0.02)
        assert edge.workers.watching is not first
        assert edge.handed[-1] is edge.workers.watching

    edge.tells(story)


def test_an_edge_that_was_held_up_ends_no_worker(edge: Edge) -> None:
    async def story() -> None:
        await until(edge.are_ready)
        before = edge.pids
        time.sleep(5)  # noqa: ASYNC251 - the edge itself can do nothing
        await asyncio.sleep(3)
        assert edge.pids == before

    edge.tells(story)


def test_where_no_rule_is_left_nobody_watches_by_the_old_ones(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def story() -> None:
        await until(edge.are_ready)
        with monkeypatch.context() as without:
            without.setattr("sys.executable", str(program))
            edge.rules = object()
            await until(lambda: not edge.workers.children)
            assert edge.workers.watching is None
        edge.rules = object()
        await until(edge.are_ready)

    program = tmp_path_factory.mktemp("bin") / "worker-with-nothing-to-watch"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    edge.tells(story)


@contextmanager
def at_most_two(edge: Edge) -> Iterator[None]:
    """Notes each child that is started meanwhile."""
    begun: list[int] = []
    begin = edge.workers._begin

    async def counted() -> None:
        await begin()
        begun.append(len(edge.workers.children))

    edge.workers._begin = counted  # type: ignore[method-assign]
    yield
    assert begun
    assert max(begun) <= 2
