"""One call as a connection tells it: each event under an id that comes out the same when it is told again."""

from collections import Counter
from typing import Any

from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.formats.conversation import ANSWERED, said
from clearline.formats.streaming.frames import call_of, later, name_of
from clearline.formats.text import cleaned
from clearline.formats.turns import Turn

_LAST = 1 << 20  # the end of a call stands after all that happened at that instant


class Talk:
    """Knows what was told of a call on this connection, so that a correction replaces what it corrects."""

    def __init__(self, call: str) -> None:
        self.call = call_of(call)
        self.until: Instant = 0  # the end of the last words
        self._subjects = {"call": self.call}
        self._answered: Event | None = None
        self._last: dict[str, Event] = {}  # the words that stand, by the name under which they first came
        self._told: Counter[str] = Counter()

    def event(self, type_: str, at: Instant, *name: str | int, seq: int = 2, **data: Any) -> Event:
        """Something that happened in the call."""
        return Event(name_of(self.call, *name), type_, at, data, self._subjects, seq)

    def started(self, at: Instant, **data: Any) -> Event:
        return self.event("call.started", at, "started", seq=0, **{k: v for k, v in data.items() if v})

    def ended(self, at: Instant) -> Event:
        return self.event("call.ended", max(at, self.until), "ended", seq=_LAST)

    def partial(self, origin: Instant, turn: Turn, by: str, *name: str | int) -> list[Event]:
        """Words that may change; without words they take back those before."""
        return [self._words(origin, turn, by, name_of(self.call, *name))]

    def final(self, origin: Instant, turn: Turn, by: str, *name: str | int) -> list[Event]:
        """Words that stay, and with the first of them that the call was answered: whoever is heard has answered."""
        key = name_of(self.call, *name)
        spoken, before = self._words(origin, turn, by, key), self._last.get(key)
        if before is not None and (before.at, before.data) == (spoken.at, spoken.data):
            return []
        if before is None and not spoken.data["text"]:
            return []
        self._told[key] += 1
        if before is not None:
            number = self._told[key]
            spoken = Event(
                name_of(key, number), UTTERANCE, spoken.at, spoken.data, self._subjects, 2, before.id
            )
        self._last[key] = spoken
        self.until = max(self.until, later(spoken.at, spoken.data.get("seconds", 0)))
        return [*self._answer(spoken.at), spoken]

    def _answer(self, at: Instant) -> list[Event]:
        before = self._answered
        if before is not None and before.at <= at:
            return []
        told = self.event(ANSWERED, at, "answered", seq=1)
        if before is not None:  # words that came late were the first
            told = Event(name_of(told.id, at), ANSWERED, at, {}, self._subjects, 1, before.id)
        self._answered = told
        return [told]

    def _words(self, origin: Instant, turn: Turn, by: str, name: str) -> Event:
        turn.text = cleaned(turn.text)[0]
        start = turn.start or 0.0
        if turn.words and turn.words[0][1] is not None:
            start = turn.words[0][1]  # speech begins with its first word
        turn.start = start
        at = later(origin, start)
        return Event(name, UTTERANCE, at, said(turn, by, Counter()), self._subjects, 2)
