"""Sentences are read as they sound, and what is wrong with one is said at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.random_rules import formula, term

from clearline.engine.durations import parse_span
from clearline.engine.errors import RuleError, SentenceError
from clearline.engine.grammar import KEYWORDS, MAX_LENGTH, parse_sentence, parse_term
from clearline.engine.sentences import (
    Form,
    Name,
    Sentence,
    StateFormula,
    StateJoined,
    Term,
    Where,
    names,
    state_names,
)


def shown(text: str) -> dict[str, str]:
    """What a sentence was understood to say: its parts that are there, each as text."""
    sentence = parse_sentence(text)
    parts = {field: getattr(sentence, field) for field in sentence.__slots__ if field != "form"}
    return {"form": sentence.form.value, **{field: str(part) for field, part in parts.items() if part}}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("require a", {"form": "require A", "a": "a"}),
        ("require a first among x.b or c", {"form": "require A first", "a": "a", "among": "x.b or c"}),
        ("require a last", {"form": "require A last", "a": "a"}),
        ("require a and b before c", {"form": "require A before B", "a": "a and b", "b": "c"}),
        ("require a before each b", {"form": "require A before each B", "a": "a", "b": "b"}),
        ("require a after b", {"form": "require A after B", "a": "a", "b": "b"}),
        ("require a within 5m after b", {"form": "require A within T after B", "a": "a", "b": "b", "span": "5 minutes"}),
        ("require a within 30s of b", {"form": "require A within T of B", "a": "a", "b": "b", "span": "30 seconds"}),
        ("require a by data.to.ship after b", {"form": "require A by data.X after B", "a": "a", "b": "b", "by": "to.ship"}),
        ("require a next after b among c", {"form": "require A next after B", "a": "a", "b": "b", "among": "c"}),
        ("require a at least 3 times", {"form": "require A at least N times", "a": "a", "count": "3"}),
        ("require a every 1y", {"form": "require A every T", "a": "a", "span": "1 year"}),
        ("forbid a while s and not t", {"form": "forbid A", "a": "a", "during": "s and (not t)"}),
        ("forbid a unless s[data.k]", {"form": "forbid A", "a": "a", "unless": "s[data.k]"}),
        ("forbid a after b until c", {"form": "forbid A", "a": "a", "b": "b", "until": "c"}),
        ("forbid a after b for 7d while s", {"form": "forbid A", "a": "a", "b": "b", "span": "7 days", "during": "s"}),
        ("forbid a after b for each data.k", {"form": "forbid A", "a": "a", "b": "b", "key": "data.k"}),
        ("limit a to 3 per 24h", {"form": "limit A to N", "a": "a", "count": "3", "span": "24 hours", "rolling": "True"}),
        ("limit a to 1 for each data.order_id", {"form": "limit A to N", "a": "a", "count": "1", "key": "data.order_id"}),
        ("limit a to 2.5% of b in each 30d", {"form": "limit A to P% of B", "a": "a", "b": "b", "percent": "2.5", "span": "30 days"}),
    ],
)  # fmt: skip
def test_every_form_is_read_as_it_sounds(text: str, parts: dict[str, str]) -> None:
    assert shown(text) == parts


@given(term())
def test_a_term_reads_back_as_it_is_written(one: Term) -> None:
    assert str(parse_term(str(one))) == str(one)
    assert [name.name for name in names(parse_term(str(one)))] == [name.name for name in names(one)]


@given(formula())
def test_states_read_back_as_they_are_written(one: StateFormula) -> None:
    during = parse_sentence(f"forbid x.a while {one}").during
    assert during is not None
    assert [state.name for state in state_names(during)] == [state.name for state in state_names(one)]
    assert isinstance(during, StateJoined) == isinstance(one, StateJoined)


def test_a_condition_ends_at_the_next_word_of_the_sentence() -> None:
    sentence = parse_sentence("forbid x.a where data.n > 3 && data.to == 'me' while s for each data.k")
    assert str(sentence.a) == "x.a where data.n > 3 && data.to == 'me'"
    assert str(sentence.during) == "s"
    assert sentence.key == "data.k"


@pytest.mark.parametrize(
    "condition",
    [
        "data.before.after",
        "data.why == 'after \\'each\\' order'",
        'data.why == "while"',
        "data.x in ['and', 'or']",
        "data.all.exists(first, first.by > 3)",
        "(data.x or data.y)",
        "facts.status[data.next] == 1",
    ],
)
def test_words_of_ours_within_a_condition_do_not_end_it(condition: str) -> None:
    sentence = parse_sentence(f"require x.a where {condition} before x.b")
    assert sentence.a == Where(Name("x.a", 9), condition, 19)
    assert sentence.form is Form.BEFORE


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("demand a", 1),
        ("require", 8),
        ("require before b", 9),
        ("require a and b or c", 17),
        ("require a within soon after b", 18),
        ("require a within 30s b", 22),
        ("require a within 101y after b", 18),
        ("require a by ship_by after b", 14),
        ("require a at least 0 times", 20),
        ("require a at least 1.5 times", 20),
        ("require a every 0mo", 17),
        ("require a where before b", 17),
        ("require (a before b", 12),
        ("forbid a while", 15),
        ("forbid a while s[data.k", 24),
        ("forbid a while not not s", 20),
        ("forbid a for 7d", 10),
        ("limit a to 1.5", 12),
        ("limit a to 101% of b", 12),
        ("limit a to 3 in each 0s", 22),
        ("limit a to 3 per 0d", 18),
        ("limit a to 1234567890", 12),
        ("require a; drop", 10),
    ],
)
def test_it_says_where_a_sentence_goes_wrong(text: str, column: int) -> None:
    with pytest.raises(SentenceError) as caught:
        parse_sentence(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "require " + "(" * 900 + "a" + ")" * 900,
        "forbid a while " + "not " * 480 + "s",
        "forbid a while " + "(not " * 300 + "s" + ")" * 300,
        "require a and " * 140,
        "limit a to " + "9" * 1900,
        "require a within " + "9" * 1900 + "s after b",
        "require a" + " " * MAX_LENGTH,
        '"' * 1999,
    ],
)
def test_it_refuses_hostile_sentences_without_falling_over(text: str) -> None:
    with pytest.raises(SentenceError):
        parse_sentence(text)


WORDS = [*"()[]{}.'\"\\ %0", "1d", "data.x", "a", *(f" {word} " for word in sorted(KEYWORDS))]


@given(st.sampled_from(["require a ", "forbid a ", "limit a to "]), st.lists(st.sampled_from(WORDS)))
def test_whatever_is_written_is_read_or_refused_at_a_place(start: str, rest: list[str]) -> None:
    text = start + "".join(rest)
    try:
        found: Sentence | int | None = parse_sentence(text)
    except RuleError as error:
        found = error.column
    assert found in range(1, len(text) + 2) if isinstance(found, int) else found is not None


def test_a_long_list_of_terms_is_no_nesting() -> None:
    assert len(list(names(parse_term(" or ".join(f"x.n{number}" for number in range(200)))))) == 200


def test_spans_keep_their_words() -> None:
    assert parse_sentence("require a within 1.5h after b").span == parse_span("1.5h")
