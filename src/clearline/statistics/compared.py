"""Two shares compared: before and after, here and there. Newcombe 1998, Statistics in Medicine 17, 873-890 (method 10)."""

from enum import StrEnum
from math import sqrt

from clearline.statistics.intervals import Estimate, wilson

FEW = 30  # units on either side, under which nothing is said


class Effect(StrEnum):
    """What a difference says of a deed between the two."""

    HELPED = "helped"
    UNCLEAR = "too early to say"
    DID_NOT_HELP = "did not help"


def difference(before: tuple[int, int], after: tuple[int, int], confidence: float = 0.95) -> Estimate:
    """The share after less the share before (hits, of), by the square-and-add interval of two Wilson scores."""
    one, other = wilson(*after, confidence), wilson(*before, confidence)
    value = one.value - other.value
    low = value - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Estimate(value, max(-1.0, low), min(1.0, high))


def effect(before: tuple[int, int], after: tuple[int, int], confidence: float = 0.95) -> Effect:
    """Helped where the whole interval lies under none; did not where the share has not fallen, or surely not by half.

    With few calls on one side, or nothing before that could have fallen, it is too early, whatever they show.
    """
    if min(before[1], after[1]) < FEW or not before[0]:
        return Effect.UNCLEAR
    found = difference(before, after, confidence)
    if found.high < 0:
        return Effect.HELPED
    half = before[0] / before[1] / 2
    if found.value >= 0 or found.low > -half:
        return Effect.DID_NOT_HELP
    return Effect.UNCLEAR
