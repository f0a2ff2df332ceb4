"""Coming in by the shop's own login, over SAML with answers that a key of the test signs."""

import base64
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.test import Client, override_settings
from lxml import etree  # type: ignore[import-untyped]
from onelogin.saml2.utils import OneLogin_Saml2_Utils  # type: ignore[import-untyped]
from tests.characters import Cast

from clearline.config.logins import providers

IDP = "https://login.shop.example/saml"
ACS = "http://localhost/account/saml/shop/acs/"
HERE = {"Host": "localhost"}
METADATA = "http://localhost/account/saml/shop/metadata/"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"


class Signer(NamedTuple):
    key: str
    certificate: str


def new_signer() -> Signer:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    lasting = made.not_valid_before(start).not_valid_after(start + timedelta(days=36_500))
    certificate = lasting.sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Signer(pem.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode())


@pytest.fixture(scope="module")
def signer() -> Signer:
    return new_signer()


@pytest.fixture
def _shop(signer: Signer, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "idp.pem").write_text(signer.certificate)
    (tmp_path / "login.toml").write_text(f"""
[[login]]
kind = "saml"
id = "shop"
name = "Shop login"
entity_id = "{IDP}"
sso_url = "{IDP}/sso"
certificate_file = "idp.pem"
""")
    cache.clear()
    with override_settings(SOCIALACCOUNT_PROVIDERS=providers(tmp_path)):
        yield


def asked(client: Client) -> str:
    """Goes to log in; the id of the request that the browser carries to the shop's login."""
    where = urlsplit(client.get("/account/saml/shop/login/").headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{IDP}/sso"
    request = zlib.decompress(base64.b64decode(parse_qs(where.query)["SAMLRequest"][0]), -15)
    return str(etree.fromstring(request).get("ID"))


def answer(to: str, email: str, *, audience: str = METADATA) -> str:
    now = datetime.now(UTC)  # noqa: TID251 # the library compares with the clock
    start, end = (f"{now + timedelta(minutes=m):%Y-%m-%dT%H:%M:%SZ}" for m in (-5, 5))
    return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r1" Version="2.0" IssueInstant="{start}"
 Destination="{ACS}" InResponseTo="{to}"><saml:Issuer>{IDP}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="a1" Version="2.0" IssueInstant="{start}"><saml:Issuer>{IDP}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">u-1</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 InResponseTo="{to}" Recipient="{ACS}" NotOnOrAfter="{end}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{start}" NotOnOrAfter="{end}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{start}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="{EMAIL}"><saml:AttributeValue>{email}</saml:AttributeValue>
</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"""


def signed(text: str, by: Signer) -> str:
    """The answer with its assertion signed."""
    tree = etree.fromstring(text)
    assertion = tree.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    told = OneLogin_Saml2_Utils.add_sign(etree.tostring(assertion), by.key, by.certificate)
    tree.replace(assertion, etree.fromstring(told))
    return str(etree.tostring(tree).decode())


def brought(client: Client, text: str) -> bool:
    """Whether the answer lets the browser in."""
    sent = {"SAMLResponse": base64.b64encode(text.encode()).decode(), "RelayState": ""}
    client.post("/account/saml/shop/acs/", sent, follow=True)
    return "_auth_user_id" in client.session


@pytest.mark.usefixtures("_shop")
def test_a_signed_answer_brings_in_whom_it_names(people: Cast, signer: Signer) -> None:
    client = Client(enforce_csrf_checks=True, headers=HERE)
    assert brought(client, signed(answer(asked(client), "ada@shop.example"), signer))
    assert client.session["_auth_user_id"] == str(people.ada.pk)


@pytest.mark.usefixtures("_shop", "people")
def test_an_unsigned_answer_is_refused() -> None:
    client = Client(headers=HERE)
    assert not brought(client, answer(asked(client), "ada@shop.example"))


@pytest.mark.usefixtures("_shop", "people")
def test_an_answer_signed_by_somebody_else_is_refused() -> None:
    client = Client(headers=HERE)
    assert not brought(client, signed(answer(asked(client), "ada@shop.example"), new_signer()))


@pytest.mark.usefixtures("_shop", "people")
def test_a_changed_answer_is_refused(signer: Signer) -> None:
    client = Client(headers=HERE)
    text = signed(answer(asked(client), "charlie@shop.example"), signer)
    assert not brought(client, text.replace("charlie@", "alice@"))


@pytest.mark.usefixtures("_shop", "people")
def test_an_answer_to_another_question_or_for_another_house_is_refused(signer: Signer) -> None:
    client = Client(headers=HERE)
    asked(client)
    assert not brought(client, signed(answer("_other", "ada@shop.example"), signer))
    away = answer(asked(client), "ada@shop.example", audience="https://elsewhere.example")
    assert not brought(client, signed(away, signer))


@pytest.mark.usefixtures("_shop", "people")
def test_an_answer_works_once(signer: Signer) -> None:
    first, second = Client(headers=HERE), Client(headers=HERE)
    text = signed(answer(asked(first), "ada@shop.example"), signer)
    assert brought(first, text)
    assert not brought(second, text)


@pytest.mark.usefixtures("_shop", "db")
def test_a_stranger_stays_out(signer: Signer) -> None:
    client = Client(headers=HERE)
    assert not brought(client, signed(answer(asked(client), "eve@elsewhere.example"), signer))


@pytest.mark.usefixtures("_shop", "db")
def test_the_metadata_say_where_answers_go() -> None:
    told = Client(headers=HERE).get("/account/saml/shop/metadata/")
    assert told.headers["Content-Type"] == "text/xml"
    assert ACS in told.content.decode()
