"""Written messages: the text that people read, whatever it is wrapped in."""

import pytest

from clearline.formats.mail import from_html, said

MIXED = """--a
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9
--b
Content-Type: text/html

<p>caf&eacute;</p>
--b--
--a
Content-Type: image/png
Content-Transfer-Encoding: base64

AAAA
--a--
"""


def test_the_plain_part_is_read_and_the_others_are_named() -> None:
    assert said(MIXED, "multipart/mixed;\n\tboundary=a") == ("café", ["image/png"])


def test_html_alone_is_read_as_it_shows() -> None:
    body = "--a\nContent-Type: text/html\n\n<p>Hello</p>\n--a--\n"
    assert said(body, "multipart/alternative; boundary=a") == ("Hello", [])


def test_an_attached_text_is_no_part_of_what_is_said() -> None:
    body = "--a\n\nHello\n--a\nContent-Type: text/plain\nContent-Disposition: attachment\n\nsecret\n--a--\n"
    assert said(body, "multipart/mixed; boundary=a") == ("Hello", ["text/plain"])


@pytest.mark.parametrize("charset", ["no-such-thing", "rot13", "hex"])
def test_an_encoding_that_does_not_exist_is_read_as_utf_8(charset: str) -> None:
    body = f"--a\nContent-Type: text/plain; charset={charset}\n\nHello\n--a--\n"
    assert said(body, "multipart/mixed; boundary=a") == ("Hello", [])


@pytest.mark.parametrize(
    ("media", "text"), [("", "a <b>"), ("text/plain; charset=UTF-8", "a <b>"), ("text/html", "a")]
)
def test_single_bodies_are_read_by_their_media_type(media: str, text: str) -> None:
    assert said("a <b>", media) == (text, [])


def test_what_is_no_text_is_named() -> None:
    assert said("AAAA", "image/png") == ("", ["image/png"])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<html><head><title>x</title></head><body>a<br>b</body></html>", "a\nb"),
        ("<div>a</div><div>b&nbsp;&amp; c</div>", "a\nb & c"),
        ("<script>if (a < b) {}</script>a<style>p > q</style>", "a"),
        ("1 < 2 and <b>3</b>", "1 < 2 and 3"),
        ("</script>a", "a"),
    ],
)
def test_html_shows_what_a_browser_shows(html: str, text: str) -> None:
    assert from_html(html) == text
