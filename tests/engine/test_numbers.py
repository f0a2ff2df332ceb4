from __future__ import annotations

import pytest

from clearline.engine.numbers import Group, Heard, runs


def heard(text: str) -> list[str]:
    """The digits of every run, with taken-back digits taken back."""
    found = []
    for run in runs(Heard(text)):
        digits = ""
        for group in run:
            digits = digits[: max(0, len(digits) - group.undo)] + group.digits
        found.append(digits)
    return found


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four double one, triple oh", "411000"),
        ("triple zero, double zeros, treble 4", "00000444"),
        ("oh o zero nought nil", "00000"),
        ("forty-two fifty", "4250"),
        ("four thousand one hundred", "4100"),
        ("two thousand and twenty nine", "2029"),
        ("nineteen eighty four", "1984"),
        ("twenty oh eight", "2008"),
        ("one hundred and five", "105"),
        ("twelve", "12"),
        ("4111 one one one", "4111111"),
        ("4111-11.11 11/11, 1111", "4111111111111111"),
        ("four, um, okay and then one dash one", "411"),
        ("\u0664\u0661\u0661\u0661", "4111"),
    ],
)
def test_it_reads_numbers_as_they_are_said(text: str, digits: str) -> None:
    assert heard(text) == [digits]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four two, no wait, four three", "43"),
        ("1 2 3, sorry, 4 not 5", "124"),
        ("4111 1112, i mean 1111", "41111111"),
        ("five six, no wait, start: four one one one", "4111"),
    ],
)
def test_a_correction_replaces_as_many_digits_as_it_says(text: str, digits: str) -> None:
    assert "".join(heard(text)[-1:]) == digits


@pytest.mark.parametrize(
    "text",
    [
        "one second, give me five minutes",
        "it was $1,299.00 or forty dollars",
        "which one? this one",
        "oh yeah",
        "oh, okay",
        "1,299,000 people at 4% or 37 %",
        "the last four",
        "double the fun",
        "a hundred thousand",
    ],
)
def test_what_counts_something_is_not_read_out(text: str) -> None:
    assert heard(text) == []


def test_talk_divides_runs() -> None:
    assert heard("flat 12 in the house with door 34") == ["12", "34"]


def test_each_number_knows_its_words() -> None:
    (run,) = runs(Heard("it's forty two uh fifty"))
    assert [(group.digits, group.first, group.last) for group in run] == [("42", 1, 2), ("50", 4, 4)]


def test_words_that_are_taken_are_no_numbers() -> None:
    assert [group.digits for run in runs(Heard("one time 42"), {0, 1}) for group in run] == ["42"]


def test_its_representation_shows_no_digits() -> None:
    assert "4242" not in repr(Group("4242", 0, 0))
