"""Plain text: names, times, lines that go on."""

import pytest

from clearline.formats.plain import spoken
from clearline.formats.reading import read


@pytest.mark.parametrize(
    ("line", "name", "when", "said"),
    [
        ("Agent: Hello.", "Agent", None, "Hello."),
        ("[00:12] Agent: Hello.", "Agent", 12.0, "Hello."),
        ("[01:00:12.5] Agent: Hello.", "Agent", 3612.5, "Hello."),
        ("(00:12) Agent: Hello.", "Agent", 12.0, "Hello."),
        ("00:00:12 Agent: Hello.", "Agent", 12.0, "Hello."),
        ("00:12 - Agent: Hello.", "Agent", 12.0, "Hello."),
        ("12.5s Agent: Hello.", "Agent", 12.5, "Hello."),
        ("[12 s] Agent: Hello.", "Agent", 12.0, "Hello."),
        ("Agent (00:12): Hello.", "Agent", 12.0, "Hello."),
        ("[00:12] Hello.", "", 12.0, "Hello."),
        ("Customer Service Rep Dana: Hello.", "Customer Service Rep Dana", None, "Hello."),
        ("speaker 1: Hello.", "speaker 1", None, "Hello."),
        ("spk_0: Hello.", "spk_0", None, "Hello."),
        ("- Agent: Hello.", "Agent", None, "Hello."),
        ("Agent:", "Agent", None, ""),
        ("the total is: five dollars", "", None, "the total is: five dollars"),
        ("12:30 is when I called", "", None, "12:30 is when I called"),
        ("https://example.com", "", None, "https://example.com"),
        ("no colon here", "", None, "no colon here"),
        (": nobody", "", None, ": nobody"),
    ],
)
def test_a_line_is_told_apart(line: str, name: str, when: float | None, said: str) -> None:
    assert spoken(line) == (name, when, said)


def test_lines_without_a_name_go_on_with_the_turn() -> None:
    (call,) = read(b"Agent: This call\nis recorded.\n\nthe price is: five\nCustomer: Yes.\n")
    assert [(event.data["by"], event.data["text"]) for event in call.events[2:-1]] == [
        ("agent", "This call is recorded. the price is: five"),
        ("customer", "Yes."),
    ]


def test_text_that_names_nobody_is_spoken_by_unknown() -> None:
    (call,) = read(b"hello\nhow are you\n")
    assert [(event.data["by"], event.data["text"]) for event in call.events[2:-1]] == [
        ("unknown", "hello"),
        ("unknown", "how are you"),
    ]
    assert call.notes == ("no times: utterances were placed one second apart", "speakers are not named")


def test_names_that_tell_nothing_can_be_told_by_the_caller() -> None:
    (call,) = read(b"Dana: Hello.\nLee: Hi.\n", speakers={"Dana": "agent", "Lee": "customer"})
    assert [event.data["by"] for event in call.events[2:-1]] == ["agent", "customer"]


def test_text_in_brackets_is_not_taken_for_json() -> None:
    (call,) = read(b"[music] welcome\n[00:12] Agent: Hello.\n")
    assert call.format == "plain text"
    (call,) = read(b"[00:12] Agent: Hello.\n")
    assert call.events[2].at == 12_000_000
