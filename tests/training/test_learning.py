"""Courses come to whoever needs them, tests are marked once, and a certificate is what the gate knows of somebody."""

from dataclasses import replace
from datetime import date

import pytest
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER, Take
from tests.training.conftest import RIGHT

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.record.actions.ticking import tick
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging
from clearline.record.models import Duty, Finding
from clearline.record.models import Event as Stored
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training import room
from clearline.training.actions import looking_after, testing
from clearline.training.actions.assigning import Wanted, assigned, in_days, withdrawn
from clearline.training.lasting import DAY
from clearline.training.models import Assignment, Attempt, Certificate

WEEK = 7 * DAY
WRONG = {**RIGHT, "how-soon": [1], "what-first": [2, 1, 0]}


@pytest.fixture(autouse=True)
def _lately(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests teach the course of their own alone, whatever is shipped."""
    monkeypatch.setattr(looking_after, "taught", lambda judging: [judging.rulebook.courses["opting-out"]])


def look(shop: Judging, watches: Watches, at: Instant = LATER) -> list[Assignment]:
    return looking_after.looked_after(shop, at, watches)


def passed(person: Person, course: Course, book: Rulebook, watches: Watches, at: Instant = LATER) -> Attempt:
    attempt = testing.begun(person, course, at, "seed")
    return testing.answered(person, attempt, RIGHT, book, at + 1, watches)


def test_whoever_joins_is_given_the_courses_of_their_role_once(
    cast: Cast, shop: Judging, watches: Watches
) -> None:
    assert {one.person for one in look(shop, watches)} == {cast.ada, cast.charlie}
    assert look(shop, watches, LATER + DAY) == []
    newcomer = Person.objects.invited(email="new@shop.example", name="Nia")
    (row,) = look(shop, watches, LATER + DAY)
    assert (row.person, row.because, row.due) == (newcomer, "role", day_of(LATER + 15 * DAY))


def test_a_course_that_is_assigned_is_a_duty_which_its_day_makes_overdue(
    cast: Cast, shop: Judging, watches: Watches, course: Course, book: Rulebook
) -> None:
    look(shop, watches)
    duty = Duty.objects.get(timeline__kind="person", timeline__subject=str(cast.ada.uid))
    assert (duty.rule, day_of(duty.deadline or 0)) == ("course-in-time", day_of(LATER + 14 * DAY))
    passed(cast.ada, course, book, watches)
    assert not Duty.objects.filter(timeline__subject=str(cast.ada.uid)).exists()
    tick(LATER + 15 * DAY, watches)
    late = Finding.objects.get(rule="course-in-time")
    assert late.timeline.subject == str(cast.charlie.uid)


def test_a_test_is_passed_with_enough_right_answers_and_the_certificate_lasts_a_year(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    attempt = testing.begun(cast.ada, course, LATER)
    assert testing.begun(cast.ada, course, LATER + 5) == attempt
    failed = testing.answered(cast.ada, attempt, WRONG, book, LATER + 9, watches)
    assert (failed.passed, failed.right) == (False, 2)
    assert not Certificate.objects.exists()
    assert passed(cast.ada, course, book, watches, LATER + DAY).passed
    row = Certificate.objects.get()
    assert day_of(row.until) == date(day_of(LATER).year + 1, day_of(LATER).month, day_of(LATER).day + 1)
    assert Stored.objects.get(entry=row.entry).type == "course.passed"


def test_answers_that_come_twice_count_once_and_nobody_answers_for_another(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    attempt = testing.begun(cast.ada, course, LATER)
    with pytest.raises(RefusedError, match="somebody else's"):
        testing.answered(cast.bob, attempt, RIGHT, book, LATER, watches)
    testing.answered(cast.ada, attempt, WRONG, book, LATER, watches)
    assert testing.answered(cast.ada, attempt, RIGHT, book, LATER + 1, watches).passed is False
    assert Stored.objects.filter(type__startswith="course.").count() == 1


def test_a_course_that_changes_during_a_test_sets_the_test_aside(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    attempt = testing.begun(cast.ada, course, LATER)
    changed = replace(book, courses={"opting-out": replace(course, hash="f" * 64)})
    with pytest.raises(RefusedError, match="begin the test again"):
        testing.answered(cast.ada, attempt, RIGHT, changed, LATER, watches)
    assert testing.begun(cast.ada, changed.courses["opting-out"], LATER) != attempt


def test_a_changed_course_is_assigned_anew_and_an_ending_certificate_weeks_ahead(
    cast: Cast, shop: Judging, watches: Watches, course: Course, book: Rulebook
) -> None:
    look(shop, watches)
    passed(cast.ada, course, book, watches)
    assert look(shop, watches, LATER + 300 * DAY) == []
    (soon,) = look(shop, watches, LATER + 340 * DAY)
    assert (soon.person, soon.because) == (cast.ada, "expiry")
    assert soon.due == day_of(Certificate.objects.get().until)
    passed(cast.ada, course, book, watches, LATER + 341 * DAY)
    newer = Judging(shop.folders, dict, portable=True)
    courses = {"opting-out": replace(course, hash="f" * 64)}
    newer.__dict__["rulebook"] = replace(newer.rulebook, courses=courses)
    (again,) = look(newer, watches, LATER + 342 * DAY)
    assert (again.person, again.because) == (cast.ada, "version")
    assert look(newer, watches, LATER + 343 * DAY) == []


def test_a_changed_rule_is_taught_again_to_those_who_had_passed(
    cast: Cast, shop: Judging, watches: Watches, course: Course, book: Rulebook
) -> None:
    look(shop, watches)
    passed(cast.ada, course, book, watches)
    rule = book.rules["opt-out-recorded-at-once"]
    changed = replace(rule, rule=replace(rule.rule, version="9-new"), hash="f" * 64)
    newer = Judging(shop.folders, dict, portable=True)
    newer.__dict__["rulebook"] = replace(book, rules={**book.rules, rule.id: changed})
    (row,) = look(newer, watches, LATER + DAY)
    assert (row.person, row.because, row.told) == (cast.ada, "rule", rule.title)
    assert look(newer, watches, LATER + 2 * DAY) == []


@pytest.mark.usefixtures("cast")
def test_a_course_that_is_deleted_while_it_is_assigned_is_withdrawn_with_a_reason_and_its_history_stays(
    shop: Judging, watches: Watches, monkeypatch: pytest.MonkeyPatch, book: Rulebook
) -> None:
    rows = look(shop, watches)
    monkeypatch.setattr(looking_after, "taught", lambda _: [])
    broken = Judging((), dict, portable=True)
    broken.__dict__["rulebook"] = replace(book, courses={})
    look(broken, watches, LATER + 1)  # its files are there, and can't be read just now
    assert {one.state for one in Assignment.objects.all()} == {"open"}
    gone = Judging((), dict, portable=True)
    gone.__dict__["rulebook"] = replace(book, courses={}, beside={})
    look(gone, watches, LATER + 2)
    assert {(one.state, one.reason) for one in Assignment.objects.all()} == {
        ("withdrawn", looking_after.GONE)
    }
    assert Assignment.objects.count() == len(rows)
    assert not Duty.objects.filter(rule="course-in-time").exists()


def test_a_supervisor_assigns_to_their_own_team_alone_and_withdraws_with_a_reason(
    cast: Cast, watches: Watches, course: Course
) -> None:
    def wanted(person: Person) -> list[Wanted]:
        return [Wanted(person, course, Assignment.Because.HAND, in_days(LATER))]

    with pytest.raises(RefusedError, match="may not assign courses for Charlie"):
        assigned(cast.bob, wanted(cast.charlie), LATER, watches)
    (row,) = assigned(cast.bob, wanted(cast.ada), LATER, watches)
    assert assigned(cast.alice, [*wanted(cast.ada), *wanted(cast.ada)], LATER + 1, watches) == []
    with pytest.raises(RefusedError, match="say why"):
        withdrawn(cast.bob, row, "no", LATER, watches)
    assert withdrawn(cast.bob, row, "She only writes letters now.", LATER, watches).ended_by == cast.bob


def test_what_was_passed_elsewhere_counts_and_moves_with_the_agents_id(
    cast: Cast, shop: Judging, watches: Watches, take: Take
) -> None:
    look(shop, watches)
    take([Event("x", "course.passed", LATER, {"course": "opting-out"}, {"agent": "a-1"})], source="lms")
    look(shop, watches, LATER + 1)
    row = Assignment.objects.get(person=cast.ada)
    assert (row.state, row.reason) == ("withdrawn", looking_after.ELSEWHERE)
    cast.ada.agent = "a-77"
    cast.ada.save()
    look(shop, watches, LATER + 2)
    look(shop, watches, LATER + 3)
    told = Stored.objects.filter(type="course.passed", places__timeline__subject="a-77")
    assert told.count() == 1
    assert Certificate.objects.filter(person=cast.ada).count() == 1


def test_rows_that_were_changed_by_hand_are_told_and_the_others_are_not(
    cast: Cast, shop: Judging, watches: Watches, course: Course, book: Rulebook
) -> None:
    for row in look(shop, watches):
        if row.person == cast.charlie:
            withdrawn(None, row, "They are on leave for long.", LATER + 1, watches)
    passed(cast.ada, course, book, watches)
    assert list(room.faults()) == []
    Certificate.objects.update(passed=LATER + DAY)
    Assignment.objects.filter(person=cast.charlie).update(state="open")
    Attempt.objects.update(passed=False)
    assert len(list(room.faults())) == 3


def test_whose_duty_it_is_stands_on_the_page_of_duties_by_name(
    cast: Cast, shop: Judging, watches: Watches
) -> None:
    look(shop, watches)
    page = logged_in(cast.alice).get("/duties/").content.decode()
    assert "Ada" in page
    assert str(cast.charlie.uid) not in page.replace(f"/people/{cast.charlie.uid}/", "")
