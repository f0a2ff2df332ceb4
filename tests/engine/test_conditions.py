"""Conditions say true, false, or unknown with a reason; whatever they are given, they answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.conditions import MAX_LENGTH, Condition, Conditions
from clearline.engine.errors import ConditionError

CONDITIONS = Conditions(["call", "data", "facts"])


def condition(source: str) -> Condition:
    return CONDITIONS.compile(source)


def test_a_condition_is_true_or_false() -> None:
    known = {"call": {"places": ["US-CA"]}}
    assert condition("'US-CA' in call.places").truth(known) == (True, "")
    assert condition("'US-NY' in call.places").truth(known) == (False, "")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("call.recorded", "call.recorded is not known"),
        ("call.status[data.order_id] == 'open'", "call.status is not known"),
        ("data.n", "`data.n` is not true or false"),
        ("data.n > 'a'", "`data.n > 'a'` can't be told"),
        ("data.n / 0 > 1", "`data.n / 0 > 1` can't be told"),
        ("data.n + 9223372036854775807 > 1", "`data.n + 9223372036854775807 > 1` can't be told"),
        ("data.words.matches('(')", "`data.words.matches('(')` can't be told"),
    ],
)
def test_what_is_not_known_is_not_guessed_and_the_reason_is_said(source: str, why: str) -> None:
    assert condition(source).truth({"data": {"n": 1, "words": "x"}}) == (None, why)


def test_what_is_known_decides_where_it_can() -> None:
    assert condition("data.sure || call.nobody_knows").truth({"data": {"sure": True}}) == (True, "")
    assert condition("data.sure && call.nobody_knows").truth({"data": {"sure": False}}) == (False, "")
    assert condition("has(call.nobody_knows)").truth({}) == (False, "")


def test_a_key_may_be_a_number_or_a_word() -> None:
    known: dict[str, dict[str, Any]] = {
        "facts": {"status": {"7": "open", 8: "sent"}},
        "data": {"word": "7", "number": 8},
    }
    assert condition("facts.status[data.word]").value(known) == ("open", "")
    assert condition("facts.status[data.number]").value(known) == ("sent", "")


def test_the_same_text_is_compiled_once() -> None:
    assert condition("data.x == 1") is condition("data.x == 1")


@pytest.mark.parametrize(
    ("source", "column", "message"),
    [
        ("", 1, "mismatched input"),
        ("data.x ==", 10, "mismatched input"),
        ("true && caller.x", 15, "`caller.x` is not known here; conditions may read call, data, facts"),
        ("'" + "x" * MAX_LENGTH, None, "characters; 1000 are allowed"),
        ("data.a.all(x, data.b.all(y, data.c.all(z, x)))", None, "walks lists more than 2 times"),
        ("[" * 300 + "]" * 300, None, "recursion"),
        ("(" * 400 + "true" + ")" * 400, None, "recursion"),
        ("data" + ".a" * 400, None, "recursion"),
        ("data.x where", 8, "extraneous input"),
    ],
)
def test_it_says_what_is_no_condition_and_where(source: str, column: int | None, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        condition(source)
    assert message in caught.value.message
    assert column is None or caught.value.column == column


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("data.x.all(a, a >= 0)", {"x": list(range(20_000))}),
        ("data.x.all(a, data.x.all(b, a + b >= 0))", {"x": list(range(5_000))}),
        ("data.x == 'a'", {"x": "\ud800"}),
        ("data.x.matches('((a{30}){30}){30}')", {"x": "a" * 1000}),
        ("data.x > 1", {"x": 2**70}),
    ],
)
def test_what_is_too_much_is_unknown(source: str, data: dict[str, Any]) -> None:
    truth, why = condition(source).truth({"data": data})
    assert truth is None
    assert "can't be told" in why


def test_no_pattern_runs_away() -> None:
    assert condition("data.x.matches('(a+)+$')").truth({"data": {"x": "a" * 100_000 + "b"}}) == (False, "")


json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)
SOURCES = [
    "data.x",
    "data.x == 1",
    "data.x > 'a'",
    "data.x[0] == data.x",
    "'k' in data.x",
    "size(data.x) > 1",
]


@given(st.sampled_from(SOURCES), json)
def test_whatever_an_event_holds_there_is_an_answer(source: str, value: Any) -> None:
    truth, why = condition(source).truth({"data": {"x": value}})
    assert (truth is None) == bool(why)
