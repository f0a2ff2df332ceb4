"""Overrides: asked by one person, decided by another, and no longer than they say."""

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import DAY, KIM, read

from clearline.engine.events import Instant
from clearline.gate.actions import overriding
from clearline.gate.actions.deciding import Asking, LoggedGate
from clearline.gate.attempts import Attempt
from clearline.gate.models import Decision, Override
from clearline.people.models import Person
from clearline.record.errors import RefusedError
from clearline.record.models import Event
from clearline.record.watching import Watches
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
WHY = "She asked us in writing to call about the recall of her stove."


def asked(who: Person, row: Decision, **more: object) -> object:
    data = {"rules": [row.rule], "reason": WHY, "days": "7"} | more
    return logged_in(who).post(f"/gate/overrides/new/?decision={row.uid}", data, follow=True)


def test_a_supervisor_asks_and_an_officer_approves(people: Cast, ada_s: Decision) -> None:
    assert "Ask for an override" in read(logged_in(people.bob).get(f"/gate/decisions/{ada_s.uid}/"))
    read(logged_in(people.bob).get(f"/gate/overrides/new/?decision={ada_s.uid}"))
    body = read(asked(people.bob, ada_s))
    assert "somebody else has to decide" in body
    assert 'value="approve"' not in body
    row = Override.objects.get()
    listed = read(logged_in(people.alice).get("/gate/overrides/"))
    assert f"/gate/overrides/{row.uid}/" in listed
    page = f"/gate/overrides/{row.uid}/"
    assert WHY in read(logged_in(people.alice).get(page))
    logged_in(people.alice).post(f"{page}decide/", {"do": "approve"})
    row.refresh_from_db()
    assert row.approved_by == people.alice
    kinds = Event.objects.filter(type__startswith="override.").order_by("pk").values_list("type", flat=True)
    assert list(kinds) == ["override.asked", "override.approved"]
    assert "stands" in read(logged_in(people.audrey).get(page))


def test_an_approved_one_lifts_its_rule_and_the_answer_says_so(
    people: Cast, ada_s: Decision, watches: Watches
) -> None:
    override = overriding.asked(people.bob, ada_s, [ada_s.rule], WHY, now() + DAY, at=now(), watches=watches)
    overriding.approved(people.alice, override, now(), watches)
    attempt = Attempt(number=KIM, purpose="marketing", technology="human_dialer")
    (answered,) = LoggedGate().decide([Asking(attempt, "alice", check=True)], now(), watches)
    assert ada_s.rule not in {one.rule for one in answered.decision.reasons}
    assert override.uid in {one.override for one in answered.decision.notes}
    body = read(logged_in(people.alice).get(f"/gate/decisions/{answered.decision.uid}/"))
    assert "lifted by an override" in body


def test_nobody_approves_their_own(people: Cast, ada_s: Decision, watches: Watches, at: Instant) -> None:
    override = overriding.asked(people.alice, ada_s, [ada_s.rule], WHY, at + DAY, at=at, watches=watches)
    page = f"/gate/overrides/{override.uid}/"
    assert "You asked for it" in read(logged_in(people.alice).get(page))
    logged_in(people.alice).post(f"{page}decide/", {"do": "approve"})
    override.refresh_from_db()
    assert override.approved is None


def test_what_was_approved_can_be_taken_back_once(
    people: Cast, ada_s: Decision, watches: Watches, at: Instant
) -> None:
    override = overriding.asked(people.bob, ada_s, [ada_s.rule], WHY, at + DAY, at=at, watches=watches)
    overriding.approved(people.alice, override, at, watches)
    overriding.refused(people.alice, override, at, watches)
    for deed in (overriding.approved, overriding.refused):
        with pytest.raises(RefusedError, match="decided already"):
            deed(people.alice, override, at, watches)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"reason": "why not"}, "say why"), ({"rules": []}, "required"), ({"days": "90"}, "valid choice")],
)
def test_a_thin_request_is_refused(
    people: Cast, ada_s: Decision, more: dict[str, object], words: str
) -> None:
    assert words in read(asked(people.bob, ada_s, **more), 400)
    assert not Override.objects.exists()


def test_its_time_is_limited_and_over_when_it_is_over(
    people: Cast, ada_s: Decision, watches: Watches, at: Instant
) -> None:
    with pytest.raises(RefusedError, match="within 30 days"):
        overriding.asked(people.bob, ada_s, [ada_s.rule], WHY, at + 31 * DAY, at=at, watches=watches)
    override = overriding.asked(people.bob, ada_s, [ada_s.rule], WHY, at + DAY, at=at, watches=watches)
    Override.objects.filter(pk=override.pk).update(until=at)
    with pytest.raises(RefusedError, match="its time is over"):
        overriding.approved(people.alice, override, at, watches)
    assert "nobody decided in time" in read(logged_in(people.alice).get("/gate/overrides/"))


def test_agents_ask_for_none_and_others_see_theirs(
    people: Cast, ada_s: Decision, watches: Watches, at: Instant
) -> None:
    with pytest.raises(RefusedError, match="supervisor or an officer"):
        overriding.asked(people.ada, ada_s, [ada_s.rule], WHY, at + DAY, at=at, watches=watches)
    charlies = Decision.objects.get(agent="a-9")
    override = overriding.asked(
        people.alice, charlies, [charlies.rule], WHY, at + DAY, at=at, watches=watches
    )
    assert logged_in(people.bob).get(f"/gate/overrides/{override.uid}/").status_code == 404
    assert logged_in(people.bob).get(f"/gate/overrides/new/?decision={charlies.uid}").status_code == 404
    for who in (people.ada, people.max):
        assert logged_in(who).get("/gate/overrides/").status_code == 403
