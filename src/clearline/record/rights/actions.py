"""Requests about one's own data: each step is an event on the request's timeline, whose rules hold the deadlines."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from clearline.engine.durations import Calendar, moment_of, parse_span, reach
from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.gone import remember
from clearline.record.models import Contact, ContactPoint, RightsRequest, Timeline
from clearline.record.rights.erasing import Plan, erased
from clearline.record.watching import Watches
from clearline.rulebook.in_force import european_union

SOURCE: Final = "clearline"
OUTCOMES: Final = ("done", "partly", "refused")


def received(
    by: Person,
    contact: Contact,
    kind: str,
    places: Sequence[str],
    asked: Instant,
    *,
    at: Instant,
    watches: Watches,
) -> RightsRequest:
    """Takes in a request that came at `asked`, on paper or by word of mouth. An objection is heeded at once."""
    _allow(by)
    if kind not in RightsRequest.Kind.values:
        raise RefusedError("there is no such kind of request")
    if not places:
        raise RefusedError("say where the person is: the law of that place sets the time")
    if asked > at:
        raise RefusedError("a request can't have come in the future")
    if contact.erased is not None:
        raise RefusedError("the contact was erased: nothing is held of them")
    with transaction.atomic():
        uid = uuid.uuid4()
        told = {"kind": kind, "places": list(places)}
        _append(by, {"request": str(uid)}, [("request.received", told, asked)], at, watches)
        request = RightsRequest.objects.create(
            uid=uid,
            timeline=Timeline.objects.get(kind="request", subject=str(uid)),
            contact=contact,
            kind=kind,
            places=list(places),
            received=asked,
            by=by,
        )
        if kind == RightsRequest.Kind.OBJECTION:
            _heed(by, request, at, watches)
    return request


def confirmed(by: Person, request: RightsRequest, at: Instant, watches: Watches) -> RightsRequest:
    """The person was told that the request has come."""

    def step(request: RightsRequest) -> None:
        if request.confirmed is None:
            _tell(by, request, "request.confirmed", {}, at, watches)
            request.confirmed = at

    return _step(by, request, step)


def extended(by: Person, request: RightsRequest, at: Instant, watches: Watches) -> RightsRequest:
    """The person was told that it takes longer, and why; once, and as long as the strictest law allows."""

    def step(request: RightsRequest) -> None:
        until = longest(request, watches)
        if until is None:
            raise RefusedError("no law that we know lets you take longer there")
        if request.extended_to is not None:
            raise RefusedError("it was extended before; once is all")
        if request.answered is not None:
            raise RefusedError("it has been answered")
        _tell(by, request, "request.extended", {"answer_by": f"{moment_of(until):%Y-%m-%d}"}, at, watches)
        request.extended_to = until

    return _step(by, request, step)


def answered(
    by: Person, request: RightsRequest, outcome: str, words: str, *, at: Instant, watches: Watches
) -> RightsRequest:
    """The person has the answer; a refusal says why."""
    if outcome not in OUTCOMES:
        raise RefusedError(f"an outcome is one of: {', '.join(OUTCOMES)}")
    if outcome != "done" and not words.strip():
        raise RefusedError("whoever does not get all they asked for is told why")

    def step(request: RightsRequest) -> None:
        if request.answered is not None:
            raise RefusedError("it has been answered")
        _tell(by, request, "request.answered", {"outcome": outcome}, at, watches)
        request.answered, request.outcome, request.answer = at, outcome, words.strip()

    return _step(by, request, step)


def closed(by: Person, request: RightsRequest, at: Instant, watches: Watches) -> RightsRequest:
    """Nothing more is to be done."""

    def step(request: RightsRequest) -> None:
        if request.answered is None:
            raise RefusedError("answer it first; a refusal is an answer, with its reasons")
        if request.closed is None:
            _tell(by, request, "request.closed", {}, at, watches)
            request.closed = at

    return _step(by, request, step)


def erased_for(by: Person, request: RightsRequest, at: Instant, watches: Watches) -> Plan:
    """Erases the contact who asked for it; what has to stay is written into the request."""
    if request.kind != RightsRequest.Kind.ERASURE:
        raise RefusedError("nobody asked for an erasure here")
    done: list[Plan] = []

    def step(request: RightsRequest) -> None:
        done.append(erased(by, request.contact, watches.judging.rulebook, request.places, at))
        request.kept = done[0].told(at)

    _step(by, request, step)
    return done[0]


def longest(request: RightsRequest, watches: Watches) -> Instant | None:
    """The last moment to which the laws of the request's places let it be extended, all of them."""
    rulebook = watches.judging.rulebook
    union = european_union(rulebook)
    acts = rulebook.known["tables"]["privacy_acts"]["states"]
    spans = set()
    for place in request.places:
        if place in union or place.startswith("GB"):
            spans.add("3mo")
        elif place == "US-CA" or place in acts:
            spans.add("90d")
    return min((reach(request.received, parse_span(one), Calendar()) for one in spans), default=None)


def _heed(by: Person, request: RightsRequest, at: Instant, watches: Watches) -> None:
    """No more advertising: on the contact's own timeline, and as hashes that outlive them."""
    contact = {"contact": request.contact.subject}
    told = {"channel": "any", "by": "request"}
    _append(by, contact, [("dnc.requested", told, at), ("dnc.added", told, at)], at, watches)
    for kind in (ContactPoint.Kind.PHONE, ContactPoint.Kind.EMAIL):
        points = ContactPoint.objects.filter(contact=request.contact, kind=kind)
        remember(kind, points.values_list("value", flat=True), at)
    _tell(by, request, "objection.noted", {}, at, watches)


def _step(by: Person, request: RightsRequest, step: Callable[[RightsRequest], None]) -> RightsRequest:
    _allow(by)
    with transaction.atomic():
        found = (
            RightsRequest.objects.select_related("contact").select_for_update(of=("self",)).get(pk=request.pk)
        )
        if found.closed is not None:
            raise RefusedError("the request is closed")
        step(found)
        found.save()
    return found


def _allow(by: Person) -> None:
    if not may(by, "answer rights requests"):
        raise RefusedError("only an officer answers requests about personal data")


def _tell(
    by: Person, request: RightsRequest, what: str, data: Mapping[str, Any], at: Instant, watches: Watches
) -> None:
    _append(by, {"request": str(request.uid)}, [(what, data, at)], at, watches)


def _append(
    by: Person,
    subjects: Mapping[str, str],
    events: Sequence[tuple[str, Mapping[str, Any], Instant]],
    at: Instant,
    watches: Watches,
) -> None:
    kind, subject = next(iter(subjects.items()))
    before = Timeline.objects.filter(kind=kind, subject=subject).values_list("length", flat=True).first() or 0
    made = [
        Received(
            SOURCE, Event(str(uuid.uuid4()), what, when, dict(data), dict(subjects), number), str(by.uid)
        )
        for number, (what, data, when) in enumerate(events, before)  # steps of one instant keep their order
    ]
    refused = [one.reason for one in append(made, at, watches) if one.outcome is not Outcome.STORED]
    if refused:
        raise RefusedError(f"the record did not take it: {refused[0]}")
