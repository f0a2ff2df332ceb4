"""Courses are read like rules: every fault with its file, its line and how to mend it, and a version by what they mean."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rulebook.conftest import Files

from clearline.rulebook.checking import check
from clearline.rulebook.courses import Course
from clearline.rulebook.reading import read
from clearline.rulebook.versions import check_lock, renew

COURSE = """\
title = "Say that the call is recorded"
about = "Why, when and how a customer is told."
minutes = 4
pass = 0.75
roles = ["agent"]
status = "checked"
sources = ["S1"]
"""
LESSON = "# Why it is said\n\nThe law wants **both** sides to know.\n"
SECOND = "# How it is said\n\n- early\n- clearly\n"
QUESTIONS = """\
[[question]]
id = "how-soon"
kind = "single"
asks = "How soon is it said?"
options = ["Within 30 seconds", "At the end"]
right = "Within 30 seconds"
because = "Whoever learns it at the end could not choose."
rules = ["recording-notice"]

[[question]]
id = "what-counts"
kind = "multiple"
asks = "Which of these tell it?"
options = ["This call is recorded.", "This call may be recorded.", "How can I help?"]
right = ["This call is recorded.", "This call may be recorded."]
because = "Both say what happens to the words."

[[question]]
id = "what-first"
kind = "order"
asks = "In which order?"
right = ["Greet", "Say that it is recorded", "Ask what it is about"]
because = "It is said before anything else is talked about."

[[question]]
id = "which-words"
kind = "words"
asks = "Which words break the rule?"
transcript = ["customer: Am I on tape?", "agent: Oh, never mind that, this call is not recorded."]
right = ["this call is not recorded"]
because = "It was."
"""
FOLDER = "us/courses/recording"
Write = Callable[[Files], Path]


@pytest.fixture
def files(good: dict[str, str]) -> dict[str, str]:
    """A pack with a course without a fault."""
    return good | {
        f"{FOLDER}/course.toml": COURSE,
        f"{FOLDER}/2-how.md": SECOND,
        f"{FOLDER}/1-why.md": LESSON,
        f"{FOLDER}/questions.toml": QUESTIONS,
    }


def course(root: Path) -> Course:
    found = read(root)
    assert [str(fault) for fault in found.faults] == []
    return found.courses["recording"]


def test_a_course_says_what_its_folder_says(write: Write, files: dict[str, str]) -> None:
    found = course(write(files))
    assert [one.title for one in found.lessons] == ["Why it is said", "How it is said"]
    assert [one.kind for one in found.questions] == ["single", "multiple", "order", "words"]
    assert found.rules == {"recording-notice"}
    assert (found.asks, found.passes(3, 4), found.passes(2, 4), found.passes(0, 0)) == (4, True, False, False)


def test_only_the_whole_right_answer_is_right(write: Write, files: dict[str, str]) -> None:
    single, multiple, order, words = course(write(files)).questions
    assert (single.is_right([0]), single.is_right([1]), single.is_right([])) == (True, False, False)
    assert (multiple.is_right([1, 0]), multiple.is_right([0]), multiple.is_right([0, 1, 2])) == (
        True,
        False,
        False,
    )
    assert (order.is_right([0, 1, 2]), order.is_right([1, 0, 2])) == (True, False)
    assert [words.choices[number] for number in words.key] == ["this call is not recorded."]


def test_its_version_follows_what_is_taught_and_asked_and_nothing_else(
    write: Write, files: dict[str, str]
) -> None:
    root = write(files)
    assert [one.rule for one in renew(read(root), root)] == ["course:recording", "recording-notice"]
    before = course(root)
    assert before.version.startswith("1-")
    write({f"{FOLDER}/course.toml": COURSE.replace("minutes = 4", "minutes = 9")})
    assert course(root).version == before.version
    for name, old, new in (
        ("course.toml", "0.75", "0.8"),
        ("1-why.md", "both", "all"),
        ("questions.toml", "At the end", "Later"),
    ):
        path = f"{FOLDER}/{name}"
        write({path: files[path].replace(old, new)})
        (fault,) = check_lock(read(root), root, needed=True)
        assert "`course:recording` has changed since version 1" in str(fault)
        write({path: files[path]})
    write({f"{FOLDER}/1-why.md": LESSON.replace("both", "all")})
    renew(read(root), root)
    assert course(root).version.startswith("2-")


def test_a_shops_own_course_stands_in_place_of_the_shipped_one(
    write: Write, files: dict[str, str], tmp_path: Path
) -> None:
    write({f"a/{path}": text for path, text in files.items()})
    own = {
        path.replace("us/", "own/"): text.replace("Say that", "Our way to say that")
        for path, text in files.items()
        if path.startswith(FOLDER)
    }
    write({f"b/{path}": text for path, text in {**own, "own/pack.toml": 'title = "Own"\n'}.items()})
    found = read(tmp_path / "a", tmp_path / "b")
    assert found.faults == []
    assert found.courses["recording"].title == "Our way to say that the call is recorded"


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"),
    [
        ("course.toml", "0.75", "1.5", 4, "0.8 is four out of five"),
        ("course.toml", "minutes = 4", "minutes = 0", 3, "Say how long it takes"),
        ("course.toml", '["agent"]', '["agents"]', 5, "Did you mean `agent`?"),
        ("course.toml", '["S1"]', '["S9"]', 7, "no pack has a source `S9`"),
        ("course.toml", "minutes = 4", "minutes = 4\nasks = 5", 4, "Ask fewer, or write more"),
        ("course.toml", "minutes = 4", 'minutes = 4\nserves = ["uk"]', 4, "there is no pack `uk`"),
        ("1-why.md", "# Why", "Why", 1, "Write `# Title` into its first line"),
        ("1-why.md", "**both**", "**both", 3, "`**` marks nothing here"),
        ("1-why.md", "The law", "[The law](", 3, "`](` marks nothing here"),
        ("1-why.md", "The law", "<b>The law</b>", 3, "Write it in Markdown"),
        ("1-why.md", "The law", "```\nThe law", 3, "this block of code never ends"),
        ("1-why.md", "The law", "# Again\nThe law", 3, "Write `##` for the headings below it"),
        ("1-why.md", LESSON[17:], "", 1, "the lesson says nothing"),
        ("questions.toml", 'right = "Within 30 seconds"', 'right = "Soon"', 6, "is not among the options"),
        ("questions.toml", 'right = "Within 30 seconds"', 'right = ""', 6, "has no right answer"),
        ("questions.toml", 'right = "Within 30 seconds"\n', "", 1, "`right` is missing"),
        (
            "questions.toml",
            '["recording-notice"]',
            '["recording-notise"]',
            8,
            "Did you mean `recording-notice`?",
        ),
        ("questions.toml", ', "How can I help?"]', "]", 15, "all options are right"),
        ("questions.toml", '"what-counts"', '"how-soon"', 11, "the id `how-soon` is taken"),
        (
            "questions.toml",
            '["this call is not recorded"]',
            '["is never recorded"]',
            30,
            "as they stand there",
        ),
        ("questions.toml", '"customer: Am', '"Am', 29, "Write `agent: …` or `customer: …`"),
        ("questions.toml", '["Greet", "Say that it is recorded", "Ask', '["Ask', 22, "can be put in order"),
        ("questions.toml", "[[question]]", "[[questions]]", 1, "Questions stand under [[question]]"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_how_to_mend_it(
    write: Write, files: dict[str, str], name: str, old: str, new: str, line: int, words: str
) -> None:
    path = f"{FOLDER}/{name}"
    assert old in files[path]
    found = read(write(files | {path: files[path].replace(old, new)}))
    assert found.courses == {}
    told = [str(fault) for fault in found.faults]
    assert any(f"{path}:{line}:" in one and words in one for one in told), told


def test_a_course_without_lessons_or_with_a_file_that_nobody_reads_is_told(
    write: Write, files: dict[str, str]
) -> None:
    del files[f"{FOLDER}/1-why.md"], files[f"{FOLDER}/2-how.md"]
    root = write(files)
    assert "the course has no lesson" in str(*read(root).faults)
    write({f"{FOLDER}/notes.md": "x"})
    assert "lessons called 1-<slug>.md" in str(*read(root).faults)


def test_words_in_which_the_engine_finds_nothing_wrong_are_not_taught_as_a_breach(
    write: Write, files: dict[str, str]
) -> None:
    rule = files["us/rules/recording-notice.toml"]
    rule = rule.replace("require recording_notice within 30s of call.answered", "forbid recording_notice")
    rule = rule.replace('"kept"', '"broken at 4"').replace('"broken at 30"', '"kept"')
    lines = '["agent: this call is recorded.", "agent: Oh, never mind that, this call is not recorded."]'
    asked = QUESTIONS.replace(
        'transcript = ["customer: Am I on tape?", "agent: Oh, never mind that, this call is not recorded."]',
        f'rules = ["recording-notice"]\ntranscript = {lines}',
    )
    root = write(files | {"us/rules/recording-notice.toml": rule, f"{FOLDER}/questions.toml": asked})
    told = "\n".join(map(str, check(read(root))))
    assert "questions.toml:29:" in told
    assert "which `right` does not name" in told
    write(
        {
            f"{FOLDER}/questions.toml": asked.replace(
                '["this call is not recorded"]', '["this call is recorded"]'
            )
        }
    )
    assert "which `right` does not name" not in "\n".join(map(str, check(read(root))))


@given(
    name=st.sampled_from(["course.toml", "questions.toml", "1-why.md"]),
    line=st.integers(0, 32),
    value=st.sampled_from(['""', "5", "[]", "[5]", '["x"]', "{}", "true", "1.5", "2026-01-01", "<", "# "]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_its_files_is_read_or_is_a_fault(
    good: dict[str, str], name: str, line: int, value: str
) -> None:
    told = {"course.toml": COURSE, "questions.toml": QUESTIONS, "1-why.md": LESSON}
    lines = told[name].splitlines()
    key, equals, _ = lines[line % len(lines)].partition("=")
    lines[line % len(lines)] = f"{key}{equals}{value}"
    told[name] = "\n".join(lines)
    with TemporaryDirectory() as folder:
        for path, text in {**good, **{f"{FOLDER}/{one}": text for one, text in told.items()}}.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        found = read(Path(folder))
        assert found.courses or found.faults
        check(found)
