import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.speech.recognisers.loops import goes_round
from clearline.speech.recognising import Word


def words(text: str, seconds: float) -> list[Word]:
    told = text.split()
    each = seconds / max(1, len(told))
    return [Word(word, place * each, (place + 1) * each, 0.9) for place, word in enumerate(told)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4 " + "1 " * 17, 11.0),
        ("one " * 12, 6.0),
        ("510505050505050505050", 11.0),
        ("4111 1111 1111 1111", 1.5),
        ("thank you " * 6, 6.0),
        ("no " * 14, 6.0),
        ("123 456 789 " * 8, 30.0),
        ("and then we go to the bank and " * 6, 20.0),
    ],
)
def test_going_round_is_seen(text: str, seconds: float) -> None:
    assert goes_round(words(text, seconds), seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 1.0),
        ("5105 1051 0510 5100", 7.0),
        ("6 0 1 1 0 0 0 9 9 0 1 3 9 4 2 4", 6.0),
        ("one one one one", 2.0),
        ("no no no no no no", 3.0),
        ("yes yes, thank you, thank you, thank you, bye bye", 4.0),
        ("my number is 555 0100 and the other is 555 0101", 6.0),
        ("4012 8888 8888 1881", 6.0),
    ],
)
def test_what_people_say_is_no_loop(text: str, seconds: float) -> None:
    assert not goes_round(words(text, seconds), seconds)


@given(st.lists(st.sampled_from(list("0123456789")), max_size=15, unique=False), st.sampled_from("abcdefg"))
def test_any_words_may_stand_around_a_loop(digits: list[str], word: str) -> None:
    around = " ".join([word, *(digits and ["x"]), "1 " * 12, word])
    assert goes_round(words(around, 12.0), 12.0)
