"""The rows that follow from what was stored and judged: timelines, calls, orders, contacts, duties, notices."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q

from clearline.engine.events import Event
from clearline.engine.monitor import in_order
from clearline.record.actions.judged import Judged
from clearline.record.contact_rows import renew_contact
from clearline.record.models import Call, Contact, Duty, Finding, Notice, Order, Timeline
from clearline.record.projections import call_of, order_of
from clearline.record.watching import stored

_CALL = [field.name for field in Call._meta.fields if field.name not in {"id", "timeline"}]  # noqa: SLF001 - Django's name
_ORDER = [field.name for field in Order._meta.fields if field.name not in {"id", "timeline"}]  # noqa: SLF001
_ENDS = {"call": "call.ended", "order": "order.closed"}


def renew(timelines: Sequence[Timeline], on: Mapping[int, Sequence[Event]], judged: Sequence[Judged]) -> None:
    """Writes every row that new events or new verdicts change."""
    whole = {
        timeline.pk: in_order(on.get(timeline.pk, ()) if timeline.length == 0 else stored(timeline))
        for timeline in timelines
        if timeline.kind in {"call", "order", "contact"}
    }
    contacts = _contacts(timelines)
    wakes = {one.timeline.pk: one.wakes for one in judged}
    for timeline in timelines:
        new = on.get(timeline.pk, ())
        times = [event.at for event in new]
        timeline.length += len(new)
        timeline.first = min([*times, *([] if timeline.first is None else [timeline.first])])
        timeline.last = max([*times, *([] if timeline.last is None else [timeline.last])])
        end = _ENDS.get(timeline.kind)
        timeline.ended = next(
            (one.at for one in whole.get(timeline.pk, ()) if one.type == end), timeline.ended
        )
        timeline.wakes = wakes.get(timeline.pk)
        subject = next((event.subjects["contact"] for event in new if "contact" in event.subjects), None)
        if subject is not None and timeline.kind in {"call", "order", "contact"}:
            timeline.contact = contacts[subject]
    write_judged(judged)
    Timeline.objects.bulk_update(
        timelines, ["length", "first", "last", "ended", "contact", "wakes"], batch_size=1_000
    )
    _renew_calls([one for one in timelines if one.kind == "call"], whole, contacts)
    _renew_orders([one for one in timelines if one.kind == "order"], whole, contacts)
    for timeline in timelines:
        if timeline.kind == "contact":
            renew_contact(contacts[timeline.subject], whole[timeline.pk])


def write_judged(judged: Sequence[Judged]) -> None:
    """Duties as they stand now, and notices of what changed."""
    met = [pk for one in judged for pk in one.met]
    late = [pk for one in judged for pk in one.late]
    if met:
        Duty.objects.filter(pk__in=met).delete()
    if late:
        Duty.objects.filter(pk__in=late).update(overdue=True)
    Duty.objects.bulk_create([row for one in judged for row in one.opened], batch_size=2_000)
    Notice.objects.bulk_create(
        [
            Notice(
                at=row.raised,
                topic="finding.raised",
                timeline=one.timeline,
                body={"rule": row.rule, "uid": row.uid},
            )
            for one in judged
            for row in one.raised
        ]
        + [
            Notice(
                at=row.withdrawn or 0,
                topic="finding.withdrawn",
                timeline=one.timeline,
                body={"rule": row.rule, "uid": row.uid},
            )
            for one in judged
            for row in one.withdrawn
        ],
        batch_size=2_000,
    )
    changed = [one.timeline.pk for one in judged if one.raised or one.withdrawn]
    rows = list(Call.objects.filter(timeline__in=changed)) if changed else []
    _count(rows)
    Call.objects.bulk_update(rows, ["findings", "questions"])


def _renew_calls(
    timelines: Sequence[Timeline], whole: Mapping[int, Sequence[Event]], contacts: Mapping[str, Contact]
) -> None:
    rows = [call_of(timeline, whole[timeline.pk], contacts) for timeline in timelines]
    _count(rows)
    Call.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["timeline"], update_fields=_CALL
    )


def _count(rows: Sequence[Call]) -> None:
    """How many findings and questions stand on each call."""
    counts = {
        found["timeline"]: found
        for found in Finding.objects.filter(timeline__in=[row.timeline_id for row in rows], withdrawn=None)
        .values("timeline")
        .annotate(
            findings=Count("pk", filter=Q(question=False)), questions=Count("pk", filter=Q(question=True))
        )
    }
    for row in rows:
        found = counts.get(row.timeline_id, {"findings": 0, "questions": 0})
        row.findings, row.questions = found["findings"], found["questions"]


def _renew_orders(
    timelines: Sequence[Timeline], whole: Mapping[int, Sequence[Event]], contacts: Mapping[str, Contact]
) -> None:
    rows = [order_of(timeline, whole[timeline.pk], contacts) for timeline in timelines]
    Order.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["timeline"], update_fields=_ORDER
    )


def _contacts(timelines: Sequence[Timeline]) -> dict[str, Contact]:
    """The rows of all contacts that have a timeline here, made where there are none."""
    subjects = sorted({timeline.subject for timeline in timelines if timeline.kind == "contact"})
    found = {row.subject: row for row in Contact.objects.filter(subject__in=subjects)}
    missing = [Contact(subject=one) for one in subjects if one not in found]
    Contact.objects.bulk_create(missing, batch_size=2_000)
    return found | {row.subject: row for row in missing}
