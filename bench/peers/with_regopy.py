"""regopy: a few rules of a gate in Rego, over facts that somebody else looked up."""

from typing import Any

import regopy
from bench.peers.answering import Request, answer

POLICY = """
package gate
import rego.v1
sales if input.purpose in {"marketing", "mixed"}
deny contains "purpose" if not input.purpose
deny contains "hours" if { sales; not input.in_hours }
deny contains "state hours" if { sales; not input.in_state_hours }
deny contains "registry" if { sales; input.on_registry; input.consent != "written" }
deny contains "state list" if { sales; input.on_state_list; input.consent != "written" }
deny contains "artificial" if { sales; input.technology == "prerecorded_or_artificial"; input.consent != "written" }
deny contains "three a day" if { sales; input.attempts >= 3 }
allow if count(deny) == 0
"""


def prepare(_: Request) -> Any:
    rego = regopy.Interpreter()
    rego.add_module("gate", POLICY)
    bundle = rego.build("data.gate.allow")

    def decide(request: Request) -> int:
        allowed = 0
        for one in request["attempts"]:
            rego.set_input(one)
            allowed += "true" in str(rego.query_bundle(bundle))
        return allowed

    return decide


if __name__ == "__main__":
    answer(prepare)
