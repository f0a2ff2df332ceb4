"""Runs the command in this process, and writes folders of files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from clearline.cli.main import app

Running = Callable[..., Result]
Writing = Callable[[Mapping[str, str | bytes]], Path]

BAD: dict[str, str | bytes] = {
    "empty.txt": "",
    "broken.json": '{"segments": [',
    "latin.txt": b"Agent: caf\xe9",
    "other.json": '{"hello": 1}',
    "times.vtt": "WEBVTT\n\n00:00:xx --> 00:00:04.000\nAgent: Hello",
    "talk.wav": b"RIFF1234",
}
GOOD: dict[str, str | bytes] = {
    "clean.txt": "Agent: Hello.\nCustomer: Goodbye.",
    "slip.txt": "[00:01] Customer: Stop calling me.\n[00:05] Agent: You get twenty percent off today.",
}
LEFT_OUT: dict[str, str | bytes] = {
    ".DS_Store": b"\x00\x01",
    "photo.png": b"\x89PNG",
}


@pytest.fixture
def run() -> Running:
    def invoke(*arguments: object, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin)

    return invoke


@pytest.fixture
def folder(tmp_path: Path) -> Writing:
    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "calls"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write
