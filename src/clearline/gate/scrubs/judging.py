"""Judges leads by the gate's own decisions: those of which the same is known get one decision, all others their own."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from clearline.engine.events import Instant
from clearline.gate.actions.deciding import LoggedGate
from clearline.gate.asked import reads
from clearline.gate.attempts import Answer, Attempt, Decision
from clearline.gate.deciding import KINDS
from clearline.gate.facts import LINES
from clearline.gate.lists.current import FoundMany, Lists
from clearline.gate.models import Override
from clearline.gate.places import Places, candidates, each, number_places, postcode_places
from clearline.gate.registry import AREAS, Numbers, nanp
from clearline.gate.scrubs.columns import numbers as numbers_of
from clearline.record.gone import objecting
from clearline.record.identities import NAMELESS
from clearline.record.models import Contact, ContactPoint, Remnant, Timeline
from clearline.record.watching import Watches

AT_ONCE: Final = 2_000  # decisions that are made together
_OTHERS: Final = ((), ("US",), ("CA",), ("GB",), ("US", "GB"), ("DE",), ("US", "DE"))
"""The countries beside which a postcode may say different things."""


class Verdict(NamedTuple):
    """What a decision comes to for a lead: its answer, and the weightiest reason."""

    answer: Answer
    title: str = ""
    rule: str = ""
    cites: tuple[str, ...] = ()
    unknown: str = ""


class Columns(NamedTuple):
    """Leads as columns; a column that the file does not have is None."""

    numbers: Sequence[str]
    postcodes: Sequence[str] | None = None
    places: Sequence[str] | None = None
    contacts: Sequence[str] | None = None
    lines: Sequence[str] | None = None  # mobile or landline


class Judging:
    """Judges block after block by the lists and the record as they stood at the beginning."""

    def __init__(self, attempt: Attempt, at: Instant, lists: Lists, watches: Watches) -> None:
        self.attempt, self.at, self.lists = attempt, at, lists
        self.verdicts: list[Verdict] = []
        self.decided = 0
        self._gate = LoggedGate(lists.lookup, brief=True)
        self._watches = watches
        self._place_of: dict[Verdict, int] = {}
        self._alike: dict[tuple[int, ...], tuple[Any, ...]] = {}  # what is written of leads -> what follows
        self._decided: dict[tuple[Any, ...], int] = {}
        self._classes: dict[Any, int] = {}
        programs = filter(None, map(watches.judging.program, KINDS))
        self._each = any("number" in reads(one).values for one in programs)
        self._known = _known_numbers()
        self._objections = Remnant.objects.filter(kind=ContactPoint.Kind.PHONE).exists()
        areas = [self._class(number_places(f"+1{area}2000000")) for area in AREAS]
        self._areas = np.array(areas, np.int64)

    def judge(self, leads: Columns) -> NDArray[np.int64]:
        """Of each lead the place of its verdict in `verdicts`."""
        numbers = numbers_of(leads.numbers)
        order = np.argsort(numbers, kind="stable")
        sorted_numbers = numbers[order]
        found = self.lists.many(sorted_numbers)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        alone = self._alone(numbers, leads)
        result = np.zeros(len(numbers), np.int64)
        attempt_at = partial(self._attempt, leads, numbers)
        codes, where = self._codes(numbers, leads, found, back)
        self._decide_alike(np.flatnonzero(~alone), codes, where, attempt_at, result)
        for some in _chunks(np.flatnonzero(alone)):
            result[some] = self._decide([attempt_at(place) for place in some.tolist()])
        return result

    def _alone(self, numbers: Numbers, leads: Columns) -> NDArray[np.bool_]:
        """The leads whom the record knows, who are decided each by what it knows of them."""
        if self._each:
            return np.ones(len(numbers), np.bool_)
        alone = np.isin(numbers, self._known)
        if leads.contacts is not None:
            known = _known_contacts({cell.strip() for cell in leads.contacts} - {""})
            alone |= np.array([cell.strip() in known for cell in leads.contacts], np.bool_)
        if self._objections:
            told = {f"+{number}" for number in np.unique(numbers[numbers > 0]).tolist()}
            said = np.array([int(one) for one in objecting(ContactPoint.Kind.PHONE, told)], np.int64)
            alone |= np.isin(numbers, said)
        return alone

    def _codes(
        self, numbers: Numbers, leads: Columns, found: FoundMany, back: NDArray[np.int64]
    ) -> tuple[list[NDArray[np.int64]], int]:
        """All that two leads must have in common to be decided alike, as columns of small integers; how many say where."""
        american = nanp(numbers)
        areas = self._areas[np.where(american, (numbers - 10_000_000_000) // 10_000_000 - AREAS.start, 0)]
        for place in np.flatnonzero(~american).tolist():
            number = int(numbers[place])
            areas[place] = (
                self._class(number_places(f"+{number}")) if number else -1 - (not leads.numbers[place])
            )
        codes = [found.covered[back].astype(np.int64), found.registry[back].astype(np.int64)]
        codes += [column[back].astype(np.int64) for column in found.states.values()]
        if found.litigators is not None:
            codes.append(found.litigators[back].astype(np.int64))
        if leads.lines is not None:
            codes.append(self._column(leads.lines, _line))
        where = [areas]
        if leads.postcodes is not None:
            where.append(self._column(leads.postcodes, _postcode))
        if leads.places is not None:
            where.append(self._column(leads.places, str))
        return [*where, *codes], len(where)

    def _column(self, cells: Sequence[str], meaning: Callable[[str], Any]) -> NDArray[np.int64]:
        classes = {cell: self._class((meaning, meaning(cell))) for cell in set(cells)}
        return np.fromiter(map(classes.__getitem__, cells), np.int64, len(cells))

    def _decide_alike(
        self,
        which: NDArray[np.int64],
        codes: Sequence[NDArray[np.int64]],
        where: int,
        attempt_at: Callable[[int], Attempt],
        result: NDArray[np.int64],
    ) -> None:
        """One decision for all leads of which the same is known. Where they may be counts, not by what that is known."""
        if not len(which):
            return
        folded = np.zeros(len(which), np.int64)
        for column in codes:
            _, told = np.unique(column[which], return_inverse=True)
            _, folded = np.unique(folded * (int(told.max()) + 1) + told, return_inverse=True)
        _, first = np.unique(folded, return_index=True)
        ones = which[first]
        signatures = list(zip(*(column[ones].tolist() for column in codes), strict=True))
        new: dict[tuple[Any, ...], Attempt] = {}
        for one, signature in zip(ones.tolist(), signatures, strict=True):
            if signature not in self._alike:
                attempt = attempt_at(one)
                alike = (_where(attempt) if signature[0] >= 0 else signature[0], signature[where:])
                self._alike[signature] = alike
                if alike not in self._decided:
                    new[alike] = attempt
        for some in _chunks(np.arange(len(new))):
            asked = list(new)[some[0] : some[-1] + 1]
            self._decided |= zip(asked, self._decide([new[one] for one in asked]), strict=True)
        verdicts = [self._decided[self._alike[one]] for one in signatures]
        result[which] = np.array(verdicts, np.int64)[folded]

    def _decide(self, attempts: Sequence[Attempt]) -> list[int]:
        self.decided += len(attempts)
        told = map(verdict, self._gate.foretell(attempts, self.at, self._watches))
        return [self.place(one) for one in told]

    def place(self, told: Verdict) -> int:
        """Where a verdict stands in `verdicts`."""
        if told not in self._place_of:
            self._place_of[told] = len(self.verdicts)
            self.verdicts.append(told)
        return self._place_of[told]

    def _class(self, of: Any) -> int:
        return self._classes.setdefault(of, len(self._classes))

    def _attempt(self, leads: Columns, numbers: Numbers, place: int) -> Attempt:
        number = int(numbers[place])
        return replace(
            self.attempt,
            number=f"+{number}" if number else leads.numbers[place][:80],
            postcode=leads.postcodes[place] if leads.postcodes else "",
            place=leads.places[place] if leads.places else "",
            contact=leads.contacts[place].strip()[:128] if leads.contacts else "",
            line=_line(leads.lines[place]) if leads.lines else self.attempt.line,
        )


def verdict(decision: Decision) -> Verdict:
    """What a decision comes to."""
    if not decision.reasons:
        return Verdict(decision.answer)
    first = decision.reasons[0]
    return Verdict(decision.answer, first.title, first.rule, first.cites, first.unknown)


def _where(attempt: Attempt) -> Places:
    return candidates(attempt.number, postcode=attempt.postcode, place=attempt.place)


@lru_cache(1 << 17)
def _postcode(cell: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    several = each(cell.upper())
    return tuple(tuple(postcode_places(one, others) for one in several) for others in _OTHERS)


def _line(cell: str) -> str:
    """The kind of line; whatever else is written there says nothing."""
    told = cell.strip().casefold()
    return told if told in LINES else ""


def _known_numbers() -> Numbers:
    """Every number of which the record knows anything, in one pass."""
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE).values_list("value", flat=True)
    nameless = Timeline.objects.filter(kind="contact", subject__gte=NAMELESS, subject__lt="tel;").values_list(
        "subject", flat=True
    )
    overridden = Override.objects.filter(contact__startswith=NAMELESS).values_list("contact", flat=True)
    told = (
        one.removeprefix(NAMELESS)[1:] for rows in (points, nameless, overridden) for one in rows.iterator()
    )
    return np.unique(np.fromiter((int(one) for one in told if one.isdecimal() and len(one) < 18), np.int64))


def _known_contacts(asked: set[str]) -> set[str]:
    found: set[str] = set()
    names = sorted(asked)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        found |= set(
            Timeline.objects.filter(kind="contact", subject__in=some).values_list("subject", flat=True)
        )
        found |= set(Contact.objects.filter(subject__in=some).values_list("subject", flat=True))
        found |= set(Override.objects.filter(contact__in=some).values_list("contact", flat=True))
    return found


def _chunks(places: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))
