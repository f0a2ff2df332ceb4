"""A house in which everything was done that leaves an entry in the evidence log."""

from django.db import transaction
from tests.characters import AT, Cast, cast
from tests.record.conftest import LATER, Take, call

from clearline.evidence import actions
from clearline.evidence.keys import Keys
from clearline.people import actions as people
from clearline.people import tokens
from clearline.people.models import Person, Role, Team
from clearline.record import models
from clearline.record.actions.append import enter_judged
from clearline.record.actions.judged import Judged
from clearline.record.retention import actions as retention
from clearline.record.retention import holds
from clearline.record.retention.classes import classes
from clearline.record.retention.scrubbing import Part, scrub
from clearline.record.shop.actions import answered
from clearline.rulebook.rulebook import Rulebook

SILENT = (  # nobody says that the call is recorded
    '0 call.started direction=inbound purpose=order places=["US-CA"] recorded=true',
    "1 recording.started",
    "2 call.answered",
    "5 agent: Thank you for calling Northwind, how can I help?",
    "9 customer: Where is my parcel?",
    "70 agent: It arrives on Friday.",
    "80 call.ended",
)


def judged(take: Take) -> None:
    """Two calls with findings, one of which is withdrawn."""
    for name in ("c-1", "c-2"):
        take(call(*SILENT, name=name, agent="a-1", contact="k-1"))
    first = models.Finding.objects.select_related("timeline").order_by("pk")[0]
    with transaction.atomic():
        enter_judged([Judged(first.timeline, withdrawn=[first])], LATER)
    assert models.Finding.objects.exclude(withdrawn=None).count() == 1
    assert models.Finding.objects.filter(withdrawn=None).exists()


def decided(take: Take, alice: Person, rulebook: Rulebook) -> None:
    """The shop answers, decides how long it keeps words, places holds, releases one, and deletes nothing, twice."""
    answered(alice, {"home": ["US-OR"], "ai": ["none"]}, AT, after=None)
    told = {"klass": "words", "area": "US", "span": "6mo", "overruled": ["tsr-words"], "reason": "as said"}
    retention.decided(alice, rulebook, **told, at=AT)  # type: ignore[arg-type] # strings, and one list
    holds.released(alice, holds.placed(alice, "call", "c-1", None, "Doe v. Shop", AT), "settled", AT + 1)
    holds.placed(alice, "period", "", (AT, AT + 5), "Roe v. Shop", AT)
    take(call("0 call.started", name="c-3"))
    timeline = models.Timeline.objects.get(kind="call", subject="c-3")
    with transaction.atomic():
        scrub([Part(timeline, classes()["recordings"])], alice, "retention", LATER)
        scrub([Part(timeline, classes()[one]) for one in ("words", "recordings")], alice, "erasure", LATER)


def acted(cast: Cast) -> None:
    """People look, make and revoke a token, come, change, leave, return and are forgotten."""
    people.looked(cast.bob, "call c-1", AT, about=cast.ada)
    token, _ = tokens.make(cast.alice, name="shop", scopes=["calls:read"], expires=AT + tokens.DAY, at=AT)
    tokens.revoke(cast.alice, token, AT)
    team = people.team_made(cast.max, "Ropes", AT)
    eve, code = people.invited(
        cast.max, email="eve@shop.example", name="Eve", role=Role.AGENT, team=None, at=AT
    )
    people.arrived(code, "four random words, said once", AT)
    eve.refresh_from_db()
    teams = list(Team.objects.all())
    people.changed(cast.max, eve, role=Role.SUPERVISOR, team=team, leads=teams, agent="a-7", at=AT)
    people.left(cast.max, eve, AT)
    people.returned(cast.max, eve, AT)


def forgotten(cast: Cast) -> None:
    """Somebody leaves and is forgotten: of what is told about them only that stays."""
    people.left(cast.max, cast.charlie, AT)
    people.forgotten(cast.alice, cast.charlie, AT)


def everything(take: Take, keys: Keys, rulebook: Rulebook) -> Cast:
    """All of it, and two checkpoints."""
    made = cast()
    judged(take)
    actions.checkpoint(keys, LATER)
    decided(take, made.alice, rulebook)
    acted(made)
    forgotten(made)
    with transaction.atomic():
        actions.done("evidence.exported", "house", {"what": "all"}, LATER)
    actions.rotate(keys, "house", LATER)
    return made
