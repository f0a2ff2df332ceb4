"""Requests about one's own data: deadlines, exports, and erasure that leaves nothing but proofs."""

import json
import subprocess
import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from tests.characters import AT, Cast, cast
from tests.record.conftest import Take, call, proofs_hold

from clearline.engine.durations import Calendar, parse_span, reach
from clearline.engine.events import SECOND, Event, Instant
from clearline.evidence.actions import done
from clearline.evidence.checking import unopened
from clearline.evidence.models import Entry
from clearline.people.actions import looked
from clearline.people.models import Act, Person
from clearline.record import checking, openings
from clearline.record.actions.append import Outcome
from clearline.record.actions.ticking import tick
from clearline.record.errors import RefusedError
from clearline.record.gone import objected
from clearline.record.models import (
    Call,
    Contact,
    ContactPoint,
    Duty,
    Finding,
    Recording,
    RightsRequest,
    ShopAnswers,
    Timeline,
)
from clearline.record.models import Event as Stored
from clearline.record.retention import holds
from clearline.record.retention.scrubbing import sweep
from clearline.record.rights import actions, exporting
from clearline.record.rights.erasing import erased, plan, timelines_of
from clearline.record.watching import Watches

DAY = 86_400 * SECOND
CANARY = "Kolibri"
START = AT - 40 * DAY
PHONE, MAIL = "+33142685300", "kolibri@nest.example"
CALL = (
    '0 call.started direction=inbound purpose=service places=["FR"] recorded=true',
    "3 call.answered",
    "9 customer: This is Kolibri speaking, of 7 Kolibri Lane.",
    "60 call.ended",
)


def contact_event(
    name: str, what: str, at: Instant, subject: str = f"{CANARY}-7", /, **data: object
) -> Event:
    return Event(name, what, at, dict(data), {"contact": subject})


def a_customer(take: Take, places: Sequence[str] = ("FR",), lines: Sequence[str] = CALL) -> Contact:
    """Somebody whose every datum holds the canary."""
    subject = f"{CANARY}-7"
    told = {"name": f"Ko {CANARY}", "number": PHONE, "email": MAIL, "places": list(places)}
    events = [
        contact_event("k-0", "contact.updated", START - DAY, **told),
        contact_event(
            "k-1", "consent.given", START - DAY, kind="opt-in", purpose="marketing", wording=f"Dear {CANARY}"
        ),
        *call(*lines, at=START, contact=subject, agent="a-1"),
        Event(
            "o-0",
            "order.placed",
            START + SECOND,
            {"total": "19.00", "note": CANARY},
            {"order": "o-1", "contact": subject},
        ),
        Event(
            "s-0",
            "subscription.started",
            START,
            {"note": CANARY},
            {"subscription": "s-1", "contact": subject},
        ),
        Event("s-1", "subscription.charged", START + DAY, {"note": CANARY}, {"subscription": "s-1"}),
    ]
    assert {one.outcome for one in take(events, at=AT)} == {Outcome.STORED}
    return Contact.objects.get(subject=subject)


def where_it_is_told(canary: str = CANARY) -> list[str]:
    """Every table and column that holds the word, in any case; bytes are searched, too."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    if canary.lower().encode() in raw.lower():
                        found.append(f"{table}.{name}")
    return found


def files(canary: str = CANARY) -> list[str]:
    """Every file of the home that holds the word. Another process reads them: to close a database's file here would drop
    the locks that SQLite holds on it in this one."""
    options = ["--recursive", "--text", "--ignore-case", "--files-with-matches", "--exclude=django"]
    done = subprocess.run(
        ["grep", *options, canary, str(settings.HOME.path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode in {0, 1}, done.stderr) == (True, "")
    return done.stdout.splitlines()


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


@pytest.fixture
def alice(people: Cast) -> Person:
    return people.alice


def asked(
    alice: Person, contact: Contact, watches: Watches, kind: str = "erasure", places: Sequence[str] = ()
) -> RightsRequest:
    return actions.received(alice, contact, kind, places or contact.places, AT, at=AT, watches=watches)


def test_the_month_of_a_request_is_a_duty_and_its_miss_a_finding(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take), watches, "access")
    (duty,) = Duty.objects.filter(timeline=request.timeline)
    assert (duty.rule, duty.deadline) == (
        "rights-answered-in-a-month",
        reach(AT, parse_span("1mo"), Calendar()),
    )
    tick(AT + 40 * DAY, watches)
    assert Finding.objects.filter(timeline=request.timeline, rule="rights-answered-in-a-month").exists()


def test_california_wants_a_confirmation_in_ten_business_days_and_an_answer_in_45_days(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take), watches, "access", ["US-CA"])
    told = dict(Duty.objects.filter(timeline=request.timeline).values_list("rule", "deadline"))
    assert told == {
        "california-request-confirmed": reach(AT, parse_span("10bd"), Calendar()),
        "california-answered-in-45-days": AT + 45 * DAY,
    }
    actions.confirmed(alice, request, AT + DAY, watches)
    assert Duty.objects.get(timeline=request.timeline).rule == "california-answered-in-45-days"


def test_an_extension_moves_the_deadline_once_as_far_as_the_law_lets_it(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take), watches, "access")
    request = actions.extended(alice, request, AT + 20 * DAY, watches)
    until = reach(AT, parse_span("3mo"), Calendar())
    assert request.extended_to == until
    assert Duty.objects.get(timeline=request.timeline).deadline == until
    with pytest.raises(RefusedError, match="once"):
        actions.extended(alice, request, AT + 21 * DAY, watches)


def test_where_two_laws_hold_the_shorter_extension_counts(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take, ["FR", "US-CA"]), watches, "access")
    until = min(reach(AT, parse_span(one), Calendar()) for one in ("3mo", "90d"))
    assert actions.longest(request, watches) == until


def test_an_answer_ends_the_duties_and_the_request_can_be_closed(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take), watches, "rectification")
    with pytest.raises(RefusedError, match="answer it first"):
        actions.closed(alice, request, AT + DAY, watches)
    with pytest.raises(RefusedError, match="told why"):
        actions.answered(alice, request, "refused", " ", at=AT + DAY, watches=watches)
    actions.answered(alice, request, "done", "", at=AT + DAY, watches=watches)
    actions.closed(alice, request, AT + DAY, watches)
    assert not Duty.objects.filter(timeline=request.timeline).exists()
    assert not Finding.objects.filter(timeline=request.timeline).exists()
    with pytest.raises(RefusedError, match="closed"):
        actions.confirmed(alice, request, AT + DAY, watches)


def test_an_objection_is_heeded_at_once_by_number_and_by_address(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    assert not objected("phone", PHONE)
    request = asked(alice, contact, watches, "objection")
    assert objected("phone", "+33 1 42 68 53 00")
    assert objected("email", MAIL.upper())
    assert not objected("phone", "+33142685301")
    types = set(Timeline.objects.get(kind="contact").standing.values_list("event__type", flat=True))
    assert {"dnc.requested", "dnc.added"} <= types
    assert {one.rule for one in Duty.objects.filter(timeline=request.timeline)} == {
        "rights-answered-in-a-month"
    }


def test_an_export_holds_all_and_is_logged_before_it_is_made(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take), watches, "access")
    export = exporting.exported(alice, request, AT)
    with zipfile.ZipFile(BytesIO(exporting.opened(alice, export, AT + 1))) as file:
        data = json.loads(file.read("data.json"))
        page = file.read("index.html").decode()
    words = json.dumps(data)
    assert f"This is {CANARY} speaking" in words
    assert {"contact", "call", "order", "subscription"} == {one["kind"] for one in data["timelines"]}
    assert (data["contact"]["name"], data["reached_at"][1]["value"]) == (f"Ko {CANARY}", PHONE)
    for told in (f"This is {CANARY} speaking", PHONE, MAIL, f"Dear {CANARY}", "subscription.charged"):
        assert told in page
    assert Act.objects.filter(kind="look", by=alice).count() == 2
    assert exporting.path_of(export).stat().st_mode & 0o077 == 0
    exporting.path_of(export).unlink()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_leaves_nothing_of_the_contact_anywhere_and_every_proof_holds(
    take: Take, watches: Watches
) -> None:
    others = {*files()}  # of other tests, which leave theirs in this home
    alice = cast().alice
    contact = a_customer(take)
    looked(alice, f"contact {contact.subject}", AT)
    exporting.exported(alice, asked(alice, contact, watches, "access"), AT)
    evidence = openings.chosen("contact", contact.subject)
    with transaction.atomic():
        done("evidence.exported", "house", {"what": evidence.what}, AT, evidence.what)
    request = asked(alice, contact, watches)
    before = Entry.objects.count()
    assert where_it_is_told()
    if connection.vendor == "sqlite":
        assert {*files()} - others
    gone = actions.erased_for(alice, request, AT, watches)
    sweep()
    assert gone.whole
    assert [*checking.faults(), *unopened(checking.content())] == []
    assert where_it_is_told() == []
    connection.close()
    assert {*files()} <= others
    assert Entry.objects.count() > before
    proofs_hold()
    contact.refresh_from_db()
    assert (contact.name, contact.erased) == ("", AT)
    assert (
        not Timeline.objects.filter(kind__in=["contact", "call", "order", "subscription"])
        .exclude(secret=None)
        .exists()
    )
    assert Timeline.objects.filter(kind="agent").exclude(secret=None).exists()
    assert objected("phone", PHONE)
    assert Call.objects.get().contact is None


def test_other_peoples_data_stays(take: Take, alice: Person, watches: Watches) -> None:
    contact = a_customer(take)
    take([contact_event("x-0", "contact.updated", START, "k-8", name="Robin", number="+33142685399")], at=AT)
    take(
        call(*CALL[:2], "5 customer: Robin here.", CALL[3], name="c-8", at=START, contact="k-8", agent="a-1"),
        at=AT,
    )
    actions.erased_for(alice, asked(alice, contact, watches), AT, watches)
    assert where_it_is_told("Robin")
    assert not objected("phone", "+33142685399")
    assert Contact.objects.get(subject="k-8").name == "Robin"


def test_what_a_law_keeps_stays_and_the_answer_says_so(take: Take, alice: Person, watches: Watches) -> None:
    lines = [CALL[0].replace("service", "marketing").replace('"FR"', '"US-CA"'), *CALL[1:]]
    contact = a_customer(take, ["US-CA"], lines)
    request = asked(alice, contact, watches)
    done = actions.erased_for(alice, request, AT, watches)
    assert not done.whole
    request.refresh_from_db()
    told = {one["class"]: one for one in request.kept}
    assert told.keys() >= {"Facts of calls", "Consents", "Orders", "Contacts"}
    assert "16 CFR 310.5(a)(2)" in told["Facts of calls"]["because"]
    assert told["Facts of calls"]["until"] > AT
    assert CANARY not in json.dumps(request.kept)
    contact.refresh_from_db()
    assert contact.erased is None
    assert Timeline.objects.get(kind="call").secret is not None


def test_without_a_law_that_keeps_them_the_words_of_a_service_call_go_and_its_order_stays(
    take: Take, alice: Person, watches: Watches
) -> None:
    lines = [CALL[0].replace('"FR"', '"US-CA"'), *CALL[1:]]
    ShopAnswers.objects.create(answers={"debts": ["no"]}, at=AT, by=alice, secret=b"", entry=0)
    request = asked(alice, a_customer(take, ["US-CA"], lines), watches)
    actions.erased_for(alice, request, AT, watches)
    assert "Words of calls" not in {one["class"] for one in request.kept}
    assert not any(f"This is {CANARY}" in one for one in (repr(row) for row in words()))
    assert ContactPoint.objects.filter(value=PHONE).exists()


def test_a_german_order_stays_as_a_voucher_and_all_else_of_its_call_goes(
    take: Take, alice: Person, watches: Watches
) -> None:
    request = asked(alice, a_customer(take, ["DE"]), watches)
    actions.erased_for(alice, request, AT, watches)
    request.refresh_from_db()
    assert [(one["class"], one["because"]) for one in request.kept] == [
        ("Consents", ["UWG 7a"]),
        ("Orders", ["AO 147, HGB 257"]),
    ]
    kept = [json.loads(one)["type"] for one in words() if CANARY.encode() in one]
    assert sorted(kept) == ["consent.given", "order.placed"]
    assert not ContactPoint.objects.exists()


def words() -> list[bytes]:
    return [bytes(row) for row in Stored.objects.exclude(body=None).values_list("body", flat=True) if row]


def test_a_hold_keeps_what_it_stands_on_until_it_is_released(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    hold = holds.placed(alice, "contact", contact.subject, None, f"{CANARY} v. Shop", AT)
    request = asked(alice, contact, watches)
    done = actions.erased_for(alice, request, AT, watches)
    assert not done.gone
    request.refresh_from_db()
    assert {reason for one in request.kept for reason in one["because"]} >= {"a legal hold"}
    holds.released(alice, hold, f"settled with {CANARY}", AT + 1)
    assert actions.erased_for(alice, request, AT + 2, watches).whole
    assert where_it_is_told() == []
    proofs_hold()


def test_erasing_twice_is_erasing_once(take: Take, alice: Person, watches: Watches) -> None:
    contact = a_customer(take)
    assert erased(alice, contact, watches.judging.rulebook, ["FR"], AT).gone
    size = Entry.objects.count()
    again = erased(alice, contact, watches.judging.rulebook, ["FR"], AT + 1)
    assert (again.gone, again.kept) == ((), ())
    assert Entry.objects.count() == size
    contact.refresh_from_db()
    assert contact.erased == AT


def test_what_comes_back_of_an_erased_contact_stays_outside(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    actions.erased_for(alice, asked(alice, contact, watches), AT, watches)
    late = [
        contact_event("k-9", "contact.updated", START, name=f"Ko {CANARY}"),
        Event("u-9", "utterance", START + 20 * SECOND, {"text": CANARY}, {"call": "c-1"}),
        Event("o-9", "order.shipped", START + DAY, {"note": CANARY}, {"order": "o-1"}),
    ]
    answers = take(late, at=AT + 1)
    assert [one.outcome for one in answers] == [Outcome.REFUSED] * 3
    assert all("delete it at the source" in one.reason for one in answers)
    assert where_it_is_told() == []


def test_whoever_comes_again_after_the_erasure_is_a_new_contact(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    actions.erased_for(alice, asked(alice, contact, watches), AT, watches)
    (answer,) = take([contact_event("k-10", "contact.updated", AT + DAY, name="Somebody")], at=AT + DAY)
    assert answer.outcome is Outcome.STORED
    new = Contact.objects.get(subject=f"{CANARY}-7")
    assert (new.name, new.erased) == ("Somebody", None)
    assert new.pk != contact.pk


def test_a_known_event_of_an_erased_contact_is_still_known(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    actions.erased_for(alice, asked(alice, contact, watches), AT, watches)
    again = take(call(*CALL, at=START, contact=f"{CANARY}-7", agent="a-1"), at=AT + 1)
    assert {one.outcome for one in again} == {Outcome.KNOWN}
    assert where_it_is_told() == []


def test_all_that_a_contact_had_a_part_in_is_found(take: Take, db: None) -> None:  # noqa: ARG001
    found = timelines_of(a_customer(take))
    assert sorted(one.kind for one in found) == ["call", "contact", "order", "subscription"]


def test_a_plan_changes_nothing(take: Take, watches: Watches) -> None:
    contact = a_customer(take)
    size = Entry.objects.count()
    assert plan(contact, watches.judging.rulebook, ["FR"], AT).gone
    assert Entry.objects.count() == size
    assert where_it_is_told()


@pytest.mark.parametrize(
    ("kind", "places", "when"),
    [("gossip", ["FR"], AT), ("access", [], AT), ("access", ["FR"], AT + DAY)],
)
def test_a_request_that_makes_no_sense_is_refused(
    take: Take, alice: Person, watches: Watches, kind: str, places: list[str], when: Instant
) -> None:
    contact = a_customer(take)
    with pytest.raises(RefusedError):
        actions.received(alice, contact, kind, places, when, at=AT, watches=watches)
    assert not RightsRequest.objects.exists()
    assert not Timeline.objects.filter(kind="request").exists()


def test_nobody_but_an_officer_answers_erases_or_exports(take: Take, people: Cast, watches: Watches) -> None:
    contact = a_customer(take)
    request = asked(people.alice, contact, watches)
    for person in people:
        if person == people.alice:
            continue
        with pytest.raises(RefusedError):
            asked(person, contact, watches)
        with pytest.raises(RefusedError):
            actions.erased_for(person, request, AT, watches)
        with pytest.raises(RefusedError):
            exporting.exported(person, request, AT)


def test_nobody_erases_who_asked_for_something_else(take: Take, alice: Person, watches: Watches) -> None:
    request = asked(alice, a_customer(take), watches, "access")
    with pytest.raises(RefusedError, match="nobody asked"):
        actions.erased_for(alice, request, AT, watches)


def test_an_export_says_which_recordings_there_are_and_how_to_get_them(
    take: Take, alice: Person, watches: Watches
) -> None:
    contact = a_customer(take)
    (spoken,) = [one.subject for one in timelines_of(contact) if one.kind == "call"]
    many = {
        "kept": Recording(uid="kept", call=spoken, muted="0" * 64, seconds=61.2, state="heard"),
        "sealed": Recording(uid="sealed", call=spoken, original="sealed", sealed_until=AT, state="blocked"),
        "let-go": Recording(uid="let-go", call=spoken, state="gone"),
        "of-others": Recording(uid="of-others", call="c-of-somebody-else", state="heard"),
    }
    for name, row in many.items():
        row.sha256, row.size, row.received = name, 1, AT
        row.save()
    export = exporting.exported(alice, asked(alice, contact, watches, "access"), AT)
    with zipfile.ZipFile(BytesIO(exporting.opened(alice, export, AT + 1))) as file:
        data, page = json.loads(file.read("data.json")), file.read("index.html").decode()
    exporting.path_of(export).unlink()
    told = {one["id"]: (one["muted_copy_kept"], one["original_sealed_until"]) for one in data["recordings"]}
    assert told == {"kept": (True, None), "sealed": (False, "2026-11-23T00:00:00Z")}
    assert "ask whoever gave it to you for a copy" in page
    assert [name in page for name in many] == [True, True, False, False]
