"""Who is on which channel is told by the samples and by what is said; where that is not clear, nothing is guessed."""

import json
import lzma
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from bench.sounds import tone
from hypothesis import given
from hypothesis import strategies as st

from clearline.speech.channels import AGENT_FIRST, CUSTOMER_FIRST, Layout, Speaker, checked, layout, who
from clearline.speech.recognising import Phrase, Word
from clearline.speech.sound import Sound

AGENT = (
    "Thank you for calling Northwind, my name is Dana, and I can help you today.",
    "This call may be recorded for quality purposes.",
    "How can I help you?",
)
CUSTOMER = (
    "Hi, I'm calling about my order.",
    "I ordered a kettle and I never received it.",
    "Could you check please?",
)


def said(texts: Iterable[str]) -> list[Phrase]:
    return [
        Phrase(tuple(Word(word, 0.0, 1.0, 0.9) for word in text.split())) for text in texts if text.split()
    ]


def noise(seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(0, 0.1, 16_000).astype(np.float32)


def test_two_channels_with_their_own_sound_are_separate() -> None:
    found = layout(Sound(np.stack([noise(1), noise(2)]), 8_000))
    assert found == Layout("separate", (0, 1))
    assert found.separated


@pytest.mark.parametrize("louder", [1.0, 0.25, -1.0])
def test_a_mono_recording_in_a_stereo_file_is_heard_once_and_not_separated(louder: float) -> None:
    one = noise(1)
    found = layout(Sound(np.stack([one, one * np.float32(louder)]), 8_000))
    assert found == Layout("identical", (0,))
    assert not found.separated


def test_an_echo_of_the_other_side_does_not_make_channels_identical() -> None:
    agent, customer = noise(1), noise(2)
    assert layout(Sound(np.stack([agent, customer * 0.2 + agent * 0.5]), 8_000)).kind == "separate"


@pytest.mark.parametrize("floor", [0.0, 0.0005])
def test_a_channel_silent_all_through_is_named_and_not_heard(floor: float) -> None:
    faint = noise(2) * np.float32(floor * 10)
    found = layout(Sound(np.stack([faint, noise(1)]), 8_000))
    assert found == Layout("one silent", (1,))
    assert not found.separated  # both may be on the other channel


def test_mono_and_silence_are_what_they_are() -> None:
    assert layout(Sound(noise(1)[None], 8_000)) == Layout("mono", (0,))
    assert layout(Sound(np.zeros((2, 8_000), np.float32), 8_000)) == Layout("silent", ())


def test_of_more_channels_each_that_has_its_own_sound_is_heard() -> None:
    one, other = noise(1), noise(2)
    sound = Sound(np.stack([one, one, other, np.zeros_like(one)]), 8_000)
    assert layout(sound) == Layout("separate", (0, 2))


def test_a_tone_on_one_channel_is_not_silence() -> None:
    assert layout(Sound(np.stack([tone(440, 2, 8_000), noise(1)]), 8_000)).kind == "separate"


def test_the_agent_is_known_by_what_agents_say() -> None:
    assert who([said(AGENT), said(CUSTOMER)]) == AGENT_FIRST
    assert who([said(CUSTOMER), said(AGENT)]) == CUSTOMER_FIRST


def test_the_expected_channels_are_confirmed_or_found_swapped() -> None:
    heard = who([said(CUSTOMER), said(AGENT)])
    assert checked(CUSTOMER_FIRST, heard) == "confirmed"
    assert checked(AGENT_FIRST, heard) == "swapped"


@pytest.mark.parametrize(
    "channels",
    [
        [said(["Hello?"]), said(["Hello, who is there?"])],
        [said(AGENT), said(AGENT)],
        [said(["How can I help you?"]), said([])],  # one thing alone is too little
        [said([*AGENT, *CUSTOMER])],  # mono
        [said(AGENT), said(CUSTOMER), said([])],
    ],
)
def test_where_it_is_not_clear_nobody_is_named(channels: list[list[Phrase]]) -> None:
    heard = who(channels)
    assert set(heard) == {"unknown"}
    assert checked(AGENT_FIRST, heard) == "cannot tell"


@given(st.lists(st.sampled_from([*AGENT, *CUSTOMER, "Yes.", "One two three."])), st.permutations(AGENT))
def test_to_exchange_the_channels_exchanges_the_answer(one: list[str], other: list[str]) -> None:
    swap: dict[Speaker, Speaker] = {"agent": "customer", "customer": "agent", "unknown": "unknown"}
    straight = who([said(one), said(other)])
    assert who([said(other), said(one)]) == tuple(swap[speaker] for speaker in straight)


@pytest.mark.data
def test_in_dialogues_of_others_nobody_is_taken_for_the_other(shared: Path) -> None:
    found: Counter[str] = Counter()
    with lzma.open(shared / "star/dialogues.jsonl.xz", "rt") as lines:
        for line in islice(lines, 400):
            events = [one for one in json.loads(line)["Events"] if one.get("Text")]
            sides = [[one["Text"] for one in events if one["Agent"] == side] for side in ("Wizard", "User")]
            found[who([said(side) for side in sides])[0]] += 1
    assert found["customer"] == 0
    assert found["agent"] > 100
