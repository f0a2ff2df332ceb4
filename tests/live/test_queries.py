"""How prompts fared, told from what was stored of them."""

import pytest

from clearline.engine.events import Event
from clearline.live.queries import told


def test_prompts_are_counted_by_what_became_of_them() -> None:
    fared = told(
        [
            shown("c-1", left=30.0),
            gone("c-1", "followed"),
            shown("c-1", left=10.0),
            gone("c-1", "missed"),
            shown("c-2"),
            gone("c-2", "withdrawn"),
            gone("c-2", "set aside"),
        ]
    )
    assert fared is not None
    assert (fared.prompts, fared.calls, fared.a_call) == (3, 2, 1.5)
    assert (fared.followed, fared.withdrawn, fared.aside, fared.seconds) == (0.25, 0.25, 0.25, 20.0)


@pytest.mark.parametrize("events", [[], [Event("1", "note.sent", 0, {}, {"panel": "c-1"})]])
def test_without_prompts_there_is_nothing_to_tell(events: list[Event]) -> None:
    assert told(events) is None


def shown(call: str, left: float | None = None) -> Event:
    data = {"rule": "r"} | ({"left": left} if left is not None else {})
    return Event("1", "prompt.shown", 0, data, {"panel": call})


def gone(call: str, outcome: str) -> Event:
    return Event("2", "prompt.gone", 0, {"rule": "r", "outcome": outcome}, {"panel": call})
