"""Rules that calls are watched by, compiled once, and calls as examples of rules write them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.alone import alone
from tests.browsing import environment
from tests.live.peers import HttpPeer, listening

from clearline.engine.events import Event, Instant
from clearline.live.deeds import NoSwitch
from clearline.live.hub import Hub
from clearline.live.running import Rules, Running
from clearline.record.judging import Judging
from clearline.record.writer import Writer
from clearline.ui.clock import now

Story = Callable[[Hub], Awaitable[None]]

NOON: Instant = 1_790_000_000_000_000


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped packs, of a shop that has answered nothing."""
    by = Judging((), dict, portable=True)
    program = by.program("call")
    assert program is not None
    return Rules(by.rulebook, program, by.known)


def end_of(event: Event) -> Instant:
    return event.at + round(float(event.data.get("seconds", 0)) * 1_000_000)


def told(running: Running, events: list[Event]) -> None:
    """Passes on events at once, each as it is over."""
    for event in events:
        running.happened(event, end_of(event))


@pytest.fixture(scope="session")
def shop() -> Judging:
    """Compiled once; of a shop that has answered nothing."""
    return Judging((), dict, portable=True)


@pytest.fixture
def home(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 # workers read what is committed
    """Processes that this one starts work on the tests' database."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def tell(home: None, shop: Judging) -> Iterator[Callable[[Story], None]]:  # noqa: ARG001 # where the workers live
    """Tells a story to a hub with a writer and two workers of its own."""
    writer = Writer(lambda: shop, now)
    writer.start()

    async def told(story: Story) -> None:
        hub = Hub(writer, now, NoSwitch())
        await hub.start()
        try:
            await until(lambda: hub.workers.watching is not None)
            await story(hub)
        finally:
            await hub.stop()

    yield lambda story: alone(told(story))
    writer.stop()


@pytest.fixture
def peer() -> Iterator[Callable[..., HttpPeer]]:
    """Starts peers that speak HTTP; they stop with the test."""
    with ExitStack() as started:
        yield lambda *answers, **more: started.enter_context(listening(HttpPeer(*answers, **more)))


async def until(there: Callable[[], bool], seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while not there():  # noqa: ASYNC110 - nor does what is looked at here
            await asyncio.sleep(0.02)
