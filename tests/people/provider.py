"""A small OpenID Connect provider on a real socket: what a shop's own login answers."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "clearline", "shop-login-secret"


class Provider(HTTPServer):
    """Says of everybody what it was told to say."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.says: dict[str, Any] = {}
        self.audience = CLIENT
        self.challenges: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def id_token(self) -> str:
        """What it says of whoever is there, signed."""
        claims = {"iss": self.url, "aud": self.audience, "iat": 1, "exp": 9_999_999_999, **self.says}
        return str(jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key))


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        url = self.server.url
        if asked.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif asked.path == "/jwks":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif asked.path == "/userinfo" and self.headers["Authorization"] == "Bearer access-1":
            self._json(self.server.says)
        elif asked.path == "/authorize":
            told = {name: values[0] for name, values in parse_qs(asked.query).items()}
            self.server.challenges["code-1"] = told["code_challenge"]
            self.send_response(302)
            self.send_header(
                "Location",
                f"{told['redirect_uri']}?{urlencode({'code': 'code-1', 'state': told['state']})}",
            )
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        verifier = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if sent["client_secret"] != [SECRET] or self.server.challenges.get(sent["code"][0]) != challenge:
            self.send_error(401)
            return
        self._json({"access_token": "access-1", "token_type": "Bearer", "id_token": self.server.id_token()})

    def log_message(self, *args: object) -> None:
        del args

    def _json(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provider() -> Iterator[Provider]:
    """One that answers while the test runs."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
