"""What is remembered of an attempt is what the rules say of it, in whatever way they read it."""

from pathlib import Path

import pytest
from tests.gate.test_golden import at

from clearline.engine.events import Event
from clearline.gate.asked import PLACED, read_by, reads
from clearline.gate.library import Gate

NOON = at("2026-11-24T20:00")
PACK = """title = "Ours"
about = "What the shop asks of itself."
jurisdictions = []
"""
RULE = """title = "Not that one"
cites = ["House policy"]
on = "contact"
rule = '''forbid (call.placed where {})'''
severity = "serious"
status = "to be confirmed by counsel"

[[example]]
title = "it"
events = ['2026-11-24T15:00 call.placed number="+15035550123"']
is = "broken"

[[example]]
title = "another"
events = ['2026-11-24T15:00 call.placed number="+15035550188"']
is = "open"
"""


@pytest.mark.parametrize(
    "condition",
    [
        "data.number == '+15035550123'",
        "data . number == '+15035550123'",
        "data['number'] == '+15035550123'",
        'data[ "number" ] == "+15035550123"',
        "data.exists(name, name == 'number' && data[name] == '+15035550123')",
        "data['num' + 'ber'] == '+15035550123'",
        r"data['\x6eumber'] == '+15035550123'",
    ],
)
def test_a_number_that_a_rule_reads_is_not_passed_over(tmp_path: Path, condition: str) -> None:
    (tmp_path / "ours" / "rules").mkdir(parents=True)
    (tmp_path / "ours" / "pack.toml").write_text(PACK)
    (tmp_path / "ours" / "rules" / "not-that-one.toml").write_text(RULE.format(condition))
    gate = Gate.open(tmp_path, packs=["ours"])
    fresh = gate.deciding.fresh("contact")
    assert fresh
    for number, broken in (("+15035550188", 0), ("+15035550123", 1), ("+15035550188", 0)):
        event = Event("", PLACED, NOON, {"decision": "", "number": number})
        assert len(gate.deciding.memory.what_if([fresh], event)) == broken
    assert "number" in reads(fresh.program).values
    (rule,) = fresh.program.rules
    assert "number" in read_by(fresh.program, rule)


def test_no_shipped_rule_reads_the_number_that_differs_with_each_attempt() -> None:
    gate = Gate.open()
    for kind in ("contact", "organisation"):
        fresh = gate.deciding.fresh(kind)
        assert fresh
        assert "number" not in reads(fresh.program).values
