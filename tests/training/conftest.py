"""A shop that teaches one course: on opting out, with four questions."""

from pathlib import Path

import pytest
from tests.characters import Cast
from tests.record.conftest import people, take
from tests.rulebook.conftest import Files
from tests.rulebook.test_courses import LESSON, SECOND

from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook

__all__ = ["people", "take"]

COURSE = """\
title = "When somebody does not want to be called"
about = "What counts as a no, and what is done at once."
minutes = 5
pass = 0.75
roles = ["agent"]
status = "checked"
"""
QUESTIONS = """\
[[question]]
id = "how-soon"
kind = "single"
asks = "How soon is the number put on the list?"
options = ["At once", "By the end of the month"]
right = "At once"
because = "The next call could come in an hour."
rules = ["opt-out-recorded-at-once"]

[[question]]
id = "what-counts"
kind = "multiple"
asks = "Which of these are a no?"
options = ["Take me off your list.", "Do not call here again.", "Call me tomorrow."]
right = ["Take me off your list.", "Do not call here again."]
because = "Nobody has to say it in the words of the law."

[[question]]
id = "what-first"
kind = "order"
asks = "In which order?"
right = ["Say that you have understood", "Put it on the list", "Say goodbye"]
because = "It is done while the customer is there."

[[question]]
id = "which-words"
kind = "words"
asks = "Which words break the rule?"
transcript = ["customer: Please do not call here again.", "agent: Sure. Before you go, we have an offer for tents."]
right = ["we have an offer for tents"]
because = "After a no nothing is offered."
"""
FILES = {
    "taught/pack.toml": 'title = "Taught"\n',
    "taught/courses/opting-out/course.toml": COURSE,
    "taught/courses/opting-out/1-why.md": LESSON,
    "taught/courses/opting-out/2-how.md": SECOND,
    "taught/courses/opting-out/questions.toml": QUESTIONS,
}
RIGHT = {"how-soon": [0], "what-counts": [0, 1], "what-first": [0, 1, 2], "which-words": [3]}


def written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    """Compiled once."""
    return Judging((written(tmp_path_factory.mktemp("taught"), FILES),), dict, portable=True)


@pytest.fixture
def shop(taught: Judging, monkeypatch: pytest.MonkeyPatch) -> Judging:
    """What this process judges by, pages too."""
    monkeypatch.setattr("clearline.record.judging._of_process", [taught])
    return taught


@pytest.fixture
def watches(shop: Judging) -> Watches:
    return Watches(lambda: shop)


@pytest.fixture
def book(shop: Judging) -> Rulebook:
    assert [str(one) for one in shop.rulebook.faults if not one.warning] == []
    return shop.rulebook


@pytest.fixture
def course(book: Rulebook) -> Course:
    return book.courses["opting-out"]


@pytest.fixture
def cast(people: Cast) -> Cast:
    return people
