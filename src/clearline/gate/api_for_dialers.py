"""What the API's description says of the gate's edge for dialers, which stands beside the other operations."""

from typing import Any, Final

import msgspec

from clearline.gate.asking import DECISIONS, LARGEST, MOST, AttemptIn, PlacedIn

Described = dict[str, Any]
_REF: Final = "#/components/schemas/"
_PROBLEM: Final[Described] = {"application/problem+json": {"schema": {"$ref": f"{_REF}Problem"}}}
_REFUSALS: Final = {
    "400": "The body can't be read",
    "401": "No token in force",
    "403": "The token may not be used for this",
    "413": f"More than {LARGEST:,} bytes or {MOST:,} attempts",
    "415": "The body is no JSON",
    "422": "A field has a wrong value, or is none",
    "429": "Too much waits; Retry-After says when to come again. The problem says `deny`, too",
    "503": "The log can't be written, so nothing is decided: the problem says `deny`",
}
_, _SHAPES = msgspec.json.schema_components([AttemptIn, PlacedIn], ref_template=_REF + "{name}")
SHAPES: Final[Described] = {
    **_SHAPES,
    "Placing": {
        "type": "object",
        "title": "Placing",
        "description": "What became of a reserved attempt.",
        "required": ["id", "state", "entry", "lapsed"],
        "properties": {
            "id": {"type": "string"},
            "state": {"enum": ["placed", "released"]},
            "entry": {
                "type": ["integer", "null"],
                "description": "of the event in the log; null where it was said before",
            },
            "lapsed": {
                "type": "boolean",
                "description": "it was dialled so late that the decision no longer held",
            },
        },
    },
}


def _operation(name: str, about: str, body: Described, answer: Described, **more: Any) -> Described:
    refusals = {status: {"description": text, "content": _PROBLEM} for status, text in _REFUSALS.items()}
    return {
        "post": {
            "operationId": name,
            "summary": about.partition(".")[0],
            "description": about,
            "tags": ["gate"],
            "security": [{"Limited": []}],
            "requestBody": {"required": name == "decide", "content": {"application/json": {"schema": body}}},
            "responses": {
                "200": {
                    "description": "OK",
                    "content": {"application/json": {"schema": answer}},
                },
                **refusals,
                **more.pop("responses", {}),
            },
            **more,
        }
    }


def _either(name: str) -> Described:
    one = {"$ref": _REF + name}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _placing(name: str, about: str) -> Described:
    return _operation(
        name,
        about,
        {"$ref": f"{_REF}PlacedIn"},
        {"$ref": f"{_REF}Placing"},
        parameters=[
            {
                "name": "decision",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            }
        ],
        responses={
            status: {"description": text, "content": _PROBLEM}
            for status, text in {
                "404": "There is no such decision of whoever asks",
                "409": "It reserved nothing, something else was said of it, or it was reserved more than an hour ago",
            }.items()
        },
    )


PATHS: Final[Described] = {
    DECISIONS: _operation(
        "decide",
        "May this call be made. One attempt or a list; the answer leaves when it is on disk, and what is allowed counts "
        "from then on. Dial within two minutes, and say what became of it.",
        _either("AttemptIn"),
        _either("Decision"),
    ),
    f"{DECISIONS}/{{decision}}/confirm": _placing("confirm", "The call was placed."),
    f"{DECISIONS}/{{decision}}/release": _placing(
        "release", "The number was not dialled. The attempt counts no more."
    ),
}
