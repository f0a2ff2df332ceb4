"""Whom an attempt may ring, under whatever name, and what the record knows of them: none of it is passed by."""

from typing import Any

import pytest
from tests.gate.conftest import FRESH, HOUR, NOBODY, NOON, OREGON, Ask, Tell, agent, attempt, contact

from clearline.engine.events import SECOND, Event
from clearline.gate.actions.deciding import Asking, LoggedGate
from clearline.gate.attempts import Answer, Decision
from clearline.gate.lists.current import Listed
from clearline.people.models import Person
from clearline.record.models import EventOn
from clearline.record.watching import Watches

OTHER = "+15035550188"
YES = {"kind": "written", "purpose": "marketing", "channel": "call"}
DAY = 24 * HOUR


def happened(what: str, at: int, name: str = "k-1", **data: Any) -> Event:
    return Event(f"{what}-{at}", what, at, data, {"contact": name})


def told(decision: Decision) -> set[str]:
    """Rules that deny, and facts that are missing."""
    return {one.unknown or one.rule for one in decision.reasons}


@pytest.mark.parametrize("asked", ["dnc.requested", "dnc.added", "consent.revoked"])
@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (YES, Answer.ALLOW),
        ({**YES, "kind": "express", "channel": "phone"}, Answer.ALLOW),
        ({"kind": "oral", "purpose": "marketing"}, Answer.ALLOW),
        ({**YES, "number": OREGON}, Answer.ALLOW),
        ({**YES, "number": "503-555-0123"}, Answer.ALLOW),
        ({**YES, "number": OTHER}, Answer.DENY),
        ({**YES, "seller": "another shop"}, Answer.DENY),
        ({**YES, "purpose": "service"}, Answer.DENY),
        ({**YES, "kind": "soft opt-in"}, Answer.DENY),
        ({**YES, "channel": "email"}, Answer.DENY),
        ({**YES, "channel": "text"}, Answer.DENY),
        ({"purpose": "marketing"}, Answer.DENY),
        ({"kind": "written"}, Answer.DENY),
        ({}, Answer.DENY),
    ],
)
def test_only_a_consent_to_this_call_lifts_a_request_to_stop(
    ask: Ask, tell: Tell, asked: str, given: dict[str, Any], answer: Answer
) -> None:
    tell([contact(), happened(asked, NOON - 2 * SECOND), happened("consent.given", NOON - SECOND, **given)])
    (found,) = ask(attempt())
    assert found.decision.answer is answer, found.decision.reasons


@pytest.mark.parametrize(
    "stop", [{}, {"channel": "web"}, {"channel": "mail", "scope": "all"}, {"channel": "text"}]
)
@pytest.mark.parametrize("asked", ["dnc.requested", "dnc.added"])
def test_no_consent_of_before_the_request_comes_back_with_a_new_one_for_another_number(
    ask: Ask, tell: Tell, asked: str, stop: dict[str, str]
) -> None:
    tell(
        [
            contact(),
            happened("consent.given", NOON - 3 * SECOND, **YES),
            happened(asked, NOON - 2 * SECOND, **stop),
            happened("consent.given", NOON - SECOND, **YES, number=OTHER),
        ]
    )
    (found,) = ask(attempt())
    assert found.decision.facts["consent"] == "none"
    assert "no-marketing-after-opt-out" in told(found.decision)


@pytest.mark.parametrize("channel", ["phone", "voice", "call", "any", ""])
def test_who_takes_back_the_consent_to_calls_takes_back_what_was_called_otherwise(
    ask: Ask, tell: Tell, channel: str
) -> None:
    tell(
        [
            contact(),
            happened("consent.given", NOON - 2 * SECOND, **{**YES, "channel": channel}),
            happened("consent.revoked", NOON - SECOND, channel="voice"),
        ]
    )
    (found,) = ask(attempt(), check=True)
    assert found.decision.facts["consent"] == "none"


def test_a_consent_that_names_no_number_covers_those_that_the_record_knows(ask: Ask, tell: Tell) -> None:
    tell([contact(), happened("consent.given", NOON - SECOND, **YES)])
    known, strange = ask(attempt(contact="k-1"), attempt(OTHER, contact="k-1"), check=True)
    assert known.decision.facts["consent"] == "express"
    assert strange.decision.facts["consent"] == "none"


@pytest.mark.parametrize(
    ("lacks", "level"),
    [
        ({}, "written"),
        ({"wording": ""}, "express"),
        ({"wording": " "}, "express"),
        ({"number": ""}, "express"),
        ({"seller": ""}, "express"),
    ],
)
def test_a_written_consent_that_lacks_what_one_says_is_as_good_as_a_spoken_one(
    ask: Ask, tell: Tell, lacks: dict[str, str], level: str
) -> None:
    words = "Heron may ring me about offers, also with an artificial voice."
    given = {**YES, "number": OREGON, "seller": "Heron", "wording": words, "technology": "artificial voice"}
    tell([contact(), happened("consent.given", NOON - SECOND, **{**given, **lacks})])
    tell([Event("s", "campaign.started", NOON - DAY, {}, {"campaign": "k"})])
    (found,) = ask(attempt(voice="ai", seller="Heron", line="landline", campaign="k"))
    assert found.decision.facts["consent"] == level
    assert ("artificial-sales-written" in told(found.decision)) == (level != "written")
    assert found.decision.answer is (Answer.ALLOW if level == "written" else Answer.DENY)


def test_every_number_and_postcode_of_a_contact_says_where_they_may_be(ask: Ask, tell: Tell) -> None:
    tell(
        [
            contact(places=["US-OR"], postcode=["02134"]),
            happened("contact.seen", NOON - SECOND, number=["+13055550123"]),
        ]
    )
    (found,) = ask(attempt(), check=True)
    assert found.decision.facts["places"] == ["US-FL", "US-MA", "US-OR"]


def test_an_order_says_where_somebody_may_be_until_they_say_that_they_moved(ask: Ask, tell: Tell) -> None:
    tell([contact(postcode="97201"), happened("order.placed", NOON - 3 * SECOND, postcode=["02134"])])
    (found,) = ask(attempt(), check=True)
    assert found.decision.facts["places"] == ["US-MA", "US-OR"]
    tell([happened("contact.updated", NOON - 2 * SECOND, postcode="10001")])
    (moved,) = ask(attempt(), check=True)
    assert moved.decision.facts["places"] == ["US-NY", "US-OR"]


@pytest.mark.parametrize("where", [{"places": ["Oregon"]}, {"zone": "Oregon/Portland"}, {"postcode": "none"}])
def test_what_nobody_can_read_of_a_contact_is_nowhere_we_know(
    ask: Ask, tell: Tell, where: dict[str, Any]
) -> None:
    tell([contact(**where)])
    (found,) = ask(attempt())
    assert found.decision.answer is Answer.DENY
    assert "in_hours" in told(found.decision)


@pytest.mark.parametrize("name", ["dana", "Dana", " DANA "])
def test_an_agent_is_the_same_in_whatever_letters(ask: Ask, tell: Tell, name: str) -> None:
    tell([agent("dana", course="required")])
    (found,) = ask(attempt(agent=name))
    assert told(found.decision) == {"trained-agents-sell"}
    tell([agent("dana", at=NOON - SECOND)])
    (passed,) = ask(attempt(agent=name))
    assert passed.decision.answer is Answer.ALLOW
    on = EventOn.objects.filter(event__type="call.placed", timeline__kind="agent")
    assert on.get().timeline.subject == "dana"


def test_one_spelling_does_not_hide_what_is_asked_under_another(ask: Ask, tell: Tell) -> None:
    tell([agent("dana", course="required"), agent("Dana", course="passed")])
    (found,) = ask(attempt(agent="Dana"))
    assert told(found.decision) == {"trained-agents-sell"}


def test_an_agent_whom_nobody_knows_sells_nothing(ask: Ask) -> None:
    (found,) = ask(attempt(agent="a-9"))
    assert told(found.decision) == {"agent"}
    (service,) = ask(attempt(agent="a-9", purpose="service"))
    assert service.decision.answer is Answer.ALLOW
    Person.objects.create(email="a9@shop.example", name="Noor", agent="A-9")
    (entered,) = ask(attempt(agent="a-9"))
    assert entered.decision.answer is Answer.ALLOW


def test_where_agents_sell_with_a_course_somebody_has_to_say_who_calls(ask: Ask, tell: Tell) -> None:
    (before,) = ask(attempt())
    assert before.decision.answer is Answer.ALLOW
    tell([agent("dana", course="required")])
    (found,) = ask(attempt())
    assert told(found.decision) == {"agent"}
    assert found.decision.reasons[0].title == "Nobody said which agent calls"


@pytest.mark.parametrize("technology", ["human_dialer", "prerecorded_or_artificial"])
def test_a_dialer_says_for_which_campaign_it_sells(ask: Ask, technology: str) -> None:
    for nameless in ask(
        *[attempt(technology=technology, line="landline", campaign=one) for one in ("", " ")]
    ):
        assert "campaign" in told(nameless.decision)
    (service,) = ask(attempt(technology=technology, line="landline", purpose="service"))
    assert service.decision.answer is Answer.ALLOW


def test_a_campaign_in_other_letters_has_abandoned_as_many(ask: Ask, tell: Tell) -> None:
    on = {"campaign": "autumn"}
    calls = [
        Event(f"c-{name}", f"call.{what}", NOON - HOUR, {}, {**on, "call": f"c-{name}"})
        for name, what in enumerate(["answered"] * 9 + ["abandoned"])
    ]
    tell([Event("s", "campaign.started", NOON - DAY, {}, on), *calls])
    (found,) = ask(attempt(technology="human_dialer", line="landline", campaign=" Autumn"))
    assert found.decision.facts["abandoned_share"] > 0.03
    assert told(found.decision) == {"dialer-stops-at-three-percent"}


@pytest.mark.parametrize(
    ("line", "given", "answer"),
    [
        ("", {}, Answer.DENY),
        ("mobile", {}, Answer.DENY),
        ("landline", {}, Answer.ALLOW),
        ("", YES, Answer.ALLOW),
    ],
)
def test_a_line_that_nobody_knows_may_be_a_mobile_one(
    ask: Ask, tell: Tell, line: str, given: dict[str, Any], answer: Answer
) -> None:
    allowed = {"technology": "autodialled"} if given else {}
    tell([contact(), happened("consent.given", NOON - SECOND, **given, **allowed)])
    tell([Event("s", "campaign.started", NOON - DAY, {}, {"campaign": "k"})])
    (found,) = ask(attempt(technology="human_dialer", line=line, campaign="k"))
    assert found.decision.answer is answer, found.decision.reasons
    assert ("line" in told(found.decision)) == (answer is Answer.DENY and not line)


def test_hours_are_those_of_our_clock_whatever_a_sender_says(ask: Ask, tell: Tell) -> None:
    early = NOON - 4 * HOUR - 2 * 60 * SECOND  # 7:58 in Oregon, and a sender's clock says 8:02
    tell(
        [
            happened("contact.created", early - HOUR, number=OREGON),
            happened("order.placed", early + 240 * SECOND),
        ]
    )
    (found,) = ask(attempt(), at=early)
    assert found.decision.facts["in_hours"] is False
    assert found.decision.answer is Answer.NOT_BEFORE
    assert found.decision.not_before == early + 240 * SECOND


@pytest.mark.parametrize(("days", "answer"), [(31, Answer.ALLOW), (32, Answer.DENY)])
def test_a_state_list_that_is_too_old_says_of_nobody_that_they_are_not_on_it(
    ready: Watches, days: int, answer: Answer
) -> None:
    texas = FRESH._replace(list="US-TX", made=NOON - days * DAY)
    gate = LoggedGate(lambda _: NOBODY._replace(states={"US-TX": False}, asked=(FRESH, texas)))
    (found,) = gate.decide([Asking(attempt("+12145550123"), "token-1")], NOON, ready)
    assert found.decision.answer is answer
    assert told(found.decision) == ({"on_state_list"} if answer is Answer.DENY else set())


@pytest.mark.parametrize(
    "asked", [(FRESH._replace(made=NOON - 32 * DAY),), (FRESH._replace(list="US-TX"),), ()]
)
def test_the_age_that_counts_is_that_of_the_copy_that_was_asked(
    ready: Watches, asked: tuple[Listed, ...]
) -> None:
    """The timeline has heard of a registry of this morning; what is asked is another."""
    gate = LoggedGate(lambda _: NOBODY._replace(asked=asked))
    (found,) = gate.decide([Asking(attempt(), "token-1")], NOON, ready)
    assert found.decision.answer is Answer.DENY
    assert "registry-copy-fresh" in {one.rule for one in found.decision.reasons}


def test_nothing_is_sold_while_a_list_of_litigators_can_not_be_read(ready: Watches) -> None:
    unread = frozenset({"litigators-acme"})
    gate = LoggedGate(lambda _: NOBODY._replace(litigators=None, unread=unread))
    asked = [attempt(), attempt(purpose="service")]
    sales, service = gate.decide([Asking(one, "token-1") for one in asked], NOON, ready)
    assert (sales.decision.answer, told(sales.decision)) == (Answer.DENY, {"on_litigator_list"})
    assert service.decision.answer is Answer.ALLOW


def test_a_list_of_a_part_that_has_none_by_law_is_asked_too(ready: Watches) -> None:
    gate = LoggedGate(lambda _: NOBODY._replace(unread=frozenset({"US-OR"})))
    (sales,) = gate.decide([Asking(attempt(), "token-1")], NOON, ready)
    assert (sales.decision.answer, told(sales.decision)) == (Answer.DENY, {"on_state_list"})
