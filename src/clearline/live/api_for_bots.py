"""What the API's description says of the edge for voice bots, which stands beside the other operations."""

from typing import Any, Final

import msgspec

from clearline.live.asking import LARGEST, MAY, Answer, Question

Described = dict[str, Any]
_REF: Final = "#/components/schemas/"
_PROBLEM: Final[Described] = {"application/problem+json": {"schema": {"$ref": f"{_REF}Problem"}}}
_REFUSALS: Final = {
    "400": "The body can't be read",
    "401": "No token in force",
    "403": "The token may not be used for this",
    "413": f"More than {LARGEST:,} bytes",
    "415": "The body is no JSON",
    "422": "A field has a wrong value, or is none",
    "429": "Too much is being received",
    "503": "The database does not answer",
}
_NAMES: Final = {"Question": "BotQuestion", "Answer": "BotAnswer", "Reason": "BotReason"}
_, _FOUND = msgspec.json.schema_components([Question, Answer], ref_template=_REF + "{name}")


def _renamed(value: Any) -> Any:
    """The same with names that say whose they are."""
    if isinstance(value, dict):
        return {name: _renamed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if isinstance(value, str) and value.startswith(_REF):
        return _REF + _NAMES.get(value.removeprefix(_REF), value.removeprefix(_REF))
    return value


SHAPES: Final[Described] = {_NAMES[name]: _renamed(shape) for name, shape in _FOUND.items()}
PATHS: Final[Described] = {
    MAY: {
        "post": {
            "operationId": "may_say",
            "summary": "May a voice bot say this now",
            "description": (
                "Before it speaks, or does something, in a running call. Name the call, and either the words (`say`) or the type of "
                "an event (`do`). Deny comes with the rules that it would break; in doubt, and where no such call runs, it is deny."
            ),
            "tags": ["live"],
            "security": [{"Limited": []}],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": f"{_REF}BotQuestion"}}},
            },
            "responses": {
                "200": {
                    "description": "OK",
                    "content": {"application/json": {"schema": {"$ref": f"{_REF}BotAnswer"}}},
                },
                **{status: {"description": text, "content": _PROBLEM} for status, text in _REFUSALS.items()},
            },
        }
    }
}
