"""What somebody asks to be done about a finding, on its page or over the API, by one word."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.errors import RefusedError
from clearline.record.models import Finding
from clearline.record.queries import findings
from clearline.record.watching import Watches
from clearline.review.models import Triage
from clearline.review.triage import actions

Do = Literal["confirm", "dismiss", "keep", "reopen", "answer", "assign", "merge"]


class Deed(NamedTuple):
    """What is to be done, with which words; into which finding, to whom."""

    do: str
    words: str = ""
    into: str = ""
    to: str = ""


def done(by: Person, finding: Finding, deed: Deed, at: Instant, watches: Watches) -> Triage | None:
    """Does it, or refuses; None where there is no such deed."""
    words = deed.words
    steps: dict[str, Callable[[], Triage]] = {
        "confirm": lambda: actions.confirmed(by, finding, at, watches, words),
        "dismiss": lambda: actions.dismissed(by, finding, words, at, watches),
        "keep": lambda: actions.kept(by, finding, words, at, watches),
        "reopen": lambda: actions.reopened(by, finding, words, at, watches),
        "answer": lambda: actions.answered(by, finding, words, at, watches),
        "assign": lambda: actions.assigned(by, finding, _person(deed.to), at, watches),
        "merge": lambda: actions.merged(by, finding, _into(by, deed.into), at, watches),
    }
    step = steps.get(deed.do)
    return step() if step else None


def _person(uid: str) -> Person:
    found = next((one for one in Person.objects.filter(is_active=True) if str(one.uid) == uid), None)
    if found is None:
        raise RefusedError("choose who is to decide")
    return found


def _into(by: Person, uid: str) -> Finding:
    lives = findings.lives(by, uid)
    if not lives:
        raise RefusedError("choose the finding that stands for both")
    return lives[0]
