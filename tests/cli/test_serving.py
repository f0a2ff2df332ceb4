"""What is recorded here comes once: a server that could not hear it does not start."""

from pathlib import Path

import pytest
import typer
from django.test import override_settings
from tests.intake.streams.conftest import free_port

from clearline.cli.commands.serving import serve
from clearline.config.home import Home
from clearline.speech import installed


def test_recordings_are_not_awaited_where_nothing_hears_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "siprec.toml").write_text('listen = "127.0.0.1:5060"')
    monkeypatch.setattr(installed, "NEEDED", ("av_that_nobody_installed",))
    with override_settings(HOME=Home(tmp_path)), pytest.raises(typer.Exit) as ended:
        serve("127.0.0.1", free_port())
    assert ended.value.exit_code == 2
    assert "pip install 'clearline[speech]'" in " ".join(capsys.readouterr().err.split())
