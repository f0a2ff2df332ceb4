"""What is measured on: generated calls, phrases, rules and event logs; the same on every run."""

import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from clearline.engine.events import SECOND, Event
from clearline.engine.grammar import parse_sentence
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Kind, Rule, Signal
from clearline.engine.words import normalise

TURNS = 180
SEED = 20
STAR = "star/dialogues.jsonl.xz"
TRACE = Kind("trace", "trace.ended")
ACTIVITIES = tuple(f"activity.a{number}" for number in range(24))

AGENT = """Thank you for calling Northwind, this is Dana, how can I help you today?
May I have your name and the order number, please?
Let me look that up for you, one moment.
I see that the parcel left our warehouse on {day} and should reach you within {count} days.
The total is {count} dollars and shipping is free, shall I go ahead and change the order?
To confirm, you would like {count} of the {thing} sent to the same address, is that right?
This call may be recorded for quality.
I have changed the order, and you will get an e-mail with the details.
You can return the {thing} within thirty days, we will refund the whole amount.
Is there anything else that I can do for you?
I am sorry about that, I will ask my supervisor whether we can make an exception.
We have a subscription for the {thing} which renews every month until you cancel."""
CUSTOMER = """Hi, I ordered a {thing} on {day} and it is still not here.
Yes please, that is right.
My order number is {count} {count} {count}, I have it in front of me.
No, I do not think so, thank you.
Could you tell me how much the {thing} would be with express delivery?
I would like to cancel the subscription, I never use the {thing}.
Well, the last time it took {count} days, and nobody told me anything.
Okay, that sounds good to me.
I am not sure about the size, maybe the other {thing} would fit better.
Can you send me the receipt for the {thing} once more?
Please take me off your list, I do not want any more calls.
Great, thanks for your help."""
WORDS = {
    "day": ["Monday", "Tuesday", "Friday", "the weekend"],
    "thing": ["tent", "rain jacket", "camping stove", "pair of boots", "sleeping bag", "lamp"],
    "count": ["two", "three", "five", "eleven", "twenty", "forty two"],
}

Call = list[tuple[str, str]]
"""Who speaks, and the words."""


class Talk(NamedTuple):
    """Lines that calls are put together from."""

    source: str
    agent: list[str]
    customer: list[str]


def talk() -> Talk:
    """Lines of real people where the data of STAR are at hand, else made-up ones."""
    data = Path(os.environ.get("CLEARLINE_DATA", Path(__file__).parents[2] / "shared/data")) / STAR
    return _star(data) if data.exists() else _made_up()


def _made_up() -> Talk:
    random = Random(SEED)
    sides = [
        [
            line.format(**{name: random.choice(some) for name, some in WORDS.items()})
            for line in side.splitlines()
            for _ in range(40)
        ]
        for side in (AGENT, CUSTOMER)
    ]
    return Talk("made-up lines of a shop (CLEARLINE_DATA is not set)", *sides)


def _star(path: Path) -> Talk:
    said: dict[str, list[str]] = {"User": [], "Wizard": []}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(2000), lines, strict=False):
            for step in json.loads(line)["Events"]:
                if step["Agent"] in said and step["Action"] in ("utter", "pick_suggestion"):
                    said[step["Agent"]].append(step["Text"])
    return Talk("turns of STAR's first 2,000 dialogues, shuffled", said["Wizard"], said["User"])


def calls(lines: Talk, count: int) -> list[Call]:
    """Calls of 180 turns, agent and customer by turns."""
    random = Random(SEED)
    sides = (("agent", lines.agent), ("customer", lines.customer))
    return [
        [(by, random.choice(said)) for by, said in (sides[turn % 2] for turn in range(TURNS))]
        for _ in range(count)
    ]


def vcon(call: Call, number: int) -> bytes:
    """A call as a vCon with a transcript."""
    said = [
        {"text": text, "parties": int(by == "customer"), "start": turn * 8.0, "duration": 6.0}
        for turn, (by, text) in enumerate(call)
    ]
    start = "2026-11-02T15:20:00Z"
    whole: dict[str, Any] = {
        "vcon": "0.0.2",
        "uuid": f"call-{number}",
        "parties": [{"name": "Dana", "role": "agent"}, {"name": "Kim", "role": "customer"}],
        "dialog": [{"type": "recording", "start": start, "parties": [0, 1], "mediatype": "audio/wav"}],
        "analysis": [{"type": "transcript", "dialog": 0, "vendor": "bench", "body": said}],
    }
    return json.dumps(whole).encode()


def phrases(lines: Talk, count: int) -> list[str]:
    """A third literals, a third with alternatives, a third with gaps; of words that are said, seldom in that order."""
    random = Random(SEED)
    spoken = [
        word for text in (*lines.agent, *lines.customer) for word in normalise(text).split() if word.isalpha()
    ]
    made: dict[str, None] = {}
    while len(made) < count:
        begun = random.randrange(len(spoken) - 2)
        first, second = spoken[begun : begun + 2]
        third, fourth = random.choice(spoken), random.choice(spoken)
        shape = ("{0} {1} {2}", "{0} ({1}|{3}) [{1}] {2}", "{0} {1} ... {2} {3}")[len(made) % 3]
        made[shape.format(first, second, third, fourth)] = None
    return list(made)


def phrase_program(made: list[str], rules: int = 50) -> Program:
    """The phrases in two signals for each rule `require x before y`."""
    signals = {
        f"s{number}": Signal(f"s{number}", phrases=tuple(made[number :: 2 * rules]))
        for number in range(2 * rules)
    }
    return compile_rules(phrase_rules(rules), signals, kind="call")


def phrase_rules(rules: int) -> list[Rule]:
    return [
        Rule(f"r{number}", "call", (parse_sentence(f"require s{2 * number} before s{2 * number + 1}"),))
        for number in range(rules)
    ]


def logs(traces: int, length: int = 60) -> list[list[str]]:
    """Traces of random activities; a third of them is skewed towards a few."""
    random = Random(SEED)
    weights = [[1] * 24, [1] * 24, [6] * 6 + [1] * 18]
    return [random.choices(ACTIVITIES, weights[number % 3], k=length) for number in range(traces)]


def constraints() -> list[list[str]]:
    """Twenty constraints of Declare, four of each of five templates."""
    random = Random(SEED)
    binary = [
        [name, *random.sample(ACTIVITIES, 2)]
        for name in ("response", "precedence", "chainresponse")
        for _ in range(4)
    ]
    return (
        binary
        + [[name, random.choice(ACTIVITIES)] for name in ("existence",) for _ in range(4)]
        + [["absence", one] for one in random.sample(ACTIVITIES, 4)]
    )


SENTENCES = {
    "response": "require {1} after {0}",
    "precedence": "require {0} before {1}",
    "chainresponse": "require {1} next after {0}",
    "existence": "require {0}",
    "absence": "forbid {0}",
}


def log_program(told: list[list[str]]) -> Program:
    """Each constraint as the sentence that says the same."""
    rules = [
        Rule(str(number), TRACE.name, (parse_sentence(SENTENCES[name].format(*places)),))
        for number, (name, *places) in enumerate(told)
    ]
    return compile_rules(rules, {}, kind=TRACE.name, kinds=[TRACE])


def log_events(traces: list[list[str]]) -> Iterator[list[Event]]:
    """The traces as timelines with an end."""
    for number, trace in enumerate(traces):
        yield [
            Event(f"{number}-{at:03}", kind, at * SECOND) for at, kind in enumerate([*trace, "trace.ended"])
        ]
