"""The API's description, as OpenAPI for machines and as a page for people."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from clearline.people.needs import anyone, needs
from clearline.record.api.answers import problem
from clearline.record.api.description import described, operations, shapes


@anyone
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Says nothing that the source does not say."""
    del request
    return JsonResponse(described())


@needs("open the console")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "record/api.html", {"operations": operations(), "shapes": shapes()})


@anyone
@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that is none, told as machines understand it."""
    del request, rest
    return problem(HTTPStatus.NOT_FOUND, "there is no such address; /api/openapi.json has all")
