"""Room for a few frames, and the pace that a sender has to keep."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from tests.alone import alone

from clearline.intake.streams.waiting import BYTES, HEAVY, MOST, Pace, Stop, Waiting


def test_a_sender_waits_until_there_is_room() -> None:
    async def fill(size: int) -> int:
        waiting, put = Waiting(), 0

        async def send() -> None:
            nonlocal put
            while True:
                await waiting.put("x" * size)
                put += 1

        task = asyncio.create_task(send())
        for _ in range(10):
            await asyncio.sleep(0)
        before = put
        taken = await waiting.take()
        assert len(taken) == before
        await asyncio.sleep(0)
        assert put > before
        task.cancel()
        return before

    assert alone(fill(10)) == MOST
    assert alone(fill(900_000)) == BYTES // 900_000
    assert alone(fill(BYTES + 1)) == 1  # or it would wait for ever


def test_what_waits_is_heard_before_the_end() -> None:
    async def run() -> tuple[list[str | bytes], list[str | bytes], Stop | None]:
        waiting = Waiting()
        await waiting.put("a")
        waiting.end(Stop(1008, "first"))
        waiting.end(Stop(1000))
        return await waiting.take(), await waiting.take(), waiting.stop

    assert alone(run()) == (["a"], [], Stop(1008, "first"))


@given(st.floats(1, 199), st.integers(1, 50))
def test_who_keeps_the_pace_is_never_stopped(rate: float, minutes: int) -> None:
    clock = iter(n / rate for n in range(10_000_000))
    pace = Pace(rate=200 * (1 + 100 / HEAVY), burst=10, clock=lambda: next(clock))
    assert all(pace.keeps(100) for _ in range(int(rate) * minutes))


@given(st.floats(1.1, 20))
def test_who_is_faster_for_long_is_stopped(times: float) -> None:
    clock = iter(n / (200 * times) for n in range(10_000_000))
    pace = Pace(rate=200, burst=1_000, clock=lambda: next(clock))
    kept = next(n for n in range(10_000_000) if not pace.keeps(0))
    assert 1_000 <= kept <= 1_000 * times / (times - 1) + 2
