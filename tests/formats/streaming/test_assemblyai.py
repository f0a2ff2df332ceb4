"""AssemblyAI's turns: growing, ended, formatted."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.streaming.conversations import BEGAN, WORD, Said, heard, names, partials, standing, talks

from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.streaming.assemblyai import AssemblyAI
from clearline.formats.streaming.introduction import Introduction

ABOUT = Introduction("c-1", "agent", began=BEGAN)
BEGIN, END = json.dumps({"type": "Begin", "id": "s-1"}), json.dumps({"type": "Termination"})


def turn(order: int, words: list[tuple[str, float, float]], *, ends: bool = True, **more: Any) -> str:
    told = [{"text": w, "start": s * 1000, "end": e * 1000, "confidence": 0.5} for w, s, e in words]
    shown = words if ends else words[:-1]
    text = " ".join(word for word, _, _ in shown)
    body = {"turn_order": order, "end_of_turn": ends, "transcript": text, "words": told}
    return json.dumps({"type": "Turn", "turn_is_formatted": False, **body, **more})


@given(st.data(), talks())
def test_the_same_talk_is_told_the_same_however_it_comes(data: st.DataObject, talk: list[Said]) -> None:
    one_channel = [said._replace(channel=0) for said in talk]
    plain = [turn(n, said.times) for n, said in enumerate(one_channel)]
    grown = []
    for n, said in enumerate(one_channel):
        for size in data.draw(st.lists(st.integers(1, len(said.words)), max_size=3)):
            guess = [(data.draw(WORD), s, e) for _, s, e in said.times[:size]]
            grown.append(turn(n, guess, ends=False))
        grown.append(turn(n, said.times))
    short = heard(AssemblyAI(ABOUT), [BEGIN, *plain, END])
    long = heard(AssemblyAI(ABOUT), [BEGIN, *grown, END])
    assert (standing(long), names(long)) == (standing(short), names(short))
    assert {event.id for event in partials(long)} <= set(names(long))


@given(st.booleans())
def test_the_formatted_form_is_what_stays(awaited: bool) -> None:
    bare, neat = [("hello", 0.0, 0.2)], [("Hello.", 0.0, 0.2)]
    frames = [BEGIN, turn(0, bare), turn(0, neat, turn_is_formatted=True), END]
    told = heard(AssemblyAI(ABOUT, formatted=awaited), frames)
    assert [data["text"] for kind, _, data in standing(told) if kind == "utterance"] == ["Hello."]  # type: ignore[index]
    assert len([name for name in names(told) if "s-1" in name]) == (1 if awaited else 2)


def test_a_turn_whose_formatted_form_never_comes_is_not_lost() -> None:
    for last in (turn(1, [("next", 1.0, 1.2)], ends=False), END, BEGIN):
        told = heard(AssemblyAI(ABOUT, formatted=True), [BEGIN, turn(0, [("hello", 0.0, 0.2)]), last])
        assert "c-1-s-1-0" in names(told)
    stream = AssemblyAI(ABOUT, formatted=True)
    heard(stream, [BEGIN, turn(0, [("hello", 0.0, 0.2)])])
    assert "c-1-s-1-0" in names([stream.lost(BEGAN)])


def test_who_comes_back_in_the_middle_goes_on() -> None:
    stream = AssemblyAI(ABOUT)
    told = heard(stream, [BEGIN, turn(0, [("one", 0.0, 0.2)]), BEGIN, turn(1, [("two", 1.0, 1.2)])])
    assert names(told).count("c-1-started") == 1
    assert names(told)[-1] == "c-1-s-1-1"


def test_a_turn_before_its_session_is_refused() -> None:
    with pytest.raises(StreamError):
        AssemblyAI(ABOUT).hear(turn(0, [("one", 0.0, 0.2)]), BEGAN)


def test_the_older_version_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        AssemblyAI(ABOUT).hear('{"message_type": "SessionBegins"}', BEGAN)
