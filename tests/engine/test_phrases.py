"""The phrase language: what is read, and what is refused with a way to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.errors import PhraseError
from clearline.engine.phrases import MAX_DEPTH, MAX_GAPS, MAX_LENGTH, MAX_WORDS, Choice, Gap, Word, parse


def test_it_reads_words_alternatives_options_gaps_and_beginnings() -> None:
    assert parse("this (is|may be) [being] ... record*").parts == (
        Word("this"),
        Choice(((Word("is"),), (Word("may"), Word("be")))),
        Choice(((Word("being"),), ())),
        Gap(),
        Word("record", open=True),
    )


def test_it_reads_brackets_within_brackets() -> None:
    inner = Choice(((Word("b"),), (Word("c"),)))
    assert parse("(a (b|c)|d) e").parts == (Choice(((Word("a"), inner), (Word("d"),))), Word("e"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("this call", "  This CALL. "),
        ("don't hang up", "dont hang-up"),
        ("a ... b", "a…b"),
        ("is it ?", "is it?"),
        ("[a|b] c", "[ a | b ] c"),
        ("(a|a) b", "(a) b"),
    ],
)
def test_phrases_spelled_differently_are_the_same(one: str, other: str) -> None:
    assert parse(one) == parse(other)


@pytest.mark.parametrize(
    ("source", "column", "mend"),
    [
        ("", 1, "no word has to be said"),
        ("!!", 1, "no word has to be said"),
        ("[a] [b]", 1, "no word has to be said"),
        ("call (is", 6, '"(" is never closed; put ")"'),
        ("call [is)", 6, '"[" is never closed; put "]"'),
        ("call is)", 8, "closes no bracket"),
        ("is|was", 3, "outside brackets; write (this|that)"),
        ("a (b||c)", 6, "an empty alternative"),
        ("a (b|)", 6, "an empty alternative"),
        ("a ()", 4, "an empty alternative"),
        ("a (", 4, "an empty alternative"),
        ("... a", 1, "before the gap"),
        ("[a] ... b", 5, "before the gap"),
        ("a ...", 3, "after the gap"),
        ("(a ...|b) c", 4, "after the gap"),
        ("a ... ... b", 7, "before the gap"),
        ("a ... [b] ... c", 11, "before the gap"),
        ("* a", 1, "a star needs letters"),
        ("a **", 3, "a star needs letters"),
        ("? *", 3, "a star needs letters"),
        ("re*cord", 3, "a star inside a word"),
        ("record*'s", 7, "a star inside a word"),
        ("record(ed|ing)", 7, "a bracket inside a word"),
        ("[un]happy", 4, "a bracket inside a word"),
    ],
)
def test_it_refuses_a_fault_at_its_column(source: str, column: int, mend: str) -> None:
    with pytest.raises(PhraseError) as refused:
        parse(source)
    assert mend in refused.value.message
    assert f'phrase "{source}"' in refused.value.message
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("allowed", "too_much", "limit"),
    [
        ("a" * MAX_LENGTH, "a" * (MAX_LENGTH + 1), MAX_LENGTH),
        ("a " * MAX_WORDS, "a " * (MAX_WORDS + 1), MAX_WORDS),
        ("a ... " * MAX_GAPS + "b", "a ... " * (MAX_GAPS + 1) + "b", MAX_GAPS),
        (
            "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
            "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
            MAX_DEPTH,
        ),
    ],
)
def test_it_refuses_what_is_over_a_limit_and_names_the_limit(allowed: str, too_much: str, limit: int) -> None:
    parse(allowed)
    with pytest.raises(PhraseError, match=str(limit)):
        parse(too_much)


@given(st.text(alphabet="ab é'*?.|()[] …", max_size=30))
def test_any_text_is_either_read_or_refused_at_a_column_of_it(source: str) -> None:
    try:
        column = 1 if parse(source).source == source else None
    except PhraseError as refused:
        column = refused.column
    assert column is not None
    assert 1 <= column <= len(source) + 1
