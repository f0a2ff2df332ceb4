"""Normalised text, and the way back to where its words stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.words import joined, normalise, spans

texts = st.text() | st.text(alphabet="aB9'\u2019?-_ \n\té\u0301ßİ❤\ufe0f")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("Hello,  World!", "hello world"),
        ("Don't. It\u2019s 5 o'clock", "dont its 5 oclock"),
        ("'tis the dogs' bone", "tis the dogs bone"),
        ("OK?Yes", "ok ? yes"),
        ("what?!?", "what ? ?"),
        ("snake_case e-mail", "snake case e mail"),
        ("STRASSE Straße ÜBER", "strasse strasse über"),
        ("cafe\u0301 café", "café café"),
        ("हिन्दी", "हिन्दी"),
        ("thanks ❤\ufe0f bye", "thanks bye"),
        ("a\x00b\ud800c", "a b c"),
    ],
)
def test_words_are_lower_case_between_single_spaces(text: str, words: str) -> None:
    assert normalise(text) == words


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_text_is_what_the_plain_definition_says(text: str) -> None:
    lower = text.lower().replace("'", "")
    assert normalise(text) == " ".join(re.findall(r"[a-z0-9]+|\?", lower))


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_text_reads_the_same_beside_other_letters(text: str) -> None:
    assert normalise(f"{text} é") == f"{normalise(text)} é".strip()


@given(texts)
def test_normalised_text_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_every_word_has_its_span(text: str) -> None:
    assert [normalise(text[start:end]) for start, end in spans(text)] == normalise(text).split()


def test_a_span_leaves_out_the_marks_around_a_word() -> None:
    assert spans("«It\u2019s»  'fine'?") == [(1, 5), (9, 13), (14, 15)]


@given(st.lists(texts))
def test_utterances_joined_are_each_utterance_and_a_turn(utterances: list[str]) -> None:
    expected = [f" {normalise(utterance)} ".replace("  ", " ") for utterance in utterances] or [" "]
    assert joined(utterances).decode() == "".join(f"{words}\n" for words in expected)
