"""From events to moments: what is said, heard or done, and at which word of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from clearline.engine.entities import Entity, Listener
from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event, Instant
from clearline.engine.rules import Kind, Signal
from clearline.engine.scan import Hit, Keeper, Lexicon
from clearline.engine.skim import hear_all
from clearline.engine.storing import heard as told
from clearline.engine.words import normalise, spans

Order: TypeAlias = tuple[
    Instant, int, str, int
]  # time, the sender's count, id, and the place within the event

START, END, WHOLE = "start", "end", "whole"
"""Edges: a forbidden signal counts at its first word, a required one at its last; whole events for first, last, next."""

ANY_EVENT = "*"
ANYONE = "anyone"
SPEAKING = {"agent_says": "agent", "customer_says": "customer", "somebody_says": ANYONE}
NOT_HEARD = "some of what was said was not heard"
UNCERTAIN = 0.5  # words that the recogniser trusts less than this are a question, not an answer


class Heard(NamedTuple):
    """One thing that an event shows."""

    name: str  # a signal, an entity, `agent_says`, or the event's type
    edge: str
    order: Order
    event: Event
    first: int = -1
    last: int = -1
    doubt: str = ""  # why it is not certain


class Moment(NamedTuple):
    """All that happens at one place of the order."""

    order: Order
    event: Event
    heard: tuple[Heard, ...]


class Hearing:
    """Finds the wanted signals in events, in order; keeps no state of its own."""

    def __init__(
        self,
        signals: Iterable[Signal],
        wanted: Iterable[tuple[str, str]],
        kind: Kind,
        *,
        portable: bool = False,
        keeper: Keeper | None = None,
    ) -> None:
        self.ends = kind.ends
        self.own = f"{kind.name}."  # events about the subject itself always make a moment: they teach its facts, or end it
        self.edges: dict[str, list[str]] = defaultdict(list)
        for name, edge in sorted(set(wanted)):
            self.edges[name].append(edge)
        spoken = [s for s in signals if s.name in self.edges and (s.phrases or s.entity)]
        self.by = {signal.name: signal.by for signal in spoken}
        self._of_phrase: list[tuple[str, bool]] = []  # signal, and whether the phrase takes back
        phrases: list[str] = []
        self._of_entity: dict[str, list[str]] = defaultdict(list)
        for signal in spoken:
            for phrase, takes_back in [(p, False) for p in signal.phrases] + [
                (p, True) for p in signal.unless
            ]:
                phrases.append(phrase)
                self._of_phrase.append((signal.name, takes_back))
            if signal.entity:
                self._of_entity[signal.entity].append(signal.name)
        self.lexicon = Lexicon(phrases, portable=portable, keeper=keeper)
        self._each_utterance = ANY_EVENT in self.edges or any(name in self.edges for name in SPEAKING)
        self._speaking = [(name, by) for name, by in SPEAKING.items() if name in self.edges]

    def moments(
        self, events: Sequence[Event], listener: Listener, earlier: Sequence[Event] = ()
    ) -> tuple[Listener, list[Moment]]:
        """The moments of events in order, and the listener after them; `earlier` are the utterances before."""
        utterances = [event for event in events if event.type == UTTERANCE]
        heard = [one for _, one in self._phrases(utterances)]
        past = [*earlier, *utterances]
        for index, event in enumerate(utterances, start=len(earlier)):
            listener, entities = self._entities(event, listener)
            for entity in entities:
                heard.extend(self._entity(entity, past[: index + 1]))
        for event in events:
            heard.extend(self._event(event))
        return listener, gathered(heard)

    def apart(
        self, events: Sequence[Event], listener: Listener
    ) -> Iterator[tuple[Listener, tuple[Heard, ...]]]:
        """What each event of a whole timeline shows, and the listener after it, with one pass over all their words."""
        utterances = [event for event in events if event.type == UTTERANCE]
        said: list[list[Heard]] = [[] for _ in utterances]
        for index, one in self._phrases(utterances):
            said[index].append(one)
        spoken = 0
        for event in events:
            heard: list[Heard] = []
            if event.type == UTTERANCE:
                heard, spoken = said[spoken], spoken + 1
                listener, entities = self._completed(event, listener)
                for entity in entities:
                    heard.extend(self._entity(entity, utterances[:spoken]))
            heard.extend(self._event(event))
            yield listener, tuple(heard)

    def moments_of_many(self, timelines: Sequence[Sequence[Event]]) -> list[list[Moment]]:
        """The moments of many whole timelines, with one pass over all their words."""
        owners: list[int] = []
        spoken: list[list[Event]] = []
        for owner, events in enumerate(timelines):
            spoken.append([event for event in events if event.type == UTTERANCE])
            owners += [owner] * len(spoken[owner])
        heard: list[list[Heard]] = [[] for _ in timelines]
        for index, one in self._phrases([event for events in spoken for event in events]):
            heard[owners[index]].append(one)
        for owner, events in enumerate(timelines):
            if self._of_entity:
                for index, entity in _entities(spoken[owner]):
                    heard[owner].extend(self._entity(entity, spoken[owner][: index + 1]))
            for event in events:
                if event.type != UTTERANCE or self._each_utterance:
                    heard[owner].extend(self._event(event))
        return [gathered(some) for some in heard]

    def _phrases(self, utterances: Sequence[Event]) -> Iterator[tuple[int, Heard]]:
        """What phrases show, each with the index of its utterance."""
        found: dict[tuple[int, str], tuple[list[Hit], list[Hit]]] = {}
        for hit in self.lexicon.find([str(event.data.get("text", "")) for event in utterances]):
            name, takes_back = self._of_phrase[hit.phrase]
            found.setdefault((hit.utterance, name), ([], []))[takes_back].append(hit)
        for (index, name), (hits, refusals) in found.items():
            event = utterances[index]
            doubt = self._doubt(name, event)
            if doubt is None:
                continue
            for first, last in occurrences(hits, refusals):
                why = doubt or _uncertain(event, first, last)
                for one in self._words(name, event, first, last, why):
                    yield index, one

    def _entities(self, event: Event, listener: Listener) -> tuple[Listener, Sequence[Entity]]:
        """What an utterance completes, as it is heard or was heard before it was stored; nothing where no rule asks."""
        if not self._of_entity:
            return listener, ()
        entities = told(event)
        return (
            (listener, entities)
            if entities is not None
            else listener.hear(_by(event), str(event.data.get("text", "")))
        )

    def _completed(self, event: Event, listener: Listener) -> tuple[Listener, Sequence[Entity]]:
        """What an utterance completes, as it is heard or was heard before it was stored; nothing where no rule asks."""
        if not self._of_entity:
            return listener, ()
        entities = told(event)
        return (
            (listener, entities)
            if entities is not None
            else listener.hear(_by(event), str(event.data.get("text", "")))
        )

    def _entity(self, entity: Entity, past: Sequence[Event]) -> Iterator[Heard]:
        """An entity split over turns starts in one utterance and ends in another."""
        opening, closing = entity.parts[0], entity.parts[-1]
        event, begun = past[-1 - closing.back], past[-1 - opening.back]
        unsure = "" if entity.certain else "the digits do not check"
        for name in self._of_entity[entity.kind]:
            doubt = self._doubt(name, event)
            if doubt is None:
                continue
            if begun is event:
                yield from self._words(name, event, opening.first, closing.last, doubt or unsure)
                continue
            for edge in self.edges[name]:
                part, where = (opening, begun) if edge == START else (closing, event)
                yield from self._words(name, where, part.first, part.last, doubt or unsure, (edge,))

    def _doubt(self, name: str, event: Event) -> str | None:
        """None where somebody else's words don't count; a reason where it is not known whose they are."""
        wanted, by = self.by[name], _by(event)
        if not wanted or by in wanted:
            return ""
        return f"it is not known who speaks; {' or '.join(wanted)} was needed" if by == "unknown" else None

    def _words(
        self, name: str, event: Event, first: int, last: int, doubt: str, edges: Sequence[str] = ()
    ) -> Iterator[Heard]:
        for edge in edges or self.edges[name]:
            yield Heard(name, edge, word_order(event, edge, first, last), event, first, last, doubt)

    def _event(self, event: Event) -> Iterator[Heard]:
        if event.type == UTTERANCE:
            for name, wanted in self._speaking:
                by = _by(event)
                if wanted in (ANYONE, by) or by == "unknown":
                    doubt = (
                        "" if wanted in (ANYONE, by) else f"it is not known who speaks; {wanted} was needed"
                    )
                    for edge in self.edges[name]:
                        order = word_order(event, edge, 0, -1)
                        yield Heard(name, edge, order, event, doubt=doubt)
            if ANY_EVENT in self.edges:
                yield Heard(ANY_EVENT, WHOLE, (event.at, event.seq, event.id, -1), event)
            return
        if event.type == UNHEARD:
            yield from self._unheard(event)
            return
        order = (event.at, event.seq, event.id, 0)
        for edge in self.edges.get(event.type, ()):
            yield Heard(event.type, edge, order, event)
        if ANY_EVENT in self.edges and event.type != self.ends:
            yield Heard(ANY_EVENT, WHOLE, order, event)
        if event.type.startswith(self.own) or event.type == self.ends:
            yield Heard("", WHOLE, order, event)

    def _unheard(self, event: Event) -> Iterator[Heard]:
        """All that may have been said, from the first moment to the last: each in doubt."""
        for order in (word_order(event, START, 0, -1), word_order(event, END, 0, -1)):
            yield Heard("", WHOLE, order, event)
            if ANY_EVENT in self.edges:
                yield Heard(ANY_EVENT, WHOLE, order, event, doubt=NOT_HEARD)
            for name, by in (*self.by.items(), *((name, (one,)) for name, one in self._speaking)):
                if not by or ANYONE in by or _by(event) in {*by, "unknown"}:
                    for edge in self.edges[name]:
                        yield Heard(name, edge, order, event, doubt=NOT_HEARD)


def _entities(utterances: Sequence[Event]) -> Iterable[tuple[int, Entity]]:
    """All that is heard in a conversation, or was heard before it was stored."""
    before = [told(event) for event in utterances]
    if all(one is None for one in before):
        return hear_all([(_by(event), str(event.data.get("text", ""))) for event in utterances])
    return ((index, entity) for index, entities in enumerate(before) for entity in entities or ())


def gathered(heard: Iterable[Heard]) -> list[Moment]:
    """What was heard, gathered into moments in order."""
    together: dict[Order, list[Heard]] = defaultdict(list)
    for one in heard:
        together[one.order].append(one)
    return [Moment(order, together[order][0].event, tuple(together[order])) for order in sorted(together)]


def occurrences(hits: list[Hit], refusals: list[Hit]) -> Iterator[tuple[int, int]]:
    """The spans of a signal in one utterance: overlapping hits are one, and one that meets a refusal is none.

    It starts at the first word of its first hit, and is said once the hit that ends first has ended.
    """
    first = last = reach = -1
    for hit in sorted(hits, key=lambda hit: (hit.first, hit.last)):
        if any(hit.first <= refusal.last and refusal.first <= hit.last for refusal in refusals):
            continue
        if hit.first > reach:
            if reach >= 0:
                yield first, last
            first, last, reach = hit.first, hit.last, hit.last
        else:
            last, reach = min(last, hit.last), max(reach, hit.last)
    if reach >= 0:
        yield first, last


def word_order(event: Event, edge: str, first: int, last: int) -> Order:
    """Where the edge of a span of words stands: at its first word's start or its last word's end."""
    if edge == WHOLE:
        return (event.at, event.seq, event.id, -1)
    if edge == START:
        return (event.at + offset(event, first, 0), event.seq, event.id, 2 * first)
    place = 2 * last + 1 if last >= 0 else 1_000_000_000  # after every word
    return (event.at + offset(event, last, 1), event.seq, event.id, place)


def offset(event: Event, word: int, edge: int) -> Instant:
    """Microseconds from the event's time to the start (edge 0) or end (1) of a word; -1 is the last word.

    Words without times of their own are placed evenly by their letters where the whole has a length.
    """
    timed = event.data.get("words")
    if timed:
        return _timed_offset(timed, word, edge)
    seconds = event.data.get("seconds")
    if not seconds:
        return 0
    text = str(event.data.get("text", ""))
    if word < 0:
        return round(float(seconds) * SECOND)
    places = spans(text)
    return round(float(seconds) * SECOND * places[word][edge] / len(text)) if word < len(places) else 0


def _timed_offset(timed: Sequence[Sequence[Any]], word: int, edge: int) -> Instant:
    """A recogniser's word may be several of ours (`e-mail`) or none (`-`)."""
    if word < 0:
        return round(float(timed[-1][2]) * SECOND)
    index = _recognised(timed, word)
    return round(float(timed[index][1 + edge]) * SECOND)


def _recognised(timed: Sequence[Sequence[Any]], word: int) -> int:
    count = 0
    for index, one in enumerate(timed):
        count += len(normalise(str(one[0])).split())
        if count > word:
            return index
    return len(timed) - 1


def _uncertain(event: Event, first: int, last: int) -> str:
    """Why the words can't be trusted, where the recogniser says how sure it is."""
    sure = event.data.get("confidence")
    timed = event.data.get("words")
    if timed:
        said = timed[_recognised(timed, first) : _recognised(timed, last) + 1]
        trusts = [one[3] for one in said if len(one) > 3 and one[3] is not None]
        sure = sum(trusts) / len(trusts) if trusts else sure
    return f"the words are uncertain ({sure:.2f})" if sure is not None and sure < UNCERTAIN else ""


def _by(event: Event) -> str:
    return str(event.data.get("by", "unknown"))
