"""home/siprec.toml is taken whole, or refused with a line that says why."""

from pathlib import Path

import pytest

from clearline.intake.siprec.settings import SiprecError, settings_of


def test_nothing_is_listened_to_where_there_is_no_file(tmp_path: Path) -> None:
    assert settings_of(tmp_path / "siprec.toml") is None


def test_only_this_machine_may_send_until_others_are_named(tmp_path: Path) -> None:
    file = tmp_path / "siprec.toml"
    file.write_text('listen = "[::1]:5060"')
    told = settings_of(file)
    assert told is not None
    assert (told.place, list(told.sound[:2])) == (("::1", 5060), [20_000, 20_002])
    assert [told.lets_in(host) for host in ("127.0.0.1", "::1", "::ffff:127.0.0.2", "10.0.0.7", "x", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "listen = 5060",
        'listen = "5060"',
        'listen = "sbc.example:5060"',
        'listen = "10.0.0.5:70000"',
        'listen = "0.0.0.0:5060"',
        'listen = "10.0.0.5:5060"\nports = "2000"',
        'listen = "10.0.0.5:5060"\nports = "70000-70010"',
        'listen = "10.0.0.5:5060"\nports = "20001-20001"',
        'listen = "10.0.0.5:5060"\nsenders = ["sbc.example"]',
        'listen = "10.0.0.5:5060"\npassword = "p"',
        'listen = "10.0.0.5:5060"\nlines = ["boss"]',
        'listen = "10.0.0.5:5060"\ncaller = "system"',
        'listen = "10.0.0.5:5060"\nmost = 0',
        'listen = "10.0.0.5:5060"\nlongest = 100',
        'listen = "10.0.0.5:5060"\nsecure = true',
        "listen = ",
    ],
)
def test_what_can_t_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "siprec.toml"
    file.write_text(text)
    with pytest.raises(
        SiprecError, match=r"siprec\.toml can't be read: .*docs/connecting-your-telephony\.md"
    ):
        settings_of(file)
