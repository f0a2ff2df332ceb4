"""What an answer rests on, in words: facts, attempts, lists, and times as they are where somebody may be."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from clearline.engine.events import SECOND, Instant
from clearline.gate.attempts import Attempt
from clearline.ui.wording import lasting, moment


class Local(NamedTuple):
    """An instant in the zones in which clocks show the same."""

    when: str
    zones: str


class Listed(NamedTuple):
    """A list that was asked, as it was."""

    name: str
    snapshot: str
    made: Instant
    age: str
    numbers: int | None


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _several(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, Sequence) and value else "none known"


def _percent(value: object) -> str:
    return f"{value * 100:.2f} %" if isinstance(value, float) else str(value)


def _plain(value: object) -> str:
    return str(value).replace("_", " ")


FACTS: Final[Mapping[str, tuple[str, Callable[[Any], str]]]] = {
    "places": ("The person may be in", _several),
    "zones": ("Time zones that this implies", _several),
    "in_hours": ("Within the national calling hours of all of these", _yes),
    "in_state_hours": ("Within the hours of the states", _yes),
    "emergency": ("A state of emergency is declared there", _yes),
    "on_registry": ("On the national do-not-call registry", _yes),
    "on_state_list": ("On a state's list", _yes),
    "on_litigator_list": ("On a list of litigators", _yes),
    "fresh_lists": ("Lists that are fresh enough to rely on", _several),
    "consent": ("Best consent that stands", _plain),
    "reassigned": ("Number given to somebody else since", _plain),
    "abandoned_share": ("Abandoned in the campaign's 30 days", _percent),
    "line": ("Kind of line", _plain),
    "technology": ("Placed", _plain),
    "purpose": ("For", _plain),
}
"""Facts in the order in which they are shown; what is not among them comes after, by its own name."""

_ATTEMPT: Final = (
    ("purpose", "Purpose"),
    ("technology", "Technology"),
    ("voice", "Voice"),
    ("campaign", "Campaign"),
    ("seller", "Seller"),
    ("postcode", "Postcode"),
    ("place", "Place"),
    ("line", "Line"),
    ("debt", "Debt"),
    ("caller_id", "Shown number"),
)
_SAID: Final = frozenset(
    {"number", "decision", "seller", "debt", "caller_id", "contact", "campaign", "agent"}
)


def facts(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every fact that was looked up, with its name in words."""
    known = [(label, tell(data[name])) for name, (label, tell) in FACTS.items() if name in data]
    others = [
        (name.replace("_", " "), _yes(value) if isinstance(value, bool) else _plain(value))
        for name, value in data.items()
        if name not in FACTS and name not in _SAID
    ]
    return known + others


def attempt(told: Attempt) -> list[tuple[str, str]]:
    """What whoever asked has said, but for the person and the number."""
    said = [(label, str(getattr(told, name))) for name, label in _ATTEMPT]
    return [(label, _plain(value)) for label, value in said if value]


def lists(told: Iterable[Mapping[str, Any]]) -> list[Listed]:
    """The snapshots that were asked."""
    return [
        Listed(
            str(one.get("list", "")),
            str(one.get("snapshot", "")),
            int(one.get("made", 0)),
            lasting(int(one.get("age", 0)) * SECOND),
            one.get("numbers"),
        )
        for one in told
    ]


def there(at: Instant, zones: Iterable[str]) -> list[Local]:
    """An instant as clocks show it in each zone; zones that agree stand together."""
    found: dict[str, list[str]] = {}
    for zone in zones:
        if zone in _zones():
            local = moment(at).astimezone(ZoneInfo(zone))
            found.setdefault(f"{local:%a %-d %b, %H:%M}", []).append(zone.replace("_", " "))
    return [Local(when, ", ".join(sorted(names))) for when, names in sorted(found.items())]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
