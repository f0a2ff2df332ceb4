"""vCons: transcripts, messages and what parties did; sound without words is excluded."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from clearline.formats.conversation import Conversation
from clearline.formats.errors import BadJson, BadShape, BadSignature, Encrypted, Excluded, NotRead, Unreadable
from clearline.formats.reading import read

START = "2026-01-02T03:04:05.000Z"
PARTIES = [{"name": "Dana", "role": "agent"}, {"name": "Lee"}]
RECORDING = {
    "type": "recording",
    "start": START,
    "duration": 9,
    "parties": [0, 1],
    "url": "https://example.com/a.wav",
}


def vcon(*dialog: dict[str, Any], **members: Any) -> bytes:
    return json.dumps({"uuid": "u-1", "parties": PARTIES, "dialog": dialog, **members}).encode()


def only(data: bytes) -> Conversation:
    (call,) = read(data)
    return call


def said(call: Conversation) -> list[tuple[str, str]]:
    return [(event.data["by"], event.data["text"]) for event in call.events if event.type == "utterance"]


def text(body: str, **members: Any) -> dict[str, Any]:
    return {"type": "text", "start": START, "parties": [0, 1], "body": body, **members}


def test_messages_are_said_by_their_writer_at_their_time() -> None:
    call = only(
        vcon(
            text("Hello."),
            text("Hi.", start="2026-01-02T03:04:15Z", parties=[1, 0]),
            text("Yes?", originator=1),
        )
    )
    assert said(call) == [("agent", "Hello."), ("customer", "Yes?"), ("customer", "Hi.")]
    assert call.dated
    assert [event.at % 100_000_000 for event in call.events] == [45_000_000] * 4 + [55_000_000, 56_000_000]
    assert call.events[0].data == {"channel": "text", "agent": "Dana"}


def test_of_strangers_nothing_is_guessed() -> None:
    call = only(vcon(text("Hello."), parties=[{"name": "Dana"}, {"name": "Lee"}]))
    assert said(call) == [("unknown", "Hello.")]
    call = only(vcon(text("Hello.", parties=1), parties=[*PARTIES, {"name": "Kim"}]))
    assert said(call) == [("unknown", "Hello.")]


@pytest.mark.parametrize("label", ["0", "Dana"])
def test_the_caller_may_name_parties_by_name_or_number(label: str) -> None:
    data = vcon(text("Hello."), parties=[{"name": "Dana"}, {"name": "Lee"}])
    assert said(read(data, speakers={label: "agent"})[0]) == [("agent", "Hello.")]


@pytest.mark.parametrize("encoding", ["json", "none", None])
def test_a_recognisers_transcript_is_read_with_its_words(encoding: str | None) -> None:
    words = [
        {
            "word": "hello",
            "punctuated_word": "Hello.",
            "start": 1,
            "end": 1.5,
            "confidence": 0.9,
            "speaker": 0,
        }
    ]
    body: Any = {"results": {"channels": [{"alternatives": [{"words": words}]}]}}
    if encoding == "none":
        body = json.dumps(body)
    analysis = {"type": "transcript", "dialog": 1, "vendor": "deepgram", "encoding": encoding, "body": body}
    later = {**RECORDING, "start": "2026-01-02T03:05:05Z"}
    call = only(vcon(text("Hello?"), later, analysis=[analysis]))
    assert call.events[3].data["words"] == [["Hello.", 0.0, 0.5, 0.9]]
    assert call.events[3].at - call.events[0].at == 61_000_000
    assert call.events[0].data["recorded"] is True
    assert call.events[0].data["channel"] == "voice"


def test_a_plain_list_of_pieces_is_a_transcript() -> None:
    pieces = [
        {"parties": 0, "start": "2026-01-02T03:04:06Z", "duration": 2, "text": "Hello."},
        {"speaker": "customer", "start": 4.0, "text": "Hi."},
    ]
    call = only(vcon(RECORDING, analysis=[{"type": "transcript-redacted", "dialog": [0], "body": pieces}]))
    assert said(call) == [("agent", "Hello."), ("customer", "Hi.")]
    assert call.events[0].data["redacted"] is True


def test_the_whole_transcript_goes_before_the_redacted_one() -> None:
    analysis = [
        {"type": "transcript-redacted", "dialog": 0, "body": "Agent: ***"},
        {
            "type": "transcript",
            "dialog": 0,
            "encoding": "base64url",
            "body": base64.urlsafe_b64encode(b"Agent: Hi").decode(),
        },
        {"type": "sentiment", "dialog": 0, "body": "glad"},
    ]
    call = only(vcon(RECORDING, RECORDING, analysis=analysis, attachments=[{}]))
    assert said(call) == [("agent", "Hi")]
    assert "redacted" not in call.events[0].data
    assert set(call.notes) >= {
        "further transcripts of the same recording left aside: 1",
        "recordings without a transcript left out: 1",
        "analyses of type sentiment left aside: 1",
        "attachments left aside: 1",
    }


def test_what_parties_did_is_told_where_the_file_says_so() -> None:
    history = [
        {"party": 1, "time": "2026-01-02T03:04:04Z", "event": "join"},
        {"party": 0, "time": "2026-01-02T03:04:10Z", "event": "hold"},
        {"party": 0, "time": "2026-01-02T03:04:20Z", "event": "unhold"},
        {"party": 1, "time": "2026-01-02T03:04:21Z", "event": "keydown", "button": "4"},
        {"party": 1, "time": "2026-01-02T03:04:21Z", "event": "keyup", "button": "4"},
        {"party": 1, "time": "2026-01-02T03:04:22Z", "event": "wave"},
    ]
    transfer = {
        "type": "transfer",
        "start": "2026-01-02T03:04:30Z",
        "transferor": 0,
        "transferee": 1,
        "transfer_target": 2,
    }
    call = only(vcon(text("Hello.", party_history=history), transfer))
    assert [event.type for event in call.events] == [
        "call.started",
        "party.joined",
        "call.answered",
        "utterance",
        "call.held",
        "call.resumed",
        "key.pressed",
        "call.transferred",
        "call.ended",
    ]
    assert call.events[6].data == {"party": 1}
    assert call.events[7].data == {"from": 0, "party": 1, "to": 2}
    assert "party events of kind wave left out: 1" in call.notes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (vcon(), "holds no dialog"),
        (vcon(RECORDING), "holds a recording but no transcript"),
        (vcon({"type": "incomplete", "start": START, "disposition": "busy"}), "not completed: busy"),
        (vcon(text(" ")), "no words that could be read"),
        (vcon(text("AAAA", mediatype="image/png")), "no words that could be read"),
    ],
)
def test_a_vcon_without_words_is_excluded_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Excluded, match=reason):
        read(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (vcon(text("a"), critical=["lawful_basis"]), "without its extension lawful_basis"),
        (vcon(text("*", encoding="base64url")), "not base64url"),
        (vcon(text("_w", encoding="base64url")), "cannot be decoded"),
        (vcon(text("Content-Type: message/rfc822\n\n" * 3000, mediatype="message/rfc822")), "nesting"),
        (vcon(text("a", start="today")), "RFC3339"),
        (vcon(text("a", parties="0")), r"\$\.dialog\[0\]\.parties"),
    ],
)
def test_a_vcon_that_cannot_be_understood_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(BadShape, match=told):
        read(data)


def test_an_unknown_transcript_is_named_by_its_vendor() -> None:
    analysis = [{"type": "transcript", "dialog": 0, "vendor": "acme", "body": {"lines": []}}]
    call = only(vcon(text("a"), {**RECORDING, "type": "recording"}, analysis=[{**analysis[0], "dialog": 1}]))
    assert "transcripts of an unknown kind (acme) left out: 1" in call.notes


def test_times_without_a_zone_are_noted() -> None:
    call = only(vcon(text("a", start="2026-01-02T03:04:05")))
    assert "times without a zone were taken as UTC" in call.notes


NO_WORDS = "holds a recording but no transcript"
OUTCOMES: dict[str, int | tuple[type[NotRead], str]] = {  # how many utterances, or why none
    "ab.vcon": (Excluded, "holds no dialog"),
    "ab_call_ext_rec.vcon": (Excluded, NO_WORDS),
    "ab_call_ext_rec_analysis.vcon": 1,
    "ab_call_ext_rec_decrypted.vcon": (Excluded, NO_WORDS),  # still signed, and the signature holds
    "ab_call_ext_rec_decrypted_verified.vcon": (Excluded, NO_WORDS),
    "ab_call_ext_rec_encrypted.vcon": (Encrypted, "is encrypted"),
    "ab_call_ext_rec_redacted.vcon": 4,
    "ab_call_ext_rec_signed.vcon": (Excluded, NO_WORDS),
    "ab_call_ext_rec_with_redact.vcon": 1,
    "ab_call_int_rec.vcon": (Excluded, NO_WORDS),
    "ab_email_acct_prob_thread.vcon": 2,
    "ab_email_prob_followup_alice.vcon": 1,
    "ab_email_prob_followup_bob_reply.vcon": 2,
    "ab_email_prob_followup_text_thread.vcon": 3,
    "b_email_acct_prob_image.vcon": 1,
    "simple-vcon.vcon": (BadJson, "line 2, column 15"),
}


@pytest.mark.data
def test_every_published_example_ends_as_it_should(shared: Path) -> None:
    folder = shared / "vcon" / "ietf_examples"
    assert {path.name for path in folder.glob("*.vcon")} == set(OUTCOMES)
    for name, outcome in OUTCOMES.items():
        data = (folder / name).read_bytes()
        if isinstance(outcome, int):
            (call,) = read(data, name)
            assert len(said(call)) == outcome, name
            assert call.dated, name
        else:
            with pytest.raises(outcome[0], match=outcome[1]):
                read(data, name)


@pytest.mark.data
def test_the_published_transcript_has_its_words_at_their_times(shared: Path) -> None:
    call = only((shared / "vcon/ietf_examples/ab_call_ext_rec_analysis.vcon").read_bytes())
    first = call.events[2]
    assert first.at == 1_655_834_007_200_000
    assert len(first.data["words"]) == 76
    assert first.data["words"][0] == ["Hello.", 0.0, 0.5, 0.98950195]
    thread = only((shared / "vcon/ietf_examples/ab_email_acct_prob_thread.vcon").read_bytes())
    assert said(thread)[0] == ("unknown", "Alice:Please find the image attached.\n\nRegards,Bob")
    assert "parts of type image/png left out: 1" in thread.notes


@pytest.mark.data
def test_the_published_signature_does_not_cover_another_text(shared: Path) -> None:
    whole = json.loads((shared / "vcon/ietf_examples/ab_call_ext_rec_signed.vcon").read_bytes())
    payload = base64.urlsafe_b64decode(whole["payload"] + "==").replace(b"Alice", b"Clive")
    whole["payload"] = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    with pytest.raises(BadSignature, match="does not fit"):
        read(json.dumps(whole).encode())
    assert issubclass(BadSignature, Unreadable)
