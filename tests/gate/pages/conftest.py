"""People, and what the gate has answered about some of them."""

from typing import Any

import pytest
from tests.characters import Cast
from tests.characters import cast as made
from tests.record.conftest import Take, call
from tests.ui.reading import Reader

from clearline.engine.events import SECOND, Event, Instant
from clearline.gate.actions.deciding import Asking, LoggedGate
from clearline.gate.attempts import Attempt
from clearline.gate.models import Decision
from clearline.record.watching import Watches
from clearline.ui.clock import now

KIM, LEE = "+12125550143", "+12125550199"
DAY = 86_400 * SECOND
CONSENT = {
    "kind": "express_written",
    "purpose": "marketing",
    "channel": "call",
    "technology": "human_dialer",
    "number": KIM,
    "seller": "Heron",
    "evidence": "a form on paper",
    "wording": "Heron may ring me about offers at the number I gave.",
}


def read(answer: Any, status: int = 200) -> str:
    """The page, which has no faults."""
    assert answer.status_code == status
    text: str = answer.content.decode()
    assert Reader(text).faults() == []
    return text


@pytest.fixture
def at() -> Instant:
    return now()


@pytest.fixture
def people(take: Take, watches: Watches, at: Instant) -> Cast:
    """Ada has spoken with Kim, Charlie with Lee; the gate was asked about both, and a campaign runs."""
    cast = made()
    known = (("k-1", "Kim Farrow", KIM, "a-1"), ("k-2", "Lee Ash", LEE, "a-9"))
    for name, full, number, agent in known:
        take(
            [
                Event(
                    f"{name}-0",
                    "contact.created",
                    at - 9 * DAY,
                    {"name": full, "number": number},
                    {"contact": name},
                )
            ],
            at,
        )
        talk = ("0 call.started direction=inbound purpose=service recorded=false", "9 call.ended")
        take(call(*talk, name=f"c-{name}", at=at - 2 * DAY, agent=agent, contact=name), at)
        given = {**CONSENT, "number": number}
        take([Event(f"{name}-1", "consent.given", at - 8 * DAY, given, {"contact": name})], at)
    revoked = {"purpose": "marketing"}
    take([Event("k-2-2", "consent.revoked", at - DAY, revoked, {"contact": "k-2"})], at)
    told = {"name": "Autumn tents", "purpose": "marketing"}
    take([Event("m-0", "campaign.started", at - 9 * DAY, told, {"campaign": "m-1"})], at)
    for _, _, number, agent in known:
        attempt = Attempt(
            number=number, purpose="marketing", technology="human_dialer", campaign="m-1", agent=agent
        )
        LoggedGate().decide([Asking(attempt, "dialer")], at, watches)
    return cast


@pytest.fixture
def ada_s(people: Cast) -> Decision:  # noqa: ARG001 # decides
    return Decision.objects.get(agent="a-1")
