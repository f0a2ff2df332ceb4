"""The report of an audit: what was looked at, what was found, what can be claimed and what can't."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import altair as alt

from clearline.audits.documents.paper import Facts, Item, Paper, Part, Table
from clearline.audits.documents.told import Audit, Draw, Looked, Nonconformity, moment
from clearline.engine.events import Instant
from clearline.ui.charts import TONES, Drawing, draw

ANSWERS: Final = {
    "conforming": "kept",
    "nonconforming": "broken",
    "cannot be judged": "unknown",
    "not looked at": "open",
}
"""What an auditor can say of a call, and the colour it has on every page."""
OPEN: Final = "not looked at"
ADVICE: Final = "Clearline informs; it gives no legal advice."


def paper(audit: Audit) -> Paper:
    """The report as it is set; the same for the same audit."""
    parts = [
        _criteria(audit),
        _sample(audit.draw),
        _answers(audit),
        _found(audit),
        _actions(audit),
        _evidence(audit),
    ]
    return Paper(
        title=audit.title,
        name=audit.uid,
        kind="Audit report" if audit.closed is not None else "Audit report (the audit is not closed)",
        by="Clearline",
        about=f"Audit of {audit.scope}",
        foot=ADVICE,
        facts=_head(audit),
        says=_says(audit),
        parts=parts,
    )


def _head(audit: Audit) -> Facts:
    since, until = audit.period
    return (
        ("Number", audit.uid),
        ("Period", f"{day(since)} to {day(until)}"),
        ("Scope", audit.scope),
        ("Teams", ", ".join(audit.teams) or "all"),
        ("Auditors", ", ".join(name for _, name in audit.auditors) or "none is named"),
        ("Planned for", day(audit.due)),
        ("State", f"closed on {day(audit.closed)}" if audit.closed is not None else audit.state),
        ("As told on", f"{moment(audit.told):%d %B %Y, %H:%M} UTC"),
    )


def _says(audit: Audit) -> Sequence[str]:
    counts = Counter(one.answer or OPEN for one in audit.sample)
    looked = sum(counts.values()) - counts[OPEN]
    told = []
    if audit.draw:
        told.append(
            f"Of {audit.draw.population:,} calls {audit.draw.size:,} were drawn, and {looked:,} looked at: {counts['nonconforming']:,} did not "
            f"conform, {counts['cannot be judged']:,} could not be judged."
        )
    if audit.estimate:
        told.append(
            f"Estimate of the share of all calls in breach: {share(audit.estimate.value)}, and with "
            f"{percent(audit.draw.confidence if audit.draw else 0.95)} confidence between {share(audit.estimate.low)} and "
            f"{share(audit.estimate.high)}."
        )
    told.append(audit.claim or "It claims nothing about the calls that were not looked at.")
    count = len(audit.nonconformities)
    told.append(
        f"{count} nonconformit{'y was' if count == 1 else 'ies were'} established."
        if count
        else "No nonconformity was established."
    )
    return told


def _criteria(audit: Audit) -> Part:
    rows = [
        (
            one.statement,
            one.citation,
            "read" if one.checked else "waits for counsel",
            ", ".join(one.rules) or "none",
        )
        for one in audit.criteria
    ]
    table = Table(
        ("Obligation", "Source of law", "Source was", "Rules"),
        (4, 2.4, 1.3, 2.2),
        rows,
        "No obligation is named.",
    )
    return Part("Criteria", (f"Judged by the rulebook {audit.version}.",), table=table)


def _sample(draw: Draw | None) -> Part:
    if draw is None:
        return Part("Sample", ("No sample was drawn.",))
    words = [
        (
            "The seed stood in the evidence log before the draw, so that nobody could choose. "
            "With it and the population anybody draws the same calls again (clearline audits redraw)."
        )
    ]
    plan = f"fewer than {percent(draw.rate)} in breach, shown with {percent(draw.confidence)} confidence by at most {draw.accepts} of {draw.size:,}"
    facts = (
        ("Population", f"{draw.population:,} calls"),
        ("Its SHA-256", draw.digest, "hash"),
        ("Seed", draw.seed, "hash"),
        ("Seed logged", f"{moment(draw.seeded):%d %B %Y, %H:%M:%S} UTC"),
        ("Drawn", f"{moment(draw.drawn):%d %B %Y, %H:%M:%S} UTC"),
        ("How", draw.how),
        ("Planned to show", plan),
    )
    return Part("Sample", words, facts=facts)


def _answers(audit: Audit) -> Part:
    if not audit.sample:
        return Part("What was seen", ("No call was looked at.",))
    counts = Counter((one.team or "no team", one.answer or OPEN) for one in audit.sample)
    notes = [
        (one.call, one.team, one.answer, one.note)
        for one in audit.sample
        if one.answer not in {"", "conforming"}
    ]
    table = Table(
        ("Call", "Team", "Answer", "Note"), (2, 1.5, 1.6, 4), notes, "Every call that was looked at conforms."
    )
    return Part(
        "What was seen",
        ("Calls that do not conform or could not be judged stand below.",),
        _chart(counts, audit.sample),
        table=table,
    )


def _chart(counts: Counter[tuple[str, str]], sample: Sequence[Looked]) -> Drawing:
    rows = [(team, answer, count) for (team, answer), count in sorted(counts.items())]
    values = [{"team": team, "answer": answer, "calls": count} for team, answer, count in rows]
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("calls:Q", title="Calls", axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y("team:N", title=None),
            color=alt.Color(
                "answer:N",
                scale=alt.Scale(domain=list(ANSWERS), range=[TONES[tone] for tone in ANSWERS.values()]),
            ),
        )
    )
    told = f"{len(sample):,} calls of {len({team for team, _, _ in rows})} teams by what the auditor says of them."
    return draw(bars, title="Answers by team", told=told, columns=("Team", "Answer", "Calls"), rows=rows)


def _found(audit: Audit) -> Part:
    if not audit.nonconformities:
        return Part("Nonconformities", ("None was established.",))
    known = {one.id: one for one in audit.criteria}
    items = [
        _item(one, known[one.criterion].statement if one.criterion in known else one.criterion, audit)
        for one in audit.nonconformities
    ]
    return Part("Nonconformities", items=items)


def _item(one: Nonconformity, obligation: str, audit: Audit) -> Item:
    teams = {looked.call: looked for looked in audit.sample}
    rows = [
        (call, teams[call].team if call in teams else "", teams[call].note if call in teams else "")
        for call in one.calls
    ]
    facts = (
        ("Grade", one.grade),
        ("Obligation", obligation),
        ("Established", day(one.found)),
        ("Root cause", one.cause or "not known yet"),
        (
            "Corrective actions",
            "; ".join(f"{action.title} ({action.state})" for action in one.actions) or "none yet",
        ),
    )
    return Item(
        f"NC-{one.number} · {one.title}",
        facts,
        table=Table(("Call", "Team", "Note"), (2, 1.5, 4), rows, "No single call shows it."),
    )


def _actions(audit: Audit) -> Part:
    rows = [
        (action.title, action.owner, day(action.due), action.state, action.effect or "not checked yet")
        for one in audit.nonconformities
        for action in one.actions
    ]
    return Part(
        "Corrective actions",
        table=Table(
            ("Action", "Owner", "Due", "State", "Did it help?"),
            (3, 1.6, 1.7, 1.4, 3),
            rows,
            "None was opened.",
        ),
    )


def _evidence(audit: Audit) -> Part:
    words = [
        (
            "Each step of this audit is an entry of an append-only log (RFC 6962). The evidence pack of the audit holds these entries "
            "with their proofs, and a program that checks them offline and shares no code with the system that wrote them."
        )
    ]
    if audit.proof is None:
        return Part("Evidence", [*words, "The log was not signed yet when this was told."])
    facts = (
        ("Log", audit.proof.origin),
        ("Entries", f"{audit.proof.size:,}"),
        ("Root", audit.proof.root, "hash"),
    )
    return Part("Evidence", words, facts=facts)


def day(at: Instant) -> str:
    """A day as the report writes it, in UTC."""
    return f"{moment(at):%d %B %Y}".lstrip("0")


def percent(part: float) -> str:
    return f"{100 * part:g} %"


def share(part: float) -> str:
    return f"{100 * part:.1f} %"
