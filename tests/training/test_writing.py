"""A course is written in the console as it is written by hand, looked at before it is taught, and taken back without loss."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER
from tests.rulebook.test_courses import LESSON, SECOND

from clearline.record.judging import forget, judging
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.training.actions.assigning import Wanted, assigned, in_days
from clearline.training.actions.looking_after import GONE, looked_after
from clearline.training.models import Assignment
from clearline.training.writing import notation
from clearline.training.writing.files import of_course

FORM: dict[str, Any] = {
    "slug": "how-we-greet",
    "title": "How we greet",
    "about": "The first ten seconds.",
    "minutes": "5",
    "share": "0.8",
    "asks": "0",
    "roles": ["agent"],
    "lessons": f"{LESSON}\n{SECOND}",
    "questions": "? What comes first?\n* The name of the shop\n- The weather\n! So that they know who speaks.\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: Cast) -> Iterator[Cast]:
    """A home of its own, whose packs are read by this process."""
    home = type(settings.HOME)
    monkeypatch.setattr(home, "policy", property(lambda _: tmp_path))
    monkeypatch.setattr(home, "packs", property(lambda _: tmp_path / "none"))
    forget()
    yield people
    forget()


def test_what_is_written_is_the_course_as_it_was(course: Course) -> None:
    blocks, faults = notation.read(notation.written(course.questions))
    assert faults == []
    assert [(one.id, one.kind, one.right, one.because) for one in blocks] == [
        (one.id, one.kind, one.right, one.because) for one in course.questions
    ]


@given(st.text(alphabet='?*-!@ab1.{}[]":\n\\ agent:', max_size=60))
@pace(max_examples=60, deadline=None)
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    blocks, faults = notation.read(text)
    assert blocks or faults or not text.strip()


@pytest.mark.django_db(transaction=True)
def test_an_officer_writes_looks_publishes_and_takes_back(home: Cast, watches_anew: Watches) -> None:
    alice = logged_in(home.alice)
    wrong = {
        **FORM,
        "questions": "? What comes first?\n- The name\n- The weather\n! Because.\n",
        "lessons": "Hello",
    }
    page = alice.post("/training/write/", wrong, follow=True).content.decode()
    assert "the question has no right answer" in page
    assert "disabled" in page
    assert alice.post("/training/write/", {**FORM, "slug": "How We"}).status_code == 400
    page = alice.post("/training/write/how-we-greet/", FORM, follow=True).content.decode()
    assert "So that they know who speaks." in page
    assert "how-we-greet" not in judging().rulebook.courses
    alice.post("/training/write/how-we-greet/step/", {"do": "publish"})
    assert judging().rulebook.courses["how-we-greet"].number == 1
    assigned(home.alice, [_wanted(home, "how-we-greet")], LATER, watches_anew)
    alice.post("/training/write/how-we-greet/", {**FORM, "questions": FORM["questions"] + "! Always."})
    alice.post("/training/write/how-we-greet/step/", {"do": "publish"})
    assert judging().rulebook.courses["how-we-greet"].number == 2
    alice.post("/training/write/how-we-greet/step/", {"do": "remove"})
    assert "how-we-greet" not in judging().rulebook.courses
    looked_after(judging(), LATER + 1, watches_anew)
    row = Assignment.objects.get(course="how-we-greet")
    assert (row.state, row.reason) == ("withdrawn", GONE)


def _wanted(cast: Cast, name: str) -> Wanted:
    return Wanted(cast.ada, judging().rulebook.courses[name], Assignment.Because.HAND, in_days(LATER))


@pytest.fixture
def watches_anew() -> Watches:
    return Watches(judging)


def test_a_shipped_course_that_is_edited_keeps_what_the_form_does_not_ask(course: Course) -> None:
    said = of_course(course)
    assert (said.status, said.serves, said.sources) == (course.status, course.serves, course.sources)


def test_nobody_else_writes(home: Cast) -> None:
    for person in (home.ada, home.bob, home.anna, home.audrey, home.max):
        assert logged_in(person).post("/training/write/", FORM).status_code == 403
