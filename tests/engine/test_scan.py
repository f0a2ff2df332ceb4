"""The lexicon: both searches find what the definition of a phrase says, no more and no less."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clearline.engine.phrases import GAP_WORDS
from clearline.engine.scan import Hit, Lexicon
from clearline.engine.words import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

# A phrase as the tests write it: a word, a beginning "ab*", "...", or (options, whether it may be left out).
Part: TypeAlias = "str | tuple[list[list[Part]], bool]"

LONG = "ä" * 40
WORDS = ["a", "b", "ab", "abc", "é", "?", LONG]


def written(parts: list[Part]) -> str:
    pieces = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        else:
            options, optional = part
            inner = "|".join(written(option) for option in options)
            pieces.append(f"[{inner}]" if optional else f"({inner})")
    return " ".join(pieces)


def ends(parts: list[Part], words: list[str], start: int) -> Iterator[int]:
    """Every place where the parts may end that begin at word `start`, straight from the meaning of a phrase."""
    if not parts:
        yield start
        return
    part, rest = parts[0], parts[1:]
    if part == "...":
        for width in range(GAP_WORDS + 1):
            if start + width <= len(words):
                yield from ends(rest, words, start + width)
    elif isinstance(part, str):
        if start < len(words):
            said = words[start].startswith(part[:-1]) if part.endswith("*") else words[start] == part
            if said:
                yield from ends(rest, words, start + 1)
    else:
        options, optional = part
        for option in [*options, *([[]] if optional else [])]:
            for end in set(ends(option, words, start)):
                yield from ends(rest, words, end)


def obvious(phrases: list[list[Part]], utterances: list[str]) -> list[Hit]:
    """The shortest match at every word where one ends."""
    hits = []
    for number, utterance in enumerate(utterances):
        words = normalise(utterance).split()
        for phrase, parts in enumerate(phrases):
            first = {end: start for start in range(len(words)) for end in ends(parts, words, start)}
            hits += [Hit(phrase, number, start, end - 1) for end, start in first.items()]
    return sorted(hits, key=lambda hit: (hit.utterance, hit.last, hit.phrase))


@st.composite
def segments(draw: st.DrawFn, depth: int = 2) -> list[Part]:
    """Parts of a phrase, with a word that has to be said on both sides of a gap."""
    optional: st.SearchStrategy[Part] = st.sampled_from([*WORDS, "a*", "ab*"])
    if depth:
        deeper = st.lists(segments(depth - 1), min_size=1, max_size=2)
        optional |= st.tuples(deeper, st.booleans())
    certain = st.sampled_from([*WORDS, "a*", "é*"])
    parts: list[Part] = []
    for index in range(draw(st.integers(1, 2))):
        around = st.lists(optional, max_size=1)
        parts += [*(["..."] if index else []), *draw(around), draw(certain), *draw(around)]
    return parts


few_gaps = segments().filter(lambda parts: written(parts).count("...") <= 4 and len(written(parts)) <= 400)
speech = st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), max_size=4)


@settings(deadline=None)
@given(st.lists(few_gaps, max_size=5), speech)
@example([["a", "...", "b"]], [f"a {LONG} b", f"a {LONG} b"])
@example([["a", "...", "b"]], ["a b b b b b b b b", "a", "b"])
@example([["a*"], ["a", ([["b"]], True)]], ["abc a b", "", "a"])
def test_both_searches_find_what_the_definition_says(
    phrases: list[list[Part]], utterances: list[str]
) -> None:
    sources = [written(parts) for parts in phrases]
    expected = obvious(phrases, utterances)
    assert Lexicon(sources).find(utterances) == expected
    assert Lexicon(sources, portable=True).find(utterances) == expected


both = pytest.mark.parametrize("portable", [False, True])


@both
def test_a_hit_spans_the_words_of_its_phrase(portable: bool) -> None:
    lexicon = Lexicon(["this call (is|may be) [being] record*", "ok?"], portable=portable)
    utterances = [
        "Hello! This call is being recorded. OK?",
        "This call may be RECORDING",
        "this call was recorded",
    ]
    assert lexicon.find(utterances) == [Hit(0, 0, 1, 5), Hit(1, 0, 6, 7), Hit(0, 1, 0, 4)]


@both
def test_a_match_is_the_shortest_that_ends_there(portable: bool) -> None:
    assert Lexicon(["no ... refund"], portable=portable).find(["no no well no refund refund"]) == [
        Hit(0, 0, 3, 4),
        Hit(0, 0, 3, 5),
    ]


@both
def test_a_gap_is_five_words_at_most(portable: bool) -> None:
    lexicon = Lexicon(["a ... b"], portable=portable)
    assert lexicon.find(["a 1 2 3 4 5 b"]) == [Hit(0, 0, 0, 6)]
    assert lexicon.find(["a 1 2 3 4 5 6 b"]) == []


@both
def test_a_gap_holds_words_of_any_length_and_script(portable: bool) -> None:
    long = " ".join(["Ж" * 500] * 5)
    assert Lexicon(["a ... b"], portable=portable).find(["b a", f"a {long} b", f"a {long} x b"]) == [
        Hit(0, 1, 0, 6)
    ]


@both
def test_no_phrase_reaches_across_utterances(portable: bool) -> None:
    lexicon = Lexicon(["is recorded", "is ... recorded"], portable=portable)
    assert lexicon.find(["this is", "recorded"]) == []
    assert lexicon.find(["this is\nrecorded"]) == [Hit(0, 0, 1, 2), Hit(1, 0, 1, 2)]


@both
def test_the_same_phrase_twice_is_found_twice(portable: bool) -> None:
    assert Lexicon(["stop it", "go", "Stop  it!"], portable=portable).find(["stop it"]) == [
        Hit(0, 0, 0, 1),
        Hit(2, 0, 0, 1),
    ]


@both
def test_nothing_is_found_in_nothing(portable: bool) -> None:
    assert Lexicon([], portable=portable).find(["a"]) == []
    assert Lexicon(["a"], portable=portable).find([]) == []
    assert Lexicon(["a"], portable=portable).find(["", "?"]) == []


@both
def test_a_phrase_full_of_optional_words_does_not_hang_on_speech_that_stutters(portable: bool) -> None:
    lexicon = Lexicon(["[a] " * 59 + "b", "a ... a ... a ... a ... b"], portable=portable)
    hits = lexicon.find(["a " * 3000 + "b", "a " * 3000])
    assert hits == [Hit(0, 0, 3000, 3000), Hit(1, 0, 2996, 3000)]


def test_without_hyperscan_the_portable_search_takes_its_place() -> None:
    script = (
        "import sys; sys.modules['hyperscan'] = None; from clearline.engine.scan import Lexicon;"
        "print(Lexicon(['a ... b']).find(['a c b']))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[Hit(phrase=0, utterance=0, first=0, last=2)]\n"
