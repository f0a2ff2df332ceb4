"""A short lesson about a rule that somebody missed, with their own words; the look at these is logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.queries import findings
from clearline.record.views.looking import not_logged
from clearline.record.watching import Watches
from clearline.training.actions.teaching import done
from clearline.training.asking import answer, asked
from clearline.training.models import MicroLesson
from clearline.training.questions import example_of, question_about
from clearline.ui.clock import now


@never_cache
@needs("learn")
def micro_lesson(request: HttpRequest, micro: str) -> HttpResponse:
    asks, at = who(request), now()
    row = MicroLesson.objects.filter(uid=micro, person=asks).first()
    if row is None:
        raise Http404("no lesson of that name, or not yours")
    book = judging().rulebook
    rule, question = book.rules.get(row.rule), question_about(book, row.rule, row.uid)
    finding = _finding(asks, row)
    if finding is not None and (
        refused := not_logged(request, f"finding {row.rule} in a lesson", at, finding.agent)
    ):
        return refused
    shown = asked(question) if question else None
    if request.method == "POST" and row.state == MicroLesson.State.OPEN:
        given, error = answer(question, request.POST) if question else ([], "")
        if question and error:
            shown = asked(question, answer=given, error=error)
        elif done(asks, row, given, book, at, Watches(judging)):
            return redirect("micro_lesson", micro=row.uid)
        elif question:
            shown = asked(question, answer=given, told=True)
        row.refresh_from_db()
    elif question and row.state == MicroLesson.State.DONE:
        shown = asked(question, answer=question.key, told=True)
    told = findings.told(finding) if finding else None
    context = {
        "row": row,
        "rule": rule,
        "title": rule.title if rule else row.rule,
        "course": book.courses.get(rule.lesson) if rule else None,
        "finding": finding,
        "said": findings.around(finding, told) if finding and told else [],
        "example": example_of(rule) if rule else [],
        "asked": shown,
    }
    return render(request, "training/micro_lesson.html", context)


def _finding(asks: Person, row: MicroLesson) -> Finding | None:
    lives = findings.lives(asks, row.finding)
    return lives[0] if lives else None
