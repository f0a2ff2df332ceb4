"""Who is on which channel: what the channels are by their samples, and who speaks on them by what is said.

The setting of the telephony says who should be where: Genesys puts the customer first; with others it depends on who called
whom, so there is no default. Here it is checked against the words. Speakers of one shared channel are not guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from clearline.speech.recognising import Phrase
from clearline.speech.silence import alike, silent
from clearline.speech.sound import Sound

Speaker = Literal["agent", "customer", "unknown"]
AGENT_FIRST: Final[tuple[Speaker, Speaker]] = ("agent", "customer")
CUSTOMER_FIRST: Final[tuple[Speaker, Speaker]] = ("customer", "agent")

Answer = Literal["confirmed", "swapped", "cannot tell"]
MARGIN: Final = 2  # how many more things have to speak for a channel than for the other one


@dataclass(frozen=True, slots=True)
class Layout:
    """What the channels of a recording are. `heard` are those worth recognising, each once."""

    kind: Literal["mono", "separate", "one silent", "identical", "silent"]
    heard: tuple[int, ...]

    @property
    def separated(self) -> bool:
        """Speakers are told apart by their channels. Of one silent channel the other may hold all who speak."""
        return self.kind == "separate"


def layout(sound: Sound) -> Layout:
    """What the channels are: one of several is silent, or they hold the same, or each has its own."""
    loud = [number for number in range(sound.channels) if not silent(sound.channel(number), sound.rate)]
    if not loud:
        return Layout("silent", ())
    if sound.channels == 1:
        return Layout("mono", (0,))
    if len(loud) == 1:
        return Layout("one silent", (loud[0],))
    copies = {
        late for early, late in combinations(loud, 2) if alike(sound.channel(early), sound.channel(late))
    }
    kept = tuple(number for number in loud if number not in copies)
    return Layout("identical" if len(kept) == 1 else "separate", kept)


_AGENT: Final = (
    r"(?:thank you|thanks) for (?:calling|holding|your (?:patience|call)|choosing|contacting)",
    r"(?:call|line|conversation) (?:is|may be|might be|will be|is being) (?:\w+ )?(?:recorded|monitored)",
    r"(?:how (?:can|may) i|what can i) (?:help|assist|do for)",
    r"(?:my name is|this is) \w+ (?:and i|how|from|with|here|calling from|speaking)",
    r"(?:can|could|may|would) (?:i|you)(?: please)? (?:have|get|start with|give me|tell me|provide|share) your",
    r"(?:what is|whats|please provide|please tell me) your (?:\w+ ){0,2}(?:name|number|id|address|pin|birth)",
    r"your (?:\w+ )?(?:order|account|refund|booking|appointment|payment|request|claim) (?:is|has been|will be)",
    r"(?:let me|i will|ill|im going to) (?:pull up|look up|bring up|check (?:that|this|on that)|transfer)",
    r"(?:verify|confirm) your (?:\w+ )?(?:account|address|name|identity|date of birth|order|phone|email)",
    r"(?:is there )?anything else (?:that )?(?:i can|you need|i may)",
    r"(?:bear with me|one moment please|place you on (?:a )?(?:brief )?hold|put you on hold)",
    r"(?:welcome to|you have reached|youve reached|thank you for being)",
    r"(?:for|to) (?:security|verification|quality|training) purposes",
    r"(?:our|my) (?:system|records) (?:show|shows|indicate)",
)
_CUSTOMER: Final = (
    r"(?:im|i am|i was) calling (?:about|because|to|in|regarding|for)",
    r"(?:i want|i would like|id like|i need) to (?:return|cancel|order|buy|make|speak|talk|know|check|change|book|report|dispute)",
    r"i (?:ordered|bought|purchased|havent received|have not received|never received|never got)",
    r"my (?:order|package|account|card|bill|delivery|refund) (?:number )?(?:is|was|has|hasnt|didnt|never|arrived)",
    r"(?:can|could|would) you (?:help me|tell me|check|please (?:check|help|cancel|send|change))",
    r"i have a (?:question|problem|complaint|issue)",
    r"(?:i got|i received) (?:a|an|my|the) (?:\w+ )?(?:charge|charged|bill|email|letter|package|wrong)",
    r"(?:i want|id like|can i get) (?:a|my) (?:refund|money back)",
)
_CUES: Final[dict[Speaker, list[re.Pattern[str]]]] = {
    "agent": [re.compile(rf"\b{cue}\b") for cue in _AGENT],
    "customer": [re.compile(rf"\b{cue}\b") for cue in _CUSTOMER],
}


def who(channels: Sequence[Sequence[Phrase]]) -> tuple[Speaker, ...]:
    """Who speaks on each channel, by what is said there; unknown where it does not speak clearly for one."""
    leanings = [_leaning(phrases) for phrases in channels]
    if len(leanings) != 2 or abs(leanings[0] - leanings[1]) < MARGIN:
        return tuple("unknown" for _ in leanings)
    return AGENT_FIRST if leanings[0] > leanings[1] else CUSTOMER_FIRST


def checked(expected: Sequence[Speaker], said: Sequence[Speaker]) -> Answer:
    """Whether what is said bears out who should be on which channel, as far as both tell."""
    told = [(one, other) for one, other in zip(expected, said, strict=False) if "unknown" not in {one, other}]
    if not told or len(said) != len(expected):
        return "cannot tell"
    return "confirmed" if all(one == other for one, other in told) else "swapped"


def _leaning(phrases: Sequence[Phrase]) -> int:
    """How many different things an agent says are said here, less those of a customer; each counts once."""
    words = " ".join(
        re.sub(r"[^a-z0-9 ]", "", phrase.text.lower().replace("-", " ")) + " |" for phrase in phrases
    )
    text = re.sub(r" +", " ", words)
    found = {speaker: sum(bool(cue.search(text)) for cue in cues) for speaker, cues in _CUES.items()}
    return found["agent"] - found["customer"]
