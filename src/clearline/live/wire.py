"""What the edge and a worker say to each other: lines of JSON over a socket pair."""

import msgspec

from clearline.engine.events import Event, Instant

REMEMBERED = 200  # utterances of a call that are shown
NOTES = 5  # notes of a supervisor that stay on an agent's panel


class Line(msgspec.Struct, frozen=True):
    """A thing for the agent: to be done by a deadline, done, or not to be done now."""

    rule: str
    text: str  # the rule's prompt
    severity: str
    deadline: Instant | None = None
    late: bool = False  # the deadline has passed, and it can still be done
    at_once: bool = False  # before anything else happens


class Spoken(msgspec.Struct, frozen=True):
    """An utterance as it may be shown: secrets hidden."""

    id: str
    by: str
    text: str
    at: Instant
    partial: bool = False


class Broken(msgspec.Struct, frozen=True):
    """A rule that was broken in this call, or may have been."""

    rule: str
    title: str
    severity: str
    at: Instant
    told: str
    question: bool = False


class State(msgspec.Struct, frozen=True):
    """How a rule that has come up stands."""

    rule: str
    title: str
    state: str


class Note(msgspec.Struct, frozen=True):
    """What a supervisor sent to the agent."""

    by: str
    text: str
    at: Instant


def noted(event: Event) -> Note:
    return Note(str(event.data.get("by", "")), str(event.data.get("text", "")), event.at)


# From the edge to a worker.


class Known(msgspec.Struct, frozen=True, tag="known"):
    """A running call and the stored events of it, from which it is watched anew; what else is told of it waits for this."""

    call: str
    events: tuple[Event, ...] = ()


class Happened(msgspec.Struct, frozen=True, tag="happened"):
    """Something happened in a call that stays; `heard` is when the edge heard of it.

    What comes from the record has no secrets left in it, and says what was heard in their place.
    """

    call: str
    event: Event
    heard: Instant
    stored: bool = False


class Perhaps(msgspec.Struct, frozen=True, tag="perhaps"):
    """Words that may still change; they stand for the partial words with the same id that came before."""

    call: str
    event: Event
    heard: Instant


class Say(msgspec.Struct, frozen=True, tag="say"):
    """A voice bot asks whether it may say these words, or do this deed, now."""

    number: int
    call: str
    event: Event


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """A call is over; or, where it `awaits`, is to be known anew, and what is told of it waits for that."""

    call: str
    awaits: bool = False


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """Are you there?"""

    number: int


# From a worker to the edge.


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The rules are compiled; calls may be handed over."""


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """All that there is to show of a running call."""

    call: str
    number: int  # grows with every picture of a call
    drawn: Instant
    heard: Instant  # when the edge had heard of the newest thing that it shows
    started: Instant
    skew: Instant  # what must be added to the edge's clock to have the call's
    agent: str = ""
    ended: bool = False
    due: tuple[Line, ...] = ()
    more: int = 0  # of these, beyond what an agent can heed at once
    done: tuple[Line, ...] = ()
    guarded: tuple[Line, ...] = ()
    broken: tuple[Broken, ...] = ()
    states: tuple[State, ...] = ()
    talk: tuple[Spoken, ...] = ()  # what was said since the picture before, and partial words
    unsaid: tuple[str, ...] = ()  # ids of words that stand no more
    recording: str = ""  # on, off, or nothing where nobody knows


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """A prompt appeared, or went; for the record."""

    call: str
    event: Event


class Deed(msgspec.Struct, frozen=True, tag="deed"):
    """Something that the switch has to do at once."""

    call: str
    deed: str  # pause or resume
    rule: str
    at: Instant
    deadline: Instant | None = None


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """A call that can't be watched any more, because something in it could not be judged."""

    call: str
    why: str


class Said(msgspec.Struct, frozen=True, tag="said"):
    """The answer to `Say`: nothing against it, or which rules it would break."""

    number: int
    against: tuple[Broken, ...] = ()
    known: bool = True  # false: no such call is running here


class There(msgspec.Struct, frozen=True, tag="there"):
    """The answer to `Beat`."""

    number: int


Order = Known | Happened | Perhaps | Say | Forget | Beat
Report = Ready | Picture | Shown | Deed | Lost | Said | There

_encoder = msgspec.json.Encoder()
_order: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_report: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def line(message: Order | Report) -> bytes:
    return _encoder.encode(message) + b"\n"


def order(text: bytes) -> Order:
    """What the edge wants; a worker believes its parent."""
    return _order.decode(text)


def report(text: bytes) -> Report:
    return _report.decode(text)
