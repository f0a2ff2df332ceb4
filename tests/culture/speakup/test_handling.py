"""A report comes in, is acknowledged, answered and closed; whoever is named in it does not get it."""

import pytest
from tests.characters import AT
from tests.culture.speakup.conftest import DAY, PASSPHRASE, WORDS, Channel

from clearline.culture.models import Holder, Letter, Report, Wrap
from clearline.culture.speakup import handling, holding, keys, queries, reporting
from clearline.culture.speakup.emptying import emptied
from clearline.culture.speakup.room import ROOM
from clearline.culture.speakup.sealing import Said
from clearline.record.actions.ticking import tick
from clearline.record.errors import RefusedError
from clearline.record.models import Duty, Event, Finding
from clearline.record.queries import reach


def test_a_report_is_delivered_in_the_night_acknowledged_answered_and_closed(channel: Channel) -> None:
    alice, code = channel.people.alice, channel.post()
    assert queries.cases(channel.holder(alice), channel.private(alice)) == []
    assert emptied(AT + DAY // 2, channel.watches) == 0
    assert emptied(AT + DAY, channel.watches) == 1
    (case,) = queries.cases(channel.holder(alice), channel.private(alice))
    assert case.beginning == WORDS
    (one,) = channel.opened(alice)
    with pytest.raises(RefusedError, match="acknowledge it first"):
        handling.fed_back(alice, one, "What we have done.", AT + 2 * DAY, channel.watches)
    handling.acknowledged(alice, one, handling.THANKS, AT + 2 * DAY, channel.watches)
    with pytest.raises(RefusedError, match="nobody has told"):
        handling.closed(alice, one, AT + 2 * DAY, channel.watches)
    handling.fed_back(alice, one, "The fee is on the script again.", AT + 3 * DAY, channel.watches)
    handling.noted(one, "A note for Anna alone.", AT + 3 * DAY)
    found = reporting.answers(code)
    assert found
    assert [said.words if said else None for _, said in found.letters] == [
        None,
        handling.THANKS,
        "The fee is on the script again.",
    ]
    reporting.added(code, Said("Thank you, it is better now."), AT + 4 * DAY)
    emptied(AT + 5 * DAY, channel.watches)
    handling.closed(alice, one, AT + 5 * DAY, channel.watches)
    assert channel.report().state == Report.State.CLOSED
    assert queries.letters(one)[-1][1].words == "Thank you, it is better now."
    assert not Finding.objects.filter(timeline__kind="report").exists()


def test_seven_days_and_three_months_are_duties_that_escalate_and_only_an_auditor_is_told(
    channel: Channel,
) -> None:
    channel.delivered()
    alice, audrey = channel.people.alice, channel.people.audrey
    due = Duty.objects.get(rule="report-acknowledged")
    assert due.deadline == AT + 7 * DAY
    assert reach.duties(audrey).filter(pk=due.pk).exists()
    assert not reach.duties(alice).filter(pk=due.pk).exists()
    tick(AT + 7 * DAY + 1, channel.watches)
    late = Finding.objects.get(rule="report-acknowledged")
    assert reach.findings(audrey).filter(pk=late.pk).exists()
    assert not reach.findings(alice).filter(pk=late.pk).exists()
    (one,) = channel.opened(alice)
    handling.acknowledged(alice, one, handling.THANKS, AT + 8 * DAY, channel.watches)
    assert queries.due(one.report) == Duty.objects.get(rule="report-feedback")


def test_every_rule_about_reports_is_hidden_from_those_who_may_be_named(channel: Channel) -> None:
    rules = {rule.id for rule in channel.watches.judging.rulebook.select(None) if rule.on == "report"}
    assert rules == set(reach.OF_REPORTS)


def test_a_handler_who_forgets_the_box_is_told_without_a_word_on_what_is_in_it(channel: Channel) -> None:
    boxes = Duty.objects.filter(rule="speak-up-box-looked-into")
    assert boxes.count() == 2
    channel.delivered()
    assert boxes.count() == 2
    before = set(boxes.values_list("uid", flat=True))
    holding.looked(channel.holder(channel.people.alice), AT + 2 * DAY, channel.watches)
    assert len(before & set(boxes.values_list("uid", flat=True))) == 1


def test_whoever_is_named_can_not_open_it_and_can_not_see_that_it_is_there(channel: Channel) -> None:
    alice, anna = channel.people.alice, channel.people.anna
    channel.delivered(kept_out=(alice,))
    assert channel.opened(alice) == []
    assert queries.cases(channel.holder(alice), channel.private(alice)) == []
    assert queries.one(channel.holder(alice), channel.private(alice), channel.report().uid) is None
    (one,) = channel.opened(anna)
    assert queries.kept_out(one) == [alice]
    wraps = Wrap.objects.all()
    assert {len(bytes(wrap.sealed)) for wrap in wraps} == {keys.SEALED}
    assert {wrap.holder.person for wrap in wraps} == {alice, anna, channel.people.bob}


def test_a_handler_keeps_another_one_out(channel: Channel) -> None:
    alice, anna = channel.people.alice, channel.people.anna
    code = channel.delivered()
    (one,) = channel.opened(anna)
    with pytest.raises(RefusedError, match="another case handler"):
        handling.kept_out(anna, one, anna, AT + DAY, channel.watches)
    handling.kept_out(anna, one, alice, AT + DAY, channel.watches)
    assert channel.opened(alice) == []
    reporting.added(code, Said("It was Alice herself."), AT + 2 * DAY)
    emptied(AT + 3 * DAY, channel.watches)
    assert channel.opened(alice) == []
    assert queries.letters(channel.opened(anna)[0])[-1][1].words == "It was Alice herself."


def test_a_report_about_all_of_them_is_not_taken(channel: Channel) -> None:
    with pytest.raises(reporting.NotTakenError, match="Nobody would be left"):
        channel.post(kept_out=(channel.people.alice, channel.people.anna))
    assert not Report.objects.exists()


def test_a_lost_passphrase_is_replaced_by_the_recovery_holder(channel: Channel) -> None:
    alice, anna, bob = channel.people.alice, channel.people.anna, channel.people.bob
    channel.delivered()
    channel.delivered("Another one, about Anna.", AT + DAY, (anna,))
    with pytest.raises(keys.ShutError):
        holding.unlocked(channel.holder(alice), "otter lamp quiet eight")
    for who in (alice, anna):
        holding.keyed(channel.holder(who), PASSPHRASE, AT + 3 * DAY, channel.watches)
        assert channel.opened(who) == []
    given = [
        holding.let_in(
            channel.holder(bob),
            channel.private(bob),
            channel.holder(who),
            AT + 4 * DAY,
            channel.watches,
        )
        for who in (alice, anna)
    ]
    assert given == [2, 1]
    assert len(channel.opened(alice)) == 2
    assert len(channel.opened(anna)) == 1
    assert {one.wraps.count() for one in Report.objects.all()} == {3}


def test_nobody_lets_themselves_in_and_a_new_handler_opens_nothing_before(channel: Channel) -> None:
    alice, bob = channel.people.alice, channel.people.bob
    channel.delivered()
    with pytest.raises(RefusedError, match="their role may not"):
        holding.appointed(alice, bob, Holder.Kind.HANDLER, AT, channel.watches)
    holding.released(alice, channel.holder(channel.people.anna), AT, channel.watches)
    made = channel.holds(channel.people.anna, Holder.Kind.HANDLER, AT + DAY)
    assert made.trusted is None
    assert channel.opened(channel.people.anna) == []
    with pytest.raises(RefusedError):
        holding.let_in(made, channel.private(channel.people.anna), made, AT + DAY, channel.watches)
    channel.delivered("Not for her yet, I hope.", AT + DAY)
    assert channel.opened(channel.people.anna) == []


def test_the_last_key_is_not_taken_back_while_reports_lie_there(channel: Channel) -> None:
    channel.delivered()
    people = channel.people
    for one in (people.anna, people.bob):
        holding.released(people.alice, channel.holder(one), AT + DAY, channel.watches)
    with pytest.raises(RefusedError, match="nobody else holds a key"):
        holding.released(people.alice, channel.holder(people.alice), AT + DAY, channel.watches)
    assert not reporting.is_open()


def test_a_clock_that_jumps_loses_no_letter_and_brings_none_twice(channel: Channel) -> None:
    channel.post("Posted while the clock was a year ahead.", AT + 365 * DAY)
    assert emptied(AT + DAY, channel.watches) == 1
    channel.post("Posted, and then the clock goes back.", AT + DAY)
    assert emptied(AT, channel.watches) == 1
    assert emptied(AT + 2 * DAY, channel.watches) == 0
    assert len(channel.opened(channel.people.alice)) == 2
    assert Letter.objects.filter(waits=True).count() == 0


def test_one_form_sent_twice_is_one_report(channel: Channel) -> None:
    code = channel.post()
    reporting.posted(code, Said(WORDS), [], AT)
    assert (Report.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_flood_ends_at_the_walls_of_the_box(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "A_DAY", 3)
    for _ in range(3):
        channel.post()
    with pytest.raises(reporting.NotTakenError, match="full for today"):
        channel.post()
    channel.post(at=AT + DAY)


def test_figures_are_told_from_five_reports_on_and_never_of_this_month(channel: Channel) -> None:
    for _ in range(4):
        channel.delivered()
    (year,) = queries.years(AT + 30 * DAY)
    assert (year.reports, year.in_time) == (None, None)
    channel.delivered()
    assert queries.years(AT + DAY) == []
    (year,) = queries.years(AT + 30 * DAY)
    assert (year.reports, year.in_time) == (5, 5)


def test_rows_that_say_something_else_than_the_log_are_a_fault_and_letters_go_with_their_events(
    channel: Channel,
) -> None:
    channel.delivered()
    (one,) = channel.opened(channel.people.alice)
    handling.acknowledged(channel.people.alice, one, handling.THANKS, AT + DAY, channel.watches)
    assert list(ROOM.faults()) == []
    Report.objects.update(state=Report.State.ANSWERED)
    assert len(list(ROOM.faults())) == 1
    ROOM.scrubbed(list(Event.objects.filter(type="report.received").values_list("pk", flat=True)))
    assert not Report.objects.exists()
    assert not Letter.objects.exists()
    assert len(list(ROOM.faults())) == 1
