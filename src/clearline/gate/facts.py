"""What an attempt's event says beside what the dialer told: places, hours, lists, consent, as they were looked up."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from clearline.engine.events import Instant
from clearline.gate.attempts import PURPOSES, SALES, TECHNOLOGIES, Attempt
from clearline.gate.hours import Hours
from clearline.gate.hours import Told as Open
from clearline.gate.lists.names import Sort, oldest, sort
from clearline.gate.places import NOWHERE, SUBDIVIDED, Places, candidates

ARTIFICIAL: Final = "prerecorded_or_artificial"
LINES: Final = {"mobile", "landline"}
_ARTIFICIAL: Final = frozenset(
    {
        "any",
        "artificial",
        "artificial voice",
        "ai voice",
        "prerecorded",
        "prerecorded voice",
        "recorded voice",
        "prerecorded artificial",
    }
)
"""How consents name what an artificial voice needs; who agreed to that agreed to people, too."""
_MANUAL: Final = frozenset({"human", "human manual", "manual", "by hand", "dialled by an agent"})
_DIALLED: Final = frozenset({"human dialer", "dialer", "autodialer", "autodialled"})
_BY_PEOPLE: Final[Mapping[str, frozenset[str]]] = {
    "human_manual": _MANUAL | _DIALLED,
    "human_dialer": _DIALLED,
    "text": frozenset({"text", "sms"}) | _DIALLED,
}
_KINDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("express", "prior express", "opt in", "double opt in", "oral", "verbal", "explicit"), 1),
    **dict.fromkeys(("written", "express written", "prior express written", "signed"), 2),
}
_OWN_WORDS: Final = ("seller", "debt", "caller_id")
_CLOSED: Final = Open(None, None, None, "nobody knows where this number is")
_LEVELS: Final = ("none", "express", "written")


class Permission(NamedTuple):
    """A consent that was given, and what it is for; what is empty was not limited, but for the purpose."""

    kind: str
    purpose: str
    channel: str = ""
    technology: str = ""
    number: str = ""
    seller: str = ""
    granted: Instant = 0
    revoked: Instant | None = None
    whole: bool = False  # the record holds the words that were shown, the number and the seller


class Known(NamedTuple):
    """What is known of whom a number may ring, and of the campaign; None: it was not looked up."""

    told: Places = NOWHERE
    postcodes: Sequence[str] = ()  # of whom the number may ring
    consents: Sequence[Sequence[Permission]] | None = None  # of each contact whom the number may ring
    consent: str = ""  # its level, where somebody else looked for it
    reassigned: str = ""
    abandoned_share: float | None = None
    emergencies: frozenset[str] | None = None
    line: str = ""
    stated: Mapping[str, Any] = {}  # facts that whoever asks vouches for
    unnamed: Sequence[str] = ()  # agent: nobody knows the one that is named, or one has to be
    objected: bool = False  # whoever had the number was erased or objected, and nothing else is known of them


class Found(Protocol):
    """What lists say of a number: see gate.lists.current."""

    @property
    def registry(self) -> bool | None: ...
    @property
    def states(self) -> Mapping[str, bool]: ...
    @property
    def litigators(self) -> bool | None: ...
    @property
    def unread(self) -> frozenset[str]: ...


class Facts(NamedTuple):
    """The data of the event to be, and what is said of the hours."""

    data: dict[str, Any]
    open: Open
    asked: tuple[Any, ...] = ()  # snapshots of lists


Lookup = Callable[[str], Any]


class Looking:
    """Looks up what the rules must know of an attempt."""

    def __init__(self, tables: Mapping[str, Any], lookup: Lookup | None = None) -> None:
        self.hours = Hours(tables) if "calling_hours" in tables and "state_hours" in tables else None
        self.lookup = lookup
        self.state_lists = frozenset(tables.get("state_lists", ()))

    def facts(
        self, attempt: Attempt, number: str, at: Instant, known: Known, clock: Instant | None = None
    ) -> Facts:
        """What is known at a moment, which is `clock` where people live; what is not known has no key."""
        data: dict[str, Any] = {"number": number}
        technology = technology_of(attempt)
        if attempt.purpose in PURPOSES:
            data["purpose"] = attempt.purpose
        if technology in TECHNOLOGIES:
            data["technology"] = technology
        line = attempt.line.strip().casefold() or known.line
        if line in LINES:
            data["line"] = line
        for name in _OWN_WORDS:
            if said := getattr(attempt, name):
                data[name] = said
        where = candidates(
            number,
            postcode=attempt.postcode,
            place=attempt.place,
            told=known.told,
            postcodes=known.postcodes,
        )
        now = at if clock is None else clock
        opened = self._hours(data, where, now, technology if technology in TECHNOLOGIES else "")
        self._known(data, where, known)
        level = known.consent or _level(attempt, technology, number, known.consents, at)
        if level:
            data["consent"] = level
        asked = self._lists(data, number, where, at)
        data.update(known.stated)
        return Facts(data, opened, asked)

    def _hours(self, data: dict[str, Any], where: Places, at: Instant, technology: str) -> Open:
        if where.places:
            data["places"] = list(where.places)
        if where.zones:
            data["zones"] = list(where.zones)
        if self.hours is None:
            return _CLOSED
        opened = self.hours.open(where.places, where.zones, at, technology=technology)
        if opened.national is not None:
            data["in_hours"] = opened.national
        if opened.state is not None:
            data["in_state_hours"] = opened.state
        return opened

    def _known(self, data: dict[str, Any], where: Places, known: Known) -> None:
        if known.emergencies is not None:
            data["emergency"] = not known.emergencies.isdisjoint(where.places)
        if known.objected:
            data["objected"] = True
        if known.reassigned:
            data["reassigned"] = known.reassigned
        if known.abandoned_share is not None:
            data["abandoned_share"] = known.abandoned_share

    def _lists(self, data: dict[str, Any], number: str, where: Places, at: Instant) -> tuple[Any, ...]:
        """What the lists say; a state's that is too old says of nobody that they are not on it."""
        if self.lookup is None:
            return ()
        found = self.lookup(number)
        fresh = [one.list for one in found.asked if at - one.made <= oldest(one.list)]
        data["fresh_lists"] = fresh
        if found.registry is not None:
            data["on_registry"] = found.registry
        if any(found.states.get(place) for place in where.places):
            data["on_state_list"] = True
        elif found.unread.isdisjoint(where.places) and all(
            place in found.states and place in fresh for place in self._listed(where.places)
        ):
            data["on_state_list"] = False
        if found.litigators is not None:
            data["on_litigator_list"] = found.litigators
        elif any(sort(one) is Sort.LITIGATORS for one in found.unread):
            data["litigator_list_unread"] = True
        return tuple(found.asked)

    def _listed(self, places: Iterable[str]) -> Iterator[str]:
        """The places that have a list of their own; all of a country's where nobody knows which part."""
        for place in places:
            if place in self.state_lists:
                yield place
            elif place in SUBDIVIDED:
                yield from (one for one in self.state_lists if one.startswith(f"{place}-"))


def technology_of(attempt: Attempt) -> str:
    """A voice that is no person's is an artificial one, whatever places the call (FCC 24-17)."""
    return attempt.technology if attempt.voice.strip().casefold() in {"", "human"} else ARTIFICIAL


def _agreed(told: str, technology: str) -> bool:
    """Whether a consent that names a technology is one for this; one that names none is for people who call."""
    words = frozenset(re.split(r"[,;/]| and | or ", " ".join(told.casefold().replace("_", " ").split())))
    if technology not in TECHNOLOGIES or technology == ARTIFICIAL:  # nobody knows which: it may be that one
        return bool(words & _ARTIFICIAL)
    return not told or bool(words & (_ARTIFICIAL | _BY_PEOPLE[technology]))


def _level(
    attempt: Attempt,
    technology: str,
    number: str,
    consents: Sequence[Sequence[Permission]] | None,
    at: Instant,
) -> str:
    """The level of consent that stands and covers the attempt, with everybody whom it may ring; empty: nobody looked."""
    if consents is None:
        return ""
    levels = [
        max(
            (_rank(one) for one in some if _stands(one, at) and _covers(one, attempt, technology, number)),
            default=0,
        )
        for some in consents
    ]
    return _LEVELS[min(levels, default=0)]


def _rank(one: Permission) -> int:
    """Of a consent by its kind; words that nobody has written down here are no consent.

    What is called written, and lacks what a written agreement says (47 CFR 64.1200(f)(9)), is as good as a spoken yes.
    """
    rank = _KINDS.get(" ".join(one.kind.casefold().replace("_", " ").replace("-", " ").split()), 0)
    return rank if one.whole else min(rank, _LEVELS.index("express"))


def _stands(one: Permission, at: Instant) -> bool:
    return one.granted <= at and (one.revoked is None or at < one.revoked)


def _covers(one: Permission, attempt: Attempt, technology: str, number: str) -> bool:
    """Whether the person agreed to this: purpose, channel, technology, number and seller are each looked at."""
    purposes = {"marketing"} if attempt.purpose in SALES else {attempt.purpose, "marketing"}
    channels = {"text", "sms"} if technology == "text" else {"call", "phone", "voice"}
    return (
        one.purpose in purposes
        and one.channel in {"", "any", *channels}
        and _agreed(one.technology, technology)
        and one.number in ("", number)
        and one.seller in ("", attempt.seller)
    )
