"""Card numbers as people say them, with where each stands: generated talk by which a redaction can be measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from clearline.engine.checks import luhn
from clearline.engine.numbers import vocabulary

CUSTOMER, AGENT = "customer", "agent"
_UNITS = vocabulary("oh one two three four five six seven eight nine")
_TEENS = vocabulary("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = vocabulary("ten twenty thirty forty fifty sixty seventy eighty ninety")
_BRANDS = (
    ("4", 16),
    ("51", 16),
    ("55", 16),
    ("2223", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("3530", 16),
)
_ASKED = (
    "What is the card number?",
    "Can I have the number on the card, please?",
    "Go ahead with the card number.",
)
_BEFORE = ("Sure, it's ", "Okay, ", "It is ", "", "Yeah so the number is ", "Um, ")
_AFTER = ("", ".", ", okay?", ". Did you get that?")
_LISTENING = ("Okay.", "Uh-huh.", "Got it.", "Go on.", "Mhm, go ahead.")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who says what; `secret` are the characters first..last (exclusive) of it that are part of the number."""

    by: str
    text: str
    secret: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A card number in one of the ways of saying it."""

    form: str
    turns: tuple[Turn, ...]


def talks(count: int, seed: int = 1) -> Iterator[Talk]:
    """So many talks, the ways of saying a number in turns."""
    random = Random(seed)  # noqa: S311 - these are no secrets, and are wanted the same again
    forms = list(FORMS)
    for number in range(count):
        form = forms[number % len(forms)]
        turns = FORMS[form](card(random), random)
        yield Talk(form, (Turn(AGENT, random.choice(_ASKED)), *turns))


def card(random: Random) -> str:
    """A card number of a brand that checks."""
    begin, length = random.choice(_BRANDS)
    digits = begin + "".join(random.choice("0123456789") for _ in range(length - len(begin) - 1))
    return next(digits + last for last in "0123456789" if luhn(digits + last))


def groups(digits: str) -> list[str]:
    """As it stands on the card."""
    sizes = (4, 6, 5) if len(digits) == 15 else (4, 4, 4, 4)
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    return [digits[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def in_words(digits: str) -> str:
    """Digit by digit."""
    return " ".join(_UNITS[int(digit)] for digit in digits)


def in_doubles(digits: str) -> str:
    """Digit by digit, with "double" and "triple" for those that repeat."""
    said, at = [], 0
    while at < len(digits):
        same = min(3, len(digits) - at - len(digits[at:].lstrip(digits[at])))
        said += [{1: "", 2: "double ", 3: "triple "}[same] + _UNITS[int(digits[at])]]
        at += same
    return " ".join(said)


def in_pairs(digits: str) -> str:
    """In twos: forty-one eleven; what is no number of two digits is said digit by digit."""
    said = []
    for at in range(0, len(digits), 2):
        pair = digits[at : at + 2]
        if len(pair) < 2 or pair[0] == "0":
            said.append(in_words(pair))
        elif pair[0] == "1":
            said.append(_TEENS[int(pair[1])])
        else:
            said.append(_TENS[int(pair[0]) - 1] + (f"-{_UNITS[int(pair[1])]}" if pair[1] != "0" else ""))
    return " ".join(said)


def _in_one(spell: Callable[[str], str], between: Sequence[str]) -> Callable[[str, Random], list[Turn]]:
    def said(digits: str, random: Random) -> list[Turn]:
        joint = random.choice(between)
        return [_turn(joint.join(map(spell, groups(digits))), random)]

    return said


def _read_back(digits: str, random: Random) -> list[Turn]:
    said = in_words(digits)
    again = " ".join(groups(digits)) if random.random() < 0.5 else said
    return [_turn(said, random), _whole(AGENT, again, "So that is ", ", right?"), Turn(CUSTOMER, "Yes.")]


def _corrected(digits: str, random: Random) -> list[Turn]:
    first, *rest = groups(digits)
    wrong = first[:-1] + str((int(first[-1]) + 1) % 10)
    fixed = random.choice((", no wait, ", ", sorry, ", ", I mean "))
    return [_turn(f"{in_words(wrong)}{fixed}{in_words(first)}, " + ", ".join(map(in_words, rest)), random)]


def _over_turns(digits: str, random: Random) -> list[Turn]:
    spell = random.choice((in_words, in_doubles, str))
    turns: list[Turn] = []
    for group in groups(digits):
        turns += [_whole(CUSTOMER, spell(group), "", "."), Turn(AGENT, random.choice(_LISTENING))]
    return turns


def _turn(secret: str, random: Random) -> Turn:
    return _whole(CUSTOMER, secret, random.choice(_BEFORE), random.choice(_AFTER))


def _whole(by: str, secret: str, before: str, after: str) -> Turn:
    return Turn(by, before + secret + after, (len(before), len(before) + len(secret)))


_PAUSES = (", ", " - ", ", uh, ", ". ", "... ")
FORMS: dict[str, Callable[[str, Random], list[Turn]]] = {
    "digits": _in_one(str, (" ", "-", "")),
    "words": _in_one(in_words, (" ",)),
    "double, triple": _in_one(in_doubles, (" ", ", ")),
    "pairs and teens": _in_one(in_pairs, (" ", ", ")),
    "grouped by pauses": _in_one(in_words, _PAUSES),
    "read back": _read_back,
    "corrected": _corrected,
    "split over turns": _over_turns,
}
