"""The API against its own description: whatever is asked, it answers as it says, and never fails."""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckFunction, HookContext, SerializationContext
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from tests.record.api.conftest import Server

import clearline.config.urls  # noqa: F401 - what rooms above add to the description
from clearline.record.api.description import described

CASES = 1_300 if os.environ.get("CLEARLINE_ORDEAL") else 20  # of each operation


@schemathesis.serializer("application/x-ndjson")
def lines(context: SerializationContext, value: object) -> bytes:
    """Whatever text there is, as it is."""
    del context
    return str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.openapi.from_dict(described())


@schema.hook
def filter_query(context: HookContext, query: dict[str, Any] | None) -> bool:
    """A filter whose value is an empty list is not written into the address, and so can't be refused."""
    del context
    return all(value not in ([], {}, None) for value in (query or {}).values())


@schema.parametrize()
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_answers_as_its_description_says(case: Case[Any], server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    # Each event of a batch has a result of its own, so that one bad one is no refusal of all; and that one is dated in
    # the future, or names no timeline, is said by no schema. tests/record/api/test_bad_input.py looks at these.
    one_by_one: list[CheckFunction] = [positive_data_acceptance, negative_data_rejection]
    # So with a recording that began before 1970, or has not begun.
    left_out = {"/api/events": one_by_one, "/api/recordings": one_by_one[:1]}.get(case.path)
    case.call_and_validate(base_url=server.url, headers=headers, timeout=30, excluded_checks=left_out)
