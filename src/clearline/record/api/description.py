"""The description of the API in OpenAPI, and a page that shows it: written on the server, since the console runs no foreign script."""

from functools import cache
from http import HTTPStatus
from json import dumps
from typing import Any, NamedTuple

from clearline.record.api.answers import PROBLEM
from clearline.record.api.routes import api
from clearline.record.ingest import MOST
from clearline.record.receiving import LARGEST

Described = dict[str, Any]
_NO_BODY: Described = {"content": {}}


class Operation(NamedTuple):
    """An operation as its page tells it; each part as (name, what it is)."""

    id: str
    method: str
    path: str
    about: str
    parameters: list[tuple[str, str]]
    bodies: list[tuple[str, str]]
    answers: list[tuple[str, str]]


class Shape(NamedTuple):
    """A schema as the page tells it; each field as (name, what it is)."""

    name: str
    about: str
    fields: list[tuple[str, str]]


_beside: Described = {}
_shapes_beside: Described = {}


def beside(paths: Described, shapes: Described) -> None:
    """Adds operations of a room above that stand beside the others; before anybody asks for the description."""
    _beside.update(paths)
    _shapes_beside.update(shapes)


@cache
def described() -> Described:
    """The OpenAPI document, with the endpoint for events, which stands beside the others."""
    found: Described = dict(api.get_openapi_schema())
    for path in found["paths"].values():
        for operation in path.values():
            _told_as_problems(operation)
            _never_null(operation)
            _may_be_unchanged(operation)
    found["paths"]["/api/events"] = {"post": _events()}
    for path, methods in _beside.items():
        found["paths"].setdefault(path, {}).update(methods)
    schemes = found["components"]["securitySchemes"]
    for scheme in schemes.values():
        scheme["description"] = "A token with the scope that the operation names."
    schemas = found["components"]["schemas"] | _EVENTS | _shapes_beside
    told = dumps([found["paths"], schemas])
    found["components"]["schemas"] = {
        name: schema for name, schema in schemas.items() if f'/schemas/{name}"' in told
    }
    return found


def operations() -> list[Operation]:
    """All operations, in the order of their addresses."""
    return [
        Operation(
            about["operationId"],
            method.upper(),
            path,
            about.get("description", ""),
            [(one["name"], _parameter(one)) for one in about.get("parameters", ())],
            [
                (kind, _shape(one["schema"]))
                for kind, one in about.get("requestBody", _NO_BODY)["content"].items()
            ],
            [(str(status), _answer(one)) for status, one in about["responses"].items()],
        )
        for path, methods in described()["paths"].items()
        for method, about in methods.items()
    ]


def shapes() -> list[Shape]:
    """All schemas that have fields."""
    return [
        Shape(
            name,
            one.get("description", ""),
            [(field, _told(shape)) for field, shape in one["properties"].items()],
        )
        for name, one in described()["components"]["schemas"].items()
        if "properties" in one
    ]


def _parameter(told: Described) -> str:
    where = {"header": " (a header)", "path": " (in the address)"}.get(told["in"], "")
    return _told(told["schema"]) + where


def _answer(told: Described) -> str:
    bodies = [_shape(one["schema"]) for one in told.get("content", {}).values()]
    return ": ".join([told["description"], *bodies])


def _told(schema: Described) -> str:
    return "; ".join(part for part in (_shape(schema), schema.get("description", "")) if part)


def _shape(schema: Described) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_shape(one) for one in schema["anyOf"])
    if "allOf" in schema:
        return " and ".join(_shape(one) for one in schema["allOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _told_as_problems(operation: Described) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= HTTPStatus.BAD_REQUEST and "application/json" in answer.get("content", {}):
            answer["content"] = {PROBLEM: answer["content"]["application/json"]}


def _never_null(operation: Described) -> None:
    """An address can't say null: what is not asked for is left out."""
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        shapes = [shape for shape in schema.pop("anyOf", ()) if shape != {"type": "null"}]
        schema |= shapes[0] if shapes else {}


def _may_be_unchanged(operation: Described) -> None:
    """A list that is asked for again with its tag is not sent again."""
    responses = operation["responses"]
    if "200" in {str(status) for status in responses}:
        responses["304"] = {"description": "Unchanged since the answer with this ETag"}
        name = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
        operation.setdefault("parameters", []).append(name)


def _events() -> Described:
    one = {"$ref": "#/components/schemas/Event"}
    results = {"application/json": {"schema": {"$ref": "#/components/schemas/Results"}}}
    refused = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {
        "202": "Taken; each result says what became of its event, which is on disk",
        "409": "All of them have ids of other events",
        "422": "None could be taken as it is; each result says why",
    }
    refusals = {
        "400": "The body can't be read",
        "401": "No token in force",
        "403": "The token may not be used for this",
        "405": "Events are sent with POST",
        "413": f"More than {LARGEST:,} bytes or {MOST:,} events",
        "415": "No media type of events",
        "429": "Too many events wait; Retry-After says when to come again",
        "503": "The record can't be written; nothing was stored",
    }
    return {
        "operationId": "send_events",
        "summary": "Events",
        "description": "CloudEvents 1.0: one, a batch, or one a line; an answer for each, after it is on disk. "
        "An event names its timelines by attributes, as call or order.",
        "tags": ["events"],
        "security": [{"Limited": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/cloudevents+json": {"schema": one},
                "application/cloudevents-batch+json": {
                    "schema": {"type": "array", "items": one, "minItems": 1}
                },
                "application/x-ndjson": {"schema": {"type": "string", "description": "one event a line"}},
            },
        },
        "responses": {
            **{status: {"description": text, "content": results} for status, text in told.items()},
            **{status: {"description": text, "content": refused} for status, text in refusals.items()},
        },
    }


_NAME = {"type": "string", "minLength": 1, "maxLength": 128}
_EVENTS: Described = {
    "Event": {
        "type": "object",
        "title": "Event",
        "description": "A CloudEvent in JSON; each further attribute with a text names a timeline.",
        "additionalProperties": _NAME,
        "propertyNames": {"pattern": "^[a-z][a-z0-9]{0,19}$"},
        "required": ["specversion", "id", "type", "time"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _NAME,
            "source": {"type": "string", "maxLength": 128, "description": "empty: the token's own"},
            "type": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", "maxLength": 64},
            "time": {"type": "string", "format": "date-time"},
            "seq": {"type": "integer"},
            "data": {"type": "object"},
            "replaces": {"type": "string"},
            "voids": {"type": "string"},
            "call": _NAME,
            "contact": _NAME,
            "order": _NAME,
            "agent": _NAME,
        },
    },
    "Result": {
        "type": "object",
        "title": "Result",
        "required": ["status"],
        "properties": {
            "id": {"type": "string"},
            "number": {"type": "integer"},
            "status": {"enum": ["stored", "known", "conflict", "refused"]},
            "entry": {"type": "integer"},
            "reason": {"type": "string"},
        },
    },
    "Results": {
        "type": "object",
        "title": "Results",
        "required": ["results"],
        "properties": {"results": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}}},
    },
}
