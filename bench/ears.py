"""One call of two channels in real time, heard by the edge's child: `python -m bench.ears`. It writes nothing."""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from clearline.config.starting import start

start()

from tests.speech.spoken import call, telephone  # noqa: E402

from clearline.engine.events import SECOND, UTTERANCE, Event  # noqa: E402
from clearline.formats.streaming.told import Audio  # noqa: E402
from clearline.live.ears import Ears  # noqa: E402
from clearline.ui.clock import now  # noqa: E402

RATE, PIECE = 8_000, 160
LOADS, AFTER = 60, 5  # seconds at most until the models are there, and until the last words are


def cpu(pid: int) -> float:
    """Seconds of the processor that a process took."""
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


async def main() -> None:
    first: dict[str, float] = {}
    last: list[float] = []

    def take(events: Sequence[Event], partials: Sequence[Event]) -> None:
        for one in partials:
            first.setdefault(one.id, (now() - one.at) / SECOND)
        last.extend(
            (now() - one.at) / SECOND - float(one.data["seconds"]) for one in events if one.type == UTTERANCE
        )

    ears = Ears(take, lambda *told: print("trouble:", *told), hears=True)
    ears.hear([Audio("w", "agent", now(), "mulaw", RATE, b"\xff" * PIECE)])
    begun = time.monotonic()
    async with asyncio.timeout(LOADS):
        while ears.child is None or not ears.child.ready:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
    print(f"models loaded after {time.monotonic() - begun:.1f} s")
    pid, tracks = ears.child.process.pid, {"agent": 0, "customer": 1}
    sound = {by: telephone(call().channel(number)) for by, number in tracks.items()}
    taken, begun, origin = cpu(pid), time.monotonic(), now()
    for place in range(0, len(sound["agent"]), PIECE):
        at = origin + place * SECOND // RATE
        await asyncio.sleep(max(0.0, (at - now()) / SECOND + PIECE / RATE))
        ears.hear(
            [Audio("c", by, at, "mulaw", RATE, told[place : place + PIECE]) for by, told in sound.items()]
        )
    print(f"{(cpu(pid) - taken) / (time.monotonic() - begun):.0%} of a core, load {os.getloadavg()[0]:.1f}")
    await asyncio.sleep(AFTER)
    for name, seconds in (("first words", [*first.values()]), ("words that stay", last)):
        told = (min(seconds), statistics.median(seconds), max(seconds))
        print(name, *(f"{one:.1f}" for one in told), f"s after; {len(seconds)} utterances")
    await ears.stop()


if __name__ == "__main__":
    asyncio.run(main())
