"""What is left of a visit: looked for byte by byte in everything that is stored, logged and backed up."""

import base64
import http.client
import io
import logging
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from PIL import Image
from tests.alone import alone
from tests.browsing import serving
from tests.characters import AT, logged_in
from tests.culture.speakup.conftest import DAY, PASSPHRASE, WORDS, Channel

from clearline.cli.commands.copying import copy_out
from clearline.culture.models import Letter, Report, Wrap
from clearline.culture.speakup import codes, handling, holding, queries
from clearline.culture.speakup.emptying import emptied
from clearline.culture.speakup.unseen import LARGEST, Door, Unseen
from clearline.engine.events import SECOND
from clearline.evidence.models import Entry
from clearline.people.models import Act
from clearline.record.models import Event
from clearline.ui.clock import now

ADDRESS, OTHER, BROWSER, REFERER = (
    "127.0.0.9",
    "203.0.113.77",
    "Zirkonia/7 (an old phone)",
    "zirkonia.example",
)
CANARIES = ("zirkonia", ADDRESS, OTHER, "Dana Whistler", "quittance.jpg", PASSPHRASE)


def tables() -> dict[str, list[str]]:
    """All rows of all tables."""
    return {
        model._meta.db_table: sorted(map(repr, map(_plain, model._default_manager.values_list())))
        for model in apps.get_models()
    }


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [bytes(one) if isinstance(one, memoryview) else one for one in row]


def everything(home: Path) -> bytes:
    """Every byte of the tables, the database's own files, the home, the server's log and a backup of it all."""
    told = [repr(tables()).encode()]
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        told += [one.read_bytes() for one in name.parent.glob(f"{name.name}*")]
    backup = home / "backup"
    backup.mkdir(exist_ok=True)
    copy_out(backup)
    for folder in (home, settings.HOME.path):
        told += [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    return b"\n".join(told)


def multipart(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = '--cut\r\nContent-Disposition: form-data; name="attached"; filename="quittance.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return b"".join([*parts, head.encode(), file, b"\r\n--cut--\r\n"]), "multipart/form-data; boundary=cut"


def picture() -> bytes:
    """A photograph of 3 MB that says where it was made: more than Django keeps in memory by itself."""
    image, exif, out = Image.effect_noise((1_900, 1_900), 90), Image.Exif(), io.BytesIO()
    exif[0x010E] = "zirkonia"
    image.save(out, "JPEG", quality=95, exif=exif.tobytes())
    return out.getvalue()


def posted(url: str, session: str, code: str, file: bytes) -> tuple[int, dict[str, str], str]:
    """As a browser would that is logged in to the console as well, over a proxy that names the sender."""
    body, kind = multipart({"code": code, "words": WORDS, "name": "Dana Whistler"}, file)
    there = http.client.HTTPConnection(urlsplit(url).netloc, source_address=(ADDRESS, 0), timeout=60)
    headers = {
        "Content-Type": kind,
        "User-Agent": BROWSER,
        "X-Forwarded-For": OTHER,
        "Referer": f"http://{REFERER}/me/",
        "Cookie": f"sessionid={session}; theme=dark",
    }
    with closing(there):
        there.request("POST", "/speak-up/write/", body, headers)
        answer = there.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


@pytest.mark.django_db(transaction=True)
def test_nothing_that_identifies_is_left_anywhere(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the server has the real costs; so do codes that are read here
    session = logged_in(channel.people.ada).cookies["sessionid"].value
    code, before = codes.new(), tables()
    began = now()
    with serving(tmp_path, "asginl") as url:
        status, headers, page = posted(url, session, code, picture())
        assert (status, code in page) == (200, True)
        assert not {"Set-Cookie", "set-cookie"} & headers.keys()
        wrong = http.client.HTTPConnection(urlsplit(url).netloc, source_address=(ADDRESS, 0), timeout=60)
        with closing(wrong):
            wrong.request("GET", "/speak-up/zirkonia/", headers={"User-Agent": BROWSER})
            assert wrong.getresponse().status == 404
    ended = now()
    after = tables()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"culture_report", "culture_letter", "culture_wrap"}
    rows = [*Report.objects.values_list(), *Letter.objects.values_list()]
    assert not [one for row in rows for one in row if isinstance(one, int) and one > 1_000_000]  # no instant
    midnight = (ended // DAY + 1) * DAY + 5 * SECOND
    emptied(midnight, channel.watches)
    for table in (Event.objects.filter(type="report.received"), Entry.objects.filter(kind="event")):
        times = {
            one for row in table.values_list() for one in row if isinstance(one, int) and one > 10**15
        } - {AT, AT + 1, AT + 2}
        assert not [one for one in times if began - 3_600 * SECOND < one < midnight - 6 * SECOND]
    all_of_it = everything(tmp_path)
    private = channel.private(channel.people.alice)
    told = [*CANARIES, code, code.replace("-", ""), private.hex(), base64.b64encode(private).decode()]
    assert [one for one in told if one.lower().encode() in all_of_it.lower()] == []
    assert private not in all_of_it
    (one,) = channel.opened(channel.people.alice)
    ((_, said),) = queries.letters(one)
    assert (said.words, said.name, said.files[0].name) == (WORDS, "Dana Whistler", "file-1.jpg")


@pytest.mark.django_db
def test_two_reports_of_different_people_leave_rows_that_differ_in_nothing_but_noise(
    channel: Channel,
) -> None:
    for words, name, at in (
        ("Too little pause.", "", AT + 3_600 * SECOND),
        (WORDS * 20, "Ada", AT + 9 * 3_600 * SECOND),
    ):
        channel.post(words, at, name=name)
    shapes = {
        (
            one.number,
            one.by,
            one.day,
            len(bytes(one.sealed)),
            len(bytes(one.report.inner)),
            one.report.wraps.count(),
        )
        for one in Letter.objects.all()
    }
    assert len(shapes) == 1
    emptied(AT + DAY, channel.watches)
    events = Event.objects.filter(type="report.received")
    assert {(one.at, one.received) for one in events} == {(AT, AT + DAY)}


@pytest.mark.django_db
def test_the_place_of_rows_says_nothing_of_who_came_first(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the night they are written anew in an order that is drawn by lot; here the lot turns it round."""
    monkeypatch.setattr(random, "SystemRandom", lambda: SimpleNamespace(shuffle=list.reverse))
    for number in range(4):
        channel.post(f"Report number {number}.", AT + number * SECOND)
    came = [str(one.report_id) for one in Letter.objects.select_related("report").all()]
    wraps = set(Wrap.objects.values_list("pk", flat=True))
    emptied(AT + DAY, channel.watches)
    events = Event.objects.filter(type="report.received").order_by("pk").values_list("name", flat=True)
    entered = [name.split(".")[1] for name in events]
    assert entered == came[::-1]
    assert not wraps & set(Wrap.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_handlers_look_and_deeds_hold_no_content(channel: Channel) -> None:
    alice = channel.people.alice
    channel.delivered()
    (one,) = channel.opened(alice)
    handling.acknowledged(alice, one, "Thank you for the zirkonia fee.", AT + DAY, channel.watches)
    handling.noted(one, "The zirkonia fee was Bob's idea.", AT + DAY)
    handling.watched(one, "a-1", AT + DAY)
    holding.looked(channel.holder(alice), AT + DAY, channel.watches)
    told = repr(tables()).lower()
    assert "zirkonia" not in told
    assert {bytes(row.body or b"").count(b"a-1") for row in Event.objects.all()} == {0}
    assert not Act.objects.filter(what__contains=str(channel.report().uid)).exists()


@pytest.mark.django_db
def test_a_logged_in_visitor_is_a_stranger_and_a_refusal_is_no_line_in_a_log(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    ada = logged_in(channel.people.ada)
    with caplog.at_level(logging.DEBUG):
        for path in ("", "write/", "read/", "nowhere/"):
            page = ada.get(f"/speak-up/{path}", headers={"user-agent": BROWSER, "cookie": "theme=dark"})
            assert "Ada" not in page.content.decode()
            assert (page.cookies, page.headers["Cache-Control"]) == ({}, "no-store")
            assert "<script" not in page.content.decode() or path == "nowhere/"
        assert ada.post("/speak-up/read/", {"code": "zirkonia"}).status_code == 404
        assert Client().post("/speak-up/write/", {"words": "short"}).status_code == 422
    lines = [
        one for one in caplog.records if one.name.startswith("django.re") or "speak-up" in one.getMessage()
    ]
    assert lines == []


def test_a_body_stays_in_memory_and_one_that_is_too_large_is_cut() -> None:
    async def read(size: int) -> Any:
        chunk = b"x" * 1_000_000
        sent: Iterator[dict[str, Any]] = iter(
            [*[{"type": "http.request", "body": chunk, "more_body": True}] * size, {"type": "http.request"}]
        )

        async def receive() -> dict[str, Any]:
            return next(sent)

        return await Door.read_body(Door.__new__(Door), receive)

    whole = alone(read(9))
    assert (type(whole), len(whole.getvalue())) == (io.BytesIO, 9_000_000)
    assert len(alone(read(30)).getvalue()) <= LARGEST


@pytest.mark.django_db
def test_files_that_are_too_large_together_are_refused_before_they_are_read(
    channel: Channel,
) -> None:
    assert channel.opened(channel.people.alice) == []
    body, kind = multipart({"code": codes.new(), "words": WORDS}, b"x" * (LARGEST + 1))
    answer = Client().post("/speak-up/write/", body, content_type=kind)
    assert (answer.status_code, Report.objects.exists()) == (413, False)
    assert "more than 12 MB" in answer.content.decode()


def test_what_comes_after_the_door_is_not_told_who_asks() -> None:
    told: dict[str, Any] = {}

    def view(request: HttpRequest) -> HttpResponse:
        told.update(meta={name for name in request.META if name.isupper()}, cookies=request.COOKIES)
        told.update(headers={name.lower() for name in request.headers})
        answer = HttpResponse()
        answer.set_cookie("theme", "dark")
        return answer

    asked = RequestFactory(headers={"user-agent": BROWSER, "x-forwarded-for": OTHER, "referer": REFERER})
    for path, known in (("/speak-up/read/", False), ("/culture/speak-up/", True)):
        answer = Unseen(view)(asked.get(path, headers={"cookie": "sessionid=1"}, REMOTE_ADDR=ADDRESS))
        assert bool({"user-agent", "cookie", "referer", "x-forwarded-for"} & told["headers"]) == known
        assert ("REMOTE_ADDR" in told["meta"], bool(told["cookies"]), bool(answer.cookies)) == (known,) * 3
