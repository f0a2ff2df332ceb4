"""The process that hears, in this one: who has their turn, what is over, and what is said where it can't keep up."""

from tests.speech.spoken import call, telephone

from clearline.engine.events import SECOND
from clearline.live import sounds
from clearline.live.ear import AT_ONCE, QUIET, Hearing, samples
from clearline.speech.errors import SpeechError
from clearline.speech.recognisers.live import LATER, Ear
from clearline.speech.recognising import Phrase, Word
from clearline.speech.sound import Samples

RATE, PIECE = 8_000, 160
AT = 1_795_392_000_000_000
CUSTOMER = telephone(call().channel(1)[7 * RATE : 12 * RATE])  # "Hi, I'd like to pay", and silence
MIDDLE = telephone(call().channel(1)[7 * RATE : 9 * RATE])  # the same, broken off


class Careful:
    """Stands for Whisper where it does not matter what is heard."""

    name = "careful"

    def __init__(self) -> None:
        self.fails = False

    def hear(self, samples: Samples, rate: int, told: object = None) -> list[Phrase]:
        del told
        if self.fails:
            raise SpeechError("The service does not answer.")
        return [Phrase((Word("carefully", 0.3, len(samples) / rate - 0.7, 0.9),))]


class Hasty:
    def text(self, sound: Samples) -> str:
        return f"{len(sound)} samples"


def hearing(careful: Careful | None = None) -> Hearing:
    told = careful or Careful()
    return Hearing(lambda rate: Ear(rate, Hasty(), told))


def say(to: Hearing, sound: bytes, call: str = "c-1", by: str = "customer", after: float = 0.0) -> None:
    for place in range(0, len(sound), PIECE):
        at = AT + round((after + place / RATE) * SECOND)
        to.take(sounds.Piece(call, by, at, "mulaw", RATE, sound[place : place + PIECE]), 0.0)


def work(on: Hearing, at: float = 0.0) -> list[sounds.Report]:
    while on.work(at):
        pass
    told = [*on.reports]
    on.reports.clear()
    return told


def words(told: list[sounds.Report], *, stays: bool = True) -> list[sounds.Words]:
    return [one for one in told if isinstance(one, sounds.Words) and one.stays == stays]


def test_what_changes_and_what_stays_have_one_id_and_stand_where_they_were_said() -> None:
    ear = hearing()
    for part in range(
        0, len(CUSTOMER), RATE // 4
    ):  # in time, so that there is time for words that may change
        say(ear, CUSTOMER[part : part + RATE // 4], after=part / RATE)
        ear.work(0.0)
    told = work(ear)
    (stays,), changes = words(told), words(told, stays=False)
    assert {one.id for one in changes} == {stays.id}
    assert changes
    assert (stays.call, stays.by, stays.text) == ("c-1", "customer", "carefully")
    assert 0 < stays.at - AT < SECOND  # 7.3 seconds into the call
    ((text, start, _, sure),) = stays.words
    assert (text, start, sure) == ("carefully", 0.0, 0.9)


def test_whoever_is_not_heard_any_more_has_said_what_they_were_saying() -> None:
    ear = hearing()
    say(ear, MIDDLE)
    assert not words(work(ear, QUIET - 0.1))
    assert len(words(work(ear, QUIET + 0.1))) == 1
    assert ear.speakers == {}


def test_the_end_of_a_call_does_not_wait() -> None:
    ear = hearing()
    say(ear, MIDDLE)
    ear.take(sounds.Over("c-1"), 0.0)
    assert len(words(work(ear))) == 1
    assert ear.speakers == {}


def test_a_call_that_somebody_else_tells_is_dropped_at_once() -> None:
    ear = hearing()
    say(ear, MIDDLE)
    say(ear, MIDDLE, call="c-2")
    ear.take(sounds.Over("c-1", tells=False), 0.0)
    assert {one.call for one in words(work(ear, QUIET + 1))} == {"c-2"}


def test_a_call_that_is_not_kept_up_with_says_so_once_and_when_it_is_over() -> None:
    ear = hearing()
    for part in range(3):
        say(ear, CUSTOMER, after=5.0 * part)
        say(ear, CUSTOMER, by="agent", after=5.0 * part)
    say(ear, CUSTOMER, call="c-2")
    assert 3 * len(CUSTOMER) / RATE > LATER > len(CUSTOMER) / RATE
    told = [one for one in work(ear) if isinstance(one, sounds.Keeps)]
    assert told[-1] == sounds.Keeps("c-1", up=True)
    assert {one.up for one in told[:-1]} == {False}
    assert {one.call for one in told} == {"c-1"}


def test_whoever_waits_longest_is_heard_first() -> None:
    ear = hearing()
    say(ear, CUSTOMER, call="long")
    say(ear, MIDDLE, call="short")
    ear.work(0.0)
    left = len(CUSTOMER) / RATE - ear.speakers["long", "customer"].behind
    assert AT_ONCE <= round(left, 6) <= AT_ONCE + PIECE / RATE
    assert round(ear.speakers["short", "customer"].behind, 6) == len(MIDDLE) / RATE


def test_a_recogniser_that_fails_costs_one_segment() -> None:
    careful = Careful()
    ear = hearing(careful)
    careful.fails = True
    say(ear, CUSTOMER)
    (lost,) = [one for one in work(ear) if isinstance(one, sounds.Unheard)]
    assert (lost.call, lost.by, lost.why) == ("c-1", "customer", "The service does not answer.")
    assert 0 <= lost.at - AT < SECOND
    assert 1 < lost.seconds < 5
    careful.fails = False
    say(ear, CUSTOMER, after=5.0)
    assert len(words(work(ear))) == 1


def test_linear_samples_are_read_as_they_are() -> None:
    told = samples(sounds.Piece("c", "agent", 0, "s16le", 16_000, b"\x00\x40\x00\xc0"))
    assert told.tolist() == [0.5, -0.5]
