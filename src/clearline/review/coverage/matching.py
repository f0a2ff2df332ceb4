"""Calls of the switch that the record knows under another id: the same number within a minute of the same moment, and nothing else fits.

Nothing is guessed: where one of the two could be somebody else's, each is counted by itself and names what it may be.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from clearline.engine.events import SECOND, Instant
from clearline.evidence import many
from clearline.record.gone import fingerprint
from clearline.record.models import Call, ContactPoint, Timeline
from clearline.review.models import SwitchCall

CLOSE: Final = 60 * SECOND  # between what two clocks call the beginning of one call


class Matches(NamedTuple):
    """Which of the switch's calls are which of the record's, and which may be."""

    same: Mapping[str, str]  # the switch's id: the record's
    perhaps: Mapping[str, tuple[str, ...]]  # the switch's id: what it may be


class _Side(NamedTuple):
    at: Instant
    numbers: frozenset[str]
    before: str = ""  # what it was taken for when its day was last stated


def matched(since: Instant, until: Instant) -> Matches:
    """Of calls that began in this time, by the switch or by the record."""
    near = (since - 2 * CLOSE, until + 2 * CLOSE)  # whatever could be taken for one of them
    switch = _of_switch(*near)
    if not switch:
        return Matches({}, {})
    fits = _fitting(switch, _of_record(*near))
    back = Counter(call for calls in fits.values() for call in calls)
    same = {name: calls[0] for name, calls in fits.items() if len(calls) == 1 and back[calls[0]] == 1}
    return Matches(same, {name: calls for name, calls in fits.items() if name not in same})


def _fitting(switch: Mapping[str, _Side], here: Mapping[str, _Side]) -> dict[str, tuple[str, ...]]:
    """What each of the switch's calls may be; where its numbers are gone, what it was taken for before."""
    by_number: dict[str, list[str]] = defaultdict(list)
    for name, one in here.items():
        for number in one.numbers:
            by_number[number].append(name)
    fits = {}
    for name, one in switch.items():
        close = {call for number in one.numbers for call in by_number[number]}
        fits[name] = tuple(sorted(call for call in close if abs(here[call].at - one.at) <= CLOSE))
    before = known({one.before for name, one in switch.items() if one.before and not fits[name]})
    settled = {name: (one.before,) for name, one in switch.items() if not fits[name] and one.before in before}
    return {name: calls for name, calls in (fits | settled).items() if calls}


def _of_switch(since: Instant, until: Instant) -> dict[str, _Side]:
    """Those with a number whose id the record does not know."""
    rows = SwitchCall.objects.filter(at__gte=since, at__lt=until).exclude(numbers="", matched="")
    found = {
        call: _Side(at, frozenset(told.split()), before)
        for call, at, told, before in rows.values_list("call", "at", "numbers", "matched")
    }
    for name in known(found):
        del found[name]
    return found


def _of_record(since: Instant, until: Instant) -> dict[str, _Side]:
    """Those with a contact's number whose id the switch does not know."""
    rows = Call.objects.filter(started__gte=since, started__lt=until).exclude(contact=None)
    found = {name: (at, who) for name, at, who in rows.values_list("timeline__subject", "started", "contact")}
    for (name,) in many.select(SwitchCall, ["call"], call=list(found)):
        del found[name]
    numbers: dict[int, set[str]] = defaultdict(set)
    points = {who for _, who in found.values()}
    phone = ContactPoint.Kind.PHONE.value
    for who, value in many.select(ContactPoint, ["contact_id", "value"], kind=phone, contact_id=list(points)):
        numbers[who].add(hashed(value))
    return {name: _Side(at, frozenset(numbers[who])) for name, (at, who) in found.items()}


def known(names: Collection[str]) -> set[str]:
    """Those of these calls that the record has, on whatever day."""
    rows = many.select(Timeline, ["id", "subject"], kind="call", subject=list(names))
    ids: dict[int, str] = {key: subject for key, subject in rows}  # noqa: C416 # rows of two, not pairs
    return {ids[key] for (key,) in many.select(Call, ["timeline_id"], timeline_id=list(ids))}


def hashed(number: str) -> str:
    """A number as it is kept beside a call record: known again, and told to nobody."""
    return fingerprint(ContactPoint.Kind.PHONE, number).hex()
