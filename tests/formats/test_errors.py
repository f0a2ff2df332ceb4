"""Messages say what, where and how to mend it, on one line, and never show a card."""

import pytest

from clearline.formats.errors import Excluded, NotRead, Unreadable, masked


def test_it_says_what_where_and_how_to_mend() -> None:
    fault = Unreadable("the cue is broken", "line 3", "Mend it.")
    assert str(fault) == "the cue is broken (line 3). Mend it."


def test_it_names_the_file_once_the_name_is_known() -> None:
    outcome = Excluded("holds no words")
    outcome.name = "a.json"
    assert str(outcome) == "a.json: holds no words"


def test_excluded_is_no_kind_of_unreadable() -> None:
    assert issubclass(Excluded, NotRead)
    assert not issubclass(Excluded, Unreadable)


@pytest.mark.parametrize(
    "card", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"]
)
def test_it_masks_card_digits_wherever_they_come_from(card: str) -> None:
    outcome = Unreadable(f"read {card}", f"at {card}", f"mend {card}")
    outcome.name = f"{card}.json"
    assert not set(str(outcome)) & set("0123456789")
    assert not set(Excluded(card).reason) & set("0123456789")


def test_it_leaves_positions_legible() -> None:
    assert masked("byte 12,345,678") == "byte 12,345,678"
    assert masked("$.Transcript[123456].Content") == "$.Transcript[123456].Content"


def test_a_message_stays_one_short_line() -> None:
    told = masked("a\nb\x00c\u2028d" + "x" * 1000, limit=20)
    assert told == "a b c dxxxxxxxxxxxx…"
