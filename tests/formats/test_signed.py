"""Signed vCons: only what every signature covers is read."""

import base64
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from clearline.formats.errors import BadSignature, UnknownFormat
from clearline.formats.reading import read
from clearline.formats.signed import verified

PAYLOAD = json.dumps(
    {
        "uuid": "u-1",
        "parties": [{"name": "Dana", "role": "agent"}, {"name": "Lee"}],
        "dialog": [{"type": "text", "start": "2026-01-02T03:04:05Z", "parties": [0, 1], "body": "Hello."}],
    }
)
KINDS: dict[str, Any] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}


@cache
def key(algorithm: str, bits: int) -> Any:
    match algorithm[:2]:
        case "ES":
            return ec.generate_private_key(ec.SECP256R1())
        case "Ed":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(65537, bits)


@cache
def certificate(algorithm: str, bits: int) -> str:
    return issued(key(algorithm, bits))


def issued(private: Any) -> str:
    """A certificate by itself of the key's owner, as it stands in x5c."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Northwind Calls")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(private, None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return base64.b64encode(built.public_bytes(serialization.Encoding.DER)).decode()


def signed(algorithm: str = "ES256", *, protect: bool = True, payload: str = PAYLOAD) -> dict[str, Any]:
    pem = key(algorithm, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = {"x5c": [certificate(algorithm, 2048)]}
    member = {
        "protected": {"alg": algorithm, **(chain if protect else {})},
        "header": {"uuid": "u-1", **chain},
    }
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 10_000
    private = KINDS[algorithm[:2]].import_key(pem)
    return dict(jws.serialize_json([member], payload, private, registry=registry))  # type: ignore[list-item]


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "Ed25519"])
@pytest.mark.parametrize("protect", [True, False])
def test_a_signature_that_holds_lets_its_text_be_read(algorithm: str, protect: bool) -> None:
    (call,) = read(json.dumps(signed(algorithm, protect=protect)).encode())
    assert call.events[2].data == {"by": "agent", "text": "Hello."}
    assert call.notes[0] == (
        "signed by Northwind Calls; whether their certificates can be trusted is not checked"
    )


def tampered(**changes: Any) -> str:
    whole = signed()
    signature = {
        **whole["signatures"][0],
        **{name: value for name, value in changes.items() if name != "payload"},
    }
    return json.dumps({"payload": changes.get("payload", whole["payload"]), "signatures": [signature]})


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"payload": encoded(PAYLOAD.replace("Hello", "Hallo"))}, "does not fit"),
        ({"payload": "*"}, "does not fit"),
        ({"signature": encoded("x" * 64)}, "does not fit"),
        ({"signature": ""}, "does not fit"),
        ({"protected": encoded('{"alg": "ES256"}')}, "does not fit"),
        ({"protected": encoded('{"alg": "none"}')}, "algorithm none is none that is accepted"),
        ({"protected": encoded('{"alg": "HS256"}')}, "algorithm HS256"),
        ({"protected": encoded('{"alg": "RS256"}')}, "does not fit"),
        ({"protected": "é"}, "not base64"),
        ({"header": {"alg": "ES256"}, "protected": ""}, "carries no certificate"),
        ({"protected": encoded('{"alg": "ES256", "x5c": ["AAAA"]}')}, "carries no certificate"),
        ({"protected": encoded('{"alg": "ES256", "x5c": {}}')}, "carries no certificate"),
        ({"protected": encoded('{"alg": "ES256", "crit": ["b64"], "b64": false}')}, "does not fit"),
    ],
)
def test_a_signature_that_does_not_hold_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadSignature, match=told):
        verified(tampered(**changes))


def test_every_signature_must_hold() -> None:
    whole = signed()
    broken = {**whole["signatures"][0], "signature": encoded("x" * 64)}
    with pytest.raises(BadSignature, match="signature 2"):
        verified(json.dumps({**whole, "signatures": [whole["signatures"][0], broken]}))


def test_a_file_without_signatures_is_not_signed() -> None:
    with pytest.raises(BadSignature, match="carries no signature"):
        verified(json.dumps({**signed(), "signatures": []}))


def test_a_weak_key_is_refused() -> None:
    header = encoded(json.dumps({"alg": "RS256", "x5c": [certificate("RS256", 1024)]}))
    with pytest.raises(BadSignature, match="shorter than 2048 bits"):
        verified(tampered(protected=header))


@pytest.mark.parametrize("payload", ["Agent: Hello.", '{"specversion": "1.0"}', '{"segments": []}'])
def test_of_signed_files_only_vcons_are_read(payload: str) -> None:
    with pytest.raises(UnknownFormat, match="a signed"):
        read(json.dumps(signed(payload=payload)).encode())


def test_what_was_signed_may_be_signed_again() -> None:
    (call,) = read(json.dumps(signed(payload=json.dumps(signed()))).encode())
    assert len([note for note in call.notes if note.startswith("signed by")]) == 2


@pytest.mark.parametrize(
    "private", [dsa.generate_private_key(2048), ec.generate_private_key(ec.BrainpoolP256R1())]
)
@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
def test_a_key_of_another_kind_is_refused(private: Any, algorithm: str) -> None:
    header = encoded(json.dumps({"alg": algorithm, "x5c": [issued(private)]}))
    with pytest.raises(BadSignature, match="does not fit"):
        verified(tampered(protected=header))


@given(
    st.dictionaries(
        st.sampled_from(["kid", "typ", "cty", "crit", "b64", "jwk", "jku", "x5u", "x5t", "alg", "x5c"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=3)
        | st.lists(st.text(max_size=3))
        | st.just({}),
    )
)
def test_no_header_whatever_lets_another_text_through(header: dict[str, Any]) -> None:
    told = {"alg": "ES256", "x5c": [certificate("ES256", 2048)], **header}
    with pytest.raises(BadSignature):
        verified(tampered(protected=encoded(json.dumps(told)), header=header))
