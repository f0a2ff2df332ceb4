"""What is heard at the edge is watched by a worker, and goes on being watched when the worker dies."""

import asyncio
import os
import signal
from collections.abc import Callable

from msgspec.structs import replace
from tests.live.conftest import Story, until
from tests.record.conftest import call

from clearline.engine.events import SECOND, Event
from clearline.live.hub import LEFT, Hub, Live
from clearline.record.actions.append import Outcome
from clearline.record.models import Event as Row
from clearline.record.models import Finding
from clearline.record.watching import read
from clearline.ui.clock import now


def test_words_are_on_the_panel_before_and_after_they_are_stored(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        answers = await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        assert {one.outcome for one in answers} == {Outcome.STORED}
        live = hub.calls["c-1"]
        await until(lambda: "Say that this call is recorded." in due(live))
        await hub.take("token-1", "pbx", [], running("c-1", "2 agent: This call is recorded", name="u"))
        await until(lambda: "Say that this call is recorded." not in due(live))
        await hub.take("token-1", "pbx", running("c-1", "2 agent: This call is recorded.", name="u"))
        await until(lambda: [one.text for one in live.talk.values()] == ["This call is recorded."])
        shown = await prompts()
        assert ("recording-notice-us", "followed") in shown

    tell(story)


def test_what_the_record_refuses_is_taken_back_and_seen(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        (said,) = running("c-1", "2 customer: Please stop calling me.", name="u")
        ahead = Event(said.id, said.type, now() + 900 * SECOND, said.data, said.subjects)
        (answer,) = await hub.take("token-1", "pbx", [ahead])
        assert answer.outcome is Outcome.REFUSED
        live = hub.calls["c-1"]
        await until(lambda: any("Not recorded" in one for one in live.troubles.values()))
        await until(lambda: "Put this number on the do-not-call list now." not in due(live))

    tell(story)


def test_a_worker_that_is_killed_is_followed_at_once_by_the_one_that_stood_by(
    tell: Callable[[Story], None],
) -> None:
    async def story(hub: Hub) -> None:
        for number in range(20):
            await hub.take("token-1", "pbx", running(f"c-{number}", STARTED, "1 call.answered"))
        await until(lambda: all(due(live) for live in hub.calls.values()))
        await until(lambda: sum(one.ready for one in hub.workers.children) == 2)
        first = hub.workers.watching
        assert first is not None
        (standby,) = {*hub.workers.children} - {first}
        os.kill(first.process.pid, signal.SIGKILL)
        for live in hub.calls.values():
            live.picture = None
        await until(lambda: all(live.picture and due(live) for live in hub.calls.values()))
        assert hub.workers.watching is standby
        await hub.take("token-1", "pbx", running("c-7", "3 agent: This call is recorded.", name="u"))
        await until(lambda: "Say that this call is recorded." not in due(hub.calls["c-7"]))

    tell(story)


def test_a_worker_that_hangs_is_replaced(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered"))
        await until(lambda: sum(one.ready for one in hub.workers.children) == 2)
        first = hub.workers.watching
        assert first is not None
        os.kill(first.process.pid, signal.SIGSTOP)
        await until(lambda: hub.workers.watching not in {first, None})
        await until(lambda: bool(due(hub.calls["c-1"])))

    tell(story)


def test_a_silent_call_whose_agent_takes_another_leaves_the_wall(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        async def begins(name: str, agent: str) -> None:
            events = [
                replace(one, subjects={**one.subjects, "agent": agent}) for one in running(name, STARTED)
            ]
            await hub.take("token-1", "pbx", events)

        for name, agent in (("c-1", "dana"), ("c-2", "dana"), ("c-3", "marcus")):
            await begins(name, agent)
        for name in ("c-1", "c-3"):
            hub.calls[name].heard -= 2 * LEFT
        await begins("c-4", "dana")
        assert {*hub.calls} == {"c-2", "c-3", "c-4"}

    tell(story)


def test_the_end_is_what_the_record_says(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        talk = (
            STARTED,
            "0 recording.started",
            "1 call.answered",
            "2 customer: My card is 5555 5555 5555 4444.",
            "4 agent: Thank you. This call is recorded.",
            "6 call.ended",
        )
        for event in running("c-1", *talk):
            await hub.take("token-1", "pbx", [event])
        live = hub.calls["c-1"]
        await until(lambda: live.ended is not None)
        assert live.picture is not None
        seen = {(one.rule, one.at) for one in live.picture.broken}
        stored = {
            (row.rule, row.at) async for row in Finding.objects.filter(timeline__kind="call", withdrawn=None)
        }
        assert seen == stored
        assert ("no-card-number-while-recording") in {rule for rule, _ in seen}

    tell(story)


def test_a_call_that_ended_long_ago_does_not_run_again(tell: Callable[[Story], None]) -> None:
    async def story(hub: Hub) -> None:
        await hub.take("token-1", "pbx", running("c-1", STARTED, "1 call.answered", "2 call.ended"))
        hub.calls.clear()
        await hub.take("token-1", "pbx", running("c-1", "3 note.added", name="n"))
        await until(lambda: not hub.calls)

    tell(story)


STARTED = '0 call.started recorded=true places=["US-CA"]'


def running(call_id: str, *lines: str, name: str = "") -> list[Event]:
    """Events of a call that began a few seconds ago."""
    begun = now() - 8 * SECOND
    return [
        Event(
            f"{call_id}-{name}{number}",
            one.type,
            one.at,
            one.data,
            {"call": call_id, "agent": "a-1"},
            one.seq,
        )
        for number, one in enumerate(call(*lines, name=call_id, at=begun))
    ]


def due(live: Live) -> list[str]:
    return [line.text for line in live.picture.due] if live.picture else []


async def prompts() -> set[tuple[str, str]]:
    """What became of prompts, as the record has it."""
    async with asyncio.timeout(120):
        while not (rows := [row async for row in Row.objects.filter(type="prompt.gone")]):  # noqa: ASYNC110 - rows ring no bell
            await asyncio.sleep(0.02)
    told = [read(bytes(row.body or b"")).data for row in rows]
    return {(one["rule"], one["outcome"]) for one in told}
