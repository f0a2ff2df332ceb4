import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.listed import Listed, ListError, listed
from clearline.engine.words import normalise

LIST = """name,address
"Violet King","12 Baker Street, Springfield"
Zoë
José-María
O'Brien
402 Elm Road
"""


def hidden(text: str, entries: str = LIST) -> str:
    words = normalise(text).split()
    return " ".join(words[at] for at in sorted(listed(entries).places(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My name is violet KING, hello", "violet king"),
        ("it was Violet King's order", "violet kings"),
        ("that is Zoe", "zoe"),
        ("spelt Z-O-E, thanks", "z o e"),
        ("Jose Maria speaking", "jose maria"),
        ("mrs obrien and Mrs. O'Brien", "obrien obrien"),
        ("at one two Baker Street", "one two baker street"),
        ("at twelve Baker Street in Springfield", "twelve baker street springfield"),
        ("it is four oh two Elm Road", "four oh two elm road"),
        ("it is four zero two elm road", "four zero two elm road"),
    ],
)
def test_what_is_listed_is_found_however_it_is_written_spelt_or_said(text: str, shown: str) -> None:
    assert hidden(text) == shown


@pytest.mark.parametrize(
    "text", ["Violet speaking", "the kingdom", "baker street", "twelve o'clock", "what is your name?", ""]
)
def test_what_is_not_listed_stays_and_parts_of_words_do(text: str) -> None:
    assert hidden(text) == ""


def test_a_mark_stands_in_its_place() -> None:
    told = "I am Zoë, at 12 Baker Street. Yes, Zoë!"
    assert listed(LIST).hide(told) == "I am [name or address], at [name or address]. Yes, [name or address]!"
    assert Listed().hide(told) == told


def test_a_first_line_that_names_columns_is_no_entry() -> None:
    assert len(listed("first_name;Last Name\n")) == 0
    assert hidden("my address", "\ufeffAddress\nDana\n") == ""
    assert hidden("my address", "Dana\nAddress\n") == "address"


@pytest.mark.parametrize("entry", ["7", "J", "123", "oh"])
def test_an_entry_that_would_hide_half_the_talk_is_refused_by_its_line_alone(entry: str) -> None:
    with pytest.raises(ListError) as refused:
        listed(f"Dana\n{entry}\n")
    assert str(refused.value).startswith("line 2: ")
    assert not re.search(rf"\b{entry}\b", str(refused.value))
    assert "Dana" not in repr(listed("Dana"))


@given(st.lists(st.text(), max_size=3), st.text(), st.text())
def test_places_are_words_of_the_text_whatever_it_holds(entries: list[str], before: str, after: str) -> None:
    text = " ".join([before, *entries, after])
    assert Listed(entries).places(text) <= set(range(len(normalise(text).split())))


@given(st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}| [0-9]{1,3}){0,3}", fullmatch=True))
def test_every_entry_is_found_where_it_is_said_as_it_is_listed(entry: str) -> None:
    text = f"it is {entry}, thank you"
    count = len(normalise(entry).split())
    assert Listed([entry]).places(text) >= set(range(2, 2 + count))
