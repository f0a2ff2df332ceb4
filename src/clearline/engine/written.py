"""Entities that show by their form alone: addresses, phone numbers and account numbers as they are written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from clearline.engine.checks import iban_length, is_iban, is_ssn
from clearline.engine.numbers import number, vocabulary
from clearline.engine.topics import EMAIL, IBAN, PHONE, SSN, Topic
from clearline.engine.words import spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EMAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_EDGE, _END = r"(?<![\w+])(?<!\w')(?<!\d[-. ])", r"(?![-.]?\d)(?! \d)(?!'?\w)"
_NANP = re.compile(
    _EDGE
    + r"(?:\+?1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}(?: ?(?:x|ext\.?) ?\d{1,5})?"
    + _END
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9](?:[ ().-]{0,3}\d){6,14}" + _END)
_SSN = re.compile(_EDGE + r"\d{3}-\d{2}-\d{4}" + _END)
_THREE_DIGITS = re.compile(r"\d\d\d")

_PROVIDERS = frozenset(
    vocabulary("gmail googlemail yahoo hotmail outlook icloud aol proton protonmail msn live comcast")
)
_JOINTS = frozenset(vocabulary("dot underscore dash hyphen plus period"))
_AT, DOTS = "at", frozenset({"dot", "period"})
_TOP = re.compile(
    r"com|net|org|edu|gov|io|co|info|biz|me|us|uk|ca|au|nz|ie|in|de|fr|es|it|nl|eu|ch|at|se|no|dk|fi|pl"
)
_MAX_ADDRESS = 12  # words on either side of the at


class Written(NamedTuple):
    """What kind of thing it is, and its words (first..last)."""

    kind: str
    first: int
    last: int


def written(text: str, words: Sequence[str], about: Sequence[Topic]) -> list[Written]:
    """Everything in the text that shows by its form what it is, no two on the same words."""
    names = {topic.name for topic in about}
    found: list[Written] = []
    if "@" in text or "+" in text or _THREE_DIGITS.search(text):
        found += _formatted(text)
    found += _ibans(words, spelled=IBAN in names)
    if _AT in words and not DOTS.isdisjoint(words):
        found += _spoken_emails(words, mailing=EMAIL in names)
    apart: list[Written] = []
    for one in sorted(found, key=lambda one: (one.first, -one.last)):
        if not apart or one.first > apart[-1].last:
            apart.append(one)
    return apart


def is_formatted(text: str) -> bool:
    """True if an address or a number stands in the text as it is written, not as it is said."""
    return any(_matches(text))


def _formatted(text: str) -> Iterator[Written]:
    places = list(_matches(text))
    if not places:
        return
    words = spans(text)
    starts, ends = [start for start, _ in words], [end for _, end in words]
    for kind, start, end in places:
        yield Written(kind, bisect_right(ends, start), bisect_left(starts, end) - 1)


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    if "@" in text:
        yield from ((EMAIL, *match.span()) for match in _EMAIL.finditer(text))
    for pattern in (_NANP, _INTERNATIONAL):
        yield from ((PHONE, *match.span()) for match in pattern.finditer(text))
    yield from ((SSN, *match.span()) for match in _SSN.finditer(text) if is_ssn(match[0].replace("-", "")))


def _ibans(words: Sequence[str], *, spelled: bool) -> Iterator[Written]:
    """Groups of letters and digits from country and check digits on, where wished also spelled out."""
    after = 0
    for at, word in enumerate(words):
        begins = word[2:4].isdecimal() and len(word) >= 4 and word.isascii() and iban_length(word)
        if at >= after and (begins or (spelled and len(word) <= 2 and word.isalpha())):
            after = _iban_end(words, at)
            if after:
                yield Written(IBAN, at, after - 1)


def _iban_end(words: Sequence[str], first: int) -> int:
    signs, at, length = "", first, 0
    while at < len(words):
        digits, after = number(words, at)
        if words[at] == "o" or not digits:
            if at > first and len(words[at]) not in {1, 4} and words[at].isalpha():
                return 0  # a word of the talk, which is neither a letter nor a group
            digits, after = words[at], at + 1
        signs += digits
        at = after
        if len(signs) >= 2:
            length = length or iban_length(signs)
            if not length or len(signs) > length:
                return 0
        if len(signs) == length:
            return at if is_iban(signs) else 0
    return 0


def _spoken_emails(words: Sequence[str], *, mailing: bool) -> Iterator[Written]:
    """As in "dana dot smith at example dot com"; "look at example dot com" is none without talk of mail."""
    for at, word in enumerate(words):
        if word != _AT or at == 0:
            continue
        end = _domain_end(words, at + 1)
        if not end:
            continue
        first = _local_start(words, at - 1)
        if mailing or first < at - 1 or words[at + 1] in _PROVIDERS:
            yield Written(EMAIL, first, end - 1)


def _domain_end(words: Sequence[str], start: int) -> int:
    """The word after the last `dot com`; 0 if there is no such thing."""
    end, at = 0, start
    while at + 2 < len(words) + 1 and at < start + _MAX_ADDRESS:
        at += 1
        if at + 1 < len(words) and words[at] in DOTS:
            end = at + 2 if _TOP.fullmatch(words[at + 1]) else end
            at += 1
        elif words[at - 1] not in DOTS and at - start > 2:
            break
    return end


def _local_start(words: Sequence[str], last: int) -> int:
    first = last
    while first > 0 and last - first < _MAX_ADDRESS:
        before, here = words[first - 1], words[first]
        joint = before in _JOINTS or here in _JOINTS
        counted = bool(number([before, ""], 0)[0]) or here.isdecimal() or bool(number([here, ""], 0)[0])
        spelled = len(before) == 1 and len(here) == 1
        if not (joint or spelled or (counted and before not in {"is", "its", "at", "to"})):
            break
        first -= 1
    return first
