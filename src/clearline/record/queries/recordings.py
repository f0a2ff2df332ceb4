"""Recordings, for those within whose reach their call is."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clearline.people.models import Person
from clearline.record.models import Call, Recording
from clearline.record.queries import reach


def recordings(who: Person) -> QuerySet[Recording]:
    """Those that somebody may hear: of their own calls, of the teams they lead, or all."""
    calls = reach.recorded(who).filter(timeline__kind="call", timeline__subject=OuterRef("call"))
    return Recording.objects.filter(Exists(calls)).order_by("began", "received", "pk")


def of_call(who: Person, call: Call) -> list[Recording]:
    """The recordings of a call that they may see."""
    return list(recordings(who).filter(call=call.timeline.subject))


def without_call(who: Person) -> QuerySet[Recording]:
    """Recordings of calls that have no page, the newest first: they wait, or could not be heard, and nothing else told of the call."""
    waiting = (Recording.State.WAITING, Recording.State.HEARING, Recording.State.FAILED)
    known = Call.objects.filter(timeline__kind="call", timeline__subject=OuterRef("call"))
    rows = Recording.objects.filter(~Exists(known), state__in=waiting).order_by("-received", "-pk")
    if not rows.exists():  # nearly always: who asks need not be known then
        return rows.none()
    within = reach.agents(who, "see recordings")
    return rows if within is None else rows.filter(agent__in=within)


def playable(who: Person, uid: UUID) -> Recording:
    """One whose muted copy was released; Recording.DoesNotExist for all others, there or not."""
    return recordings(who).exclude(muted="").get(uid=str(uid))


def agent_of(recording: Recording) -> str:
    """Whose call it is, by the telephony's id."""
    found = Call.objects.filter(timeline__kind="call", timeline__subject=recording.call)
    return found.values_list("agent", flat=True).first() or ""
