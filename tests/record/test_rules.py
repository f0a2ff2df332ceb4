"""Pages of rules: everything of the pack, and how often each fired for whom."""

import pytest
from tests.characters import Cast, cast, logged_in
from tests.record.conftest import Take, call
from tests.record.test_append import LINES
from tests.ui.reading import Reader

from clearline.people.models import Act
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.queries import firing, rules
from clearline.record.queries.rules import Asked
from clearline.rulebook.obligations import read_register
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
RULE = "opt-out-recorded-at-once"


@pytest.fixture
def people(take: Take) -> Cast:
    """Ada has two calls that broke the rule, this week and three weeks ago; somebody else has one."""
    found, at = cast(), now() - 3_600_000_000
    take(call(*LINES, name="this", at=at, agent="a-1"), at=now())
    take(call(*LINES, name="before", at=at - 3 * firing.WEEK, agent="a-1"), at=now())
    take(call(*LINES, name="theirs", at=at, agent="a-2"), at=now())
    firing.forget()
    return found


def test_every_rule_and_every_obligation_has_a_page_without_a_fault(people: Cast) -> None:
    alice = logged_in(people.alice)
    for name in judging().rulebook.rules:
        page = alice.get(f"/rules/{name}/").content.decode()
        assert "it does not give legal advice" in page
        assert Reader(page).faults() == [], name
    for path in ("/rules/", "/rules/coverage/", "/api/"):
        assert Reader(alice.get(path).content.decode()).faults() == [], path


def test_a_rule_says_what_it_asks_where_it_comes_from_and_what_it_serves(people: Cast) -> None:
    page = logged_in(people.alice).get("/rules/recording-notice-us/").content.decode()
    rule = judging().rulebook.rules["recording-notice-us"]
    told = (
        rule.title,
        "within 30s after call.party_joined",
        "bounded response",
        "Cal. Penal Code 632.7",
        rule.hash,
    )
    for one in (
        *told,
        "Smith v. LoanMe",
        "source checked",
        rule.prompt,
        *(one.title for one in rule.examples),
    ):
        assert one in page


def test_how_often_a_rule_fired_is_counted_by_week_and_version_as_far_as_each_may_see(people: Cast) -> None:
    weeks = [one.findings for one in firing.by_week(people.alice, RULE, now())]
    assert (len(weeks), sum(weeks), weeks[-4]) == (firing.WEEKS, 3, 1)
    assert sum(one.findings for one in firing.by_week(people.bob, RULE, now())) == 2
    assert sum(one.findings for one in firing.by_week(people.charlie, RULE, now())) == 0
    version = judging().rulebook.rules[RULE].version
    assert firing.by_version(people.alice, RULE, now()) == {version: 3}
    assert (firing.counts(people.alice, now()) or {})[RULE] == 3
    assert firing.counts(people.max, now()) is None


def test_weeks_begin_on_mondays(people: Cast) -> None:
    monday = 1_795_392_000_000_000  # 2026-11-23
    firing.forget()
    assert firing.by_week(people.alice, RULE, monday)[-1].monday == monday
    assert firing.by_week(people.alice, RULE, monday - 1)[-1].monday == monday - firing.WEEK


def test_what_was_withdrawn_or_is_a_question_did_not_fire(people: Cast) -> None:
    Finding.objects.filter(rule=RULE, timeline__subject="this").update(withdrawn=now())
    Finding.objects.filter(rule=RULE, timeline__subject="theirs").update(question=True)
    firing.forget()
    assert (firing.counts(people.alice, now()) or {})[RULE] == 1


def test_the_calls_of_a_rule_are_only_those_in_reach_and_to_see_them_is_a_look(people: Cast) -> None:
    assert "/calls/theirs/" in logged_in(people.alice).get(f"/rules/{RULE}/").content.decode()
    page = logged_in(people.bob).get(f"/rules/{RULE}/").content.decode()
    assert "/calls/this/" in page
    assert "theirs" not in page
    assert Act.objects.filter(by=people.bob, kind="look").count() == 1
    logged_in(people.charlie).get(f"/rules/{RULE}/")
    assert not Act.objects.filter(by=people.charlie, kind="look").exists()
    assert "How often it fired" not in logged_in(people.max).get(f"/rules/{RULE}/").content.decode()


@pytest.mark.parametrize(
    ("asked", "only"),
    [
        (Asked(words="632.7 recorded"), {"recording-notice-us"}),
        (Asked(words="nothing is called so"), set()),
        (Asked(on="call", words="no-card-number"), {"no-card-number-while-recording"}),
    ],
)
def test_rules_are_narrowed(asked: Asked, only: set[str]) -> None:
    found = {rule.id for group in rules.listed(judging(), asked) for rule in group.rules}
    assert found == only


def test_every_filter_narrows(people: Cast) -> None:
    alice = logged_in(people.alice)
    whole = len(alice.get("/rules/").content)
    for asked in ("jurisdiction=DE", "severity=critical", "status=checked", "on=order", "words=refund"):
        assert len(alice.get(f"/rules/?{asked}").content) < whole, asked
    assert "No rule fits" in alice.get("/rules/?on=nothing").content.decode()


def test_the_coverage_page_has_the_whole_register(people: Cast) -> None:
    alice = logged_in(people.alice)
    page = alice.get("/rules/coverage/").content.decode()
    rows = read_register().obligations
    assert page.count('<th scope="row">') == len(rows) > 100
    germany = alice.get("/rules/coverage/?jurisdiction=DE&by=rules").content.decode()
    wanted = [row for row in rows if row.jurisdiction == "DE" and row.rules]
    assert germany.count('<th scope="row">') == len(wanted)


def test_there_is_no_page_of_a_rule_that_is_not_there(people: Cast) -> None:
    assert logged_in(people.alice).get("/rules/no-such-rule/").status_code == 404
