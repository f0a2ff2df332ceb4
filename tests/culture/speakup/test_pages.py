"""The pages: of whoever speaks up, on a telephone; and of those who read it."""

import io
import re

import pytest
from django.test import Client
from tests.browsing import Console
from tests.characters import logged_in
from tests.culture.speakup.conftest import DAY, PASSPHRASE, WORDS, Channel
from tests.ui.reading import Reader

from clearline.culture.models import Holder, Report
from clearline.culture.speakup import codes, holding, pace, unlocking
from clearline.culture.speakup.emptying import emptied
from clearline.engine.events import SECOND
from clearline.ui.clock import now

INBOX = "/culture/speak-up/"


def night(channel: Channel) -> None:
    emptied(now() + DAY, channel.watches)


def unlocked(channel: Channel) -> Client:
    client = logged_in(channel.people.alice, freshly=True)
    assert client.post(f"{INBOX}unlock/", {"passphrase": PASSPHRASE}).status_code == 302
    return client


@pytest.mark.django_db(transaction=True)
def test_a_report_made_on_a_phone_is_acknowledged_answered_and_read_with_its_code(
    console: Console, channel: Channel
) -> None:
    phone = console.window(360)
    phone.goto("/speak-up/")
    phone.get_by_role("link", name="Write a report").click()
    phone.get_by_label("What has happened?").fill(WORDS)
    phone.get_by_label("Bob").check()
    phone.get_by_label("Files").set_input_files(
        {"name": "dana.txt", "mimeType": "text/plain", "buffer": b"The fee is 4.99."}
    )
    phone.get_by_role("button", name="Send it").click()
    code = phone.locator(".receipt code").inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.context.cookies() == []
    night(channel)
    desk = console.entered(channel.people.alice)
    desk.goto(INBOX)
    desk.get_by_label("Passphrase of your key").fill(PASSPHRASE)
    desk.get_by_role("button", name="Unlock").click()
    desk.get_by_role("link", name=WORDS[:20]).click()
    desk.get_by_role("button", name="Acknowledge it").click()
    desk.get_by_label("To the reporter").fill("The fee stands on the first page again.")
    desk.get_by_role("button", name="This says what is done about it").click()
    desk.get_by_role("button", name="Close the report").wait_for()
    phone.goto("/speak-up/read/")
    phone.get_by_label("Receipt code").fill(code.lower().replace("-", " "))
    phone.get_by_role("button", name="Open").click()
    assert phone.get_by_text("The fee stands on the first page again.").is_visible()
    assert WORDS not in phone.content()


@pytest.mark.django_db
def test_pages_of_holders_are_well_formed_and_lock_themselves(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.post(at=now())
    night(channel)
    client, uid = unlocked(channel), Report.objects.get().uid
    for path in ("", "holders/", "key/", "figures/", f"{uid}/"):
        page = client.get(f"{INBOX}{path}")
        assert (page.status_code, Reader(page.content.decode()).faults()) == (200, []), path
    assert WORDS in client.get(f"{INBOX}{uid}/").content.decode()
    later = now() + (unlocking.FOR + 1) * SECOND
    monkeypatch.setattr("clearline.culture.speakup.inside.now", lambda: later)
    told = client.post(
        f"{INBOX}{uid}/step/", {"do": "note", "words": "Twenty careful lines."}
    ).content.decode()
    assert "locked itself" in told
    assert "Twenty careful lines." in told
    assert WORDS not in client.get(f"{INBOX}{uid}/").content.decode()


@pytest.mark.django_db
def test_half_a_key_opens_nothing(channel: Channel) -> None:
    channel.post(at=now())
    night(channel)
    client = unlocked(channel)
    assert WORDS[:20] in client.get(INBOX).content.decode()
    kept = client.cookies[unlocking.COOKIE].value
    for half in ("", "a" * 44, "no base64"):
        client.cookies[unlocking.COOKIE] = half
        assert WORDS[:20] not in client.get(INBOX).content.decode()
    other = logged_in(channel.people.anna)
    other.cookies[unlocking.COOKIE] = kept
    assert WORDS[:20] not in other.get(INBOX).content.decode()
    client.cookies[unlocking.COOKIE] = kept
    client.post(f"{INBOX}lock/")
    client.cookies[unlocking.COOKIE] = kept
    assert WORDS[:20] not in client.get(INBOX).content.decode()


@pytest.mark.django_db
def test_a_wrong_passphrase_opens_nothing_and_neither_does_an_office_or_an_administrator(
    channel: Channel,
) -> None:
    channel.post(at=now())
    night(channel)
    uid = Report.objects.get().uid
    alice = logged_in(channel.people.alice)
    refused = alice.post(f"{INBOX}unlock/", {"passphrase": PASSPHRASE + "!"})
    assert (refused.status_code, "not the passphrase" in refused.content.decode()) == (422, True)
    assert WORDS not in alice.get(f"{INBOX}{uid}/").content.decode()
    for person in (channel.people.max, channel.people.audrey, channel.people.ada):
        assert logged_in(person).get(f"{INBOX}{uid}/").status_code == 403
    recovery = logged_in(channel.people.bob)
    recovery.post(f"{INBOX}unlock/", {"passphrase": PASSPHRASE})
    assert WORDS not in recovery.get(f"{INBOX}{uid}/").content.decode()


@pytest.mark.django_db
def test_whoever_is_named_gets_the_same_page_as_for_a_report_that_never_was(channel: Channel) -> None:
    channel.post(at=now(), kept_out=(channel.people.alice,))
    night(channel)
    client, uid = unlocked(channel), Report.objects.get().uid
    never = "00000000-0000-4000-8000-000000000000"
    pages = [client.get(f"{INBOX}{one}/") for one in (uid, never)]
    assert {page.status_code for page in pages} == {404}
    told = [re.sub(r"[A-Za-z0-9]{64}|[\w-]{36}", "", page.content.decode()) for page in pages]  # ids, tokens
    assert told[0] == told[1]
    assert "The box is empty" in client.get(INBOX).content.decode()


@pytest.mark.django_db
def test_an_officer_appoints_a_new_holder_makes_a_key_and_another_one_lets_it_in(channel: Channel) -> None:
    people = channel.people
    alice = unlocked(channel)
    alice.post(f"{INBOX}holders/{channel.holder(people.anna).pk}/release/")
    alice.post(f"{INBOX}holders/appoint/", {"person": str(people.anna.uid), "kind": Holder.Kind.HANDLER})
    anna = logged_in(people.anna, freshly=True)
    short = anna.post(f"{INBOX}key/", {"passphrase": "too short", "again": "too short"})
    assert "at least 16 characters" in short.content.decode()
    anna.post(f"{INBOX}key/", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    made = channel.holder(people.anna)
    assert made.trusted is None
    alice.post(f"{INBOX}holders/{made.pk}/let-in/")
    assert channel.holder(people.anna).trusted
    assert "waits" not in alice.get(f"{INBOX}holders/").content.decode()


@pytest.mark.django_db
def test_the_public_pages_say_what_they_see_and_refuse_in_plain_words(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Client()
    for path in ("", "write/", "read/"):
        page = visitor.get(f"/speak-up/{path}").content.decode()
        assert Reader(page).faults() == []
        assert "What this server sees" in page or path == "read/"
    office = io.BytesIO(b"PK\x03\x04 of an office")
    office.name = "dana.docx"
    told = {"code": codes.new(), "words": WORDS, "attached": office}
    refused = visitor.post("/speak-up/write/", told)
    assert (refused.status_code, Report.objects.exists()) == (422, False)
    assert "only JPEG, PNG and WebP pictures" in refused.content.decode()
    monkeypatch.setattr(pace.POSTING, "_held", 0.0)
    monkeypatch.setattr(pace.POSTING, "_at", now() + DAY)
    assert visitor.post("/speak-up/write/", told).status_code == 503
    for one in (pace.READING, pace.UNLOCKING):
        monkeypatch.setattr(one, "_held", 0.0)
        monkeypatch.setattr(one, "_at", now() + DAY)
    assert visitor.post("/speak-up/read/", {"code": codes.new()}).status_code == 503
    tried = logged_in(channel.people.alice).post(f"{INBOX}unlock/", {"passphrase": PASSPHRASE})
    assert "Too many passphrases" in tried.content.decode()
    holding.released(channel.people.alice, channel.holder(channel.people.bob), now(), channel.watches)
    assert "Nobody can be written to here yet" in visitor.get("/speak-up/").content.decode()


def test_the_pace_is_kept_and_a_clock_that_goes_back_gives_nothing() -> None:
    one = pace.Pace(3, 10 * SECOND)
    start = now()
    assert [one.takes(start) for _ in range(4)] == [True, True, True, False]
    assert not one.takes(start - 3_600 * SECOND)
    assert not one.takes(start - 3_600 * SECOND + SECOND)
    assert one.takes(start - 3_600 * SECOND + 12 * SECOND)


@pytest.mark.django_db
def test_an_auditor_sees_that_something_is_due_and_nothing_of_it(channel: Channel) -> None:
    channel.post(at=now() - DAY)
    night(channel)
    uid = str(Report.objects.get().uid)
    seen = logged_in(channel.people.audrey).get("/duties/").content.decode()
    assert uid in seen
    assert WORDS[:20] not in seen
    for person in (channel.people.alice, channel.people.anna):
        page = logged_in(person).get("/duties/").content.decode()
        assert uid not in page
