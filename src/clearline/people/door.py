"""Middleware at the door of every view: nothing undeclared is shown, and no role but agent goes on with one factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from clearline.people.models import Person, Role
from clearline.people.needs import ANYONE, declared
from clearline.people.queries import has_second_factor

ON_THE_WAY = "set up a second factor"  # the deed of pages that lead to one


class Door:
    """Asks each view what it needs before it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        del args, kwargs
        told = declared(view)
        if not told:
            name = getattr(view, "__qualname__", repr(view))
            raise PermissionDenied(
                f"{name} does not say what it needs; decorate it with @needs(...) or @anyone"
            )
        if told & {ANYONE, ON_THE_WAY} or not lacks_second_factor(request):
            return None
        messages.warning(request, "Your role needs a second factor. Set one up, then go on.")
        return redirect("mfa_index")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether somebody is here with one factor whose role needs two."""
    user = request.user
    if settings.DEMO or not isinstance(user, Person) or user.role == Role.AGENT:
        return False
    return not has_second_factor(user)
