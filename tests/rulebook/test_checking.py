"""What shows only when rules and signals are tried."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clearline.rulebook.checking import check
from clearline.rulebook.examples import tried
from clearline.rulebook.reading import read
from clearline.rulebook.versions import renew

Write = Callable[[dict[str, str]], Path]

RULE = "us/rules/recording-notice.toml"
SIGNALS = "us/signals.toml"


def told(root: Path) -> list[str]:
    return [str(fault).removeprefix(f"{root}/") for fault in check(read(root))]


def test_a_good_pack_has_no_fault_even_when_it_is_tried(write: Write, good: dict[str, str]) -> None:
    assert told(write(good)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '"kept"',
            '"broken at 20"',
            f'{RULE}:17:1: the example "told after four seconds" said broken at 20, is kept. Mend the example or the rule.',
        ),
        ('"broken at 30"', '"broken at 31"', "said broken at 31, is broken at 30."),
        ('"4 agent', '"4 unknown', "said kept, is unknown (it is not known who speaks; agent was needed)."),
        ("recorded = true", "recorded = false", "said kept, does not apply."),
        ("0 call.answered", "0 call.placed", "said kept, never came up."),
        ('recorded.", "60 call.ended"', 'recorded."', "said kept, is open."),
        ('"4 agent: Hi, this call is recorded.", "60', '"4 agent: Hi.", "20', "said kept, ended first."),
    ],
)
def test_an_example_must_do_what_it_says(
    write: Write, good: dict[str, str], old: str, new: str, fault: str
) -> None:
    assert old in good[RULE]
    extra = good[RULE].partition("[[example]]")[2].partition("[[example]]")[0]
    good[RULE] += f"[[example]]{extra}"  # so that one example keeps the rule, whatever becomes of the first
    good[RULE] = good[RULE].replace(old, new, 1)
    faults = told(write(good))
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_rule_must_apply_in_one_of_its_examples(write: Write, good: dict[str, str]) -> None:
    good[RULE] = good[RULE].replace("recorded = true", "recorded = false")
    assert (
        f"{RULE}:4:1: the rule applies in none of its examples. Give them `facts` that `when` asks for."
        in told(write(good))
    )


def test_a_fact_that_no_example_gives_is_a_warning(write: Write, good: dict[str, str]) -> None:
    good[RULE] = good[RULE].replace("call.recorded &&", "(call.recorded || call.recorrded) &&")
    warned = (
        f"{RULE}:4:1: warning: no example gives `call.recorrded`, so nothing shows that its name is right."
    )
    assert told(write(good)) == [f"{warned} Give it in one of them."]


def test_a_signal_must_be_found_in_its_examples_and_not_in_near_misses(
    write: Write, good: dict[str, str]
) -> None:
    good[SIGNALS] = good[SIGNALS].replace('unless = ["not [being] recorded", "call is not"]', "")
    good[SIGNALS] = (
        good[SIGNALS]
        .replace("This call may be", "This chat may be")
        .replace("is not recorded", "is recorded")
    )
    assert told(write(good)) == [
        f"{SIGNALS}:6:43: `recording_notice` is not found in its example. Add a phrase that finds it, or mend the example.",
        f"{SIGNALS}:7:16: `recording_notice` is found in its near miss. Add an `unless` phrase, or narrow the phrases.",
    ]


def test_a_signal_of_several_speakers_is_heard_from_each(write: Write, good: dict[str, str]) -> None:
    good[SIGNALS] = good[SIGNALS].replace('by = "agent"', 'by = ["agent", "system"]')
    good[RULE] = good[RULE].replace('"4 agent:', '"4 system:')
    assert told(write(good)) == []


def test_a_signal_that_nobody_uses_is_a_warning_unless_another_pack_uses_the_pack(
    write: Write, good: dict[str, str]
) -> None:
    good[SIGNALS] += '[spare]\nevents = ["call.held"]\n'
    root = write(good)
    assert told(root) == [f"{SIGNALS}:8:1: warning: no rule uses the signal `spare`. Use it or drop it."]
    write({"ca/pack.toml": 'title = "CA"\nuses = ["us"]\n'})
    assert told(root) == []


def test_two_rules_that_contradict_each_other_are_named(write: Write, good: dict[str, str]) -> None:
    good["us/rules/say-nothing.toml"] = (
        good[RULE]
        .replace("require recording_notice within 30s of call.answered", "forbid recording_notice")
        .replace('is = "kept"', 'is = "broken at 4"')
        .replace('is = "broken at 30"', 'is = "kept"')
    )
    only = "is kept only by `recording_notice`, which `say-nothing` forbids there."
    mend = "Narrow one of the two rules with `when`, `while` or `unless`."
    assert told(write(good)) == [f'{RULE}:13:1: the example "told after four seconds" {only} {mend}']


def test_a_rule_that_forbids_elsewhere_contradicts_nothing(write: Write, good: dict[str, str]) -> None:
    good["us/rules/say-nothing.toml"] = (
        good[RULE]
        .replace(
            "require recording_notice within 30s of call.answered", "forbid recording_notice after call.held"
        )
        .replace('"0 call.answered", "4 agent', '"0 call.answered", "2 call.held", "4 agent')
        .replace('is = "kept"', 'is = "broken at 4"')
        .replace('"0 call.answered", "9', '"0 call.answered", "8 call.held", "9')
        .replace('is = "broken at 30"', 'is = "kept"')
    )
    assert told(write(good)) == []


def test_a_locked_folder_must_be_current(write: Write, good: dict[str, str]) -> None:
    root = write(good)
    renew(read(root), root)
    assert told(root) == []
    write({RULE: good[RULE].replace("30s", "40s").replace("broken at 30", "broken at 40")})
    assert "versions.toml:3:1: `recording-notice` has changed since version 1 (" in told(root)[0]


def test_examples_are_judged_whatever_dates_the_rule_has(write: Write, good: dict[str, str]) -> None:
    good[RULE] = good[RULE].replace("from = 2011-01-01\nto = 2027-01-31", "from = 2031-01-01")
    rulebook = read(write(good))
    assert [trial.complaint for trial in tried(rulebook, rulebook.rules["recording-notice"])] == ["", ""]
