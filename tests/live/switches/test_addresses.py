import pytest

from clearline.live.switches.addresses import host_and_port, web_address


@pytest.mark.parametrize(
    "text",
    ["https://api.twilio.com", "https://pbx.example/hook", "http://10.0.0.5:8088", "http://asterisk:8088"],
)
def test_an_address_is_kept_as_it_is_given(text: str) -> None:
    assert web_address(text + "/") == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://api.twilio.com",
            "http://8.8.8.8",
            "ftp://x",
            "file:///etc/passwd",
            "https://",
            "https://a b/",
        ),
        *("https://user:pass@x.example", "https://x.example/?a=1", "https://x.example/#a", "https://x:99999"),
        *("https://169.254.169.254/latest", "http://0.0.0.0", "https://[fe80::1]/", "javascript:alert(1)"),
    ],
)
def test_what_is_no_safe_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        web_address(text)


def test_a_manager_interface_is_reached_over_a_private_network_only() -> None:
    assert host_and_port("10.0.0.5:5038") == ("10.0.0.5", 5038)
    assert host_and_port("asterisk.lan:5038") == ("asterisk.lan", 5038)
    for text in (
        "pbx.example.com:5038",
        "8.8.8.8:5038",
        "10.0.0.5",
        "10.0.0.5:0",
        "10.0.0.5:99999",
        "a b:5038",
    ):
        with pytest.raises(ValueError, match=r"."):
            host_and_port(text)
