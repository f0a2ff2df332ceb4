"""How well the phrases of the pack `conversation` find what STAR's own acts say: precision and recall of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bench.lines import PACKS

from clearline.engine.entities import START
from clearline.engine.events import UTTERANCE, Event
from clearline.engine.hearing import END, Hearing
from clearline.engine.rules import KINDS
from clearline.rulebook.reading import load

ELSEWHERE = {"bank_inform_fraud_report_submitted"}  # claims that a rule of their own judges
SIGNALS = ("ask_to_confirm", "customer_yes", "success_claim")

Steps = Sequence[Mapping[str, Any]]


class Turn(NamedTuple):
    """Words, and whether they are what a signal looks for."""

    signal: str
    by: str
    text: str
    truth: bool
    act: str  # what the agent's act was, or what it did after the customer's words


class Phrases:
    """Hears the signals in single turns."""

    def __init__(self) -> None:
        book = load(PACKS)
        signals = [book.packs["conversation"].signals[name].signal for name in SIGNALS]
        self.names = {one.name: name for one, name in zip(signals, SIGNALS, strict=True)}
        self.hearing = Hearing(signals, [(name, END) for name in self.names], KINDS[0])
        self.tables = book.packs["star"].tables

    def found(self, turns: Sequence[Turn]) -> set[int]:
        """The places of the turns in which their own signal is heard."""
        events = [
            Event(str(n), UTTERANCE, n, {"by": turn.by, "text": turn.text}) for n, turn in enumerate(turns)
        ]
        _, moments = self.hearing.moments(events, START)
        heard = {(int(one.event.id), self.names[one.name]) for moment in moments for one in moment.heard}
        return {n for n, turn in enumerate(turns) if (n, turn.signal) in heard}

    def turns(self, steps: Steps) -> Iterator[Turn]:
        """The turns whose truth is known: what the agent picked from the chart, and the answers to its questions."""
        asks, claims = self.tables["asks_for"], {*self.tables["claims_of"], *ELSEWHERE}
        for index, step in enumerate(steps):
            act = step.get("ActionLabel", "custom")
            if step["Agent"] != "Wizard" or act == "custom":
                continue
            yield Turn("ask_to_confirm", "agent", step["Text"], act in asks, act)
            yield Turn("success_claim", "agent", step["Text"], act in claims, act)
            if act in asks:
                yield from answered(steps[index + 1 :], asks[act])


def answered(steps: Steps, api: str) -> Iterator[Turn]:
    """The customer's answer to a question: a yes if the agent books before anybody speaks again."""
    words = ""
    for step in steps:
        if step["Action"] in ("utter", "pick_suggestion"):
            if words or step["Agent"] != "User":
                break
            words = step["Text"]
        elif words and books(step, api):
            yield Turn("customer_yes", "customer", words, truth=True, act="booked")
            return
    if words:
        yield Turn("customer_yes", "customer", words, truth=False, act="not booked")


def books(step: Mapping[str, Any], api: str) -> bool:
    """Whether a step is a booking with this API."""
    return step.get("APIName") == api and {"RequestType": '"Book"'} in step.get("Constraints", ())


def measured(dialogues: Iterable[Steps]) -> Iterator[str]:
    """A table: of each signal, what was there, found and rightly found, precision and recall."""
    phrases = Phrases()
    turns = [turn for steps in dialogues for turn in phrases.turns(steps)]
    found = phrases.found(turns)
    there = Counter(turn.signal for turn in turns if turn.truth)
    heard = Counter(turns[n].signal for n in found)
    right = Counter(turns[n].signal for n in found if turns[n].truth)
    yield f"{'signal':16}{'there':>7}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}"
    for signal in SIGNALS:
        precision, recall = share(right[signal], heard[signal]), share(right[signal], there[signal])
        yield f"{signal:16}{there[signal]:7}{heard[signal]:7}{right[signal]:7}{precision:>11}{recall:>8}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
