"""Answers of the API: tagged, so that what is known is not sent again; logged, where they hold personal data; or problems."""

from collections.abc import Iterable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.responses import Response

from clearline.people.actions import looked
from clearline.people.models import Token
from clearline.record.api.schemas import Problem
from clearline.ui.clock import now

PROBLEM = "application/problem+json"
MOST_TOLD = 5  # faults of a request that are named

REFUSALS: dict[Any, Any] = dict.fromkeys(
    (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
    Problem,
)
"""What every operation may answer in place of what it was asked for."""


class Api(NinjaAPI):
    """An API whose every answer goes through one place."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """The answer; where it holds what was looked at, only after the look is in the log."""
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if response.status_code != HTTPStatus.OK:
            return response
        tag = f'"{sha256(response.content).hexdigest()[:32]}"'
        for name, value in (("ETag", tag), ("Cache-Control", "private, no-cache"), ("Vary", "Authorization")):
            response.headers[name] = value
        told = get_conditional_response(request, etag=tag, response=response)
        seen = getattr(request, "seen", "")
        if told is not None and told.status_code == HTTPStatus.OK and seen:
            looked(asker(request).owner, seen, now())
        return told or response


def asker(request: HttpRequest) -> Token:
    """The token that asks."""
    token = request.auth  # type: ignore[attr-defined] # ninja sets it
    assert isinstance(token, Token)
    return token


def seen(request: HttpRequest, what: str, which: Iterable[str]) -> None:
    """Says what an answer shows of people; it is logged when it is sent. An answer that shows nobody is not."""
    names = ", ".join(which)
    if names:
        request.seen = f"{what} through the API: {names}"  # type: ignore[attr-defined] # read by Api


def not_found(what: str) -> HttpError:
    return HttpError(HTTPStatus.NOT_FOUND, what)


def problem(status: int, detail: str) -> HttpResponse:
    """Why a request is refused, for machines and people."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return Response(told.dict(), status=status, content_type=PROBLEM)


def refuse(api: NinjaAPI) -> None:
    """Lets every error of an API end as a problem."""

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        del request
        response = problem(error.status_code, str(error))
        if error.status_code == HTTPStatus.UNAUTHORIZED:
            response = problem(error.status_code, "a token is needed: Authorization: Bearer cl_…")
            response.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, Throttled):
            response.headers["Retry-After"] = str(error.wait)
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        del request
        told = [f"{one['loc'][-1]}: {one['msg']}" for one in error.errors[:MOST_TOLD]]
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(told))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        del request, error
        return problem(HTTPStatus.NOT_FOUND, "there is no such thing, or it is not yours to see")
