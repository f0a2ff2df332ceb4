"""What makes a visit to the public pages leave no trace: who asks is forgotten at the door, and nothing of it is written to disk."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from django.core.exceptions import RequestAborted
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PLACE: Final = "/speak-up/"
LARGEST: Final = 12 * 1024 * 1024  # bytes of a letter with its files
MOST: Final = 100 * 1024 * 1024  # that are read, and thrown away, so that a browser hears why
_KEPT: Final = frozenset(
    {
        *("REQUEST_METHOD", "PATH_INFO", "SCRIPT_NAME", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"),
        *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO"),
    }
)
"""All that the pages need to know of a request: nothing of whoever makes it."""


class Unseen:
    """Middleware before all others: no address, browser, cookie or page before this one reaches them, and no cookie leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PLACE):
            return self.get_response(request)
        for name in [name for name in request.META if name.isupper() and name not in _KEPT]:
            del request.META[name]
        request.upload_handlers = [InMemory(request)]
        response = self.get_response(request)
        response.cookies.clear()
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        setattr(response, "_has_been_logged", True)  # noqa: B010 - Django's own mark: a refusal is no line in a log
        return response


class InMemory(MemoryFileUploadHandler):
    """Files stay in memory, however large: nothing of a report is ever on a disk in clear."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Takes them all; how much comes in is limited before."""
        del args, kwargs
        self.activated = True


class Door(ASGIHandler):
    """The console for these pages alone: Django would put a body of more than 2.5 MB into a file on disk."""

    async def read_body(self, receive: Any) -> BytesIO:
        """The body in memory; of one that is too large only the beginning, so that it is known to be."""
        body, read = BytesIO(), 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            chunk = message.get("body", b"")
            read += len(chunk)
            if read > MOST:
                raise RequestAborted
            if read <= LARGEST:
                body.write(chunk)
            if not message.get("more_body", False):
                body.seek(0)
                return body
