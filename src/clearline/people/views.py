"""Pages of people: who works here, who looked at what, and how somebody comes in."""

from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clearline.people import actions, confirming, queries
from clearline.people.errors import Refused
from clearline.people.forms import ChangeForm, InviteForm, TeamForm, WelcomeForm
from clearline.people.models import Person, Role
from clearline.people.needs import anyone, needs, who
from clearline.people.permissions import may
from clearline.ui.clock import now

PAGE = 50


@needs("see people")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    page = Paginator(queries.people(asks), PAGE).get_page(request.GET.get("page"))
    accounts = queries.accounts(asks, page)
    shown = [(one, accounts.get(one.pk)) for one in page]
    return render(
        request,
        "people/people.html",
        {"page": page, "shown": shown, "manages": may(asks, "manage people")},
    )


@needs("see people")
@require_safe
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    asks, found = who(request), _found(request, uid)
    return render(
        request,
        "people/person.html",
        {
            "person": found,
            "account": queries.account(asks, found),
            "history": queries.history(asks, found)[:PAGE],
            "manages": may(asks, "manage people") and found != asks,
            "confirms": may(asks, "confirm roles") and found != asks,
            "form": ChangeForm(person=found) if may(asks, "manage people") else None,
        },
    )


@needs("manage people", fresh=True)
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        try:
            found, code = actions.invited(who(request), **told, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _link(request, found, code)
    return render(request, "people/invite.html", {"form": form}, status=400 if form.errors else 200)


@needs("manage people", fresh=True)
@require_POST
def invite_again(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    try:
        return _link(request, found, actions.invited_again(who(request), found, now()))
    except Refused as error:
        return _refused(request, found, error)


@needs("manage people", fresh=True)
@require_POST
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    form = ChangeForm(request.POST, person=found)
    if not form.is_valid():
        return render(
            request, "people/person.html", {"person": found, "form": form, "manages": True}, status=400
        )
    told = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
    try:
        actions.changed(who(request), found, **told, at=now())
    except Refused as error:
        return _refused(request, found, error)
    messages.success(request, f"{found} was changed.")
    return redirect("person", uid=uid)


@needs("confirm roles", fresh=True)
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An officer's word on a role that an administrator gave: `do` is confirm or decline."""
    found = _found(request, uid)
    deed = confirming.declined if request.POST.get("do") == "decline" else confirming.confirmed
    try:
        deed(who(request), found, now())
    except Refused as error:
        return _refused(request, found, error)
    messages.success(request, "Done, and entered into the log.")
    return redirect("person", uid=uid)


@needs("manage people", fresh=True)
@require_POST
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    try:
        actions.left(who(request), found, now())
    except Refused as error:
        return _refused(request, found, error)
    messages.success(request, f"{found} can no longer log in.")
    return redirect("person", uid=uid)


@needs("manage people", fresh=True)
@require_POST
def come_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    actions.returned(who(request), found, now())
    messages.success(request, f"{found} can log in again.")
    return redirect("person", uid=uid)


@needs("see people")
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    return render(
        request,
        "people/teams.html",
        {
            "teams": queries.with_members(asks),
            "form": TeamForm() if may(asks, "manage people") else None,
        },
    )


@needs("manage people")
@require_POST
def new_team(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            actions.team_made(who(request), form.cleaned_data["name"], now())
        except Refused as error:
            form.add_error("name", str(error))
        else:
            return redirect("teams")
    shown = {"teams": queries.with_members(who(request)), "form": form}
    return render(request, "people/teams.html", shown, status=400)


@needs("see who looked")
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.looks(who(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/looks.html", {"page": page})


@anyone
@sensitive_post_parameters()
@never_cache
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Sets the password of whoever holds an invitation. Its code is never in the path, which servers log."""
    sent = request.POST if request.method == "POST" else None
    code = (sent or request.GET).get("code", "")
    found = queries.invitation(code, now())
    form = WelcomeForm(sent, person=found.person if found else None, initial={"code": code})
    if found is None:
        return render(request, "people/no_invitation.html", status=410)
    if not form.is_valid():
        shown = {"form": form, "person": found.person}
        return render(request, "people/welcome.html", shown, status=400 if form.errors else 200)
    try:
        arrived = actions.arrived(code, form.cleaned_data["password"], now())
    except Refused:
        return render(request, "people/no_invitation.html", status=410)
    answer: HttpResponseBase = perform_login(request, arrived, email_verification="none")
    return answer


def _found(request: HttpRequest, uid: UUID) -> Person:
    try:
        return queries.person(who(request), uid)
    except Person.DoesNotExist:
        raise Http404("nobody here by that name") from None


def _link(request: HttpRequest, person: Person, code: str) -> HttpResponse:
    link = request.build_absolute_uri(f"{reverse('welcome')}?code={code}")
    answer = render(request, "people/invited.html", {"person": person, "link": link})
    answer["Cache-Control"] = "no-store"
    return answer


def _refused(request: HttpRequest, person: Person, error: Refused) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("person", uid=person.uid)
