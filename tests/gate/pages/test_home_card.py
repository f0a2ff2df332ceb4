"""What the gate says on people's own pages: only what is about to go wrong."""

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import DAY, read
from tests.record.conftest import Take

from clearline.engine.events import Event, Instant
from clearline.gate.actions import overriding
from clearline.gate.models import Decision, Snapshot
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
HEAD = "<h2>Before the call</h2>"


def test_where_nothing_waits_it_is_not_there(people: Cast) -> None:
    for who in people:
        assert HEAD not in read(logged_in(who).get("/"))


def test_a_campaign_near_its_limit_is_told_to_who_can_slow_it(people: Cast, take: Take, at: Instant) -> None:
    kinds = ["call.answered"] * 100 + ["call.abandoned"] * 3
    for day in (1, 2):
        take(
            [
                Event(f"d{day}-{n}", kind, at - day * DAY, {}, {"campaign": "m-1"}, n)
                for n, kind in enumerate(kinds)
            ],
            at,
        )
    for who in (people.alice, people.bob):
        body = read(logged_in(who).get("/"))
        assert HEAD in body
        assert "/gate/campaigns/m-1/" in body
    for who in (people.ada, people.max):
        assert HEAD not in read(logged_in(who).get("/"))


def test_lists_and_overrides_wait_for_the_officer(
    people: Cast, ada_s: Decision, watches: Watches, at: Instant
) -> None:
    overriding.asked(people.bob, ada_s, [ada_s.rule], "a letter of hers", at + DAY, at=at, watches=watches)
    told = {"loaded": at, "sha256": "", "numbers": 9, "by": "alice"}
    Snapshot.objects.create(uid="1", name="us-national", made=at - 30 * DAY, state="current", **told)
    Snapshot.objects.create(uid="2", name="us-national", made=at, state="held", note="it shrank", **told)
    body = read(logged_in(people.alice).get("/"))
    assert "Bob asks for an override" in body
    assert "Fetch us-national again" in body
    assert "List us-national was held" in body
    assert HEAD not in read(logged_in(people.bob).get("/"))
