"""An audit in OSCAL (NIST): assessment plan, assessment results, and plan of action and milestones, for other programs to read.

Criteria are its controls, nonconformities its findings and risks, corrective actions their remediations. The same audit gives the same
bytes: ids are derived (UUID version 5), and the time is that of the audit as it was told.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from clearline.audits.documents.told import Action, Audit, Criterion, Looked, Nonconformity, moment
from clearline.engine.events import Instant

VERSION: Final = "1.1.3"
NAMESPACE: Final = UUID("5a3f6d7e-9b0c-5d41-8e27-1c9a40f2b6d3")
TERMS: Final = (
    "https://clearline.example/ns/oscal"  # where our own properties are named; nothing is fetched there
)
UNKNOWN_CAUSE: Final = "Its cause is not known yet."
HUMAN: Final = ["EXAMINE"]
AUDITOR, OWNER = "assessor", "provider"

Told = dict[str, Any]


def documents(audit: Audit) -> Mapping[str, Told]:
    """All three by their names as files."""
    plan, results = assessment_plan(audit), assessment_results(audit)
    found = {"assessment-plan.json": plan, "assessment-results.json": results}
    if audit.nonconformities:  # a plan without an item is none
        found["poam.json"] = plan_of_action(audit)
    return found


def assessment_plan(audit: Audit) -> Told:
    """What was to be looked at, by whom, and when."""
    told = {
        "uuid": _id(audit, "plan"),
        "metadata": _metadata(audit, "Plan of the audit"),
        "import-ssp": {"href": f"#{_id(audit, 'programme')}"},
        "reviewed-controls": _reviewed(audit),
        "tasks": [
            {
                "uuid": _id(audit, "task"),
                "type": "milestone",
                "title": audit.title,
                "description": audit.scope,
                "timing": {"on-date": {"date": _time(audit.due)}},
            }
        ],
        "back-matter": {
            "resources": [
                {
                    "uuid": _id(audit, "programme"),
                    "title": "Programme of obligations",
                    "description": f"Obligations, rules and controls of the shop, rulebook {audit.version}. "
                    "There is no system security plan; this stands in its place.",
                }
            ]
        },
    }
    return {"assessment-plan": told}


def assessment_results(audit: Audit) -> Told:
    """What was found: an observation for the sample and for each call that did not conform, a finding for each nonconformity."""
    found = audit.nonconformities
    result: Told = {
        "uuid": _id(audit, "result"),
        "title": audit.title,
        "description": audit.claim or "The audit is not closed; it claims nothing yet.",
        "start": _time(audit.period[0]),
        "end": _time(audit.period[1]),
        "reviewed-controls": _reviewed(audit),
    }
    if observations := list(_observations(audit)):
        result["observations"] = observations
    if findings := [*(_finding(audit, one) for one in found), *_satisfied(audit)]:
        result["findings"] = findings
    if found:
        result["risks"] = [_risk(audit, one) for one in found]
    told = {
        "uuid": _id(audit, "results"),
        "metadata": _metadata(audit, "Results of the audit"),
        "import-ap": {"href": "assessment-plan.json"},
        "results": [result],
    }
    return {"assessment-results": told}


def plan_of_action(audit: Audit) -> Told:
    """What is done about it, by whom and until when."""
    told = {
        "uuid": _id(audit, "poam"),
        "metadata": _metadata(audit, "Corrective actions of the audit"),
        "system-id": {"identifier-type": "https://ietf.org/rfc/rfc4122", "id": str(NAMESPACE)},
        "observations": list(_observations(audit)),
        "risks": [_risk(audit, one) for one in audit.nonconformities],
        "findings": [_finding(audit, one) for one in audit.nonconformities],
        "poam-items": [
            {
                "uuid": _id(audit, f"item {one.number}"),
                "title": one.title,
                "description": one.cause or UNKNOWN_CAUSE,
                "related-findings": [{"finding-uuid": _id(audit, f"finding {one.number}")}],
                "related-risks": [{"risk-uuid": _id(audit, f"risk {one.number}")}],
            }
            for one in audit.nonconformities
        ],
    }
    return {"plan-of-action-and-milestones": told}


def _metadata(audit: Audit, what: str) -> Told:
    people = [(_id(audit, f"party {uid}"), name) for uid, name in audit.auditors]
    owners = [(_id(audit, f"owner {name}"), name) for name in _owners(audit)]
    told: Told = {
        "title": f"{what}: {audit.title}",
        "last-modified": _time(audit.told),
        "version": str(audit.told),
        "oscal-version": VERSION,
        "roles": [
            {"id": AUDITOR, "title": "Auditor"},
            {"id": OWNER, "title": "Owner of a corrective action"},
        ],
        "remarks": "Clearline informs; it gives no legal advice.",
    }
    if parties := [{"uuid": uuid, "type": "person", "name": name} for uuid, name in (*people, *owners)]:
        told["parties"] = parties
    if people:
        told["responsible-parties"] = [{"role-id": AUDITOR, "party-uuids": [uuid for uuid, _ in people]}]
    return told


def _reviewed(audit: Audit) -> Told:
    return {
        "description": audit.scope,
        "control-selections": [
            {"include-controls": [{"control-id": one.id} for one in audit.criteria]}
            if audit.criteria
            else {"include-all": {}}
        ],
    }


def _observations(audit: Audit) -> Iterable[Told]:
    draw = audit.draw
    if draw:
        yield {
            "uuid": _id(audit, "observation of the sample"),
            "title": "The sample",
            "description": f"{draw.size:,} of {draw.population:,} calls, drawn: {draw.how}.",
            "props": [
                _property("population", draw.population),
                _property("population-sha256", draw.digest),
                _property("seed", draw.seed),
                _property("sample", draw.size),
            ],
            "methods": HUMAN,
            "collected": _time(draw.drawn),
        }
    blamed = {call for one in audit.nonconformities for call in one.calls}
    for looked in audit.sample:
        if looked.call in blamed:
            yield _observation(audit, looked)
    for call in sorted(blamed - {looked.call for looked in audit.sample}):
        yield _observation(audit, Looked(call, "", "nonconforming", "", None))


def _observation(audit: Audit, looked: Looked) -> Told:
    return {
        "uuid": _id(audit, f"observation {looked.call}"),
        "title": f"Call {looked.call}",
        "description": looked.note or "The auditor found that it does not conform.",
        "methods": HUMAN,
        "types": ["finding"],
        "collected": _time(audit.told if looked.at is None else looked.at),
    }


def _finding(audit: Audit, one: Nonconformity) -> Told:
    seen = [f"observation {call}" for call in one.calls] or ["observation of the sample"]
    return {
        "uuid": _id(audit, f"finding {one.number}"),
        "title": one.title,
        "description": one.cause or UNKNOWN_CAUSE,
        "props": [_property("grade", one.grade)],
        "target": _target(audit, one.criterion, "not-satisfied"),
        "related-observations": [{"observation-uuid": _id(audit, name)} for name in seen],
        "related-risks": [{"risk-uuid": _id(audit, f"risk {one.number}")}],
    }


def _satisfied(audit: Audit) -> Iterable[Told]:
    """Criteria without a nonconformity are said to be satisfied by a closed audit alone."""
    missed = {one.criterion for one in audit.nonconformities}
    for one in audit.criteria if audit.closed is not None else ():
        if one.id not in missed:
            yield {
                "uuid": _id(audit, f"satisfied {one.id}"),
                "title": one.statement,
                "description": audit.claim or "Nothing was found against it in the sample.",
                "target": _target(audit, one.id, "satisfied"),
            }


def _target(audit: Audit, criterion: str, state: str) -> Told:
    known: dict[str, Criterion] = {one.id: one for one in audit.criteria}
    told: Told = {"type": "objective-id", "target-id": criterion, "status": {"state": state}}
    return told | ({"title": known[criterion].statement} if criterion in known else {})


def _risk(audit: Audit, one: Nonconformity) -> Told:
    done = bool(one.actions) and all(action.completed is not None for action in one.actions)
    told: Told = {
        "uuid": _id(audit, f"risk {one.number}"),
        "title": one.title,
        "description": one.cause or UNKNOWN_CAUSE,
        "statement": f"A nonconformity, graded {one.grade}.",
        "status": "closed" if done else "open",
    }
    if one.actions:
        told["deadline"] = _time(max(action.due for action in one.actions))
        told["remediations"] = [_remediation(audit, action) for action in one.actions]
    return told


def _remediation(audit: Audit, action: Action) -> Told:
    return {
        "uuid": _id(audit, f"action {action.uid}"),
        "lifecycle": "planned" if action.completed is None else "completed",
        "title": action.title,
        "description": action.effect or f"{action.owner} does it until {_time(action.due)[:10]}.",
        "props": [_property("state", action.state)],
        "tasks": [
            {
                "uuid": _id(audit, f"milestone {action.uid}"),
                "type": "milestone",
                "title": action.title,
                "timing": {"on-date": {"date": _time(action.due)}},
                "responsible-roles": [
                    {"role-id": OWNER, "party-uuids": [_id(audit, f"owner {action.owner}")]}
                ],
            }
        ],
    }


def _owners(audit: Audit) -> list[str]:
    return sorted({action.owner for one in audit.nonconformities for action in one.actions})


def _property(name: str, value: object) -> Told:
    return {"name": name, "ns": TERMS, "value": str(value)}


def _id(audit: Audit, what: str) -> str:
    return str(uuid5(NAMESPACE, f"{audit.uid} {what}"))


def _time(at: Instant) -> str:
    return moment(at).isoformat()
