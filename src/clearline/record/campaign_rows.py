"""Campaigns and their counts, kept by the new events alone: one campaign may have more calls than can be read each time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from clearline.engine.events import SECOND, Event
from clearline.engine.monitor import ORDER
from clearline.record.models import Campaign, CampaignDay, CampaignGone, EventOn, Timeline
from clearline.record.watching import read

DAY: Final = 86_400 * SECOND
COUNTED: Final = {"call.placed": "placed", "call.answered": "answered", "call.abandoned": "abandoned"}
_TELLING: Final = "campaign."
_TEXTS: Final = {"name": 200, "purpose": 40, "technology": 40, "seller": 120, "caller_id": 40}
_TOLD: Final = (*_TEXTS, "started", "ended")
_AT_ONCE: Final = 2_000  # names in a question to the database

Counts = Counter[tuple[int, int, str]]  # campaign, day, what


def renew_campaigns(timelines: Sequence[Timeline], on: Mapping[int, Sequence[Event]]) -> None:
    """Counts what is new on campaigns' timelines; what is replaced or voided counts no more, whatever came first."""
    touched = [
        one for one in timelines if one.kind == "campaign" and any(_matters(event) for event in on[one.pk])
    ]
    if not touched:
        return
    campaigns = _campaigns(touched)
    named = {
        one.pk: {name for event in on[one.pk] for name in (event.replaces, event.voids) if name}
        for one in touched
    }
    gone = _gone(campaigns, {event.id for one in touched for event in on[one.pk]}.union(*named.values()))
    counts: Counts = Counter()
    telling, new = [], []
    for timeline in touched:
        campaign, names = campaigns[timeline.subject], named[timeline.pk]
        before = gone[campaign.pk]
        came = [one for one in on[timeline.pk] if one.id not in names and one.id not in before]
        here = {event.id for event in on[timeline.pk]}
        went = list(_stored(timeline, names - before - here)) if names - before - here else []
        counts.update(_counted(campaign, came))
        counts.subtract(_counted(campaign, went))
        new += [CampaignGone(campaign=campaign, event=name) for name in names - before]
        if any(one.type.startswith(_TELLING) for one in (*came, *went)):
            telling.append((timeline, campaign))
    CampaignGone.objects.bulk_create(new, batch_size=_AT_ONCE)
    for timeline, campaign in telling:
        _tell(timeline, campaign)
    _add(counts)


def _matters(event: Event) -> bool:
    return event.type in COUNTED or event.type.startswith(_TELLING) or bool(event.replaces or event.voids)


def _campaigns(timelines: Sequence[Timeline]) -> dict[str, Campaign]:
    subjects = [one.subject for one in timelines]
    found = {row.subject: row for row in Campaign.objects.filter(subject__in=subjects)}
    missing = [Campaign(subject=one) for one in subjects if one not in found]
    Campaign.objects.bulk_create(missing)
    return found | {row.subject: row for row in missing}


def _gone(campaigns: Mapping[str, Campaign], names: Iterable[str]) -> dict[int, set[str]]:
    """Which of these events were named by others before, campaign by campaign."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in _chunks(sorted(names)):
        rows = CampaignGone.objects.filter(campaign__in=campaigns.values(), event__in=some)
        for campaign, event in rows.values_list("campaign", "event"):
            found[campaign].add(event)
    return found


def _stored(timeline: Timeline, ids: Iterable[str]) -> Iterator[Event]:
    """Events of the timeline by their ids, `source/name`; of one that is erased nothing is known, its count stays."""
    names: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        for place in (place for place, letter in enumerate(one) if letter == "/"):
            names[one[:place]].append(one[place + 1 :])
    for source, of_source in names.items():
        for some in _chunks(of_source):
            rows = EventOn.objects.filter(
                timeline=timeline, event__source=source, event__name__in=some, event__body__isnull=False
            )
            for body in rows.values_list("event__body", flat=True):
                yield read(bytes(body or b""))


def _counted(campaign: Campaign, events: Iterable[Event]) -> Counts:
    return Counter(
        (campaign.pk, event.at // DAY, COUNTED[event.type])
        for event in events
        if event.type in COUNTED and not event.voids and not _by_machine(event)
    )


def _by_machine(event: Event) -> bool:
    """The share is one of calls that people answered; what nobody can read is no person, which makes it the larger."""
    return event.type == "call.answered" and event.data.get("machine", False) is not False


def _add(counts: Counts) -> None:
    changed: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for (campaign, day, what), count in counts.items():
        if count:
            changed[campaign, day][what] = count
    rows = CampaignDay.objects.filter(
        campaign__in={campaign for campaign, _ in changed}, day__in={day for _, day in changed}
    )
    known = {(row.campaign_id, row.day): row for row in rows}
    fresh = {key: CampaignDay(campaign_id=key[0], day=key[1]) for key in changed if key not in known}
    for key, more in changed.items():
        row = known.get(key) or fresh[key]
        for what, count in more.items():
            setattr(row, what, getattr(row, what) + count)
    CampaignDay.objects.bulk_create(fresh.values(), batch_size=_AT_ONCE)
    old = [known[key] for key in changed if key in known]
    CampaignDay.objects.bulk_update(old, list(COUNTED.values()), batch_size=500)


def _tell(timeline: Timeline, campaign: Campaign) -> None:
    """The row as the campaign's own events tell it, from nothing."""
    rows = EventOn.objects.filter(
        timeline=timeline, event__type__startswith=_TELLING, event__body__isnull=False
    )
    events = [read(bytes(body or b"")) for body in rows.values_list("event__body", flat=True)]
    gone = _gone({campaign.subject: campaign}, [event.id for event in events])[campaign.pk]
    fresh = Campaign(pk=campaign.pk, subject=campaign.subject)
    for event in sorted((one for one in events if one.id not in gone and not one.voids), key=ORDER):
        for name, longest in _TEXTS.items():
            setattr(fresh, name, _text(event.data.get(name), longest) or getattr(fresh, name))
        if event.type == "campaign.started" and fresh.started is None:
            fresh.started = event.at  # who starts it again has no new share to abandon
        elif event.type == "campaign.ended":
            fresh.ended = event.at
    fresh.save(update_fields=_TOLD)


def _text(value: Any, longest: int) -> str:
    return str(value)[:longest] if isinstance(value, str | int | float) else ""


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE))
