"""Deliveries of shops and desks for tests; all people and numbers in them are invented."""

import json
from pathlib import Path
from typing import Any

from clearline.engine.events import Event
from clearline.formats.deliveries import Delivery

FOLDER = Path(__file__).parents[1] / "intake" / "material"


def delivery(name: str, **changed: Any) -> bytes:
    """The body of a delivery, with members changed at its top."""
    body = (FOLDER / f"{name}.json").read_bytes()
    return json.dumps({**json.loads(body), **changed}).encode() if changed else body


def by_type(told: Delivery) -> dict[str, Event]:
    """The events of a delivery that has one of each type."""
    found = {event.type: event for event in told.events}
    assert len(found) == len(told.events)
    return found
