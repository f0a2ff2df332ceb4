"""Signed vCons: JSON Web Signatures whose key stands in the certificate beside them (x5c)."""

import re
from base64 import b64decode
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate, load_der_x509_certificate
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from clearline.formats.errors import BadSignature, masked
from clearline.formats.text import SIZE_LIMIT, from_base64url, parsed

_KEYS: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
_ALGORITHM = re.compile(r"(?:RS|PS|ES)(?:256|384|512)|Ed25519")  # no shared secrets, and never `none`
_WEAKEST = 2048  # bits of an RSA key


class _Signature(msgspec.Struct):
    signature: str
    protected: str = ""
    header: dict[str, Any] = {}


class _Signed(msgspec.Struct):
    payload: str
    signatures: list[_Signature]


def verified(json: str | bytes) -> tuple[str, str]:
    """The payload under the signatures, and a note on who signed; BadSignature unless every one of them holds."""
    told = parsed(json, _Signed)
    if not told.signatures:
        raise _refused("the file says it is signed and carries no signature", 0)
    signers = [_signer(told.payload, each, n) for n, each in enumerate(told.signatures, 1)]
    try:
        payload = from_base64url(told.payload).decode()
    except ValueError as fault:
        raise _refused("what is signed is not text", 1) from fault
    return (
        payload,
        f"signed by {', '.join(signers)}; whether their certificates can be trusted is not checked",
    )


def _signer(payload: str, told: _Signature, number: int) -> str:
    """Name in the certificate under whose key the signature holds."""
    header = {**told.header, **_protected(told, number)}
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or not _ALGORITHM.fullmatch(algorithm):
        raise _refused(f"the algorithm {masked(str(algorithm), 20)} is none that is accepted", number)
    certificate = _certificate(header.get("x5c"), number)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = SIZE_LIMIT  # the whole file is bounded already
    pem = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    value: jws.FlattenedJSONSerialization = {"payload": payload, "signature": told.signature}
    value["header"] = header
    if told.protected:
        value["protected"] = told.protected
    try:
        jws.deserialize_json(value, _KEYS[algorithm[:2]].import_key(pem), registry=registry)
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise _refused("the signature does not fit the text and its certificate", number) from fault
    named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return masked(str(named[0].value), 60) if named else "a certificate without a name"


def _protected(told: _Signature, number: int) -> dict[str, Any]:
    if not told.protected:
        return {}
    try:
        return parsed(from_base64url(told.protected), dict[str, Any])
    except ValueError as fault:
        raise _refused("its protected header is not base64", number) from fault


def _certificate(chain: Any, number: int) -> Certificate:
    """The signer's own certificate, the first of the chain."""
    try:
        certificate = load_der_x509_certificate(b64decode(chain[0], validate=True))
        key = certificate.public_key()
    except (ValueError, TypeError, KeyError, IndexError, UnsupportedAlgorithm) as fault:
        raise _refused("it carries no certificate (x5c) that can be read", number) from fault
    if isinstance(key, RSAPublicKey) and key.key_size < _WEAKEST:
        raise _refused(f"its RSA key is shorter than {_WEAKEST} bits", number)
    return certificate


def _refused(what: str, number: int) -> BadSignature:
    return BadSignature(
        f"the signature does not hold: {what}",
        f"signature {number}" if number else "signatures",
        "Ask its sender for the file again; do not judge a call by a text that may have been changed.",
    )
