"""Pages of the shop's own rules: written, tried on calls that were, and let into force by a second person."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.engine.events import SECOND
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.views.looking import not_logged
from clearline.record.watching import Watches
from clearline.reports.plain_words import PlainWords
from clearline.review.models import BackTest, Draft
from clearline.review.policy import actions, queries
from clearline.review.policy.charts import by_week
from clearline.review.policy.forms import PeriodForm, ReasonForm, RuleForm
from clearline.review.policy.proposing import proposals
from clearline.review.policy.writing import rule_file, sentence
from clearline.ui.clock import now

DAY: Final = 86_400 * SECOND
_STEPS: Final[dict[str, Callable[..., Draft]]] = {
    "shadow": actions.shadowed,
    "submit": actions.submitted,
    "withdraw": actions.withdrawn,
}
_DECISIONS: Final[dict[str, Callable[..., Draft]]] = {"approve": actions.approved, "refuse": actions.refused}
_TOLD: Final = {
    "shadow": "From now on it is tried on each call that ends. Nobody gets a finding by it.",
    "submit": "Submitted. Now a second person has to decide.",
    "withdraw": "Withdrawn.",
    "approve": "Approved. Calls from its first day on are judged by it.",
    "refuse": "Refused.",
}


@never_cache
@needs("see own rules")
@require_safe
def own_rules(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    rows = [(one, actions.said(one)) for one in queries.drafts(asks)[:200]]
    shown = {"rows": rows, "writes": may(asks, "write own rules")}
    return render(request, "review/policy/own_rules.html", shown)


@never_cache
@needs("write own rules")
def new_rule(request: HttpRequest) -> HttpResponse:
    """A new rule, or with ?of=… a new version of one."""
    asks, at = who(request), now()
    of = request.GET.get("of")
    was = actions.said(_found(asks, of)) if of else None
    return _written(request, RuleForm(at, request.POST or None, was=was), None)


@never_cache
@needs("write own rules")
def edit_rule(request: HttpRequest, draft: str) -> HttpResponse:
    row = _found(who(request), draft)
    return _written(request, RuleForm(now(), request.POST or None, was=actions.said(row)), row)


@never_cache
@needs("see own rules")
@require_safe
def own_rule(request: HttpRequest, draft: str) -> HttpResponse:
    """It quotes calls that the rule would flag, so that the look is logged first."""
    asks, at = who(request), now()
    row = _found(asks, draft)
    if refused := not_logged(request, f"own rule {row.slug}: calls that it would flag", at):
        return refused
    said, tried = actions.said(row), actions.tried(row)
    words = PlainWords(tried.rulebook)
    meaning = words.meaning(tried.rule.rule.sentences[0]) if tried.rule else None
    own = row.author_id == asks.pk
    return render(
        request,
        "review/policy/own_rule.html",
        {
            "row": row,
            "said": said,
            "sentence": sentence(said),
            "file": rule_file(said),
            "meaning": meaning,
            "tried": tried,
            "trials": tried.trials,
            "entries": queries.entries(row),
            "period": PeriodForm(),
            "reason": ReasonForm(),
            "changes": own and row.state in {"draft", "shadow"} and may(asks, "write own rules"),
            "withdraws": own and row.state in {"draft", "shadow", "submitted"},
            "decides": not own and row.state == "submitted" and may(asks, "approve own rules"),
            "again": row.state not in {"draft", "shadow", "submitted"} and may(asks, "write own rules"),
            "waits": own and row.state == "submitted",
            **_tests(asks, row),
        },
    )


@never_cache
@needs("see own rules")
@require_safe
def back_tests(request: HttpRequest, draft: str) -> HttpResponse:
    """The part of the page that tells of runs, until they are done."""
    asks = who(request)
    row = _found(asks, draft)
    if refused := not_logged(request, f"own rule {row.slug}: calls that it would flag", now()):
        return refused
    return render(request, "review/policy/back_tests.html", {"row": row, **_tests(asks, row)})


@never_cache
@needs("see own rules")
@require_POST
def back_test(request: HttpRequest, draft: str) -> HttpResponse:
    asks, at = who(request), now()
    row, form = _found(asks, draft), PeriodForm(request.POST)
    against = ""
    if form.is_valid():
        against = form.cleaned_data["against"].strip()
    if not form.is_valid() or (against and against not in judging().rulebook.rules):
        messages.error(request, "Choose a period, and compare with a rule that there is.")
    else:
        since = (
            row.shadowed
            if request.POST.get("shadow") and row.shadowed
            else at - form.cleaned_data["days"] * DAY
        )
        try:
            actions.back_test_asked(asks, row, since, at, at, against=against)
        except RefusedError as error:
            messages.error(request, str(error))
    return redirect("own_rule", draft=row.uid)


@never_cache
@needs("write own rules")
@require_safe
def phrases(request: HttpRequest, draft: str) -> HttpResponse:
    """Sentences of real calls that sound like those that count; the look at them is logged first."""
    asks, at = who(request), now()
    row = _found(asks, draft)
    if refused := not_logged(request, f"sentences of calls, for the own rule {row.slug}", at):
        return refused
    found = proposals(asks, actions.said(row), at - 30 * DAY)
    return render(request, "review/policy/phrases.html", {"row": row, "found": found})


@never_cache
@needs("see own rules")
@require_POST
def own_rule_step(request: HttpRequest, draft: str) -> HttpResponse:
    """`do` is what its author, or the second person, does with it."""
    asks, at = who(request), now()
    row, do = _found(asks, draft), request.POST.get("do", "")
    try:
        if do in _STEPS:
            _STEPS[do](asks, row, at, Watches(judging))
        elif do in _DECISIONS:
            _DECISIONS[do](asks, row, request.POST.get("reason", ""), at, Watches(judging))
        else:
            raise Http404("there is no such step")
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _TOLD[do])
    return redirect("own_rule", draft=row.uid)


def _written(request: HttpRequest, form: RuleForm, row: Draft | None) -> HttpResponse:
    if form.is_valid():
        try:
            made = actions.drafted(who(request), form.said(), now(), Watches(judging), draft=row)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Kept. Below stands what it says of its own sentences and of last week's calls."
            )
            return redirect("own_rule", draft=made.uid)
    shown = {"form": form, "row": row}
    return render(request, "review/policy/write.html", shown, status=400 if form.errors else 200)


def _tests(asks: Person, row: Draft) -> dict[str, Any]:
    runs = queries.back_tests(asks, row)
    return {"runs": [_run(asks, one) for one in runs], "under_way": any(one.done is None for one in runs)}


def _run(asks: Person, row: BackTest) -> dict[str, Any]:
    result = queries.result(row)
    if result is None:
        return {"row": row, "result": None}
    return {
        "row": row,
        "result": result,
        "whole": queries.rate(result.whole),
        "teams": [queries.rate(one) for one in result.teams],
        "weeks": [queries.rate(one) for one in result.weeks],
        "chart": by_week(result.weeks) if len(result.weeks) > 1 and result.whole.broken else None,
        "hits": queries.named(asks, result.hits),
        "changed": queries.named(asks, result.changed),
    }


def _found(asks: Person, uid: str) -> Draft:
    row = queries.draft(asks, uid)
    if row is None:
        raise Http404("no rule of that name, or not yours to see")
    return row
