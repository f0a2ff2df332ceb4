"""What Charlie must never see: data of others, each with one word in it that no page has a reason to say."""

import uuid
from dataclasses import dataclass, field
from datetime import date

from tests.characters import AT, Cast, cast
from tests.record.conftest import call, received

from clearline.audits.actions import auditing, correcting
from clearline.audits.programme import adding
from clearline.audits.programme.adding import Piece
from clearline.audits.programme.reading import known
from clearline.culture.models import Holder
from clearline.culture.speakup import codes, holding, reporting
from clearline.culture.speakup.emptying import emptied
from clearline.culture.speakup.sealing import Said as ReportSaid
from clearline.engine.durations import moment_of
from clearline.engine.events import Event
from clearline.gate.actions import overriding
from clearline.gate.actions.deciding import Asking, decide
from clearline.gate.attempts import Attempt
from clearline.gate.models import Decision
from clearline.intake.actions import made as connected
from clearline.people import actions, tokens
from clearline.people.models import Person, Role, Token
from clearline.record.actions.append import append
from clearline.record.judging import judging
from clearline.record.models import ContactPoint, Finding, Recording
from clearline.record.recordings import places
from clearline.record.watching import Watches
from clearline.review.actions import grading, sampling
from clearline.review.policy import actions as writing_rules
from clearline.review.policy.writing import Said, Verb
from clearline.training.actions import teaching, testing
from clearline.training.actions.assigning import Wanted, assigned
from clearline.training.models import Assignment, Certificate

CANARY = "kolibri"


@dataclass(frozen=True)
class Planted:
    """The people, and what stands for each name in an address: always somebody else's."""

    people: Cast
    names: dict[str, str] = field(default_factory=dict)


def planted() -> Planted:
    """People whose names, addresses and deeds hold the canary; a room adds its own things here."""
    people = cast()
    for one in people:
        if one != people.charlie:
            one.name, one.email = f"{one.name} {CANARY}", f"{CANARY}.{one.email}"
            one.save()
    tents = people.ada.team
    assert tents
    tents.name = f"Tents {CANARY}"
    tents.save()
    look = actions.looked(people.bob, f"call {CANARY}", AT, about=people.ada)
    token, _ = tokens.make(
        people.ada, name=f"token {CANARY}", scopes=["calls:read"], expires=AT + tokens.DAY * 300, at=AT
    )
    names = {
        **_call(),
        "recording": _recording(),
        "uid": str(people.ada.uid),
        "index": str(look.index),
        "pk": str(Token.objects.get(pk=token.pk).pk),
        "provider_id": "shop",
        "organization_slug": "shop",
        "rest": "nowhere",
        "connection": _connection(people),
        **_gate(people),
        **_graded(people),
        "draft": _draft(people),
        "day": "2026-11-22",
        **_audit(people),
        **_programme(people),
        **_taught(people),
        **_report(),
        "number": "1",
        "place": "1",
    }
    return Planted(people, names)


def _recording() -> str:
    """The sound of that call: a file that says the word."""
    row = Recording.objects.create(
        uid=str(uuid.uuid4()),
        call="planted",
        sha256="0" * 64,
        size=1,
        received=AT,
        began=AT,
        state=Recording.State.HEARD,
        muted=CANARY,
        reason=CANARY,
        notes=[CANARY],
        hidden=[[0, 0, 1, CANARY]],
    )
    with places.written(places.muted(row.uid)) as file:
        file.write(CANARY.encode())
    return row.uid


def _connection(people: Cast) -> str:
    """A shop that is connected, and last sent something that could not be read."""
    secret = f"{CANARY} {CANARY} {CANARY}"
    row = connected(people.max, kind="shopify", name="planted", prefix="", secret=secret, at=AT)
    row.error, row.failed = f"{CANARY} is no number", AT
    row.save()
    return row.name


def _call() -> dict[str, str]:
    """A call of Ada's in which rules were broken, with a contact; the ids themselves say nothing."""
    events = call(
        '0 call.started direction=inbound purpose=service recorded=true places=["US-CA"]',
        "1 recording.started",
        f"2 call.answered campaign={CANARY}",
        f"5 agent: Northwind {CANARY}, how can I help?",
        "9 customer: My card is 4242 4242 4242 4242.",
        "70 call.ended",
        name="planted",
        at=AT - tokens.DAY,
        agent="a-1",
        contact="k-1",
    )
    known = {"name": f"Kim {CANARY}", "email": f"{CANARY}@shop.example"}
    told = Event("k-1-0", "contact.created", AT - tokens.DAY, known, {"contact": "k-1"})
    bought = {"order": "o-1", "contact": "k-1"}
    order = Event("o-1-0", "order.placed", AT - tokens.DAY, {"item": f"a tent {CANARY}"}, bought)
    boxed = {"subscription": "s-1", "contact": "k-1"}
    box = Event("s-1-0", "subscription.started", AT - tokens.DAY, {"plan": f"box {CANARY}"}, boxed)
    append(received([told, *events, order, box]), AT, Watches(judging))
    finding = Finding.objects.filter(timeline__subject="planted", question=False).first()
    assert finding
    point = ContactPoint.objects.get(contact__subject="k-1")
    return {
        "call": "planted",
        "order": "o-1",
        "subscription": "s-1",
        "finding": finding.uid,
        "rule": finding.rule,
        "contact": str(point.contact_id),
        "point": str(point.pk),
    }


def _graded(people: Cast) -> dict[str, str]:
    """That call, drawn and graded by Anna, with the word in a note; nobody has released it."""
    card = judging().rulebook.scorecards["service-call"]
    watches = Watches(judging)
    day = moment_of(AT).date()
    wanted = sampling.Wanted(card, AT - 2 * tokens.DAY, AT, None, 1, 0, day, [people.anna])
    sample = sampling.drawn(people.anna, sampling.seeded(people.anna, wanted, AT, watches), card, AT, watches)
    grade = sample.grades.get()
    said = {one.id: grading.Said(one.answers[0], f"a note on {CANARY}") for one in card.questions}
    grading.given(people.anna, grade, card, said, {}, AT, watches)
    return {"card": card.id, "sample": sample.uid, "grade": grade.uid}


def _draft(people: Cast) -> str:
    """A rule of the shop's own that Anna writes."""
    said = Said(
        slug="planted",
        title=f"Never say {CANARY}",
        why=CANARY,
        verb=Verb.NEVER,
        phrases=(CANARY,),
        counts=(f"Say {CANARY}.",),
        misses=("Nothing.",),
        since=date(2030, 1, 1),
    )
    return writing_rules.drafted(people.anna, said, AT, Watches(judging)).uid


def _report() -> dict[str, str]:
    """A report that somebody wrote, in the hands of people whose names the public page may say."""
    watches = Watches(judging)
    holders: list[Holder] = []
    for name, role, kind in (
        ("Hanna", Role.OFFICER, Holder.Kind.HANDLER),
        ("Rita", Role.SUPERVISOR, Holder.Kind.RECOVERY),
    ):
        person = Person.objects.invited(email=f"{name}@shop.example", name=name, role=role)
        made = holding.appointed(
            person if role == Role.OFFICER else holders[0].person, person, kind, AT, watches
        )
        holders.append(holding.keyed(made, "five words that are long", AT, watches))
    report = reporting.posted(codes.new(), ReportSaid(f"They hide {CANARY}."), [], AT - 2 * tokens.DAY)
    emptied(AT, watches)
    return {"report": str(report.uid), "holder": str(holders[0].pk)}


def _audit(people: Cast) -> dict[str, str]:
    """An audit that Alice plans, and a corrective action of Bob's."""
    watches, title = Watches(judging), f"Everything about {CANARY}"
    plan = auditing.Plan(title, ("hold-announced",), (), AT - tokens.DAY, AT, date(2030, 1, 1))
    action = correcting.Opening(title, people.bob, date(2030, 1, 1), cause=CANARY)
    return {
        "audit": auditing.planned(people.alice, plan, AT, watches).uid,
        "action": correcting.opened(people.alice, action, AT, watches).uid,
    }


def _programme(people: Cast) -> dict[str, str]:
    """A document that Alice adopted for an obligation."""
    control = known(judging().rulebook)["self-assessment"]
    adding.added(people.alice, [Piece(control, date(2026, 5, 1), title=CANARY)], AT, Watches(judging))
    return {"obligation": "us-ussg-eccp-yardstick", "control": control.id}


def _taught(people: Cast) -> dict[str, str]:
    """A course that Bob gave Ada, for a reason; her test, her certificate, and a lesson about that call."""
    book, watches = judging().rulebook, Watches(judging)
    course = book.courses["opting-out"]
    wanted = Wanted(people.ada, course, Assignment.Because.HAND, date(2030, 1, 1), f"about {CANARY}")
    (assignment,) = assigned(people.alice, [wanted], AT, watches)
    attempt = testing.begun(people.ada, course, AT, "seed")
    answers = {name: course.question(name).key for name, _ in attempt.drawn}  # type: ignore[union-attr]
    testing.answered(people.ada, attempt, answers, book, AT, watches)
    finding = Finding.objects.filter(timeline__subject="planted", question=False).first()
    assert finding
    (lesson,) = teaching.given([finding], book, AT, watches)
    return {
        "course": course.id,
        "lesson": "1",
        "attempt": attempt.uid,
        "certificate": Certificate.objects.get(person=people.ada).uid,
        "assignment": assignment.uid,
        "micro": lesson.uid,
    }


def _gate(people: Cast) -> dict[str, str]:
    """A campaign, an attempt of Ada's that the gate refused, and an override that Bob asks for it."""
    told = {"name": f"Tents {CANARY}", "purpose": "marketing"}
    started = Event("m-1-0", "campaign.started", AT - tokens.DAY, told, {"campaign": "m-1"})
    watches = Watches(judging)
    append(received([started]), AT, watches)
    attempt = Attempt(
        number="+12125550143", contact="k-1", agent="a-1", campaign="m-1", seller=CANARY, purpose="marketing"
    )
    (answered,) = decide([Asking(attempt, "dialer")], AT)
    row = Decision.objects.get(uid=answered.decision.uid)
    override = overriding.asked(
        people.bob, row, [row.rule], f"because of {CANARY}", AT + tokens.DAY, at=AT, watches=watches
    )
    return {"decision": row.uid, "campaign": "m-1", "override": override.uid}
