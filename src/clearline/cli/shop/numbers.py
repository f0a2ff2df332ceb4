"""Numbers as people say them, and card numbers that no bank has given out."""

from clearline.cli.shop.dice import Dice

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Numbers that card schemes and payment services print in their manuals for tests.
TEST_CARDS = (
    "4111111111111111",
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
)
TEST_RANGES = (
    "400000",
    "424242",
    "555555",
    "222300",
)  # prefixes of test numbers; no bank issues cards on them


def card(dice: Dice) -> str:
    """A card number whose check digit is right: one that is printed in manuals, or one of its kin."""
    if dice.chance(0.5):
        return dice.pick(TEST_CARDS)
    body = dice.pick(TEST_RANGES) + dice.digits(9)
    return body + _check(body)


def said(dice: Dice, digits: str) -> str:
    """Digits as a transcript has them: in figures by fours, or in words, doubles and all."""
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    if len(digits) == 15:
        groups = [digits[:4], digits[4:10], digits[10:]]
    if dice.chance(0.5):
        return " ".join(groups)
    doubles = dice.chance(0.5)
    return ", ".join(_words(group, doubles=doubles) for group in groups)


def _words(digits: str, *, doubles: bool) -> str:
    found, at = [], 0
    while at < len(digits):
        word = WORDS[int(digits[at])]
        if doubles and digits[at : at + 2] == digits[at] * 2:
            found.append(f"double {word}")
            at += 2
        else:
            found.append(word)
            at += 1
    return " ".join(found)


def spelled(digits: str) -> str:
    """Digits in words, one by one."""
    return " ".join(WORDS[int(one)] for one in digits)


def _check(body: str) -> str:
    """The digit that makes the Luhn sum right (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
