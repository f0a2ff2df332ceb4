"""Reads of audits: the plan, one whole, and what its documents tell."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from clearline.audits.documents import told
from clearline.audits.models import Action, Audit, Nonconformity
from clearline.audits.queries.estimating import estimate
from clearline.engine.events import SECOND, Instant
from clearline.evidence.models import Checkpoint, Entry
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.days import midnight
from clearline.record.models import Event
from clearline.rulebook.obligations import read_register
from clearline.rulebook.rulebook import Rulebook
from clearline.seal.checkpoints import Checkpoint as Head
from clearline.seal.notes import parse


class Line(NamedTuple):
    """An audit in the plan, and how far it is."""

    audit: Audit
    answered: int
    of: int
    nonconformities: int


def audits(who: Person) -> QuerySet[Audit]:
    rows = Audit.objects.select_related("auditor", "planned_by")
    return rows if may(who, "see audits") else rows.none()


def audit(who: Person, uid: str) -> Audit | None:
    return audits(who).filter(uid=uid).first()


def plan(who: Person) -> list[Line]:
    """All of them, those that are due next first, concluded ones last."""
    rows = audits(who).annotate(
        papers_=Count("papers", distinct=True),
        answered_=Count("papers", filter=~Q(papers__answer=""), distinct=True),
        found_=Count("nonconformities", distinct=True),
    )
    lines = [Line(one, one.answered_, one.papers_, one.found_) for one in rows]
    return sorted(
        lines, key=lambda line: (line.audit.state == Audit.State.CONCLUDED, line.audit.due, line.audit.uid)
    )


def counted(audit: Audit) -> Counter[str]:
    """The answers, by their words; empty for what was not answered."""
    return Counter(audit.papers.values_list("answer", flat=True))


def entries(kind: str, uid: str) -> list[tuple[str, Instant, int, str]]:
    """Deeds on a timeline of audits or actions: what, when, the index in the log, and through whom."""
    rows = Event.objects.filter(source="clearline", name__startswith=f"{kind}.{uid}.").order_by("at", "pk")
    names = {str(uid): name for uid, name in Person.objects.values_list("uid", "name")}
    found = rows.values_list("type", "at", "entry", "name")
    actors = _actors([entry for _, _, entry, _ in found])
    return [
        (
            step.removeprefix(f"{kind}.").replace("_", " "),
            at,
            entry,
            names.get(actors.get(entry, ""), "Clearline"),
        )
        for step, at, entry, _ in found
    ]


def whole(audit: Audit, rulebook: Rulebook, at: Instant) -> told.Audit:
    """All of an audit, as its documents tell it."""
    signed = Checkpoint.objects.order_by("-size").first()
    return told.Audit(
        uid=audit.uid,
        title=audit.title,
        state=audit.state,
        period=(audit.since, audit.until - SECOND),
        scope=scope(audit, rulebook),
        teams=audit.teams,
        auditors=[(str(audit.auditor.uid), audit.auditor.name)] if audit.auditor else [],
        due=midnight(audit.due),
        closed=audit.concluded,
        criteria=_criteria(audit, rulebook),
        draw=_draw(audit),
        sample=[
            told.Looked(one.call, one.team, one.answer, one.note, one.at)
            for one in audit.papers.order_by("place")
        ],
        estimate=estimate(audit),
        claim=audit.claim,
        nonconformities=[_nonconformity(one) for one in nonconformities(audit)],
        proof=_proof(signed) if signed else None,
        version=audit.version or "not drawn yet",
        told=at,
    )


def scope(audit: Audit, rulebook: Rulebook) -> str:
    """In a sentence."""
    titles = [rulebook.rules[one].title if one in rulebook.rules else one for one in audit.rules]
    return f"Calls of {', '.join(audit.teams) or 'all teams'}, by {len(titles)} rule{'s' * (len(titles) != 1)}: {'; '.join(titles)}"


def nonconformities(audit: Audit) -> Sequence[Nonconformity]:
    return list(audit.nonconformities.prefetch_related("actions__owner").order_by("number"))


def _criteria(audit: Audit, rulebook: Rulebook) -> list[told.Criterion]:
    """The rules that are audited, each with the obligations of the register that it serves."""
    register = read_register().obligations
    found = []
    for name in audit.rules:
        rule = rulebook.rules.get(name)
        served = [row for row in register if name in row.rules]
        found.append(
            told.Criterion(
                name,
                rule.title if rule else name,
                "; ".join(dict.fromkeys([*(row.citation for row in served), *(rule.cites if rule else ())])),
                bool(rule and rule.status == "checked"),
                [name],
            )
        )
    return found


def _draw(audit: Audit) -> told.Draw | None:
    if audit.drawn is None or audit.seeded is None:
        return None
    return told.Draw(
        population=audit.population or 0,
        digest=audit.digest,
        seed=audit.seed,
        seeded=audit.seeded,
        drawn=audit.drawn,
        size=audit.papers.count(),
        how=audit.how,
        rate=audit.rate,
        confidence=audit.confidence,
        accepts=audit.accepts,
    )


def _nonconformity(row: Nonconformity) -> told.Nonconformity:
    return told.Nonconformity(
        row.number,
        row.title,
        row.grade,
        row.rule,
        row.cause,
        row.calls,
        row.found,
        [_action(one) for one in row.actions.all()],
    )


def _action(row: Action) -> told.Action:
    effect = row.checks[-1]["effect"] if row.checks else ""
    return told.Action(
        row.uid, row.title, row.owner.name, midnight(row.due), row.state, effect, row.completed
    )


def _proof(signed: Checkpoint) -> told.Proof:
    head = Head.parse(parse(signed.note.encode()).text)
    return told.Proof(head.origin, head.size, head.root.hex())


def _actors(indices: Sequence[int]) -> dict[int, str]:
    return dict(Entry.objects.filter(index__in=list(indices)).values_list("index", "actor"))
