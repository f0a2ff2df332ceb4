"""How sure counting makes: the exact bound on a share, after so many cases of which so many went wrong."""

import math

CONFIDENCE = 0.95


def at_most(wrong: int, cases: int, confidence: float = CONFIDENCE) -> float:
    """The upper end of the exact one-sided interval for a share (Clopper and Pearson, 1934); 1 where nothing was counted.

    The largest share with which `wrong` or fewer of the cases would still be seen as often as the confidence leaves room for.
    """
    if not 0 <= wrong <= cases:
        raise ValueError(f"{wrong} of {cases} cases went wrong: that is no count")
    if wrong == cases:
        return 1.0
    low, high = wrong / cases, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _so_few(wrong, cases, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _so_few(wrong: int, cases: int, share: float) -> float:
    """The probability of at most `wrong` in so many cases."""
    if share >= 1.0:
        return 0.0
    if share <= 0.0:
        return 1.0
    term = cases * math.log1p(-share)  # of none; in logarithms, as it may be very small
    total, odds = math.exp(term), math.log(share) - math.log1p(-share)
    for count in range(wrong):
        term += math.log(cases - count) - math.log(count + 1) + odds
        total += math.exp(term)
    return total
