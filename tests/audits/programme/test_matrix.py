"""The gap matrix says of each control what there is to show, and the worst of several shows."""

from datetime import timedelta

import pytest
from tests.audits.programme.conftest import DAY, Give, cell
from tests.characters import Cast
from tests.record.conftest import BAD, LATER, NOON, Take, call, received

from clearline.audits.models import Trial
from clearline.audits.programme import adding, matrix, trying
from clearline.audits.programme.matrix import Standing
from clearline.audits.programme.reading import known
from clearline.engine.events import Event
from clearline.people.models import Person, Role
from clearline.record import jobs
from clearline.record.actions.append import append
from clearline.record.actions.ticking import tick
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging, judging
from clearline.record.models import Duty, Finding, Job
from clearline.record.watching import Watches
from clearline.review.models import Triage

pytestmark = pytest.mark.django_db
YEARLY = "us-ussg-eccp-yardstick"  # served by one document that lasts a year
BREACHES = "eu-gdpr-records-security-breach"
TRAINED = "us-training-duty"
CODE = "no-security-code-while-recording"


def test_a_document_is_missing_then_in_place_then_stale_and_its_day_is_a_duty(
    people: Cast, give: Give, watches: Watches
) -> None:
    assert cell(people, YEARLY, "document").standing is Standing.MISSING
    assert cell(people, YEARLY, "person").standing is Standing.NOT_NEEDED
    give("self-assessment", ago=360)
    found = cell(people, YEARLY, "document")
    assert (found.standing, found.told) == (Standing.IN_PLACE, "360 days old")
    assert Duty.objects.filter(rule="documents-renewed").exists()
    late = LATER + 10 * DAY
    assert cell(people, YEARLY, "document", late).standing is Standing.STALE
    tick(late, watches)
    assert Finding.objects.filter(rule="documents-renewed").exists()
    give("self-assessment", at=late)
    assert cell(people, YEARLY, "document", late).standing is Standing.IN_PLACE


def test_a_shorter_day_counts_and_a_longer_one_than_evidence_lasts_does_not(people: Cast, give: Give) -> None:
    give("self-assessment", ago=30, until=day_of(LATER) - timedelta(days=2))
    assert cell(people, YEARLY, "document").standing is Standing.STALE
    give("self-assessment", ago=20, until=day_of(LATER) + timedelta(days=9_000))
    assert cell(people, YEARLY, "document", LATER + 370 * DAY).standing is Standing.STALE


def test_what_was_withdrawn_is_missing_until_it_is_adopted_again(
    people: Cast, give: Give, watches: Watches
) -> None:
    give("self-assessment", ago=10)
    one = known(judging().rulebook)["self-assessment"]
    with pytest.raises(RefusedError, match="so that somebody else can follow"):
        adding.withdrawn(people.alice, one, "old", LATER, watches)
    adding.withdrawn(people.alice, one, "It spoke of a desk that is closed.", LATER, watches)
    assert cell(people, YEARLY, "document", LATER + 1).standing is Standing.MISSING
    assert not Duty.objects.filter(rule="documents-renewed").exists()
    give("self-assessment", at=LATER + DAY)
    assert cell(people, YEARLY, "document", LATER + DAY).standing is Standing.IN_PLACE


def test_a_task_whose_person_has_left_is_broken(people: Cast, give: Give) -> None:
    give("breach-reporter", ago=5, who=str(people.anna.uid))
    assert cell(people, BREACHES, "person").standing is Standing.IN_PLACE
    people.anna.is_active = False
    people.anna.save()
    found = cell(people, BREACHES, "person")
    assert (found.standing, found.told) == (Standing.BROKEN, "Anna works here no more")


def test_a_course_is_in_place_only_when_everybody_who_takes_calls_holds_it(people: Cast, give: Give) -> None:
    give("opting-out-course", ago=400, who="a-1")
    found = cell(people, TRAINED, "training")
    assert (found.standing, found.told) == (Standing.MISSING, "0 of 2 agents")
    give("opting-out-course", ago=3, who="a-9")
    found = cell(people, TRAINED, "training")
    assert (found.standing, found.told) == (Standing.STALE, "1 of 2 agents")
    give("opting-out-course", ago=1, who="a-1")
    assert cell(people, TRAINED, "training").standing is Standing.IN_PLACE
    Person.objects.invited(email="new@shop.example", name="Nora", role=Role.AGENT, agent="a-10")
    assert cell(people, TRAINED, "training").standing is Standing.MISSING


def test_a_rule_gives_evidence_by_having_come_up_and_breaks_by_its_findings(
    people: Cast, shop: Judging
) -> None:
    assert cell(people, "pci-3.3.1-no-sad", "rule").standing is Standing.BROKEN
    trying.kept(trying.count(shop, LATER))
    row = Trial.objects.get(rule=CODE)
    assert (row.there, row.looked) == (3, 3)
    assert 2 <= row.tried <= 3
    assert CODE in {
        one.control.id for one in cell(people, "pci-3.3.1-no-sad", "rule").shown if one.fired.findings
    }
    much_later = LATER + 40 * DAY
    trying.kept(trying.count(shop, much_later))
    found = {one.control.id: one for one in cell(people, "pci-3.3.1-no-sad", "rule", much_later).shown}
    assert (found[CODE].standing, found[CODE].told) == (Standing.STALE, "last came up 40 days ago")


def test_a_finding_that_people_dismissed_breaks_nothing(people: Cast) -> None:
    for one in Finding.objects.filter(question=False):
        Triage.objects.create(finding=one.uid, state=Triage.State.DISMISSED, decided_by=people.alice)
    assert cell(people, "pci-3.3.1-no-sad", "rule").standing is not Standing.BROKEN


def test_the_count_goes_on_by_itself_each_night_and_never_twice(people: Cast) -> None:  # noqa: ARG001
    clock = iter(range(LATER, LATER + 1_000))
    trying.ask(LATER)
    trying.ask(LATER)
    assert jobs.work(lambda: next(clock), {trying.TRY: trying.trying})
    assert Trial.objects.filter(rule=CODE, tried__gt=0).exists()
    (waiting,) = Job.objects.filter(kind=trying.TRY, done=None)
    assert waiting.run_after >= LATER + DAY


def test_evidence_of_strangers_and_of_nothing_that_is_known_is_no_evidence(
    people: Cast, watches: Watches
) -> None:
    told = {"document": "no-such-paper", "until": "2030-01-01", "link": "javascript:alert(1)"}
    odd = {"document": "self-assessment", "until": "soon", "link": "javascript:alert(1)"}
    events = [
        Event(f"e-{n}", "document.adopted", NOON, data, {"organisation": "shop"})
        for n, data in enumerate((told, odd))
    ]
    append(received(events), LATER, watches)
    found = cell(people, YEARLY, "document")
    assert found.standing is Standing.IN_PLACE
    assert found.shown[0].proof
    assert found.shown[0].proof.link == ""


def test_charlie_and_bob_see_no_programme_and_audrey_keeps_none(
    people: Cast, give: Give, watches: Watches
) -> None:
    give("self-assessment")
    for one in (people.charlie, people.bob, people.ada, people.max):
        assert matrix.matrix(one, judging(), LATER) == []
        assert matrix.obligation(one, judging(), YEARLY, LATER) is None
    assert matrix.matrix(people.audrey, judging(), LATER)
    with pytest.raises(RefusedError, match="may not keep programme"):
        adding.added(people.audrey, [], LATER, watches)


def test_a_filter_shows_what_it_says(people: Cast, take: Take) -> None:
    take(call(*BAD, name="more", at=NOON + 2_000_000_000, agent="a-1"))
    rows = matrix.matrix(people.alice, judging(), LATER)
    broken = [one for one in rows if matrix.Asked(standing="broken", pack="pci-dss").fits(one)]
    assert broken
    assert all("pci-dss" in one.needed.packs for one in broken)
    assert {one.needed.row.jurisdiction for one in rows if matrix.Asked(jurisdiction="UK").fits(one)} == {
        "UK"
    }
    assert sum(matrix.counts(rows).values()) == 4 * len(rows)
