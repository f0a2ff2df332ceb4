"""Tries the transcripts of courses: where the engine can judge a rule on their lines, it has to find the words that are said to break it."""

from collections.abc import Collection, Iterator

from clearline.engine.events import SECOND, UTTERANCE, Event
from clearline.engine.verdicts import Finding
from clearline.rulebook.asking import WORDS, Question
from clearline.rulebook.courses import QUESTIONS, Course
from clearline.rulebook.entries import Example, RuleEntry
from clearline.rulebook.examples import trying, verdict_on
from clearline.rulebook.faults import Fault
from clearline.rulebook.lines import read_events
from clearline.rulebook.rulebook import Rulebook

_PAUSE = 5 * SECOND  # between two lines
_PATIENCE = 3_600 * SECOND  # until the call is over: whatever had to be said in time was not


def check_courses(rulebook: Rulebook, names: Collection[str] | None = None) -> Iterator[Fault]:
    """Of these courses (all): findings in other words than those that the author names; and lessons that rules name, and that are nowhere."""
    for course in rulebook.courses.values():
        if names is not None and course.id not in names:
            continue
        for number, question in enumerate(course.questions):
            if question.kind == WORDS:
                yield from _check(rulebook, course, question, number)
    for rule in rulebook.rules.values():
        if rule.lesson and rule.lesson not in rulebook.courses:
            told = f"there is no course `{rule.lesson}` here"
            mend = "Write it into a folder `courses`, unless it is taught elsewhere"
            yield rulebook.documents[rule.path].noted(told, mend, "lesson", warning=True)


def _check(rulebook: Rulebook, course: Course, question: Question, number: int) -> Iterator[Fault]:
    document = rulebook.beside[course.path / QUESTIONS]
    for place, name in enumerate(question.rules):
        rule = rulebook.rules[name]
        lines = found_in(rulebook, rule, question) if rule.on == "call" else set()
        named = {
            line
            for line, (_, words) in enumerate(question.transcript)
            if any(right in words for right in question.right)
        }
        if lines and not lines & named:
            line = min(lines)
            told = f"`{name}` is broken by the line `{': '.join(question.transcript[line])}`, which `right` does not name"
            mend = "Name the words of that line, or mend the transcript"
            yield document.noted(told, mend, "question", number, "rules", place)


def found_in(rulebook: Rulebook, rule: RuleEntry, question: Question) -> set[int]:
    """The lines in which the engine finds the rule broken, in the situation of an example that breaks it; none where it can't tell."""
    for example in rule.examples:
        if example.outcome.startswith("broken"):
            found = {
                line for one in _findings(rulebook, rule, example, question) if (line := _line(one)) >= 0
            }
            if found:
                return found
    return set()


def _findings(rulebook: Rulebook, rule: RuleEntry, example: Example, question: Question) -> list[Finding]:
    before = []
    for event in read_events(example.events):
        if event.type == UTTERANCE:
            break
        before.append(event)
    start = before[-1].at if before else 0
    said = [
        Event(f"line-{line}", UTTERANCE, start + (line + 1) * _PAUSE, {"by": by, "text": words}, seq=line)
        for line, (by, words) in enumerate(question.transcript)
    ]
    end = Event("end", "call.ended", start + len(said) * _PAUSE + _PATIENCE, seq=len(said))
    verdict = verdict_on(trying(rulebook, [rule]), rule, [*before, *said, end], example, rulebook.known)
    return list(verdict.findings) if verdict else []


def _line(finding: Finding) -> int:
    deed = finding.breach.deed
    name = deed.event.id if deed is not None else ""
    return int(name.removeprefix("line-")) if name.startswith("line-") else -1
