"""The sound of a recording, muted, as a player asks for it: a part at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.engine.events import SECOND, Instant
from clearline.people.acts import LOOK
from clearline.people.models import Act, Person
from clearline.people.needs import needs, who
from clearline.record.models import Recording
from clearline.record.queries import recordings
from clearline.record.recordings import places
from clearline.record.views.looking import not_logged
from clearline.record.views.ranges import UNSATISFIABLE, asked
from clearline.ui.clock import now

HOUR: Final = 3_600 * SECOND
_BLOCK: Final = 1 << 18


@needs("see recordings")
@require_safe
@never_cache
def muted(request: HttpRequest, recording: UUID) -> HttpResponseBase:
    """The muted copy, to those who may see the call; that somebody listened is logged, once an hour."""
    asks, at = who(request), now()
    try:
        row = recordings.playable(asks, recording)
    except Recording.DoesNotExist:
        raise Http404("no recording of that name, or not yours to hear") from None
    path = places.muted(row.uid)
    if not path.is_file():
        raise Http404("the file is not here")
    look = f"recording {row.uid}"
    if not _logged(asks, look, at) and (refused := not_logged(request, look, at, recordings.agent_of(row))):
        return refused
    return _part(request, path, f'"{row.muted}"')


def _logged(asks: Person, look: str, at: Instant) -> bool:
    return Act.objects.filter(by=asks, kind=LOOK, what=look, at__gt=at - HOUR).exists()


def _part(request: HttpRequest, path: Path, tag: str) -> HttpResponseBase:
    size = path.stat().st_size
    wanted = asked(request.headers.get("Range", ""), size)
    if request.headers.get("If-Range", tag) != tag:
        wanted = None
    if wanted is UNSATISFIABLE:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = wanted or range(size)
    blocks = _blocks(path, part)
    body = _waited(blocks) if isinstance(request, ASGIRequest) else blocks
    answer = StreamingHttpResponse(body, status=206 if wanted else 200, content_type="audio/wav")
    answer["Accept-Ranges"], answer["ETag"], answer["Content-Length"] = "bytes", tag, str(len(part))
    if wanted:
        answer["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return answer


def _blocks(path: Path, part: range) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.start)
        left = len(part)
        while left and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block


async def _waited(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same, for a server that waits for nobody: Django would read all of it first."""
    while block := await asyncio.to_thread(lambda: next(blocks, b"")):
        yield block
