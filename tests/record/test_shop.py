"""The shop's questions: what follows from answers, why, what is missing, what would change."""

import pytest
from tests.characters import AT, Cast, cast
from tests.record.conftest import Take, call, opens

from clearline.evidence.models import Entry
from clearline.people.models import Person
from clearline.record import deeds
from clearline.record.answers.consequences import (
    Consequences,
    InForce,
    chosen,
    consequences,
    differences,
    named_in_topics,
)
from clearline.record.answers.facts import shop_facts
from clearline.record.answers.questions import questions
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging, answers_now
from clearline.record.models import ShopAnswers
from clearline.record.shop.actions import answered
from clearline.record.shop.queries import contradictions
from clearline.rulebook.obligations import read_register
from clearline.rulebook.reading import load

BOOK = load()
SHOP = {
    "home": ["US-OR"],
    "customers": ["US-CA", "US-others"],
    "sells": ["goods"],
    "calls": ["in-service", "in-sales"],
    "dialling": ["none"],
    "gate": ["yes"],
    "records": ["yes"],
    "cards": ["spoken"],
    "debits": ["no"],
    "renews": ["no"],
    "refunds": ["given"],
    "ai": ["none"],
    "shared": ["no"],
    "debts": ["no"],
    "staff": ["under-50"],
}


def with_(**answers: list[str]) -> dict[str, list[str]]:
    return SHOP | answers


def named(found: tuple[InForce, ...]) -> dict[str, InForce]:
    return {one.id: one for one in found}


def follows(answers: dict[str, list[str]]) -> Consequences:
    return consequences(BOOK, answers)


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


@pytest.fixture
def alice(people: Cast) -> Person:
    return people.alice


def test_each_pack_in_force_says_why() -> None:
    packs = named(follows(SHOP).packs)
    assert packs.keys() == {
        "abandonment",
        "accessibility",
        "call-frequency",
        "calling-hours",
        "consent-to-call",
        "delivery",
        "dialling",
        "do-not-call",
        "opt-out",
        "pci-dss",
        "programme",
        "recording-consent",
        "rights",
        "shop-policy",
        "us-telemarketing",
    }
    assert "you record calls" in packs["recording-consent"].because
    assert "you have customers in California and other US states" in packs["recording-consent"].because
    assert "you ship goods" in packs["delivery"].because


def test_each_obligation_in_force_says_why_and_no_other_is() -> None:
    found = named(follows(SHOP).obligations)
    assert {"us-recording-notice", "pci-3.3.1-no-sad", "us-ca-ccpa-requests"} <= found.keys()
    assert not found.keys() & {"eu-gdpr-rights-time", "us-rosca", "us-reg-f-records", "us-tx-sb140"}
    assert found["us-recording-notice"].because[-1] == "you record calls"


def test_nothing_that_concerns_a_shop_everywhere_with_everything_is_left_out() -> None:
    everything = {one.id: [c.value for c in one.choices] for one in questions().all if one.several}
    everything |= {one.id: [one.choices[0].value] for one in questions().all if not one.several}
    everything |= {"staff": ["250"], "ai": ["speaks", "rates", "vendor", "voiceprint"]}
    found = follows(everything)
    assert {one.id for one in found.rules} == BOOK.rules.keys()
    assert {one.id for one in found.obligations} == {row.id for row in read_register().obligations}


def test_before_the_first_answer_all_may_concern_the_shop_and_the_open_questions_are_named() -> None:
    found = follows({})
    assert {one.id for one in found.rules} == BOOK.rules.keys()
    assert "Do you record calls?" in named(found.rules)["recording-notice-us"].asks
    assert chosen(BOOK, {}) is None
    assert questions().missing({}) == list(questions().all)


def test_an_open_question_leaves_a_perhaps_and_not_a_no() -> None:
    answers = {name: given for name, given in SHOP.items() if name != "renews"}
    found = follows(answers)
    assert named(found.packs)["subscriptions"].asks == ("Do you sell anything that renews by itself?",)
    assert [one.id for one in questions().missing(answers)] == ["renews"]
    assert "subscriptions" in (chosen(BOOK, answers) or ())


@pytest.mark.parametrize(
    ("answers", "what", "new", "gone"),
    [
        (with_(ai=["speaks"]), "packs", {"ai-disclosure"}, set()),
        (with_(renews=["yes"]), "packs", {"subscriptions"}, set()),
        (with_(records=["no"]), "packs", set(), {"recording-consent"}),
        (with_(cards=["no"]), "packs", set(), {"pci-dss"}),
        (with_(gate=["no"]), "rules", set(), {"decided-before-dialling"}),
        (with_(customers=[*SHOP["customers"], "DE"]), "packs", {"distance-selling"}, set()),
        (with_(customers=[*SHOP["customers"], "DE"]), "rules", {"germany-yes-before-recording"}, set()),
        (with_(debts=["yes"]), "obligations", {"us-reg-f-records", "us-reg-f-call-frequency"}, set()),
        (with_(staff=["250"]), "obligations", set(), set()),
    ],
)
def test_other_answers_show_what_would_change(
    answers: dict[str, list[str]], what: str, new: set[str], gone: set[str]
) -> None:
    found = {one.what: one for one in differences(follows(SHOP), follows(answers))}
    assert new <= {one.id for one in found[what].new} if new else True
    assert gone <= {one.id for one in found[what].gone} if gone else True
    assert bool(found) == bool(new | gone)


def test_the_topics_speak_of_obligations_that_there_are() -> None:
    assert named_in_topics() <= {row.id for row in read_register().obligations}


def test_packs_name_questions_and_answers_that_there_are() -> None:
    asked = {one.id: one.values for one in questions().all}
    for pack in BOOK.packs.values():
        for question, values in pack.concerns.items():
            assert set(values) <= asked[question], pack.name


def test_each_version_is_kept_with_who_when_and_an_entry(alice: Person) -> None:
    first = answered(alice, SHOP, AT, after=None)
    second = answered(alice, with_(ai=["speaks"]), AT + 1, after=first.pk)
    assert list(ShopAnswers.objects.order_by("pk").values_list("by", "at")) == [
        (alice.pk, AT),
        (alice.pk, AT + 1),
    ]
    entry = opens(deeds.answered(second), second.entry)
    assert (entry.kind, entry.actor) == ("shop.answered", str(alice.uid))
    assert shop_facts()["ai"] == ["speaks"]
    assert "US-PA" in shop_facts()["customers"]


def test_the_same_answers_make_no_new_version(alice: Person) -> None:
    first = answered(alice, SHOP, AT, after=None)
    assert answered(alice, SHOP, AT + 1, after=first.pk) == first
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"colour": ["blue"]},
        {"records": ["perhaps"]},
        {"records": "yes"},
        {"records": ["yes", "no"]},
        {"ai": ["none", "speaks"]},
        {"customers": [7]},
        {"customers": None},
    ],
)
def test_answers_that_make_no_sense_are_refused(alice: Person, answers: dict[str, list[str]]) -> None:
    with pytest.raises(RefusedError):
        answered(alice, answers, AT, after=None)
    assert not ShopAnswers.objects.exists()


def test_nobody_writes_over_what_somebody_else_answered_meanwhile(alice: Person) -> None:
    answered(alice, SHOP, AT, after=None)
    with pytest.raises(RefusedError, match="somebody else"):
        answered(alice, with_(ai=["speaks"]), AT + 1, after=None)


def test_only_an_officer_or_administrator_answers(people: Cast) -> None:
    for person in (people.ada, people.bob, people.anna, people.audrey, people.charlie):
        with pytest.raises(RefusedError):
            answered(person, SHOP, AT, after=None)


def test_calls_are_judged_by_the_packs_in_force_with_the_shops_facts(alice: Person) -> None:
    answered(alice, with_(records=["no"], refunds=["none"]), AT, after=None)
    judging = Judging((), answers_now, portable=True)
    assert judging.known["shop"]["refunds"] == "none"
    program = judging.program("call")
    assert program is not None
    rules = {rule.id for rule in program.rules}
    assert "no-refunds-before-payment" in rules
    assert "recording-notice-us" not in rules
    assert judging.program("subscription") is None


def test_what_calls_show_against_the_answers_is_told(alice: Person, take: Take) -> None:
    answered(alice, with_(records=["no"]), AT, after=None)
    assert contradictions() == []
    take(call("0 call.started direction=outbound recorded=true agent_kind=ai", "9 call.ended"))
    assert len(contradictions()) == 3
