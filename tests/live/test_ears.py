"""The sound of a running call becomes its words, masked before they are stored; who hears may die, and is followed."""

import asyncio
import os
import re
import signal
from collections.abc import Callable, Iterator

import numpy as np
from tests.live.conftest import Story, until
from tests.live.test_hub import STARTED, due, running
from tests.speech.spoken import call as spoken

from clearline.engine.events import SECOND
from clearline.formats.streaming.told import Audio
from clearline.live.ears import LOST, OFF
from clearline.live.hub import EARS, Hub
from clearline.record.models import Event as Row
from clearline.record.watching import read
from clearline.ui.clock import now

SPEAKERS = ("agent", "customer")
CARD = re.compile(r"5105|1051|five one zero|zero five one", re.IGNORECASE)
EACH = 0.1  # seconds of a piece


def pieces(call: str, since: float = 0.0, until: float = 99.0) -> Iterator[list[Audio]]:
    """The packaged call as telephony would send it, from one second of it to another, both speakers beside each other."""
    sound, begun, step = spoken(), now() - 60 * SECOND, int(EACH * spoken().rate)
    for first in range(int(since * sound.rate), min(int(until * sound.rate), sound.samples.shape[1]), step):
        at = begun + round(first / sound.rate * SECOND)
        some = np.clip(sound.samples[:, first : first + step] * 32768, -32768, 32767).astype("<i2")
        yield [
            Audio(call, by, at, "s16le", sound.rate, channel.tobytes())
            for by, channel in zip(SPEAKERS, some, strict=True)
        ]


async def speak(hub: Hub, call: str, since: float = 0.0, until_then: float = 99.0) -> None:
    """Lets it be said, three times as quick as people speak, to somebody who is ready to hear."""
    hub.sound([Audio(call, "agent", now() - 90 * SECOND, "s16le", 8_000, bytes(1_600))])
    await until(lambda: hub.ears.ready)
    for some in pieces(call, since, until_then):
        hub.sound(some)
        await asyncio.sleep(EACH / 3)


def heard(hub: Hub, call: str) -> str:
    return " ".join(one.text for one in hub.calls[call].talk.values())


def test_what_is_said_is_heard_judged_and_stored_without_the_card(tell_ears: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await speak(hub, "c-1")
        await until(lambda: "payment went through" in heard(hub, "c-1"))
        assert "Thank you for calling" in heard(hub, "c-1")
        assert not CARD.search(heard(hub, "c-1"))
        assert "Say that this call is recorded." not in due(hub.calls["c-1"])

        async def stored() -> list[str]:
            rows = Row.objects.filter(source=EARS, type="utterance")
            return [str(read(bytes(row.body or b"")).data["text"]) async for row in rows]

        texts: list[str] = []
        for _ in range(300):
            texts = await stored()
            if any("payment went through" in text for text in texts):
                break
        assert texts
        assert not CARD.search(" ".join(texts))

    tell_ears(story)


def test_who_hears_is_followed_by_another_and_somebody_knows(tell_ears: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await speak(hub, "c-1", 0, 12)
        await until(lambda: "Thank you for calling" in heard(hub, "c-1"))
        first = hub.ears.process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        await until(lambda: hub.calls["c-1"].troubles.get("sound") == LOST)
        await until(lambda: hub.ears.process not in {first, None})
        await speak(hub, "c-1", 21)
        await until(lambda: "payment went through" in heard(hub, "c-1"))

    tell_ears(story)


def test_what_somebody_else_tells_is_not_heard_as_well(tell_ears: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 agent: Hello."))
        hub.sound(next(pieces("c-1")))
        assert hub.ears.process is None

    tell_ears(story)


def test_where_nothing_is_to_be_heard_the_call_says_so(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        hub.sound(next(pieces("c-1")))
        assert hub.calls["c-1"].troubles["sound"] == OFF

    tell(story)
