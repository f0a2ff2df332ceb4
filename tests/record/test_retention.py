"""Retention: what the laws ask, what the shop decides, what is due, what is deleted, and what a hold stops."""

from collections.abc import Callable, Sequence

import pytest
from tests.characters import AT, Cast, cast
from tests.record.conftest import Take, call, opens, proofs_hold

from clearline.engine.durations import Calendar, parse_span, reach
from clearline.engine.events import SECOND, Event, Instant
from clearline.evidence.checking import unopened
from clearline.evidence.models import Entry
from clearline.people.models import Person
from clearline.record import checking, deeds, jobs
from clearline.record.actions.append import Outcome
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging
from clearline.record.models import Call, Deleted, Deletion, Finding, Job, RetentionChoice, Timeline
from clearline.record.models import Event as Stored
from clearline.record.retention import actions, holds
from clearline.record.retention.classes import class_of, classes
from clearline.record.retention.keeping import Schedule, disagreements, due, keepings
from clearline.record.tasks import KINDS
from clearline.record.watching import Watches
from clearline.rulebook.rulebook import Rulebook

DAY = 86_400 * SECOND
START = AT - 2 * 365 * DAY
LINES = (
    '0 call.started direction=inbound purpose=service places=["US-CA"] recorded=true',
    "2 recording.started",
    "3 call.answered",
    "9 customer: My cat is called Kolibri.",
    "60 call.ended",
)


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


@pytest.fixture
def alice(people: Cast) -> Person:
    return people.alice


@pytest.fixture
def book(shop: Judging) -> Rulebook:
    return shop.rulebook


@pytest.fixture
def decide(alice: Person, book: Rulebook) -> Callable[..., RetentionChoice]:
    def decide(
        klass: str, area: str, span: str, overruled: Sequence[str] = (), at: Instant = AT
    ) -> RetentionChoice:
        return actions.decided(
            alice,
            book,
            klass=klass,
            area=area,
            span=span,
            overruled=overruled,
            reason="as counsel said",
            at=at,
        )

    return decide


def a_call(
    take: Take, name: str = "c-1", at: Instant = START, lines: Sequence[str] = LINES, **more: str
) -> Timeline:
    answers = take(call(*lines, name=name, at=at, **({"contact": "k-1", "agent": "a-1"} | more)), at=AT)
    assert {one.outcome for one in answers} == {Outcome.STORED}
    return Timeline.objects.get(kind="call", subject=name)


def due_now(book: Rulebook, at: Instant = AT) -> list[tuple[str, str]]:
    return [(one.part.klass.id, one.part.timeline.subject) for one in due(Schedule(book), at)]


def run(book: Rulebook, at: Instant = AT) -> None:
    kinds = {actions.DELETE: actions.deleting(lambda: book)}
    while jobs.work(lambda: at, kinds):
        pass
    assert not Job.objects.filter(kind=actions.DELETE).exclude(error="").exists()


def test_every_event_of_a_person_belongs_to_one_class() -> None:
    assert class_of("utterance", {"call", "agent"}) is classes()["words"]
    assert class_of("call.ended", {"call", "contact", "agent"}) is classes()["call_facts"]
    assert class_of("dnc.requested", {"call", "contact"}) is classes()["do_not_call"]
    assert class_of("order.placed", {"call", "order", "contact"}) is classes()["orders"]
    assert class_of("contact.updated", {"contact"}) is classes()["contact"]
    assert class_of("list.loaded", {"organisation"}) is None


def test_until_when_a_law_asks_is_counted_in_years_of_the_calendar(take: Take, book: Rulebook) -> None:
    timeline = a_call(take, lines=[LINES[0].replace("service", "marketing"), *LINES[1:]])
    (found,) = Schedule(book).keeping([timeline], classes()["call_facts"])
    assert found.laws["tsr-call-detail"] == reach(timeline.ended or 0, parse_span("5y"), Calendar())
    assert found.state(AT) == "undecided"


def test_a_service_call_is_no_sales_call_and_an_unknown_purpose_may_be_one(
    take: Take, book: Rulebook
) -> None:
    known = a_call(take)
    unknown = a_call(take, "c-2", lines=[LINES[0].replace("purpose=service ", ""), *LINES[1:]])
    first, second = Schedule(book).keeping([known, unknown], classes()["call_facts"])
    assert "tsr-call-detail" not in first.laws
    assert "tsr-call-detail" in second.laws


def test_nothing_is_due_before_the_shop_has_decided(take: Take, book: Rulebook) -> None:
    a_call(take)
    assert due_now(book) == []


def test_what_is_due_is_deleted_batch_by_batch_with_an_entry_for_each(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    timelines = [a_call(take, f"c-{number}") for number in range(3)]
    young = a_call(take, "young", at=AT - 30 * DAY)
    decide("words", "US", "6mo", ["tsr-words"])
    assert due_now(book) == [("words", one.subject) for one in timelines]
    actions.asked_to_delete(alice, AT, AT)
    run(book)
    batch = Deletion.objects.get()
    assert (batch.by, batch.why) == (alice, "retention")
    for gone in batch.gone.all():
        assert opens(deeds.deleted(gone), gone.entry).kind == "retention.deleted"
    assert len({one.key for _, deed in deeds.deeds(range(99)) if deed and (one := deed.opening(0))}) == 5
    assert batch.gone.count() == 3
    assert (
        not Stored.objects.filter(type="utterance", body__isnull=False)
        .exclude(places__timeline=young)
        .exists()
    )
    assert Stored.objects.filter(type="call.answered", body__isnull=False).count() == 4
    assert not Finding.objects.filter(timeline__in=timelines, body__isnull=False).exists()
    assert Finding.objects.filter(timeline__in=timelines).exists()
    assert due_now(book) == []
    assert Job.objects.filter(kind=actions.SWEEP).exists()


def test_when_all_classes_of_a_call_are_gone_so_is_its_secret_and_every_proof_holds(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    timeline = a_call(take)
    for klass in ("words", "recordings", "call_facts"):
        decide(klass, "US", "6mo", [one.id for one in classes()[klass].limits])
    actions.asked_to_delete(alice, AT, AT)
    run(book)
    timeline.refresh_from_db()
    assert timeline.secret is None
    row = Call.objects.get(timeline=timeline)
    assert (row.contact, row.places, row.legs) == (None, [], [])
    proofs_hold()
    assert [*checking.faults(), *unopened(checking.content())] == []


def test_done_twice_the_job_finds_nothing_left(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    a_call(take)
    decide("words", "US", "6mo", ["tsr-words"])
    for _ in range(2):
        actions.asked_to_delete(alice, AT, AT)
        run(book)
    assert Deleted.objects.count() == 1


@pytest.mark.parametrize("scope", ["call", "contact", "agent", "period"])
def test_a_hold_stops_deletion_until_it_is_released(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice], scope: str
) -> None:
    a_call(take)
    decide("words", "US", "6mo", ["tsr-words"])
    subject = {"call": "c-1", "contact": "k-1", "agent": "a-1", "period": ""}[scope]
    hold = holds.placed(alice, scope, subject, (START - DAY, START + DAY), "Doe v. Shop", AT)
    assert due_now(book) == []
    assert [one.state(AT) for one in keepings(Schedule(book), AT, classes()["words"])] == ["held"]
    holds.released(alice, hold, "settled", AT + 1)
    assert due_now(book) == [("words", "c-1")]
    kinds = list(
        Entry.objects.filter(kind__startswith="hold.").values_list("kind", flat=True).order_by("index")
    )
    assert kinds == ["hold.placed", "hold.released"]


def test_a_hold_elsewhere_stops_nothing(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    a_call(take)
    a_call(take, "c-2", contact="k-2", agent="a-2")
    decide("words", "US", "6mo", ["tsr-words"])
    holds.placed(alice, "contact", "k-2", None, "Roe v. Shop", AT)
    assert due_now(book) == [("words", "c-1")]


def test_a_hold_that_is_placed_while_a_deletion_runs_is_heeded_by_the_next_batch(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    for number in range(4):
        a_call(take, f"c-{number}")
    decide("words", "US", "6mo", ["tsr-words"])
    parts = [one.part for one in due(Schedule(book), AT)]
    assert actions.delete_batch(parts[:2], alice, AT, book, AT) == 2
    holds.placed(alice, "call", "c-3", None, "Doe v. Shop", AT)
    assert actions.delete_batch(parts[2:], alice, AT, book, AT) == 1
    left = Stored.objects.filter(type="utterance", body__isnull=False)
    assert [one.places.get(timeline__kind="call").timeline.subject for one in left] == ["c-3"]


def test_a_decision_against_the_law_names_it_or_is_refused(decide: Callable[..., RetentionChoice]) -> None:
    with pytest.raises(RefusedError, match=r"16 CFR 310\.5"):
        decide("call_facts", "US", "1y")
    with pytest.raises(RefusedError, match="CNIL"):
        decide("recordings", "EU", "1y")
    made = decide("call_facts", "US", "1y", ["tsr-call-detail", "reg-f-evidence"])
    assert made.overruled == ["reg-f-evidence", "tsr-call-detail"]
    opens(deeds.decided(RetentionChoice.objects.get(pk=made.pk)), made.entry)


@pytest.mark.django_db
def test_where_two_laws_disagree_both_are_told(book: Rulebook) -> None:
    schedule = Schedule(book)
    both = {
        limit.id
        for span in ("6mo", "5y")
        for limit in disagreements(classes()["recordings"], "several", span, schedule, AT)
    }
    assert {"tsr-recordings", "fr-recordings"} <= both


def test_what_a_law_asks_for_that_nobody_overruled_is_disputed_and_stays(
    take: Take, book: Rulebook, decide: Callable[..., RetentionChoice]
) -> None:
    a_call(take, lines=[LINES[0].replace("service", "marketing"), *LINES[1:]])
    made = decide("words", "US", "6mo", ["tsr-words"])
    RetentionChoice.objects.filter(pk=made.pk).update(overruled=[])  # as if the law were new
    (found,) = keepings(Schedule(book), AT, classes()["words"])
    assert found.state(AT) == "disputed"
    assert found.laws.keys() == {"tsr-words"}
    assert due_now(book) == []


@pytest.mark.parametrize(
    ("klass", "area", "span", "reason"),
    [
        ("gossip", "US", "5y", "x"),
        ("words", "Mars", "5y", "x"),
        ("words", "US", "soon", "x"),
        ("words", "US", "6y", " "),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    alice: Person, book: Rulebook, klass: str, area: str, span: str, reason: str
) -> None:
    with pytest.raises(RefusedError):
        actions.decided(alice, book, klass=klass, area=area, span=span, overruled=[], reason=reason, at=AT)


@pytest.mark.parametrize(
    ("scope", "subject", "period", "reason"),
    [
        ("contact", "nobody", None, "x"),
        ("planet", "k-1", None, "x"),
        ("call", "c-1", None, " "),
        ("period", "", None, "x"),
        ("period", "", (AT, AT - 1), "x"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(
    take: Take,
    alice: Person,
    scope: str,
    subject: str,
    period: tuple[Instant, Instant] | None,
    reason: str,
) -> None:
    a_call(take)
    with pytest.raises(RefusedError):
        holds.placed(alice, scope, subject, period, reason, AT)


def test_only_an_officer_decides_deletes_and_holds(take: Take, people: Cast, book: Rulebook) -> None:
    a_call(take)
    for person in people:
        if person != people.alice:
            with pytest.raises(RefusedError):
                actions.decided(
                    person, book, klass="words", area="US", span="6y", overruled=[], reason="x", at=AT
                )
            with pytest.raises(RefusedError):
                actions.asked_to_delete(person, AT, AT)
            with pytest.raises(RefusedError):
                holds.placed(person, "call", "c-1", None, "x", AT)


def test_nobody_deletes_today_what_is_due_tomorrow(alice: Person) -> None:
    with pytest.raises(RefusedError):
        actions.asked_to_delete(alice, AT + 1, AT)


def test_what_comes_late_for_a_deleted_call_stays_outside(
    take: Take, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    a_call(take)
    decide("words", "US", "6mo", ["tsr-words"])
    actions.asked_to_delete(alice, AT, AT)
    run(book)
    findings = set(Finding.objects.filter(withdrawn=None).values_list("uid", flat=True))
    late = Event("late", "utterance", START + 5 * SECOND, {"text": "Kolibri"}, {"call": "c-1"}, 9)
    (answer,) = take([late], at=AT)
    assert answer.outcome is Outcome.REFUSED
    assert "deleted" in answer.reason
    assert set(Finding.objects.filter(withdrawn=None).values_list("uid", flat=True)) == findings


def test_whoever_watches_a_timeline_forgets_what_was_deleted_on_it_and_withdraws_nothing(
    take: Take, watches: Watches, book: Rulebook, alice: Person, decide: Callable[..., RetentionChoice]
) -> None:
    timeline = a_call(take, lines=LINES[:-1])
    assert any(event.type == "utterance" for event in watches.of(timeline).monitor.events)  # type: ignore[union-attr]
    decide("words", "US", "6mo", ["tsr-words"])
    actions.asked_to_delete(alice, AT, AT)
    run(book)
    timeline.refresh_from_db()
    assert not any(event.type == "utterance" for event in watches.of(timeline).monitor.events)  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_a_worker_of_the_server_deletes_and_then_sweeps(take: Take, book: Rulebook) -> None:
    alice = cast().alice
    a_call(take)
    actions.decided(
        alice, book, klass="words", area="US", span="6mo", overruled=["tsr-words"], reason="x", at=AT
    )
    actions.asked_to_delete(alice, AT, AT)
    while jobs.work(lambda: AT, KINDS):
        pass
    assert {(one.kind, one.error) for one in Job.objects.exclude(done=None)} == {
        (actions.DELETE, ""),
        (actions.SWEEP, ""),
    }
    assert not Stored.objects.filter(type="utterance", body__isnull=False).exists()
