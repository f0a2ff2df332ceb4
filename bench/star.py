"""Judges the agents of STAR by their flow charts: python -m bench.star [--words] FILE.jsonl.xz > verdicts.jsonl

A line a dialogue: `{"id": DialogueID, "rules": {NAME: {"status": "ok" | "violated" | "na", "at": index in Events}}}`.
What each rule means, when it never comes up (na) and what `at` points to stands in bench/packs/star/README.md.
`--words` judges without acts and labels, and prints how well the phrases do against them.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.lines import PACKS, Status, json_lines, name, write
from bench.star_words import measured

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.monitor import replay
from clearline.engine.verdicts import Verdict
from clearline.rulebook.reading import load

KIND = "dialogue"
ACT = "act."
NOTHING = "null"  # how a query writes that a field has no value
REPORTS = ("Message", "ReservationStatus", "RequestStatus", "ChangeStatus", "Confirmation")

Fields = dict[str, Any]


class Judge:
    """Judges dialogues by the pack `star` or, from the words alone, by `star-words`."""

    def __init__(self, *, words: bool = False) -> None:
        self.words = words
        book = load(PACKS)
        rules = book.select(["star-words" if words else "star"])
        self.known = book.known
        self.names = {rule.id: f"S_{name(rule.id)[2:]}" for rule in rules}
        self.program = book.program(KIND, rules)

    def judge(self, steps: Iterable[Mapping[str, Any]]) -> dict[str, Status]:
        """The status of every rule by name, for the `Events` of a dialogue."""
        standing = events(steps)
        if self.words:
            standing = [event for event in standing if not event.type.startswith(ACT)]
        verdicts = replay(self.program, standing, self.known)
        return {self.names[verdict.rule.id]: status(verdict) for verdict in verdicts}


def status(verdict: Verdict) -> Status:
    """The worst that a rule says of a dialogue: where it was first broken, if it was."""
    if verdict.findings:
        breach = verdict.findings[0].breach
        shown = breach.deed or breach.trigger
        assert shown is not None
        return Status("violated", place(shown.event))
    if verdict.questions:
        return Status("unknown")
    return Status("ok" if verdict.tried > verdict.ended_first else "na")


def events(steps: Iterable[Mapping[str, Any]]) -> list[Event]:
    """What customer, agent and system could know of a dialogue; what is hidden from one of them is left out."""
    found: list[Event] = []
    at: Instant = 0
    index = -1
    query: Fields = {}
    for index, step in enumerate(steps):
        if "UnixTime" in step:  # an answer has no time of its own: it comes at once
            at = step["UnixTime"] * SECOND
        if step["Action"] == "query":
            query = asked(step, index)
        for kind, data in happenings(step, query):
            found.append(Event(str(len(found)), kind, at, data | {"index": index}, seq=len(found)))
    if index >= 0:
        found.append(Event(str(len(found)), f"{KIND}.ended", at, {"index": index}, seq=len(found)))
    return found


def place(event: Event) -> int:
    """Where in `Events` an event comes from."""
    return int(event.data["index"])


def happenings(step: Mapping[str, Any], query: Fields) -> Iterator[tuple[str, Fields]]:
    """The types and data of what one step shows; `query` is the latest, which an answer belongs to."""
    match step["Agent"], step["Action"]:
        case "User", "utter":
            yield UTTERANCE, {"by": "customer", "text": step["Text"]}
        case "Wizard", "utter" | "pick_suggestion":
            yield UTTERANCE, {"by": "agent", "text": step["Text"]}
            if "ActionLabel" in step:
                yield f"{ACT}{step['ActionLabel']}", {"act": step["ActionLabel"]}
        case "Wizard", "query":
            yield query_type(query), query
        case "KnowledgeBase", "return_item":
            said = report(step.get("Item") or {})
            yield "system.answered", {"api": query["api"], "request": query["request"], "said": said}


def asked(step: Mapping[str, Any], index: int) -> Fields:
    """What a query asks; one that says both Check and Book is a check, which is how the system answers it."""
    given = [(field, value) for one in step["Constraints"] for field, value in one.items()]
    requests = [value.strip('"') for field, value in given if field == "RequestType"]
    request = "Check" if "Check" in requests else requests[0] if requests else ""
    fields = sorted({field for field, value in given if value != NOTHING})
    return {"api": step["APIName"], "request": request, "fields": fields, "query": index}


def query_type(query: Fields) -> str:
    if query["api"].startswith("bank_"):
        return "credentials.submitted"
    return {"Check": "availability.checked", "Book": "booking.requested"}.get(query["request"], "query.sent")


def report(item: Mapping[str, Any]) -> str:
    """What an answer reports, in the system's own words; a balance is reported by being there."""
    if "BankBalance" in item:
        return "BankBalance"
    return next((str(item[field]) for field in REPORTS if field in item), "")


def agreement(rows: Iterable[Mapping[str, Any]], judged: Iterable[Mapping[str, Status]]) -> Iterator[str]:
    """A table: how often the words say of a rule what the acts say, where either says that it came up."""
    judge = Judge()
    same, either = Counter[str](), Counter[str]()
    for row, heard in zip(rows, judged, strict=True):
        acted = judge.judge(row["Events"])
        for rule, found in heard.items():
            came_up = {found.status, acted[rule].status} != {"na"}
            either[rule] += came_up
            same[rule] += came_up and found.status == acted[rule].status
    yield f"{'rule':24}{'came up':>9}{'as the acts say':>17}"
    for rule in either:
        yield f"{rule:24}{either[rule]:9}{same[rule]:11} = {same[rule] / max(1, either[rule]):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.star", description="Judges STAR's agents by their flow charts."
    )
    parser.add_argument("file", type=Path, help="dialogues, one a line: .jsonl, .jsonl.gz or .jsonl.xz")
    parser.add_argument(
        "--words", action="store_true", help="judge by the words alone, and measure the phrases"
    )
    given = parser.parse_args()
    rows = list(json_lines(given.file))
    judge = Judge(words=given.words)
    judged: list[dict[str, Status]] = []

    def each() -> Iterator[tuple[Any, Mapping[str, Status]]]:
        for row in rows:
            judged.append(judge.judge(row["Events"]))
            yield row["DialogueID"], judged[-1]

    write(each(), sys.stdout, sys.stderr)
    if given.words:
        for line in (*agreement(rows, judged), *measured(row["Events"] for row in rows)):
            print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
