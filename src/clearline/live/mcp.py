"""The Model Context Protocol, as far as one tool needs it: JSON-RPC in one request, without a session.

The protocol's library would bring a second web framework for these few answers; the tests speak to this with it.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec

from clearline.record.receiving import Refusal

VERSIONS: Final = ("2025-06-18", "2025-03-26")  # of the protocol, the newest first
TOOL: Final = {
    "name": "may_say",
    "title": "May I say this?",
    "description": (
        "Ask before you speak to the customer, or do something in the call. Tells whether your next words, or the deed, "
        "would break a rule that binds this call now. If the answer is deny, do not say it: the reasons tell what the "
        "rule asks for instead."
    ),
    "inputSchema": {
        "type": "object",
        "properties": {
            "call": {"type": "string", "description": "The call's id, as the telephony names it"},
            "say": {"type": "string", "description": "Your next words, to the letter"},
            "do": {"type": "string", "description": "Instead of words: a deed, as payment.authorised"},
            "data": {"type": "object", "description": "What the deed is about"},
        },
        "required": ["call"],
    },
    "annotations": {"readOnlyHint": True},
}
_PARSE, _REQUEST, _METHOD, _PARAMS = -32700, -32600, -32601, -32602


class Call(msgspec.Struct):
    """A request, or where it has no id a notification."""

    jsonrpc: str = ""
    method: str = ""
    params: dict[str, Any] = {}
    id: str | int | None = None


async def answer(body: bytes, tool: Callable[[Any], Awaitable[msgspec.Struct]]) -> tuple[int, bytes]:
    """Status and body for one message."""
    try:
        call = msgspec.json.decode(body, type=Call)
    except msgspec.ValidationError as error:
        return _fault(None, _REQUEST, str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _fault(None, _PARSE, "this is no JSON")
    if call.jsonrpc != "2.0" or not call.method:
        return _fault(call.id, _REQUEST, "this is no request of JSON-RPC 2.0")
    if call.id is None:
        return HTTPStatus.ACCEPTED, b""
    match call.method:
        case "initialize":
            return _result(call, _hello(call.params))
        case "ping":
            return _result(call, {})
        case "tools/list":
            return _result(call, {"tools": [TOOL]})
        case "tools/call":
            return await _use(call, tool)
    return _fault(call.id, _METHOD, f"there is no `{call.method[:40]}` here")


async def _use(call: Call, tool: Callable[[Any], Awaitable[msgspec.Struct]]) -> tuple[int, bytes]:
    if call.params.get("name") != TOOL["name"]:
        return _fault(call.id, _PARAMS, f"the only tool is `{TOOL['name']}`")
    try:
        said = await tool(call.params.get("arguments", {}))
    except msgspec.ValidationError as error:
        return _fault(call.id, _PARAMS, str(error))
    except Refusal as refusal:
        return _fault(call.id, _PARAMS, str(refusal))
    told = msgspec.to_builtins(said)
    text = msgspec.json.encode(said).decode()
    return _result(call, {"content": [{"type": "text", "text": text}], "structuredContent": told})


def _hello(params: dict[str, Any]) -> dict[str, Any]:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "clearline", "version": version("clearline")},
    }


def _result(call: Call, result: dict[str, Any]) -> tuple[int, bytes]:
    return HTTPStatus.OK, msgspec.json.encode({"jsonrpc": "2.0", "id": call.id, "result": result})


def _fault(name: str | int | None, code: int, why: str) -> tuple[int, bytes]:
    error = {"code": code, "message": why}
    status = HTTPStatus.BAD_REQUEST if code in {_PARSE, _REQUEST} else HTTPStatus.OK
    return status, msgspec.json.encode({"jsonrpc": "2.0", "id": name, "error": error})
