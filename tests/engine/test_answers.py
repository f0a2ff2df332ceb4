from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING

import pytest

from clearline.engine import topics
from clearline.engine.entities import START
from clearline.engine.masking import mask_all
from clearline.engine.skim import hear_all

if TYPE_CHECKING:
    from pathlib import Path

Talk = list[tuple[str, str]]
ASKED = ("agent", "What was your mother's maiden name?")


def hidden(*talk: tuple[str, str]) -> list[str]:
    return mask_all(talk)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My mother's maiden name is Cooper.", "My mother's maiden name is [security answer]."),
        ("Nemo is my childhood pet", "[security answer] is my childhood pet"),
        ("the password is rosebud", "the password is [security answer]"),
        (
            "My first pet was called Rex, and I miss him",
            "My first pet was called [security answer], and I miss him",
        ),
        ("mother's maiden name Sanchez", "mother's maiden name [security answer]"),
    ],
)
def test_an_answer_that_says_what_it_answers_is_hidden(text: str, shown: str) -> None:
    assert hidden(("customer", text)) == [shown]


def test_whatever_is_said_to_a_question_is_its_answer() -> None:
    assert hidden(ASKED, ("customer", "Uh, it's Toleman."))[1] == "Uh, it's [security answer]."
    assert hidden(ASKED, ("customer", "Toleman. My first pet was Rex."))[1].count("[security answer]") == 2


def test_an_answer_that_is_read_back_is_hidden_too() -> None:
    talk = hidden(ASKED, ("customer", "Toleman"), ("agent", "Toleman, thank you."))
    assert talk[2] == "[security answer], thank you."


def test_a_question_that_is_refused_stays_open() -> None:
    talk = hidden(
        ASKED, ("customer", "I can't remember."), ("agent", "Take your time."), ("customer", "Toleman")
    )
    assert talk[1:] == ["I can't remember.", "Take your time.", "[security answer]"]


def test_talk_after_an_answer_is_no_answer() -> None:
    talk = hidden(
        ASKED, ("customer", "Toleman"), ("agent", "Anything else?"), ("customer", "My parcel is late.")
    )
    assert talk[3] == "My parcel is late."


@pytest.mark.parametrize(
    "text",
    ["I forgot my password", "Is it pet friendly?", "my password is not working", "Which city is it in?"],
)
def test_what_answers_nothing_is_shown(text: str) -> None:
    assert hidden(("customer", text), ("agent", "The parcel was sent on Monday")) == [
        text,
        "The parcel was sent on Monday",
    ]


def test_nothing_of_it_shows_an_answer() -> None:
    listener, _ = START.hear(*ASKED)
    listener, _ = listener.hear("customer", "Toleman")
    assert "toleman" not in repr(listener).lower()
    assert "toleman" not in repr(listener.questions).lower()


def talks_of(path: Path) -> list[Talk]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [[(turn["speaker"], turn["utterance"]) for turn in row.get("turns", [])] for row in rows]


@pytest.mark.data
def test_it_hears_hardly_an_answer_where_nobody_asks(shared: Path) -> None:
    talks = talks_of(shared / "sgd/dev.jsonl.xz")
    heard = [one for talk in talks for _, one in hear_all(talk) if one.kind == topics.SECURITY_ANSWER]
    assert len(heard) <= 1
    assert sum(map(len, talks)) > 30_000
