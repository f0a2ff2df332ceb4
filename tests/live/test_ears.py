"""The edge and the child that hears: when it is there, what becomes of its words, and what if it dies."""

import asyncio
import os
import re
import signal
from collections.abc import Callable

import pytest
from django.conf import settings
from tests.live.conftest import Story, until
from tests.live.test_hub import STARTED, running
from tests.speech.spoken import call, telephone

from clearline.engine.events import UNHEARD, UTTERANCE, Event, Instant
from clearline.formats.streaming.told import Audio
from clearline.live import ears, wire
from clearline.live.hub import Hub
from clearline.record.models import Event as Row
from clearline.record.watching import read
from clearline.ui.clock import now

Tell = Callable[[Story], None]
RATE, PIECE = 8_000, 160
CUSTOMER = telephone(call().channel(1)[7 * RATE : 11 * RATE + 4_000])  # "… like to pay for order seventeen"
NUMBER = telephone(call().channel(1)[13 * RATE : 23 * RATE])  # "Sure, it's five one zero five …", and silence
OTHER = telephone(call().channel(0)[10 * RATE : 14 * RATE])  # "Of course. What is the card number?"


async def speak(hub: Hub, sound: bytes, name: str = "c-1", by: str = "customer") -> None:
    """In real time, as a telephone does."""
    begun: Instant = now()
    for place in range(0, len(sound), PIECE):
        at = begun + place * 125
        await asyncio.sleep(max(0.0, (at - now()) / 1_000_000))
        hub.sound([Audio(name, by, at, "mulaw", RATE, sound[place : place + PIECE])])


Ears = tuple[ears.Ears, list[Event]]


@pytest.fixture
def told_of(monkeypatch: pytest.MonkeyPatch) -> Ears:
    """The edge's end where no child comes, and the events that it tells."""
    events: list[Event] = []
    monkeypatch.setattr(ears.Ears, "_begin", lambda _: None)
    return ears.Ears(lambda some, _: events.extend(some), lambda *_: None, hears=True), events


def talk(hub: Hub, name: str = "c-1") -> str:
    return " ".join(one.text for one in hub.calls[name].talk.values()).lower()


async def stored(count: int) -> list[str]:
    """Types of the events that were heard, as soon as there are so many; the wall has them before the disk does."""
    rows: list[Row] = []
    async with asyncio.timeout(30):
        while len(rows) < count:
            await asyncio.sleep(0.05)
            rows = [row async for row in Row.objects.filter(source="ears").order_by("at")]
    return [row.type for row in rows]


def test_nobody_hears_before_there_is_sound_and_then_words_are_events(tell: Tell) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        assert hub.ears.child is None
        await speak(hub, CUSTOMER)
        await until(lambda: "order 17" in talk(hub))
        assert await stored(2) == ["call.answered", UTTERANCE]
        assert hub.calls["c-1"].troubles == {}

    tell(story)


def test_a_child_that_is_killed_is_followed_by_one_that_hears(tell: Tell) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        speaking = asyncio.create_task(speak(hub, CUSTOMER))
        await until(lambda: hub.ears.child is not None and hub.ears.child.ready)
        first = hub.ears.child
        assert first is not None
        await asyncio.sleep(1)
        os.kill(first.process.pid, signal.SIGKILL)
        await until(lambda: hub.calls["c-1"].troubles.get("missed") == ears.MISSED)
        await speaking
        await speak(hub, OTHER, by="agent")
        await until(lambda: "card number" in talk(hub))
        assert hub.ears.child is not None
        assert hub.ears.child.process.pid != first.process.pid
        assert "missed" not in hub.calls["c-1"].troubles
        (lost,) = [row async for row in Row.objects.filter(source="ears", type=UNHEARD)]
        data = read(bytes(lost.body or b"")).data
        assert (data["by"], data["why"]) == ("customer", ears.GONE)
        assert 0.5 < data["seconds"] < 5

    tell(story)


def test_sound_that_is_missing_is_an_event_when_the_stream_goes_on(told_of: Ears) -> None:
    hears, events = told_of
    hears.hear([Audio("c-1", "customer", 0, "mulaw", RATE, bytes(RATE))])  # a second
    hears.hear([Audio("c-1", "customer", 1_400_000, "mulaw", RATE, bytes(RATE))])  # no word fits in between
    assert events == []
    hears.hear([Audio("c-1", "customer", 5_000_000, "mulaw", RATE, bytes(RATE))])
    (lost,) = events
    assert (lost.type, lost.at, lost.subjects) == (UNHEARD, 2_400_000, {"call": "c-1"})
    assert lost.data == {"by": "customer", "seconds": 2.6, "why": ears.MISSING}


def test_sound_of_one_speaker_is_not_missing_where_the_other_is_heard(told_of: Ears) -> None:
    hears, events = told_of
    for second in range(10):
        hears.hear([Audio("c-1", "customer", second * 1_000_000, "mulaw", RATE, bytes(RATE))])
        if second % 5 == 0:
            hears.hear([Audio("c-1", "agent", second * 1_000_000, "s16le", 16_000, bytes(2 * 16_000))])
    assert [(one.data["by"], one.data["seconds"]) for one in events] == [("agent", 4.0)]


def test_what_was_let_go_up_to_the_end_of_a_call_is_an_event(
    told_of: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears, events = told_of
    monkeypatch.setattr(ears, "FULL", 100)
    for second in range(4):
        hears.hear([Audio("c-1", "customer", second * 1_000_000, "mulaw", RATE, bytes(RATE))])
    hears.happened(Event("pbx/e", "call.ended", 4_000_000, subjects={"call": "c-1"}))
    (lost,) = events
    assert (lost.at, lost.data) == (
        1_000_000,
        {"by": "customer", "seconds": 3.0, "why": ears.UNTAKEN},
    )


def test_of_a_call_that_nobody_can_hear_all_is_unheard(told_of: Ears) -> None:
    hears, events = told_of
    hears.deaf = "nothing is installed"
    hears.hear([Audio("c-1", "customer", 0, "mulaw", RATE, bytes(RATE))])
    hears.happened(Event("pbx/e", "call.ended", 4_000_000, subjects={"call": "c-1"}))
    assert [(one.at, one.data["seconds"]) for one in events] == [(0, 1.0)]


def test_of_a_call_whose_words_somebody_else_tells_nothing_is_unheard(told_of: Ears) -> None:
    hears, events = told_of
    hears.hear([Audio("c-1", "customer", 0, "mulaw", RATE, bytes(RATE))])
    hears.happened(Event("pbx/w", UTTERANCE, 0, {"by": "customer"}, {"call": "c-1"}))
    hears.hear([Audio("c-1", "customer", 9_000_000, "mulaw", RATE, bytes(RATE))])
    hears.happened(Event("pbx/e", "call.ended", 10_000_000, subjects={"call": "c-1"}))
    assert events == []


def test_a_card_number_is_hidden_on_the_wall_while_it_is_spoken(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(hub: Hub) -> None:
        shown: list[str] = []
        draws = hub._take_picture

        def look(picture: wire.Picture) -> None:
            shown.extend(one.text for one in picture.talk)
            draws(picture)

        monkeypatch.setattr(hub, "_take_picture", look)
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await speak(hub, NUMBER)
        await until(lambda: "xxxx" in talk(hub))
        assert len(shown) > 1
        assert not [one for one in shown if re.search(r"\d\D{0,2}\d\D{0,2}\d\D{0,2}\d", one)]

    tell(story)


def test_words_that_somebody_else_tells_are_not_heard_once_more(tell: Tell) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await hub.take("token-1", "pbx", running("c-2", STARTED, "1 call.answered"))
        await hub.take("token-1", "pbx", [], running("c-1", "2 agent: Hello", name="u"))
        await hub.take("token-1", "pbx", running("c-2", "2 system: This call is recorded.", name="w"))
        await asyncio.gather(speak(hub, CUSTOMER), speak(hub, CUSTOMER, "c-2"))
        await until(lambda: "order 17" in talk(hub, "c-2"))
        await speak(hub, CUSTOMER[:RATE])  # whatever there was to say had been said by now
        assert "order" not in talk(hub)

    tell(story)


def test_another_transcript_in_the_midst_of_a_call_ends_the_hearing_of_it(tell: Tell) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await speak(hub, CUSTOMER)
        await until(lambda: "order 17" in talk(hub))
        await hub.take("token-1", "pbx", running("c-1", "9 agent: Of course.", name="u"))
        await speak(hub, OTHER, by="agent")
        assert hub.ears.calls["c-1"].sides.keys() == {"customer"}

    tell(story)


def test_where_it_is_set_so_nobody_hears(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HEAR", False)

    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        await speak(hub, CUSTOMER[:RATE])
        assert hub.pieces == 50
        assert (hub.ears.child, hub.ears.deaf) == (None, "")

    tell(story)


def test_without_what_speech_needs_it_is_said_once(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "missing", lambda _: ["moonshine_voice"])

    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        with hub.viewers.looking([], lambda _: True) as wall:
            await speak(hub, CUSTOMER[:RATE])
            assert "" in await wall.news(5)
        assert hub.ears.deaf == (
            "moonshine_voice is missing. Install it: pip install 'clearline[speech]', then start Clearline anew."
        )
        assert hub.ears.child is None
        assert hub.calls["c-1"].troubles == {}

    tell(story)


def test_what_is_set_wrongly_is_said_and_nobody_is_started_again(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARLINE_SPEECH", "parrot")

    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        await speak(hub, CUSTOMER[:RATE])
        await until(lambda: "parrot" in hub.ears.deaf)
        await until(lambda: hub.ears.child is None)
        await speak(hub, CUSTOMER[:RATE])
        assert hub.ears.child is None

    tell(story)


def test_what_waits_for_a_child_is_bounded_and_what_is_let_go_is_shown(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ears, "FULL", 100)

    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED))
        sound = [Audio("c-1", "customer", now(), "mulaw", RATE, CUSTOMER[:PIECE])] * 500
        hub.sound(sound)  # at once, before anybody is there
        assert hub.calls["c-1"].troubles == {"missed": ears.MISSED}

    tell(story)
