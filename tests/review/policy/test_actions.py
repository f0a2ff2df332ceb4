"""A rule of the shop's own: written by one, tried on calls that were, let into force by another."""

from datetime import date

import msgspec
import pytest
from tests.characters import Cast
from tests.record.conftest import BAD, LATER, NOON, Take, call

from clearline.config.home import Home
from clearline.engine.events import SECOND
from clearline.engine.monitor import replay
from clearline.record import jobs
from clearline.record.errors import RefusedError
from clearline.record.identities import finding_uid
from clearline.record.judging import Judging, judging
from clearline.record.models import Event, Finding, Timeline
from clearline.record.models.judged import STANDING
from clearline.record.watching import Watches, stored
from clearline.review.models import BackTest, Draft
from clearline.review.policy import actions, queries
from clearline.review.policy.proposing import proposals
from clearline.review.policy.writing import Said
from clearline.review.tasks import KINDS

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "It says what our promise says."


def worked() -> None:
    """All jobs that were asked for are done."""
    while jobs.work(lambda: LATER + SECOND, KINDS):
        pass


@pytest.fixture
def draft(people: Cast, said: Said, home: Home, watches: Watches) -> Draft:
    assert home.policy.is_dir()  # nobody else's
    return actions.drafted(people.anna, said, LATER, watches)


def test_a_draft_tells_which_calls_of_last_week_it_would_have_flagged(people: Cast, draft: Draft) -> None:
    worked()
    (run,) = queries.back_tests(people.alice, draft)
    result = queries.result(run)
    assert result is not None
    assert [hit.call for hit in result.hits] == ["others", "bad"]
    assert (result.calls, result.whole.broken) == (3, 2)
    assert {(one.name, one.broken) for one in result.teams} == {("Tents", 1), ("Boots", 1)}
    assert not Finding.objects.filter(rule=draft.slug).exists()


def test_it_is_in_force_once_a_second_person_has_approved_it(
    people: Cast, draft: Draft, watches: Watches, take: Take
) -> None:
    actions.submitted(people.anna, draft, LATER, watches)
    actions.approved(people.alice, draft, WHY, LATER, watches)
    assert judging().rulebook.rules["no-refund-promise"].since == date(2030, 1, 1)
    draft.refresh_from_db()
    assert draft.version == judging().rulebook.rules["no-refund-promise"].rule.version
    steps = Event.objects.filter(type__startswith="rule.").order_by("entry").values_list("type", flat=True)
    assert list(steps) == ["rule.drafted", "rule.submitted", "rule.approved"]
    assert take(call(*BAD, name="later"))[0].outcome == "stored"


def test_nobody_approves_what_they_wrote_and_nobody_else_submits_it(
    people: Cast, home: Home, said: Said, watches: Watches
) -> None:
    mine = actions.drafted(people.alice, said, LATER, watches)
    with pytest.raises(RefusedError, match="only its author"):
        actions.submitted(people.anna, mine, LATER, watches)
    actions.submitted(people.alice, mine, LATER, watches)
    with pytest.raises(RefusedError, match="second person"):
        actions.approved(people.alice, mine, WHY, LATER, watches)
    with pytest.raises(RefusedError, match="your role may not"):
        actions.approved(people.bob, mine, WHY, LATER, watches)
    assert not (home.policy / "own").exists()


def test_what_was_submitted_is_not_changed_any_more(
    people: Cast, draft: Draft, said: Said, watches: Watches
) -> None:
    actions.submitted(people.anna, draft, LATER, watches)
    with pytest.raises(RefusedError, match="not changed any more"):
        actions.drafted(people.anna, said, LATER, watches, draft=draft)


def test_a_draft_with_faults_is_not_submitted(people: Cast, said: Said, home: Home, watches: Watches) -> None:
    assert home.policy.is_dir()
    faulty = msgspec.structs.replace(said, phrases=("(open",))
    row = actions.drafted(people.anna, faulty, LATER, watches)
    with pytest.raises(RefusedError, match="mend"):
        actions.submitted(people.anna, row, LATER, watches)
    worked()
    assert BackTest.objects.get().error


def test_a_new_version_tells_which_calls_change_their_verdict(
    people: Cast, draft: Draft, said: Said, watches: Watches
) -> None:
    actions.submitted(people.anna, draft, LATER, watches)
    actions.approved(people.alice, draft, WHY, LATER, watches)
    milder = msgspec.structs.replace(said, unless=("refund you twenty dollars",))
    second = actions.drafted(people.anna, milder, LATER + 1, watches)
    actions.back_test_asked(people.anna, second, NOON - 1, LATER, LATER, against=said.slug)
    worked()
    run = BackTest.objects.get(against=said.slug)
    result = queries.result(run)
    assert result is not None
    assert [(hit.call, hit.was, hit.state) for hit in result.changed] == [
        ("others", "broken", "kept"),
        ("bad", "broken", "kept"),
    ]


def test_sentences_of_real_calls_are_proposed_and_those_that_count_are_not(people: Cast, said: Said) -> None:
    found = proposals(people.alice, said, NOON - SECOND)
    assert found[0].text == "I refund you twenty dollars today."
    meant = msgspec.structs.replace(said, counts=("I refund you twenty dollars today.",))
    assert "I refund you twenty dollars today." not in {
        one.text for one in proposals(people.alice, meant, NOON - SECOND)
    }


def test_replay_by_the_rules_in_force_gives_the_findings_that_were_raised_live(
    people: Cast, shop: Judging
) -> None:
    assert people
    for timeline in Timeline.objects.filter(kind="call").exclude(ended=None):
        program = shop.program("call")
        assert program is not None
        verdicts = replay(program, stored(timeline), shop.known)
        again = {finding_uid(timeline.pk, one) for verdict in verdicts for one in verdict.findings}
        live = set(Finding.objects.filter(STANDING, timeline=timeline).values_list("uid", flat=True))
        assert again == live
        assert live or timeline.subject != "bad"
