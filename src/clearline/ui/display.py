"""How one person wants to see the console: light or dark, and in which time zone; kept in two cookies."""

from collections.abc import Callable
from functools import cache
from inspect import iscoroutinefunction
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware

THEMES = (("system", "Like the system"), ("light", "Light"), ("dark", "Dark"))
YEAR = 365 * 24 * 3600


@cache
def zones() -> frozenset[str]:
    """Every time zone that has a place's name."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or `system`."""
    asked = request.COOKIES.get("theme", "")
    return asked if asked in dict(THEMES) else "system"


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """The person's own time zone; None for the installation's."""
    asked = request.COOKIES.get("zone", "")
    return ZoneInfo(asked) if asked in zones() else None


def _zone_choices() -> list[tuple[str, str]]:
    return [
        ("", f"The shop's: {settings.TIME_ZONE}"),
        *((name, name.replace("_", " ")) for name in sorted(zones())),
    ]


class DisplayForm(forms.Form):
    """What may be chosen; a part that is not sent stays as it is."""

    theme = forms.ChoiceField(label="Colours", choices=THEMES, widget=forms.RadioSelect, required=False)
    zone = forms.ChoiceField(
        label="Time zone", choices=_zone_choices, required=False, help_text="Times are shown in it."
    )

    def remember(self, response: HttpResponse) -> None:
        """Puts what was chosen into the answer's cookies."""
        for name in self.fields:
            if name in self.data:
                response.set_cookie(
                    name,
                    self.cleaned_data[name],
                    max_age=YEAR,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )


@sync_and_async_middleware
def own_zone(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: while a page is made, times are in the zone of whoever asked."""
    if iscoroutinefunction(get_response):

        async def answered_later(request: HttpRequest) -> Any:
            with timezone.override(zone_of(request)):
                return await get_response(request)

        return answered_later

    def answered(request: HttpRequest) -> Any:
        with timezone.override(zone_of(request)):
            return get_response(request)

    return answered
