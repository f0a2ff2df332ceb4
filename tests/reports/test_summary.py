from tests.reports.conftest import SELLING, Reviewing

from clearline.reports.summary import Summary, Waiting, listing, spoken_length, spoken_seconds


def test_rules_are_counted_by_findings_and_by_timelines(reviewing: Reviewing) -> None:
    line = reviewing(SELLING)[0].line
    summary = Summary()
    summary.add(line)
    summary.add(line)
    rule = summary.rules()[0]
    assert (rule.rule, rule.findings, rule.timelines) == (
        "no-pressure-after-opt-out",
        2 * len(line.findings),
        2,
    )


def test_missing_facts_are_asked_for_with_the_option_that_tells_them(reviewing: Reviewing) -> None:
    summary = Summary()
    summary.add(reviewing(SELLING, packs=("us-telemarketing",))[0].line)
    asked = {one.facts: one for one in summary.waiting()}
    assert "--fact call.places=US-CA,US-NV" in asked["call.purpose", "call.places"].options
    assert asked["call.purpose", "call.places"].rules > 1


def test_what_no_option_can_tell_has_no_option() -> None:
    assert Waiting(("`x > 1` can't be told",), 1, 1).options == ""


def test_duties_stand_in_order_of_their_deadlines(reviewing: Reviewing) -> None:
    summary = Summary()
    late = reviewing(SELLING, on=1_800_000_000_000_000)[0].line
    early = reviewing(SELLING, on=1_700_000_000_000_000)[0].line
    summary.add(late)
    summary.add(early)
    deadlines = [one.duty.deadline or "" for one in summary.due()]
    assert deadlines == sorted(deadlines)


def test_lengths_and_lists_are_spoken(reviewing: Reviewing) -> None:
    assert spoken_length(reviewing(SELLING)[0].line) == "0:46"
    assert spoken_seconds(64) == "1:04"
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
