"""The version of a rule follows what it means, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clearline.rulebook.faults import RulebookError
from clearline.rulebook.reading import read
from clearline.rulebook.versions import check_lock, renew

Write = Callable[[dict[str, str]], Path]

RULE = "us/rules/recording-notice.toml"
SIGNALS = "us/signals.toml"
STATES = '[paused]\nfrom = "recording.paused"\nto = "recording.resumed"\n'
TABLES = "[hours]\nstart = 8\n"


@pytest.fixture
def rich(good: dict[str, str]) -> dict[str, str]:
    """A rule that speaks of a state, a table and a fact too."""
    good |= {"us/states.toml": STATES, "us/tables.toml": TABLES}
    good[SIGNALS] += (
        '[told_hour]\nevents = ["call.hour"]\nsets = { hour = "data.hour" }\n[other]\nevents = ["x.y"]\n'
    )
    good[RULE] = good[RULE].replace(
        'rule = "require recording_notice within 30s of call.answered"',
        'rule = ["require recording_notice within 30s of call.answered",\n'
        ' "forbid call.sold where facts.hour < tables.hours.start unless paused"]',
    )
    return good


def hash_of(root: Path) -> str:
    rulebook = read(root)
    assert rulebook.faults == []
    return rulebook.rules["recording-notice"].hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RULE, "30s", "31s"),
        (RULE, "'US' in", "'CA' in"),
        (RULE, "to = 2027", "to = 2028"),
        (SIGNALS, "[being] recorded", "[being] taped"),
        (SIGNALS, '"call is not"', '"call was not"'),
        (SIGNALS, 'by = "agent"', 'by = "system"'),
        (SIGNALS, '"data.hour"', '"data.hour + 1"'),
        ("us/states.toml", "recording.paused", "recording.stopped"),
        ("us/tables.toml", "8", "9"),
    ],
)
def test_a_rule_is_another_when_what_it_means_changes(
    write: Write, rich: dict[str, str], file: str, old: str, new: str
) -> None:
    before = hash_of(write(rich))
    assert old in rich[file]
    assert hash_of(write({file: rich[file].replace(old, new)})) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RULE, 'title = "Tell', 'title = "Do tell'),
        (RULE, "within 30s", "within  30s"),
        (RULE, "9 agent", "8 agent"),
        (RULE, '"Say that', '"Do say that'),
        (SIGNALS, 'title = "The', 'title = "That the'),
        (SIGNALS, "x.y", "x.z"),
        ("us/pack.toml", "Penal", "Criminal"),
    ],
)
def test_a_rule_is_the_same_when_only_words_about_it_change(
    write: Write, rich: dict[str, str], file: str, old: str, new: str
) -> None:
    before = hash_of(write(rich))
    assert old in rich[file]
    assert hash_of(write({file: rich[file].replace(old, new)})) == before


def test_renewal_gives_each_rule_a_version_and_raises_those_that_changed(
    write: Write, good: dict[str, str]
) -> None:
    root = write(good | {"us/rules/second.toml": good[RULE]})
    assert renew(read(root), root) == [("recording-notice", 0, 1), ("second", 0, 1)]
    assert renew(read(root), root) == []
    write({RULE: good[RULE].replace("30s", "40s")})
    assert [
        str(fault).removeprefix(f"{root}/")[:50] for fault in check_lock(read(root), root, needed=False)
    ] == ["versions.toml:3:1: `recording-notice` has changed "]
    assert renew(read(root), root) == [("recording-notice", 1, 2)]
    assert check_lock(read(root), root, needed=True) == []
    rule = read(root).rules["recording-notice"]
    assert (rule.number, rule.rule.version) == (2, f"2-{rule.hash[:16]}")


def test_the_lock_names_rules_that_are_new_and_that_are_gone(write: Write, good: dict[str, str]) -> None:
    root = write(good)
    renew(read(root), root)
    (root / RULE).rename(root / "us/rules/second.toml")
    faults = [str(fault).removeprefix(f"{root}/") for fault in check_lock(read(root), root, needed=True)]
    assert faults == [
        "versions.toml:1:1: `second` has no version yet. Run `clearline rules lock`.",
        "versions.toml:3:1: there is no rule `recording-notice` any more. Run `clearline rules lock`.",
    ]
    assert renew(read(root), root) == [("recording-notice", 1, 0), ("second", 0, 1)]


def test_only_a_needed_lock_may_not_be_missing(write: Write, good: dict[str, str]) -> None:
    root = write(good)
    assert check_lock(read(root), root, needed=False) == []
    assert str(check_lock(read(root), root, needed=True)[0]).endswith("versions.toml:1: the lock is missing. "
                                                                     "Run `clearline rules lock`.")  # fmt: skip


def test_nothing_is_locked_while_a_rule_cannot_be_read(write: Write, good: dict[str, str]) -> None:
    root = write(good)
    renew(read(root), root)
    before = (root / "versions.toml").read_text()
    write({RULE: "title ="})
    with pytest.raises(RulebookError, match="this is not TOML"):
        renew(read(root), root)
    assert (root / "versions.toml").read_text() == before


def test_a_spoiled_lock_is_a_fault(write: Write, good: dict[str, str]) -> None:
    root = write(good | {"versions.toml": "recording-notice = 3\n"})
    assert "versions.toml:1:1: `recording-notice` holds no version." in str(read(root).faults[0])
