"""The rows that follow from what was stored and judged: timelines, calls, orders, contacts, duties, notices."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q

from clearline.engine.events import UTTERANCE, Event
from clearline.engine.monitor import in_order
from clearline.evidence import many
from clearline.record.actions.judged import Judged
from clearline.record.campaign_rows import renew_campaigns
from clearline.record.contact_rows import TELLING, renew_contacts
from clearline.record.models import Call, Contact, Duty, Finding, Notice, Order, Timeline
from clearline.record.projections import call_of, order_of
from clearline.record.watching import Watches

_CALL = [field.name for field in Call._meta.fields if field.name not in {"id", "timeline"}]  # noqa: SLF001 - Django's name
_ORDER = [field.name for field in Order._meta.fields if field.name not in {"id", "timeline"}]  # noqa: SLF001
_TIMELINE = ("length", "first", "last", "ended", "contact_id", "wakes")
_CONTACT = ("id", "subject", "name", "language", "places", "zones", "erased")
_ENDS = {"call": "call.ended", "order": "order.closed"}
_TOLD = {"call", "order", "subscription", "contact"}  # kinds that are about somebody


def renew(
    timelines: Sequence[Timeline],
    on: Mapping[int, Sequence[Event]],
    judged: Sequence[Judged],
    watches: Watches,
) -> None:
    """Writes every row that new events or new verdicts change."""
    told = [one for one in timelines if one.kind in _TOLD and any(e.type != UTTERANCE for e in on[one.pk])]
    whole = {one.pk: in_order(on[one.pk]) if one.length == 0 else watches.events(one) for one in told}
    contacts = _contacts(told, on)
    wakes = {one.timeline.pk: one.wakes for one in judged}
    for timeline in timelines:
        _lengthen(timeline, on[timeline.pk])
        timeline.wakes = wakes.get(timeline.pk)
        end = _ENDS.get(timeline.kind)
        if timeline.pk in whole and end:
            timeline.ended = next((one.at for one in whole[timeline.pk] if one.type == end), None)
        subject = next(
            (one.subjects["contact"] for one in whole.get(timeline.pk, ()) if "contact" in one.subjects), ""
        )
        if subject in contacts:
            timeline.contact_id = contacts[subject].pk
    write_judged(judged)
    renew_campaigns(timelines, on)
    _store(timelines)
    _renew_calls([one for one in told if one.kind == "call"], whole, contacts)
    _renew_orders([one for one in told if one.kind == "order"], whole, contacts)
    renew_contacts(
        [
            (contacts[one.subject], whole[one.pk])
            for one in told
            if one.kind == "contact" and any(event.type in TELLING for event in on[one.pk])
        ]
    )


def _store(timelines: Sequence[Timeline]) -> None:
    new = [one for one in timelines if one._state.adding]  # noqa: SLF001 - Django's name
    old = [one for one in timelines if not one._state.adding]  # noqa: SLF001
    made = ("id", "kind", "subject", "secret", *_TIMELINE)
    many.insert(Timeline, made, [[getattr(one, name) for name in made] for one in new])
    many.update(Timeline, _TIMELINE, [[getattr(one, name) for name in (*_TIMELINE, "id")] for one in old])


def _lengthen(timeline: Timeline, new: Sequence[Event]) -> None:
    times = [event.at for event in new]
    timeline.length += len(new)
    timeline.first = min([*times, *([] if timeline.first is None else [timeline.first])])
    timeline.last = max([*times, *([] if timeline.last is None else [timeline.last])])


def write_judged(judged: Sequence[Judged]) -> None:
    """Duties as they stand now, and notices of what changed."""
    met = [pk for one in judged for pk in one.met]
    late = [pk for one in judged for pk in one.late]
    if met:
        Duty.objects.filter(pk__in=met).delete()
    if late:
        Duty.objects.filter(pk__in=late).update(overdue=True)
    opened = [row for one in judged for row in one.opened]
    Duty.objects.bulk_create(opened, batch_size=2_000)
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
    if changed:
        rows = list(Call.objects.filter(timeline__in=changed))
        _count(rows)
        for row in rows:
            row.save(update_fields=["findings", "questions"])


def _renew_calls(
    timelines: Sequence[Timeline], whole: Mapping[int, Sequence[Event]], contacts: Mapping[str, Contact]
) -> None:
    if not timelines:
        return
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


def _contacts(timelines: Sequence[Timeline], on: Mapping[int, Sequence[Event]]) -> dict[str, Contact]:
    """The rows of all contacts that these events name, made where there are none."""
    events = (event for timeline in timelines for event in on[timeline.pk])
    subjects = sorted({event.subjects["contact"] for event in events if "contact" in event.subjects})
    known = many.find(Contact, id=sorted({one.contact_id for one in timelines if one.contact_id is not None}))
    found = {row.subject: row for row in (*known, *many.find(Contact, subject=subjects))}
    new = [one for one in subjects if one not in found]
    missing = [Contact(key, one) for key, one in zip(many.keys(Contact, len(new)), new, strict=True)]
    many.insert(Contact, _CONTACT, [[getattr(one, name) for name in _CONTACT] for one in missing])
    return found | {row.subject: row for row in missing}
