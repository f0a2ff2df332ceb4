"""A conversation without the digits that nobody may see, and findings that point into it."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import msgspec

from clearline.engine.events import UTTERANCE, Event
from clearline.engine.forms.form import Mark
from clearline.engine.listed import NOBODY, Listed
from clearline.engine.masking import mask_all, mask_digits, mask_heard
from clearline.engine.storing import HIDDEN, heard
from clearline.engine.verdicts import Duty, Finding
from clearline.engine.words import spans

Span = tuple[int, int]
_HIDDEN = re.compile(
    rf"\b{HIDDEN}\b(?:[\s.,/_-]*\b{HIDDEN}\b)*"
)  # words that were hidden and are part of no secret


class MaskedTalk:
    """The events of a timeline with their words masked; made before anything of them is shown."""

    def __init__(self, events: Iterable[Event], listed: Listed = NOBODY) -> None:
        self.events = tuple(events)
        spoken = [event for event in self.events if event.type == UTTERANCE]
        self._masked = {
            one.id: msgspec.structs.replace(one, data={**one.data, "text": listed.hide(mask_digits(text))})
            for one, text in zip(spoken, _texts(spoken), strict=True)
        }

    def event(self, event: Event) -> Event:
        """The event as it may be shown."""
        return self._masked.get(event.id, event)

    def finding(self, finding: Finding) -> Finding:
        """The finding with marks in the masked words, so that whoever quotes it quotes those."""
        breach = finding.breach
        moved = breach._replace(trigger=self.mark(breach.trigger), deed=self.mark(breach.deed))
        return finding._replace(breach=moved)

    def duty(self, duty: Duty) -> Duty:
        """The duty with its trigger in the masked words."""
        return duty._replace(trigger=self.mark(duty.trigger))

    def mark(self, mark: Mark | None) -> Mark | None:
        """The mark in the masked words: those that were hidden are all of their mask."""
        if mark is None or mark.event.id not in self._masked:
            return mark
        shown = self._masked[mark.event.id]
        if mark.last < 0 or _text(shown) == _text(mark.event):
            return mark._replace(event=shown)
        first, last = _moved(_text(mark.event), _text(shown), mark.first, mark.last)
        return mark._replace(event=shown, first=first, last=last)


def characters(mark: Mark) -> Span | None:
    """Where the marked words stand in the text of their event, with the brackets of masks; None if nowhere."""
    text = _text(mark.event)
    places = spans(text) if mark.event.type == UTTERANCE else []
    if not 0 <= mark.last < len(places):
        return None
    start, end = places[mark.first][0], places[mark.last][1]
    return start - (text[start - 1 : start] == "["), end + (text[end : end + 1] == "]")


def masked_name(name: str) -> str:
    """The name of a file in one line: no control characters, no card number, code or other secret.

    Long digits alone stay, or most recordings, which are called by time and number, could not be told apart.
    """
    plain = name.encode("utf-8", "backslashreplace").decode()
    return mask_all([("unknown", "".join(c if c.isprintable() else _escaped(c) for c in plain))])[0]


def masked_text(text: str) -> str:
    """A message, an id or a type that came from a file, in one line and without long digits."""
    return mask_digits(masked_name(text))


def _texts(spoken: Sequence[Event]) -> list[str]:
    """The words without secrets: by what was heard when they were stored or, where they never were, by listening."""
    stored = [heard(one) for one in spoken]
    if all(one is None for one in stored):
        return mask_all([(str(one.data.get("by", "unknown")), _text(one)) for one in spoken])
    told = [(index, entity) for index, some in enumerate(stored) for entity in some or ()]
    return [_HIDDEN.sub("[hidden]", text) for text in mask_heard([_text(one) for one in spoken], told)]


def _moved(before: str, after: str, first: int, last: int) -> Span:
    old, new = ([text[start:end].casefold() for start, end in spans(text)] for text in (before, after))
    found = [
        (new_first, new_last - 1)
        if tag != "equal"
        else (new_first + max(first - old_first, 0), new_first + min(last, old_last - 1) - old_first)
        for tag, old_first, old_last, new_first, new_last in SequenceMatcher(
            a=old, b=new, autojunk=False
        ).get_opcodes()
        if old_first <= last and first < old_last and new_first < new_last
    ]
    return (min(one[0] for one in found), max(one[1] for one in found)) if found else (0, -1)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _text(event: Event) -> str:
    return str(event.data.get("text", ""))
