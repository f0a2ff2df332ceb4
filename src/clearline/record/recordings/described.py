"""What the API's description says of the endpoint for recordings, which stands beside the other operations."""

from typing import Any, Final

from clearline.record.recordings.intake import LARGEST, PLACE

Described = dict[str, Any]
_PROBLEM: Final[Described] = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
}
_REFUSALS: Final = {
    "400": "The request ended early",
    "401": "No token in force",
    "403": "The token may not be used for this",
    "408": "The body did not come",
    "413": f"More than {LARGEST:,} bytes",
    "422": "The address says something that is not understood, or the body is empty",
    "429": "Too many are coming at once",
    "503": "The record can't be written now",
    "507": "There is no room on the disk",
}
_TEXT: Final[Described] = {"type": "string"}


def _asked(name: str, about: str, schema: Described, *, required: bool = False) -> Described:
    return {"name": name, "in": "query", "required": required, "description": about, "schema": schema}


SHAPES: Final[Described] = {
    "RecordingTaken": {
        "type": "object",
        "required": ["uid", "call", "sha256", "status", "state"],
        "properties": {
            "uid": _TEXT,
            "call": _TEXT,
            "sha256": _TEXT,
            "status": {"enum": ["stored", "known"]},
            "state": {"enum": ["waiting", "hearing", "heard", "blocked", "failed", "gone"]},
        },
    }
}
_TAKEN: Final[Described] = {"application/json": {"schema": {"$ref": "#/components/schemas/RecordingTaken"}}}
PATHS: Final[Described] = {
    PLACE: {
        "post": {
            "operationId": "take_recording",
            "summary": "A recording of a call",
            "description": (
                "The file as it is, streamed. It is sealed as it comes, heard by a worker, and muted; the same file comes once a call. "
                "Who is on which channel is said as `0:agent,1:customer`."
            ),
            "tags": ["recordings"],
            "security": [{"Limited": []}],
            "parameters": [
                _asked(
                    "call",
                    "The call's id.",
                    {"type": "string", "minLength": 1, "maxLength": 128},
                    required=True,
                ),
                _asked(
                    "speakers",
                    "Who is on which channel.",
                    {"type": "string", "pattern": "^[0-7]:(agent|customer|system|unknown)$"},
                ),
                _asked("started", "When its first sample was.", {"type": "string", "format": "date-time"}),
                _asked(
                    "agent",
                    "The telephony's id of the agent, where no event of the call says it.",
                    {"type": "string", "maxLength": 64},
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/octet-stream": {
                        "schema": {"type": "string", "format": "binary", "minLength": 1}
                    }
                },
            },
            "responses": {
                "200": {"description": "It was here before", "content": _TAKEN},
                "202": {"description": "It is kept, and will be heard", "content": _TAKEN},
                **{status: {"description": text, "content": _PROBLEM} for status, text in _REFUSALS.items()},
            },
        }
    }
}
