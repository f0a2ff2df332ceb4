"""Switches that are asked over a connection of theirs."""

import asyncio

import pytest
from tests.alone import alone
from tests.live.peers import deed

from clearline.engine.events import Event
from clearline.live.deeds import BY_HAND, Acted
from clearline.live.switches.lines import Lines

PAUSED = Event("1", "recording.paused", 1, {}, {"call": "CA0123"})
OTHER = Event("2", "recording.paused", 1, {}, {"call": "CA9"})


def asked(*answers: Event, fails: Exception | None = None) -> tuple[Acted, list[str]]:
    orders: list[str] = []

    async def work() -> Acted:
        lines = Lines()

        async def order(what: str) -> None:
            orders.append(what)
            if fails is not None:
                raise fails
            for event in answers:
                asyncio.get_running_loop().call_later(0.01, lines.heard, event)

        detach = lines.attach("CA0123", order)
        assert "CA0123" in lines
        acted = await lines.ask(deed())
        detach()
        assert "CA0123" not in lines
        assert lines._waiting == {}
        return acted

    return alone(work()), orders


def test_the_line_is_asked_and_its_answer_is_an_event_of_its_own() -> None:
    assert asked(PAUSED) == (Acted(), ["pause"])


@pytest.mark.parametrize("answers", [(), (OTHER,)])
def test_without_an_answer_for_this_call_somebody_is_told_in_two_seconds(answers: tuple[Event, ...]) -> None:
    acted, _ = asked(*answers)
    assert acted.trouble == f"The switch did not answer within 2 seconds. {BY_HAND['pause']}"


def test_a_line_that_can_not_be_asked_is_told() -> None:
    acted, _ = asked(fails=ValueError("closed"))
    assert acted.trouble.startswith("The switch can't be asked over its connection.")
