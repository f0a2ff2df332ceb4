"""Packs are read whole, and each fault is named with its line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clearline.engine.events import Event
from clearline.engine.monitor import replay
from clearline.rulebook.faults import Fault, RulebookError
from clearline.rulebook.reading import load, read

Write = Callable[[dict[str, str]], Path]

RULE = "us/rules/recording-notice.toml"
SIGNALS = "us/signals.toml"
PACK = "us/pack.toml"


FAULTS = [
    (
        RULE,
        'on = "call"',
        'on = "cal"',
        f"{RULE}:3:1: `cal` is no kind of timeline. Did you mean `call`?",
    ),
    (
        RULE,
        "require recording_notice",
        "require recording_notise",
        f"{RULE}:5:17: `recording_notise` is no signal",
    ),
    (
        RULE,
        "of call.answered",
        "off call.answered",
        f"{RULE}:5:45: expected `after` or `of`, found `off`.",
    ),
    (RULE, "&& 'US'", "&& ca.l", f"{RULE}:4:"),
    (RULE, "call.recorded &&", "facts.recorded &&", f"{RULE}:4:9: `facts.recorded` is not known here"),
    (
        RULE,
        "call.recorded &&",
        "call.hour in tables.hours &&",
        f"{RULE}:4:22: `tables.hours` is not known here",
    ),
    (RULE, "call.recorded &&", "false &&", f"{RULE}:4:1: the rule can never apply"),
    (RULE, 'cites = ["Penal Code 632"]', "cites = []", f"{RULE}:2:1: the citation is missing."),
    (RULE, 'cites = ["Penal Code 632"]\n', "", f"{RULE}:1:1: `cites` is missing."),
    (RULE, '"Penal Code 632"]', '"Penal Code 632", 7]', f"{RULE}:2:28: `cites` holds a whole number"),
    (RULE, '"checked"', '"cheked"', f'{RULE}:10:1: `status` can\'t be "cheked". Write one of: checked, '),
    (RULE, '"serious"', '"grave"', f'{RULE}:6:1: `severity` can\'t be "grave".'),
    (
        RULE,
        '["S1"]',
        '["S1", "S2"]',
        f"{RULE}:11:18: there is no source `S2` in pack.toml. There are: S1.",
    ),
    (
        RULE,
        "to = 2027",
        "to = 2010",
        f"{RULE}:9:1: the rule ends (2010-01-31) before it begins (2011-01-01).",
    ),
    (
        RULE,
        "to = 2027-01-31",
        'to = "soon"',
        f'{RULE}:9:1: `to` is no date: "soon". Write a date like 2026-11-23.',
    ),
    (
        RULE,
        "prompt =",
        "promt =",
        f"{RULE}:7:1: `promt` is not a key that is read here. Did you mean `prompt`?",
    ),
    (RULE, "title = ", "title == ", f"{RULE}:1:8: this is not TOML: "),
    (
        RULE,
        'on = "call"',
        'on = "call"\non = "order"',
        f"{RULE}:4:13: this is not TOML: cannot overwrite a value.",
    ),
    (
        RULE,
        "4 agent: Hi",
        "4 agnt: Hi",
        f"{RULE}:16:33: `agnt` is nobody who speaks. Did you mean `agent`?",
    ),
    (RULE, "60 call.ended", "60 callended", f"{RULE}:16:70: `60 callended` is no event."),
    (RULE, '"kept"', '"fine"', f"{RULE}:17:7: `fine` says nothing of a rule."),
    (RULE, '"kept"', '"never came up"', f"{RULE}:1:1: no example keeps the rule."),
    (RULE, '"broken at 30"', '"kept"', f"{RULE}:1:1: no example breaks the rule."),
    (RULE, "facts = { call", "facts = { cal", f"{RULE}:15:11: `cal` is nothing that has facts."),
    (
        RULE,
        '"told after',
        '"TODO: after',
        f"{RULE}:14:1: `title` is still to be written. After four seconds.",
    ),
    (SIGNALS, "(is|may be)", "(is|may be", f"{SIGNALS}:4:"),
    (SIGNALS, "[being] recorded", "[being recorded", f"{SIGNALS}:4:"),
    (
        SIGNALS,
        '"not [being] recorded", "call',
        '"not [being] recorded", "(call',
        f"{SIGNALS}:5:36: phrase",
    ),
    (SIGNALS, 'by = "agent"', 'by = ["agent", "robot"]', f"{SIGNALS}:3:1: `robot` is nobody who speaks."),
    (
        SIGNALS,
        'by = "agent"',
        'by = "agent"\nsets = { "a b" = "1" }',
        f"{SIGNALS}:4:10: `a b` is no fact.",
    ),
    (SIGNALS, 'by = "agent"', 'entity = "card"', f"{SIGNALS}:3:1: `card` is no entity."),
    (SIGNALS, 'by = "agent"', 'events = ["called"]', f"{SIGNALS}:3:11: `called` is no type of event."),
    (SIGNALS, 'by = "agent"', 'where = "dat.x"', f"{SIGNALS}:3:"),
    (SIGNALS, "[recording_notice]", "[Notice]", f"{SIGNALS}:1:1: `Notice` can't be a name."),
    (
        PACK,
        "jurisdictions",
        'uses = ["words"]\njurisdictions',
        f"{PACK}:3:9: there is no other pack `words`.",
    ),
    (
        PACK,
        "[sources.S1]",
        "[kinds.facts]\n[sources.S1]",
        f"{PACK}:5:1: `facts` already means something else.",
    ),
    (PACK, "primary", "main", f"{PACK}:7:1: `main` is not a key that is read here."),
]  # the file, what stands in it, what stands there instead, and what is told of it


def told(root: Path) -> list[str]:
    """The faults of a folder of packs, as a person sees them, without the folder."""
    return [str(fault).removeprefix(f"{root}/") for fault in read(root).faults]


def test_it_reads_a_good_pack_whole(write: Write, good: dict[str, str]) -> None:
    rulebook = read(write(good))
    assert rulebook.faults == []
    rule = rulebook.rules["recording-notice"]
    assert (rule.pack, rule.on, rule.severity, rule.status) == ("us", "call", "serious", "checked")
    assert rule.sentences == ("require recording_notice within 30s of call.answered",)
    assert (rule.since, rule.until) == (date(2011, 1, 1), date(2027, 1, 31))
    assert [example.outcome for example in rule.examples] == ["kept", "broken at 30"]
    assert rulebook.packs["us"].sources["S1"].primary
    assert rule.rule.version == rule.version == f"0-{rule.hash[:16]}"


def test_it_reads_the_shipped_packs_with_those_of_a_folder(write: Write, good: dict[str, str]) -> None:
    shipped = {name.replace("us/", "own-test-pack/", 1): text for name, text in good.items()}
    rulebook = load(
        write({name.replace("recording-notice", "own-test-rule"): t for name, t in shipped.items()})
    )
    assert rulebook.rules["own-test-rule"].pack == "own-test-pack"


@pytest.mark.parametrize(("file", "old", "new", "fault"), FAULTS)
def test_it_names_the_line_of(
    write: Write, good: dict[str, str], *, file: str, old: str, new: str, fault: str
) -> None:
    assert old in good[file]
    good[file] = good[file].replace(old, new, 1)
    faults = told(write(good))
    assert [one for one in faults if one.startswith(fault)], faults


def test_it_names_all_faults_of_all_files_at_once(write: Write, good: dict[str, str]) -> None:
    good[RULE] = good[RULE].replace('"serious"', '"grave"').replace('"checked"', '"done"')
    good[SIGNALS] = good[SIGNALS].replace("(is|may be)", "(is").replace('"agent"', '"clerk"')
    assert [fault.split(": ")[0] for fault in told(write(good))] == [
        "us/rules/recording-notice.toml:6:1",
        "us/rules/recording-notice.toml:10:1",
        "us/signals.toml:3:1",
        "us/signals.toml:4:18",
    ]


def test_one_wrong_signal_does_not_spoil_the_rules_that_speak_of_it(
    write: Write, good: dict[str, str]
) -> None:
    good[SIGNALS] = good[SIGNALS].replace('by = "agent"', "by = 5")
    assert [fault.split(":")[0] for fault in told(write(good))] == [SIGNALS]


def test_it_refuses_an_id_that_is_taken(write: Write, good: dict[str, str]) -> None:
    root = write(good | {name.replace("us/", "ca/"): text for name, text in good.items()})
    (fault,) = told(root)
    first = root / RULE.replace("us", "ca", 1)
    assert fault == f"{RULE}:1:1: the id `recording-notice` is taken by {first}. Rename this file."


def test_it_refuses_names_that_are_no_slugs(write: Write, good: dict[str, str]) -> None:
    good["us/rules/Recording_Notice.toml"] = good.pop(RULE)
    assert told(write(good))[0].startswith(
        "us/rules/Recording_Notice.toml:1:1: the file's name `Recording_Notice`"
    )


def test_it_names_files_that_nobody_reads(write: Write, good: dict[str, str]) -> None:
    good |= {"us/signal.toml": "", "us/rules/old.tml": ""}
    assert told(write(good)) == [
        "us/rules/old.tml:1: nobody reads this file. Rules are files called <slug>.toml.",
        "us/signal.toml:1: nobody reads this file. Did you mean `signals.toml`?",
    ]


def test_it_names_a_folder_that_is_not_there_and_one_that_is_a_pack(
    write: Write, good: dict[str, str]
) -> None:
    root = write(good)
    assert "there is no such folder" in str(read(root / "none").faults[0])
    assert f"Give the folder that holds it, {root}" in str(read(root / "us").faults[0])


def test_a_folder_without_a_pack_file_is_a_fault(write: Write) -> None:
    assert told(write({"us/rules/x.toml": ""}))[0].startswith("us/pack.toml:1:1: the file can't be read: ")


def test_a_state_is_checked_where_it_is_defined(write: Write, good: dict[str, str]) -> None:
    good["us/states.toml"] = (
        '[recording]\nfrom = "recording.started"\nto = "stopped"\n[x]\nfrom = "call.ended"\nlasts = "2w"\n'
    )
    assert [fault.split(": ")[0] for fault in told(write(good))] == [
        "us/states.toml:3:7",
        "us/states.toml:6:10",
    ]


def test_names_of_packs_that_are_used_may_not_clash(write: Write, good: dict[str, str]) -> None:
    good |= {"words/pack.toml": 'title = "Words"\n', "words/signals.toml": good[SIGNALS]}
    good[PACK] = good[PACK].replace("jurisdictions", 'uses = ["words"]\njurisdictions')
    assert told(write(good)) == [
        "us/pack.toml:3:9: `recording_notice` is defined in `words` and in `us`. Rename one of them."
    ]


def test_tables_have_one_name_over_all_packs(write: Write, good: dict[str, str]) -> None:
    good |= {
        "ca/pack.toml": 'title = "CA"\n',
        "ca/tables.toml": "hours = [8]\n",
        "us/tables.toml": "\nhours = [9]\n",
    }
    (fault,) = told(write(good))
    assert fault.startswith("us/tables.toml:2:1: the table `hours` is also in pack `ca`.")


def test_it_judges_nothing_while_there_are_faults(write: Write, good: dict[str, str]) -> None:
    rulebook = read(write(good | {"us/rules/empty.toml": ""}))
    with pytest.raises(RulebookError, match="the file is empty"):
        rulebook.programs(rulebook.select())


def test_it_selects_by_pack_and_date(write: Write, good: dict[str, str]) -> None:
    rulebook = read(write(good))
    assert [rule.id for rule in rulebook.select(["us"], date(2011, 1, 1))] == ["recording-notice"]
    assert rulebook.select(on=date(2010, 12, 31)) == rulebook.select(on=date(2027, 1, 31)) == []
    with pytest.raises(RulebookError, match=r"there is no pack `uss` .*Did you mean `us`\?"):
        rulebook.select(["uss"])


def test_two_packs_with_one_name_do_not_mix(write: Write, good: dict[str, str]) -> None:
    for name, text in list(good.items()):
        other = text.replace("call (is|may be) [being] recorded", "we tape this").replace(
            "call is recorded", "we tape this"
        )
        good[name.replace("us/", "uk/").replace("recording-notice", "taping-notice")] = other
    rulebook = read(write(good))
    program = rulebook.programs(rulebook.select())["call"]
    at = 1_700_000_000_000_000
    events = [
        Event("1", "call.answered", at),
        Event("2", "utterance", at + 4_000_000, {"by": "agent", "text": "We tape this."}),
        Event("3", "call.ended", at + 60_000_000),
    ]
    known = {**rulebook.known, "call": {"recorded": True, "places": ["US"]}}
    verdicts = replay(program, events, known)
    assert {verdict.rule.id: str(verdict.state) for verdict in verdicts} == {
        "taping-notice": "kept",
        "recording-notice": "broken",
    }
    finding = next(finding for verdict in verdicts for finding in verdict.findings)
    assert rulebook.sentence(finding) == "require recording_notice within 30s of call.answered"


def test_a_rule_may_use_the_signals_states_and_tables_of_another_pack(
    write: Write, good: dict[str, str]
) -> None:
    good["words/pack.toml"] = 'title = "Words"\n'
    good["words/signals.toml"] = good.pop(SIGNALS)
    good["words/states.toml"] = '[told]\nfrom = "recording_notice"\nlasts = "1h"\n'
    good["words/tables.toml"] = "[told]\nplaces = ['US']\n"
    good[PACK] = good[PACK].replace("jurisdictions", 'uses = ["words"]\njurisdictions')
    good[RULE] = (
        good[RULE]
        .replace("'US' in call.places", "tables.told.places[0] in call.places")
        .replace(
            'rule = "require recording_notice within 30s of call.answered"',
            'rule = ["require recording_notice within 30s of call.answered", "forbid call.sold unless told"]',
        )
    )
    rulebook = read(write(good))
    assert rulebook.faults == []
    assert set(rulebook.compiled("call", rulebook.select()).states) == {"words/told"}


def test_a_fault_reads_as_place_message_and_mend() -> None:
    assert (
        str(Fault(Path("a.toml"), 3, 7, "this is wrong", "Mend it")) == "a.toml:3:7: this is wrong. Mend it."
    )
    assert (
        str(Fault(Path("a.toml"), 3, None, "this is odd", "", warning=True))
        == "a.toml:3: warning: this is odd."
    )
