"""Two registers as paper: of what is done with personal data (GDPR Art. 30), and of what people decided."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from clearline.audits.documents.paper import Item, Paper, Part, Table
from clearline.audits.documents.report import ADVICE, day
from clearline.audits.documents.told import moment
from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.record import models
from clearline.record.answers.facts import newest
from clearline.record.answers.questions import Answers, Question, questions
from clearline.record.judging import judging
from clearline.record.retention.classes import AREAS
from clearline.record.retention.queries import table

Recipients = Callable[[], Sequence[tuple[str, str]]]
"""Who is connected: a name and what it is. What stands above this room is handed in."""
WHOSE: Final = {
    "contact": "customers",
    "call": "customers and agents",
    "order": "customers",
    "agent": "agents",
}
DECISIONS: Final = {
    "override.approved": "Rules were lifted for a contact",
    "override.refused": "An override was refused",
    "rule.approved": "A rule of the shop's own was let into force",
    "rule.refused": "A rule of the shop's own was refused",
    "finding.dismissed": "A finding was dismissed",
    "finding.confirmed": "A finding was confirmed",
    "finding.answered": "A dispute was answered",
    "audit.concluded": "An audit was concluded",
    "action.approved": "A corrective action was agreed to",
    "action.reopened": "A corrective action was opened again",
}
"""Events that tell of a decision."""
MOST: Final = 2_000  # of a register


class Decision(NamedTuple):
    """What was decided, by whom and why, and its entry in the log."""

    at: Instant
    what: str
    about: str
    by: str
    why: str
    entry: int


def decisions(since: Instant, until: Instant) -> list[Decision]:
    """What people decided in a period, the latest first; what was erased says no more why."""
    names = {str(uid): name for uid, name in Person.objects.values_list("uid", "name")}
    rows = models.Event.objects.filter(type__in=DECISIONS, at__gte=since, at__lt=until).order_by("-at", "-pk")
    found = [
        _of_event(kind, at, entry, body, names)
        for kind, at, entry, body in rows.values_list("type", "at", "entry", "body")[:MOST]
    ]
    found += [
        Decision(
            one.at,
            "It was decided how long a class is kept",
            f"{one.klass} in {AREAS.get(one.area, one.area)}: {one.span}",
            one.by.name,
            one.reason,
            one.entry,
        )
        for one in models.RetentionChoice.objects.filter(at__gte=since, at__lt=until).select_related("by")
    ]
    found += [
        Decision(one.placed, "A legal hold was placed", one.scope, one.placed_by.name, one.reason, one.entry)
        for one in models.Hold.objects.filter(placed__gte=since, placed__lt=until).select_related("placed_by")
    ]
    return sorted(found, key=lambda one: (-one.at, -one.entry))[:MOST]


def of_decisions(since: Instant, at: Instant) -> Paper:
    """The register of decisions as paper."""
    found = decisions(since, at)
    rows = [
        (f"{moment(one.at):%Y-%m-%d %H:%M}", one.what, one.about, one.by, one.why, f"{one.entry:,}")
        for one in found
    ]
    columns, widths = ("When (UTC)", "What", "About", "By", "Why", "Entry"), (1.5, 2.2, 2, 1.4, 3, 0.8)
    return Paper(
        title="Register of decisions",
        name=f"to {day(at)}",
        kind="Register",
        by="Clearline",
        about="What people decided, by whom and why",
        foot=ADVICE,
        facts=(("From", day(since)), ("To", day(at)), ("Decisions", f"{len(found):,}")),
        says=[
            "Each line is an entry of the evidence log, by whose number its proof is found.",
            *([f"Only the latest {MOST:,} are shown."] if len(found) == MOST else []),
        ],
        parts=[Part("Decisions", table=Table(columns, widths, rows, "Nothing was decided in this time."))],
    )


def of_processing(who: Person, at: Instant, recipients: Recipients) -> Paper:
    """The register of processing as paper: what the record keeps of whom, why and how long; what it can't know is left to the shop."""
    answers = newest()
    told = [(one.text, _said(one, answers.answers)) for one in questions().all] if answers else []
    return Paper(
        title="Register of processing activities",
        name=f"to {day(at)}",
        kind="Register (GDPR Art. 30)",
        by="Clearline",
        about="What is done with personal data in the call centre",
        foot=ADVICE,
        facts=(
            ("As told on", f"{moment(at):%d %B %Y, %H:%M} UTC"),
            ("Controller", "to be named by the shop"),
            ("Data protection officer", "to be named by the shop"),
        ),
        says=[
            "This holds what Clearline itself keeps and does. What other systems do with the same data, and transfers by those who are connected, the shop has to add.",
        ],
        parts=[
            Part(
                "The shop, as it says of itself",
                table=Table(
                    ("Question", "Answer"), (3, 3), told, "The shop's questions are not answered yet."
                ),
            ),
            Part(
                "What is kept",
                ("Purpose of all of it: that calls keep to law and promise, and that this can be proven.",),
                items=_activities(who, at),
            ),
            Part(
                "Who receives or sends data",
                table=Table(("Name", "What it is"), (2, 3), list(recipients()), "Nobody is connected."),
            ),
            Part("Security (Art. 32)", _SECURITY),
        ],
    )


_SECURITY: Final = (
    "Card and authentication data are hidden before the first write. Originals of recordings are sealed, and kept only where an officer decided for how long.",
    "Who may see what follows from roles and teams; each look at a recording, a transcript or a personal datum is an entry in a log that can only grow.",
    "Erasure takes the content away everywhere and destroys its key; every other proof still holds.",
)


def _activities(who: Person, at: Instant) -> list[Item]:
    found = []
    for klass, rows in table(who, judging().rulebook, at):
        kept = [
            (
                row.name,
                row.choice.span if row.choice else "not decided",
                "; ".join(dict.fromkeys(f"{asked.limit.cite}: {asked.limit.law}" for asked in row.asked))
                or "no law asks",
            )
            for row in rows
        ]
        facts = (("What", klass.about), ("Whose", WHOSE.get(klass.on, klass.on)))
        found.append(
            Item(
                klass.title,
                facts,
                table=Table(
                    ("Where", "Kept for", "What laws ask"), (1.3, 1, 4), kept, "It concerns nobody here."
                ),
            )
        )
    return found


def _of_event(
    kind: str, at: Instant, entry: int, body: bytes | memoryview | None, names: dict[str, str]
) -> Decision:
    if body is None:
        return Decision(at, DECISIONS[kind], "erased", "", "", entry)
    data = msgspec.json.decode(bytes(body), type=Event).data
    about = str(data.get("rule") or data.get("override") or data.get("claim") or data.get("due") or "")
    why = str(data.get("reason") or data.get("answer") or "")
    return Decision(at, DECISIONS[kind], about[:120], names.get(str(data.get("by")), "Clearline"), why, entry)


def _said(question: Question, answers: Answers) -> str:
    given = set(answers.get(question.id) or ())
    return "; ".join(one.label for one in question.choices if one.value in given) or "not answered"
