"""Grading: calls are given to people, who answer apart from each other; what they differ in is agreed on; the agent sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import Reach, may, reach
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Event
from clearline.record.queries.staff import agent_person
from clearline.record.watching import Watches
from clearline.review.actions import sampling
from clearline.review.actions.entering import entered
from clearline.review.automatic import Automatic
from clearline.review.graders import fit, whose
from clearline.review.models import Grade, Grading
from clearline.review.queries.given import given_of
from clearline.review.scoring import (
    LONGEST,
    Answered,
    Given,
    differing,
    missing,
    scored,
    settled,
    written,
)
from clearline.rulebook.scorecards import Scorecard

SHORTEST_REASON: Final = 10  # characters; less explains nothing to whoever was not there


class Said(NamedTuple):
    """An answer as somebody gives it, with what they write to it."""

    answer: str
    note: str = ""


def calibration(
    by: Person, call: Call, card: Scorecard, graders: Sequence[Person], at: Instant, watches: Watches
) -> Grade:
    """Several people are asked to grade one call, and to meet over it."""
    if not may(by, "open calibrations"):
        raise RefusedError("only a supervisor, an analyst or an officer opens a calibration")
    if call.state != Call.State.EVALUATED:
        raise RefusedError("only a call that is over and evaluated can be graded")
    if len({one.pk for one in graders}) < 2:
        raise RefusedError("a calibration takes at least two graders")
    agent = whose([call.agent])[call.agent]
    if unfit := [one.name for one in graders if not fit(one, agent, card)]:
        raise RefusedError(f"nobody grades themselves, or a team of their own: {', '.join(unfit)}")
    grade = Grade(
        uid=uuid4().hex,
        call=call,
        agent=call.agent,
        card=card.id,
        version=card.version,
        kind=Grade.Kind.CALIBRATION,
        blind=card.blind,
        asked=at,
    )
    told = {"card": card.id, "version": card.version, "graders": [str(one.uid) for one in graders]}
    with transaction.atomic():
        _enter(by, grade, "opened", told, at, watches)
        grade.save()
        Grading.objects.bulk_create([Grading(grade=grade, grader=one) for one in graders])
    return grade


def given(
    by: Person,
    grade: Grade,
    card: Scorecard,
    said: Mapping[str, Said],
    automatic: Mapping[str, Automatic],
    at: Instant,
    watches: Watches,
) -> Grading:
    """One person's answers, for good."""
    if not may(by, "grade calls"):
        raise RefusedError("your role may not grade calls")
    with transaction.atomic():
        row = _locked(grade)
        own = row.gradings.filter(grader=by).first()
        if own is None:
            raise RefusedError("this call was not given to you to grade")
        if own.done is not None:
            raise RefusedError("you have graded this call already")
        _check_card(row, card, said)
        answers = {name: one.answer for name, one in said.items()}
        found = [_answered(card, name, said[name], automatic.get(name)) for name in answers]
        told = written(Given(tuple(found), scored(card, answers)))
        event = _enter(
            by, row, f"given.{by.uid}", {"card": card.id, "version": card.version, **told}, at, watches
        )
        own.done, own.event = at, event
        own.save()
        if not row.gradings.filter(done=None).exists():
            row.done = at
        row.save()
        _end_sample(by, row, at, watches)
    return own


def agreed(
    by: Person, grade: Grade, card: Scorecard, said: Mapping[str, Said], at: Instant, watches: Watches
) -> Grade:
    """What those who differed agree on, with a reason for each question; the rest stands as all answered it."""
    with transaction.atomic():
        row = _locked(grade)
        if not (row.gradings.filter(grader=by).exists() or may(by, "settle grades")):
            raise RefusedError("those who graded the call agree on it, or an officer settles it")
        if row.done is None:
            raise RefusedError("not all have graded it yet")
        if row.agreed is not None:
            raise RefusedError("it was agreed on already")
        if changed(row, card):
            raise RefusedError("the scorecard has changed since; what was answered stays as it is")
        every = list(given_of([row])[row.pk].by_grader.values())
        open_ones = differing(every)
        if not open_ones:
            raise RefusedError("all answered the same: there is nothing to agree on")
        if any(len(said[name].note.strip()) < SHORTEST_REASON for name in open_ones if name in said):
            raise RefusedError("say for each question why, so that somebody who was not there understands it")
        final = {one.question: Said(one.answer) for one in every[0].answers}
        final |= {name: said[name] for name in open_ones if name in said}
        if set(open_ones) - said.keys() or missing(card, {name: one.answer for name, one in final.items()}):
            raise RefusedError("agree on an answer to each question to which you answered differently")
        automatic = {
            one.question: Automatic(one.automatic, one.rule, one.version) for one in every[0].answers
        }
        found = [_answered(card, name, one, automatic[name]) for name, one in final.items()]
        told = written(Given(tuple(found), scored(card, {name: one.answer for name, one in final.items()})))
        row.agreed = _enter(
            by, row, "agreed", {"card": card.id, "version": card.version, **told}, at, watches
        )
        row.save()
    return row


def released(by: Person, grade: Grade, at: Instant, watches: Watches) -> Grade:
    """From now on the agent sees it."""
    with transaction.atomic():
        row = _locked(grade)
        if not _reaches(by, "release grades", row.agent):
            raise RefusedError("you release the grades of the teams that you lead")
        if row.released is not None:
            raise RefusedError("it was released already")
        of = given_of([row])[row.pk]
        if row.done is None or settled(list(of.by_grader.values()), of.agreed) is None:
            raise RefusedError("not yet: all graders have to be done, and what they differ in agreed on")
        _enter(by, row, "released", {}, at, watches)
        row.released, row.released_by = at, by
        row.save()
    return row


def handed_over(
    by: Person, grade: Grade, grader: Person, to: Person, card: Scorecard, at: Instant, watches: Watches
) -> None:
    """Somebody else grades what a grader, who has left or has no time, has not graded."""
    with transaction.atomic():
        row = _locked(grade)
        if not _reaches(by, "open calibrations", row.agent):
            raise RefusedError("you hand over what is about the teams that you lead")
        own = row.gradings.filter(grader=grader, done=None).first()
        if own is None:
            raise RefusedError("there is nothing left to be handed over")
        if row.gradings.filter(grader=to).exists() or not fit(to, whose([row.agent])[row.agent], card):
            raise RefusedError(
                f"{to} may not grade this call: it is their own or their team's, or they do already"
            )
        told = {"from": str(grader.uid), "to": str(to.uid)}
        _enter(by, row, f"handed_over.{grader.uid}", told, at, watches)
        own.grader = to
        own.save()


def set_aside(by: Person, grade: Grade, card: Scorecard | None, at: Instant, watches: Watches) -> None:
    """The scorecard has changed since the first has graded: the others can't any more, and what the first said stands alone."""
    with transaction.atomic():
        row = _locked(grade)
        if not _reaches(by, "open calibrations", row.agent):
            raise RefusedError("you set aside what is about the teams that you lead")
        left = row.gradings.filter(done=None)
        if not changed(row, card) or row.done is not None or len(left) == row.gradings.count():
            raise RefusedError("whoever it was given to can still grade it")
        told = {"graders": sorted(str(one) for one in left.values_list("grader__uid", flat=True))}
        _enter(by, row, "set_aside", told, at, watches)
        left.delete()
        row.done = at
        row.save()
        _end_sample(by, row, at, watches)


def changed(grade: Grade, card: Scorecard | None) -> bool:
    """Whether the scorecard is another one than that of the grade, or gone."""
    return card is None or card.version != grade.version


def _reaches(by: Person, deed: str, agent: str) -> bool:
    """Whether it is theirs to do with what is about an agent, who may be nobody here."""
    person = agent_person(agent)
    return reach(by, deed) is Reach.ALL if person is None else may(by, deed, person)


def _check_card(row: Grade, card: Scorecard, said: Mapping[str, Said]) -> None:
    """A grade belongs to a version: that of the first who grades the call."""
    if changed(row, card):
        if row.gradings.exclude(done=None).exists():
            raise RefusedError("the scorecard has changed since somebody else graded this call by it")
        row.version = card.version
    if left := missing(card, {name: one.answer for name, one in said.items()}):
        raise RefusedError(f"not answered yet: {'; '.join(one.text for one in left)}")
    if any(len(one.note) > LONGEST for one in said.values()):
        raise RefusedError(f"a note has up to {LONGEST:,} characters")


def _answered(card: Scorecard, name: str, said: Said, automatic: Automatic | None) -> Answered:
    question = card.question(name)
    if question is None:
        raise RefusedError(f"there is no question {name} on this card")
    told = automatic or Automatic("", "", "")
    return Answered(
        name,
        question.text,
        said.answer,
        said.note.strip(),
        question.critical,
        told.answer,
        told.rule,
        told.version,
    )


def _end_sample(by: Person, row: Grade, at: Instant, watches: Watches) -> None:
    if row.done is None or row.sample is None or row.sample.grades.filter(done=None).exists():
        return
    sampling.ended(by, row.sample, at, watches)


def _locked(grade: Grade) -> Grade:
    rows = Grade.objects.select_for_update(of=("self",)).select_related("call__timeline", "sample", "agreed")
    return rows.get(pk=grade.pk)


def _enter(by: Person, grade: Grade, step: str, told: dict[str, Any], at: Instant, watches: Watches) -> Event:
    """An event on the call's timeline, and on the agent's."""
    subjects = {"call": grade.call.timeline.subject, "agent": grade.agent}
    kind = f"grade.{step.partition('.')[0]}"
    return entered(by, f"grade.{grade.uid}.{step}", kind, {"grade": grade.uid, **told}, subjects, at, watches)
