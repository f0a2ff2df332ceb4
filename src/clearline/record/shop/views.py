"""Pages of the shop's questions: what is in force and why, and what other answers would change."""

from hashlib import sha256

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.answers.consequences import differences
from clearline.record.answers.questions import Answers, questions
from clearline.record.errors import RefusedError
from clearline.record.identities import canonical
from clearline.record.judging import forget, judging
from clearline.record.shop import actions, queries
from clearline.record.shop.forms import ShopForm, initial
from clearline.ui.clock import now


@needs("see shop questions")
@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    current = queries.current(asks)
    answers = current.answers if current else {}
    shown = {
        "current": current,
        "answered": [(one, _labels(one.id, answers)) for one in questions().all],
        "missing": questions().missing(answers),
        "found": judging().consequences(answers),
        "contradictions": queries.contradictions(),
        "versions": queries.versions(asks)[:20],
        "answers_it": may(asks, "answer shop questions"),
    }
    return render(request, "record/shop/shop.html", shown)


@needs("answer shop questions")
def shop_answers(request: HttpRequest) -> HttpResponse:
    """The form. Changed answers are shown with what they change before they can be saved."""
    current = queries.current(who(request))
    before = current.answers if current else {}
    if request.method != "POST":
        form = ShopForm(initial=initial(before, current.pk if current else None))
        return render(request, "record/shop/answers.html", {"form": form})
    form = ShopForm(request.POST)
    if not form.is_valid():
        return render(request, "record/shop/answers.html", {"form": form}, status=400)
    answers = form.answers
    digest = sha256(canonical(answers)).hexdigest()
    faults = questions().faults(answers)
    if not faults and request.POST.get("do") == "save" and form.cleaned_data["seen"] == digest:
        try:
            actions.answered(who(request), answers, now(), after=form.cleaned_data["after"])
        except RefusedError as error:
            faults = [str(error)]
        else:
            forget()
            messages.success(request, "Saved. From now on calls are judged by what is in force.")
            return redirect("shop")
    for fault in faults:
        form.add_error(None, fault)
    shown = {"form": form, "digest": "" if faults else digest}
    if not faults:
        rules = judging()
        shown["differences"] = differences(rules.consequences(before), rules.consequences(answers))
    return render(request, "record/shop/answers.html", shown, status=400 if faults else 200)


def _labels(question: str, answers: Answers) -> list[str]:
    choices = {
        one.value: one.label for asked in questions().all if asked.id == question for one in asked.choices
    }
    return [choices[one] for one in answers.get(question, ()) if one in choices]
