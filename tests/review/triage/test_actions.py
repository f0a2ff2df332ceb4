"""Who decides about a finding, and how: nobody about themselves, nobody alone about a critical one, and each agent is answered."""

from typing import Any

import pytest
from tests.characters import Cast
from tests.record.conftest import LATER

from clearline.engine.events import SECOND
from clearline.record import checking
from clearline.record.actions.ticking import tick
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Duty, Event, Finding
from clearline.record.retention.classes import classes
from clearline.record.retention.scrubbing import Part, scrub
from clearline.record.watching import Watches
from clearline.review import room
from clearline.review.models import Triage
from clearline.review.triage import actions, queries

pytestmark = pytest.mark.django_db
WHY = "The words were said, a moment later."
DAY = 86_400 * SECOND


def one(severity: str, call: str = "bad") -> Finding:
    return Finding.objects.filter(timeline__subject=call, severity=severity, withdrawn=None).order_by("pk")[0]


def test_the_queue_holds_what_nobody_has_decided_and_each_decision_is_an_event(
    people: Cast, watches: Watches
) -> None:
    row = one("serious")
    before = queries.undecided(people.bob).count()
    actions.confirmed(people.bob, row, LATER, watches, "Heard it.")
    assert queries.undecided(people.bob).count() == before - 1
    event = Event.objects.get(type="finding.confirmed")
    kinds = {place.timeline.kind for place in event.places.select_related("timeline")}
    assert kinds == {"call", "agent"}
    assert Call.objects.get(timeline__subject="bad").state == "evaluated"
    with pytest.raises(RefusedError, match="decided already"):
        actions.dismissed(people.bob, row, WHY, LATER + 1, watches)


def test_a_critical_finding_is_dismissed_by_two(people: Cast, watches: Watches) -> None:
    row = one("critical")
    assert actions.dismissed(people.alice, row, WHY, LATER, watches).state == "dismissal proposed"
    with pytest.raises(RefusedError, match="second person"):
        actions.dismissed(people.alice, row, WHY, LATER + 1, watches)
    assert actions.dismissed(people.anna, row, WHY, LATER + 2, watches).state == "dismissed"
    steps = Event.objects.filter(type__startswith="finding.").order_by("entry").values_list("type", flat=True)
    assert list(steps) == ["finding.dismissal_proposed", "finding.dismissed"]


def test_the_second_person_may_keep_it(people: Cast, watches: Watches) -> None:
    row = one("critical")
    actions.dismissed(people.alice, row, WHY, LATER, watches)
    with pytest.raises(RefusedError, match="second person"):
        actions.kept(people.alice, row, WHY, LATER + 1, watches)
    assert actions.kept(people.anna, row, WHY, LATER + 2, watches).state == "confirmed"


def test_nobody_decides_about_themselves_or_beyond_their_reach(people: Cast, watches: Watches) -> None:
    people.ada.agent = None
    people.ada.save()
    people.bob.agent = "a-1"
    people.bob.save()
    with pytest.raises(RefusedError, match="of their own"):
        actions.confirmed(people.bob, one("serious"), LATER, watches)
    with pytest.raises(RefusedError, match="may not decide"):
        actions.confirmed(people.bob, one("serious", "others"), LATER, watches)
    with pytest.raises(RefusedError, match="may not decide"):
        actions.confirmed(people.audrey, one("serious"), LATER, watches)
    with pytest.raises(RefusedError, match="may not decide about it"):
        actions.assigned(people.alice, one("serious", "others"), people.bob, LATER, watches)


def test_a_dismissal_says_why(people: Cast, watches: Watches) -> None:
    with pytest.raises(RefusedError, match="say why"):
        actions.dismissed(people.alice, one("serious"), " no ", LATER, watches)


def test_a_dispute_is_a_duty_until_it_is_answered(people: Cast, watches: Watches) -> None:
    row = one("serious")
    actions.disputed(people.ada, row, "I had said so before the call was passed on.", LATER, watches)
    duty = Duty.objects.get(rule="dispute-answered")
    assert duty.agent == "a-1"
    ((_, _, due),) = queries.disputes(people.bob)
    assert due == duty
    with pytest.raises(RefusedError, match="already"):
        actions.disputed(people.ada, row, "Look at it, please, once more.", LATER + 1, watches)
    actions.answered(people.bob, row, "You are right: it stands at 0:41.", LATER + 2, watches)
    assert not Duty.objects.filter(rule="dispute-answered").exists()
    assert queries.disputes(people.bob) == []


def test_a_dispute_that_nobody_answers_is_a_finding_of_its_own(people: Cast, watches: Watches) -> None:
    actions.disputed(people.ada, one("serious"), "I had said so before.", LATER, watches)
    tick(LATER + 20 * DAY, watches)
    assert Finding.objects.filter(rule="dispute-answered", timeline__kind="agent").exists()


def test_only_the_agent_disputes(people: Cast, watches: Watches) -> None:
    for who in (people.charlie, people.bob, people.alice):
        with pytest.raises(RefusedError, match="the agent whose finding it is"):
            actions.disputed(who, one("serious"), "It is wrong, I think.", LATER, watches)


def two(severity: str, other: str = "") -> tuple[Finding, Finding]:
    """Two findings of one call and agent, as grave as told."""
    first, second = Finding.objects.filter(timeline__subject="bad", withdrawn=None).order_by("pk")[:2]
    for row, weight in ((first, severity), (second, other or severity)):
        row.severity, row.question = weight, False
        row.save()
    return first, second


def withdrawn(row: Finding) -> Finding:
    """What came later, or a correction, changed the verdict."""
    row.withdrawn = LATER + 5
    row.save()
    return row


def says(row: Finding) -> tuple[str, bool]:
    told: Any = queries.with_state(Finding.objects.filter(pk=row.pk)).get()
    return told.people_say, told.contested


def test_two_that_say_the_same_become_one_and_neither_is_lost(people: Cast, watches: Watches) -> None:
    first, second = two("serious")
    actions.merged(people.alice, first, second, LATER, watches)
    assert first.uid not in {row.uid for row in queries.undecided(people.alice)}
    with pytest.raises(RefusedError, match="merged into another itself"):
        actions.merged(people.alice, second, first, LATER + 1, watches)
    with pytest.raises(RefusedError, match="same timeline"):
        actions.merged(people.alice, second, one("serious", "others"), LATER + 2, watches)
    actions.confirmed(people.alice, second, LATER + 3, watches)
    assert says(first) == says(second) == ("confirmed", False)
    actions.reopened(people.alice, second, WHY, LATER + 4, watches)
    actions.dismissed(people.alice, second, WHY, LATER + 5, watches)
    assert not queries.upheld().filter(uid__in=[first.uid, second.uid]).exists()


def test_to_merge_is_no_way_round_the_second_person(people: Cast, watches: Watches) -> None:
    grave, slight = two("critical", "minor")
    with pytest.raises(RefusedError, match="less grave"):
        actions.merged(people.alice, grave, slight, LATER, watches)
    actions.dismissed(people.alice, grave, WHY, LATER, watches)
    with pytest.raises(RefusedError, match="somebody proposes it"):
        actions.merged(people.alice, slight, grave, LATER + 1, watches)
    Finding.objects.filter(pk=slight.pk).update(agent="a-2")
    slight.refresh_from_db()
    with pytest.raises(RefusedError, match="another agent"):
        actions.merged(people.alice, slight, grave, LATER + 2, watches)


def test_what_was_merged_into_a_finding_that_was_withdrawn_is_to_be_decided_by_itself(
    people: Cast, watches: Watches
) -> None:
    first, second = two("serious")
    actions.merged(people.alice, first, second, LATER, watches)
    withdrawn(second)
    assert first.uid in {row.uid for row in queries.undecided(people.alice)}
    assert says(first) == ("open", False)
    actions.confirmed(people.alice, first, LATER + 6, watches)
    assert says(first) == ("confirmed", False)
    assert list(room.faults()) == []


def test_a_finding_that_is_withdrawn_keeps_what_people_said_and_owes_its_answer(
    people: Cast, watches: Watches
) -> None:
    row = one("serious")
    actions.confirmed(people.alice, row, LATER, watches)
    actions.disputed(people.ada, row, "I had said so before the call was passed on.", LATER, watches)
    withdrawn(row)
    assert queries.triaged([row.uid])[row.uid].state == "confirmed"
    assert [step for step, _, _ in queries.entries(row.uid)] == ["confirmed", "disputed"]
    with pytest.raises(RefusedError, match="withdrawn"):
        actions.reopened(people.alice, row, WHY, LATER + 6, watches)
    ((_, found, due),) = queries.disputes(people.bob)
    assert (found, due) == (row, Duty.objects.get(rule="dispute-answered"))
    actions.answered(people.bob, row, "It was withdrawn: you had.", LATER + 7, watches)
    assert not Duty.objects.filter(rule="dispute-answered").exists()


def test_a_form_sent_twice_is_one_deed(people: Cast, watches: Watches) -> None:
    row = one("serious")
    actions.confirmed(people.alice, row, LATER, watches)
    with pytest.raises(RefusedError, match="decided already"):
        actions.confirmed(people.alice, row, LATER + 1, watches)
    assert Event.objects.get(type="finding.confirmed").name == f"finding.{row.uid}.confirmed.1"


def test_a_row_that_was_changed_behind_the_houses_back_is_found(people: Cast, watches: Watches) -> None:
    row = one("serious")
    actions.confirmed(people.alice, row, LATER, watches)
    assert list(checking.faults()) == []
    Triage.objects.update(state="dismissed")
    assert "is dismissed in its row, and confirmed by entry" in next(room.faults())
    Triage.objects.all().delete()
    assert "has no row" in next(room.faults())


def test_what_people_said_of_a_finding_goes_with_its_call(people: Cast, watches: Watches) -> None:
    row = one("serious")
    actions.disputed(people.ada, row, "Kim asked me to, in these words.", LATER, watches)
    actions.confirmed(people.alice, row, LATER, watches, "Kim says so, too.")
    (klass,) = (one for one in classes().values() if one.id == "call_facts")
    scrub([Part(row.timeline, klass)], people.alice, "erasure", LATER + 1)
    left = Triage.objects.get()
    assert (left.words, left.reason, left.state) == ("", "", "confirmed")
    assert list(checking.faults()) == []
