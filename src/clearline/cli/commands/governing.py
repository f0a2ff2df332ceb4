"""What the made-up shop's people have done about their calls: rules of their own, what they say of findings, and the account of their calls."""

from datetime import UTC, datetime, timedelta

from clearline.engine.events import SECOND, Instant
from clearline.formats.call_records import CallRecord
from clearline.people.models import Person, Role
from clearline.record.models import Call, Finding
from clearline.record.models.judged import STANDING
from clearline.record.watching import Watches
from clearline.review.coverage import actions as accounting
from clearline.review.models import Draft, SwitchCall, Triage
from clearline.review.policy import actions
from clearline.review.policy.writing import Said, Verb
from clearline.review.triage import actions as triaging

WEEK = 7 * 86_400 * SECOND
ODD = 40  # which of the week's calls the switch tells otherwise
WHY = "The examples are what our promise says, and last week's calls show no false alarm."


def write_rules(at: Instant, watches: Watches) -> None:
    """One rule that an officer has approved, one that waits for a second person, one in the shadow."""
    author = Person.objects.filter(role=Role.ANALYST).order_by("pk").first()
    officer = Person.objects.filter(role=Role.OFFICER).order_by("pk").first()
    if author is None or officer is None or Draft.objects.exists():
        return
    approved, waiting, shadow = (actions.drafted(author, one, at, watches) for one in _rules(at))
    actions.submitted(author, approved, at, watches)
    actions.approved(officer, approved, WHY, at, watches)
    actions.submitted(author, waiting, at, watches)
    actions.shadowed(author, shadow, at, watches)


def _rules(at: Instant) -> tuple[Said, Said, Said]:
    start = datetime.fromtimestamp(at // SECOND, UTC).date() + timedelta(days=7)
    else_asked = (
        "(is|was) there anything else",
        "(can|may) i help with anything else",
        "anything else today",
    )
    asks = Said(
        slug="ask-for-anything-else",
        title="Ask whether there is anything else before the call ends",
        why="service promise, section 2",
        verb=Verb.SAY,
        phrases=else_asked,
        counts=("Is there anything else I can help with?", "Anything else today?"),
        misses=("Do you need the parcel today?",),
        prompt="Ask whether there is anything else.",
        since=start,
    )
    once = Said(
        slug="ask-for-anything-else-twice-at-most",
        title="Do not press for more: ask for anything else twice at most",
        why="service promise, section 2",
        verb=Verb.OFTEN,
        phrases=else_asked,
        counts=("Is there anything else I can help with?",),
        misses=("Do you need the parcel today?",),
        times=2,
        since=start,
    )
    odd = Said(
        slug="no-odd",
        title="Do not worry customers by calling their case odd",
        why="words that we use, page 3",
        verb=Verb.NEVER,
        phrases=("(thats|that is) [very|really] (odd|strange|weird)",),
        counts=("Hm, that's odd.",),
        misses=("That's an odd number of pegs.",),
        since=start,
    )
    return asks, once, odd


def triage(at: Instant, watches: Watches) -> None:
    """Some findings confirmed, one dismissed, a critical one that waits for a second person, one disputed by its agent."""
    officer = Person.objects.filter(role=Role.OFFICER).order_by("pk").first()
    analyst = Person.objects.filter(role=Role.ANALYST).order_by("pk").first()
    agents = dict(Person.objects.filter(role=Role.AGENT).exclude(agent=None).values_list("agent", "pk"))
    if officer is None or analyst is None or Triage.objects.exists():
        return
    rows = Finding.objects.filter(STANDING, timeline__kind="call").order_by("at")
    grave = list(rows.filter(severity="critical")[:1])
    some = list(rows.filter(severity="serious")[:5])
    for place, row in enumerate(some[:4]):
        triaging.confirmed(
            analyst, row, at - (60 - place) * SECOND, watches, "Read and listened to; it is as found."
        )
    for row in some[4:]:
        triaging.dismissed(
            analyst,
            row,
            "The customer asked for it in the call before; it is not in these words.",
            at,
            watches,
        )
    for row in grave:
        triaging.dismissed(
            officer, row, "The digits are an order number that looks like a card.", at, watches
        )
    for row in rows.filter(severity="minor", agent__in=agents).order_by("-at")[:1]:
        agent = Person.objects.get(pk=agents[row.agent])
        triaging.disputed(
            agent,
            row,
            "I did say that I would check with the warehouse, just before I pressed hold.",
            at,
            watches,
        )


def account(at: Instant, watches: Watches) -> None:
    """The switch's records of the last days: one call that never came here, one of another length; and the days are stated."""
    if SwitchCall.objects.exists():
        return
    calls = (
        Call.objects.filter(started__gte=at - WEEK)
        .exclude(ended=None)
        .select_related("timeline")
        .order_by("started")
    )
    records = [
        CallRecord(
            one.timeline.subject,
            one.started,
            max(0, (one.ended or 0) - (one.answered or one.started)) // SECOND,
            one.answered is not None or None,
            one.agent,
            one.direction,
        )
        for one in calls
    ]
    if len(records) > ODD:
        records[ODD] = records[ODD]._replace(seconds=(records[ODD].seconds or 0) * 3 + 60)
        lost = records[ODD]
        records.append(CallRecord("c-never-delivered", lost.at + 90 * SECOND, 204, True, lost.agent))
    accounting.brought(records, "switch, nightly", at, watches)
    accounting.stated_all(at, watches)
