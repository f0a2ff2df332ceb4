"""The doctor names what was made unsafe, and nothing else."""

import os
import shutil
import subprocess
import sys
from copy import copy
from pathlib import Path

import pytest
from django.conf import settings
from tests.faults.house import House

from clearline.cli.commands import doctor
from clearline.speech import installed

OWNED = """
from clearline.config.starting import start
start()
from allauth.mfa.models import Authenticator
from clearline.people.models import Person, Role
max_ = Person.objects.invited(email="max@shop.example", name="Max", role=Role.ADMINISTRATOR)
for person in Person.objects.all():
    Authenticator.objects.create(user=person, type="totp", data={})
"""
FUTURE = """
from clearline.config.starting import start
start()
from django.db import transaction
from clearline.ui.clock import now
from clearline.evidence.actions import Entered, append
with transaction.atomic():
    append([Entered(now() + 3_600_000_000, "look", "x", bytes(32))])
"""
SHORT = """
from clearline.config.starting import start
start()
from clearline.evidence.models import Entry
Entry.objects.order_by("-index")[0].delete()
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home in which nothing is wrong."""
    folder = tmp_path_factory.mktemp("sound")
    home = House(folder / "home")
    home.run("-c", OWNED)
    made = home.command("backup", str(folder / "backup"))
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def house(sound: House, tmp_path: Path) -> House:
    """The same again, to be harmed."""
    shutil.copytree(sound.home, tmp_path / "home")
    again = copy(sound)
    again.home = tmp_path / "home"
    again.environment = {
        **sound.environment,
        "CLEARLINE_HOME": str(again.home),
        "CLEARLINE_HOSTS": "clearline.shop.example",
        "CLEARLINE_PLAIN_HTTP": "no",
    }
    return again


def said(house: House) -> tuple[int, list[str]]:
    told = house.command("doctor")
    return told.returncode, [line for line in told.stderr.splitlines() if line.startswith("UNSAFE")]


def test_a_sound_house_is_told_so(house: House) -> None:
    assert said(house) == (0, [])


def test_each_harm_is_named(house: House) -> None:
    harms = {
        "plain HTTP": {"CLEARLINE_PLAIN_HTTP": "yes"},
        "CLEARLINE_HOSTS": {"CLEARLINE_HOSTS": "*"},
        "demonstration": {"CLEARLINE_DEMO": "yes"},
    }
    before = dict(house.environment)
    for word, harm in harms.items():
        house.environment = before | harm
        code, lines = said(house)
        assert code == 1
        assert any(word in line for line in lines), (word, lines)


def test_what_others_can_read_is_named(house: House) -> None:
    (house.home / "keys/django").chmod(0o644)
    code, lines = said(house)
    assert (code, len(lines)) == (1, 1)
    assert "chmod 600" in lines[0]


def test_old_backups_and_people_without_a_second_factor_are_named(house: House) -> None:
    (house.home / "last-backup").write_text("0\n")
    house.run("-c", OWNED.replace("max", "moritz").replace("Authenticator.objects.create", "dict"))
    code, lines = said(house)
    assert code == 1
    assert any("days old" in line for line in lines)
    assert any("moritz@shop.example" in line for line in lines)


def test_a_clock_that_went_back_a_broken_pack_and_a_short_log_are_named(house: House) -> None:
    house.run("-c", FUTURE)
    (house.home / "packs/own").mkdir()
    (house.home / "packs/own/pack.toml").write_text("this is no pack")
    code, lines = said(house)
    assert code == 1
    assert any("clock went back" in line for line in lines)
    assert any("pack.toml" in line for line in lines)
    house.run("-c", SHORT)
    assert any("the log tells of" in line for line in said(house)[1])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("listen = 5060", "siprec.toml can't be read"),
        ('listen = "127.0.0.1:5060"\nsenders = ["0.0.0.0/0"]', "anybody may send recordings"),
    ],
)
def test_a_broken_or_an_open_recording_server_is_named(house: House, text: str, word: str) -> None:
    (house.home / "siprec.toml").write_text(text)
    code, lines = said(house)
    assert (code, len(lines)) == (1, 1)
    assert word in lines[0]


def test_a_server_whose_siprec_toml_is_broken_does_not_start(house: House) -> None:
    (house.home / "siprec.toml").write_text("listen = ")
    served = house.command("serve", "--port", "1")
    assert served.returncode == 2
    assert "siprec.toml can't be read" in served.stderr
    assert "docs/connecting-your-telephony.md" in served.stderr.replace("\n", "")
    assert "Traceback" not in served.stderr


def test_a_database_that_cannot_be_reached_is_said_in_a_line(house: House) -> None:
    house.environment["CLEARLINE_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    code, lines = said(house)
    assert code == 1
    assert any("can't be looked at" in line for line in lines)
    assert not any("Traceback" in line for line in lines)
    clearline = str(Path(sys.executable).with_name("clearline"))
    served = subprocess.run(
        [clearline, "serve", "--port", "1"],
        env={**os.environ, **house.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert served.returncode == 2
    assert "Traceback" not in served.stderr


def test_sound_that_is_not_heard_is_told_with_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "AUDIOSOCKET", "127.0.0.1:9092")
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "moonshine_voice" else object())
    (told,) = doctor._sound()
    assert not told[0]
    assert "moonshine_voice is missing: pip install 'clearline[speech]'" in told[1]
    monkeypatch.setattr(settings, "HEAR", False)
    assert list(doctor._sound()) == []


def test_a_recording_that_lies_long_where_it_arrived_is_named(house: House) -> None:
    folder = house.home / "recordings" / "arriving"
    folder.mkdir(parents=True, mode=0o700)
    for name in ("old.wav", "torn.wav.part", "new.wav"):
        (folder / name).write_bytes(b"RIFF")
        (folder / name).chmod(0o600)
    for name in ("old.wav", "torn.wav.part"):
        os.utime(folder / name, (1_000_000_000, 1_000_000_000))
    code, lines = said(house)
    assert code == 1
    (told,) = [line for line in lines if "lie in the clear" in line]
    assert "2 recordings" in told
    assert str(folder / "old.wav") in told
    assert str(folder / "torn.wav.part") in told
    assert "new.wav" not in told
