"""The way into what keeps people honest with each other; for now, speaking up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may


@needs("open the console")
@require_safe
def culture(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    return render(
        request,
        "culture/culture.html",
        {"holds": may(asks, "hold report keys"), "handles": may(asks, "handle reports")},
    )
