"""The demo's graders: a sample that two of them have graded, most of it twice; a calibration; and some that still wait."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from clearline.cli.shop.contacts import DAY
from clearline.cli.shop.dice import Dice
from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.people.models import Person, Role, Team
from clearline.record.judging import judging
from clearline.record.models import Call
from clearline.record.watching import Watches
from clearline.review.actions import grading, sampling
from clearline.review.actions.grading import Said
from clearline.review.automatic import UNKNOWN, automatic
from clearline.review.models import Grade, Sample
from clearline.review.queries.given import given_of
from clearline.review.scoring import Answered, Given, differing
from clearline.rulebook.scorecards import NO, NOT_APPLICABLE, YES, Question, Scorecard

CARD: Final = "service-call"
SIZE, TWICE = 16, 12
UNLIKE: Final = 0.09  # of answers in which a grader sees it another way
AGREED: Final = 4  # of the calls on which they differed: they have talked about these
RELEASED: Final = 5
WHY: Final = "We listened to that part again and agree on what was said."
NOTES: Final = {
    NO: "Said in the call itself, see the transcript.",
    "partly": "The customer had to ask twice.",
}


def grade_calls(at: Instant, watches: Watches) -> None:
    """An analyst and a supervisor have graded; once."""
    if Sample.objects.exists():
        return
    analyst = Person.objects.filter(role=Role.ANALYST).order_by("pk").first()
    leader = Person.objects.filter(role=Role.SUPERVISOR).order_by("-pk").first()
    officer = Person.objects.filter(role=Role.OFFICER).order_by("pk").first()
    card = judging().rulebook.scorecards[CARD]
    if analyst is None or leader is None or officer is None:
        return
    team = Team.objects.exclude(pk__in=leader.led).order_by("pk").first()
    due = (moment_of(at) + timedelta(days=10)).date()
    wanted = sampling.Wanted(card, at - 7 * DAY, at, team, SIZE, TWICE, due, [analyst, leader])
    sample = sampling.drawn(analyst, sampling.seeded(analyst, wanted, at, watches), card, at, watches)
    doubles = list(
        sample.grades.filter(kind=Grade.Kind.DOUBLE).select_related("call__timeline").order_by("pk")
    )
    for grade in doubles:
        _graded(grade, card, [analyst, leader], at, watches)
    _agreed(analyst, doubles, card, at, watches)
    _calibrated(analyst, [analyst, leader, officer], sample, card, at, watches)


def _graded(grade: Grade, card: Scorecard, graders: Sequence[Person], at: Instant, watches: Watches) -> None:
    told = automatic(grade.call, card, judging())
    for one in graders:
        dice = Dice(f"{grade.call.timeline.subject}/{one.email}")
        heard = Dice(grade.call.timeline.subject)
        said = {}
        for question in card.questions:
            answer = _answer(question, told[question.id].answer if question.rule else "", heard)
            if dice.chance(UNLIKE):
                answer = dice.pick([other for other in question.answers if other != answer])
            said[question.id] = Said(answer, NOTES.get(answer, ""))
        grading.given(one, grade, card, said, told, at, watches)


def _answer(question: Question, told: str, heard: Dice) -> str:
    """What there is to be heard: as the rule says or, where nobody asked one, mostly well done."""
    if told and told != UNKNOWN:
        return told
    if told:
        return NOT_APPLICABLE
    if question.scale:
        return heard.weighted([(0.7, "fully"), (0.25, "partly"), (0.05, "not")])
    return YES if heard.chance(0.9) else NO


def _agreed(by: Person, grades: Sequence[Grade], card: Scorecard, at: Instant, watches: Watches) -> None:
    """Some of those that differ are agreed on, and some of what is settled is released."""
    found = given_of(grades)
    apart = [one for one in grades if found[one.pk].settled is None]
    for one in apart[:AGREED]:
        given = list(found[one.pk].by_grader.values())
        open_ones = [answer for answer in given[0].answers if answer.question in differing(given)]
        said = {answer.question: Said(_right(answer, given), WHY) for answer in open_ones}
        grading.agreed(by, one, card, said, at, watches)
    for one in [one for one in grades if one not in apart[AGREED:]][:RELEASED]:
        grading.released(by, one, at, watches)


def _calibrated(
    by: Person, graders: Sequence[Person], sample: Sample, card: Scorecard, at: Instant, watches: Watches
) -> None:
    """One call with findings, over which three have met, and one that waits for them."""
    team = Person.objects.filter(team__uid=sample.team).exclude(agent=None).values("agent")
    rows = Call.objects.filter(agent__in=team, state=Call.State.EVALUATED, ended__lt=at).select_related(
        "timeline"
    )
    calls = rows.exclude(pk__in=sample.grades.values("call")).order_by("-findings", "-ended")[:2]
    for number, call in enumerate(calls):
        grade = grading.calibration(by, call, card, graders, at, watches)
        if number == 0:
            _graded(grade, card, graders, at, watches)
            grade.refresh_from_db()
            given = list(given_of([grade])[grade.pk].by_grader.values())
            open_ones = [one for one in given[0].answers if one.question in differing(given)]
            said = {one.question: Said(_right(one, given), WHY) for one in open_ones}
            if said:
                grading.agreed(by, grade, card, said, at, watches)


def _right(one: Answered, given: Sequence[Given]) -> str:
    """What they agree on: as the rule has it, where one of them answered so."""
    answers = [found.answer for each in given if (found := each.answer(one.question))]
    return one.automatic if one.automatic in answers else answers[0]
