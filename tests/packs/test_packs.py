"""Every rule that is shipped: read without a fault, every example does what it says, locked."""

from collections import defaultdict

import pytest

from clearline.rulebook.checking import check
from clearline.rulebook.entries import RuleEntry
from clearline.rulebook.examples import trial, tried, trying
from clearline.rulebook.obligations import REGISTER, check_obligations, read_register
from clearline.rulebook.reading import SHIPPED, read

RULEBOOK = read(SHIPPED)
RULES = RULEBOOK.select()
PAIRS: dict[tuple[str, str], list[RuleEntry]] = defaultdict(list)
for one in RULES:
    PAIRS[one.pack, one.on].append(one)


def test_the_shipped_packs_have_no_fault() -> None:
    assert "\n".join(str(fault) for fault in check(RULEBOOK) if not fault.warning) == ""


def test_every_obligation_is_served_or_left_out_for_a_reason() -> None:
    assert "\n".join(map(str, check_obligations(RULEBOOK, read_register(REGISTER)))) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_example_does_what_it_says_and_the_rule_has_fired(rule: RuleEntry) -> None:
    trials = tried(RULEBOOK, rule)
    assert [one.complaint for one in trials if one.complaint] == []
    assert any(one.verdict is not None and one.verdict.findings for one in trials)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_example_does_so_among_all_rules_of_its_pack_in_one_pass(pair: tuple[str, str]) -> None:
    program = trying(RULEBOOK, PAIRS[pair], portable=False)
    trials = [trial(program, rule, one, RULEBOOK.known) for rule in PAIRS[pair] for one in rule.examples]
    assert [one.complaint for one in trials if one.complaint] == []
