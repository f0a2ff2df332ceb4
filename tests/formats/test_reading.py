"""The one door in: formats are told by content, and every file ends as conversations, excluded or unreadable."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.engine.events import Event
from clearline.formats import event_lines
from clearline.formats.errors import BadShape, Encrypted, NotRead, UnknownFormat
from clearline.formats.reading import detect, read

WORD = {"word": "Hello", "text": "Hello", "start": 0, "end": 1, "confidence": 0.9, "speaker": 0}
TURN = {
    "Content": "Hello",
    "ParticipantRole": "AGENT",
    "BeginOffsetMillis": 0,
    "EndOffsetMillis": 900,
    "Items": [],
}
MAIL = "--a\nContent-Type: text/html; charset=utf-8\n\n<p>Hello</p>\n--a--"
DIALOG = [
    {
        "type": "text",
        "start": "2026-01-02T03:04:05Z",
        "parties": [0],
        "mediatype": "multipart/mixed; boundary=a",
        "body": MAIL,
    },
    {"type": "recording", "start": "2026-01-02T03:04:05Z", "parties": [0, [1]]},
]
ANALYSIS = [{"type": "transcript", "dialog": 1, "body": {"segments": [{**WORD, "words": [WORD]}]}}]
VALID: dict[str, bytes] = {
    "vCon": json.dumps(
        {"vcon": "0.4.0", "parties": [{"role": "agent"}], "dialog": DIALOG, "analysis": ANALYSIS}
    ).encode(),
    "signed vCon": b'{"payload": "e30", "signatures": [{"protected": "eyJhbGciOiJSUzI1NiJ9", "signature": "AAAA"}]}',
    "encrypted vCon": b'{"ciphertext": "", "recipients": []}',
    "Amazon Transcribe": json.dumps({"Transcript": [TURN, TURN]}).encode(),
    "Deepgram": json.dumps({"results": {"channels": [{"alternatives": [{"words": [WORD, WORD]}]}]}}).encode(),
    "AssemblyAI": json.dumps({"words": [{**WORD, "speaker": "A"}], "utterances": None}).encode(),
    "Whisper": json.dumps({"segments": [{**WORD, "words": [WORD]}]}).encode(),
    "WebVTT": b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Agent>Hello</v>\n",
    "SRT": b"1\n00:00:00,000 --> 00:00:01,000\nAgent: Hello\n",
    "plain text": b"[00:12] Agent: Hello\nCustomer: Hi\n",
    "Clearline event lines": event_lines.write(
        [
            Event("1", "call.started", 0, {}, {"call": "c"}),
            Event("2", "utterance", 1, {"by": "agent", "text": "Hi"}, {"call": "c"}),
        ]
    ),
}


def outcome(data: bytes) -> str:
    """How a file ends; anything but conversations or NotRead fails the test that asks."""
    try:
        conversations = read(data, "file")
    except NotRead as ended:
        told = str(ended)
        assert "\n" not in told
        assert told.startswith("file: ")
        return type(ended).__name__
    for one in conversations:
        assert one.events
        assert list(one.events) == sorted(one.events, key=lambda event: event.order)
        assert len({event.id for event in one.events}) == len(one.events)
        event_lines.parse(event_lines.write(one.events).decode())
    return "read"


@pytest.mark.parametrize("form", VALID)
def test_a_format_is_told_by_content(form: str) -> None:
    assert detect(VALID[form]) == form
    assert detect(b"\xef\xbb\xbf" + VALID[form]) == form
    assert detect(VALID[form].decode().encode("utf-16")) == form


@pytest.mark.parametrize("form", [form for form in VALID if not form.endswith("ed vCon")])
def test_every_format_hears_the_same_hello(form: str) -> None:
    (call,) = read(VALID[form])
    assert call.format == form
    assert call.events[0].type == "call.started"
    assert "H" in next(event.data["text"] for event in call.events if event.type == "utterance")


def test_what_is_read_can_be_written_as_event_lines_and_read_again() -> None:
    (call,) = read(VALID["Amazon Transcribe"])
    (again,) = read(event_lines.write(call.events))
    assert again.events == call.events


def test_an_encrypted_vcon_is_refused() -> None:
    with pytest.raises(Encrypted, match="Decrypt it first"):
        read(VALID["encrypted vCon"])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"RIFF....WAVE", "a WAV recording"),
        (b"%PDF-1.7", "a PDF"),
        (b"<?xml version='1.0'?><tt/>", "XML"),
        (b'{"hello": 1}', "no format that is known"),
        (b"[1, 2]", "no format that is known"),
        (b'[{"a": 1}]', "no format that is known"),
    ],
)
def test_an_unknown_format_is_told_with_those_that_are_read(data: bytes, told: str) -> None:
    with pytest.raises(UnknownFormat, match=f"{told}.*Contact Lens"):
        read(data)


def test_an_event_spread_over_lines_is_told_to_stand_on_one() -> None:
    with pytest.raises(UnknownFormat, match="Write each event on one line"):
        read(json.dumps({"specversion": "1.0", "id": "1"}, indent=1).encode())


def test_a_word_of_another_format_inside_a_call_does_not_mislead() -> None:
    data = json.dumps({"Transcript": [{**TURN, "Content": '"specversion"'}], "Channel": {"specversion": 1}})
    assert detect(data.encode()) == "Amazon Transcribe"


def test_the_name_of_the_file_stands_first_with_its_digits_masked() -> None:
    with pytest.raises(UnknownFormat, match=r"^card-•••\.json: this JSON"):
        read(b"{}", "card-4111111111111111.json")


def test_a_role_that_is_none_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="choose one of"):
        read(VALID["plain text"], speakers={"0": "boss"})


def test_a_wrong_member_never_shows_what_it_holds() -> None:
    data = json.dumps({"Transcript": [{**TURN, "BeginOffsetMillis": "4111111111111111"}]}).encode()
    with pytest.raises(BadShape, match=r"\$\.Transcript\[0\]\.BeginOffsetMillis") as fault:
        read(data)
    assert "4111" not in str(fault.value)


@pytest.mark.parametrize(
    "data",
    [
        b"Agent: Hello.\nCustomer: Hi.\n" * 50_000,
        b'{"Transcript": [' + b",".join([json.dumps(TURN).encode()] * 100_000) + b"]}",
        b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\n<v Agent>Hello.\n\n" * 100_000,
    ],
    ids=["plain text", "Amazon Transcribe", "WebVTT"],
)
def test_a_hundred_thousand_turns_are_read(data: bytes) -> None:
    (call,) = read(data)
    assert len(call.events) == 100_003


@given(st.binary(max_size=200))
def test_random_bytes_end_as_something(data: bytes) -> None:
    outcome(data)


@given(st.text(max_size=200))
def test_random_text_ends_as_something(text: str) -> None:
    outcome(text.encode(errors="ignore"))


@settings(max_examples=400)
@given(st.data())
def test_mutated_files_end_as_something(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(list(VALID.values()))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole)))
        until = data.draw(st.integers(at, min(len(whole), at + 12)))
        whole[at:until] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b"1e999", b"[", b"-1", b"\\ud800", b"null", b"{}"])
        )
    outcome(bytes(whole))


LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({})
)


def replaced(value: Any, path: list[int], leaf: Any) -> Any:
    """The value with one member, found by counting along the path, replaced."""
    if not path or not value or not isinstance(value, dict | list):
        return leaf
    members = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    key, inner = members[path[0] % len(members)]
    changed = value.copy()
    changed[key] = replaced(inner, path[1:], leaf)
    return changed


@settings(max_examples=400)
@given(
    st.sampled_from([each for each in VALID.values() if each.startswith(b"{") and each.count(b"\n") < 1]),
    st.lists(st.integers(0, 5), min_size=1, max_size=7),
    LEAVES,
)
def test_members_of_any_kind_in_any_place_end_as_something(data: bytes, path: list[int], leaf: Any) -> None:
    outcome(json.dumps(replaced(json.loads(data), path, leaf)).encode())


@pytest.mark.data
def test_every_vector_of_the_json_test_suite_ends_as_something(shared: Path) -> None:
    ends: dict[str, str] = {}
    with tarfile.open(shared / "json_tests" / "JSONTestSuite_test_parsing.tar.xz") as vectors:
        for member in vectors.getmembers():
            content = vectors.extractfile(member)
            if content is not None:
                ends[Path(member.name).name] = outcome(content.read())
    assert len(ends) > 300
    valid = {end for name, end in ends.items() if name.startswith("y_object")}
    assert valid <= {"UnknownFormat", "BadJson"}
    assert ends["n_structure_100000_opening_arrays.json"] == "BadJson"
    assert ends["n_structure_no_data.json"] == "Empty"


@pytest.mark.data
def test_every_naughty_string_can_be_said(shared: Path) -> None:
    naughty = json.loads((shared / "json_tests" / "blns.json").read_bytes())
    assert len(naughty) > 400
    for string in naughty:
        outcome(string.encode())
        outcome(f"Agent: {string}".encode())
        outcome(json.dumps({"Transcript": [{**TURN, "Content": string}]}).encode())
        outcome(json.dumps({"segments": [{"text": string, "words": [{"word": string}]}]}).encode())
