"""One call: what was said and found, to whom it is shown, and that each look at it is in the log."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from tests.characters import Cast, logged_in
from tests.record.conftest import BAD, LATER, NOON, Take, call

from clearline.engine.events import SECOND, Event
from clearline.evidence import actions as log
from clearline.evidence.errors import EvidenceError
from clearline.people.acts import LOOK
from clearline.people.models import Act
from clearline.record import models

pytestmark = pytest.mark.django_db


TOKEN = re.compile(r'"X-CSRFToken": "\w+"|csrfmiddlewaretoken" value="\w+"')


def shown(people: Cast, who: str = "alice", name: str = "bad") -> str:
    answer = logged_in(getattr(people, who)).get(f"/calls/{name}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_what_was_said_and_what_was_found(people: Cast) -> None:
    body = shown(people)
    assert "Thank you for calling Northwind, how can I help?" in body
    for finding in models.Finding.objects.filter(timeline__subject="bad"):
        assert f"/findings/{finding.uid}/" in body
        assert f"entry {finding.entry}" in body
    assert "What was due when" in body
    assert "Every rule that came up" in body


def test_secrets_are_shown_as_what_they_were(people: Cast) -> None:
    body = shown(people)
    assert "[card number]" in body
    assert "[security code]" in body
    assert "xxxx" not in body
    for secret in ("4242", "737"):
        assert secret not in body.replace("/", " ").split()


def test_every_event_has_its_entry(people: Cast) -> None:
    body = shown(people)
    for event in models.Event.objects.filter(places__timeline__subject="bad", places__timeline__kind="call"):
        assert f"</span>{event.entry}<" in body


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("alice", 200),
        ("anna", 200),
        ("audrey", 200),
        ("bob", 200),
        ("ada", 200),
        ("charlie", 404),
        ("max", 403),
    ],
)
def test_it_is_shown_to_those_within_whose_reach_it_is(people: Cast, who: str, status: int) -> None:
    before = Act.objects.filter(kind=LOOK).count()
    answer = logged_in(getattr(people, who)).get("/calls/bad/")
    assert answer.status_code == status
    assert ("Northwind" in answer.content.decode()) == (status == 200)
    assert Act.objects.filter(kind=LOOK).count() - before == (status == 200)


def test_a_call_that_is_none_looks_like_one_that_is_not_ones_own(people: Cast) -> None:
    client = logged_in(people.charlie)
    mine, none = client.get("/calls/bad/"), client.get("/calls/no-such/")
    assert mine.status_code == none.status_code == 404
    pages = [TOKEN.sub("", answer.content.decode()) for answer in (mine, none)]
    assert pages[0].replace("bad", "no-such") == pages[1]


def test_a_look_says_who_looked_at_whose_call(people: Cast) -> None:
    shown(people, "bob")
    look = Act.objects.filter(kind=LOOK).latest("index")
    assert (look.by, look.about, look.what) == (people.bob, people.ada, "call bad")


@pytest.mark.parametrize("error", [DatabaseError("locked"), EvidenceError("rolled back")])
@pytest.mark.parametrize("page", ["calls/bad", "findings"])
def test_what_cannot_be_logged_is_not_shown(
    people: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, page: str
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(log, "lock", fails)
    if page == "findings":
        page = f"findings/{models.Finding.objects.filter(timeline__subject='bad')[0].uid}"
    answer = logged_in(people.alice).get(f"/{page}/")
    assert answer.status_code == 503
    body = answer.content.decode()
    assert "nothing is shown" in body
    assert "Northwind" not in body
    assert "Bank" not in body


def test_a_running_call_says_what_is_still_due(people: Cast) -> None:
    body = shown(people, name="running")
    assert "This call is not over" in body


def test_a_call_of_which_all_was_erased_says_so(people: Cast) -> None:
    models.Event.objects.filter(places__timeline__subject="bad").update(body=None)
    models.Finding.objects.filter(timeline__subject="bad").update(body=None)
    models.Duty.objects.filter(timeline__subject="bad").update(body=None)
    body = shown(people)
    assert "was erased" in body
    assert "Northwind" not in body


def test_a_call_of_which_words_were_erased_shows_the_rest(people: Cast) -> None:
    models.Event.objects.filter(source="telephony", name="bad-5").update(body=None)
    body = shown(people)
    assert "marmalade" not in body
    assert "how can I help?" in body
    assert "1 of 8 events were erased" in body


def test_what_was_withdrawn_stays_to_be_seen(people: Cast) -> None:
    finding = models.Finding.objects.filter(timeline__subject="bad", question=False)[0]
    models.Finding.objects.filter(pk=finding.pk).update(withdrawn=LATER, withdrawn_entry=1)
    body = shown(people)
    assert "1 finding withdrawn" in body
    assert "The rules of today would judge this call otherwise" in body


def test_events_whose_ids_look_alike_once_masked_stay_apart(people: Cast, take: Take) -> None:
    events = [
        Event(
            f"1790000000{number:06d}", one.type, one.at, one.data, {"call": "long", "agent": "a-1"}, one.seq
        )
        for number, one in enumerate(call(*BAD, name="long", at=NOON + 1_800 * SECOND))
    ]
    take(events)
    body = shown(people, name="long")
    rows = models.Event.objects.filter(places__timeline__subject="long")
    assert rows.count() == len(BAD)
    for row in rows:
        assert f"</span>{row.entry}<" in body


def test_markup_in_words_is_shown_as_words(people: Cast, take: Take) -> None:
    lines = (
        "0 call.started",
        "1 call.answered",
        "2 agent: <script>alert(1)</script> & {{ call }}",
        "9 call.ended",
    )
    take(call(*lines, name="odd", agent="a-1", at=NOON + 2_400 * SECOND))
    body = shown(people, name="odd")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ call }}" in body
    assert "<script>alert" not in body


def test_a_page_takes_few_queries_however_long_the_call_is(
    people: Cast, take: Take, django_assert_max_num_queries: Any
) -> None:
    lines = [f"{second} agent: And so on, number {second}." for second in range(2, 200)]
    take(call("0 call.started", "1 call.answered", *lines, "400 call.ended", name="talk", agent="a-1"))
    client = logged_in(people.bob)
    with django_assert_max_num_queries(32):
        assert client.get("/calls/talk/").status_code == 200


def test_nothing_on_the_page_needs_an_inline_style_or_script(people: Cast) -> None:
    body = shown(people)
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=|<style|<script(?! src=)", body)


def test_no_template_trusts_what_it_is_given() -> None:
    folder = Path(models.__file__).parents[1] / "templates"
    assert all("|safe" not in path.read_text() for path in folder.rglob("*.html"))
