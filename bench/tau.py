"""Judges the tool-using agents of tau-bench by their own policies: python -m bench.tau DOMAIN FILE > verdicts.jsonl"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.lines import Judge, arguments, json_lines, write

from clearline.engine.events import SECOND, UTTERANCE, Event

DOMAINS = {"retail": ("tau-agents", "tau-retail"), "airline": ("tau-agents",), "telecom": ("tau-agents",)}
SPEAKERS = {"user": "customer", "assistant": "agent"}
ASSIGNED = re.compile(r"# var_\d+ = ")  # some agents write Python and print `# var_3 = result`

Fields = dict[str, Any]


def events(messages: Sequence[Mapping[str, Any]]) -> list[Event]:
    """What happens in a trajectory; message n is second n.

    `turn.began` by somebody, then the words, then `tool.called` and `<tool>.called` for each call of the agent.
    What a tool says is `<tool>.answered` or `<tool>.failed`, and what it shows: `customer.shown`, `order.shown`,
    `payment.shown` (how an order was paid), `method.shown` (a way to pay in somebody's profile).
    """
    found: list[Event] = []
    for index, (kind, data) in happenings(messages):
        found.append(Event(f"{index}.{len(found)}", kind, index * SECOND, data, seq=len(found)))
    return found


def happenings(messages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, tuple[str, Fields]]]:
    waiting: list[tuple[str, Mapping[str, Any]]] = []  # calls of the latest turn, answered in their order
    for index, message in enumerate(messages):
        role, words = message["role"], message.get("content") or ""
        if role == "tool":
            tool, given = waiting.pop(0) if waiting else (str(message.get("name")), {})
            yield from ((index, one) for one in results(tool, given, words))
            continue
        calls = [(call["name"], call["arguments"]) for call in message.get("tool_calls") or ()]
        waiting = list(calls)
        yield index, ("turn.began", {"by": SPEAKERS[role]})
        if words.strip():
            yield index, (UTTERANCE, {"by": SPEAKERS[role], "text": words})
        if role == "assistant":  # in telecom the customers have tools of their own
            for tool, given in calls:
                yield index, ("tool.called", {"turn": index, "tool": tool})
                for fields in orders(given):
                    yield index, (f"{tool}.called", fields)
    yield len(messages), ("call.ended", {})


def orders(given: Mapping[str, Any]) -> Iterator[Fields]:
    """The arguments of a call; a call for several orders is one for each."""
    for order in given.get("order_ids") or [given.get("order_id")]:
        yield {**given, "order_id": f"#{str(order).lstrip('#')}"} if order else dict(given)


def results(tool: str, given: Mapping[str, Any], words: str) -> Iterator[tuple[str, Fields]]:
    document = read(words)
    failed = isinstance(document, str) and document.startswith("Error")
    for fields in orders(given):
        yield f"{tool}.{'failed' if failed else 'answered'}", {**fields, "said": document if failed else ""}
    if failed:
        return
    if tool.startswith("find_user_id") and isinstance(document, str):
        yield "customer.shown", {"user_id": document}
    elif "user_id" in given:
        yield "customer.shown", {"user_id": given["user_id"]}
    yield from shown(document)


def read(words: str) -> Any:
    """What a tool said, as JSON where it is JSON."""
    words = ASSIGNED.sub("", words, count=1)
    try:
        return json.loads(words)
    except json.JSONDecodeError:
        return words


def shown(document: Any) -> Iterator[tuple[str, Fields]]:
    """The orders, payments and ways to pay that a document shows, however deep."""
    if isinstance(document, str) and document.startswith("{"):
        document = read(document)
    if isinstance(document, list):
        for part in document:
            yield from shown(part)
    if not isinstance(document, dict):
        return
    if "order_id" in document and "status" in document:
        order = document["order_id"]
        yield "customer.shown", {"user_id": document.get("user_id")}
        yield "order.shown", {"order_id": order, "status": document["status"]}
        for paid in document.get("payment_history", ()):
            if paid["transaction_type"] == "payment":
                yield "payment.shown", {"order_id": order, "payment_method_id": paid["payment_method_id"]}
    elif "source" in document and "id" in document:
        yield "method.shown", {"payment_method_id": document["id"], "source": document["source"]}
    else:
        for part in document.values():
            yield from shown(part)


def main() -> None:
    domain, path = arguments("usage: python -m bench.tau retail|airline|telecom FILE.jsonl.xz", 2)
    if domain not in DOMAINS:
        sys.exit(f"there are no rules for `{domain}`; there are some for {', '.join(DOMAINS)}")
    judge = Judge(DOMAINS[domain])
    rows = json_lines(Path(path))
    write(((row["id"], judge.judge(events(row["messages"]))) for row in rows), sys.stdout, sys.stderr)


if __name__ == "__main__":
    main()
