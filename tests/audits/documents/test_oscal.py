"""OSCAL that others read: checked with the models of compliance-trestle, which nobody here wrote."""

import json
import warnings
from typing import Any

import pytest

from clearline.audits.documents.oscal import documents
from clearline.audits.documents.told import Audit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trestle.oscal.assessment_plan import AssessmentPlan
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.poam import PlanOfActionAndMilestones

MODELS: dict[str, Any] = {
    "assessment-plan": AssessmentPlan,
    "assessment-results": AssessmentResults,
    "plan-of-action-and-milestones": PlanOfActionAndMilestones,
}


def read(audit: Audit) -> dict[str, Any]:
    """All documents as trestle reads them."""
    found = {}
    for told in documents(audit).values():
        ((name, content),) = json.loads(json.dumps(told)).items()
        found[name] = MODELS[name].model_validate(content)
    return found


def test_all_three_are_read_by_others(audit: Audit) -> None:
    found = read(audit)
    assert found.keys() == MODELS.keys()
    (result,) = found["assessment-results"].results
    assert {one.target.status.state.value: one.target.target_id for one in result.findings} == {
        "not-satisfied": "us-ca-recording",
        "satisfied": "us-tsr-calling-hours",
    }
    (risk,) = found["plan-of-action-and-milestones"].risks
    assert str(risk.status.root.root) == "open"


def test_what_one_document_names_is_in_it(audit: Audit) -> None:
    for told in documents(audit).values():
        text = json.dumps(told)
        ((_, content),) = told.items()
        named = {
            line.split('"')[3] for line in json.dumps(content, indent=0).splitlines() if '-uuid": "' in line
        }
        assert named <= {uuid for uuid in named if f'"uuid": "{uuid}"' in text}


def test_an_open_audit_says_of_nothing_that_it_is_satisfied(bare: Audit) -> None:
    found = read(bare)
    assert "plan-of-action-and-milestones" not in found
    (result,) = found["assessment-results"].results
    assert not result.findings


@pytest.mark.parametrize("name", ["assessment-plan.json", "assessment-results.json", "poam.json"])
def test_the_same_audit_gives_the_same_ids(audit: Audit, name: str) -> None:
    assert documents(audit)[name] == documents(audit)[name]
