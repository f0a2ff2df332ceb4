"""Numbers as people say and write them, as digits with the words that said them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from clearline.engine.words import normalise, spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


def vocabulary(words: str) -> tuple[str, ...]:
    """The words of a list that is written as text."""
    return tuple(words.split())


ZEROS = frozenset(vocabulary("zero oh o nought naught nil zeros zeroes ohs noughts"))
UNITS = dict(zip(vocabulary("one two three four five six seven eight nine"), range(1, 10), strict=True))
_TEENS = vocabulary("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
SMALL = UNITS | dict(zip(_TEENS, range(10, 20), strict=True))
_TENS = vocabulary("twenty thirty forty fifty sixty seventy eighty ninety")
TENS = dict(zip(_TENS, range(20, 100, 10), strict=True))
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
PLURALS = {f"{word}{'es' if word == 'six' else 's'}": value for word, value in UNITS.items()}
NUMBER_WORDS = ZEROS | SMALL.keys() | TENS.keys() | REPEATS.keys()

CORRECTIONS = frozenset(vocabulary("no wait sorry actually correction oops rather mean scratch"))
FILLERS = CORRECTIONS | frozenset(
    vocabulary(
        "uh um er erm ah eh hmm mm okay ok and then comma dash hyphen minus slash dot space so yeah yes right like "
        "well i not that make"
    )
)
MAX_FILLERS = 6  # in a row; more is talk between two numbers

# A number that counts one of these is no part of anything that is read out.
COUNTED = frozenset(
    vocabulary(
        "dollar dollars buck bucks cent cents pound pounds quid euro euros percent hundred thousand million billion "
        "grand k am pm oclock second seconds sec secs moment minute minutes min mins hour hours day days week weeks "
        "month months year years times item items people person more of thing things digit digits number numbers "
        "units pieces boxes pairs st nd rd th ml oz kg lb lbs mm cm inch inches ft gb mb tb"
    )
)
POINTING = frozenset(vocabulary("this that which the no any each every another only last"))
CURRENCY = tuple("$£€¥")

FAR = 1_000  # stands for the words between two numbers that do not belong together
_WHOLE = range(
    10, 12
)  # digits of a written number, as an item or a phone has, that is no piece of a longer one
_LISTED = re.compile(r"[|•→]|\n\s*(?:\n|\S)")  # a table, a list, a new paragraph; a line may just be wrapped
_OPENING, _CLOSING = tuple('([{"'), tuple(')]}"')
_AREA = 5  # digits of the longest area code, which stands in brackets and yet goes on
_DASHES = frozenset("-\N{NON-BREAKING HYPHEN}")
_DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)
_MASKED = re.compile(r"(?:\*{3,}|•{2,})\s?$")


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """Digits that were said as one number, and its words; `undo` digits before it are taken back."""

    digits: str
    first: int
    last: int
    undo: int = 0
    pause: bool = True  # something other than a space or a dash stands before it


class Heard:
    """A text, its words, and what stands between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = normalise(text).split()

    def gap(self, index: int) -> str:
        """What stands in the text before a word; before the one that would follow the last, what is left."""
        return self.text[self._edges[2 * index] : self._edges[2 * index + 1]]

    @cached_property
    def _edges(self) -> list[int]:
        places = spans(self.text)  # slow, and most utterances are done without
        return [0, *chain.from_iterable(places), len(self.text)]


def runs(heard: Heard, taken: Collection[int] = ()) -> list[list[Group]]:
    """The numbers that follow each other with at most fillers between them; words in `taken` are no numbers.

    A correction ("no wait, four two") replaces as many digits as it says up to the next pause; "4 not 5" drops the 5.
    """
    found: list[list[Group]] = []
    fixing = False
    for group, between in _groups(heard, taken):
        if between is None or not found:
            if not _is_sigh(heard, group):
                found.append([group])
            fixing = False
            continue
        pause = bool(between) or group.pause
        if between and between[-1] == "not":
            found[-1].append(Group("", group.first, group.last))
        elif not CORRECTIONS.isdisjoint(between):
            found[-1].append(Group(group.digits, group.first, group.last, len(group.digits)))
            fixing = len(group.digits) == 1
            continue
        elif fixing and not pause:
            _widen_correction(found[-1], group)
            continue
        else:
            found[-1].append(Group(group.digits, group.first, group.last, 0, pause))
        fixing = False
    return found


def _groups(heard: Heard, taken: Collection[int]) -> Iterator[tuple[Group, list[str] | None]]:
    """Each number with the fillers since the one before it; None where there is more than fillers."""
    words = heard.words
    end, before = 0, None
    for index, word in enumerate(words):
        if index < end or not (word in NUMBER_WORDS or word.isdecimal()) or index in taken:
            continue
        end = _amount_end(heard, index)
        if end > index:
            continue
        digits, end = _date(heard, index) or number(words, index)
        if digits and not _counts(heard, index, end) and not _is_reference(heard, index, digits):
            group = Group(digits, index, end - 1, 0, _is_pause(heard.gap(index)))
            yield group, _fillers(heard, before, group) if before else None
            before = group


def distance(heard: Heard, before: Group, after: Group) -> int:
    """The words between two numbers; FAR where the text is a list of things, or one of them is a whole number."""
    first, last = before.last + 1, after.first
    whole = _is_whole(heard, before) or _is_whole(heard, after)
    parted = (
        (whole and (last > first or after.pause))
        or (len(before.digits) > _AREA and heard.gap(first).startswith(_CLOSING))
        or (len(after.digits) > _AREA and heard.gap(last).endswith(_OPENING))
        or any(_LISTED.search(heard.gap(index)) for index in range(first, last + 1))
    )
    return FAR if parted else last - first


def _is_whole(heard: Heard, group: Group) -> bool:
    written = heard.words[group.first].isdecimal()
    return written and (group.last > group.first or len(group.digits) in _WHOLE)


def _fillers(heard: Heard, before: Group, after: Group) -> list[str] | None:
    """The words between two numbers; None where they are more than fillers, or the numbers belong apart."""
    between = heard.words[before.last + 1 : after.first]
    if len(between) >= MAX_FILLERS or not FILLERS.issuperset(between):
        return None
    return between if not CORRECTIONS.isdisjoint(between) or distance(heard, before, after) < FAR else None


def number(words: Sequence[str], index: int) -> tuple[str, int]:
    """The digits of the number that begins at a word and the word after it; no digits where none begins."""
    word = words[index]
    if word.isdecimal():
        return word if word.isascii() else "".join(str(int(digit)) for digit in word), index + 1
    if word in ZEROS:
        return "0", index + 1
    following = words[index + 1] if index + 1 < len(words) else ""
    if word in REPEATS:
        digit = _digit(following)
        return (digit * REPEATS[word], index + 2) if digit else ("", index + 1)
    value, end = _hundreds(words, index)
    if value and _at(words, end) == "thousand":
        rest, after = _hundreds(words, _past_and(words, end + 1))
        value, end = value * 1000 + rest, after if rest else end + 1
    return (str(value), end) if value else ("", index + 1)


def _hundreds(words: Sequence[str], index: int) -> tuple[int, int]:
    value, end = _below_hundred(words, index)
    if value and _at(words, end) == "hundred":
        rest, after = _below_hundred(words, _past_and(words, end + 1))
        value, end = value * 100 + rest, after if rest else end + 1
    return value, end


def _below_hundred(words: Sequence[str], index: int) -> tuple[int, int]:
    word = _at(words, index)
    if word in TENS:
        unit = UNITS.get(_at(words, index + 1), 0)
        return TENS[word] + unit, index + 1 + bool(unit)
    return SMALL.get(word, 0), index + 1


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if index < len(words) else ""


def _past_and(words: Sequence[str], index: int) -> int:
    return index + (_at(words, index) == "and")


def _digit(word: str) -> str:
    if word in ZEROS:
        return "0"
    if len(word) == 1 and word.isdecimal():
        return str(int(word))
    value = UNITS.get(word) or PLURALS.get(word)
    return str(value) if value else ""


def _is_pause(gap: str) -> bool:
    return gap.strip() not in {"", "-", ".", "/"} or "\n" in gap


def _date(heard: Heard, index: int) -> tuple[str, int] | None:
    """The digits of a date as 2026-11-23, which are one number, and the word after it."""
    date = heard.words[index : index + 3]
    if not _DATE.fullmatch("-".join(date)) or not _DASHES.issuperset(
        {heard.gap(index + 1), heard.gap(index + 2)}
    ):
        return None
    return "".join(date), index + 3


def _amount_end(heard: Heard, index: int) -> int:
    """The word after $12.99 or 1,299,000; the same word where no amount is written."""
    words = heard.words
    if not words[index].isdecimal():
        return index
    end = index + 1
    while end < len(words) and len(words[end]) == 3 and words[end].isdecimal() and heard.gap(end) == ",":
        end += 1
    grouped = end > index + 1 and len(words[index]) <= 3 and not heard.gap(end).startswith((",", "-"))
    if heard.gap(index).endswith(CURRENCY):
        cents = end < len(words) and heard.gap(end) == "." and words[end].isdecimal()
        return end + cents
    return end if grouped else index


def _is_reference(heard: Heard, index: int, digits: str) -> bool:
    """True for the digits of credit_card_2929732 and of **** 1111, which stand for a number that is not said."""
    gap = heard.gap(index)
    return (gap == "_" and len(digits) < _WHOLE.stop) or _MASKED.search(gap) is not None


def _counts(heard: Heard, first: int, end: int) -> bool:
    """True for the four of "four dollars", "last four", "this one" and 4%."""
    words = heard.words
    if _at(words, end) in COUNTED or heard.gap(end).lstrip().startswith(("%", "€")):
        return True
    before = words[first - 1] if first else ""
    if before not in POINTING or (before != "last" and words[first] != "one"):
        return False
    return before == "last" or not number([*words[end : end + 2], ""], 0)[0]


def _is_sigh(heard: Heard, group: Group) -> bool:
    """True for an `oh` that stands alone: no number follows it at once."""
    if heard.words[group.first] not in {"oh", "o"}:
        return False
    following = heard.words[group.last + 1 : group.last + 3]
    return not following or not number(following, 0)[0]


def _widen_correction(run: list[Group], group: Group) -> None:
    start = next(at for at in range(len(run) - 1, -1, -1) if run[at].undo)
    fix = run[start]
    run[start] = Group(fix.digits, fix.first, fix.last, fix.undo + len(group.digits), fix.pause)
    run.append(Group(group.digits, group.first, group.last, 0, pause=False))
