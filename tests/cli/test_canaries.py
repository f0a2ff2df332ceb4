"""Secrets are planted everywhere that a file can hold them; no output may show one."""

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Running, Writing

CARD, CODE, SSN = "4000 0566 5566 5556", "731", "219-09-9999"
SHOWN = [
    re.compile(pattern)
    for pattern in (r"4000\W?0566", "5566", "5556", rf"\b{CODE}\b", r"219\W?09\W?9999", "seven three one")
]
TALK = f"""\
Agent: What is the number of your card?
Customer: It's {CARD}.
Agent: And the security code?
Customer: Seven three one. I mean, {CODE}.
Agent: And your social security number?
Customer: My social security number is {SSN}. Stop calling me.
Agent: You get twenty percent off today.
"""
SEGMENTS = [{"text": line.split(": ")[1], "speaker": line.split(": ")[0]} for line in TALK.splitlines()]
FILES: dict[str, str | bytes] = {
    "talk.txt": TALK,
    "whisper.json": json.dumps({"segments": SEGMENTS}),
    f"card {CARD}.txt": TALK,
    f"ssn {SSN} cvv {CODE}.txt": TALK,
    f"bad card {CARD}.json": '{"segments": [{"text": ' + CARD,
    "cue.vtt": f"WEBVTT\n\n00:00:{CARD} --> 00:00:04.000\nAgent: {CARD}",
    "shape.json": json.dumps({"segments": f"{CARD} {SSN}"}),
    "member.json": json.dumps({CARD: CODE}),
    "latin.txt": f"Agent: {CARD} caf\xe9".encode("latin-1"),
    f"photo {CARD}.png": b"\x89PNG",
    "events.jsonl": json.dumps(
        {
            "specversion": "1.0",
            "id": CARD,
            "source": "s",
            "type": f"x.{CARD}",
            "time": "2026-11-02T10:00:00Z",
            "call": CARD,
        }
    ),
}


@pytest.mark.parametrize("form", ["terminal", "jsonl"])
def test_no_planted_secret_is_shown_anywhere(
    run: Running, folder: Writing, tmp_path: Path, form: str
) -> None:
    page = tmp_path / "report.html"
    result = run("review", folder(FILES), "--format", form, "--html", page)
    assert result.exit_code == 2
    for output in (result.stdout, result.stderr, page.read_text(encoding="utf-8")):
        assert [pattern.pattern for pattern in SHOWN if pattern.search(output)] == []
    assert "percent off" in page.read_text(encoding="utf-8")
