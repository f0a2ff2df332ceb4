"""The scripts can be read, and name only what there is."""

import re

import pytest

from clearline.cli.shop.dice import Dice
from clearline.cli.shop.filling import FILLED, TOLD
from clearline.cli.shop.numbers import WORDS, card, said
from clearline.cli.shop.scripts import lines, written
from clearline.engine.checks import luhn

BARE = {  # events that tell no more than that they happened
    "recording.started",
    "recording.paused",
    "recording.resumed",
    "recording.stopped",
    "call.held",
    "call.resumed",
}


@pytest.mark.parametrize("script", sorted(written()))
def test_a_script_fills_in_what_is_known_and_does_what_has_a_name(script: str) -> None:
    for line in lines(script):
        assert {name for words, _ in line.variants for name in re.findall(r"{(.*?)}", words)} <= set(FILLED)
        assert not line.type or line.type in BARE | set(TOLD)


def test_cards_have_a_right_check_digit() -> None:
    dice = Dice("cards")
    assert all(luhn(card(dice)) for _ in range(200))


def test_a_number_that_is_said_in_words_is_the_same_number() -> None:
    dice = Dice("said")
    for _ in range(100):
        number = card(dice)
        words = re.sub(r"double (\w+)", r"\1 \1", said(dice, number)).replace(",", "").split()
        assert "".join(str(WORDS.index(word)) if word in WORDS else word for word in words) == number
