"""How well the rules judge, by what people agreed on who graded apart from each other; and the rates behind their findings."""

from typing import Final, NamedTuple

from django.db.models import QuerySet

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Call, Finding
from clearline.record.models.judged import STANDING
from clearline.review.models import Grade, Sample
from clearline.review.queries.frames import frame
from clearline.review.queries.given import given_of
from clearline.rulebook.scorecards import NO, Question, Scorecard
from clearline.statistics.measured import Case, Measured, measured

MOST: Final = 2_000  # graded calls


class Machine(NamedTuple):
    """One rule, measured."""

    question: Question
    told: Measured
    graded: int  # calls that two people graded and agreed on
    sampled: int  # of these, in this sample
    flagged: int
    population: int

    @property
    def few(self) -> bool:
        """Whether too few were graded for any corrected rate."""
        return self.told.corrected is None and self.told.powered is None and not self.told.chance


def machine(who: Person, sample: Sample, card: Scorecard) -> list[Machine] | None:
    """Each rule that the sample's card asks for, with its rate among the calls that the sample was drawn from."""
    if not may(who, "see agreement"):
        return None
    population = frame(Call.objects.all(), sample.since, sample.until, sample.team)
    total = population.count()
    doubles = Grade.objects.filter(card=card.id, kind=Grade.Kind.DOUBLE, blind=True).exclude(done=None)
    known = list(doubles.select_related("agreed").order_by("-asked")[:MOST])
    of = given_of(known)
    found = []
    for question in card.questions:
        if not question.rule or not total:
            continue
        broken = _broken(question.rule)
        flagged = population.filter(timeline__in=broken.values("timeline")).count()
        flags = set(
            broken.filter(timeline__call__in=[one.call_id for one in known]).values_list(
                "timeline__call", flat=True
            )
        )
        cases = [
            (one, Case(answer.answer == NO, one.call_id in flags))
            for one in known
            if (settled := of[one.pk].settled) is not None
            and (answer := settled.answer(question.id)) is not None
        ]
        inside = [case for one, case in cases if one.sample_id == sample.pk]
        told = measured([case for _, case in cases], inside, flagged, total)
        found.append(Machine(question, told, len(cases), len(inside), flagged, total))
    return found


def _broken(rule: str) -> QuerySet[Finding]:
    return Finding.objects.filter(STANDING, rule=rule, timeline__kind="call")
