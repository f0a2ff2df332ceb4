"""Whoever misses a rule has a lesson about it within the hour, with their own redacted words; the gate knows who is certified."""

from typing import Any

import pytest
from tests.characters import Cast, logged_in
from tests.gate.conftest import NOBODY, attempt
from tests.record.conftest import BAD, LATER, NOON, Take, call, received
from tests.training.conftest import RIGHT

from clearline.engine.durations import moment_of
from clearline.engine.events import SECOND, Event, Instant
from clearline.gate.actions.deciding import Answered, Asking, LoggedGate
from clearline.record.actions.append import append
from clearline.record.actions.ticking import tick
from clearline.record.errors import RefusedError
from clearline.record.jobs import work
from clearline.record.models import Event as Stored
from clearline.record.models import Finding, Job
from clearline.record.watching import Watches
from clearline.review.triage import actions as triage
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training.actions import looking_after, requiring, testing
from clearline.training.actions.teaching import CLEARED, done, listened
from clearline.training.lasting import DAY
from clearline.training.models import Certificate, MicroLesson
from clearline.training.questions import question_about
from clearline.training.tasks import EVERY, KINDS, ask

MINUTE = 60 * SECOND


@pytest.fixture
def missed(cast: Cast, watches: Watches, book: Rulebook, take: Take) -> list[MicroLesson]:  # noqa: ARG001
    """Ada reads a code aloud in a call, and the house looks ten minutes later."""
    assert listened(book, LATER, watches) == []  # what was found before is no news
    take(call(*BAD, name="again", at=LATER - 90 * SECOND, agent="a-1"), at=LATER + MINUTE)
    return listened(book, LATER + 11 * MINUTE, watches)


def test_a_missed_rule_gives_its_agent_one_lesson_within_the_hour(
    cast: Cast, missed: list[MicroLesson], watches: Watches, book: Rulebook, take: Take
) -> None:
    assert {one.person for one in missed} == {cast.ada}
    assert len({one.rule for one in missed}) == len(missed) >= 2
    assert "no-security-code-while-recording" in {one.rule for one in missed}
    take(call(*BAD, name="once-more", at=LATER + 12 * MINUTE, agent="a-1"), at=LATER + 20 * MINUTE)
    assert listened(book, LATER + 21 * MINUTE, watches) == []  # these rules are being taught already
    tick(LATER + 2 * DAY, watches)
    assert not Finding.objects.filter(rule="lesson-within-the-hour").exists()
    tick(LATER + 9 * DAY, watches)
    assert Finding.objects.filter(rule="lesson-done-in-time").count() == len(missed)


@pytest.mark.usefixtures("cast")
def test_a_house_that_noticed_too_late_has_broken_its_own_rule(
    watches: Watches, book: Rulebook, take: Take
) -> None:
    listened(book, LATER, watches)
    take(call(*BAD, name="again", at=LATER - 90 * SECOND, agent="a-1"), at=LATER + MINUTE)
    late = listened(book, LATER + 120 * MINUTE, watches)
    assert Finding.objects.filter(rule="lesson-within-the-hour").count() == len(late) > 0


def test_the_lesson_shows_the_agents_own_words_without_the_secrets_and_logs_the_look(
    cast: Cast, missed: list[MicroLesson]
) -> None:
    row = next(one for one in missed if one.rule == "no-security-code-while-recording")
    page = logged_in(cast.ada).get(f"/training/lessons/{row.uid}/").content.decode()
    assert "Take my card" in page
    assert "4242 4242" not in page
    assert "737" not in page
    assert logged_in(cast.charlie).get(f"/training/lessons/{row.uid}/").status_code == 404
    assert logged_in(cast.alice).get(f"/training/lessons/{row.uid}/").status_code == 404


def test_it_is_done_with_the_right_answer_and_by_nobody_else(
    cast: Cast, missed: list[MicroLesson], watches: Watches, book: Rulebook
) -> None:
    row = next(one for one in missed if question_about(book, one.rule, one.uid))
    question = question_about(book, row.rule, row.uid)
    assert question
    with pytest.raises(RefusedError, match="somebody else's"):
        done(cast.bob, row, list(question.key), book, LATER + DAY, watches)
    wrong = [one for one in range(len(question.choices)) if one not in question.key][:1]
    assert not done(cast.ada, row, wrong, book, LATER + DAY, watches)
    assert done(cast.ada, row, list(question.key), book, LATER + DAY, watches)
    assert Stored.objects.filter(type="lesson.done").count() == 1


def test_a_lesson_about_what_people_dismissed_is_owed_no_more(
    cast: Cast, missed: list[MicroLesson], watches: Watches, book: Rulebook
) -> None:
    row = next(one for one in missed if Finding.objects.get(uid=one.finding).severity != "critical")
    finding = Finding.objects.get(uid=row.finding)
    triage.dismissed(cast.alice, finding, "It was said before the call.", LATER + DAY, watches)
    listened(book, LATER + DAY + 1, watches)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("withdrawn", CLEARED)


def sells(watches: Watches, at: Instant, agent: str = "a-1") -> list[str]:
    """The rules by which the gate refuses a sales call of theirs."""
    house = {"organisation": "shop"}
    fresh = [
        Event(f"l-{at}", "list.loaded", at - 3_600 * SECOND, {"list": "us-national"}, house),
        Event(f"e-{at}", "emergencies.checked", at - 3_600 * SECOND, {"places": []}, house),
    ]
    append(received(fresh, "house"), at, watches)
    gate = LoggedGate(lambda _: NOBODY)
    (answer,) = gate.decide([Asking(attempt(agent=agent), "token-1", False)], at, watches)
    return _rules(answer)


def _rules(answer: Answered) -> list[str]:
    told: Any = answer.decision
    return [one.rule for one in told.reasons]


def test_the_gate_refuses_whose_certificate_has_run_out(
    cast: Cast, watches: Watches, course: Course, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = watches.judging
    monkeypatch.setattr(looking_after, "taught", lambda _: [course])
    rule = "trained-agents-sell"
    assert rule not in sells(watches, NOON + DAY)
    requiring.required(cast.alice, course.id, book, NOON + DAY + 1, watches)
    assert rule in sells(watches, NOON + DAY + 2)
    looking_after.looked_after(shop, NOON + DAY + 3, watches)
    test = testing.begun(cast.ada, course, NOON + 2 * DAY)
    testing.answered(cast.ada, test, RIGHT, book, NOON + 2 * DAY, watches)
    assert rule not in sells(watches, NOON + 2 * DAY + 1)
    ends = Certificate.objects.get().until
    assert moment_of(ends).year == moment_of(NOON).year + 1
    assert rule not in sells(watches, ends - 1)
    assert rule in sells(watches, ends + 1)
    page = logged_in(cast.alice).get("/training/team/").content.decode()
    assert "asked for" in page
    requiring.waived(cast.alice, course.id, ends + 2, watches)
    assert rule not in sells(watches, ends + 3)


def test_only_an_officer_asks_for_it_and_newcomers_need_it_from_their_first_day(
    cast: Cast, watches: Watches, course: Course, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_after, "taught", lambda _: [course])
    with pytest.raises(RefusedError, match="may not require courses"):
        requiring.required(cast.bob, course.id, book, LATER, watches)
    with pytest.raises(RefusedError, match="no rule of the gate"):
        requiring.required(cast.alice, "shipping", book, LATER, watches)
    requiring.required(cast.alice, course.id, book, LATER, watches)
    cast.charlie.agent = "a-new"
    cast.charlie.save()
    looking_after.looked_after(watches.judging, LATER + 1, watches)
    assert requiring.asked(["a-1", "a-new"], course.id) == {"a-1", "a-new"}


@pytest.mark.usefixtures("cast", "shop")
def test_the_next_look_comes_whatever_becomes_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(LATER)
    ask(LATER)
    assert work(lambda: LATER, KINDS)
    assert list(Job.objects.filter(done=None).values_list("run_after", flat=True)) == [LATER + EVERY]
    monkeypatch.setattr("clearline.training.tasks.listened", lambda *_: 1 // 0)
    assert work(lambda: LATER + EVERY, KINDS)
    waiting = Job.objects.filter(done=None).order_by("run_after")
    assert [one.attempts for one in waiting] == [1, 0]
