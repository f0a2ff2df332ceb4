"""The pages of grading: blind until all are done, side by side afterwards, and true to whoever may see them."""

from datetime import timedelta
from typing import Any

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import read
from tests.record.conftest import Take, call
from tests.review.grading.conftest import DAY, FINE, Grader

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.people.models import Act, Person
from clearline.record.models import Call, Contact, Event
from clearline.record.rights.erasing import erased
from clearline.record.watching import Watches
from clearline.review.actions import grading
from clearline.review.models import Grade, Sample
from clearline.rulebook.scorecards import Scorecard
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
HOLD = "Was a hold announced?"


def answered(**more: str) -> dict[str, str]:
    notes = {f"note-{name}": "" for name in FINE}
    return {f"answer-{name}": one for name, one in (FINE | more).items()} | notes


def sampled(who: Person, graders: list[Person], at: Instant, **more: Any) -> Any:
    day = moment_of(at).date()
    data = {
        "card": "service-call",
        "since": (day - timedelta(days=3)).isoformat(),
        "until": day.isoformat(),
        "size": "8",
        "twice": "4",
        "due": (day + timedelta(days=7)).isoformat(),
        "graders": [str(one.pk) for one in graders],
        "uid": "0123456789abcdef" * 2,
    }
    return logged_in(who).post("/review/samples/new/", data | more, follow=True)


def test_an_analyst_draws_a_sample_and_the_form_sent_twice_is_one(people: Cast, at: Instant) -> None:
    read(logged_in(people.anna).get("/review/samples/new/"))
    for _ in range(2):
        assert "8 of 8 calls" in read(sampled(people.anna, [people.anna, people.alice], at))
    assert Sample.objects.count() == 1
    assert "gradings" in read(logged_in(people.audrey).get("/review/samples/"))
    assert logged_in(people.bob).get("/review/samples/").status_code == 403
    assert "there are 8 calls" in read(
        sampled(people.anna, [people.anna, people.alice], at, size="20", uid="f" * 32), 400
    )


def test_a_blind_grader_sees_words_and_no_verdicts_and_nobody_sees_answers_before_all_are_done(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    page = f"/review/queue/{grade.uid}/"
    body = read(logged_in(people.anna).get(page))
    assert "Where is my parcel?" in body
    assert "The rule answers" not in body
    assert 'class="marked' not in body
    assert "Answer this one, too." in read(logged_in(people.anna).post(page, {"answer-hold": "no"}), 400)
    done = logged_in(people.anna).post(page, answered(hold="no") | {"note-hold": "Silence."}, follow=True)
    assert "Answers are shown to nobody" in read(done)
    for who in (people.anna, people.alice, people.audrey):
        assert "Silence." not in read(logged_in(who).get(f"/review/grades/{grade.uid}/"))
    logged_in(people.alice).post(page, answered())
    beside = read(logged_in(people.audrey).get(f"/review/grades/{grade.uid}/"))
    assert "Silence." in beside
    assert "they differ" in beside
    assert "Agree on what stands" not in beside
    assert "Agree on what stands" in read(logged_in(people.anna).get(f"/review/grades/{grade.uid}/"))


def test_an_agent_sees_what_stands_once_it_is_released_and_not_before(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    page = f"/review/grades/{grade.uid}/"
    logged_in(people.anna).post(f"/review/queue/{grade.uid}/", answered(hold="no"))
    logged_in(people.alice).post(f"/review/queue/{grade.uid}/", answered())
    why = {"answer-hold": "no", "note-hold": "A minute of silence, and no word before."}
    assert "settled" in read(logged_in(people.anna).post(page, why, follow=True))
    assert logged_in(people.ada).get(page).status_code == 404
    assert logged_in(people.bob).post(f"{page}release/").status_code == 302
    seen = read(logged_in(people.ada).get(page))
    assert "A minute of silence" in seen
    assert "Anna" not in seen
    assert page in read(logged_in(people.ada).get("/review/grades/"))
    assert logged_in(people.charlie).get(page).status_code == 404


def test_a_single_grader_sees_what_the_rule_answers_beside_their_own(people: Cast, at: Instant) -> None:
    sampled(people.anna, [people.anna], at, twice="0")
    grade = Grade.objects.get(call__timeline__subject="c-0")
    body = read(logged_in(people.anna).get(f"/review/queue/{grade.uid}/"))
    assert "The rule answers" in body
    assert "8 calls" in read(logged_in(people.anna).get("/review/queue/"))
    logged_in(people.anna).post(f"/review/queue/{grade.uid}/", answered(hold="yes"))
    told = read(logged_in(people.anna).get(f"/review/grades/{grade.uid}/"))
    assert HOLD in told  # both answers stand: a rule never replaces a person's


def test_who_was_given_a_call_of_another_team_sees_it_to_grade_it_and_no_more(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    row = Call.objects.get(timeline__subject="d-0")  # Charlie's, and Bob leads another team
    grade = grading.calibration(people.alice, row, card, [people.bob, people.alice], at, watches)
    assert "Where is my parcel?" in read(logged_in(people.bob).get(f"/review/queue/{grade.uid}/"))
    assert logged_in(people.bob).get("/calls/d-0/").status_code == 404
    assert logged_in(people.anna).get(f"/review/queue/{grade.uid}/").status_code == 404
    for who in (people.bob, people.alice):
        logged_in(who).post(f"/review/queue/{grade.uid}/", answered())
    page = f"/review/grades/{grade.uid}/"
    assert "settled" in read(logged_in(people.bob).get(page))
    assert "the teams that you lead" in read(logged_in(people.bob).post(f"{page}release/", follow=True))
    assert Grade.objects.get().released is None
    for entry in Act.objects.filter(by=people.bob, kind="look"):
        assert "d-0" in entry.what  # each look stands in the log


def test_the_call_s_own_page_is_no_longer_for_being_graded(
    people: Cast, card: Scorecard, grader: Grader, watches: Watches, at: Instant
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    before = logged_in(people.alice).get("/calls/c-0/").content.decode()
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    grader.grades(people.anna, grade)
    assert Event.objects.filter(type="grade.given").exists()
    after = logged_in(people.alice).get("/calls/c-0/").content.decode()
    assert "grade.given" not in after
    assert before.count("<dd>") == after.count("<dd>")
    assert "would judge this call otherwise" not in after


def test_agreement_and_the_rules_own_judgement_are_told_with_how_few_calls_they_rest_on(
    people: Cast, grader: Grader, at: Instant
) -> None:
    assert "Nothing to compare yet" in read(logged_in(people.audrey).get("/review/agreement/"))
    assert "No sample was drawn yet" in read(logged_in(people.audrey).get("/review/machine/"))
    sampled(people.anna, [people.anna, people.alice], at, twice="8")
    for grade in Grade.objects.all():
        broken = grade.call.timeline.subject in {"c-0", "c-1"}
        for one in grade.gradings.all():
            differs = grade.call.timeline.subject == "d-1" and one.grader == people.anna
            closing, hold = "partly" if differs else "fully", "no" if broken else "yes"
            grader.grades(one.grader, grade, hold=hold, closing=closing)
    page = read(logged_in(people.audrey).get("/review/agreement/"))
    assert "8 calls is little" in page
    assert "87.5 %" in page  # of the question about closing, seven of eight
    machine = read(logged_in(people.audrey).get("/review/machine/"))
    assert "Too few graded" in machine
    assert "2 of 8 calls" in machine
    assert "1 call on which the graders still differ" in machine
    assert "2 of 2" in machine
    assert "5 of 5" in machine
    assert logged_in(people.ada).get("/review/machine/").status_code == 403


def test_what_was_written_about_a_call_goes_with_the_call(
    people: Cast, card: Scorecard, take: Take, at: Instant, watches: Watches
) -> None:
    start = '0 call.started direction=inbound purpose=service places=["FR"] recorded=false'
    lines = (start, "1 call.answered", "9 customer: This is Kim.", "60 call.ended")
    take(call(*lines, name="kim", at=at - DAY, agent="a-1", contact="k-1"), at)
    row = Call.objects.get(timeline__subject="kim")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    for who in (people.anna, people.alice):
        said = answered() | {"note-hold": "Kim was kept waiting."}
        logged_in(who).post(f"/review/queue/{grade.uid}/", said)
    page = f"/review/grades/{grade.uid}/"
    assert "Kim was kept waiting." in read(logged_in(people.alice).get(page))
    erased(people.alice, Contact.objects.get(), watches.judging.rulebook, ["FR"], now())
    gone = read(logged_in(people.alice).get(page))
    assert "was erased with the call" in gone
    assert "Kim was kept waiting." not in gone
    assert "erased" in read(logged_in(people.alice).get("/review/grades/"))
    assert "Nothing to compare yet" in read(logged_in(people.alice).get("/review/agreement/"))
    assert not any(b"kept waiting" in bytes(one.body or b"") for one in Event.objects.all())


def test_scorecards_are_there_for_everybody(people: Cast) -> None:
    body = read(logged_in(people.charlie).get("/review/scorecards/service-call/"))
    assert HOLD in body
    assert "critical" in body
    assert logged_in(people.charlie).get("/review/scorecards/none/").status_code == 404
