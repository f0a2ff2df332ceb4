from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.entities import START
from clearline.engine.skim import hear_all
from clearline.engine.topics import ACCOUNT_BEGINS, BEGINNINGS, CARD_BEGINS, CODE_BEGINS

Talk = list[tuple[str, str]]
ASKED = ("agent", "Your card number, please?")
CARDS = ["4111111111111111", "5555555555554444", "2223003122003222", "6011111111111117", "378282246310005"]


def begun(*turns: tuple[str, str] | str) -> list[tuple[int, str, int]]:
    """What began: in which turn, what, and at which word."""
    talk = [turn if isinstance(turn, tuple) else ("customer", turn) for turn in turns]
    return [
        (at, entity.kind, entity.parts[-1].last) for at, entity in hear_all(talk) if entity.kind in BEGINNINGS
    ]


@pytest.mark.parametrize(
    "first",
    [
        "It's 4111",
        "four one one one",
        "sure, it is fifty five, fifty five",
        "4111 11",
        "uh, 3782 82",
        "2223 00",
    ],
)
def test_a_card_that_was_asked_for_begins_with_its_first_four_digits(first: str) -> None:
    assert [kind for _, kind, _ in begun(ASKED, first)] == [CARD_BEGINS]


def test_it_has_begun_at_the_fourth_digit_and_not_at_the_last() -> None:
    assert begun(ASKED, "It's 4111 1111 1111 1111.") == [(1, CARD_BEGINS, 1)]


def test_a_card_begins_once_in_however_many_turns_it_is_read() -> None:
    assert begun(
        ASKED, "four one", "one one", "one one one one", "yes", "one one one one, one one one one"
    ) == [(2, CARD_BEGINS, 1)]


@pytest.mark.parametrize(
    "first", ["4111 1111", "4111-1111-11", "four one one one, one one one one", "41111111111"]
)
def test_without_a_word_of_a_card_it_begins_where_it_is_read_as_a_card_is(first: str) -> None:
    assert [kind for _, kind, _ in begun(first)] == [CARD_BEGINS]


def test_fours_in_turns_of_their_own_begin_a_card() -> None:
    assert [(at, kind) for at, kind, _ in begun("4111", "1111", "1111")] == [(1, CARD_BEGINS)]


def test_a_code_begins_before_its_third_digit() -> None:
    assert begun(("agent", "And the three digits on the back?"), "four one") == [(1, CODE_BEGINS, 1)]
    assert begun("the code on the back is four", "uh, one seven") == [(1, CODE_BEGINS, 1)]


def test_a_bank_account_begins_with_four_digits() -> None:
    assert [
        kind for _, kind, _ in begun(("agent", "And your bank account number?"), "one two three four")
    ] == [ACCOUNT_BEGINS]


@pytest.mark.parametrize(
    "talk",
    [
        ["My number is 415 555 0134"],
        ["four one five, five five five, oh one three four"],
        ["4155550134"],
        [("agent", "The order number, please?"), "4111 1111 11"],
        [("agent", "Can I have the tracking number?"), "5555 5555 5555"],
        [("agent", "What is your phone number?"), "4111 1111"],
        ["I paid $4,511 by card."],
        ["I'd pay 45 dollars with my card."],
        ["With my card I ordered it on 5/12/2026."],
        [ASKED, "The one ending in 4444."],
        [ASKED, "It expires 04 29."],
        [ASKED, "I live at 12 Main Street."],
        ["It was 4 of the 12 boxes, and 5 of the 30."],
        ["My flight is at 5 15 on the 22nd, seat 41."],
        [("agent", "Which house number?"), "417"],
        ["the code for the door is 41"],
    ],
)
def test_other_numbers_begin_nothing(talk: list[tuple[str, str] | str]) -> None:
    assert begun(*talk) == []


@given(st.sampled_from(CARDS), st.integers(2, 5), st.booleans())
def test_whatever_card_is_read_has_begun_before_it_is_complete(card: str, size: int, asked: bool) -> None:
    pieces = [card[at : at + size] for at in range(0, len(card), size)]
    talk: Talk = [ASKED] if asked else []
    talk += [("customer", " ".join(piece)) for piece in pieces]
    heard = [
        (at, entity.kind) for at, entity in hear_all(talk) if entity.kind in {CARD_BEGINS, "payment_card"}
    ]
    completed = [at for at, kind in heard if kind == "payment_card"]
    began = [at for at, kind in heard if kind == CARD_BEGINS]
    assert len(began) == 1
    assert began[0] <= min(completed, default=len(talk)) - asked


def test_a_beginning_shows_no_digits() -> None:
    _, entities = START.hear("customer", "4111 1111 11")
    assert "41" not in repr(entities)
