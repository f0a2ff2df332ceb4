"""The question of a short lesson: one that a course asks about the rule, else one made of the rule's own examples."""

import random
import re
from collections.abc import Iterable

from clearline.rulebook.asking import SINGLE, Question
from clearline.rulebook.entries import Example, RuleEntry
from clearline.rulebook.rulebook import Rulebook

_KEEPS = ("kept", "open")


def question_about(rulebook: Rulebook, rule: str, seed: str) -> Question | None:
    """The same for the same lesson; None where there is nothing to ask."""
    entry = rulebook.rules.get(rule)
    if entry is None:
        return None
    asked = [
        (course.id, one)
        for course in sorted(rulebook.courses.values(), key=lambda one: one.id)
        for one in course.questions
        if rule in one.rules
    ]
    lot = random.Random(seed)  # noqa: S311 # which one is no secret
    return lot.choice(asked)[1] if asked else _made(entry)


def example_of(entry: RuleEntry) -> list[tuple[str, str]]:
    """How a call goes that keeps the rule: who says what."""
    return next((told for one in _with(entry, _KEEPS) if (told := lines(one))), [])


def lines(example: Example) -> list[tuple[str, str]]:
    """What is said in an example."""
    found = []
    for line in example.events:
        _, _, rest = line.partition(" ")
        who, colon, words = rest.partition(": ")
        if colon and who in {"agent", "customer"}:
            found.append((who, words))
    return found


def _made(entry: RuleEntry) -> Question | None:
    kept, broken = (_agents(_with(entry, (word, *more))) for word, *more in (_KEEPS, ("broken",)))
    right = [one for one in kept if one not in broken]
    wrong = [one for one in broken if not any(_alike(one, other) for other in kept)]
    if not right or not wrong:
        return None
    options = sorted([right[0], *wrong[:2]])
    because = f"{entry.title}. {entry.prompt}".strip()
    return Question(
        entry.id, SINGLE, "What would have been right?", tuple(options), (right[0],), (), (entry.id,), because
    )


def _alike(one: str, other: str) -> bool:
    """Whether half the words are the same: then it was perhaps the time that was wrong, which no answer shows."""
    words, others = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return 2 * len(words & others) >= min(len(words), len(others))


def _agents(examples: Iterable[Example]) -> list[str]:
    """What the agent says in each, where they say anything."""
    told = (" … ".join(words for who, words in lines(one) if who == "agent") for one in examples)
    return [one for one in told if one]


def _with(entry: RuleEntry, outcomes: Iterable[str]) -> list[Example]:
    return [one for one in entry.examples if one.outcome.split(" ")[0] in set(outcomes)]
