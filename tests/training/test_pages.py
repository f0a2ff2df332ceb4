"""The pages of training: without scripts, with all that can be missing in a form."""

from itertools import pairwise
from typing import Any

import pytest
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER
from tests.training.conftest import RIGHT

from clearline.people.models import Person
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.rulebook.asking import ORDER
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training.actions import looking_after, testing
from clearline.training.actions.assigning import Wanted, assigned, in_days
from clearline.training.actions.practising import A_DAY, NEW, practised, today
from clearline.training.lasting import DAY
from clearline.training.models import Assignment, Attempt, Card, Certificate
from clearline.training.queries.team import counted


def sent(course: Course, answers: dict[str, list[int]]) -> dict[str, Any]:
    """What a browser sends for these answers."""
    told: dict[str, Any] = {}
    for name, given in answers.items():
        question = course.question(name)
        if question and question.kind == ORDER:
            told |= {f"q-{name}-{choice}": str(place) for place, choice in enumerate(given, 1)}
        else:
            told[f"q-{name}"] = [str(one) for one in given]
    return told


def passed(person: Person, course: Course, book: Rulebook, watches: Watches, at: int = LATER) -> Attempt:
    attempt = testing.begun(person, course, at, "seed")
    return testing.answered(person, attempt, RIGHT, book, at + 1, watches)


@pytest.mark.usefixtures("shop")
def test_an_agent_reads_begins_answers_and_is_certified(cast: Cast, course: Course) -> None:
    ada = logged_in(cast.ada)
    assert "Why it is said" in ada.get("/training/courses/opting-out/").content.decode()
    assert "<strong>both</strong>" in ada.get("/training/courses/opting-out/1/").content.decode()
    assert ada.get("/training/courses/opting-out/3/").status_code == 404
    test = ada.post("/training/courses/opting-out/begin/").headers["Location"]
    half = sent(course, {"how-soon": [0], "what-counts": [0, 1]})
    kept = ada.post(test, half)
    assert kept.status_code == 400
    told = kept.content.decode()
    assert "2 questions left to answer" in told
    assert told.count("checked") == 3
    twice = {"q-what-first-0": "1", "q-what-first-1": "1", "q-what-first-2": "2"}
    assert "Give each place once." in ada.post(test, half | twice).content.decode()
    result = ada.post(test, sent(course, RIGHT), follow=True).content.decode()
    assert "Passed" in result
    assert "After a no nothing is offered." in result
    row = Certificate.objects.get()
    assert "has passed the course" in ada.get(f"/training/certificates/{row.uid}/").content.decode()
    assert logged_in(cast.bob).get(f"/training/certificates/{row.uid}/").status_code == 200
    assert logged_in(cast.charlie).get(f"/training/certificates/{row.uid}/").status_code == 404
    assert logged_in(cast.charlie).get(test).status_code == 404


@pytest.mark.usefixtures("shop")
def test_a_supervisor_sees_who_is_late_and_gives_many_courses_at_once(cast: Cast) -> None:
    for number in range(3):
        Person.objects.invited(email=f"n{number}@shop.example", name=f"Newcomer {number}", team=cast.ada.team)
    bob = logged_in(cast.bob)
    people = Person.objects.filter(team=cast.ada.team)
    told = {"people": [str(one.uid) for one in people], "courses": ["opting-out"], "due": "2027-02-01"}
    assert bob.post("/training/assign/", told).status_code == 302
    assert Assignment.objects.count() == people.count() == 5
    others = {**told, "people": [str(cast.charlie.uid)]}
    assert bob.post("/training/assign/", others).status_code == 400
    assert bob.post("/training/assign/", {**told, "due": "2020-01-01"}).status_code == 400
    Assignment.objects.filter(person=cast.ada).update(due="2020-01-01")
    page = bob.get("/training/team/").content.decode()
    assert "late" in page
    assert "Charlie" not in page
    row = Assignment.objects.get(person=cast.ada)
    assert bob.post(f"/training/assignments/{row.uid}/withdraw/", {"reason": "no"}).status_code == 400
    assert (
        bob.post(f"/training/assignments/{row.uid}/withdraw/", {"reason": "She is on leave."}).status_code
        == 302
    )


def test_questions_come_again_just_before_they_are_forgotten_and_never_twice_a_day(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    assert today(cast.ada, book, LATER).next is None
    passed(cast.ada, course, book, watches)
    assert today(cast.ada, book, LATER).left == min(NEW, A_DAY)
    page = logged_in(cast.ada).get("/training/practice/").content.decode()
    assert "How soon is the number put on the list?" in page
    for name in ("how-soon", "what-counts"):
        practised(cast.ada, course.id, name, RIGHT[name], book, LATER)
    practised(cast.ada, course.id, "what-first", [2, 1, 0], book, LATER)
    practised(
        cast.ada, course.id, "what-first", [0, 1, 2], book, LATER + 1
    )  # a second answer counts for nothing
    assert today(cast.ada, book, LATER + 2).left == 0
    days = []
    for day in range(1, 40):
        at = LATER + day * DAY
        while (left := today(cast.ada, book, at)).next is not None:
            name = left.next.question.id
            practised(cast.ada, course.id, name, RIGHT[name], book, at)
            days.append((day, name))
    soon = [day for day, name in days if name == "how-soon"]
    gaps = [after - before for before, after in pairwise(soon)]
    assert gaps == sorted(gaps)
    assert len(days) < 20
    assert Card.objects.get(question="what-first").right < Card.objects.get(question="what-first").answered


def test_an_answer_in_practice_is_told_with_its_reason(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    passed(cast.ada, course, book, watches)
    ada = logged_in(cast.ada)
    about = {"course": "opting-out", "question": "how-soon"}
    assert ada.post("/training/practice/", about).status_code == 400
    told = ada.post("/training/practice/", {**about, "q-how-soon": "1"}).content.decode()
    assert "not right" in told
    assert "The next call could come in an hour." in told
    gone = ada.post("/training/practice/", {**about, "question": "gone"}, follow=True)
    assert "not asked any more" in gone.content.decode()


def test_my_training_says_what_is_due_and_the_day_page_reminds(
    cast: Cast, shop: Judging, watches: Watches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_after, "taught", lambda judging: [judging.rulebook.courses["opting-out"]])
    looking_after.looked_after(shop, LATER, watches)
    ada = logged_in(cast.ada)
    page = ada.get("/training/").content.decode()
    assert "When somebody does not want to be called" in page
    assert "it goes with the role" in page
    assert "When somebody does not want to be called" in ada.get("/").content.decode()


def test_the_page_of_whoever_leads_counts_who_is_late_and_whose_certificate_ends(
    cast: Cast, watches: Watches, course: Course, book: Rulebook
) -> None:
    passed(cast.ada, course, book, watches)
    row = Certificate.objects.get()
    for at, told in ((row.until - 60 * DAY, (0, 0)), (row.until - DAY, (0, 1)), (row.until + DAY, (0, 1))):
        assert counted(cast.bob, at) == told
    passed(cast.ada, course, book, watches, row.until - DAY)
    assert counted(cast.bob, row.until) == (0, 0)
    in_time = [Wanted(cast.ada, course, Assignment.Because.HAND, in_days(LATER))]
    assigned(cast.alice, in_time, LATER, watches)
    assert counted(cast.bob, LATER + 20 * DAY) == (1, 0)
    assert counted(cast.charlie, LATER + 20 * DAY) == (0, 0)
