"""How far graders agree, question by question, on what several of them graded apart from each other."""

from functools import lru_cache, partial
from typing import Final, NamedTuple

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.review.models import Grade, Sample
from clearline.review.queries.given import given_of
from clearline.rulebook.scorecards import NOT_APPLICABLE, Question, Scorecard
from clearline.statistics.agreement import Level, Units, ac1s, alphas, bootstrapped, kappas, percent_agreement
from clearline.statistics.intervals import Estimate

FEW: Final = 30  # calls; with fewer, the intervals say more than the values
MOST: Final = 1_000  # the newest
SEED: Final = 7  # the same calls give the same interval each time the page is opened


class Agreement(NamedTuple):
    """Of one question; an estimate is None where it can't be told."""

    question: Question
    calls: int
    alike: float | None  # the share of pairs of answers that are equal
    kappa: Estimate | None
    ac1: Estimate | None
    alpha: Estimate | None
    one_answer: str  # what all of them answered on all calls, where they did

    @property
    def few(self) -> bool:
        return self.calls < FEW


class Compared(NamedTuple):
    """All questions of a version of a card."""

    calls: int
    pairs: int  # calls that exactly two graded: kappa is of those
    graders: int
    questions: tuple[Agreement, ...]


def compared(who: Person, card: Scorecard) -> Compared | None:
    """By what was graded with this version; None where it is not theirs to see."""
    if not may(who, "see agreement"):
        return None
    rows = Grade.objects.filter(card=card.id, version=card.version).exclude(kind=Grade.Kind.SINGLE)
    of = given_of(rows.exclude(done=None).select_related("agreed").order_by("-asked")[:MOST])
    units = [
        [(person.pk, told) for person, told in sorted(one.by_grader.items(), key=_key)] for one in of.values()
    ]
    units = [row for row in units if len(row) > 1]
    questions = [
        _agreement(
            one,
            tuple(
                tuple(found.answer if (found := told.answer(one.id)) else None for _, told in row)
                for row in units
            ),
        )
        for one in card.questions
    ]
    people = {person for row in units for person, _ in row}
    return Compared(len(units), sum(len(row) == 2 for row in units), len(people), tuple(questions))


def apart(sample: Sample) -> int:
    """On how many of its calls those who are done have not agreed yet."""
    rows = sample.grades.filter(kind=Grade.Kind.DOUBLE).exclude(done=None).select_related("agreed")
    return sum(one.settled is None and not one.erased for one in given_of(rows).values())


def _key(one: tuple[Person, object]) -> int:
    return one[0].pk


@lru_cache(maxsize=256)
def _agreement(question: Question, units: tuple[tuple[str | None, ...], ...]) -> Agreement:
    pairs = [row for row in units if len(row) == 2]
    given = {answer for row in units for answer in row if answer is not None}
    alpha = partial(alphas, level=Level.ORDINAL) if question.scale else alphas
    ranked: Units = [[_rank(question, one) for one in row] for row in units] if question.scale else units
    return Agreement(
        question,
        len(units),
        percent_agreement(units) if units else None,
        _known(bootstrapped(pairs, kappas, seed=SEED)),
        _known(bootstrapped(units, ac1s, seed=SEED)),
        _known(bootstrapped(ranked, alpha, seed=SEED)),
        given.pop() if len(given) == 1 else "",
    )


def _rank(question: Question, answer: str | None) -> int | None:
    """The step of a scale; not applicable is none."""
    return None if answer is None or answer == NOT_APPLICABLE else question.scale.index(answer)


def _known(told: Estimate) -> Estimate | None:
    return None if told.value != told.value or told.low != told.low else told  # nan
