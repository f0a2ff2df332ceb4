"""What a view needs of whoever asks: each says so, and one that says nothing is shown to nobody."""

import inspect
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any, Final, TypeVar

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja.openapi.views import default_home
from ninja.operation import PathView

from clearline.people.models import Person
from clearline.people.permissions import MAY, may

View = Callable[..., HttpResponseBase]
Marked = TypeVar("Marked", bound=Callable[..., Any])
ANYONE: Final = "anyone"
_MARK: Final = "clearline_needs"


def needs(deed: str, *, fresh: bool = False) -> Callable[[View], View]:
    """A view for people who are logged in and may do this deed; what of it each may see is the query's matter.

    Fresh: whoever posts must have shown a password or a second factor in the last minutes, and is sent to do so.
    """
    if deed not in MAY:
        raise KeyError(f"no role may {deed!r}: write it into people/permissions.py first")

    def decorate(view: View) -> View:
        if fresh:
            view = reauthentication_required(view, allow_get=True)

        @login_required
        @wraps(view, updated=())
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user, deed):
                raise PermissionDenied(f"your role may not {deed}")
            return view(request, *args, **kwargs)

        return mark(guarded, deed)

    return decorate


def under(deed: str, patterns: Sequence[URLPattern]) -> list[URLPattern]:
    """The addresses of a room below this one, whose views can't say by themselves what they need."""
    return [
        URLPattern(one.pattern, needs(deed)(one.callback), one.default_args, one.name) for one in patterns
    ]


def anyone(view: Marked) -> Marked:
    """A page or route for strangers, too: the door itself."""
    return mark(view, ANYONE)


def mark(view: Marked, deed: str) -> Marked:
    """Says what something needs that guards itself."""
    setattr(view, _MARK, deed)
    return view


def declared(view: Callable[..., Any]) -> frozenset[str]:
    """What a view says that it needs, for each of its API operations; empty where one of them says nothing."""
    if isinstance(view, partial) and view.func is default_home:
        return frozenset({ANYONE})  # ninja's root of an API, which is always a 404
    operations = _operations(view)
    if operations is None:
        return frozenset(filter(None, [getattr(view, _MARK, None)]))
    found = [
        {getattr(auth, _MARK, None) for auth in operation.auth_callbacks}
        or {getattr(operation.view_func, _MARK, None)}
        for operation in operations
    ]
    told = {need for needs_of_one in found for need in needs_of_one}
    return frozenset() if None in told else frozenset(filter(None, told))


def who(request: HttpRequest) -> Person:
    """Whoever asks, in a view that needs somebody."""
    if not isinstance(request.user, Person):
        raise PermissionDenied("log in first")
    return request.user


def _operations(view: Callable[..., Any]) -> list[Any] | None:
    """The operations behind a view of django-ninja, which hides them in a closure."""
    if not inspect.isfunction(view):
        return None
    path_view = inspect.getclosurevars(view).nonlocals.get("self")
    return path_view.operations if isinstance(path_view, PathView) else None
