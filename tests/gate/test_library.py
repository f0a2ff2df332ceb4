"""The gate as a library says clearly what it can't take for the house's events."""

from typing import Any

import pytest
from tests.gate.conftest import NOON, OREGON, attempt

from clearline.engine.events import Event
from clearline.gate.attempts import Answer
from clearline.gate.library import Gate

CLEAN = {"consent": "none", "on_registry": False, "on_state_list": False}
LOADED = Event("l", "list.loaded", NOON, {"list": "us-national"}, {"organisation": "shop"})


def looked(places: list[str]) -> Event:
    return Event("e", "emergencies.checked", NOON, {"places": places}, {"organisation": "shop"})


def test_events_with_lists_in_them_are_events_like_others() -> None:
    gate = Gate.open(house=[LOADED, looked([])])
    assert gate.decide(attempt(OREGON), NOON, facts=CLEAN).answer is Answer.ALLOW
    for places in (["US-NY"], []):
        found = gate.decide(attempt(OREGON), NOON, facts=CLEAN, house=[LOADED, looked(places)])
        assert found.answer is Answer.ALLOW


@pytest.mark.parametrize("strange", [{"places": []}, "list.loaded", None])
def test_what_is_no_event_is_named(strange: Any) -> None:
    with pytest.raises(TypeError, match="house holds events"):
        Gate.open(house=[strange])
    with pytest.raises(TypeError, match=type(strange).__name__):
        Gate.open().decide(attempt(), NOON, house=[LOADED, strange])
